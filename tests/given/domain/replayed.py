"""What is shared here?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from domain.fact import Fact, RecordedFact, Stamp
from domain.ports import Actor
from domain.replay import replay
from tests.given.domain.people import JURY_DAY
from tests.given.domain.scenario import Scenario


def verdict(scenario: Scenario, stream: UUID, fact: Fact, by: Actor, on: date = JURY_DAY) -> str | None:
    """The rule that this fact would break as the next one of the log."""
    facts = scenario.store.told
    stamp = Stamp(
        stream=stream,
        version=len(scenario.store.facts(stream)) + 1,
        position=len(facts) + 1,
        by=by.person,
        role=by.role.value,
        on=on,
        at=datetime(2021, 6, 15, tzinfo=UTC),
    )
    found = [
        each.rule
        for each in replay([*facts, RecordedFact(fact=fact, stamp=stamp)])
        if each.position == stamp.position
    ]
    return found[0] if found else None
