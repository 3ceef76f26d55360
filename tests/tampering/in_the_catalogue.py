"""What may be done to the catalogue of the database, and with the login of one service alone.

Each kind is statements under a name; a service's login says its own under its role.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

from psycopg2.extensions import parse_dsn

from tests.tampering.world import World

Kind = Callable[[World], None]
HIDES = "alter table {0} enable row level security; create policy mute on {0} using (false)"
QUIET = "create function public.mute() returns trigger language plpgsql as 'begin return null; end'"


def stated(doc: str, *statements: str, change: bool = False) -> Kind:
    """A superuser says these statements; where `change` is set, a fact was changed before."""

    def kind(world: World) -> None:
        name = parse_dsn(world.url)["dbname"]
        world.open(*(each.replace("{database}", name) for each in statements))
        if change:
            at = world.a_fact("CompetenceAssessed")
            world.sql(f"update log.event set body = replace(body, '\"mark\":', '\"mark\" :') where position = {at}")  # noqa: S608

    kind.__doc__ = doc
    kind.__name__ = doc
    return kind


def by_service(role: str, doc: str, *statements: str) -> Kind:
    """The login of one service says these statements."""
    return stated(doc, f"set role {role}", *statements)


def appended(world: World, stream: str, type_: str, body: dict[str, object]) -> None:
    """Append one fact with the web's login, and have it sealed."""
    newest = world.one(f"select coalesce(max(version), 0) from log.event where stream = '{stream}'")  # noqa: S608
    said = json.dumps(body, separators=(",", ":"), sort_keys=True).replace("'", "''")
    world.open(
        "set role acquis_web",
        f"select log.append_one(gen_random_uuid(), '{stream}', {newest + 1}, '{type_}', '{said}')",
    )
    world.project()


def granted_after_release(world: World) -> None:
    """A block is granted after the results were released, by an append of the web's login"""
    at = world.a_fact("BlockGranted")
    stream, body = world.one(f"select stream::text || ' ' || body from log.event where position = {at}").split(" ", 1)  # noqa: S608
    appended(world, stream, "BlockGranted", json.loads(body))


def administrator_by_append(world: World) -> None:
    """An administrator is made by an append of the web's login, in nobody's name"""
    at = world.a_fact("RoleGranted")
    stream = world.one(f"select stream::text from log.event where position = {at}")  # noqa: S608
    said: dict[str, object] = {
        "as": "admin",
        "by": str(uuid4()),
        "on": "2021-01-01",
        "request": None,
        "role": "admin",
    }
    appended(world, stream, "RoleGranted", said)


def child_with_another_log(world: World) -> None:
    """A child table of the log shows another log: a role for somebody"""
    world.open(
        "create table public.other () inherits (log.event)",
        "insert into public.other select 1, stream, version + 100, type, replace(body, '\"assessor\"', '\"admin\"'),"
        " gen_random_uuid(), 0, now() from only log.event where type = 'RoleGranted' limit 1",
    )


