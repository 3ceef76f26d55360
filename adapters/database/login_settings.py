"""Settings of each login in each database: deploy/roles.sql makes them, and no dump of a database holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from psycopg2.extensions import quote_ident

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

Set = tuple[str, str, str]
"""A login (empty for all logins), a setting and its value."""
WANTED: Final = dict.fromkeys(
    ("acquis_web", "acquis_worker"), ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
)
"""The settings that a login of each role must have in production, with any value."""
HELD: Final = """
select coalesce(r.rolname, '')::text, split_part(each, '=', 1), substr(each, strpos(each, '=') + 1)
  from pg_db_role_setting s cross join unnest(s.setconfig) each
  left join pg_roles r on r.oid = s.setrole
 where s.setdatabase = (select oid from pg_database where datname = current_database())
 order by 1, 2
"""
LACKING: Final = """
select session_user::text, array(
  select wanted from unnest(%s) wanted
   where not exists (select from pg_db_role_setting s cross join unnest(s.setconfig) each
                      where s.setrole = session_user::regrole
                        and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
                        and split_part(each, '=', 1) = wanted))
"""


def held(cursor: Cursor) -> list[Set]:
    """Return the settings of logins in this database."""
    cursor.execute(HELD)
    return [(login, name, value) for login, name, value in cursor.fetchall()]


def put_back(cursor: Cursor, settings: Iterable[Set]) -> list[str]:
    """Restore the settings in this database; return the logins that this server lacks."""
    lacking = set()
    cursor.execute("select current_database()")
    database = quote_ident(cursor.fetchall()[0][0], cursor)
    for login, name, value in settings:
        cursor.execute("select to_regrole(quote_ident(%s)) is not null", (login,))
        if login and cursor.fetchall() == [(False,)]:
            lacking.add(login)
            continue
        whose = f"role {quote_ident(login, cursor)} in database" if login else "database"
        cursor.execute(f"alter {whose} {database} set {quote_ident(name, cursor)} = %s", (value,))
    return sorted(lacking)


def lacking(cursor: Cursor, role: str) -> tuple[str, list[str]]:
    """Return the login, and the settings that its role needs and the login lacks."""
    cursor.execute(LACKING, (list(WANTED[role]),))
    login, names = cursor.fetchall()[0]
    return login, names
