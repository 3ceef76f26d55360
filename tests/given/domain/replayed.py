"""The replay's verdict on a forged fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from domain.fact import Fact
from domain.ports import Actor
from tests.given.domain.people import JURY_DAY, known
from tests.given.domain.scenario import At, Scenario

SENT = known("sent")
"""The id of the append under test; the ids of streams that it begins are made from it."""


def verdict(
    scenario: Scenario, stream: UUID, fact: Fact, by: Actor, on: date = JURY_DAY, *, also: Iterable[At] = ()
) -> str | None:
    """Return the rule that this fact would break as the next one of the log, recorded together with `also`."""
    found = scenario.forged_together(At(stream, (fact,)), *also, by=by, on=on, append_id=SENT)
    return found[0] if found else None
