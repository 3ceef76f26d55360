"""Cost of appending a fact through the recorder, compared with a bare INSERT of the same row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from adapters.database.pool import Database
from adapters.keys.vault import FieldPlace
from adapters.log.codec import Envelope, encode
from adapters.log.recorder import LogRecorder
from domain.assessment.facts import CompetenceAssessed
from domain.fact import Personal
from domain.ports import CandidacyId, PersonId
from tests.bench.clients import Clients, Loop, Step
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.server import PUT, Server, bare
from tests.bench.sizes import sized
from tests.given.log.vaults import a_vault

TURN = sized(1.0, 0.2)  # seconds
MARKS = 30  # facts in a stream, as in an assessment of the whole certification
COMMENT = "La démarche est claire et justifiée ; l'analyse des besoins reste à approfondir avec le commanditaire."
FLUSH = 2000  # microseconds
RELIED_ON = 4  # streams


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the rates of 1, 8 and 16 clients; of 16 with a slow flush; and of appends that rely on other streams."""
    dsn = server.database("append")
    body = a_mark(dsn)
    found: list[Figure] = []
    for clients, flush, goal in ((1, 0, Goal(0.8)), (8, 0, Goal(0.8)), (16, 0, Goal(0.75)), (16, FLUSH, Goal(0.95))):
        slow = server.slow_flush(flush) if flush else nullcontext()
        name = f"append, {clients} clients" + (f", {flush / 1000:g} ms flush" if flush else "")
        loops = {"recorder": partial(recorder, dsn, body), "bare": partial(insert, dsn, body)}
        with slow, Clients(clients, loops) as measured:
            pair = turns_of(measured, loops, pairs)
            found.append(Figure(name.replace("1 clients", "1 client"), *pair, "/s", goal))
    loops = {"relying": partial(relying, dsn, body), "bare": partial(insert, dsn, body)}
    for clients in (1, 8):
        with Clients(clients, loops) as measured:
            name = f"append relying on {RELIED_ON} streams, {clients} client{'s' if clients > 1 else ''}"
            found.append(Figure(name, *turns_of(measured, loops, SHORT), "/s", None))
    return found


def turns_of(measured: Clients, loops: Mapping[str, Loop], pairs: int) -> tuple[list[float], list[float]]:
    """Return the rates of the two loops, ours first."""
    ours, theirs = (partial(measured.rate, loop, TURN) for loop in loops)
    return in_turns(ours, theirs, pairs)


def a_mark(dsn: str) -> bytes:
    """Return the body of a typical fact: a mark with a comment, sealed for its candidate."""
    candidate, append_id, stream = PersonId(uuid4()), uuid4(), uuid4()
    fact = CompetenceAssessed(
        candidacy=CandidacyId(uuid4()),
        assessor=PersonId(uuid4()),
        competence=7,
        mark="acquired",
        comment=Personal(COMMENT, candidate),
    )
    head = Envelope(by=fact.assessor, role="assessor", on=date(2022, 5, 2), request=None)
    with closing(a_vault(dsn)) as vault:
        return encode(fact, head, FieldPlace(append_id, 0, stream, type(fact).__name__, 1, ""), vault).encode()


def rows(body: bytes) -> Iterator[StoredEvent]:
    """Yield the facts of one assessment after another, without end."""
    while True:
        stream = uuid4()
        for version in range(1, MARKS + 1):
            yield StoredEvent(stream, version, "CompetenceAssessed", body)


@contextmanager
def recorder(dsn: str, body: bytes, *_: int) -> Iterator[Step]:
    """Append through our recorder, one fact a call, with the web's role."""
    facts = rows(body)
    with closing(Database(dsn, role="acquis_web", size=1)) as database:
        ours = LogRecorder(database)
        yield lambda: _ours(ours, next(facts))


def _ours(ours: LogRecorder, fact: StoredEvent) -> None:
    ours.insert_events([fact], append_id=uuid4())


@contextmanager
def relying(dsn: str, body: bytes, *_: int) -> Iterator[Step]:
    """Append like a mark: relying on person, candidacy, framework and rulebook, which must not have changed."""
    facts = rows(body)
    with closing(Database(dsn, role="acquis_web", size=1)) as database:
        ours = LogRecorder(database)
        relied_on = {uuid4(): 1 for _ in range(RELIED_ON)}
        ours.insert_events([StoredEvent(stream, 1, "CompetenceAssessed", body) for stream in relied_on])
        yield lambda: _relying(ours, next(facts), relied_on)


def _relying(ours: LogRecorder, fact: StoredEvent, relied_on: Mapping[UUID, int]) -> None:
    ours.insert_events([fact], append_id=uuid4(), relied_on=relied_on)


@contextmanager
def insert(dsn: str, body: bytes, *_: int) -> Iterator[Step]:
    """INSERT the same row with a prepared statement, and read the position back."""
    facts = rows(body)
    with bare(dsn) as cursor:
        yield lambda: _bare(cursor, next(facts))


def _bare(cursor: Any, fact: StoredEvent) -> None:
    row = (str(fact.originator_id), fact.originator_version, fact.topic, fact.state.decode(), str(uuid4()), 0)
    cursor.execute(PUT, row)
    cursor.fetchall()
