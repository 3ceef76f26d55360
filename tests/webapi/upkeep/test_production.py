"""In production no command but `migrate` runs under a login that could do more than its role."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg2
import pytest
from click.testing import CliRunner
from psycopg2.extensions import make_dsn
from werkzeug.test import Client

from adapters.database import beside
from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.servers.processes import name_of
from tests.given.servers.server_log import overheard
from tests.given.slow import keep_one_in
from tests.given.waiting import until
from webapi import wsgi
from webapi.cli import main

ROOT = Path(__file__).parents[3]
COMMANDS = (
    ("serve", "--port", str(free_port())),
    ("project",),
    ("rebuild",),
    ("check-log",),
    ("report", "export", "v1_candidacies"),
    ("backup", "--out", "nowhere"),
    ("person", "add", "--name", "Alix Essai", "--email", "alix@example.org", "--role", "candidate"),
    ("certification", "list"),
    ("history", "c6903a75-4b44-4915-b239-97c68993c5dc"),
)


@pytest.fixture
def logins(database_url: str) -> Iterator[dict[str, str]]:
    """The superuser's and one login of each role that a process has, as addresses."""
    mark = uuid4().hex[:12]
    roles = ("acquis_web", "acquis_worker", "acquis_projector", "acquis_report", "acquis_backup")
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for role in roles:
            cursor.execute(f"create role {role}_{mark} login in role {role}")
        yield {"superuser": database_url} | {role: make_dsn(database_url, user=f"{role}_{mark}") for role in roles}
        for role in roles:
            cursor.execute(f"drop owned by {role}_{mark}; drop role {role}_{mark}")


