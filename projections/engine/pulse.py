"""Health of the projector: it runs, its tables exist, and it keeps up with the log."""

from __future__ import annotations

from adapters.database.pool import Database
from projections.tables import NAME

PATIENCE = 10
"""Seconds that a fact may wait to be projected before the read side counts as behind."""

PULSE = """
select exists (select from pg_locks
                where locktype = 'advisory' and classid = 4714 and objid = 0 and granted
                  and database = (select oid from pg_database where datname = current_database()))
         and exists (select from projection.shape),
       not exists (select from log.fact
                    where position > coalesce((select position from projection.tracking where name = %s), 0)
                      and recorded_at < clock_timestamp() - make_interval(secs => %s))
"""


def keeps_up(database: Database) -> bool:
    """Return whether a projector is active, has made its tables, and leaves no fact waiting for ten seconds."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(PULSE, (NAME, PATIENCE))
        row = cursor.fetchone()
    return row == (True, True)
