"""A snapshot of the log: one read-only transaction from which a whole bag is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import PATIENT, Database
from adapters.log.codec import decode, envelope
from domain.fact import RecordedFact, Stamp

FACTS = """
select e.position, e.stream, e.version, e.type, e.body, e.append_id, e.n, e.recorded_at
  from log.fact e join log.leaf l using (position)
 where e.stream = any(%(streams)s::uuid[]) and l.index < %(size)s order by e.position
"""
OPENED = """
select e.stream from log.fact e join log.leaf l using (position)
 where e.type = 'CandidacyOpened' and l.index < %(size)s order by e.position
"""
BATCH = 2000


class LogSnapshot:
    """The log as it was at the first query."""

    def __init__(self, connection: Connection) -> None:
        """Query within a transaction that the caller begins and ends."""
        self._connection = connection

    def all(self, sql: str, **given: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a result that fits into memory."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall()

    def batches(self, sql: str, **given: Any) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a result of any length, in batches."""
        with self._connection.cursor(name=f"bag_{uuid4().hex}") as cursor:
            cursor.execute(sql, given)
            while rows := cursor.fetchmany(BATCH):
                yield rows

    def facts(self, streams: Iterable[UUID], size: int) -> list[tuple[Any, ...]]:
        """Return the facts of some streams with a leaf below `size`, in order: rows for `told`."""
        return self.all(FACTS, streams=sorted(streams), size=size)

    def candidacies(self, size: int) -> Iterator[UUID]:
        """Return all candidacies that were opened, in order."""
        return (stream for rows in self.batches(OPENED, size=size) for (stream,) in rows)


def read_fact(row: tuple[Any, ...]) -> RecordedFact:
    """Read a fact from a row of `Snapshot.facts`; raises one of UNREADABLE."""
    position, stream, version, name, body, append_id, n, at = row
    who = envelope(body)
    stamp = Stamp(
        stream=stream,
        version=version,
        position=position,
        by=who.by,
        role=who.role,
        on=who.on,
        at=at,
        append_id=append_id,
        n=n,
    )
    return RecordedFact(fact=decode(name, body), stamp=stamp)


@contextmanager
def snapshot(database: Database) -> Iterator[LogSnapshot]:
    """Yield a snapshot, on a separate connection, for as long as the block lasts."""
    connection = database.open()
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
    try:
        with connection.cursor() as cursor:
            cursor.execute(PATIENT)
        yield LogSnapshot(connection)
    finally:
        connection.close()
