"""The day that each fact is about, and the facts true on a day by what is known now.

"Known then" leaves out what was recorded later (`as_of`). "True then", here, uses the day that each known fact is
about: a decision of a jury in March, transcribed in July, was true in March, and a decision of March that was
annulled in June never was.
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
"""Facts that say who may know what a jury decided; they are read as of today, whatever the day asked about."""

T = TypeVar("T", bound=RecordedFact)


def effective_date(told: RecordedFact, sessions: Mapping[UUID, date]) -> date:
    """Return the day that a fact is about, given the days on which jury sessions were opened."""
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
    """Return the facts of a dossier about that day or an earlier one; none before the candidacy was opened."""
    sessions = days_of_sessions(facts)
    found = [told for told in facts if effective_date(told, sessions) <= day]
    return found if any(isinstance(told.fact, CandidacyOpened) for told in found) else []


def counted_on(day: date, facts: Sequence[T]) -> list[T]:
    """Return the facts to fold into a standing of that day, according to present knowledge.

    A release says who may know, not what is true: a block that a jury granted in March, and released in April, was
    won in March. Today's releases decide who may see it.
    """
    true = {told.stamp.position for told in true_on(day, facts)}
    return [told for told in facts if told.stamp.position in true or (true and isinstance(told.fact, RELEASING))]


def days_of_sessions(facts: Iterable[RecordedFact]) -> dict[UUID, date]:
    """Return the days on which the sessions of a dossier were opened."""
    return {told.stamp.stream: told.fact.opened_on for told in facts if isinstance(told.fact, SessionOpened)}
