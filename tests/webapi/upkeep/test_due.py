"""What is due is listed with its text, and what time itself does is done once, by whoever runs it."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import psycopg2
import pytest

from adapters.clock import FixedClock
from adapters.framework_file import read_law, shipped
from adapters.operations.runs import DEADLINES, REPORTS, DeskRuns, alone
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.ports import OPERATOR, Log, Role
from tests.given.servers.server_log import overheard
from tests.given.slow import keep_one_in
from tests.given.waiting import until
from tests.given.webapi.jury_acts import link
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.whole_path import apply, done, etag
from webapi.upkeep.alarms import alarms
from webapi.upkeep.deadline_run import check_reports, is_due, keep_time, next_morning, run_alone
from webapi.upkeep.deadlines import DeadlineCalculator, DeadlinesUndone, run, send

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World


pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture(scope="module")
def published(town: World) -> None:
    """The law of VAE, in the house."""
    for rule_set in read_law(shipped("law-vae.yaml")):
        town.acquis.do(PublishRuleSet(rule_set=rule_set), OPERATOR)


@pytest.fixture
def acquis_run(world: World) -> Any:
    """Run `acquis` beside this house, in French."""
    return acquis_beside(world, "fr_FR.UTF-8")


def filed(world: World, name: str = "marie") -> UUID:
    who = world.people[name]
    candidacy = apply(world, who, "VAE")
    done(who.post(f"/api/v1/candidacies/{candidacy}/feasibility-file", {}))
    world.projector.catch_up()
    return candidacy


class StandingStill(FixedClock):
    """A clock that cannot be read."""

    def now(self) -> datetime:
        raise OSError("stands still")


@dataclass(frozen=True)
class Breaking:
    """A command with a fault of ours."""

    roles: ClassVar = frozenset({Role.SYSTEM})

    def execute(self, log: Log) -> None:
        raise KeyError(log.today)


NOON = datetime(2021, 4, 2, 10, tzinfo=UTC)


def due(world: World, query: str = "") -> list[dict[str, Any]]:
    answer: Any = world.rose.get(f"/api/v1/deadlines{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json["items"])


def test_silence_is_due_on_its_last_day_and_admits_on_the_next_once(world):
    candidacy = filed(world)
    assert not [each for each in due(world) if each["candidacy"] == str(candidacy)]
    (each,) = [
        each for each in due(world, "?as_of=2021-04-01&duty=admissibility") if each["candidacy"] == str(candidacy)
    ]
    link(world, world.join("twin", Role.REGISTRAR), world.marie)
    assert str(candidacy) not in world.twin.get("/api/v1/deadlines?as_of=2021-04-01").text, "nobody runs their own"
    assert (each["ends_on"], each["rule_set"], each["reminded"], each["over"]) == (
        "2021-04-01",
        "CE-R335-7-2019",
        False,
        False,
    )
    world.clock.set(date(2021, 4, 1))
    assert run(world.acquis).count("ReminderGiven") >= 1
    world.projector.catch_up()
    assert run(world.acquis) == [], "recalled once"
    world.clock.set(date(2021, 4, 2))
    assert "AdmissibilityImplied" in run(world.acquis)
    run(world.acquis)  # before the tables know
    world.projector.catch_up()
    assert run(world.acquis) == []
    shown = world.marie.get(f"/api/v1/candidacies/{candidacy}/journey").json
    assert (shown["file"], shown["decide_by"]) == ("admissible", None)
    history: Any = world.rose.get(f"/api/v1/candidacies/{candidacy}/history").json
    facts = [item["fact"] for item in history["items"]]
    assert (facts.count("AdmissibilityImplied"), facts.count("ReminderGiven")) == (1, 1)
    (implied,) = [item for item in history["items"] if item["fact"] == "AdmissibilityImplied"]
    assert (implied["role"], implied["by"], implied["says"]["ended_on"]) == ("system", None, "2021-04-01")
    hers: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/history").json
    assert "ReminderGiven" not in [item["fact"] for item in hers["items"]], "the certifier's own affair"


def test_pages_of_due_dates_are_complete_and_do_not_overlap(world):
    for name in ("marie", "nadia"):
        filed(world, name)
    everything = due(world, "?as_of=2021-04-01&limit=200")
    assert len(everything) > 1
    found, cursor = [], ""
    while True:
        shown: Any = world.rose.get(f"/api/v1/deadlines?as_of=2021-04-01&limit=1{cursor}")
        assert shown.json["as_of"] == "2021-04-01"
        found += shown.json["items"]
        assert ("Link" in shown.headers) == (shown.json["next"] is not None)
        if shown.json["next"] is None:
            break
        cursor = f"&cursor={shown.json['next']}"
    assert found == everything
    assert [each["ends_on"] for each in found] == sorted(each["ends_on"] for each in found)
    elsewhere = f"/api/v1/candidacies?cursor={shown.json['next'] or cursor.rpartition('=')[2]}"
    world.refuses(400, "bad-cursor", lambda: world.rose.get(elsewhere))


def test_two_processes_at_once_imply_it_once(world):
    candidacy = filed(world)
    world.clock.set(date(2021, 5, 3))
    other = replace(world.acquis, clock=FixedClock(date(2021, 5, 4)))
    run(world.acquis)
    run(other)
    history: Any = world.rose.get(f"/api/v1/candidacies/{candidacy}/history").json
    assert [item["fact"] for item in history["items"]].count("AdmissibilityImplied") == 1


def test_deadlines_are_run_by_one_process_at_a_time(world, acquis_run):
    candidacy = filed(world)
    world.clock.set(date(2021, 4, 2))
    with alone(world.acquis.server) as mine:
        assert mine
        assert run_alone(world.acquis) is None
        elsewhere = acquis_run("deadlines", "run", "--json")
        assert (elsewhere.exit_code, json.loads(elsewhere.stdout)) == (0, {"recorded": {}, "elsewhere": True})
    assert "AdmissibilityImplied" in (run_alone(world.acquis) or [])
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/journey").json["file"] == "admissible"


def test_a_run_that_fails_is_noted_and_said_and_the_next_one_makes_it_good(world):
    runs = DeskRuns(world.acquis.database)
    filed(world)
    world.clock.set(date(2021, 4, 2))
    with overheard() as said, pytest.raises(OSError, match="stands still"):
        run_alone(replace(world.acquis, clock=StandingStill(date(2021, 4, 2))))
    assert "deadlines failed" in said.getvalue()
    assert "stands still" not in said.getvalue(), "its words may quote a person"
    assert (runs.last(DEADLINES).word, runs.last(DEADLINES).failed) == ("failed", "OSError")
    assert run_alone(world.acquis)
    assert (runs.last(DEADLINES).word, runs.last(DEADLINES).failed) == ("ok", None)


def test_every_morning_run_records_whether_reports_match_the_log(world):
    filed(world)
    runs = DeskRuns(world.acquis.database)
    check_reports(world.acquis)
    assert runs.last(REPORTS).word == "ok"
    with closing(world.acquis.server.open()) as owner, owner.transaction() as sql:
        sql.execute("update projection.reported_candidacies set valid_to = valid_from where valid_to is null")
    with overheard() as said:
        check_reports(world.acquis)
    assert "reports do not add up to the log" in said.getvalue()
    assert runs.last(REPORTS).failed == "ReportsDoNotTie"
    assert "reports-do-not-tie" in {alarm.slug for alarm in alarms(world.acquis)}


def test_failure_on_one_candidacy_does_not_stop_the_deadlines_of_others(world):
    first, second = filed(world), filed(world, "nadia")
    world.clock.set(date(2021, 4, 2))

    commands = [
        (key, Breaking() if str(first) in key else each)
        for key, each in DeadlineCalculator(world.acquis).commands(NOON)
    ]
    with overheard() as said, pytest.raises(DeadlinesUndone, match=str(first)):
        send(world.acquis, commands)
    assert "a deadline failed" in said.getvalue()
    assert world.nadia.get(f"/api/v1/candidacies/{second}/journey").json["file"] == "admissible"
    assert world.marie.get(f"/api/v1/candidacies/{first}/journey").json["file"] == "complete"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2021-03-27T23:00+01:00", "2021-03-28T06:15+02:00"),
        ("2021-03-28T06:15+02:00", "2021-03-29T06:15+02:00"),
        ("2021-10-31T00:30+00:00", "2021-10-31T06:15+01:00"),
        ("2021-07-01T04:14+00:00", "2021-07-01T06:15+02:00"),
    ],
)
def test_deadlines_run_every_morning_of_paris_time_in_all_seasons(now, due):
    assert next_morning(datetime.fromisoformat(now)) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("now", "run"),
    [("2021-07-01T05:00+02:00", False), ("2021-07-01T06:15+02:00", True), ("2020-07-01T06:00+02:00", True)],
    ids=["before it", "at its time", "by a clock that was a year ahead and is set back"],
)
def test_no_clock_keeps_them_from_being_run(now, run):
    assert is_due(datetime.fromisoformat(now), datetime.fromisoformat("2021-07-01T06:15+02:00")) is run


@pytest.mark.parametrize("by_a_clock_that_was_ahead", keep_one_in(2, [(False,), (True,)]))
def test_at_its_start_and_until_it_is_stopped(world, by_a_clock_that_was_ahead):
    filed(world)
    if by_a_clock_that_was_ahead:
        DeskRuns(world.acquis.database).note(DEADLINES, None)
        with closing(psycopg2.connect(world.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute("update desk.run set done_at = now() + interval '1 year'")
    world.clock.set(date(2021, 4, 2))
    stop = threading.Event()
    keeping = threading.Thread(target=keep_time, args=(world.acquis, stop))
    projecting = threading.Thread(target=world.projector.run, args=(stop,))
    projecting.start()
    before = DeskRuns(world.acquis.database).last(DEADLINES).done_at
    keeping.start()
    try:
        until(lambda: DeskRuns(world.acquis.database).last(DEADLINES).done_at != before)
    finally:
        stop.set()
        keeping.join(10)
        projecting.join(10)
    assert not keeping.is_alive()


def test_on_the_command_line(world, acquis_run):
    candidacy = filed(world)
    listed = acquis_run("deadlines", "due", "--as-of", "2021-04-01", "--json")
    assert listed.exit_code == 0, listed.output
    items = json.loads(listed.stdout)["items"]
    assert [each["duty"] for each in items if each["candidacy"] == str(candidacy)] == ["admissibility"]
    assert "décider de la recevabilité" in acquis_run("deadlines", "due", "--as-of", "2021-04-01").stdout
    ran = acquis_run("deadlines", "run", "--json")  # by the machine's own clock, years later
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["recorded"]["AdmissibilityImplied"] >= 1
    world.projector.catch_up()
    assert json.loads(acquis_run("deadlines", "run", "--json").stdout)["recorded"] == {}


def test_deadlines_are_listed_only_to_permitted_roles(world):
    world.refuses(403, "forbidden", lambda: world.marie.get("/api/v1/deadlines"))
    world.refuses(422, "invalid", lambda: world.rose.get("/api/v1/deadlines?duty=tea"))
    assert world.sacha.get("/api/v1/deadlines").status_code == 200


def test_an_admissibility_that_nobody_used_lapses_once_in_time(world):
    """Code du travail R6412-4, al. 4; here as if it bound whoever began in 2021, outside the portal too."""
    (text,) = [each for each in read_law(shipped("law-vae.yaml")) if each.id == "CT-R6412-4-2024"]
    everywhere = replace(text, id="everywhere", first=date(2020, 1, 1), portal=None)
    world.acquis.do(PublishRuleSet(rule_set=everywhere), OPERATOR)
    candidacy = filed(world)
    base = f"/api/v1/candidacies/{candidacy}"
    verdict = {"admissible": True, "file_received_on": "2021-02-01"}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    world.projector.catch_up()
    assert world.marie.get(f"{base}/journey").json["step_by"] is None, "the time runs from the notification"
    assert due(world, "?as_of=2021-08-31&duty=step") == []
    notice = {"channel": "post", "notified_on": world.clock.today().isoformat()}
    done(world.rose.post(f"{base}/admissibility/notice", notice))
    world.projector.catch_up()
    assert world.marie.get(f"{base}/journey").json["step_by"] == "2021-08-31"
    (each,) = due(world, "?as_of=2021-08-31&duty=step")
    assert (each["ends_on"], each["rule_set"], each["over"]) == ("2021-08-31", "everywhere", False)
    world.clock.set(date(2021, 8, 31))
    assert run(world.acquis).count("ReminderGiven") >= 1
    world.projector.catch_up()
    world.clock.set(date(2021, 9, 1))
    assert run(world.acquis).count("AdmissibilityLapsed") == 1
    run(world.acquis)  # before the tables know
    world.projector.catch_up()
    assert "AdmissibilityLapsed" not in run(world.acquis)
    shown = world.marie.get(f"{base}/journey").json
    assert (shown["file"], shown["step_by"]) == ("lapsed", None)
    assert world.marie.get(base).json["admissible"] is None
    done(world.marie.post(f"{base}/feasibility-file", {"elsewhere": 3}))
    assert world.marie.get(f"{base}/journey").json["file"] == "complete", "and no limit of the year is opposed to it"
