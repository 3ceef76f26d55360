"""Recorded facts for tests without a log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from domain.fact import Fact, RecordedFact, Stamp
from tests.given.domain.people import JUNE, JURY_DAY, LATER_DAY, MARCH, opened, plan
from tests.given.domain.scenario import At

SESSIONS = (At(JUNE, (plan(),)), opened(JUNE), At(MARCH, (plan(LATER_DAY),)), opened(MARCH))


def told(*steps: At | Iterable[At]) -> list[RecordedFact]:
    """Return these facts as recorded facts, from position 1."""
    ats = [at for step in steps for at in ([step] if isinstance(step, At) else step)]
    facts = [(at.stream, fact) for at in ats for fact in at.facts]
    return [at_position(stream, fact, position) for position, (stream, fact) in enumerate(facts, 1)]


def at_position(stream: UUID, fact: Fact, position: int) -> RecordedFact:
    now = datetime(2021, 6, 15, tzinfo=UTC)
    stamp = Stamp(
        stream=stream,
        version=1,
        position=position,
        by=None,
        role="operator",
        on=JURY_DAY,
        at=now,
        append_id=uuid4(),
        n=0,
    )
    return RecordedFact(fact=fact, stamp=stamp)
