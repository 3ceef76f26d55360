"""The feed under kills on both sides: every receiver gets all events, and none before its release.

Kills of the forwarder, a webhook and a NATS server under load: eight, or twenty (ACQUIS_TORTURE=short|long), or as
many as ACQUIS_TORTURE_KILLS says. The moments come from a seed that is printed on failure.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.operations.subscriptions import Subscriptions
from domain.fact import RecordedFact
from domain.standing.feed import AT_RELEASE
from projections.candidacy.candidacy_overview import candidacies
from projections.reading import Standings
from tests.given.domain.any_correction import AnyCorrection
from tests.given.domain.any_course import AnyCourse
from tests.given.log.scene import Scene
from tests.given.log.told import as_the_recipe_says_it, histories, read, recorded, standings
from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.servers.receivers import JetStream
from tests.given.waiting import listens, until

LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
KILLS = int(os.environ.get("ACQUIS_TORTURE_KILLS", "20" if LONG else "8"))
SECRET = "tests only " * 4
RECEIVER = Path(__file__).with_name("receiver_process.py")
ROOT = Path(__file__).parents[2]
STREAM = "acquis.facts"
AWAITS = {f"fr.acquis.{fact.__name__}.v1" for fact in AT_RELEASE}
Came = list[tuple[float, dict[str, Any]]]
"""The events that a receiver took, in order, each with its time."""


def test_every_receiver_has_every_event_in_order_and_none_before_its_release(
    database_url: str, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)  # noqa: S311  (moments, not secrets)
    chance = random.Random(seed)  # noqa: S311
    scene, kept = Scene(database_url), tmp_path / "taken.jsonl"
    subscriptions = Subscriptions(scene.web, SECRET)
    port, stream = free_port(), JetStream(tmp_path / "nats")
    _, secret = subscriptions.add("webhook", "si", f"http://127.0.0.1:{port}/")
    subscriptions.add("nats", "lac", STREAM)
    environment = os.environ | {
        "ACQUIS_DATABASE_URL": as_url(database_url),
        "ACQUIS_DATA": str(tmp_path / "data"),
        "ACQUIS_SECRET_KEY": SECRET,
        "ACQUIS_MASTER_KEY": b64encode(bytes(32)).decode(),
        "ACQUIS_WEBHOOKS_INSIDE": "true",
        "ACQUIS_NATS_URL": stream.url,
    }
    stories = [each for machine in (AnyCorrection, AnyCourse) for each in histories(machine, 8, 12)]

    def a_forwarder() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "webapi.cli.main", "feed", "forward"]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=said)

    def a_receiver() -> subprocess.Popen[bytes]:
        made = subprocess.Popen([sys.executable, str(RECEIVER), str(port), str(secret), str(kept)], cwd=ROOT)
        until(lambda: listens(port), "no webhook")
        return made

    with ExitStack() as stack:
        said = stack.enter_context((tmp_path / "forwarders.log").open("wb"))
        killed = {
            name: Killed(make) for name, make in {"one": a_forwarder, "two": a_forwarder, "hook": a_receiver}.items()
        }
        for each in killed.values():
            stack.callback(each.kill)
        stream.start()
        stack.callback(stream.kill)
        with facts_keep_coming(scene, stories) as coming:
            for _ in range(KILLS):
                time.sleep(0.2 + chance.random() * 0.8)
                victim = chance.choice(["one", "two", "hook", "hook", "nats", "nats"])
                if victim == "nats":
                    stream.kill()
                    stream.start()
                else:
                    killed[victim].kill()
                    killed[victim].start()
                assert coming.is_alive() or not stories, f"seed {seed}"
        told = read(scene.web)
        until(lambda: all_told(subscriptions, len(told)), lambda: f"seed {seed}: {subscriptions.all()}")
        streamed = stream.kept(STREAM)
    webhook = taken(kept)
    assert [each.dead for each in subscriptions.all()] == [0, 0]
    assert [event for _, _, event in streamed] == told, f"seed {seed}: once each, in order"
    assert first_of_each(webhook) == told, f"seed {seed}: in order, some more than once"
    nothing_came_before_its_release(scene, webhook, told)
    found, ours = standings([event for _, event in webhook]), Standings(scene.web)
    for candidacy in (each.candidacy for each in candidacies(scene.web, limit=None)):
        released = ours.of(candidacy, provisional=False)
        assert found[str(candidacy)] == as_the_recipe_says_it(released), f"seed {seed}"
    scene.close()


class Killed:
    """A process that the test kills and starts again."""

    def __init__(self, make: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._make = make
        self.start()

    def start(self) -> None:
        self._process = self._make()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def facts_keep_coming(scene: Scene, stories: list[list[RecordedFact]]) -> Iterator[threading.Thread]:
    """Record histories until all are recorded, and project them meanwhile."""
    stop = threading.Event()

    def append() -> None:
        while stories:
            recorded(scene, stories.pop(), uuid4())

    writing = threading.Thread(target=append)
    showing = threading.Thread(target=scene.projector(batch=200).run, args=(stop,))
    for each in (writing, showing):
        each.start()
    try:
        yield writing
        writing.join()
        until(
            lambda: (
                scene.rows("select position from projection.tracking") == scene.rows("select sealed from log.head")
            )
        )
    finally:
        stories.clear()
        stop.set()
        writing.join()
        showing.join()


def all_told(subscriptions: Subscriptions, last: int) -> bool:
    return {each.cursor for each in subscriptions.all()} == {last}


def taken(kept: Path) -> Came:
    """Return what the webhook wrote before its acknowledgements, without a line that a kill cut off."""
    found: Came = []
    for line in kept.read_text().splitlines():
        try:
            at, events = json.loads(line)
        except ValueError:
            continue
        found += [(at, event) for event in events]
    return found


def first_of_each(came: Came) -> list[dict[str, Any]]:
    """Return the events in the order in which each came first."""
    found: dict[str, dict[str, Any]] = {}
    for _, event in came:
        found.setdefault(event["id"], event)
    return list(found.values())


def nothing_came_before_its_release(scene: Scene, came: Came, told: list[dict[str, Any]]) -> None:
    """Assert that each event that awaited release came after its releasing fact; some are never released."""
    waited = [(at, event) for at, event in came if event["toldat"] > event["position"]]
    asked = sorted({event["toldat"] for _, event in waited})
    rows: Any = scene.rows("select position, type, recorded_at from log.fact where position = any (%s)", asked)
    released: dict[int, datetime] = {position: at for position, kind, at in rows if kind.startswith("Re")}
    assert sorted(released) == asked
    assert waited
    for at, event in waited:
        assert event["type"] in AWAITS
        assert at >= released[event["toldat"]].timestamp()
    names = [fact.__name__ for fact in AT_RELEASE]
    ((recorded_,),) = scene.rows("select count(*) from log.fact where type = any (%s)", names)
    assert int(str(recorded_)) > sum(event["type"] in AWAITS for event in told), "some was never released"
