"""A second, new PostgreSQL server, whose superuser has another name."""

from __future__ import annotations

import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.extensions import make_dsn

from adapters.database.embedded import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator

SUPERUSER = "direction"


@contextmanager
def another_server() -> Iterator[str]:
    """Yield the address of its maintenance database for its superuser; the server ends with the block."""
    with (
        tempfile.TemporaryDirectory(prefix="acquis-server-", dir="/tmp") as folder,
        EmbeddedPostgres.start(Path(folder), durable=False) as server,
    ):
        first = server.dsn("postgres")
        run(first, "create role made_for_this superuser login")
        run(make_dsn(first, user="made_for_this"), f"alter role postgres rename to {SUPERUSER}")
        renamed = make_dsn(first, user=SUPERUSER)
        run(renamed, "drop role made_for_this")
        yield renamed


def run(dsn: str, statement: str) -> None:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
