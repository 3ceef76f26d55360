"""Cost of each page with ten thousand candidacies, compared with a bare page of the same size.

The demonstration with its present day gives each role work; ten thousand dossiers are added. The person of each role
follows every link from the role's first page, as in `tests/browser/test_every_page.py`; each kind of page is then
requested repeatedly, in turns with a bare view that answers as many bytes.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import deque
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Final

from flask import Flask

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.settings import Settings
from domain.candidacy.facts import AssessorAssigned
from domain.fact import Personal
from domain.jury.facts import TitlePronounced
from domain.people.facts import Registered, RoleGranted
from domain.ports import Actor, Role
from projections.tables import NAMES
from tests.bench.dossiers import LIST, written
from tests.bench.pairs import Figure, Goal
from tests.bench.questions import Brief
from tests.bench.sizes import sized
from tests.given.servers.statements import statements
from tests.given.webapi.telephones import give_telephone
from webapi.app import create_app
from webapi.demonstration import story as demonstrated
from webapi.demonstration.present_day import FACES, TODAY, PresentDay
from webapi.edge.cookies import PASS
from webapi.wiring import App, assemble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask.testing import FlaskClient

    from domain.fact import Fact
    from domain.ports import CandidacyId, SessionId
    from tests.bench.dossiers import At
    from tests.bench.server import Server

EVERYBODY: Final = sized(10_000, 100)
MOST: Final = 50.0
"""The most milliseconds by which the median of a page may exceed that of a bare one."""
LINK: Final = re.compile(r'href="(/[^"#]*)"')
NAMED: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")
TURNS: Final = sized(5, 1)
WARM: Final = sized(2, 1)
NO_PAGES: Final = ("/static", "/language", "/api", "/aide")


class Behind(Brief):
    """The earlier dossiers of the demonstration's installation: one in twenty still waits for a jury.

    All that wait belong to one assessor; the demonstration's jurors sat on one session in twenty.
    """

    OURS_OF = 20

    def __init__(self, candidacies: int, house: demonstrated.Story) -> None:
        super().__init__(candidacies)
        self.inès = house.cast["ines"].id
        self.strangers, self.ours = self.panel, tuple(house.cast[name].id for name in demonstrated.PANEL)
        self.chosen = self.chosen[: len(self.chosen) * 19 // 20]

    def told(self) -> Iterator[At]:
        """Yield all facts except the publications, which the installation has made."""
        return islice(super().told(), 2, None)

    def _prepared(self, each: int) -> Iterator[At]:
        candidate = self.people[each]
        yield candidate, Registered(name=Personal(f"Personne Fictive {each}", candidate))
        yield candidate, RoleGranted(role=Role.CANDIDATE)
        yield from super()._prepared(each)
        if each >= len(self.chosen) * LIST:
            yield (
                self.candidacies[each],
                AssessorAssigned(assessor=self.inès, competences=self.definition_numbers),
            )

    def _session(self, session: SessionId, heard: Iterable[int]) -> Iterator[At]:
        self.panel = self.strangers if session.int % self.OURS_OF else self.ours
        return super()._session(session, heard)

    def _decided(self, session: SessionId, candidacy: CandidacyId) -> Iterator[Fact]:
        """Decide a candidacy; one in four is awarded the title."""
        yield from super()._decided(session, candidacy)
        if candidacy.int % 4 == 0:
            yield TitlePronounced(session=session, candidacy=candidacy)

    def _won(self, candidacy: CandidacyId) -> frozenset[int]:
        return super()._won(candidacy) if candidacy.int % 4 else frozenset(self.definition_numbers)


@dataclass(frozen=True)
class Page:
    """The cost of one page: milliseconds in all, of this process's work, of a bare page; statements; bytes."""

    path: str
    ours: float
    work: float
    bare: float
    statements: int
    weight: int

    @property
    def above(self) -> float:
        """Return the milliseconds beyond the bare page's."""
        return self.ours - self.bare

    def __str__(self) -> str:
        return (
            f"{self.ours:7.1f} ms  {self.bare:5.1f} bare  {self.work:7.1f} of work  {self.statements:3} statements"
            f"  {self.weight / 1000:6.1f} kB  {NAMED.sub('…', self.path)}"
        )


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the milliseconds of each page of a role beyond the bare page's, most expensive first."""
    settings = Settings(
        data=server.folder / "pages",
        database_url=server.database("pages"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
        sign_up=True,
    )
    faces = at_work(settings, EVERYBODY)
    with closing(assemble(settings, DatabaseServer(str(settings.database_url)), FixedClock(TODAY))) as acquis:
        return [of_role(acquis, face, pairs) for face in faces[: sized(len(faces), 2)]]


def at_work(settings: Settings, candidacies: int) -> list[Actor]:
    """Play the demonstration, then add this many dossiers; return the person of each role."""
    dsn, clock = str(settings.database_url), FixedClock(demonstrated.BEGINS)
    with closing(assemble(settings, DatabaseServer(dsn), clock)) as acquis:
        story = demonstrated.Story(acquis, clock)
        story.play()
        story.appeal()
        PresentDay(story).play()
        with acquis.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute("select max(position) from log.fact")
            ((after,),) = cursor.fetchall()
        written(dsn, Behind(candidacies, story), acquis.vault, NAMES, after)
    return [story.cast[name].actor for name in FACES]


def of_role(acquis: App, face: Actor, pairs: int) -> Figure:
    """Return every page of a role's person, most expensive first."""
    browser = signed_in(acquis, face)
    pages = sorted(measured(browser, pairs * TURNS), key=lambda each: each.above, reverse=True)
    goal = Goal(MOST, at_least=False)
    name = f"{face.role}, {len(pages)} pages, the dearest above bare"
    return Figure(name, [pages[0].above], [], "ms", goal, [str(each) for each in pages])


def signed_in(acquis: App, face: Actor) -> FlaskClient:
    """Return a browser in which a person is signed in."""
    browser = create_app(acquis).test_client()
    if face.role is Role.ADMIN:
        give_telephone(acquis, face.who)
    with browser.session_transaction() as session:
        session[PASS] = acquis.sessions.begin(face)
    return browser


def pages(browser: FlaskClient) -> Iterator[str]:
    """Return each kind of page that links lead to, one of each; pages that differ only in ids are one kind."""
    waiting, known = deque(["/"]), set[str]()
    while waiting:
        path = waiting.popleft()
        kind = NAMED.sub("…", path.partition("?")[0])
        if kind in known or kind.startswith(NO_PAGES):
            continue
        known.add(kind)
        with closing(browser.get(path)) as answer:
            if answer.status_code == 303:
                waiting.append(answer.location)
            elif answer.status_code == 200 and answer.mimetype == "text/html":
                waiting.extend(link.replace("&amp;", "&") for link in LINK.findall(answer.text))
                yield path


def measured(browser: FlaskClient, times: int) -> list[Page]:
    """Return the cost of each page, each time next to a bare one of its size."""
    return [_measured(browser, path, times) for path in pages(browser)]


def _measured(browser: FlaskClient, path: str, times: int) -> Page:
    for _ in range(WARM):
        weight = len(browser.get(path).data)
    with statements() as sent:
        browser.get(path)
    bare = _bare(weight)
    both = [(_taken(browser, path), _taken(bare, "/")) for _ in range(times)]
    ours, theirs = [one for one, _ in both], [other for _, other in both]
    return Page(
        path,
        median(waited for waited, _ in ours),
        median(worked for _, worked in ours),
        median(waited for waited, _ in theirs),
        len(sent),
        weight,
    )


def _bare(size: int) -> FlaskClient:
    app, page = Flask(__name__), "x" * size
    app.add_url_rule("/", view_func=lambda: page)
    return app.test_client()


def _taken(browser: FlaskClient, path: str) -> tuple[float, float]:
    """Return the milliseconds until a page was there, and of this thread's work for it."""
    began, working = time.perf_counter(), time.thread_time()
    browser.get(path)
    return 1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - working)
