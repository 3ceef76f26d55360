"""A backup comes back on another server, where nobody has ever been but a superuser of another name."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner
from psycopg2.extensions import make_dsn

from adapters.database import DatabaseServer, beside
from adapters.database.login_settings import held, lacking
from adapters.database.pool import Database
from adapters.log.check import check
from adapters.log.recorder import LogRecorder
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Role
from projections.engine.runner import Projector
from tests.given.log.acting_projector import running
from tests.given.servers.clusters import SUPERUSER, another_server
from tests.given.servers.databases import as_url
from tests.given.waiting import until
from tests.given.webapi.backups import GRANTS, fetched, saved, with_checkpoint
from webapi.app import create_app
from webapi.cli.main import program
from webapi.wiring import assemble

ROLES = (Path(__file__).parents[3] / "deploy" / "roles.sql").read_text("utf-8")
OPEN = """
select count(*) from pg_default_acl where defaclrole = current_user::regrole and defaclobjtype in ('f', 'T')
"""
"""What whoever makes things gives PUBLIC by default, taken away: of functions and of types."""
MARKED = "select count(*) from pg_roles where shobj_description(oid, 'pg_authid') like 'acquis restore%'"


@pytest.mark.slow
def test_restore_on_a_second_server_is_complete_and_doctor_agrees_with_readyz(world: Any, tmp_path: Path) -> None:
    backed = with_checkpoint(world)
    with set_there(backed.url) as login, another_server() as server:
        source, settings = saved(backed, tmp_path / "backup"), moved(backed, server, tmp_path / "elsewhere")
        said, dsn = json.loads((source / "backup.json").read_text("utf-8")), str(settings.database_url)
        code, answer = run(settings, "restore", str(source))
        assert (code, answer["logins_missing"]) == (0, [login])
        assert fetched(dsn, "select count(*) from log.event") == [(said["facts"],)]
        for part in ("", "_keys"):
            ours, theirs = make_dsn(backed.url, dbname=name(backed.url) + part), make_dsn(dsn, dbname=f"acquis{part}")
            assert fetched(theirs, GRANTS) == fetched(ours, GRANTS)
            assert fetched(theirs, OPEN) == fetched(ours, OPEN)
        assert fetched(dsn, MARKED) == [(0,)], "who stood in for the old superuser is gone"
        with closing(Database(dsn, role="acquis_projector", size=4)) as projecting:
            assert check(projecting).sound
            with running(Projector(projecting, LogRecorder(projecting))):
                green(settings)
                with closing(assemble(settings, DatabaseServer(dsn))) as opened:
                    opened.do(RegisterPerson(name="Après", given=(Role.CANDIDATE,)), OPERATOR)
        the_logins_are_made_there(dsn)


def green(settings: Any) -> None:
    with closing(assemble(settings, DatabaseServer(str(settings.database_url)))) as opened:
        client = create_app(opened).test_client()
        until(lambda: client.get("/readyz").status_code == 200)
        code, told = run(settings, "doctor")
        assert (code, told["wrong"]) == (0, [])
        ready: Any = client.get("/readyz").json
        assert [each["slug"] for each in told["alarms"]] == ready["alarms"]


def the_logins_are_made_there(dsn: str) -> None:
    """By deploy/roles.sql, as the restore says; until then the doctor names what the web's login lacks."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("create role acquis_web_login login in role acquis_web")
        web = make_dsn(dsn, user="acquis_web_login")
        with closing(psycopg2.connect(web)) as mine, mine.cursor() as asking:
            login, names = lacking(asking, "acquis_web")
            assert (login, len(names)) == ("acquis_web_login", 3)
            cursor.execute(ROLES)
            assert lacking(asking, "acquis_web") == ("acquis_web_login", [])
        assert ("acquis_web_login", "statement_timeout", "5min") in held(cursor)
        assert fetched(beside(dsn), "select session_user::text") == [(SUPERUSER,)]


@contextmanager
def set_there(dsn: str) -> Iterator[str]:
    """A login of the first server's, set to something in its database."""
    login = f"acquis_login_{os.urandom(6).hex()}"
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"create role {login} login")
        cursor.execute(f"alter role {login} in database {name(dsn)} set statement_timeout = '5min'")
        yield login
        cursor.execute(f"drop role {login}")


def moved(backed: Any, server: str, data: Path) -> Any:
    """Empty places, with the keys and the checkpoints of before."""
    here = backed.acquis.settings
    shutil.copytree(here.data / "keys", data / "keys")
    shutil.copytree(here.checkpoint_folder, data / "checkpoints")
    return replace(here, data=data, database_url=make_dsn(server, dbname="acquis"))


def run(settings: Any, *arguments: str) -> tuple[int, Any]:
    environment = {
        "ACQUIS_DATABASE_URL": as_url(str(settings.database_url)),
        "ACQUIS_DATA": str(settings.data),
        "LC_ALL": "en_GB.UTF-8",
    }
    done = CliRunner().invoke(program, [*arguments, "--json"], env=environment)
    return done.exit_code, json.loads(done.stdout.strip().splitlines()[-1])


def name(dsn: str) -> str:
    return str(psycopg2.extensions.parse_dsn(dsn)["dbname"])
