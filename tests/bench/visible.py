"""Delay until others see a change: a board next to a ruling chair; a draft in another tab.

Also measured: marks recorded by real commands at fifty a second, from each answer until the fact is in the read
models, which `acquis project` updates in a process of its own.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

import psycopg2
from playwright.sync_api import sync_playwright

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.jury.rule_competences import RuleCompetences
from domain.jury.ruling import Ruling
from projections.engine.runner import Projector
from tests.bench.append import COMMENT, MARKS
from tests.bench.http import TODAY, prepare
from tests.bench.pairs import Figure, Goal, Skipped
from tests.bench.server import run
from tests.bench.sizes import sized
from tests.given.webapi.chromium import CHROMIUM
from tests.given.webapi.demonstration_site import SECRET, Place, address_of, served, sign_in
from webapi.demonstration import story as demonstrated
from webapi.demonstration.present_day import PresentDay
from webapi.upkeep.startup import acquis
from webapi.wiring import assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext

    from tests.bench.server import Server

TRIES: Final = sized(21, 3)
"""Competences that the chair has not ruled on yet; of this many tries, the last but one is p95."""
MOST: Final = 1.0
"""The most seconds."""
LOOK: Final = 0.02
"""Seconds between two polls."""
GIVE_UP: Final = 60.0
RATE: Final = 50
"""Facts a second."""
RUN: Final = 20
"""Seconds that are measured; the second before is not."""
GLANCE: Final = 0.001
"""Seconds between two polls of the read models' position."""
HALF, NEARLY_ALL = 20.0, 60.0
"""Milliseconds at p50 and p99."""
LAST: Final = "select max(position) from log.fact"
REACHED: Final = "select position from projection.tracking"


def figures(server: Server, _pairs: int) -> list[Figure | Skipped]:
    """Return the milliseconds until the read models, and the seconds until another user sees a change, at p95."""
    return [*_projected(server), *_seen(server)]


