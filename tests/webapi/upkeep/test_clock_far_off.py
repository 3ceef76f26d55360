"""No fact is recorded by a clock that is hours off, until it is right or declared right."""

from __future__ import annotations

import re
import time
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from click.testing import CliRunner

from adapters.log import clock
from adapters.log.clock import FAR, ClockGuard, ClockWrong, behind
from domain.commands.organisation.accept_clock import AcceptClock
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Role
from tests.given.servers.databases import as_url
from tests.given.webapi.browsers import another
from webapi.cli.main import program
from webapi.upkeep.alarms import alarms

HOUR, DAY = 3600.0, 86_400.0
SPAN = {"a minute": 60.0, "an hour": HOUR, "a day": DAY, "a year": 365 * DAY}
RUNBOOK = Path(__file__).parents[3] / "deploy" / "RUNBOOK.md"
ROW = re.compile(
    r"^\| (forward|back) by (a minute|an hour|a day|a year) \| (yes|no) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE
)
REGISTERS = RegisterPerson(name="Alix Essai", email="alix@example.org", given=(Role.CANDIDATE,))
SET_FORWARD = "update log.event set recorded_at = recorded_at + %s * interval '1 second' where position = %s"


def slugs(acquis):
    return {each.slug for each in alarms(acquis) if each.slug.startswith("clock-")}


def facts(world):
    with world.looking.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from log.fact")
        return cursor.fetchall()[0][0]


@contextmanager
def this_machine_ahead(monkeypatch, seconds):
    """Set this machine's clock ahead for the process: wall time moves, elapsed time does not."""
    right = time.time
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: right() + seconds)
        yield


def test_append_is_refused_while_this_machine_s_clock_is_hours_ahead(world, monkeypatch):
    before = facts(world)
    for seconds in (FAR + 60, DAY, 366 * DAY):
        with this_machine_ahead(monkeypatch, seconds):
            with pytest.raises(ClockWrong):
                world.acquis.do(REGISTERS, OPERATOR)
            assert slugs(world.acquis) == {"clock-wrong"}
    assert facts(world) == before
    assert slugs(world.acquis) == set()
    world.acquis.do(REGISTERS, OPERATOR)


def test_append_is_refused_while_the_database_s_clock_differs_by_hours(world, monkeypatch):
    """This machine's clock and its elapsed time move together, as on another host whose clock was always so."""
    for seconds in (-DAY, -FAR - 60, FAR + 60, DAY):
        elapsed = clock.elapsed_seconds
        monkeypatch.setattr(clock, "elapsed_seconds", lambda seconds=seconds, elapsed=elapsed: elapsed() + seconds)
        with this_machine_ahead(monkeypatch, seconds):
            before = facts(world)
            with pytest.raises(ClockWrong):
                world.acquis.do(REGISTERS, OPERATOR)
            assert (facts(world), slugs(world.acquis)) == (before, {"clock-wrong"})
        monkeypatch.setattr(clock, "elapsed_seconds", elapsed)


def test_a_clock_off_by_less_than_half_an_hour_is_no_obstacle(world, monkeypatch):
    for seconds in (-FAR + 60, FAR - 60):
        with this_machine_ahead(monkeypatch, seconds):
            world.acquis.do(REGISTERS, OPERATOR)
            assert slugs(world.acquis) == set()


def test_refusal_is_503_and_says_what_to_do(world, monkeypatch):
    with this_machine_ahead(monkeypatch, DAY):
        answer = world.rose.post("/api/v1/persons", {"name": "Alix Essai", "roles": ["candidate"]})
    assert answer.status_code == 503
    assert "acquis clock accept" in answer.json["title"] + answer.json.get("detail", "")


def test_a_clock_that_was_set_right_by_hours_records_again_once_declared_right(world, monkeypatch):
    """The machine started with a clock that was behind; the time service then set it right."""
    guard = world.acquis.clock_guard
    monkeypatch.setattr(guard, "_began", vars(guard)["_began"] - DAY)
    with pytest.raises(ClockWrong):
        world.acquis.do(REGISTERS, OPERATOR)
    world.acquis.do(AcceptClock(up_to=1, reason="the time service set it"), OPERATOR)
    world.acquis.do(REGISTERS, OPERATOR)


