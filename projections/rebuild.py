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

import psycopg2
from psycopg2.errors import DeadlockDetected, LockNotAvailable
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from adapters.database.pool import Database
from projections.advance import Kept, advance
from projections.projection import Projection
from projections.reporting import drop_views, make_views
from projections.tables import FRESH, LIVE, WRITING, chosen, into, make, note_shapes, tracked

CLOSE = 500  # positions: how near the fresh tables come before the writers' lock is taken
TRIES = 20  # a report that reads the old tables for longer than the lock timeout lets a replacement wait
BY_ITSELF = "select pg_try_advisory_lock(4714, 2)"
SORTING = "set local work_mem = '8MB'"  # dossiers are sorted once: short runs, merged, took less time than 64 MB did


class RebuildRunning(RuntimeError):  # noqa: N818  (a refusal, as elsewhere)
    """Another process is rebuilding."""


def rebuild(database: Database, *, names: Iterable[str] | None = None) -> int:
    """Rebuild the tables of these names, all by default, and give the position they stand at.

    To be run as acquis_projector. Raises `UnknownProjection`, `RebuildRunning`, `PoisonFact`.
    """
    projections = chosen(names)
    with _alone(database) as place, _nothing_collected():
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
        return tracked(cursor)


def _advanced(database: Database, projections: list[Projection], at: int, to: int, kept: Kept) -> int:
    with database.transaction() as sql:
        into(sql, FRESH)
        sql.execute(SORTING)
        advance(sql, projections, at, to, kept)
    return to


def _replaced(database: Database, projections: list[Projection], at: int, kept: Kept) -> int:
    for attempt in range(TRIES):
        try:
            return _replace(database, projections, at, kept)
        except (LockNotAvailable, DeadlockDetected):
            if attempt + 1 == TRIES:
                raise
            time.sleep(0.1)
    raise AssertionError("unreachable")


def _replace(database: Database, projections: list[Projection], at: int, kept: Kept) -> int:
    with database.transaction() as sql:
        sql.execute(WRITING)
        into(sql, FRESH)
        to = tracked(sql)
        if to > at:
            advance(sql, projections, at, to, kept)
        into(sql, LIVE)
        sql.execute("select tablename from pg_tables where schemaname = %s", (LIVE,))
        standing = {name for (name,) in sql.fetchall()}
        old = [f"{LIVE}.{each.name}" for each in projections if each.name in standing]
        if old:
            sql.execute(f"lock table {', '.join(old)} in access exclusive mode")
        drop_views(sql)
        for each in projections:
            sql.execute(f"drop table if exists {LIVE}.{each.name}")
            sql.execute(f"alter table {FRESH}.{each.name} set schema {LIVE}")
        make_views(sql)
        note_shapes(sql, projections)
    return to


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
def _alone(database: Database) -> Iterator[Cursor]:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(BY_ITSELF)
        if cursor.fetchone() != (True,):
            raise RebuildRunning
        try:
            yield cursor
        finally:
            with suppress(psycopg2.Error):  # with its session the place is given back
                cursor.execute("select pg_advisory_unlock(4714, 2)")
