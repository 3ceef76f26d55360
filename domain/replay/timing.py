"""Is what time itself brought about lawful: reminders?"""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy
from domain.commands.deadlines.give_reminder import GiveReminder
from domain.deadlines.due import deadlines, the
from domain.deadlines.facts import ReminderGiven
from domain.deadlines.reminder import Reminder
from domain.fact import RecordedFact
from domain.replay.known import Known, Origins, by
from domain.rulebook.rulebook import Rulebook


def reminded(known: Known, fact: ReminderGiven, told: RecordedFact) -> bool:
    """Recall the deadline again, while it ran."""
    candidacy = known.get(Candidacy, fact.candidacy)
    found = the(deadlines(candidacy, known.get), fact.duty, fact.session, fact.ends_on)
    if found is None or told.stamp.stream != Reminder.id_of(fact.candidacy, found):
        return False
    days = known.get(Rulebook, candidacy.terms.rulebook).content.journeys.remind_days
    return known.get(Reminder, told.stamp.stream).give(fact.candidacy, found, days, told.stamp.on) == fact


ORIGINS: Origins = {ReminderGiven: by(reminded, GiveReminder)}