SEEN_IN_2100 = by_service(
    "acquis_projector",
    "The projector's login records a round of the watch in 2100",
    "update log.watch set began_at = '2100-01-01', seen_at = '2100-01-01', size = 1000000",
)
CATALOGUE: tuple[Kind, ...] = (
    stated("A policy hides a dossier among the read models", HIDES.format("projection.dossier")),
    stated("A policy hides facts from commands", HIDES.format("log.event")),
    child_with_another_log,
    stated("A rule keeps `log.doubt` empty, and a fact is changed",
           "create rule mute as on insert to log.doubt do instead nothing", change=True),
    stated("A trigger keeps `log.doubt` empty, and a fact is changed", QUIET,
           "create trigger mute before insert on log.doubt for each row execute function public.mute()", change=True),
    stated("A policy keeps `log.doubt` empty, and a fact is changed", HIDES.format("log.doubt"), change=True),
    stated("A trigger cancels writes to the operational tables", QUIET,
           "create trigger mute before insert on desk.account for each row execute function public.mute()"),
    stated("A rule cancels writes to the read models",
           "create rule mute as on delete to projection.block_status do instead nothing"),
    stated("An operational table is made unlogged", "alter table desk.account set unlogged"),
    stated("The leaves are made unlogged", "alter table log.leaf set unlogged"),
    stated("A constraint of the log is dropped", "alter table log.event drop constraint event_version_check"),
    stated("The key of the log's streams is dropped",
           "alter table log.event drop constraint event_stream_version_key"),
    stated("A column may be empty", "alter table log.head alter column sealed drop not null"),
    stated("The default of a column is changed",
           "alter table log.doubt alter column found_at set default '2100-01-01'"),
    stated("A foreign key is no longer checked", "alter table desk.session disable trigger all"),
    stated("Commits are asynchronous (`synchronous_commit`)",
           "alter database {database} set synchronous_commit = off"),
    stated("Names are looked up elsewhere first (`search_path`)",
           "alter role acquis_web in database {database} set search_path = mine, public"),
    stated("A library is loaded into each session",
           "alter database {database} set session_preload_libraries = 'auto_explain'"),
    stated("A function of the log gets a search path",
           "alter function log.seal(int, int) set search_path = public, log"),
    stated("A function of the log gets another owner", "alter function log.line(log.event) owner to acquis_web"),
    stated("A function runs as its caller",
           "alter function log.append_one(uuid, uuid, bigint, text, text, uuid[], bigint[]) security invoker"),
    stated("A table gets another owner", "alter table desk.account owner to acquis_projector"),
    stated("A schema gets another owner", "alter schema log owner to acquis_web"),
    stated("The projector is given the accounts", "grant select, update on desk.account to acquis_projector"),
    stated("Everybody is given a function of the log", "grant execute on function log.seal(int, int) to public"),
    stated("The web may read files of the server", "grant execute on function pg_read_file(text) to acquis_web"),
    stated("The web may make tables among ours", "grant create on schema log to acquis_web"),
    stated("What is made later is the web's",
           "alter default privileges for role acquis_owner in schema log grant all on tables to acquis_web"),
    stated("A reporting view is changed",
           "create or replace view reporting.v1_position as select 0::bigint as position,"
           " gen_random_uuid() as edition, id as log from log.identity"),
    stated("A function is added where names are looked up first",
           "create function pg_catalog.now_and_then() returns int language sql as 'select 1'"),
    stated("A cast is added", "create function public.f(text) returns int language sql as 'select 1';"
           "create cast (text as int) with function public.f(text)"),
    stated("An event trigger is added", "create function public.e() returns event_trigger language plpgsql as"
           " 'begin end'; create event trigger mine on ddl_command_end execute function public.e()"),
    stated("The sequence hands out positions in blocks", "alter sequence log.position cache 20"),
    stated("A migration is recorded as applied, so that nothing is compared",
           "insert into public.acquis_migration values (9999, '9999-mine.sql', 'x')", HIDES.format("desk.account")),
)  # fmt: skip
"""A superuser changes the catalogue."""
SERVICES: tuple[Kind, ...] = (
    by_service("acquis_projector", "The projector's login puts a policy on a read model",
               HIDES.format("projection.dossier")),
    SEEN_IN_2100,
    by_service("acquis_projector", "The projector's login adds a rule to a read model",
               "create rule mute as on insert to projection.block_status do instead nothing"),
    by_service("acquis_projector", "The projector's login makes a table among the read models",
               "create table projection.mine (a int)"),
    by_service("acquis_projector", "The projector's login replaces a view of the reports",
               "create or replace view reporting.v1_position as select 0::bigint as position,"
               " gen_random_uuid() as edition, id as log from log.identity"),
    by_service("acquis_projector", "The projector's login makes a read model unlogged",
               "alter table projection.dossier set unlogged"),
    granted_after_release,
    administrator_by_append,
)  # fmt: skip
"""Whoever holds the login of one service."""
