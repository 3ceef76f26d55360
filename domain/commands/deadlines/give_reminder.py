from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.candidacy import Candidacy
from domain.deadlines.deadline import Duty
from domain.deadlines.due import deadlines, the
from domain.deadlines.facts import ReminderGiven
from domain.deadlines.reminder import NothingDue, Reminder
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class GiveReminder:
    """Remind of something due about a candidacy (rappeler une échéance).

    `ends_on` says which, if several of a kind run. Loads what `domain.deadlines.due` loads, and whether the reminder
    was given already.
    """

    roles: ClassVar = frozenset({Role.SYSTEM})
    records: ClassVar = (ReminderGiven,)
    candidacy: CandidacyId
    duty: Duty
    session: SessionId | None = None
    ends_on: date | None = None

    def execute(self, log: Log) -> None:
        candidacy = log.load(Candidacy, self.candidacy)
        found = the(deadlines(candidacy, log.find), self.duty, self.session, self.ends_on)
        if found is None:
            raise NothingDue(self.duty.value)
        reminder = log.find(Reminder, Reminder.id_of(self.candidacy, found))
        days = log.load(Rulebook, candidacy.terms.rulebook).content.journeys.remind_days
        log.record(reminder, reminder.give(self.candidacy, found, days, log.today))
