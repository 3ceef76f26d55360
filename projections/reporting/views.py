"""The reporting views: released results, readable by roles of their own, and how they are made."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from projections.reporting import (
    reported_appeals,
    reported_blocks,
    reported_candidacies,
    reported_competences,
    reported_deadlines,
    reported_evidence,
    reported_fraud,
    reported_hearings,
    reported_juries,
    reported_jury_checks,
    reported_register,
    reported_sessions,
    reported_stages,
)
from projections.reporting.contract import ReportingView

VIEWS: Final[dict[str, ReportingView]] = {
    each.name: each
    for each in (
        reported_candidacies.VIEW,
        reported_stages.VIEW,
        reported_blocks.VIEW,
        reported_competences.VIEW,
        reported_hearings.VIEW,
        reported_sessions.VIEW,
        reported_juries.VIEW,
        reported_jury_checks.VIEW,
        reported_evidence.VIEW,
        reported_deadlines.VIEW,
        reported_appeals.VIEW,
        reported_fraud.VIEW,
        reported_register.VIEW,
    )
}
"""The views by name. A column never changes its meaning: another meaning requires a v2 view."""
READERS: Final = "acquis_report, acquis_web, acquis_worker, acquis_backup"
STANDING: Final = """
create view reporting.v1_position as
select coalesce((select position from projection.tracking where name = 'projections'), 0) as position,
       md5(%s || (select count(*) from projection.reported_people where erased))::uuid as edition, id as log
  from log.identity
"""
"""The position and log of all views, and their edition: a new one whenever they were made again, and whenever an
erasure removed something from rows that were handed out before."""
AWAIT: Final = "lock table reporting.v1_position in access share mode"
"""Run first by every report: a report waits for views that are being made, and their making waits for reports."""
POSITION: Final = "select position, edition, log from reporting.v1_position"
DROP: Final = """
select format('drop view %s', c.oid::regclass) from pg_class c
 where c.relnamespace = 'reporting'::regnamespace and c.relkind = 'v'
 order by c.relname <> 'v1_position'
"""
"""Names the view that every report locks first: once it is dropped, no report blocks dropping the others."""


def make_views(sql: Cursor) -> None:
    """Make the views again, in the transaction that made their tables."""
    sql.execute(STANDING, (str(uuid4()),))
    sql.execute("comment on view reporting.v1_position is 'At which position of which log all views stand.'")
    sql.execute(f"grant select on reporting.v1_position to {READERS}")
    for view in VIEWS.values():
        name = f"reporting.{view.name}"
        columns = ", ".join(f'{each.sql} as "{each.name}"' for each in view.all_columns)
        sql.execute(f"create view {name} with (security_barrier) as select {columns} from {view.tables}")  # noqa: S608  (constants only)
        sql.execute(f"comment on view {name} is %s", (view.row.en,))
        for each in view.all_columns:
            sql.execute(f'comment on column {name}."{each.name}" is %s', (each.means.en,))
        sql.execute(f"grant select on {name} to {READERS}")


def drop_views(sql: Cursor) -> None:
    """Drop the views once no report is under way, before their tables are locked to be replaced."""
    sql.execute(DROP)
    for (drop,) in sql.fetchall():
        sql.execute(drop)
