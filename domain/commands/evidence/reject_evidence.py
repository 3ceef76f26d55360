from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import Candidacy
from domain.evidence.evidence import Evidence
from domain.evidence.facts import EvidenceRejected
from domain.ports import CandidacyId, EvidenceId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class RejectEvidence:
    """Record why the check refuses a piece, by the name of the rule (refuser une preuve à la vérification).

    Loads the candidacy, its rulebook and the piece.
    """

    roles: ClassVar = frozenset({Role.SYSTEM})
    records: ClassVar = (EvidenceRejected,)
    candidacy: CandidacyId
    evidence: EvidenceId
    reason: str

    def execute(self, log: Log) -> None:
        candidacy = log.load(Candidacy, self.candidacy)
        piece = log.find(Evidence, self.evidence)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content.evidence
        log.record(piece, piece.reject(candidacy, self.reason, rules, log.today))
