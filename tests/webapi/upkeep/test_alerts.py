"""Each alert has a section in the runbook, rests on a figure that there is, and that moves when it happens."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import threading
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import yaml

from adapters.by_settings import post_office
from adapters.database.pool import Database, PoolExhausted
from adapters.process import metrics
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Actor, EvidenceId
from projections.standing.feed import newest
from projections.visible import given
from tests.given.counting import counting, samples, total
from webapi.app import create_app
from webapi.upkeep.alarms import alarms
from webapi.upkeep.gauges import GAUGES, Gauges
from webapi.upkeep.letters import send_waiting
from webapi.wiring import assemble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World

__all__ = ["counting"]
ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
DASHBOARD = ROOT / "deploy" / "grafana" / "acquis.json"
SHORT = 0.3
"""Seconds in which a connection is to come, where nobody is to wait."""
RULES = [
    rule for group in yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
BY_SLUG = {"unready", "urgent", "to-look-at"}
"""Which bear the name of an alarm, whose section says what to do."""
ENDINGS = {"counter": ("_total",), "summary": ("_count", "_sum"), "histogram": ("_count", "_sum", "_bucket")}
LABELS = {
    **{name: set(labels) for name, (_, labels) in GAUGES.items()},
    **{each.name + end: {*each.labels, "le"} for each in metrics.ALL for end in ENDINGS[each.kind]},
}
"""Every figure that Prometheus is told, and its labels."""


# the documents


@cache
def slugs() -> frozenset[str]:
    """The name of each alarm that the code raises."""
    return frozenset(_slugs())


def _slugs() -> Iterator[str]:
    for folder in ("adapters", "projections", "webapi"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id="Alarm"), keywords=named):
                        yield from (str(ast.literal_eval(each.value)) for each in named if each.arg == "slug")
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="Alarm"), attr="of"), args=[slug, *_]):
                        yield str(ast.literal_eval(slug))


def test_every_alarm_and_alert_has_its_own_runbook_section():
    page = (ROOT / "deploy" / "RUNBOOK.md").read_text("utf-8")
    named = re.findall(r"^### `([^`]+)`$", page, re.MULTILINE)  # one by one: a link leads to each
    assert len(named) == len(set(named))
    assert set(named) == {*slugs(), *(rule["alert"] for rule in RULES)} - BY_SLUG


def test_every_alert_has_a_severity_and_links_to_its_section():
    for rule in RULES:
        section = "{{ $labels.slug }}" if rule["alert"] in BY_SLUG else rule["alert"]
        assert rule["annotations"]["runbook"] == f"deploy/RUNBOOK.md#{section}"
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_alarm_of_doctor_is_one_alert_and_no_rule_repeats_it():
    assert {rule["alert"] for rule in RULES} & slugs() == set()


def test_the_figures_that_rules_and_dashboard_name_are_told():
    asked = [rule["expr"] for rule in RULES] + re.findall(
        r'"expr": ("(?:[^"\\]|\\.)*")', DASHBOARD.read_text("utf-8")
    )
    assert len(asked) > 50
    for each in asked:
        for name, chosen in re.findall(r"\b(acquis_\w+)(?:\{([^}]*)\})?", each):
            assert name in LABELS, (name, each)
            assert set(re.findall(r"(\w+)=~?", chosen.replace("\\", ""))) <= LABELS[name], each


def test_every_figure_is_on_the_dashboard():
    """By one of the names that it has there."""
    shown = set(re.findall(r"\bacquis_\w+", DASHBOARD.read_text("utf-8")))
    told = {frozenset(each.name + end for end in ENDINGS[each.kind]) for each in metrics.ALL}
    assert [sorted(names) for names in told if not names & shown] == []
    assert GAUGES.keys() - shown == set()


def test_the_dashboard_is_one_that_grafana_reads():
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in dashboard["panels"])


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Debian's promtool")
@pytest.mark.parametrize(
    "asked",
    [
        ("check", "rules", "alerts.yaml"),
        ("check", "config", "prometheus.yaml"),
        ("test", "rules", "alerts.test.yaml"),
    ],
)
def test_prometheus_takes_the_rules_and_each_speaks_when_it_shall_and_else_does_not(asked: tuple[str, ...]):
    said = subprocess.run(["promtool", *asked], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_alert_fires_once_in_the_rule_tests_of_prometheus():
    tried = yaml.safe_load((PROMETHEUS / "alerts.test.yaml").read_text())["tests"]
    spoke = {case["alertname"] for test in tried for case in test["alert_rule_test"] if case["exp_alerts"]}
    silent = {case["alertname"] for test in tried for case in test["alert_rule_test"] if not case["exp_alerts"]}
    assert spoke == silent == {rule["alert"] for rule in RULES}


# what happens, and the figure that moves


def gauges(world: World, name: str) -> dict[tuple[str, ...], float]:
    found = samples(Gauges(world.acquis, kept=0))
    return {tuple(labels.values()): value for of, labels, value in found if of == name}


def gauge(world: World, name: str, *labels: str) -> float:
    return gauges(world, name)[labels]


def run(world: World, statement: str, *given: object) -> None:
    with world.looking.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statement, given)


def test_alarms_of_doctor_are_exported_as_metrics_by_name(world: World):
    world.acquis.letters.put("password_changed", "rose@example.org", "fr")
    run(world, "update desk.letter set made_at = now() - interval '2 hours'")
    told = {(each.slug, str(each.unready).lower(), str(each.urgent).lower()) for each in alarms(world.acquis)}
    assert ("letters-late", "false", "false") in told
    assert gauges(world, "acquis_alarm").keys() == told
    assert gauge(world, "acquis_letters_waiting") == 1
    assert gauge(world, "acquis_letters_oldest_seconds") >= 7200
    run(world, "delete from desk.letter")


def test_a_database_that_does_not_answer_is_told_at_once(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adapters.database.pool.PATIENCE", 120.0)
    nowhere = Database("host=127.0.0.1 port=1 dbname=acquis", "acquis_web", 1)
    house = replace(world.acquis, database=nowhere)
    began = time.monotonic()
    found = samples(Gauges(house, kept=0))
    assert [labels["slug"] for name, labels, _ in found if name == "acquis_alarm"] == ["database-away"]
    assert {name for name, _, _ in found} == {"acquis_alarm"}
    assert time.monotonic() - began < 60


def test_errors_many(world: World, counting: Path):
    nowhere = Database("host=127.0.0.1 port=1 dbname=acquis", "acquis_web", 1)
    app = create_app(replace(world.acquis, database=nowhere))
    assert app.test_client().get("/readyz").status_code == 503
    assert total(counting, "acquis_requests_seconds_count", route="/readyz", status="5xx") == 1
    assert total(counting, "acquis_refusals_total", slug="unavailable") == 1


def test_answers_slow(world: World, counting: Path):
    """A page of what no projector has shown yet waits for two seconds."""
    world.acquis.do(*registration())
    after = given(world.acquis.database)
    answer = world.app.test_client().get(f"/api/v1/persons/{world.marie.id}?after={after}", headers=world.rose.bearer)
    assert answer.status_code == 503
    of = {"surface": "api", "method": "GET"}
    assert total(counting, "acquis_request_duration_seconds_bucket", le="1.0", **of) == 0
    assert total(counting, "acquis_request_duration_seconds_bucket", le="+Inf", **of) == 1


def test_appends_slow(world: World, counting: Path):
    """Who reorganises the table of facts keeps appends waiting."""
    locked, over = threading.Event(), threading.Event()

    def lock() -> None:
        with Database(world.url, size=1).transaction() as cursor:
            cursor.execute("lock table log.event in share row exclusive mode")
            locked.set()
            over.wait(0.4)

    holding = threading.Thread(target=lock)
    holding.start()
    locked.wait()
    world.acquis.do(*registration())
    holding.join()
    assert total(counting, "acquis_append_duration_seconds_bucket", le="0.1") == 0
    assert total(counting, "acquis_append_duration_seconds_bucket", le="+Inf") == 1


def test_pool_short(world: World, counting: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adapters.database.pool.PATIENCE", SHORT)
    database = Database(world.url, size=1)
    assert total(counting, "acquis_pool_refusals_total", why="exhausted") == 0, "it is shown before it happens"

    def wait() -> None:
        with suppress(PoolExhausted), database.connection():
            pass

    with database.connection():
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join()
    assert total(counting, "acquis_pool_wait_seconds_count") == 1
    assert total(counting, "acquis_pool_wait_seconds_sum") >= SHORT
    assert total(counting, "acquis_pool_refusals_total", why="exhausted") == 1


def test_connections_nearly_full(world: World):
    """Of all databases on the server: others run their tests on it."""
    with ExitStack() as held:
        for _ in range(7):
            held.enter_context(closing(Database(world.url, "acquis_web", 1).open()))
        taken, limit = (
            gauges(world, "acquis_database_connections"),
            gauges(world, "acquis_database_connections_limit"),
        )
        assert taken.keys() == limit.keys() == {("login",), ("server",)}
        assert 7 < taken["login",] <= taken["server",] <= limit["server",]


def test_copies_late(world: World):
    evidence = EvidenceId(uuid4())
    world.acquis.jobs.put("film", evidence, None, world.marie.id)
    world.jobs_wait(180)
    job = world.acquis.jobs.claim(("film",))
    assert job is not None
    assert gauge(world, "acquis_jobs_failed", "film") == 0
    world.acquis.jobs.again(job, "storage-unavailable", counts=False)
    assert gauge(world, "acquis_jobs_failed", "film") == 1
    assert gauge(world, "acquis_jobs_waiting", "film") == 1
    assert gauge(world, "acquis_jobs_oldest_seconds", "film") >= 3 * 3600
    assert gauge(world, "acquis_jobs_waiting", "check") == 0
    world.acquis.jobs.done(job)


def test_letters_given_up(world: World, counting: Path):
    nowhere = post_office(replace(world.acquis.settings, smtp_url="smtp+plain://127.0.0.1:1"))
    world.acquis.letters.put("password_changed", "rose@example.org", "fr")
    run(world, "update desk.letter set made_at = now() - interval '25 hours'")
    assert total(counting, "acquis_letters_total", outcome="given_up") == 0
    send_waiting(replace(world.acquis, post=nowhere))
    assert total(counting, "acquis_letters_total", outcome="given_up") == 1


def test_a_receiver_of_the_feed_that_is_behind_and_fails(world: World):
    one, _ = world.acquis.subscriptions.add("nats", "lac", "acquis.facts")
    told = newest(world.acquis.database)
    assert gauge(world, "acquis_feed_behind_facts") == told > 0
    of = world.acquis.subscriptions.find(one)
    world.acquis.subscriptions.failed(of, "nobody listens")
    run(world, "update desk.subscription set failing_since = now() - interval '1 hour'")
    assert gauge(world, "acquis_feed_failing_seconds") >= 3600
    world.acquis.subscriptions.acknowledged(of, told)
    assert gauge(world, "acquis_feed_behind_facts") == gauge(world, "acquis_feed_failing_seconds") == 0
    assert gauge(world, "acquis_feed_subscriptions") == 1
    world.acquis.subscriptions.remove(one)


def test_watch_late(world: World):
    assert gauges(world, "acquis_watch_round_age_seconds") == {}, "no round has ended yet"
    run(world, "update log.watch set round_at = now() - interval '3 days', round_size = 1, round_s = 1")
    assert gauge(world, "acquis_watch_round_age_seconds") >= 3 * 86400


def test_many_tries(world: World, counting: Path):
    """The letters to one address are counted, whoever asks for them."""
    invited = {"name": "Jeanne Jurée", "email": f"{uuid4()}@example.org", "roles": ["juror"]}
    answers = [world.rose.post("/api/v1/invitations", invited).status_code for _ in range(4)]
    assert answers.count(429) == total(counting, "acquis_refusals_total", slug="rate-limited") > 0


def test_gauges_count_the_facts_that_wait_for_the_projector_and_a_checkpoint(world: World):
    world.catch_up()
    assert gauge(world, "acquis_projector_behind_facts") == gauge(world, "acquis_projector_behind_seconds") == 0
    world.acquis.do(*registration())
    assert gauge(world, "acquis_projector_behind_facts") == 1
    assert gauge(world, "acquis_projector_behind_seconds") > 0
    assert gauge(world, "acquis_checkpoint_behind_seconds") > 0
    world.catch_up()
    assert gauge(world, "acquis_projector_behind_facts") == gauge(world, "acquis_projector_behind_seconds") == 0
    assert gauge(world, "acquis_checkpoint_behind_facts") == gauge(world, "acquis_log_facts")


def test_gauges_are_cached_for_a_while(world: World):
    with closing(assemble(world.acquis.settings, world.acquis.server, world.acquis.clock)) as house:
        kept = Gauges(house)
        before = {name: value for name, _, value in samples(kept)}
        world.acquis.do(*registration())
        world.catch_up()
        assert {name: value for name, _, value in samples(kept)} == before
    assert gauge(world, "acquis_log_facts") == before["acquis_log_facts"] + 1


def registration() -> tuple[RegisterPerson, Actor]:
    """A command that records one fact."""
    return RegisterPerson(name="Zoé Exemple", email=f"{uuid4()}@example.org", given=()), OPERATOR
