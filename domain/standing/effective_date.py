"""What was so on a day, by what is known now? Each fact speaks of a day of its own, whenever it was recorded.

"Known then" leaves out what was recorded later (`as_of`). "True then", here, asks of every fact known which day it
speaks of: a jury's decision transcribed in July from the minutes of March was so in March, and a decision of March
that was annulled in June was never so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, TypeVar
from uuid import UUID

from domain.candidacy.facts import CandidacyOpened
from domain.fact import After, Own, RecordedFact
from domain.jury.facts import ReleaseResumed, ReleaseWithheld, ResultsReleased, SessionOpened

RELEASING: Final = (ResultsReleased, ReleaseWithheld, ReleaseResumed)
"""What says who may know what a jury decided: asked of today, whatever day is asked about."""

T = TypeVar("T", bound=RecordedFact)


def effective_date(told: RecordedFact, sessions: Mapping[UUID, date]) -> date:
    """The day that a fact speaks of, given the days on which jury sessions were opened."""
    found: date | None
    match told.fact.effective:
        case Own.ACT:
            found = None
        case Own.JURY:
            found = sessions.get(getattr(told.fact, "session"))  # noqa: B009  (a test holds those facts to having one)
        case After(field=last):
            found = getattr(told.fact, last) + timedelta(days=1)
        case str() as its_own:
            found = getattr(told.fact, its_own)
    return found or told.stamp.on


def true_on(day: date, facts: Sequence[T]) -> list[T]:
    """Those facts of a dossier that speak of that day or an earlier one; none before the candidacy was opened."""
    sessions = days_of_sessions(facts)
    found = [told for told in facts if effective_date(told, sessions) <= day]
    return found if any(isinstance(told.fact, CandidacyOpened) for told in found) else []


def counted_on(day: date, facts: Sequence[T]) -> list[T]:
    """What a standing of that day is folded from, by what is known now.

    A release says who may know, not what is so: the block that a jury granted in March, and made known in April, was
    won in March. Who may see it is asked of today's releases.
    """
    true = {told.stamp.position for told in true_on(day, facts)}
    return [told for told in facts if told.stamp.position in true or (true and isinstance(told.fact, RELEASING))]


def days_of_sessions(facts: Iterable[RecordedFact]) -> dict[UUID, date]:
    """The days on which the sessions of a dossier were opened."""
    return {told.stamp.stream: told.fact.opened_on for told in facts if isinstance(told.fact, SessionOpened)}
