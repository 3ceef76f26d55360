from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.candidacy_life import WithdrawnOnAnotherDay
from domain.candidacy.facts import CandidacyWithdrawn
from domain.deadlines.last_step import course
from domain.fact import Personal
from domain.jury.access import by_post, handing_in
from domain.ports import CandidacyId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class WithdrawCandidacy:
    """Withdraw a candidacy (retirer sa candidature). What was granted in it stays granted.

    A candidate does so on the portal, today; a registrar keys a letter, with the day of its receipt. Loads the
    candidacy, the sessions before which it was called, and their deliberations.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (CandidacyWithdrawn,)
    again: ClassVar[Again] = {
        "received_on": lambda append: append.one(CandidacyWithdrawn).withdrawn_on if by_post(append) else None
    }
    candidacy: CandidacyId
    reason: str | None = None
    received_on: date | None = None

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown, whose version is checked."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = handing_in(log, self.candidacy)
        if by_post(log) is (self.received_on is None):
            raise WithdrawnOnAnotherDay(self.candidacy)
        reason = Personal(self.reason, candidacy.terms.candidate) if self.reason and self.reason.strip() else None
        juries, since = course(log, candidacy), candidacy.terms.opened_on
        log.record(candidacy, candidacy.life.withdraw(juries, reason, self.received_on, log.today, since=since))
