"""Comparison of the read models with the log: fresh tables are made, and each row that differs is listed.

Everything runs in one transaction on one snapshot of the log and the live tables, which is rolled back: the projector
continues meanwhile, and nothing is changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg2

from adapters.database.pool import PATIENT, Database
from projections.candidacy.dossier import DOSSIER
from projections.engine.advance import CaseCache, advance
from projections.engine.rebuild import alone
from projections.tables import FRESH, LIVE, PROJECTIONS, chosen, make_fresh, tracked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

    from projections.engine.projection import Projection

LISTED: Final = 100
"""The number of differing rows listed per table; all are counted."""
AHEAD: Final = """
select name, position from projection.tracking where position > (select sealed from log.head) order by name
"""
SEALED: Final = "select sealed from log.head"
STANDS: Final = "select to_regclass(%s) is not null"
KEY: Final = """
select array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum))
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
 where i.indrelid = %s::regclass and i.indisprimary
"""
ONLY: Final = "select to_jsonb(t)::text from {}.{} t except all select to_jsonb(t)::text from {}.{} t order by 1"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A row that differs from the log: its table, its key, the live row, and the row computed from the log.

    A missing row is None. If both rows exist, only the columns that differ are given.
    """

    table: str
    key: dict[str, Any]
    shown: dict[str, Any] | None
    log_says: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class TableComparison:
    """Result of a comparison: its position, the number of differing rows by table, and the first of them.

    `ahead`: the tracking positions beyond the log's head, by name.
    """

    position: int
    differ: dict[str, int]
    rows: tuple[Difference, ...]
    ahead: dict[str, int]

    @property
    def sound(self) -> bool:
        """True if nothing differs."""
        return not self.differ and not self.ahead


def compare(database: Database, *, names: Iterable[str] | None = None) -> TableComparison:
    """Compare the live tables of these names, all by default, with the log at their position.

    To be run as acquis_projector. Raises `UnknownProjection`, `RebuildRunning`, `PoisonFact`.
    """
    compared = chosen(names)
    made = [each for each in PROJECTIONS if each is DOSSIER or each in compared]
    with alone(database), _looking(database) as sql:
        sql.execute(AHEAD)
        ahead = dict(sql.fetchall())
        sql.execute(SEALED)
        ((sealed,),) = sql.fetchall()
        position = min(tracked(sql), sealed)
        make_fresh(sql, made)
        advance(sql, made, 0, position, CaseCache(size=0))
        found = {each.name: rows for each in compared if (rows := differences(sql, each))}
    return TableComparison(
        position=position,
        differ={name: len(each) for name, each in found.items()},
        rows=tuple(row for each in found.values() for row in each[:LISTED]),
        ahead=ahead,
    )


def ahead_of_the_log(database: Database) -> dict[str, int]:
    """Return the tracking positions beyond the log's head, by name; each is an alarm."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(AHEAD)
        return dict(cursor.fetchall())


def ahead_in_words(name: str, position: int) -> tuple[str, str]:
    """Return what a tracking position ahead of the log means and what to do, in French and in English."""
    fr = (
        f"Le suivi « {name} » est en avance sur le journal (position {position}) : des faits à venir seraient "
        "sautés. Alarme : cherchez qui l'a avancé ; acquis rebuild le ramène en arrière."
    )
    en = (
        f"The tracking of {name} is ahead of the log (position {position}): facts to come would be skipped. Alarm: "
        "find out who moved it; acquis rebuild brings it back."
    )
    return fr, en


def differences(sql: Cursor, projection: Projection) -> list[Difference]:
    """Return the rows of a live table that differ from the fresh one's, in the order of their keys."""
    name = projection.name
    sql.execute(KEY, (f"{FRESH}.{name}",))
    key = sql.fetchall()[0][0]
    sql.execute(STANDS, (f"{LIVE}.{name}",))
    if sql.fetchall() != [(True,)]:
        return [Difference(table=name, key={}, shown=None, log_says=None)]
    shown, said = _only(sql, name, LIVE, FRESH), _only(sql, name, FRESH, LIVE)
    by_key: dict[str, list[dict[str, Any] | None]] = {}
    for side, rows in enumerate((shown, said)):
        for row in rows:
            by_key.setdefault(_key(row, key), [None, None])[side] = row
    return [_difference(name, key, *both) for _, both in sorted(by_key.items())]


def _only(sql: Cursor, name: str, here: str, there: str) -> list[dict[str, Any]]:
    sql.execute(ONLY.format(here, name, there, name))
    return [json.loads(row) for (row,) in sql.fetchall()]


def _key(row: dict[str, Any], key: Sequence[str] | None) -> str:
    return json.dumps([row.get(column) for column in key or row])


def _difference(
    table: str, key: Sequence[str] | None, shown: dict[str, Any] | None, said: dict[str, Any] | None
) -> Difference:
    row = said or shown or {}
    named = {column: row.get(column) for column in key or row}
    if shown and said:
        differ = {column for column in shown | said if shown.get(column) != said.get(column)}
        shown, said = ({column: side.get(column) for column in sorted(differ)} for side in (shown, said))
    return Difference(table=table, key=named, shown=shown, log_says=said)


@contextmanager
def _looking(database: Database) -> Iterator[Cursor]:
    """Open one transaction on one snapshot, which is rolled back."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute("begin isolation level repeatable read")
        try:
            sql.execute(PATIENT)
            sql.execute("set local timezone = 'UTC'")
            yield sql
        finally:
            with suppress(psycopg2.Error):  # if the connection is lost, the server rolls back
                sql.execute("rollback")
