"""Alerts to the administrators about doubts of the log's integrity, and the administrators' addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from adapters.database.pool import Database

TELL: Final = """
with open as (select slug, place, digest from log.doubt where accepted is null),
     known as (select exists (select from open join desk.doubt_told using (slug, place, digest)) told),
     noted as (insert into desk.doubt_told (slug, place, digest) select * from open
               on conflict do nothing returning 1)
select exists (select from noted) and not (select told from known)
"""
ADMINISTRATORS: Final = """
select a.login from desk.account a join projection.person_directory p using (person) where p.roles @> array['admin']
 order by a.login
"""


def newly_in_doubt(database: Database) -> bool:
    """Return whether doubts about the log appeared since the last alert, and note the open doubts as alerted.

    Findings added while an alerted doubt is still open belong to the same alarm.
    """
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(TELL)
        ((newly,),) = cursor.fetchall()
    return bool(newly)


def administrators(database: Database) -> list[str]:
    """Return the addresses of the administrators of this register."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ADMINISTRATORS)
        return [login for (login,) in cursor.fetchall()]
