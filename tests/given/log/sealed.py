"""Sealed facts written directly into the database."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg2

from adapters.log.line import line
from adapters.log.merkle import leaf_hash

AT = datetime(2021, 6, 15, tzinfo=UTC)
BODIES = [f'{{"n":{number}}}' for number in range(700)]


def hashed(number: int) -> bytes:
    """Return the leaf of a fact."""
    return leaf_hash(line(UUID(int=number), BODIES[number], 0, number + 1, AT, UUID(int=number), "Noted", 1))


def as_superuser(database_url: str, *statements: str, given: dict[str, Any] | None = None) -> None:
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        for table in ("event", "leaf", "node"):
            cursor.execute(f"alter table log.{table} disable trigger all")
        for statement in statements:
            cursor.execute(statement, given)


def seal(database_url: str, first: int, end: int) -> None:
    """Insert facts with their leaves, from `first` up to `end`."""
    numbers = list(range(first, end))
    as_superuser(
        database_url,
        "insert into log.event select i + 1, u::uuid, 1, 'Noted', b, u::uuid, 0, %(at)s"
        "  from unnest(%(i)s::bigint[], %(u)s, %(b)s) x(i, u, b)",
        "insert into log.leaf select i, i + 1, %(at)s, h from unnest(%(i)s::bigint[], %(h)s::bytea[]) x(i, h)",
        "update log.head set next_index = %(end)s, sealed = %(end)s",
        "select setval('log.position', %(end)s)",
        given={
            "i": numbers,
            "u": [str(UUID(int=number)) for number in numbers],
            "b": BODIES[first:end],
            "h": [hashed(number) for number in numbers],
            "end": end,
            "at": AT,
        },
    )
