"""The database catalogue as text: each addition, removal or change appears in its lines."""

from __future__ import annotations

from contextlib import closing

import psycopg2
from psycopg2.extensions import parse_dsn

from adapters.database import KEYS, beside
from adapters.database.catalogue import differing, file_of
from adapters.database.migrate import FOLDER
from adapters.database.pool import Database
from tests.generated.catalogue_file import text
from tests.given.naming import naming

TAMPERED: dict[str, tuple[str, str]] = {
    "create policy p on projection.dossier using (false)": ("drop policy p on projection.dossier", "policy"),
    "alter table projection.dossier enable row level security": (
        "alter table projection.dossier disable row level security",
        "relation projection.dossier",
    ),
    "create policy p on log.event using (position < 5)": ("drop policy p on log.event", "policy"),
    "create table public.other () inherits (log.event)": ("drop table public.other", "child public.other"),
    "create rule r as on insert to log.doubt do instead nothing": ("drop rule r on log.doubt", "rule log.doubt r"),
    "create trigger t before insert on log.doubt for each row execute function log.refuse()": (
        "drop trigger t on log.doubt",
        "trigger log.doubt t",
    ),
    "alter table desk.account set unlogged": ("alter table desk.account set logged", "relation desk.account"),
    "alter table log.event drop constraint event_version_check": (
        "alter table log.event add constraint event_version_check check (version >= 0)",
        "constraint log.event event_version_check",
    ),
    "drop index log.doubt_open": (
        "create index doubt_open on log.doubt (found_at) where accepted is null",
        "index log.doubt_open",
    ),
    "grant update on desk.account to acquis_projector": (
        "revoke update on desk.account from acquis_projector",
        "right desk.account acquis_projector UPDATE",
    ),
    "grant execute on function pg_read_file(text) to acquis_web": (
        "revoke execute on function pg_read_file(text) from acquis_web",
        "right pg_catalog.pg_read_file",
    ),
    "alter function log.append_one(uuid, uuid, bigint, text, text, uuid[], bigint[]) set search_path = public": (
        "alter function log.append_one(uuid, uuid, bigint, text, text, uuid[], bigint[]) reset search_path",
        "function log.append_one",
    ),
    "alter function log.refuse() owner to acquis_web": (
        "alter function log.refuse() owner to acquis_owner",
        "function log.refuse()",
    ),
    "create function pg_catalog.mine() returns int return 1": (
        "drop function pg_catalog.mine()",
        "stranger function",
    ),
    "alter database {name} set synchronous_commit = off": (
        "alter database {name} reset synchronous_commit",
        "setting - synchronous_commit=off",
    ),
    "alter role acquis_web in database {name} set row_security = off": (
        "alter role acquis_web in database {name} reset row_security",
        "setting acquis_web row_security=off",
    ),
    "alter sequence log.position cache 20": ("alter sequence log.position cache 1", "sequence log.position"),
    "alter table log.head alter column sealed drop not null": (
        "alter table log.head alter column sealed set not null",
        "column log.head.sealed",
    ),
    "alter view reporting.v1_blocks owner to acquis_auditor": (
        "alter view reporting.v1_blocks owner to {owner}",
        "relation reporting.v1_blocks",
    ),
}


def test_the_catalogue_is_the_one_that_the_migrations_and_the_projector_make(database_url: str) -> None:
    assert text(database_url) == file_of(FOLDER).read_text("utf-8"), "make catalogue"
    assert text(beside(database_url), KEYS) == file_of(KEYS).read_text("utf-8"), "make catalogue"


def test_whatever_is_put_into_the_catalogue_is_told_and_nothing_once_it_is_taken_back(database_url: str) -> None:
    text(database_url)  # makes the read models
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select relowner::regrole::text from pg_class where oid = 'reporting.v1_blocks'::regclass")
        given = {"name": parse_dsn(database_url)["dbname"], "owner": cursor.fetchall()[0][0]}
        with closing(Database(database_url, "acquis_projector", size=1)) as database:
            for done, (undone, told) in TAMPERED.items():
                with naming(done):
                    cursor.execute(done.format(**given))
                    gone, added = differing(database, models=True) or ([], [])
                    assert any(line.startswith(told) for line in gone + added), (gone, added)
                    cursor.execute(undone.format(**given))
                    assert differing(database, models=True) == ([], [])


def test_before_the_projector_made_the_read_models_nothing_is_missed(database_url: str) -> None:
    with closing(Database(database_url, size=1)) as database:
        assert differing(database) == ([], [])
    with closing(Database(beside(database_url), size=1)) as keys:
        assert differing(keys, KEYS) == ([], [])


def test_somebody_else_may_be_let_read_reports_and_not_write(database_url: str) -> None:
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("create role acquis_test_reader; grant usage on schema reporting to acquis_test_reader")
        try:
            cursor.execute("grant select on projection.tracking to acquis_test_reader")
            with closing(Database(database_url, size=1)) as database:
                assert differing(database) == ([], [])
        finally:
            cursor.execute("drop owned by acquis_test_reader; drop role acquis_test_reader")
