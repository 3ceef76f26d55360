from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.credit import Credit
from domain.evidence.evidence import Evidence
from domain.evidence.facts import EvidenceWithdrawn
from domain.jury.access import reach
from domain.ports import CandidacyId, EvidenceId, Log, Role


@dataclass(frozen=True, kw_only=True)
class WithdrawEvidence:
    """Withdraw a piece of evidence that is not filed (retirer une preuve).

    Loads the candidacy, the piece, and the credits that it may prove.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (EvidenceWithdrawn,)
    candidacy: CandidacyId
    evidence: EvidenceId
    reason: str | None = None

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown, whose version is checked."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        piece = log.find(Evidence, self.evidence)
        proofs = log.find(Credit, Credit.id_of(self.candidacy)).proofs
        log.record(piece, piece.withdraw(candidacy, self.reason, proofs))