def production(dsn: str, data: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ACQUIS_")}
    return mine | {
        "ACQUIS_PRODUCTION": "true",
        "ACQUIS_DATABASE_URL": as_url(dsn),
        "ACQUIS_KEYS_DATABASE_URL": as_url(beside(dsn)),
        "ACQUIS_MASTER_KEY": b64encode(bytes(32)).decode(),
        "ACQUIS_SECRET_KEY": "tests only " * 4,
        "ACQUIS_DATA": str(data),
        "LANG": "en_GB.UTF-8",
    }


def acquis(environment: dict[str, str], *arguments: str) -> tuple[int, Any]:
    """The exit code of a command, and the object that it prints."""
    command: list[str] = [*arguments, "--json"]
    if arguments[0] in {"serve", "project"}:  # they would take this process's signals
        done = subprocess.run(
            [sys.executable, "-m", "webapi.cli.main", *command],
            env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout)
    result = CliRunner().invoke(main.program, command, env=environment)
    return result.exit_code, json.loads(result.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize(
    "command", keep_one_in(3, [(command,) for command in COMMANDS]), ids=lambda command: " ".join(command[:2])
)
def test_a_superuser_s_login_is_refused_with_a_sentence_and_nothing_is_done(
    logins: dict[str, str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    code, said = acquis(production(logins["superuser"], tmp_path), *command)
    assert (code, said["type"]) == (1, "login-may-do-more")
    assert any("is a superuser" in each for each in said["violations"])
    assert facts(logins["superuser"]) == 0


def test_migrate_wants_the_owner_and_doctor_shows_that_the_web_must_not(
    logins: dict[str, str], tmp_path: Path
) -> None:
    environment = production(logins["superuser"], tmp_path)
    assert acquis(environment, "migrate") == (0, {"applied": []})
    code, shown = acquis(environment, "doctor")
    assert code == 1
    assert any("is a superuser" in each for each in shown["wrong"])
    _, shown = acquis(production(logins["acquis_web"], tmp_path), "doctor")
    assert not any("login" in each for each in shown["wrong"])
    assert any(each.startswith("ACQUIS_PROXIES is 0") for each in shown["late"])


def test_every_process_is_admitted_only_under_its_own_login(logins: dict[str, str], tmp_path: Path) -> None:
    add = ("person", "add", "--name", "Alix Essai", "--email", "alix@example.org", "--role", "candidate")
    web, report = production(logins["acquis_web"], tmp_path), production(logins["acquis_report"], tmp_path)
    assert acquis(web, *add)[0] == 0
    assert facts(logins["superuser"]) > 0
    assert acquis(web, "rebuild")[1]["type"] == "login-may-do-more"
    assert acquis(production(logins["acquis_projector"], tmp_path), "rebuild")[0] == 0
    out = tmp_path / "report.csv"
    exported = CliRunner().invoke(main.program, ["report", "export", "v1_candidacies", "--out", str(out)], env=report)
    assert exported.exit_code == 0, exported.output
    assert out.read_text().splitlines()[0].count(",") > 3
    assert acquis(report, *add)[1]["type"] == "login-may-do-more"
    saved = tmp_path / "saved"
    saved_by = acquis(production(logins["acquis_backup"], tmp_path), "backup", "--out", str(saved))
    assert saved_by[0] == 0, saved_by[1]
    assert (saved / "log.dump").stat().st_size > 0


WORKS = (
    ("mail", "send"), ("work", "--once"), ("deadlines", "due"), ("deadlines", "run"), ("erasures", "due"),
    ("erasures", "settle"), ("evidence", "reap"), ("evidence", "scrub"),
)  # fmt: skip


@pytest.mark.parametrize("command", WORKS, ids=" ".join)
def test_worker_mail_and_timers_run_under_the_worker_s_login(
    logins: dict[str, str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    add = ("person", "add", "--name", "Alix Essai", "--email", "alix@example.org", "--role", "candidate")
    assert acquis(production(logins["acquis_web"], tmp_path), *add)[0] == 0
    worker = production(logins["acquis_worker"], tmp_path)
    assert acquis(production(logins["acquis_projector"], tmp_path), "rebuild")[0] == 0
    assert acquis(worker, *command)[0] == 0
    assert acquis(production(logins["acquis_web"], tmp_path), *command)[0] == 0, "as the web, without its own login"
    assert acquis(worker, *add)[1]["type"] == "login-may-do-more"
    assert acquis(production(logins["acquis_report"], tmp_path), *command)[1]["type"] == "login-may-do-more"


@pytest.mark.parametrize("keeps_time", keep_one_in(2, [(True,), (False,)]))
def test_serve_under_the_web_login_answers_keeps_time_if_told_and_runs_no_projector(
    logins: dict[str, str], tmp_path: Path, keeps_time: bool
) -> None:
    environment, port = production(logins["acquis_web"], tmp_path), free_port()
    environment["ACQUIS_DEADLINES"] = str(keeps_time)
    serving = subprocess.Popen(
        [sys.executable, "-m", "webapi.cli.main", "serve", "--port", str(port), "--workers", "1"],
        env=environment, cwd=ROOT,
    )  # fmt: skip
    try:
        until(lambda: serving.poll() is not None or status(port, "/healthz") == 200)
        assert serving.poll() is None
        running = {name_of(each) for each in psutil.Process(serving.pid).children(recursive=True)}
        assert {"acquis mail", "acquis work"} <= running
        assert "acquis project" not in running
        assert ("acquis deadline" in running) == keeps_time
        assert status(port, "/api/v1/candidacies") == 401
    finally:
        serving.terminate()
        serving.wait(30)


@pytest.mark.slow
def test_gunicorn_does_not_start_under_a_superuser_s_login(logins: dict[str, str], tmp_path: Path) -> None:
    environment = production(logins["superuser"], tmp_path) | {"ACQUIS_BIND": f"127.0.0.1:{free_port()}"}
    environment["LC_ALL"] = "fr_FR.UTF-8"
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "est superutilisateur" in done.stderr


def test_the_embedded_database_is_for_trials(tmp_path: Path) -> None:
    given = production("postgresql://nobody@/nothing", tmp_path)
    given.pop("ACQUIS_DATABASE_URL")
    code, said = acquis(given, "doctor")
    assert code == 1
    assert "ACQUIS_DATABASE_URL must be set in production" in said["title"]


def test_requests_are_refused_until_the_login_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_there = f"postgresql://acquis_web_login@127.0.0.1:{free_port()}/acquis"
    for name, value in production("postgresql://a@/b", tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ACQUIS_DATABASE_URL", nobody_there)
    with overheard():  # making the application has it speak
        answer = Client(wsgi.application).get("/healthz")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert json.loads(answer.get_data(as_text=True))["type"] == "/problems/unavailable"
    assert answer.headers["Retry-After"]


def facts(dsn: str) -> int:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from log.event")
        return int(cursor.fetchall()[0][0])


def status(port: int, path: str) -> int:
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection,
    ):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    return 0
