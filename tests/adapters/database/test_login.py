"""Logins that a production process may use: those with one role and no further rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.database import DatabaseServer, beside
from adapters.database.login import ROLES, LoginMayDoMore, refuse_more_than

ROLE = "acquis_web"


def run(dsn: str, *statements: str) -> None:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def login(database_url: str) -> Iterator[str]:
    """Return a login made for this test, which is a member of no role."""
    name = f"acquis_login_{uuid4().hex[:12]}"
    run(database_url, f"create role {name} login")
    yield name
    database = parse_dsn(database_url)["dbname"]
    run(database_url, f"alter database {database} owner to current_user")
    run(database_url, f"drop owned by {name}", f"drop role {name}")


@pytest.mark.parametrize("role", ROLES)
def test_a_login_of_one_role_is_admitted_for_it_and_for_no_other(database_url: str, login: str, role: str) -> None:
    run(database_url, f"grant {role} to {login}")
    mine = make_dsn(database_url, user=login)
    refuse_more_than(role, mine)
    for other in set(ROLES) - {role}:
        with pytest.raises(LoginMayDoMore) as refused:
            refuse_more_than(other, mine)
        (violation,) = refused.value.violations
        assert violation.rule == "login-of-another"
        assert f"give this one its own, member of {other} only" in violation.en
        assert not re.search(r"\b(revoke|grant|alter)\b", violation.en + violation.fr), "the login is right"


@pytest.mark.parametrize(
    ("power", "rule", "said"),
    [
        ("alter role {} superuser", "superuser", "is a superuser: give the process a login of deploy/roles.sql."),
        ("alter role {} createrole", "createrole", "alter role {} nocreaterole."),
        ("alter role {} createdb", "createdb", "alter role {} nocreatedb."),
        ("alter role {} replication", "replication", "alter role {} noreplication."),
        ("alter role {} bypassrls", "bypassrls", "alter role {} nobypassrls."),
        ("grant acquis_owner to {}", "other-role", "may act as acquis_owner: revoke acquis_owner from {}."),
        (
            "grant acquis_projector to {}",
            "other-role",
            "may act as acquis_projector: revoke acquis_projector from {}.",
        ),
        ("grant pg_read_server_files to {}", "other-role", "may act as pg_read_server_files"),
        ("grant pg_write_all_data to {}", "other-role", "may act as pg_write_all_data"),
        ("alter database {database} owner to {}", "owns", "owns the database or something in it"),
        ("create schema mine authorization {}", "owns", "owns the database or something in it"),
        (
            "create table public.mine (); alter table public.mine owner to {}",
            "owns",
            "owns the database or something",
        ),
        ("revoke acquis_web from {}", "no-role", "is not a member of acquis_web: grant acquis_web to {}."),
    ],
)
def test_a_login_that_can_do_more_or_less_is_refused_by_a_sentence_that_says_what_to_do(
    database_url: str, login: str, power: str, rule: str, said: str
) -> None:
    run(database_url, f"grant {ROLE} to {login}")
    refuse_more_than(ROLE, make_dsn(database_url, user=login))
    run(database_url, power.format(login, database=parse_dsn(database_url)["dbname"]))
    with pytest.raises(LoginMayDoMore) as refused:
        refuse_more_than(ROLE, make_dsn(database_url, user=login))
    (violation,) = refused.value.violations
    assert violation.rule == rule
    assert violation.en.startswith(login)
    assert said.format(login) in violation.en
    assert violation.fr.startswith(login)
    assert violation.fr != violation.en


def test_login_is_judged_by_its_session_user_and_not_by_the_role_it_sets(database_url: str) -> None:
    with pytest.raises(LoginMayDoMore):
        refuse_more_than(ROLE, make_dsn(database_url, options=f"-c role={ROLE}"))


def test_a_membership_through_another_role_counts(database_url: str, login: str) -> None:
    between = f"{login}_team"
    run(database_url, f"create role {between} role {login}", f"grant acquis_web, acquis_owner to {between}")
    try:
        with pytest.raises(LoginMayDoMore) as refused:
            refuse_more_than(ROLE, make_dsn(database_url, user=login))
        assert [each.en for each in refused.value.violations] == [
            f"{login} may act as acquis_owner: revoke acquis_owner from {login}."
        ]
    finally:
        run(database_url, f"drop role {between}")


def test_the_keys_database_is_looked_at_too_where_the_role_goes_there(database_url: str, login: str) -> None:
    run(database_url, f"grant {ROLE} to {login}")
    mine, keys = make_dsn(database_url, user=login), beside(database_url)
    DatabaseServer(mine, None, make_dsn(keys, user=login), apart=True).admit(ROLE)
    superusers_keys = DatabaseServer(mine, None, keys, apart=True)
    with pytest.raises(LoginMayDoMore):
        superusers_keys.admit(ROLE)
    run(database_url, f"revoke {ROLE} from {login}", f"grant acquis_projector to {login}")
    superusers_keys.admit("acquis_projector")  # this role does not use the keys database


def test_logins_are_not_checked_outside_production(database_url: str) -> None:
    DatabaseServer(database_url).admit(ROLE)
