"""Rebuild of read models: fresh tables are made, which then replace the live ones in one transaction.

The fresh tables are computed from the log alone while the live projector continues. When they have almost caught up,
the rebuild takes the writers' lock, brings them to exactly the live position, replaces the old ones with them, and
makes the reporting views again. A projector that waited for the lock continues with the new tables.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import psycopg2
from psycopg2.errors import DeadlockDetected, LockNotAvailable
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import Database
from projections.candidacy.dossier import DOSSIER
from projections.engine.advance import CaseCache, advance
from projections.engine.projection import Added, CaseOverTime, InSql, PerCase, Projection
from projections.engine.shares import folding
from projections.reporting.views import drop_views, make_views
from projections.tables import (
    FRESH,
    LIVE,
    NAME,
    PROJECTIONS,
    WRITING,
    chosen,
    filling,
    into,
    make_fresh,
    note_shapes,
    outdated,
    tracked,
)

CLOSE = 500  # positions: how near the fresh tables come before the writers' lock is taken
TRIES = 20  # a report that reads the old tables for longer than the lock timeout delays their replacement
BY_ITSELF = "select pg_try_advisory_lock(4714, 2)"

SEALED: Final = "select sealed from log.head"
BACK: Final = "update projection.tracking set position = %s where name = %s"
"""Corrects a tracking position that was ahead of the log, once every table is rebuilt."""
SUM: Final = "select count(*), sum(hash_record_extended(t, 0)) from {}.{} t"
"""Checksum of a table's rows: two tables of one shape with equal sums hold the same rows, in any order."""
CHANGED: Final = """
select count(*) from (select t::text from {live}.{name} t except all select t::text from {fresh}.{name} t) gone
union all
select count(*) from (select t::text from {fresh}.{name} t except all select t::text from {live}.{name} t) come
"""
INDEXES: Final = """
select format('alter table %%s drop constraint %%I', c.conrelid::regclass, c.conname),
       format('alter table %%s add constraint %%I %%s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
  from pg_constraint c where c.conrelid = any (%(tables)s::regclass[]) and c.contype in ('p', 'u')
union all
select format('drop index %%s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
  from pg_index i
 where i.indrelid = any (%(tables)s::regclass[])
   and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))
"""
"""The statements that drop the indexes of some tables, and those that make them again."""


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """Result of a rebuild: the tables' position, and the number of rows that have changed, by table.

    A table of another version of Acquis, or a missing one, is not compared.
    """

    position: int
    changed: dict[str, int]


class RebuildRunning(RuntimeError):  # noqa: N818  (a refusal, as elsewhere)
    """Another process is rebuilding."""


def rebuild(database: Database, *, names: Iterable[str] | None = None, processes: int = 1) -> Rebuilt:
    """Rebuild the tables of these names, all by default, and return what has changed.

    With several `processes`, each folds a share of the dossiers on its own connection. To be run as acquis_projector,
    with three connections available. Raises `UnknownProjection`, `RebuildRunning`, `PoisonFact`, `ShareLost`.
    """
    projections = chosen(names)
    with alone(database) as place, _nothing_collected():
        with filling(database) as sql:
            make_fresh(sql, projections)
        kept, at = CaseCache(size=0), 0
        if (to := _live(database)) > CLOSE:
            at = _filled(database, projections, to, kept, processes)
        while (to := _live(database)) - at > CLOSE:
            at = _advanced(database, projections, at, to, kept)
        place.execute("select")  # fails if the session with the lock is gone: another rebuild may use these tables
        return _replaced(database, projections, at, kept)


def _live(database: Database) -> int:
    with database.connection() as connection, connection.cursor() as cursor:
        return _stands(cursor)


def _stands(sql: Cursor) -> int:
    """Return the live tables' position, limited to the log's sealed position."""
    sql.execute(SEALED)
    sealed: int = sql.fetchall()[0][0]
    return min(tracked(sql), sealed)


def _filled(database: Database, projections: list[Projection], to: int, kept: CaseCache, processes: int) -> int:
    """Fill empty tables up to a position: the dossiers, then SQL tables and folded ones together, then the rest."""
    in_sql = [each for each in projections if isinstance(each, InSql) and each is not DOSSIER]
    added = [each for each in projections if isinstance(each, Added)]
    folded = [each for each in projections if not isinstance(each, InSql | Added)]
    shared = [each for each in folded if isinstance(each, PerCase | CaseOverTime) and processes > 1]
    _fill(database, [each for each in projections if each is DOSSIER], to, kept)
    with (
        _bare(database, folded),
        folding(database, shared, to, processes),
        ThreadPoolExecutor(1) as beside,
    ):
        made = beside.submit(_fill, database, in_sql, to, CaseCache(size=0))
        _advanced(database, [each for each in folded if each not in shared], 0, to, kept)
        made.result()
    _fill(database, added, to, kept)
    return to


def _fill(database: Database, projections: Sequence[Projection], to: int, kept: CaseCache) -> None:
    with _bare(database, projections):
        _advanced(database, projections, 0, to, kept)


@contextmanager
def _bare(database: Database, projections: Sequence[Projection]) -> Iterator[None]:
    """Fill empty tables without indexes, which are made afterwards; those of kind Added keep theirs."""
    if not projections:
        yield
        return
    with filling(database) as sql:
        bare = [f"{FRESH}.{each.name}" for each in projections if not isinstance(each, Added)]
        sql.execute(INDEXES, {"tables": bare})
        indexes = sql.fetchall()
        for drop, _ in indexes:
            sql.execute(drop)
    yield
    with filling(database) as sql:
        for _, make_again in indexes:
            sql.execute(make_again)
        sql.execute(f"analyze {', '.join(f'{FRESH}.{each.name}' for each in projections)}")


def _advanced(database: Database, projections: Sequence[Projection], at: int, to: int, kept: CaseCache) -> int:
    with filling(database) as sql:
        advance(sql, projections, at, to, kept)
    return to


def _replaced(database: Database, projections: list[Projection], at: int, kept: CaseCache) -> Rebuilt:
    for attempt in range(TRIES):
        try:
            return _replace(database, projections, at, kept)
        except (LockNotAvailable, DeadlockDetected):
            if attempt + 1 == TRIES:
                raise
            time.sleep(0.1)
    raise AssertionError("unreachable")


def _replace(database: Database, projections: list[Projection], at: int, kept: CaseCache) -> Rebuilt:
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
    """Return the number of rows that differ between the live and the fresh tables of these names."""
    changed = {}
    for name in sorted(names):
        sums = set()
        for schema in (LIVE, FRESH):
            sql.execute(SUM.format(schema, name))
            sums.update(sql.fetchall())
        if len(sums) == 1:
            continue
        sql.execute(CHANGED.format(live=LIVE, fresh=FRESH, name=name))
        if rows := max(count for (count,) in sql.fetchall()):
            changed[name] = rows
    return changed


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Disable the cycle collector: a fold makes no cycles, and the collector took a fifth of a rebuild."""
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
    """Hold the rebuild lock, and yield its session's cursor; raises RebuildRunning."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(BY_ITSELF)
        if cursor.fetchone() != (True,):
            raise RebuildRunning
        try:
            yield cursor
        finally:
            with suppress(psycopg2.Error):  # the lock ends with its session anyway
                cursor.execute("select pg_advisory_unlock(4714, 2)")
