"""Statements that an attacker with the login of a runtime role may try: each role is refused each of them.

The fixture migrates the database and does not copy it, because a copy loses the rights to connect and to make
temporary tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.errors import ActiveSqlTransaction, InsufficientPrivilege
from psycopg2.extensions import connection as Connection  # noqa: N812  (a class that psycopg2 writes small)
from psycopg2.extensions import make_dsn

from adapters.database.migrate import migrate
from tests.given.naming import naming

WEB, WORKER, PROJECTOR, REPORT, AUDITOR, BACKUP = ROLES = (
    "acquis_web",
    "acquis_worker",
    "acquis_projector",
    "acquis_report",
    "acquis_auditor",
    "acquis_backup",
)
REWRITTEN = "the log is never rewritten"
ALONE = "cannot run inside a transaction block"
ITS_PLACE = "read models are the projector's: it makes them anew, nobody relies on them for a decision"
SIGNS_IN = "it signs people in"
BACKED_UP = "the operational tables are backed up; secrets are hashes or sealed"
READS_THE_LOG = "it reads the log: bodies hold ciphertext where they are about a person"


@dataclass(frozen=True)
class Hostile:
    """A statement, what it would do, and the roles that may run it, with the reason."""

    sentence: str
    sql: str
    allowed: dict[str, str] = field(default_factory=dict)
    triggered: bool = False
    """Whether a trigger refuses the statement to a superuser as well."""
    alone: bool = False
    """Whether the statement runs outside a transaction only, so that it cannot be rolled back."""


LOG = (
    Hostile("rewrite a fact", "update log.event set body = '{}'", triggered=True),
    Hostile("remove facts", "delete from log.event", triggered=True),
    Hostile("empty the log", "truncate log.event", triggered=True),
    Hostile(
        "slip a fact in past append",
        "insert into log.event values (9, gen_random_uuid(), 1, 'x', '{}', gen_random_uuid(), 0, now())",
    ),
    Hostile("rewrite a leaf", "update log.leaf set hash = hash", triggered=True),
    Hostile("slip a leaf in", "insert into log.leaf values (9, 9, now(), sha256('x'))"),
    Hostile("move the head back", "update log.head set sealed = 0"),
    Hostile("remove the head", "delete from log.head", triggered=True),
    Hostile("remove nodes of the tree", "delete from log.node", triggered=True),
    Hostile("slip a node in", "insert into log.node values (4, 9, sha256('x'))"),
    Hostile("give the log another name", "update log.identity set id = gen_random_uuid()", triggered=True),
    Hostile("lock the log against its writers", "lock table log.event in access exclusive mode"),
    Hostile("take a position", "select nextval('log.position')"),
    Hostile("set positions back", "select setval('log.position', 1)"),
    Hostile(
        "append a fact",
        "select log.append(gen_random_uuid(), array[gen_random_uuid()], '{1}', '{Noted}', '{x}')",
        dict.fromkeys(
            (WEB, WORKER),
            "recording is what it is for; a false fact stands there for all to see, under its append_id",
        ),
    ),
    Hostile(
        "append one fact",
        "select log.append_one(gen_random_uuid(), gen_random_uuid(), 1, 'Noted', 'x')",
        dict.fromkeys((WEB, WORKER), "likewise"),
    ),
    Hostile("rely on streams, and hold them", "select log.rely('{}', array[gen_random_uuid()], '{0}')"),
    Hostile(
        "hold a stream",
        "select log.hold(array[gen_random_uuid()])",
        dict.fromkeys((WEB, WORKER), "a command that has lost a race runs again under its stream's lock"),
    ),
    Hostile("seal facts", "select log.seal()", {PROJECTOR: "it gives the order; it cannot choose it"}),
    Hostile(
        "take a doubt back",
        "update log.doubt set accepted = 1",
        {PROJECTOR: "it puts into doubt; what it takes back without a fact is in doubt again with its next step"},
    ),
    Hostile("forget a doubt", "delete from log.doubt"),
    Hostile("forget a note", "delete from log.note", triggered=True),
    Hostile(
        "say that all was read",
        "update log.watch set size = 0",
        {PROJECTOR: "it is who reads; the next round begins with the first leaf, whatever it says"},
    ),
    Hostile("grow the tree", "select log.grow()", {PROJECTOR: "nodes follow from the leaves"}),
    Hostile(
        "read the log",
        "select body from log.event",
        dict.fromkeys((WEB, WORKER, PROJECTOR, AUDITOR, BACKUP), READS_THE_LOG),
    ),
)
DEFINITIONS = (
    Hostile("switch the triggers off", "alter table log.event disable trigger all"),
    Hostile("let the triggers sleep for replicas", "alter table log.event enable replica trigger never_rewritten"),
    Hostile("play a replica, for whom triggers sleep", "set session_replication_role = replica"),
    Hostile("drop a trigger", "drop trigger never_rewritten on log.event"),
    Hostile("add a trigger", "create trigger mine before insert on log.event execute function log.refuse()"),
    Hostile("add a rule", "create rule mine as on insert to log.event do instead nothing"),
    Hostile("add a column", "alter table log.event add column mine int"),
    Hostile("hide rows", "alter table log.event enable row level security"),
    Hostile("drop the log", "drop table log.event cascade"),
    Hostile("drop the schema", "drop schema log cascade"),
    Hostile("drop append", "drop function log.append"),
    Hostile(
        "make append the caller's own",
        "alter function log.append(uuid, uuid[], bigint[], text[], text[], uuid[], bigint[]) security invoker",
    ),
    Hostile("replace a function", "create or replace function log.left_behind() returns bigint return 0"),
    Hostile("make a function in schema log", "create function log.mine() returns int return 1"),
    Hostile("make a function in schema public", "create function public.mine() returns int return 1"),
    Hostile("make a table in schema log", "create table log.mine ()"),
    Hostile("make a table in schema desk", "create table desk.mine ()"),
    Hostile("make a table in schema public", "create table public.mine ()"),
    Hostile("make a table among read models", "create table projection.mine ()", {PROJECTOR: ITS_PLACE}),
    Hostile("make a view among reports", "create view reporting.mine as select 1 a", {PROJECTOR: ITS_PLACE}),
    Hostile("make a schema", "create schema mine"),
    Hostile("fill the disk with a temporary table", "create temporary table mine as select generate_series(1, 9)"),
    Hostile("fill the disk with a large object", "select lo_from_bytea(0, 'x')"),
    Hostile("fill the write-ahead log", "select pg_logical_emit_message(true, 'mine', 'x')"),
    Hostile("run a procedure of its own", "do $$ begin perform 1; end $$"),
    Hostile("publish the log to elsewhere", "create publication mine for table log.event"),
)
OTHERS = (
    Hostile(
        "read accounts",
        "select password from desk.account",
        {WEB: "it signs people in", BACKUP: "accounts are backed up; passwords are argon2id"},
    ),
    Hostile(
        "make an account",
        "insert into desk.account values (gen_random_uuid(), 'e@ve', '')",
        {WEB: "administrators open accounts on the web"},
    ),
    Hostile(
        "sign everybody out",
        "delete from desk.session",
        {
            WEB: "people sign out; administrators withdraw roles",
            WORKER: "it deletes the sessions that have run out, and those of an erased person",
        },
    ),
    Hostile(
        "change a password",
        "update desk.account set password = ''",
        {WEB: "people choose another password"},
    ),
    Hostile("give somebody's account another login", "update desk.account set login = 'e@ve'", {WEB: SIGNS_IN}),
    Hostile("read sessions", "select hash from desk.session", {WEB: SIGNS_IN, BACKUP: BACKED_UP}),
    Hostile(
        "make a session",
        "insert into desk.session (hash, person, role, expires_at, browser)"
        " select sha256('x'), person, 'admin', now() + interval '1 hour', '' from desk.account",
        {WEB: SIGNS_IN},
    ),
    Hostile("read tokens", "select hash from desk.token", {WEB: SIGNS_IN, BACKUP: BACKED_UP}),
    Hostile("make a token last", "update desk.token set expires_at = 'infinity'", {WEB: SIGNS_IN}),
    Hostile("read a second factor", "select * from desk.second_factor", {WEB: SIGNS_IN, BACKUP: BACKED_UP}),
    Hostile("end a second factor", "update desk.second_factor set confirmed_at = now()", {WEB: SIGNS_IN}),
    Hostile("read drafts", "select sealed from desk.draft", {WEB: "people go on writing them", BACKUP: BACKED_UP}),
    Hostile(
        "read links to a person's selection",
        "select hash from desk.private_link",
        {WEB: "it answers who follows one", BACKUP: BACKED_UP},
    ),
    Hostile(
        "have facts sent elsewhere",
        "update desk.subscription set target = 'https://elsewhere.example'",
        {WEB: "administrators subscribe programs to facts"},
    ),
    Hostile("empty accounts", "truncate desk.account"),
    Hostile("say that all was told", "update projection.tracking set position = 0", {PROJECTOR: ITS_PLACE}),
    Hostile(
        "read past the reporting views",
        "select * from projection.tracking",
        dict.fromkeys((WEB, WORKER, PROJECTOR, AUDITOR, BACKUP), "read models follow from the log, which it reads"),
    ),
    Hostile("say that a migration ran", "insert into public.acquis_migration values (99, 'x', 'x')"),
    Hostile("forget the migrations", "delete from public.acquis_migration"),
)
SERVER = (
    Hostile("become the owner", "set role acquis_owner"),
    Hostile("become the superuser", "set session authorization {superuser}"),
    Hostile("be given the owner's rights", "grant acquis_owner to {login}"),
    Hostile("make a login", "create role mine login superuser"),
    Hostile("make itself a superuser", "alter role {login} superuser"),
    Hostile("change the database for everybody", "alter database {database} set synchronous_commit = off"),
    Hostile("change the server for everybody", "alter system set fsync = off", alone=True),
    Hostile("write everybody's statements into the server's log", "set log_statement = 'all'"),
    Hostile(
        "hold append's locks",
        "select pg_advisory_xact_lock(4711, 1)",
        {PROJECTOR: "it takes the acting projector's place by such a lock"},
    ),
    Hostile("run a program, to read", "copy log.head from program 'true'"),
    Hostile("run a program, to write", "copy (select 1) to program 'cat >/dev/null'"),
    Hostile("write a file of the server", "copy (select 1) to '/dev/null'"),
    Hostile("read a file of the server", "select pg_read_file('PG_VERSION')"),
    Hostile("list the server's files", "select pg_ls_dir('.')"),
    Hostile("take a file of the server in", "select lo_import('/etc/hostname')"),
    Hostile("read the server's passwords", "select rolpassword from pg_authid"),
    Hostile("make the server read its settings again", "select pg_reload_conf()"),
    Hostile("switch the write-ahead log", "select pg_switch_wal()"),
)
ALL = LOG + DEFINITIONS + OTHERS + SERVER


@dataclass(frozen=True)
class Place:
    """A migrated database with a session for the login of each role."""

    superuser: Connection
    sessions: dict[str, Connection]
    logins: dict[str, str]

    def sql(self, hostile: Hostile, role: str) -> str:
        info = self.superuser.info
        return hostile.sql.replace("{login}", self.logins[role]).replace("{database}", info.dbname).replace(
            "{superuser}", info.user
        )  # fmt: skip


@pytest.fixture(scope="module")
def place(server_url: str) -> Iterator[Place]:
    mark = uuid4().hex[:12]
    dsn = make_dsn(server_url, dbname=f"acquis_test_hostile_{mark}")
    migrate(dsn)
    logins = {role: f"{role}_{mark}" for role in ROLES}
    with closing(psycopg2.connect(dsn)) as superuser:
        superuser.autocommit = True
        say(superuser, "select log.append(gen_random_uuid(), array[gen_random_uuid()], '{1}', '{Noted}', '{x}')")
        say(superuser, "select log.seal()")
        for role, login in logins.items():
            say(superuser, f"create role {login} login in role {role}")
        sessions = {role: psycopg2.connect(make_dsn(dsn, user=login)) for role, login in logins.items()}
        for session in sessions.values():
            session.autocommit = True
        yield Place(superuser, sessions, logins)
        for session in sessions.values():
            session.close()
        for login in logins.values():
            say(superuser, f"drop owned by {login}")
            say(superuser, f"drop role {login}")
    with closing(psycopg2.connect(server_url)) as connection:
        connection.autocommit = True
        say(connection, f"drop database acquis_test_hostile_{mark} with (force)")


def say(connection: Connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def undone(connection: Connection, statement: str) -> None:
    """Run the statement and roll it back."""
    say(connection, "begin")
    try:
        say(connection, statement)
    finally:
        say(connection, "rollback")


def sentence(value: object) -> str | None:
    return value.sentence if isinstance(value, Hostile) else None


def test_hostile_statements_are_refused_to_every_runtime_role(place: Place) -> None:
    for role in ROLES:
        for hostile in ALL:
            with naming(role, hostile):
                session, statement = place.sessions[role], place.sql(hostile, role)
                if role in hostile.allowed:
                    undone(session, statement)  # allowed, for the reason in `hostile.allowed`
                    continue
                with pytest.raises(InsufficientPrivilege):
                    (say if hostile.alone else undone)(session, statement)


def test_hostile_statements_run_for_a_superuser_or_meet_the_triggers(place: Place) -> None:
    """Check that the refusals above are not those of a misspelt statement."""
    for hostile in ALL:
        with naming(hostile):
            met = pytest.raises((InsufficientPrivilege, ActiveSqlTransaction), match=f"{REWRITTEN}|{ALONE}")
            with met if hostile.alone or hostile.triggered else nullcontext():
                undone(place.superuser, place.sql(hostile, WEB))


def test_every_role_is_refused_25_statements_and_more() -> None:
    for role in ROLES:
        assert sum(role not in hostile.allowed for hostile in ALL) >= 25


WRITES = """
select n.nspname || '.' || c.relname || ' ' || p.name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 cross join unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p(name)
 where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname !~ '^pg_|^information_schema$'
   and not pg_has_role(%(role)s, c.relowner, 'USAGE') and has_table_privilege(%(role)s, c.oid, p.name)
