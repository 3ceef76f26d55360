"""The reporting views as they were at an earlier position of the same log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adapters.database.pool import Database
from projections.reporting.export import ViewSnapshot
from projections.reporting.views import VIEWS

THEN = """
delete from projection.{table} where valid_from > {position};
update projection.{table} set valid_to = null, to_day = null where valid_to > {position};
"""


@contextmanager
def earlier_views(projecting: Database) -> Iterator[Callable[[int], ViewSnapshot]]:
    """Yield a function that rebuilds them at a position, in a transaction that is rolled back."""
    with projecting.transaction() as sql:
        sql.execute("savepoint now")

        def standing(position: int) -> ViewSnapshot:
            sql.execute("rollback to savepoint now")
            for view in VIEWS.values():
                sql.execute(THEN.format(table=view.tables.split()[0].split(".")[1], position=position))
            sql.execute("select edition, log from reporting.v1_position")
            edition, log = sql.fetchall()[0]
            return ViewSnapshot(cursor=sql, position=position, edition=edition, log=log)

        yield standing
        sql.execute("rollback; begin")
