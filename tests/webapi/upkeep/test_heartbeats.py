"""Programs that die or hang are red in `acquis doctor`, on the administrator's page and in the metrics."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from click.testing import CliRunner

from adapters.operations import heartbeats
from adapters.operations.heartbeats import PROGRAMS, Heart, beating
from tests.given.servers.databases import as_url
from tests.given.webapi.browsers import another
from webapi.cli.main import program
from webapi.upkeep.alarms import alarms
from webapi.upkeep.gauges import Gauges

SET_BACK = "update desk.heartbeat set beat_at = beat_at + %s * interval '1 second'"


def run(world, statement, *values):
    with world.looking.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)


def programs_beating(world):
    with world.looking.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select program from desk.heartbeat order by 1")
        return [program for (program,) in cursor.fetchall()]


def silent(acquis):
    return {each.slug for each in alarms(acquis) if each.slug.endswith("-silent")}


@pytest.fixture
def beaten(world):
    """A town whose programs have all just given a sign of life."""
    for each in PROGRAMS:
        Heart(world.acquis.database, each).beat()
    yield world
    run(world, "delete from desk.heartbeat")


def doctor(world):
    env = {"LC_ALL": "fr_FR.UTF-8", "ACQUIS_DATA": str(world.acquis.settings.data)}
    env |= {"ACQUIS_DATABASE_URL": as_url(world.url), "ACQUIS_S3_BUCKET": ""}
    return CliRunner().invoke(program, ["doctor", "--json"], env=env)


def test_a_program_without_a_sign_of_life_for_two_minutes_is_red_everywhere(beaten):
    assert silent(beaten.acquis) == set()

    run(beaten, SET_BACK, -120)

    assert silent(beaten.acquis) == {"mail-silent", "worker-silent", "deadlines-silent"}
    told = doctor(beaten)
    assert told.exit_code == 1
    found = {each["slug"]: each for each in json.loads(told.stdout)["alarms"]}
    assert found["worker-silent"] == {"slug": "worker-silent", "unready": False, "urgent": True}
    samples = [each for family in Gauges(beaten.acquis, kept=0).collect() for each in family.samples]
    assert {"slug": "mail-silent", "unready": "false", "urgent": "true"} in [each.labels for each in samples]
    ulysse = another(beaten)
    assert ulysse.sign_in("ulysse").status_code == 303
    page = ulysse.get("/admin").get_data(as_text=True)
    assert "Tout va bien" not in page
    assert "Le programme qui vérifie les fichiers ne donne plus signe de vie" in page


def test_a_beat_by_a_clock_that_was_ahead_is_no_sign_of_life(beaten):
    run(beaten, SET_BACK, 366 * 86_400)
    assert silent(beaten.acquis) == {"mail-silent", "worker-silent", "deadlines-silent"}


def test_mail_and_worker_that_never_began_are_silent_in_production_only(world):
    run(world, "delete from desk.heartbeat")
    assert silent(world.acquis) == set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heartbeats, "LONGEST", 0.0)  # the town's first fact is younger than 90 seconds
        production = replace(world.acquis, settings=replace(world.acquis.settings, production=True))
        assert silent(production) == {"mail-silent", "worker-silent"}


def test_a_program_whose_loop_hangs_gives_no_sign_of_life(world, monkeypatch):
    run(world, "delete from desk.heartbeat")
    heart = Heart(world.acquis.database, "mail")
    monkeypatch.setattr(heartbeats, "STUCK", 0.0)
    heart.beat()
    assert programs_beating(world) == []


def test_a_program_that_ends_in_order_leaves_no_sign_of_life_unless_it_is_expected_to_run(world):
    for expected in (False, True):
        with beating(world.acquis.database, "mail", expected=expected):
            pass
        assert programs_beating(world) == ["mail"] * expected
    run(world, "delete from desk.heartbeat")


def test_a_killed_program_is_silent_and_a_stopped_one_is_not(world):
    for number, left in ((signal.SIGKILL, ["worker"]), (signal.SIGTERM, [])):
        environment = os.environ | {"ACQUIS_DATA": str(world.acquis.settings.data), "ACQUIS_S3_BUCKET": ""}
        environment["ACQUIS_DATABASE_URL"] = as_url(world.url)
        run(world, "delete from desk.heartbeat")
        with subprocess.Popen([sys.executable, "-m", "webapi.cli.main", "work"], env=environment) as worker:
            until = time.monotonic() + 60
            while programs_beating(world) != ["worker"]:
                assert worker.poll() is None, "the worker runs"
                assert time.monotonic() < until
                time.sleep(0.1)
            worker.send_signal(number)
        assert programs_beating(world) == left
    assert silent(world.acquis) == set()


def test_production_without_mail_server_and_on_a_server_that_may_lose_facts_is_no_all_is_well(world):
    def found(settings):
        slugs = {each.slug for each in alarms(replace(world.acquis, settings=settings))}
        return slugs & {"no-mail-server", "fsync-off", "checksums-off"}

    assert found(world.acquis.settings) == set(), "a trial"
    production = replace(world.acquis.settings, production=True, smtp_url=None)
    assert {"no-mail-server", "fsync-off"} <= found(production), "the tests' server runs without fsync"
    assert "no-mail-server" not in found(replace(production, smtp_url="smtps://mail.example.org"))
