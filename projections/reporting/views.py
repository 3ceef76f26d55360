"""Which views may a report read, and how are they made? Released results, under a role of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)
from psycopg2.extensions import quote_ident

from adapters.database.pool import Database
from domain.refusal import NotFound
from projections.reporting import reported_blocks, reported_candidacies, reported_competences
from projections.reporting.contract import View

VIEWS: Final[dict[str, View]] = {
    each.name: each
    for each in (
        reported_candidacies.VIEW,
        reported_blocks.VIEW,
        reported_competences.VIEW,
    )
}
"""By name. A column never changes its meaning: another meaning is a v2 view."""
READERS: Final = "acquis_report, acquis_backup"
DROP: Final = """
select format('drop view %s', c.oid::regclass) from pg_class c
 where c.relnamespace = 'reporting'::regnamespace and c.relkind = 'v'
"""
VALID: Final = "valid_from_{of} <= {at} and (valid_to_{of} is null or valid_to_{of} > {at})"
FORMULA: Final = r"^[=+\-@\t\r\n]"
"""What makes a spreadsheet read a cell as a formula; such a cell gets an apostrophe in front."""


def make_views(sql: Cursor) -> None:
    """Make the views again, in the transaction that made their tables."""
    for view in VIEWS.values():
        name = f"reporting.{view.name}"
        columns = ", ".join(f'{each.sql} as "{each.name}"' for each in view.all_columns)
        sql.execute(f"create view {name} with (security_barrier) as select {columns} from {view.tables}")  # noqa: S608  (our own)
        sql.execute(f"comment on view {name} is %s", (view.row.en,))
        for each in view.all_columns:
            sql.execute(f'comment on column {name}."{each.name}" is %s', (each.means.en,))
        sql.execute(f"grant select on {name} to {READERS}")


def drop_views(sql: Cursor) -> None:
    """Drop the views, so that their tables can be replaced."""
    sql.execute(DROP)
    for (drop,) in sql.fetchall():
        sql.execute(drop)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which rows of a view: those that hold now, those of the end of a day, those of a position, or all readings."""

    as_of: date | None = None
    as_position: int | None = None
    history: bool = False

    @property
    def where(self) -> str:
        """The condition on a view's columns of validity."""
        if self.history:
            return "true"
        if self.as_position is not None:
            return VALID.format(of="position", at="%(as_position)s")
        if self.as_of is not None:
            return VALID.format(of="day", at="%(as_of)s")
        return "valid_to_position is null"

    @property
    def given(self) -> dict[str, object]:
        """What the condition is given."""
        return {"as_of": self.as_of, "as_position": self.as_position}


def report_csv(database: Database, view: str, out: BinaryIO, asked: Asked | None = None) -> None:
    """Stream a view as CSV (UTF-8, a header line), written by the server: memory does not grow with it.

    Text that a spreadsheet would run as a formula is neutralised. Raises NotFound for a name that is no view.
    """
    if view not in VIEWS:
        raise NotFound(view)
    asked = asked or Asked()
    with database.connection() as connection, connection.cursor() as cursor:
        columns = ", ".join(
            _shown(quote_ident(each.name, connection), text=each.kind == "text") for each in VIEWS[view].all_columns
        )
        order = ", ".join((*VIEWS[view].keys, "valid_from_position"))
        query = f"select {columns} from reporting.{view} where {asked.where} order by {order}"  # noqa: S608  (our own names)
        told = cursor.mogrify(query, asked.given).decode()
        cursor.copy_expert(f"copy ({told}) to stdout with (format csv, header)", out)


def _shown(column: str, *, text: bool) -> str:
    if not text:
        return column
    return f"case when {column} ~ '{FORMULA}' then '''' || {column} else {column} end as {column}"
