"""How is a piece of evidence put in?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import reach
from domain.evidence import Evidence, Received
from domain.framework import Framework
from domain.ports import CandidacyId, EvidenceId, Log, Role


@dataclass(frozen=True, kw_only=True)
class SubmitEvidence:
    """Put in a piece of evidence, whose file is already kept, for some competences (déposer une preuve).

    Loads the candidacy, its framework and the piece, to which nothing happened yet.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    candidacy: CandidacyId
    evidence: EvidenceId
    competences: tuple[int, ...]
    file: Received

    def execute(self, log: Log) -> None:
        """Record EvidenceSubmitted on the candidacy."""
        candidacy = reach(log, self.candidacy)
        framework = log.load(Framework, candidacy.terms.framework)
        piece = log.find(Evidence, self.evidence)
        log.record(
            candidacy,
            piece.submit(candidacy, self.competences, self.file, by=log.actor.who, of=framework.content),
        )
