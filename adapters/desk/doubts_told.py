"""Of which doubts about the log were the administrators written to, and where are they reached?"""

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
    """Whether the log has come into doubt since anybody was told; from then on they were.

    What is found on top of what was told, while that is still open, is the same alarm.
    """
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(TELL)
        ((newly,),) = cursor.fetchall()
    return bool(newly)


def administrators(database: Database) -> list[str]:
    """The addresses of who administers this register."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ADMINISTRATORS)
        return [login for (login,) in cursor.fetchall()]
