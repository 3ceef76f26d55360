from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import Candidacy
from domain.evidence.evidence import Evidence
from domain.evidence.facts import EvidenceCleared
from domain.ports import CandidacyId, EvidenceId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class ClearEvidence:
    """Record that the check found nothing against a piece, and its type and pages (valider la vérification).

    `scanner` is None if the installation has no virus scanner. Loads the candidacy, its rulebook and the piece.
    """

    roles: ClassVar = frozenset({Role.SYSTEM})
    records: ClassVar = (EvidenceCleared,)
    candidacy: CandidacyId
    evidence: EvidenceId
    scanner: str | None
    media_type: str
    pages: int | None

    def execute(self, log: Log) -> None:
        candidacy = log.load(Candidacy, self.candidacy)
        piece = log.find(Evidence, self.evidence)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content.evidence
        log.record(piece, piece.clear(candidacy, self.scanner, self.media_type, self.pages, rules))
