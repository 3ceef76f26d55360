"""How soon do others see what was done? A board beside a chair who rules; a draft in another of one's tabs."""

from __future__ import annotations

import secrets
import shutil
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from playwright.sync_api import sync_playwright

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.commands.jury.rule_competences import RuleCompetences
from domain.jury.ruling import Ruling
from projections.engine.runner import Projector
from tests.bench.pairs import Figure, Goal, Skipped
from tests.given.webapi.demonstration_site import SECRET, Place, address_of, served, sign_in
from webapi.demonstration import story as demonstrated
from webapi.demonstration.present_day import PresentDay
from webapi.wiring import assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext

    from tests.bench.server import Server

TRIES: Final = 21
"""Competences that the chair has not ruled on yet; of so many tries, the last but one is p95."""
MOST: Final = 1.0
"""Seconds."""
LOOK: Final = 0.02
"""Seconds between two looks."""
GIVE_UP: Final = 30.0


def figures(server: Server, _pairs: int) -> list[Figure | Skipped]:
    """Seconds from what one does until another sees it, at p95; median beside it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return [Skipped("seen by others", "no chromium on this machine")]
    settings = Settings(
        data=server.folder / "visible", database_url=address_of(server.database("visible")), secret_key=SECRET
    )
    with _house(settings) as place, served(place) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
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
    """The demonstration on its present day."""
    clock = FixedClock(demonstrated.BEGINS)
    with closing(assemble(settings, DatabaseServer(str(settings.database_url)), clock)) as acquis:
        story = demonstrated.Story(acquis, clock)
        story.play()
        story.appeal()
        PresentDay(story).play()
        with closing(Database(acquis.server.dsn, role="acquis_projector", size=2)) as backstage:
            projector = Projector(backstage, LogRecorder(backstage))
            projector.catch_up()
            yield Place(acquis, story, projector, settings)


def _signed_in(place: Place, browser: Browser, site: str, who: str) -> BrowserContext:
    context = browser.new_context(base_url=site)
    sign_in(context, place.story.cast[who])
    return context


def _board(place: Place, browser: Browser, site: str) -> list[float]:
    """From before the chair's ruling is sent until the board that another member has open is another."""
    story = place.story
    session, paula = story.sessions[-2], story.called["paula"]  # after it one of November was planned
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
    """From the last key until the page, opened again elsewhere, says what was typed."""
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
    """Seconds from when it is begun until it is seen."""
    began = time.perf_counter()
    do()
    while not seen():
        if time.perf_counter() - began > GIVE_UP:
            raise TimeoutError("it is not seen")
        time.sleep(LOOK)
    return time.perf_counter() - began
