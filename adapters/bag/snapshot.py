"""What did the log hold at one moment? One read-only transaction, from which everything of a bag is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from psycopg2.extensions import connection as Connection  # noqa: N812  (a class under a function's name)

from adapters.database.pool import PATIENT, Database

BATCH = 2000


class Snapshot:
    """The log as it was when the first question was asked."""

    def __init__(self, connection: Connection) -> None:
        """Ask within a transaction that somebody else began and ends."""
        self._connection = connection

    def all(self, sql: str, **given: Any) -> list[tuple[Any, ...]]:
        """The rows of an answer that fits into memory."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall()

    def batches(self, sql: str, **given: Any) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of an answer of any length, some thousands at a time."""
        with self._connection.cursor(name=f"bag_{uuid4().hex}") as cursor:
            cursor.execute(sql, given)
            while rows := cursor.fetchmany(BATCH):
                yield rows


@contextmanager
def snapshot(database: Database) -> Iterator[Snapshot]:
    """One snapshot, on a connection of its own for as long as the block lasts."""
    connection = database.open()
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
    try:
        with connection.cursor() as cursor:
            cursor.execute(PATIENT)
        yield Snapshot(connection)
    finally:
        connection.close()
