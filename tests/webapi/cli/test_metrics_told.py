"""Tests of the metrics for Prometheus, which are served at their own address only."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from adapters.process import metrics
from domain.commands.people.grant_role import GrantRole
from domain.ports import OPERATOR, Role
from tests.given.counting import counted, counting, total
from tests.given.files.specimens import PDF
from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.waiting import listens, until
from tests.given.webapi.whole_path import apply
from webapi.feed.forwarding import carry_once, sink_of, writer_of
from webapi.upkeep.gauges import GAUGES
from webapi.wiring import assemble

if TYPE_CHECKING:
    from tests.given.webapi.town import World

__all__ = ["counting"]
TOKEN = "for-Prometheus-alone-" * 2


@contextmanager
def told(world: World, **settings: str) -> Iterator[int]:
    """Run `acquis metrics` on a world; yield its port."""
    port = free_port()
    environment = os.environ | {
        "ACQUIS_DATABASE_URL": as_url(world.url),
        "ACQUIS_DATA": str(world.acquis.settings.data),
        "ACQUIS_SECRET_KEY": world.acquis.settings.secret_key,
        "ACQUIS_METRICS": f"127.0.0.1:{port}",
        **settings,
    }
    process = subprocess.Popen([sys.executable, "-m", "webapi.cli.main", "metrics"], env=environment)
    try:
        until(lambda: listens(port))
        yield port
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def ask(port: int, path: str = "/metrics", token: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_metrics_command_serves_every_gauge_and_counter(world: World):
    with told(world) as port:
        status, said = ask(port)
        assert status == 200
        assert [name for name in GAUGES if f"# TYPE {name} gauge" not in said] == []
        assert ask(port, "/")[0] == 404


@pytest.mark.slow
def test_metrics_command_reports_a_port_in_use_and_the_setting_to_change(world: World):
    with told(world) as port:
        environment = os.environ | {
            "ACQUIS_DATABASE_URL": as_url(world.url),
            "ACQUIS_DATA": str(world.acquis.settings.data),
            "ACQUIS_METRICS": f"127.0.0.1:{port}",
            "LC_ALL": "en_GB.UTF-8",
        }
        command = [sys.executable, "-m", "webapi.cli.main", "metrics"]
        second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert f"Another program listens at 127.0.0.1:{port}: end it, or give another port with ACQUIS_METRICS." in (
        second.stderr
    )
    assert "Traceback" not in second.stderr


def test_metrics_command_gives_401_without_the_token(world: World, tmp_path: Path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    with told(world, ACQUIS_METRICS_TOKEN_FILE=str(tmp_path / "token")) as port:
        assert [ask(port, token=each)[0] for each in ("", "another", "é", TOKEN)] == [401, 401, 401, 200]


def test_metrics_command_without_an_address_is_a_usage_error():
    environment = {name: value for name, value in os.environ.items() if name != "ACQUIS_METRICS"}
    asked = [sys.executable, "-m", "webapi.cli.main", "metrics"]
    assert subprocess.run(asked, env=environment, capture_output=True, check=False).returncode == 2


def test_web_application_serves_no_metrics(world: World):
    """nginx forwards every path that the application serves, so the application must not serve metrics."""
    client = world.app.test_client()
    for path in ("/metrics", "/metrics/", "/api/v1/metrics", "/api/metrics"):
        assert client.get(path, headers=world.ulysse.bearer).status_code == 404, path


def test_requests_are_counted_by_route_method_and_class_of_status(world: World, counting: Path):
    world.rose.get(f"/api/v1/persons/{world.marie.id}")
    world.rose.get(f"/api/v1/persons/{UUID(int=7)}")
    route = "/api/v1/persons/<uuid:person>"
    for status in ("2xx", "4xx"):
        named = {"route": route, "method": "GET", "status": status}
        assert total(counting, "acquis_requests_seconds_count", **named) == 1, counted(counting)
    assert total(counting, "acquis_request_duration_seconds_bucket", surface="api", le="30.0") == 2
    assert total(counting, "acquis_refusals_total", slug="not-found") == 1


def test_appends_are_counted_with_their_facts_and_their_retries(world: World, counting: Path):
    """The first application decides on its cached state of Marie, to whom the second gave another role meanwhile."""
    first, marie = world.acquis, world.marie.id
    with closing(assemble(first.settings, first.server, first.clock)) as second:
        first.do(GrantRole(person=marie, role=Role.ADVISOR), OPERATOR)
        assert total(counting, "acquis_append_conflicts_total") == 0
        second.do(GrantRole(person=marie, role=Role.AUDITOR), OPERATOR)
        first.do(GrantRole(person=marie, role=Role.REPORTER), OPERATOR)
    assert total(counting, "acquis_append_conflicts_total") == 1
    assert total(counting, "acquis_appended_facts_total") == 3
    assert total(counting, "acquis_append_duration_seconds_count") == 4, "the one that lost took its time, too"


def test_uploads_are_counted_in_bytes_and_their_checks_as_jobs(world: World, counting: Path):
    assert world.marie.upload(apply(world, world.marie)).status_code == 201
    assert len(PDF) < total(counting, "acquis_upload_bytes_total") < len(PDF) + 2000, "the form around it comes, too"
    assert total(counting, "acquis_job_seconds_count", kind="check") == 1


def test_feed_events_not_taken_by_a_receiver_are_counted(world: World, counting: Path):
    world.catch_up()
    one, _ = world.acquis.subscriptions.add("nats", "lac", "acquis.facts")
    of = world.acquis.subscriptions.find(one)
    assert not carry_once(world.acquis, one, writer_of(world.acquis, of), sink_of(world.acquis, of))
    assert total(counting, "acquis_feed_events_total", outcome="not_taken") > 0
    world.acquis.subscriptions.remove(one)


@pytest.mark.parametrize("sent", ["GET", "BREW"])
def test_metric_labels_contain_nothing_from_the_request(world: World, counting: Path, sent: str):
    """Labels are names in the code, so their number is bounded for any path and method."""
    for number in range(50):
        world.app.test_client().open(f"/nothing/{number}?name=marie{number}", method=sent)
    labels = [set(has.values()) for _, has, _ in counted(counting)]
    assert not [each for each in labels if any("marie" in value or "nothing" in value for value in each)]
    assert len({frozenset(each) for each in labels}) < 50


def test_every_metric_is_declared_once():
    assert len({each.name for each in metrics.ALL}) == len(metrics.ALL) > 10
    assert all(each.name.startswith("acquis_") for each in metrics.ALL)