"""
RUNS = """
select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname !~ '^pg_|^information_schema$' and has_function_privilege(%(role)s, p.oid, 'EXECUTE')
   and not pg_has_role(%(role)s, p.proowner, 'USAGE')
"""
MAKES = """
select n.nspname from pg_namespace n where has_schema_privilege(%(role)s, n.oid, 'CREATE')
"""
ENDED = (
    "account", "identity", "errand", "session", "token", "service", "second_factor", "recovery_code", "account_event",
    "draft", "private_link", "comment", "notices_read", "statistic",
)  # fmt: skip
"""The tables from which an erasure or a retention limit deletes rows."""
WATCHING = ("log.doubt INSERT", "log.doubt UPDATE", "log.note INSERT", "log.watch UPDATE")
KEPT_BY_THE_WORKER = (
    *(
        f"desk.{table} "
        for table in ("letter", "job", "turn", "reading_copy", "heartbeat", "run", "close_look", "budget")
    ),
    *(f"desk.{table} INSERT" for table in ("ticket", "erasure", "doubt_told")),
    *(f"desk.{table} UPDATE" for table in ("letters_from_log", "upload")),
    *(f"desk.{table} DELETE" for table in (*ENDED, "upload", "stretch", "ticket")),
)
READING = {"line", "clock_drift", "left_behind"}


@pytest.mark.parametrize(
    ("role", "writes", "runs", "makes"),
    [
        (
            WEB,
            "desk.",
            READING | {"append", "append_one", "hold", "durable", "open_upload", "run_alone", "forward_alone"},
            set(),
        ),
        (WORKER, KEPT_BY_THE_WORKER, READING | {"append", "append_one", "hold", "durable", "run_alone"}, set()),
        (PROJECTOR, WATCHING, READING | {"seal", "grow", "durable"}, {"projection", "projection_fresh", "reporting"}),
        (REPORT, None, set(), set()),
        (AUDITOR, None, READING | {"witnessed"}, set()),
        (BACKUP, None, READING | {"note_copy"}, set()),
    ],
)
def test_a_role_writes_runs_and_makes_what_is_its_own_and_nothing_else(
    place: Place, role: str, writes: str | tuple[str, ...] | None, runs: set[str], makes: set[str]
) -> None:
    asked: Callable[[str], set[str]] = lambda question: ask(place.superuser, question, role)  # noqa: E731
    assert {each for each in asked(WRITES) if writes is None or not each.startswith(writes)} == set()
    assert asked(RUNS) == runs
    assert asked(MAKES) == makes


def ask(connection: Connection, question: str, role: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(question, {"role": role})
        return {name for (name,) in cursor.fetchall()}


def test_the_owner_cannot_log_in_and_owns_the_log_and_the_desk(place: Place) -> None:
    with place.superuser.cursor() as cursor:
        cursor.execute("select rolcanlogin from pg_roles where rolname = 'acquis_owner'")
        assert cursor.fetchall() == [(False,)]
        cursor.execute(
            "select distinct relowner::regrole::text from pg_class"
            " where relnamespace in ('log'::regnamespace, 'desk'::regnamespace)"
        )
        assert cursor.fetchall() == [("acquis_owner",)]


def test_runtime_roles_get_no_rights_on_objects_made_later(place: Place) -> None:
    say(place.superuser, "begin")
    try:
        say(place.superuser, "set role acquis_owner")
        say(place.superuser, "create function log.later() returns int return 1; create table log.later ()")
        say(place.superuser, "create function desk.later() returns int return 1")
        assert "later" not in ask(place.superuser, RUNS, WEB)
        for role in ROLES:
            assert {each for each in ask(place.superuser, WRITES, role) if "later" in each} == set()
    finally:
        say(place.superuser, "rollback")


LOGINS = """
select r.rolname::text, (select array_agg(g.rolname::text) from pg_auth_members m join pg_roles g on g.oid = m.roleid
                           where m.member = r.oid),
       s.setconfig, r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls or r.rolreplication
  from pg_roles r left join pg_db_role_setting s on s.setrole = r.oid
   and s.setdatabase = (select oid from pg_database where datname = current_database())
 where r.rolname like %s order by 1
