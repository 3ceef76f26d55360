"""The mark of an unfinished restore: a table that a restore creates first and drops last.

It is in the log's database, which every process opens: no process may use a partly restored installation, which may
hold accounts of people who were erased since. A repeated restore finds the mark, and starts over.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.database.pool import Database

STANDS: Final = "select to_regclass('public.acquis_restoring') is not null"
MARK: Final = """
create table public.acquis_restoring as select %s::text as evidence, %s::text as keys, now() as since
"""
PLACES: Final = "select evidence, keys from public.acquis_restoring"
TAKE: Final = "drop table public.acquis_restoring"
LOCK: Final = "select pg_advisory_lock(hashtext('acquis restore'), hashtext(%s))"
PATIENCE: Final = "set lock_timeout = '3s'"
"""Waits for the lock: the server may take a moment to notice that a killed restore's session has ended."""


class RestoreUnfinished(Trouble):
    """A restore into this database has begun and has not ended: nothing may open the database before."""

    def __init__(self) -> None:
        """Set the message: what to do."""
        super().__init__(
            "A restore was begun here and did not end: send the same `acquis restore` again, it starts over.",
            "Une restauration a commencé ici sans aboutir : renvoyez le même `acquis restore`, il repart de zéro.",
        )


class RestoreRunning(Trouble):
    """Another process is restoring into this database."""

    def __init__(self) -> None:
        """Set the message: wait for the other restore."""
        super().__init__(
            "Another `acquis restore` is at work on this database: wait until it ends.",
            "Un autre `acquis restore` travaille sur cette base : attendez qu'il finisse.",
        )


def refuse_unfinished(database: Database) -> None:
    """Raise RestoreUnfinished if the mark of a restore exists."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(STANDS)
        if cursor.fetchall() == [(True,)]:
            raise RestoreUnfinished


@contextmanager
def alone(dsn: str) -> Iterator[None]:
    """Lock a database for one restore at a time; the lock ends with its process. Raises RestoreRunning."""
    with closing(psycopg2.connect(make_dsn(dsn, dbname="postgres"))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(PATIENCE)
        try:
            cursor.execute(LOCK, (parse_dsn(dsn).get("dbname"),))
        except psycopg2.errors.LockNotAvailable as error:
            raise RestoreRunning from error
        yield


def mark(dsn: str, evidence: str, keys: str) -> None:
    """Mark an empty database with the evidence folder and the keys' database of its restore."""
    _execute(dsn, MARK, (evidence, keys))


def unmark(dsn: str) -> None:
    """Remove the mark: the restore is complete."""
    _execute(dsn, TAKE)


def marked(dsn: str) -> tuple[str, str] | None:
    """Return the evidence folder and keys' database of an unfinished restore; None without such a restore."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(STANDS)
        if cursor.fetchall() == [(False,)]:
            return None
        cursor.execute(PLACES)
        ((evidence, keys),) = cursor.fetchall()
        return evidence, keys


def _execute(dsn: str, statement: str, given: tuple[str, ...] = ()) -> None:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement, given)
