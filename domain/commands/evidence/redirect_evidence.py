from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.evidence import Evidence
from domain.evidence.facts import EvidenceRedirected
from domain.framework.framework import Framework
from domain.jury.access import reach
from domain.ports import CandidacyId, EvidenceId, Log, Role


@dataclass(frozen=True, kw_only=True)
class RedirectEvidence:
    """Change the competences that a piece of evidence serves (réorienter une preuve).

    Loads the candidacy, its framework and the piece.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (EvidenceRedirected,)
    candidacy: CandidacyId
    evidence: EvidenceId
    competences: tuple[int, ...]

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        framework = log.load(Framework, candidacy.terms.framework)
        piece = log.find(Evidence, self.evidence)
        log.record(piece, piece.redirect(candidacy, self.competences, framework.content))