"""


def test_the_shipped_logins_hold_one_role_each_and_wait_for_nothing_long(place: Place) -> None:
    shipped = Path(__file__).parents[3].joinpath("deploy", "roles.sql").read_text()
    mark = uuid4().hex[:8]
    mine = shipped.replace("_login", f"_{mark}")
    try:
        for _ in range(2):  # the script can run again
            say(place.superuser, mine)
        with place.superuser.cursor() as cursor:
            cursor.execute(LOGINS, (f"%{mark}",))
            found = cursor.fetchall()
        made = dict.fromkeys(ROLES) | {"acquis_witness": None}
        assert [(name, roles) for name, roles, _, _ in found] == [
            (f"{name}_{mark}", [AUDITOR if name == "acquis_witness" else name]) for name in sorted(made)
        ]
        assert not any(powerful for *_, powerful in found)
        settings = {
            name.removesuffix(f"_{mark}"): dict(each.split("=") for each in said) for name, _, said, _ in found
        }
        assert (
            settings[WEB]
            == settings[WORKER]
            == {
                "statement_timeout": "5min",
                "lock_timeout": "2s",
                "idle_in_transaction_session_timeout": "2s",
            }
        )
        assert all("lock_timeout" in said for said in settings.values())
    finally:
        for role in (*ROLES, "acquis_witness"):
            say(place.superuser, f"drop owned by {role}_{mark}; drop role {role}_{mark}")
