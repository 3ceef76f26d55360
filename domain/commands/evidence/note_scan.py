from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import Candidacy
from domain.evidence.evidence import Evidence
from domain.evidence.facts import EvidenceCleared, EvidenceQuarantined
from domain.ports import CandidacyId, EvidenceId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class NoteScan:
    """Record what a virus scanner found in a piece (noter une analyse antivirus).

    Without a `finding`, nothing was found, in a piece that was checked before or is in quarantine. Loads the
    candidacy, its rulebook and the piece.
    """

    roles: ClassVar = frozenset({Role.OPERATOR, Role.SYSTEM})
    records: ClassVar = (EvidenceCleared, EvidenceQuarantined)
    candidacy: CandidacyId
    evidence: EvidenceId
    scanner: str
    finding: str | None

    def execute(self, log: Log) -> None:
        candidacy = log.load(Candidacy, self.candidacy)
        piece = log.find(Evidence, self.evidence)
        if self.finding is None:
            log.record(piece, piece.scan(candidacy, self.scanner))
        else:
            rules = log.load(Rulebook, candidacy.terms.rulebook).content.evidence
            log.record(piece, piece.quarantine(candidacy, self.finding, self.scanner, rules, log.today))