def _projected(server: Server) -> list[Figure]:
    """Return the time of each mark from the command's answer to the read models."""
    settings = Settings(
        data=server.folder / "projected",
        database_url=server.database("projected", bare=False),
        secret_key=SECRET,
        clock=TODAY,
    )
    answered: list[tuple[int, float]] = []
    with acquis(settings, FixedClock(TODAY)) as opened:
        marked = prepare(opened, (RUN + 1) * RATE // MARKS + 1)
        marks = [(candidacy, each) for candidacy in marked.candidacies for each in range(1, MARKS + 1)]
        with _projector(settings), _watched(str(settings.database_url)) as reached:
            _until_reached(reached, run(str(settings.database_url), LAST)[0][0])
            began = time.perf_counter()
            for number, (candidacy, competence) in enumerate(marks[: (RUN + 1) * RATE]):
                time.sleep(max(0.0, began + number / RATE - time.perf_counter()))
                command = AssessCompetence(
                    candidacy=candidacy, competence=competence, mark="acquired", comment=COMMENT
                )
                recorded = opened.do(command, marked.assessor)
                answered.append((recorded.position, time.perf_counter()))
            _until_reached(reached, answered[-1][0])
    positions = [position for position, _ in reached]
    took = [1000 * max(0.0, reached[bisect_left(positions, position)][1] - at) for position, at in answered[RATE:]]
    in_order = sorted(took)
    half, nearly = in_order[len(in_order) // 2], in_order[len(in_order) * 99 // 100]
    note = f"{len(took)} facts, {in_order[-1]:.0f} ms at most"
    return [
        Figure(f"append to visible at {RATE}/s, p50", [half], [], "ms", Goal(HALF, at_least=False), [note]),
        Figure(f"append to visible at {RATE}/s, p99", [nearly], [], "ms", Goal(NEARLY_ALL, at_least=False)),
    ]


@contextmanager
def _projector(settings: Settings) -> Iterator[None]:
    given = {
        "ACQUIS_DATA": str(settings.data),
        "ACQUIS_DATABASE_URL": str(settings.database_url),
        "ACQUIS_SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-m", "webapi.cli.main", "project"]
    process = subprocess.Popen(command, env=dict(os.environ) | given, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _watched(dsn: str) -> Iterator[list[tuple[int, float]]]:
    """Return when the read models reached each position, from constant polling."""
    reached: list[tuple[int, float]] = [(0, 0.0)]
    over = threading.Event()

    def look() -> None:
        with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            while not over.wait(GLANCE):
                cursor.execute(REACHED)
                for (position,) in cursor.fetchall():
                    if position > reached[-1][0]:
                        reached.append((position, time.perf_counter()))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield reached
    finally:
        over.set()
        looking.join()


def _until_reached(reached: list[tuple[int, float]], position: int) -> None:
    until = time.monotonic() + GIVE_UP
    while reached[-1][0] < position:
        if time.monotonic() > until:
            raise TimeoutError("the read models do not get there")
        time.sleep(LOOK)


def _seen(server: Server) -> list[Figure | Skipped]:
    if CHROMIUM is None:
        return [Skipped("seen by others", "no chromium on this machine")]
    settings = Settings(
        data=server.folder / "visible",
        database_url=address_of(server.database("visible", bare=False)),
        secret_key=SECRET,
    )
    with _house(settings) as place, served(place) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            return [
                _figure("a ruling, on another juror's board", _board(place, browser, site)),
                _figure("a draft, in another tab", _draft(place, browser, site)),
            ]
        finally:
            browser.close()


def _figure(name: str, seconds: list[float]) -> Figure:
    in_order = sorted(seconds)
    p95 = in_order[len(in_order) * 95 // 100]
    note = f"{len(seconds)} tries: median {in_order[len(in_order) // 2]:.2f} s, {in_order[-1]:.2f} s at most"
    return Figure(f"{name}, p95", [p95], [], "s", Goal(MOST, at_least=False), [note])


@contextmanager
def _house(settings: Settings) -> Iterator[Place]:
    """Yield the demonstration on its present day."""
    clock = FixedClock(demonstrated.BEGINS)
    with closing(assemble(settings, DatabaseServer(str(settings.database_url)), clock)) as opened:
        story = demonstrated.Story(opened, clock)
        story.play()
        story.appeal()
        PresentDay(story).play()
        with closing(Database(opened.server.dsn, role="acquis_projector", size=2)) as backstage:
            projector = Projector(backstage, LogRecorder(backstage))
            projector.catch_up()
            yield Place(opened, story, projector, settings)


def _signed_in(place: Place, browser: Browser, site: str, who: str) -> BrowserContext:
    context = browser.new_context(base_url=site)
    sign_in(context, place.story.cast[who])
    return context


def _board(place: Place, browser: Browser, site: str) -> list[float]:
    """Return the time from before the chair's ruling is sent until another member's open board changes."""
    story = place.story
    session, paula = story.sessions[-2], story.called["paula"]  # a later session, in November, is planned too
    page = _signed_in(place, browser, site, "katia").new_page()
    page.goto(f"/jury/{session}")
    live = page.locator("#live")

    def once(competence: int) -> float:
        shown = live.get_attribute("hx-get")
        ruling = Ruling(competence=competence, acquired=True, reason=demonstrated.REASON)
        return _until(
            lambda: story.by("jules", RuleCompetences(session=session, candidacy=paula, rulings=(ruling,))),
            lambda: live.get_attribute("hx-get") != shown,
        )

    return [once(competence) for competence in range(10, 10 + TRIES)]


def _draft(place: Place, browser: Browser, site: str) -> list[float]:
    """Return the time from the last key until the page, opened again elsewhere, shows the text."""
    path = f"/assessments/{place.story.called['firmin']}"
    page = _signed_in(place, browser, site, "ines").new_page()
    elsewhere = _signed_in(place, browser, site, "ines").request
    page.goto(path)
    line = page.locator("[data-line]", has=page.locator("[id^=comment-]")).first
    line.locator("details summary").first.click()
    box = line.locator("[id^=comment-]")

    def once() -> float:
        typed = f"Essai {secrets.token_hex(4)}"
        return _until(lambda: box.fill(typed), lambda: typed in elsewhere.get(path).text())

    return [once() for _ in range(TRIES)]


def _until(do: Callable[[], object], seen: Callable[[], bool]) -> float:
    """Return the seconds from an act until it is seen."""
    began = time.perf_counter()
    do()
    while not seen():
        if time.perf_counter() - began > GIVE_UP:
            raise TimeoutError("it is not seen")
        time.sleep(LOOK)
    return time.perf_counter() - began
