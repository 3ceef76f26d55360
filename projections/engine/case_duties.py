"""The certifier's duties towards a dossier: their last days, and when they were done, by released results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain.candidacy.facts import AdmissibilityCorrected, AdmissibilityDecided, AdmissibilityImplied
from domain.candidacy.feasibility import FeasibilityFile
from domain.deadlines.deadline import Duty, RunningPeriod, deadline
from domain.fact import Fact
from domain.ports import SessionId
from domain.register.facts import CorrectionMade, CorrectionRefused

if TYPE_CHECKING:
    from projections.engine.case import Case

OWED: Final = frozenset({Duty.ADMISSIBILITY, Duty.JURY, Duty.NOTICE, Duty.DECLARATION, Duty.CORRECTION})
"""The duties of the certifier; the other time limits bind the candidate, or end the candidacy."""
Key = tuple[Duty, SessionId | None, date]


class DutyState(StrEnum):
    """The state of a time limit."""

    RUNNING = "running"
    DONE = "done"
    SILENT = "silent"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One time limit: its last day if a text gives one, that text, its state, and when the duty was done."""

    ends_on: date | None
    rule_set: str | None
    state: DutyState = DutyState.RUNNING
    done_on: date | None = None

    @property
    def kept(self) -> bool | None:
        """True if it was done by its last day; None while it runs, if it was stopped, or without a last day."""
        if self.state is DutyState.SILENT:
            return False
        if self.done_on is None or self.ends_on is None:
            return None
        return self.done_on <= self.ends_on


class Duties:
    """The time limits of one dossier, updated after each fact that may start or end one."""

    __slots__ = ("_of",)

    def __init__(self) -> None:
        """Start without time limits."""
        self._of: dict[Key, Owed] = {}

    def look(self, case: Case) -> dict[Key, Owed]:
        """Update the time limits after the fact that the case has just read, and return all of them."""
        now = {
            (clock.duty, clock.session, clock.since): clock
            for clock in case.time.known(case.fold.knows)
            if clock.duty in OWED
        }
        if case.dated and isinstance(case.dated[-1].fact, AdmissibilityCorrected):  # the decision is void
            self._of = {
                key: owed for key, owed in self._of.items() if key[0] is not Duty.ADMISSIBILITY or key not in now
            }
        for key, clock in now.items():
            known = self._of.get(key)
            if known is None or known.state in {DutyState.RUNNING, DutyState.STOPPED}:
                self._of[key] = _reckoned(case, clock)
        for key, owed in list(self._of.items()):
            if key not in now and owed.state is DutyState.RUNNING:
                if any(each[:2] == key[:2] for each in now):  # it restarted from another day
                    del self._of[key]
                else:
                    self._of[key] = _ended(case, key, owed)
        self._decided_at_once(case)
        return self._of

    def _decided_at_once(self, case: Case) -> None:
        """Add the time limit of a file that was recorded only with its decision: from its receipt to the decision."""
        fact = case.dated[-1].fact if case.dated else None
        if isinstance(fact, AdmissibilityDecided):
            since = fact.file_received_on
            key: Key = (Duty.ADMISSIBILITY, None, since)
            if key not in self._of:
                file = FeasibilityFile(received_on=since)
                owed = _reckoned(case, RunningPeriod(duty=Duty.ADMISSIBILITY, since=since, file=file))
                self._of[key] = _done(owed, fact.decided_on)


def _reckoned(case: Case, clock: RunningPeriod) -> Owed:
    rules, law = case.fold.rulebook, case.published.law(case.since)
    found = deadline(clock, case.time.terms, law, rules, date.max)
    return Owed(ends_on=found.ends_on, rule_set=found.rule_set) if found else Owed(ends_on=None, rule_set=None)


def _ended(case: Case, key: Key, owed: Owed) -> Owed:
    """Return a time limit in its final state: done, ended by the administration's silence, or stopped otherwise."""
    duty, session, since = key
    on: date | None = None
    match duty:
        case Duty.ADMISSIBILITY:
            fact = case.dated[-1].fact if case.dated else None
            if isinstance(fact, AdmissibilityImplied) and fact.ended_on == owed.ends_on:
                return replace(owed, state=DutyState.SILENT)
            on = fact.decided_on if isinstance(fact, AdmissibilityDecided) else None
        case Duty.JURY:
            known = (each for each in case.sessions if case.fold.knows(each) and case.time.said(each).met)
            held = (case.fold.held_on(each) for each in known)
            on = min((day for day in held if day and day >= since), default=None)
        case Duty.NOTICE:
            on = case.time.notified_on(session) if session else None
        case Duty.DECLARATION:
            on = case.time.declared_on(session) if session else None
        case _:
            on = next((day for told in reversed(case.dated) if (day := _answered_on(told.fact))), None)
    return _done(owed, on) if on else replace(owed, state=DutyState.STOPPED)


def _done(owed: Owed, on: date) -> Owed:
    return replace(owed, state=DutyState.DONE, done_on=on)


def _answered_on(fact: Fact) -> date | None:
    """Return when a request for correction was answered, if this fact answers it."""
    if isinstance(fact, CorrectionMade):
        return fact.made_on
    return fact.refused_on if isinstance(fact, CorrectionRefused) else None
