"""Check that a production process's login can act in its one role only."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import psycopg2

from adapters.database.pool import patiently
from domain.refusal import Refused, Violation

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

ROLES: Final = ("acquis_web", "acquis_worker", "acquis_projector", "acquis_report", "acquis_auditor", "acquis_backup")
OURS: Final = (*ROLES, "acquis_owner")
SERVERS_OWN: Final = (
    "pg_read_all_data",
    "pg_write_all_data",
    "pg_read_server_files",
    "pg_write_server_files",
    "pg_execute_server_program",
    "pg_signal_backend",
    "pg_maintain",
    "pg_create_subscription",
)
"""PostgreSQL's own roles that go beyond any privilege on a table."""
WHO = """
select r.rolname::text, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls,
       exists (select from pg_shdepend d
                where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o'
                  and d.dbid in (0, (select oid from pg_database where datname = current_database()))),
       array(select g.rolname::text from pg_roles g
              where g.rolname = any (%s) and pg_has_role(session_user, g.oid, 'MEMBER') order by 1)
  from pg_roles r where r.rolname = session_user
"""
"""Query about the login itself, not its current role; a member may act as a role, have its rights, or both."""
MAY: Final = "select coalesce(pg_has_role(session_user, to_regrole(%s), 'MEMBER'), false)"
POWERS: Final = (
    ("superuser", "est superutilisateur", "is a superuser"),
    ("createrole", "peut créer des rôles (CREATEROLE)", "may make roles (CREATEROLE)"),
    ("createdb", "peut créer des bases (CREATEDB)", "may make databases (CREATEDB)"),
    ("replication", "peut répliquer le serveur (REPLICATION)", "may replicate the server (REPLICATION)"),
    ("bypassrls", "passe outre les règles de lignes (BYPASSRLS)", "bypasses row security (BYPASSRLS)"),
    ("owns", "possède la base ou des objets de la base", "owns the database or something in it"),
)


class LoginMayDoMore(Refused):
    """In production each process has a login of its own, which holds its one role and no more: deploy/roles.sql."""

    fr = (
        "En production, chaque processus a sa propre connexion, qui ne peut agir que dans son seul rôle :"
        " voir deploy/roles.sql."
    )


def may_act_as(role: str, dsn: str) -> bool:
    """Return whether a login may act as a role; raises psycopg2.OperationalError when no server answers."""
    asking = patiently(lambda: psycopg2.connect(dsn, connect_timeout=5, fallback_application_name="acquis login"))
    with closing(asking) as connection, connection.cursor() as cursor:
        cursor.execute(MAY, (role,))
        return cursor.fetchall() == [(True,)]


def refuse_more_than(role: str, dsn: str) -> None:
    """Refuse a login that lacks this role or can do more than it.

    Raises LoginMayDoMore, whose violations say what is wrong and what to do; psycopg2.OperationalError when no server
    answers.
    """
    named = "acquis login"
    asking = patiently(lambda: psycopg2.connect(dsn, connect_timeout=5, fallback_application_name=named))
    with closing(asking) as connection, connection.cursor() as cursor:
        refuse_more(role, cursor)


def refuse_more(role: str, cursor: Cursor) -> None:
    """Refuse the login of an open session, as `refuse_more_than` does."""
    cursor.execute(WHO, ([*OURS, *SERVERS_OWN],))
    row = cursor.fetchall()[0]
    if wrong := tuple(_wrong(role, *row)):
        raise LoginMayDoMore(row[0], violations=wrong)


def _wrong(role: str, login: str, *found: Any) -> list[Violation]:
    """Return the faults of a login with their remedies; for a superuser or another role's login, only that fault."""
    *powers, roles = found
    had = [power for power, has in zip(POWERS, powers, strict=True) if has]
    if powers[0]:
        return [_said(login, *had[0])]
    others = [other for other in roles if other != role]
    if named := ", ".join(other for other in others if other in OURS and role not in roles):
        # a correct login, used by the wrong process: it must not be changed
        return [
            Violation(
                rule="login-of-another",
                fr=f"{login} est la connexion d'un autre processus ({named}) : donnez à celui-ci la sienne, membre "
                f"de {role} seulement ({role}_login dans deploy/roles.sql), et laissez {login} comme elle est.",
                en=f"{login} is another process's login ({named}): give this one its own, member of {role} only "
                f"({role}_login in deploy/roles.sql), and leave {login} as it is.",
                source="",
            )
        ]
    said = [_said(login, *power) for power in had]
    for other in others:
        fr, en = f"peut agir comme {other}", f"may act as {other}"
        said.append(_said(login, "other-role", fr, en, remedy=f"revoke {other} from {login}"))
    if role not in roles:
        fr, en = f"n'est pas membre de {role}", f"is not a member of {role}"
        said.append(_said(login, "no-role", fr, en, remedy=f"grant {role} to {login}"))
    return said


def _said(login: str, rule: str, fr: str, en: str, remedy: str = "") -> Violation:
    if rule in {"superuser", "owns"}:
        todo = (
            "donnez au processus une connexion de deploy/roles.sql",
            "give the process a login of deploy/roles.sql",
        )
    else:
        todo = (remedy or f"alter role {login} no{rule}",) * 2
    return Violation(rule=rule, fr=f"{login} {fr} : {todo[0]}.", en=f"{login} {en}: {todo[1]}.", source="")