def test_production_records_nothing_after_31_silent_days_until_the_clock_is_declared_right(world, monkeypatch):
    assert not ClockGuard(timedelta(days=31)).wrong(world.acquis.database)
    guard = ClockGuard(timedelta(seconds=0))
    time.sleep(0.01)
    assert guard.wrong(world.acquis.database)
    monkeypatch.setattr(guard, "_longest_silence", timedelta(days=31))
    assert not guard.wrong(world.acquis.database), "a fact was recorded meanwhile"


def set_forward(world, position, seconds):
    with closing(psycopg2.connect(world.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("alter table log.event disable trigger never_rewritten")
        cursor.execute(SET_FORWARD, (seconds, position))
        cursor.execute("alter table log.event enable always trigger never_rewritten")


@pytest.fixture
def once_ahead(world):
    """A town one of whose facts was recorded by a clock that was 366 days ahead."""
    position = world.acquis.do(REGISTERS, OPERATOR).position
    set_forward(world, position, 366 * DAY)
    yield world
    set_forward(world, position, -366 * DAY)


def test_the_alarm_of_a_clock_that_was_ahead_ends_when_an_administrator_declares_it_right(once_ahead):
    world = once_ahead
    assert slugs(world.acquis) == {"clock-behind"}
    world.acquis.do(REGISTERS, OPERATOR)
    ulysse = another(world)
    assert ulysse.sign_in("ulysse").status_code == 303
    assert "Déclarer l&#39;horloge juste" in ulysse.get("/admin").text
    assert ulysse.post("/admin/clock", "/admin", reason="").status_code == 422
    assert slugs(world.acquis) == {"clock-behind"}

    assert ulysse.post("/admin/clock", "/admin", reason="NTP was off on 3 December").status_code == 303

    assert slugs(world.acquis) == set()
    assert behind(world.acquis.database) == 0
    assert "Déclarer l&#39;horloge juste" not in ulysse.get("/admin").text


def test_the_operator_declares_the_clock_right_on_the_command_line(once_ahead):
    env = {"LC_ALL": "en_GB.UTF-8", "ACQUIS_DATA": str(once_ahead.acquis.settings.data), "ACQUIS_S3_BUCKET": ""}
    env["ACQUIS_DATABASE_URL"] = as_url(once_ahead.url)
    declared = CliRunner().invoke(program, ["clock", "accept", "--reason", "NTP was off"], env=env)
    assert declared.exit_code == 0, declared.output
    assert "Clock declared right" in declared.output
    assert slugs(once_ahead.acquis) == set()


def test_a_clock_that_goes_back_once_more_after_it_was_declared_right_is_an_alarm_again(once_ahead):
    world = once_ahead
    world.acquis.do(AcceptClock(up_to=10**9, reason="a drill"), OPERATOR)
    assert behind(world.acquis.database) == 0
    world.acquis.do(AcceptClock(up_to=1, reason="a drill"), OPERATOR)
    assert behind(world.acquis.database) > 365 * DAY


def test_the_runbook_s_table_says_what_happens_when_the_clock_is_set_and_set_right_again(world, monkeypatch):
    rows = ROW.findall(RUNBOOK.read_text("utf-8"))
    assert {(way, span) for way, span, *_ in rows} == {(way, span) for way in ("forward", "back") for span in SPAN}
    for way, span, recorded, meanwhile, afterwards in rows:
        forward, seconds = way == "forward", SPAN[span]
        before = facts(world)
        moved: list[int] = []
        if forward:
            with this_machine_ahead(monkeypatch, seconds):
                with suppress(ClockWrong):
                    moved = [world.acquis.do(REGISTERS, OPERATOR).position]
                during = slugs(world.acquis)
            for position in moved:  # as the database's clock, which went with this machine's, recorded it
                set_forward(world, position, seconds)
            right_again = slugs(world.acquis)
        else:  # the newest fact is ahead of a clock that went back
            newest = world.acquis.do(REGISTERS, OPERATOR).position
            set_forward(world, newest, seconds)
            before = facts(world)
            world.acquis.do(REGISTERS, OPERATOR)
            during = slugs(world.acquis)
            set_forward(world, newest, -seconds)
            right_again = slugs(world.acquis)
        assert (facts(world) > before) == (recorded == "yes"), (way, span)
        assert during == set(re.findall(r"`([^`]+)`", meanwhile)), (way, span)
        assert right_again == set(re.findall(r"`([^`]+)`", afterwards)), (way, span)
        for position in moved:
            set_forward(world, position, -seconds)
