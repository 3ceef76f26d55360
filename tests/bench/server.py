"""The server of the benches: a durable embedded one, removed at the end."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn

from adapters.database import DatabaseServer
from adapters.database.embedded import EmbeddedPostgres

BARE = """
create schema bare;
create table bare.event (like log.event including all);
create sequence bare.position cache 1;
"""
PREPARE = """
prepare put (uuid, bigint, text, text, uuid, smallint) as
insert into bare.event values (nextval('bare.position'), $1, $2, $3, $4, $5, $6, clock_timestamp()) returning position
"""
PUT = "execute put (%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server and the bench's folder."""

    folder: Path
    embedded: EmbeddedPostgres

    def database(self, name: str, *, bare: bool = True) -> str:
        """Make a migrated database, and return its superuser's address; `bare.event` is a similar table, not the log.

        It has the columns, the indexes and the sequence of `log.event`, but no triggers. A bench that starts a
        projector must leave it out: the watch finds a table that no migration made, and stops recording.
        """
        dsn = self.embedded.dsn(name)
        DatabaseServer(dsn).migrate()
        if bare:
            run(dsn, BARE)
        return dsn

    @contextmanager
    def slow_flush(self, microseconds: int) -> Iterator[None]:
        """Delay every flush of the journal by this long, as on a slow disk."""
        self._set_flush(str(microseconds), "0")
        try:
            yield
        finally:
            self._set_flush("0", "5")

    def _set_flush(self, delay: str, siblings: str) -> None:
        dsn = self.embedded.dsn("postgres")
        for statement in (
            f"alter system set commit_delay = {delay}",
            f"alter system set commit_siblings = {siblings}",
            "select pg_reload_conf()",
        ):
            run(dsn, statement)
        deadline = time.monotonic() + 10
        while run(dsn, "select setting from pg_settings where name = 'commit_delay'") != [(delay,)]:
            if time.monotonic() > deadline:
                raise TimeoutError("the server does not take its new settings")
            time.sleep(0.05)


@contextmanager
def server() -> Iterator[Server]:
    """Start the server; stop and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="acquis-bench-"))
    try:
        with EmbeddedPostgres.start(folder / "server") as embedded:
            yield Server(folder, embedded)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(dsn: str, statement: str, given: Any = None) -> list[tuple[Any, ...]]:
    """Run one statement as superuser and return its rows."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement, given)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def bare(dsn: str) -> Iterator[psycopg2.extensions.cursor]:
    """Yield a cursor of a session in which the bare INSERT is prepared."""
    with closing(psycopg2.connect(make_dsn(dsn))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(PREPARE)
        yield cursor
