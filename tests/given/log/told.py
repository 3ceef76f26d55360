"""Histories of random courses, many of them in one log; and the feed, read by the documented recipe."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
from eventsourcing.persistence import StoredEvent
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from adapters.database.pool import Database
from adapters.log.application import FactMapper, WrittenFact
from adapters.log.codec import Envelope
from adapters.log.recorder import LogRecorder
from domain.fact import RecordedFact
from domain.standing.standing import Standing
from tests.given.log.scene import Scene
from webapi.feed.events import CloudEvent, Writer

RECIPE = Path(__file__).parents[3] / "deploy/docs/examples/standing_from_feed.py"
AN_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def histories(machine: type[RuleBasedStateMachine], many: int, steps: int) -> list[list[RecordedFact]]:
    """Return everything recorded in this many runs of a state machine."""
    found: list[list[RecordedFact]] = []

    class Kept(machine):  # type: ignore[misc, valid-type]  # of a class that is only known when it runs
        def teardown(self) -> None:
            if hasattr(self, "scene"):
                found.append(list(self.scene.store.told))

    asked = settings(max_examples=many, stateful_step_count=steps, deadline=None, derandomize=True, database=None)
    run_state_machine_as_test(Kept, settings=asked)
    return found


def recorded(scene: Scene, history: list[RecordedFact], key: UUID) -> None:
    """Append a history to a log that holds others; the key changes all its ids, also in facts."""

    def other(text: str) -> str:
        return AN_ID.sub(lambda found: str(uuid5(key, found[0])), text)

    mapper, recorder = FactMapper(scene.vault), LogRecorder(scene.web)
    appends: dict[UUID, list[StoredEvent]] = {}
    for told in history:
        stamp = told.stamp
        head = Envelope(by=stamp.by, role=stamp.role, on=stamp.on, request=None)
        written = WrittenFact(
            originator_id=stamp.stream,
            originator_version=stamp.version,
            fact=told.fact,
            append_id=stamp.append_id,
            n=stamp.n,
            head=head,
        )
        row = mapper.to_stored_event(written)
        stream = uuid5(key, str(row.originator_id))
        stored = StoredEvent(stream, row.originator_version, row.topic, other(row.state.decode()).encode())
        appends.setdefault(stamp.append_id, []).append(stored)
    for rows in appends.values():
        recorder.insert_events(rows)


def read(database: Database, limit: int = 500) -> list[dict[str, Any]]:
    """Return all events of the feed, as a consumer reads them."""
    writer, events = Writer.of(database, None), list[CloudEvent]()
    while more := writer.after(len(events), limit):
        events += more
    found: list[dict[str, Any]] = json.loads(msgspec.json.encode(events))
    return found


def standings(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the standing of each candidacy, by the recipe of the documentation."""
    feed = runpy.run_path(str(RECIPE))["Feed"]()
    for event in events:
        feed.take(event)
    found: dict[str, Any] = feed.standings()
    return found


def as_the_recipe_says_it(standing: Standing) -> dict[str, Any]:
    """Return one of our standings in the recipe's format."""
    found: dict[str, Any] = {
        "outcome": standing.outcome.value,
        "title_on": standing.title_on and str(standing.title_on),
        "title_option": standing.title_option,
        "option": standing.option,
        "blocks": {
            line.number: {
                "state": line.state.value,
                "session": line.session and str(line.session),
                "decided_on": line.decided_on and str(line.decided_on),
            }
            for line in standing.blocks
        },
        "competences": {
            line.number: {
                "state": line.state.value,
                "acquired": line.acquired,
                "positions": list(line.positions),
            }
            for line in standing.competences
        },
    }
    return found
