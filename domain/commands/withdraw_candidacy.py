"""How does a candidate withdraw?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import reach
from domain.course import course
from domain.fact import Personal
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class WithdrawCandidacy:
    """Withdraw one's candidacy (se retirer). What was granted in it stays granted.

    Loads the candidacy, the sessions before which it was called, and what they decided.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE})
    candidacy: CandidacyId
    reason: str | None = None

    @property
    def subject(self) -> CandidacyId:
        """What the user was shown."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record CandidacyWithdrawn."""
        candidacy = reach(log, self.candidacy)
        reason = Personal(self.reason, log.actor.who) if self.reason and self.reason.strip() else None
        log.record(candidacy, candidacy.life.withdraw(course(log, candidacy), reason, log.today))
