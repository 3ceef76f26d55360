"""How is it noted what a virus scanner found?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy import Candidacy
from domain.evidence import Evidence
from domain.ports import CandidacyId, EvidenceId, Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class NoteScan:
    """Note what a virus scanner found in a piece, or in a file that is being sent (noter une analyse antivirus).

    No `finding`: nothing was found. Of a file that is no piece yet, `sent_by` and `size` are what is known. Loads the
    candidacy and the piece.
    """

    roles: ClassVar = frozenset({Role.OPERATOR, Role.SYSTEM})
    candidacy: CandidacyId
    evidence: EvidenceId
    scanner: str
    finding: str | None
    sent_by: PersonId
    size: int

    def execute(self, log: Log) -> None:
        """Record EvidenceCleared or EvidenceQuarantined."""
        candidacy = log.load(Candidacy, self.candidacy)
        piece = log.find(Evidence, self.evidence)
        if self.finding is None:
            log.record(piece, piece.clear(candidacy, self.scanner))
        else:
            found = piece.quarantine(candidacy, self.finding, self.scanner, sent_by=self.sent_by, size=self.size)
            log.record(piece, found)
