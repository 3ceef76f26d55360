"""Eight workers and eighty clients under the logins of deploy/roles.sql; a database that comes after its house."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from adapters.database import DatabaseServer, beside
from adapters.database.embedded import EmbeddedPostgres
from adapters.settings import Settings
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Actor, PersonId, Role
from tests.given.servers.clusters import another_server
from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.servers.whole_acquis import GREEN_WITHIN, wait_until
from webapi.signing.checkpoint_key import create
from webapi.wiring import assemble

ROOT = Path(__file__).parents[2]
ROLES_SQL = (ROOT / "deploy" / "roles.sql").read_text("utf-8")
WORKERS, CLIENTS, REQUESTS = 8, 80, 8
SESSIONS = "select count(*) from pg_stat_activity where usename = 'acquis_web_login'"


@pytest.mark.slow
@pytest.mark.parametrize("limit", [None, 30], ids=["as roles.sql says", "fewer than the pools may open"])
def test_80_clients_of_eight_workers_meet_no_503(limit: int | None, figure: Callable[[str], None]) -> None:
    with another_server() as server, tempfile.TemporaryDirectory(prefix="acquis-eight-", dir="/tmp") as name:
        dsn, environment = installed(make_dsn(server, dbname="acquis"), Path(name))
        if limit:
            execute(dsn, f"alter role acquis_web_login connection limit {limit}")
        token = a_token(dsn, environment)
        with served(environment, dsn) as port:
            began = time.monotonic()
            with ThreadPoolExecutor(CLIENTS) as clients:
                met = Counter(
                    status for each in clients.map(lambda _: asks(port, token), range(CLIENTS)) for status in each
                )
            most = execute(dsn, SESSIONS)
            took = time.monotonic() - began
            doctor = run(environment, "doctor")
            ready = ask(port, "/readyz")
        figure(
            f"limit {limit}: {sum(met.values())} requests in {took:.1f} s, {most} sessions at the end, {dict(met)}"
        )
        assert met == {200: CLIENTS * REQUESTS}
        assert (ready[0], doctor[0]) == (200, 0)
        assert ready[1]["alarms"] == [each["slug"] for each in doctor[1]["alarms"]]
        assert ("connections-short" in ready[1]["alarms"]) == (limit is not None)


@pytest.mark.slow
def test_a_database_that_comes_after_web_and_projector_leaves_nothing_red() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="acquis-late-", dir="/tmp") as folder,
        tempfile.TemporaryDirectory(prefix="acquis-eight-", dir="/tmp") as name,
    ):
        with EmbeddedPostgres.start(Path(folder), durable=False) as first:
            dsn, environment = installed(first.dsn("acquis"), Path(name))
        with served(environment, dsn, ready=False) as port:
            assert ask(port, "/readyz")[0] == 503
            with EmbeddedPostgres.start(Path(folder), durable=False):
                green(port)
                code, said = run(environment, "doctor")
                assert (code, said["wrong"]) == (0, [])


def installed(dsn: str, data: Path) -> tuple[str, dict[str, str]]:
    """A house in production, its logins made by deploy/roles.sql; the superuser's address, and its environment."""
    settings = Settings(
        data=data, database_url=dsn, secret_key="tests only " * 4, master_key=b64encode(bytes(32)).decode()
    )
    server = DatabaseServer(dsn)
    server.migrate()
    with closing(assemble(settings, server)) as acquis:
        create(acquis)
    for each in (dsn, beside(dsn)):
        execute(each, ROLES_SQL)
    web = make_dsn(dsn, user="acquis_web_login")
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ACQUIS_")}
    return dsn, mine | {
        "ACQUIS_PRODUCTION": "true",
        "ACQUIS_DATABASE_URL": as_url(web),
        "ACQUIS_KEYS_DATABASE_URL": as_url(beside(web)),
        "ACQUIS_MASTER_KEY": settings.master_key or "",
        "ACQUIS_SECRET_KEY": settings.secret_key,
        "ACQUIS_DATA": str(data),
        "ACQUIS_WORKERS": str(WORKERS),
        "LANG": "en_GB.UTF-8",
    }


def a_token(dsn: str, environment: dict[str, str]) -> str:
    settings = Settings(
        data=Path(environment["ACQUIS_DATA"]), database_url=dsn, secret_key=environment["ACQUIS_SECRET_KEY"],
        master_key=environment["ACQUIS_MASTER_KEY"],
    )  # fmt: skip
    with closing(assemble(settings, DatabaseServer(dsn))) as acquis:
        recorded = acquis.do(RegisterPerson(name="Personne fictive", given=(Role.REGISTRAR,)), OPERATOR)
        who = Actor(person=PersonId(next(iter(recorded.versions))), role=Role.REGISTRAR)
        until = datetime.now(UTC) + timedelta(days=1)
        return str(acquis.tokens.make(who, "torture", until, issued_by=None).secret)


@contextmanager
def served(environment: dict[str, str], dsn: str, *, ready: bool = True) -> Iterator[int]:
    """Gunicorn as it is shipped, the projector and the mail beside it, each under its login."""
    port = free_port()
    projector = as_url(make_dsn(dsn, user="acquis_projector_login"))
    gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "-c", "deploy/gunicorn.conf.py"]
    acquis = [sys.executable, "-m", "webapi.cli.main"]
    with ExitStack() as stack:
        for command, its in (
            (gunicorn, {"ACQUIS_BIND": f"127.0.0.1:{port}"}),
            ([*acquis, "project"], {"ACQUIS_DATABASE_URL": projector}),
        ):
            running = subprocess.Popen(command, cwd=ROOT, env=environment | its)
            stack.callback(running.wait, 60)
            stack.callback(running.terminate)
        wait_until(lambda: status(port, "/healthz") in {200, 503}, GREEN_WITHIN, lambda: "nobody answers")
        if ready:
            green(port)
        yield port


def green(port: int) -> None:
    wait_until(
        lambda: status(port, "/readyz") == 200, GREEN_WITHIN, lambda: f"no green /readyz: {ask(port, '/readyz')}"
    )


def asks(port: int, token: str) -> list[int]:
    return [ask(port, "/api/v1/persons/me", token)[0] for _ in range(REQUESTS)]


def ask(port: int, path: str, token: str = "") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path, None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def status(port: int, path: str) -> int:
    with suppress(OSError, http.client.HTTPException, ValueError):
        return ask(port, path)[0]
    return 0


def run(environment: dict[str, str], *arguments: str) -> tuple[int, Any]:
    command = [sys.executable, "-m", "webapi.cli.main", *arguments, "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, json.loads(done.stdout.strip().splitlines()[-1])


def execute(dsn: str, statement: str) -> Any:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        return cursor.fetchall()[0][0] if cursor.description else None
