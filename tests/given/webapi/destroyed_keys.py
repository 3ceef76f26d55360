"""Keys in the vault's database, and their destruction."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2

from domain.fact import Retention
from tests.given.webapi.erasures import erasures

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


def keys(world: World, statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(world.acquis.server.keys_dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement, given)
        return cursor.fetchall() if cursor.description else []


def key_of(world: World, who: Caller, retention: Retention, what: str = "select *") -> list[tuple[Any, ...]]:
    where = "from vault.key where person = %s and class = %s"
    tail = " returning *" if what == "delete" else ""
    return keys(world, f"{what} {where}{tail}", str(who.id), retention.value)


def put_back(world: World, rows: list[tuple[Any, ...]]) -> None:
    for person, *rest in rows:
        keys(world, "insert into vault.key values (%s, %s, %s, %s, %s)", str(person), *rest)


def erase(world: World, who: Caller, *classes: str) -> Any:
    return world.ulysse.post(erasures(who), {"classes": list(classes)})
