from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.appeal.refold import FOLLOWS, Since, refold
from domain.appeal.review import Unreasoned
from domain.candidacy.credit import Credit
from domain.fact import Personal
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class WithdrawCredit:
    """Stop counting a block counted from elsewhere by mistake, and the title that rested on it (retirer un acquis).

    Loads the candidacy, its credits, its deliberations, its framework and the register.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = FOLLOWS
    candidacy: CandidacyId
    block: int
    reason: str

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown, whose version is checked."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record CreditFell; if a title rested on the block, also TitleFell, and TitleWithdrawn if due.

        TitleRestored and TitleReinstated for a title that waited for one that was lost.
        """
        candidacy = run(log, self.candidacy)
        if not self.reason.strip():
            raise Unreasoned(self.candidacy)
        credit = log.find(Credit, Credit.id_of(self.candidacy))
        reason = Personal(self.reason, candidacy.terms.candidate)
        fell = credit.mistaken(self.candidacy, self.block, reason, log.today)
        since = Since(log)
        since.record(credit, fell)
        refold(since, [candidacy], self.reason)
