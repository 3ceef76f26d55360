"""May a process of production run under this login? Only if it can act in the one role that it needs."""

from __future__ import annotations

from contextlib import closing
from typing import Any, Final

import psycopg2

from domain.refusal import Refused, Violation

ROLES: Final = ("acquis_web", "acquis_projector", "acquis_report", "acquis_auditor", "acquis_backup")
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
"""Roles of PostgreSQL's own that reach past any privilege of a table."""
WHO = """
select r.rolname::text, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls,
       exists (select from pg_shdepend d
                where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o'
                  and d.dbid in (0, (select oid from pg_database where datname = current_database()))),
       array(select g.rolname::text from pg_roles g
              where g.rolname = any (%s) and pg_has_role(session_user, g.oid, 'MEMBER') order by 1)
  from pg_roles r where r.rolname = session_user
"""
"""Who logged in, whoever it acts as now; a member may act as a role, or has what the role has, or both."""
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


def refuse_more_than(role: str, dsn: str) -> None:
    """Refuse a login that lacks this role or can do more than it.

    Raises LoginMayDoMore, whose violations say what is wrong and what to do; psycopg2.OperationalError when nobody
    answers.
    """
    asking = psycopg2.connect(dsn, connect_timeout=5, fallback_application_name="acquis login")
    with closing(asking) as connection, connection.cursor() as cursor:
        cursor.execute(WHO, ([*ROLES, "acquis_owner", *SERVERS_OWN],))
        row = cursor.fetchall()[0]
    if wrong := tuple(_wrong(role, *row)):
        raise LoginMayDoMore(row[0], violations=wrong)


def _wrong(role: str, login: str, *found: Any) -> list[Violation]:
    """What is wrong with a login, each with its remedy; of a superuser nothing else needs to be said."""
    *powers, roles = found
    had = [power for power, has in zip(POWERS, powers, strict=True) if has]
    if powers[0]:
        return [_said(login, *had[0])]
    said = [_said(login, *power) for power in had]
    for other in roles:
        if other != role:
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
