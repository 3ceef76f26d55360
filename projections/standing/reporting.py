"""What may a report read? Views of released results, under a role of their own, streamed as CSV."""

from __future__ import annotations

from typing import BinaryIO

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)
from psycopg2.extensions import quote_ident

from adapters.database.pool import Database
from domain.refusal import NotFound
from projections.engine.statements import statements

VIEWS = ("v1_candidacies", "v1_competences")
COLUMNS = """
select attname, format_type(atttypid, null) = 'text' from pg_attribute
 where attrelid = %s::regclass and attnum > 0 order by attnum
"""
FORMULA = r"^[=+\-@\t\r\n]"
"""What makes a spreadsheet read a cell as a formula; such a cell gets an apostrophe in front."""


def make_views(sql: Cursor) -> None:
    """Make the views again, in the transaction that made their tables."""
    sql.execute(statements("reporting")["views"])


def drop_views(sql: Cursor) -> None:
    """Drop the views, so that their tables can be replaced."""
    sql.execute(statements("reporting")["drop"])


def report_csv(database: Database, view: str, out: BinaryIO) -> None:
    """Stream a view as CSV (UTF-8, a header line), written by the server: memory does not grow with it.

    Text that a spreadsheet would run as a formula is neutralised. Raises NotFound for a name that is no view.
    """
    if view not in VIEWS:
        raise NotFound(view)
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(COLUMNS, (f"reporting.{view}",))
        columns = ", ".join(_shown(quote_ident(name, connection), text=text) for name, text in cursor.fetchall())
        query = f"select {columns} from reporting.{view} order by 1, 2, 3, 4, 5, 6"  # noqa: S608  (our own names)
        cursor.copy_expert(f"copy ({query}) to stdout with (format csv, header)", out)


def _shown(column: str, *, text: bool) -> str:
    if not text:
        return column
    return f"case when {column} ~ '{FORMULA}' then '''' || {column} else {column} end as {column}"
