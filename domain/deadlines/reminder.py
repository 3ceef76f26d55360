"""Reminders of deadlines, each given once (rappel).

Uniqueness comes from the stream: however often the deadlines are processed, each is recalled once. A deadline that
moved, because pieces were asked for, is another one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.deadlines.deadline import Deadline
from domain.deadlines.facts import ReminderFact, ReminderGiven
from domain.fact import stream_of
from domain.ports import CandidacyId
from domain.refusal import Refused


class AlreadyReminded(Refused):
    """A deadline is recalled once."""

    fr = "Une échéance se rappelle une fois."


class NothingDue(Refused):
    """A deadline is recalled from its day of reminder on, while it runs."""

    fr = "Une échéance se rappelle à partir de son jour de rappel, tant qu'elle court."


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """The reminder of one deadline, given or not."""

    id: UUID
    version: int = 0
    given: bool = False

    @staticmethod
    def id_of(candidacy: CandidacyId, deadline: Deadline) -> UUID:
        """Return the stream id of a deadline: unique by candidacy, duty, session and last day."""
        clock = deadline.clock
        return stream_of("reminder", candidacy, clock.duty.value, clock.session, deadline.ends_on)

    def give(self, candidacy: CandidacyId, deadline: Deadline, days: int, today: date) -> ReminderGiven:
        """Give the reminder, at the earliest `days` before the deadline's last day."""
        if self.given:
            raise AlreadyReminded(self.id)
        if today < deadline.recall_on(days):
            raise NothingDue(deadline.ends_on.isoformat())
        return ReminderGiven(
            candidacy=candidacy,
            duty=deadline.clock.duty,
            session=deadline.clock.session,
            ends_on=deadline.ends_on,
            rule_set=deadline.rule_set,
        )

    def evolve(self, fact: ReminderFact) -> Self:
        match fact:
            case ReminderGiven():
                return replace(self, given=True)
            case _:
                assert_never(fact)
