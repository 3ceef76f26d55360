from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.assessment.assessment import Assessment, Opinion, to_assess
from domain.assessment.facts import CompetenceAssessed
from domain.commands.assessment.marked import marked
from domain.ports import Actor, CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class AssessCompetences:
    """Give marks for many competences at once, all or none (évaluer plusieurs compétences).

    Loads the candidacy, and what `marked` loads.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR})
    records: ClassVar = (CompetenceAssessed,)
    candidacy: CandidacyId
    marks: tuple[Opinion, ...]

    def reads(self, actor: Actor) -> tuple[UUID, ...]:
        """Return the stream that the fields do not name, so that it can be prefetched with the others."""
        return (Assessment.id_of(self.candidacy, actor.who),)

    def execute(self, log: Log) -> None:
        """Record a CompetenceAssessed for each competence."""
        assessment, facts = marked(log, to_assess(log, self.candidacy), self.marks)
        log.record(assessment, *facts)
