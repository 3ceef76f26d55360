"""How are read models made anew? Beside the live ones, which they then replace in one transaction.

The fresh tables are computed from the log alone while the live projector goes on; when they have almost caught up,
they take the writers' lock, come to exactly the live position, and are put in the place of the old ones, and the
reporting views are made again on them. A projector that waited for the lock goes on with the new tables.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import psycopg2
from psycopg2.errors import DeadlockDetected, LockNotAvailable
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from adapters.database.pool import Database
from projections.engine.advance import Kept, advance
from projections.engine.projection import Projection
from projections.reporting.views import drop_views, make_views
from projections.tables import (
    FRESH,
    LIVE,
    NAME,
    PROJECTIONS,
    WRITING,
    chosen,
    into,
    make,
    note_shapes,
    outdated,
    tracked,
)

CLOSE = 500  # positions: how near the fresh tables come before the writers' lock is taken
TRIES = 20  # a report that reads the old tables for longer than the lock timeout lets a replacement wait
BY_ITSELF = "select pg_try_advisory_lock(4714, 2)"
SORTING = "set local work_mem = '8MB'"  # dossiers are sorted once: short runs, merged, took less time than 64 MB did


SEALED: Final = "select sealed from log.head"
BACK: Final = "update projection.tracking set position = %s where name = %s"
"""Brings a tracking position that was ahead of the log back, once every table was made anew."""
CHANGED: Final = """
select count(*) from (select t::text from {live}.{name} t except all select t::text from {fresh}.{name} t) gone
union all
select count(*) from (select t::text from {fresh}.{name} t except all select t::text from {live}.{name} t) come
"""


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What a rebuild came to: the position the tables stand at, and how many rows said something else, by table.

    A table of another version of Acquis, or one that was not there, is not compared.
    """

    position: int
    changed: dict[str, int]


class RebuildRunning(RuntimeError):  # noqa: N818  (a refusal, as elsewhere)
    """Another process is rebuilding."""


def rebuild(database: Database, *, names: Iterable[str] | None = None) -> Rebuilt:
    """Rebuild the tables of these names, all by default, and say what was changed.

    To be run as acquis_projector. Raises `UnknownProjection`, `RebuildRunning`, `PoisonFact`.
    """
    projections = chosen(names)
    with alone(database) as place, _nothing_collected():
        with database.transaction() as sql:
            make(sql, FRESH, projections)
        kept, at = Kept(size=0), 0
        while (to := _live(database)) - at > CLOSE:
            at = _advanced(database, projections, at, to, kept)
        with database.transaction() as sql:
            into(sql, FRESH)
            sql.execute(f"analyze {', '.join(each.name for each in projections)}")
        place.execute("select")  # whoever has lost the place replaces nothing: another may be at these tables
        return _replaced(database, projections, at, kept)


def _live(database: Database) -> int:
    with database.connection() as connection, connection.cursor() as cursor:
        return _stands(cursor)


def _stands(sql: Cursor) -> int:
    """Where the live tables stand: never beyond the log, whatever the tracking says."""
    sql.execute(SEALED)
    sealed: int = sql.fetchall()[0][0]
    return min(tracked(sql), sealed)


def _advanced(database: Database, projections: list[Projection], at: int, to: int, kept: Kept) -> int:
    with database.transaction() as sql:
        into(sql, FRESH)
        sql.execute(SORTING)
        advance(sql, projections, at, to, kept)
    return to


def _replaced(database: Database, projections: list[Projection], at: int, kept: Kept) -> Rebuilt:
    for attempt in range(TRIES):
        try:
            return _replace(database, projections, at, kept)
        except (LockNotAvailable, DeadlockDetected):
            if attempt + 1 == TRIES:
                raise
            time.sleep(0.1)
    raise AssertionError("unreachable")


def _replace(database: Database, projections: list[Projection], at: int, kept: Kept) -> Rebuilt:
    with database.transaction() as sql:
        sql.execute(WRITING)
        into(sql, FRESH)
        to = _stands(sql)
        if to > at:
            advance(sql, projections, at, to, kept)
        into(sql, LIVE)
        sql.execute("select tablename from pg_tables where schemaname = %s", (LIVE,))
        standing = {name for (name,) in sql.fetchall()}
        changed = _changed(sql, {each.name for each in projections} & standing - set(outdated(sql)))
        drop_views(sql)
        old = [f"{LIVE}.{each.name}" for each in projections if each.name in standing]
        if old:
            sql.execute(f"lock table {', '.join(old)} in access exclusive mode")
        for each in projections:
            sql.execute(f"drop table if exists {LIVE}.{each.name}")
            sql.execute(f"alter table {FRESH}.{each.name} set schema {LIVE}")
        make_views(sql)
        note_shapes(sql, projections)
        if len(projections) == len(PROJECTIONS):
            sql.execute(BACK, (to, NAME))
    return Rebuilt(position=to, changed=changed)


def _changed(sql: Cursor, names: Iterable[str]) -> dict[str, int]:
    """How many rows of the live tables of these names the fresh ones do not have, or have otherwise."""
    changed = {}
    for name in sorted(names):
        sql.execute(CHANGED.format(live=LIVE, fresh=FRESH, name=name))
        if rows := max(count for (count,) in sql.fetchall()):
            changed[name] = rows
    return changed


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Let the collector of cycles rest: a fold makes none, and a fifth of a rebuild was spent looking for them."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def alone(database: Database) -> Iterator[Cursor]:
    """While nobody else rebuilds: the session that holds the place; raises RebuildRunning."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(BY_ITSELF)
        if cursor.fetchone() != (True,):
            raise RebuildRunning
        try:
            yield cursor
        finally:
            with suppress(psycopg2.Error):  # with its session the place is given back
                cursor.execute("select pg_advisory_unlock(4714, 2)")
