"""Cost of sealing personal data: marks with a comment, through the store, compared with the same only encoded."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import cycle, product
from uuid import uuid4

from adapters.by_settings import vault_of
from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.application import Acquis, FactMapper, WrittenFact
from adapters.log.codec import Envelope, Seals
from adapters.log.recorder import LogRecorder
from adapters.log.store import PREPARED, PostgresStore
from adapters.settings import Settings
from domain.assessment.facts import CompetenceAssessed
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.execute import execute
from domain.fact import Personal
from domain.ports import Actor, CandidacyId, PersonId, Request
from tests.bench.append import COMMENT, MARKS, TURN, a_mark, insert, turns_of
from tests.bench.clients import Clients, Step
from tests.bench.http import TODAY, prepare
from tests.bench.pairs import Figure, Goal, in_turns
from tests.bench.server import Server
from tests.given.domain.scenario import NOON
from webapi.upkeep.startup import acquis

EACH = 8  # candidates of one client, in turns: sealing caches each one's key for two seconds
ASSESSOR = PersonId(uuid4())
HEAD = Envelope(by=ASSESSOR, role="assessor", on=date(2022, 5, 2), request=None)


class OnlyEncoded:
    """A vault that only encodes: the difference is the cost of sealing."""

    def seal(self, text: bytes, *_: object) -> str:
        return base64.b64encode(text).decode("ascii")


@dataclass(frozen=True)
class Given:
    """Settings, an assessor, and the candidacies assigned to them."""

    settings: Settings
    assessor: Actor
    candidacies: list[CandidacyId]

    @property
    def dsn(self) -> str:
        return str(self.settings.database_url)

    def commands(self, client: int) -> Iterator[AssessCompetence]:
        """Yield marks without end, competence by competence, for candidacies that no other client marks."""
        mine = self.candidacies[client * EACH : (client + 1) * EACH]
        for competence, candidacy in cycle(product(range(1, MARKS + 1), mine)):
            yield AssessCompetence(candidacy=candidacy, competence=competence, mark="acquired", comment=COMMENT)


Marking = Callable[[Given, int, Seals], AbstractContextManager[Step]]


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the rates of one client, which waits for each commit, then of eight, which share commits; without HTTP.

    Only the append has a goal: in a whole command, which also loads and decides, sealing weighs less.
    """
    given = _prepared(server, candidacies=8 * EACH)
    found = [
        _figure(f"{name}, {clients} client{'s' if clients > 1 else ''}", pairs, goal, given, marking, clients)
        for name, marking, goal in (("append of a sealed mark", appended, Goal(0.85)), ("a mark given", told, None))
        for clients in (1, 8)
    ]
    return [_of_bare(server, pairs, given), *found]


def _of_bare(server: Server, pairs: int, given: Given) -> Figure:
    loops = {
        "sealed": partial(sealed, given, appended),
        "bare": partial(insert, given.dsn, a_mark(server.database("mark"))),
    }
    with Clients(8, loops) as measured:
        return Figure(
            "append of a sealed mark, 8 clients, of bare", *turns_of(measured, loops, pairs), "/s", Goal(0.65)
        )


def _figure(name: str, pairs: int, goal: Goal | None, given: Given, marking: Marking, clients: int) -> Figure:  # noqa: PLR0917
    loops = {"sealed": partial(sealed, given, marking), "encoded": partial(encoded, given, marking)}
    with Clients(clients, loops) as measured:
        ours, theirs = (partial(measured.rate, loop, TURN) for loop in loops)
        return Figure(name, *in_turns(ours, theirs, pairs), "/s", goal)


def _prepared(server: Server, candidacies: int) -> Given:
    settings = Settings(
        data=server.folder / "sealing",
        database_url=server.database("sealing"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    with acquis(settings, FixedClock(TODAY)) as opened:
        found = prepare(opened, candidacies)
        return Given(settings, found.assessor, found.candidacies)


@contextmanager
def sealed(given: Given, marking: Marking, client: int, _: int) -> Iterator[Step]:
    """Record marks whose comment is sealed for its candidate."""
    with closing(vault_of(given.settings, DatabaseServer(given.dsn))) as vault, marking(given, client, vault) as step:
        yield step


@contextmanager
def encoded(given: Given, marking: Marking, client: int, _: int) -> Iterator[Step]:
    """Record marks whose comment is in base64."""
    with marking(given, client, OnlyEncoded()) as step:
        yield step


@contextmanager
def appended(given: Given, _: int, seals: Seals) -> Iterator[Step]:
    """Append each mark as it is; each assessment has a new candidate, whose key is made with the first mark."""
    with closing(Database(given.dsn, role="acquis_web", size=1)) as database:
        store, marks = _store(database, seals), _marks()
        yield lambda: _append(store, next(marks))


def _append(store: PostgresStore, mark: WrittenFact) -> None:
    store.append([mark], mark.append_id, {}, None)


def _marks() -> Iterator[WrittenFact]:
    """Yield the marks of one assessment after another, without end."""
    while True:
        stream, candidacy, candidate = uuid4(), CandidacyId(uuid4()), PersonId(uuid4())
        for number in range(1, MARKS + 1):
            fact = CompetenceAssessed(
                candidacy=candidacy,
                assessor=ASSESSOR,
                competence=number,
                mark="acquired",
                comment=Personal(COMMENT, candidate),
            )
            yield WrittenFact(
                originator_id=stream, originator_version=number, fact=fact, append_id=uuid4(), n=0, head=HEAD
            )


@contextmanager
def told(given: Given, client: int, seals: Seals) -> Iterator[Step]:
    """Record each mark by its command, for candidates whose keys exist."""
    commands = given.commands(client)
    with closing(Database(given.dsn, role="acquis_web", size=1, prepared=[PREPARED])) as database:
        store = _store(database, seals)
        for _ in range(EACH):
            _tell(store, next(commands), given.assessor)  # read each candidacy once before the turn
        yield lambda: _tell(store, next(commands), given.assessor)


def _tell(store: PostgresStore, command: AssessCompetence, assessor: Actor) -> None:
    execute(command, store.about(command), Request(actor=assessor, append_id=uuid4(), today=TODAY, hour=NOON))


def _store(database: Database, seals: Seals) -> PostgresStore:
    return PostgresStore(Acquis(LogRecorder(database), FactMapper(seals)).events, database)
