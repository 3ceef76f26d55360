"""What is each login set to, for each of its databases? deploy/roles.sql says it, no dump of a database does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from psycopg2.extensions import quote_ident

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

Set = tuple[str, str, str]
"""A login, empty where it is for all, a setting and its value."""
WANTED: Final = {
    "acquis_web": ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"),
}
"""What a login of each role that serves must be set to in production, whatever the values."""
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
    """What logins are set to in this database."""
    cursor.execute(HELD)
    return [(login, name, value) for login, name, value in cursor.fetchall()]


def put_back(cursor: Cursor, settings: Iterable[Set]) -> list[str]:
    """Set it again in this database; gives the logins that this server does not have."""
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
    """Who is logged in, and which settings of those that the login of this role needs it lacks."""
    cursor.execute(LACKING, (list(WANTED[role]),))
    login, names = cursor.fetchall()[0]
    return login, names
