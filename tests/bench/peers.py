"""Cost of an append, compared with other event stores on PostgreSQL: eventsourcing's module, and message-db.

message-db's SQL is fetched as the package of its authors, if npm is installed. Each appends the same body, thirty
facts a stream, from as many clients, with one open connection each.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import closing, contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg2

from tests.bench.append import a_mark, recorder, rows, turns_of
from tests.bench.clients import Clients
from tests.bench.pairs import Figure, Goal, Skipped
from tests.bench.server import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventsourcing.persistence import StoredEvent

    from tests.bench.clients import Loop, Step
    from tests.bench.server import Server

MESSAGE_DB: Final = "@eventide/message-db@1.3.1"
PARTS: Final = ("schema", "tables", "types", "functions", "indexes")
PREPARE: Final = """
prepare write (varchar, varchar, varchar, jsonb, jsonb, bigint) as
select message_store.write_message($1, $2, $3, $4, $5, $6)
"""
WRITE: Final = "execute write (%s, %s, %s, %s, %s, %s)"


def figures(server: Server, pairs: int) -> list[Figure | Skipped]:
    """Return the rates of our recorder and of each of them, with 1 and 8 clients."""
    dsn = server.database("peers")
    body = a_mark(dsn)
    return [*_library(dsn, body, pairs), *_message_db(server, dsn, body, pairs)]


def _library(dsn: str, body: bytes, pairs: int) -> list[Figure | Skipped]:
    if find_spec("psycopg") is None or find_spec("psycopg_pool") is None:
        return [Skipped("append, eventsourcing.postgres", "psycopg is not installed")]
    with library(dsn, body, create=True):
        pass  # makes its table once
    return _figures("eventsourcing.postgres", dsn, body, pairs, partial(library, dsn, body), Goal(2))


def _message_db(server: Server, dsn: str, body: bytes, pairs: int) -> list[Figure | Skipped]:
    fetched = _fetched(server.folder)
    if fetched is None:
        return [
            Skipped("append, message-db", "its package cannot be fetched: npm is not at hand, or reaches no registry")
        ]
    theirs = server.embedded.dsn("message_db")
    run(server.embedded.dsn("postgres"), "create database message_db")
    for path in fetched:
        run(theirs, f"set search_path to message_store, public; {path.read_text()}")
    run(theirs, "alter database message_db set search_path to message_store, public")
    return _figures("message-db", dsn, body, pairs, partial(message_db, theirs, body), None)


def _figures(  # noqa: PLR0917  (whom, where, and what is asked of them)
    peer: str, dsn: str, body: bytes, pairs: int, theirs: Loop, goal: Goal | None
) -> list[Figure | Skipped]:
    loops: dict[str, Loop] = {"recorder": partial(recorder, dsn, body), peer: theirs}
    found: list[Figure | Skipped] = []
    for clients in (1, 8):
        with Clients(clients, loops) as measured:
            name = f"append, {clients} client{'s' if clients > 1 else ''}, of {peer}"
            found.append(Figure(name, *turns_of(measured, loops, pairs), "/s", goal))
    return found


@contextmanager
def library(dsn: str, body: bytes, *_: int, create: bool = False) -> Iterator[Step]:
    """Append through `eventsourcing.postgres` with its defaults, with one open connection a process and no ping."""
    from eventsourcing.postgres import PostgresFactory  # noqa: PLC0415  (psycopg is for this bench only)
    from eventsourcing.utils import Environment  # noqa: PLC0415  (likewise)

    where = urlsplit(dsn)
    given = {
        "POSTGRES_DBNAME": Path(where.path).name,
        "POSTGRES_HOST": parse_qs(where.query)["host"][0],
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "",
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": "0",
        "CREATE_TABLE": "yes" if create else "no",
    }
    facts = rows(body)
    factory = PostgresFactory(Environment("bench", given))
    try:
        theirs: Any = factory.application_recorder()
        yield lambda: theirs.insert_events([next(facts)])
    finally:
        factory.close()


@contextmanager
def message_db(dsn: str, body: bytes, *_: int) -> Iterator[Step]:
    """Append through message-db's function, prepared, with the expected version."""
    facts, text = rows(body), body.decode()
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(PREPARE)
        yield lambda: _written(cursor, next(facts), text)


def _written(cursor: Any, fact: StoredEvent, body: str) -> None:
    name, expected = f"assessment-{fact.originator_id}", fact.originator_version - 2
    cursor.execute(WRITE, (str(uuid4()), name, fact.topic, body, json.dumps({"by": None}), expected))
    cursor.fetchall()


def _fetched(folder: Path) -> list[Path] | None:
    """Return the files of its schema, in the order of its own installation."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    done = subprocess.run(
        [npm, "pack", "--silent", MESSAGE_DB], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return None
    shutil.unpack_archive(folder / done.stdout.split()[-1], folder / "message-db", filter="data")
    database = folder / "message-db" / "package" / "database"
    return [path for part in PARTS for path in sorted((database / part).glob("*.sql"))]
