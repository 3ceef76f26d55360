"""How is an assessor named?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import holding, run
from domain.framework import Framework
from domain.ports import CandidacyId, Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class AssignAssessor:
    """Name an assessor for some competences of a candidate (désigner un évaluateur).

    Loads the candidacy, its framework and the assessor.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    candidacy: CandidacyId
    assessor: PersonId
    competences: tuple[int, ...]

    def execute(self, log: Log) -> None:
        """Record AssessorAssigned on the candidacy."""
        candidacy = run(log, self.candidacy)
        holding(log, self.assessor, Role.ASSESSOR)
        framework = log.load(Framework, candidacy.terms.framework)
        log.record(candidacy, candidacy.assign(self.assessor, self.competences, framework.content))
