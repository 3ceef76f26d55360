"""Rights of a process whose login holds one runtime role and nothing else, as the README advises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege
from psycopg2.extensions import make_dsn

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.migrate import waiting
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Role
from projections.engine.runner import Projector
from webapi.wiring import assemble


@pytest.fixture
def login(database_url: str) -> Iterator[str]:
    """Return a login made for this test, which is a member of no role."""
    name = f"acquis_login_{uuid4().hex[:12]}"
    run(database_url, f"create role {name} login")
    yield name
    run(database_url, f"drop owned by {name}; drop role {name}")


def run(dsn: str, statement: str) -> None:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def test_a_web_login_starts_and_records_and_owns_nothing(database_url: str, login: str, settings: Settings) -> None:
    run(database_url, f"grant acquis_web to {login}")
    dsn = make_dsn(database_url, user=login)
    assert waiting(dsn) == []
    acquis = assemble(settings, DatabaseServer(dsn), FixedClock(date(2021, 6, 15)))
    assert acquis.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR).positions
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relowner = current_user::regrole")
        assert cursor.fetchall() == [(0,)]
        cursor.execute("select rolsuper from pg_roles where rolname = session_user")
        assert cursor.fetchall() == [(False,)]
    acquis.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update log.event set body = '{}'",
        "delete from log.event",
        "truncate log.event",
        "insert into log.event values (1, gen_random_uuid(), 1, 'x', '{}', gen_random_uuid(), 0, now())",
        "insert into log.leaf values (0, 1, now(), '')",
        "update log.head set sealed = 0",
        "select log.seal()",
        "select setval('log.position', 1)",
        "alter table log.event disable trigger all",
        "drop table log.event",
        "create table log.mine (x int)",
        "create schema mine",
        "set role acquis_owner",
        "drop function log.append",
    ],
)
def test_a_web_login_can_neither_rewrite_nor_seal_nor_become_somebody_else(
    database_url: str, login: str, statement: str
) -> None:
    run(database_url, f"grant acquis_web to {login}")
    with pytest.raises(InsufficientPrivilege):
        run(make_dsn(database_url, user=login), statement)


def test_a_projector_login_seals_and_projects_and_cannot_append(database_url: str, login: str) -> None:
    run(database_url, f"grant acquis_projector to {login}")
    dsn = make_dsn(database_url, user=login)
    database = Database(dsn, role="acquis_projector", size=4)
    assert Projector(database, LogRecorder(database)).catch_up() == 0
    database.close()
    with pytest.raises(InsufficientPrivilege):
        run(dsn, "select log.append(gen_random_uuid(), '{}', '{}', '{}', '{}')")


def test_a_reporting_login_reads_the_views_and_nothing_else(database_url: str, login: str) -> None:
    backstage = Database(database_url, role="acquis_projector", size=4)
    Projector(backstage, LogRecorder(backstage)).catch_up()
    backstage.close()
    run(database_url, f"grant acquis_report to {login}")
    dsn = make_dsn(database_url, user=login)
    run(dsn, "select * from reporting.v1_candidacies")
    for secret in ("log.event", "projection.competence_status", "desk.account"):
        with pytest.raises(InsufficientPrivilege):
            run(dsn, f"select * from {secret}")  # noqa: S608  (our own names)
