"""What does sealing personal data cost? Marks with a comment, through the store, beside the same merely encoded."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from uuid import uuid4

from adapters.database.pool import Database
from adapters.log.application import Acquis, FactMapper, Written
from adapters.log.codec import Envelope, Seals
from adapters.log.recorder import LogRecorder
from adapters.log.store import PostgresStore
from domain.assessment import CompetenceAssessed
from domain.fact import Personal
from domain.ports import CandidacyId, PersonId
from tests.bench.append import COMMENT, MARKS, TURN
from tests.bench.clients import Clients, Step
from tests.bench.pairs import Figure, Goal, in_turns
from tests.bench.server import Server
from tests.keeping import a_vault

ASSESSOR = PersonId(uuid4())
HEAD = Envelope(by=ASSESSOR, role="assessor", on=date(2022, 5, 2), request=None)


class OnlyEncoded:
    """Seals that seal nothing: what is left is what sealing costs."""

    def seal(self, text: bytes, *_: object) -> str:
        return base64.b64encode(text).decode("ascii")


def figures(server: Server, pairs: int) -> list[Figure]:
    """One client, which waits for each commit alone, then eight, which share them.

    Each assessment is a new candidate's, whose key is made and committed with the first of its thirty marks.
    """
    dsn = server.database("sealing")
    loops = {"sealed": partial(sealed, dsn), "encoded": partial(encoded, dsn)}
    found = []
    for clients, goal in ((1, Goal(0.85)), (8, Goal(0.85))):
        with Clients(clients, loops) as measured:
            ours, theirs = (partial(measured.rate, loop, TURN) for loop in loops)
            pair = in_turns(ours, theirs, pairs)
        found.append(Figure(f"a mark sealed, {clients} client{'s' if clients > 1 else ''}", *pair, "/s", goal))
    return found


@contextmanager
def sealed(dsn: str, *_: int) -> Iterator[Step]:
    """Append marks whose comment is sealed for its candidate."""
    with closing(a_vault(dsn)) as vault, _store(dsn, vault) as step:
        yield step


@contextmanager
def encoded(dsn: str, *_: int) -> Iterator[Step]:
    """Append marks whose comment stands in base64."""
    with _store(dsn, OnlyEncoded()) as step:
        yield step


@contextmanager
def _store(dsn: str, seals: Seals) -> Iterator[Step]:
    with closing(Database(dsn, role="acquis_web", size=1)) as database:
        store = PostgresStore(Acquis(LogRecorder(database), FactMapper(seals)).events, database)
        marks = _marks()
        yield lambda: _append(store, next(marks))


def _append(store: PostgresStore, mark: Written) -> None:
    store.append([mark], mark.append_id, {}, None)


def _marks() -> Iterator[Written]:
    """The marks of one assessment after another, without end."""
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
            yield Written(
                originator_id=stream, originator_version=number, fact=fact, append_id=uuid4(), n=0, head=HEAD
            )
