"""An old backup restored over a newer checkpoint does not start, by any way, and says what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from flask.testing import FlaskClient
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.clock import FixedClock
from adapters.database import DatabaseServer, beside
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, LogRegressed
from adapters.log.doubt import LogDoubted
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Role
from projections.tables import NAME
from tests.given.servers.databases import as_url
from tests.given.servers.forks import forked
from tests.given.servers.ports import free_port
from tests.given.slow import keep_one_in
from tests.given.webapi.town import FEBRUARY
from webapi.app import create_app
from webapi.cli.main import program
from webapi.signing.checkpoint_key import Checkpointing, create
from webapi.upkeep.startup import acquis
from webapi.wiring import assemble

ROOT = Path(__file__).parents[3]
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0"]
WAYS = {
    "serve": ["serve", "--port", str(free_port())],
    "project": ["project"],
    "a command": [
        "person",
        "add",
        "--name",
        "A",
        "--email",
        "a@example.org",
        "--role",
        "admin",
    ],
    "gunicorn": GUNICORN,
}

WAITING = """
alter table log.event disable trigger all;
insert into log.event select nextval('log.position'), gen_random_uuid(), 1, type, body, gen_random_uuid(), 0,
                             clock_timestamp() - interval '11 min' from log.event where position = 1;
alter table log.leaf disable trigger all;
insert into log.leaf select 3, max(position), clock_timestamp() - interval '11 min', sha256('') from log.event;
update log.head set next_index = 4, sealed = (select max(position) from log.event);
update projection.tracking set position = (select sealed from log.head);
alter table log.event enable always trigger never_rewritten;
alter table log.leaf enable always trigger never_rewritten;
"""
"""A fourth fact that has waited for eleven minutes."""


@dataclass(frozen=True)
class Place:
    """A log that goes on beside its checkpoints."""

    settings: Settings
    url: str

    def live(self, people: int) -> None:
        """Record so many facts, seal them, and sign for them."""
        server = DatabaseServer(self.url)
        with closing(assemble(self.settings, server, FixedClock(FEBRUARY))) as opened:
            if not self.settings.checkpoint_key.exists():
                create(opened)
            for _ in range(people):
                opened.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR)
        with closing(server.open("acquis_projector", 2)) as projecting:
            LogRecorder(projecting).seal()
            Checkpointing(self.settings, projecting)()

    def start(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        """Run `acquis`, or gunicorn; one that does start is ended after a while, which fails the test."""
        environment = {
            "ACQUIS_DATABASE_URL": as_url(self.url),
            "ACQUIS_DATA": str(self.settings.data),
            "ACQUIS_SECRET_KEY": self.settings.secret_key,
            "LANG": "en_GB.UTF-8",
            "LC_ALL": "en_GB.UTF-8",
        }
        if arguments is not GUNICORN:
            return forked(lambda: program(arguments), environment)
        return subprocess.run(
            GUNICORN, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=40, check=False
        )

    def facts(self) -> Any:
        return ask(self.url, "select count(*) from log.event")


@pytest.fixture
def restored(settings: Settings, server_url: str) -> Iterator[Place]:
    """Facts and their checkpoint were backed up; the log went on to a second one; then the backup came back."""
    before = Place(settings, str(settings.database_url))
    before.live(1)
    name = f"acquis_test_{uuid4().hex[:16]}"
    copies = []
    for url, copy in ((before.url, name), (beside(before.url), f"{name}_keys")):
        ask(server_url, f"create database {copy} template {parse_dsn(url)['dbname']}")
        copies.append(copy)
    before.live(2)
    yield Place(settings, make_dsn(server_url, dbname=name))
    for copy in copies:
        ask(server_url, f"drop database {copy} with (force)")


def ask(url: str, statement: str) -> Any:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


@pytest.mark.parametrize("way", keep_one_in(3, [(way,) for way in WAYS]))
def test_87_a_log_behind_its_newest_checkpoint_does_not_start(restored: Place, way: str) -> None:
    before = restored.facts()
    ended = restored.start(WAYS[way])
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert "The log does not continue its newest checkpoint" in said
    assert "Restore a newer backup" in said
    assert "The newest checkpoint is of 7 leaves; the log holds 3." in said
    assert "Traceback" not in said
    assert restored.facts() == before


def test_87_process_still_running_on_a_regressed_log_records_nothing(restored: Place) -> None:
    restored.start(["project"])
    assert ask(restored.url, "select slug, place, accepted from log.doubt") == [("log-shorter", "note 7", None)]
    server = DatabaseServer(restored.url)
    with closing(assemble(restored.settings, server, FixedClock(FEBRUARY))) as opened, pytest.raises(LogDoubted):
        opened.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR)


def test_87_the_refusal_has_its_name(restored: Place) -> None:
    ended = restored.start([*WAYS["a command"], "--json"])
    assert (ended.returncode, json.loads(ended.stdout)["type"]) == (1, "log-regressed")


def test_87_a_house_is_not_opened_on_it(restored: Place) -> None:
    old = Settings(data=restored.settings.data, database_url=restored.url, secret_key="tests only " * 4)
    with pytest.raises(LogRegressed), acquis(old):
        pass


def test_87_doctor_says_so(restored: Place) -> None:
    ended = restored.start(["doctor", "--before-start", "--json"])
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["wrong"] == [
        (
            "The log does not continue its newest checkpoint: it went back or was rewritten. Restore a newer backup. "
            "The newest checkpoint is of 7 leaves; the log holds 3."
        ),
    ]


def test_87_a_log_on_which_people_went_on_working_after_the_restore_is_refused_too(restored: Place) -> None:
    """As many facts as the checkpoint covers, and more; but they are others."""
    server = DatabaseServer(restored.url)
    with closing(assemble(restored.settings, server, FixedClock(FEBRUARY))) as opened:
        for _ in range(5):
            opened.do(RegisterPerson(name="Autre Essai", given=(Role.CANDIDATE,)), OPERATOR)
    with closing(server.open("acquis_projector", 1)) as projecting:
        LogRecorder(projecting).seal()
    ended = restored.start(["project"])
    assert ended.returncode == 1
    assert "The log's first 7 leaves no longer have the root that was signed." in ended.stderr


def test_a_newer_backup_starts_and_doctor_is_content(settings: Settings) -> None:
    place = Place(settings, str(settings.database_url))
    place.live(1)
    place.live(2)
    ended = place.start(["doctor", "--before-start", "--json"])
    said = json.loads(ended.stdout)
    assert (ended.returncode, said["wrong"], said["late"]) == (0, [], [])
    assert said["state"]["checkpoint_size"] == 7


def test_a_folder_of_another_log_is_refused_and_both_are_named(settings: Settings) -> None:
    place = Place(settings, str(settings.database_url))
    place.live(1)
    ((old,),) = ask(place.url, "select id from log.identity")
    ask(place.url, "alter table log.identity disable trigger all; update log.identity set id = gen_random_uuid()")
    ((new,),) = ask(place.url, "select id from log.identity")
    ended = place.start(["project"])
    assert ended.returncode == 1
    for named in ("ACQUIS_CHECKPOINTS", f"acquis/{old}", f"acquis/{new}"):
        assert named in ended.stderr


def alarms(client: FlaskClient) -> list[str]:
    """The slugs of what is wrong, as readiness tells them."""
    told = client.get("/readyz").json
    assert told is not None
    found: list[str] = told["alarms"]
    return found


def test_readiness_tells_of_late_checkpoints_and_ends_with_refused_ones(settings: Settings) -> None:
    """Whoever looks after the machine sees both; nobody is sent where the log is not what was signed."""
    place = Place(settings, str(settings.database_url))
    place.live(1)
    server = DatabaseServer(place.url)
    with closing(assemble(settings, server, FixedClock(FEBRUARY))) as opened, closing(Database(place.url)) as acting:
        client = create_app(opened).test_client()
        with acting.connection() as connection, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(4714, 0)")  # as a projector at work does
            cursor.execute("update log.watch set seen_at = now()")
            cursor.execute("insert into projection.tracking select %s, sealed from log.head", (NAME,))
            cursor.execute("insert into projection.shape values ('dossier', '')")
            assert alarms(client) == []
            cursor.execute(WAITING)
            assert alarms(client) == ["checkpoint-late"]
            cursor.execute("alter table log.leaf disable trigger all")
            cursor.execute("update log.leaf set hash = sha256('') where index = 0")
            answer = client.get("/readyz")
    said = answer.json
    assert said is not None
    assert (answer.status_code, [each["rule"] for each in said["violations"]]) == (503, ["checkpoint-refused"])
    ended = place.start(["doctor", "--before-start", "--json"])
    assert ended.returncode == 1
    newest = CheckpointFolder(settings.checkpoint_folder).newest()
    assert newest is not None
    assert newest.size == 3


def test_late_checkpoints_are_told_by_doctor_and_keep_nobody_from_starting(settings: Settings) -> None:
    place = Place(settings, str(settings.database_url))
    place.live(1)
    ask(place.url, WAITING)
    ended = place.start(["doctor", "--before-start", "--json"])
    said = json.loads(ended.stdout)
    assert (ended.returncode, said["wrong"]) == (0, [])
    assert said["late"] == ["Facts have waited for a checkpoint for more than 10 minutes: see the projector's log."]
