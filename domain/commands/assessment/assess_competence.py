from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.assessment.assessment import Assessment, Opinion, to_assess
from domain.assessment.facts import CompetenceAssessed
from domain.commands.assessment.marked import marked
from domain.ports import Actor, CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class AssessCompetence:
    """Give a mark of the rulebook's scale for a competence (évaluer une compétence).

    Loads the candidacy, and what `marked` loads.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR})
    records: ClassVar = (CompetenceAssessed,)
    candidacy: CandidacyId
    competence: int
    mark: str
    comment: str | None = None

    def reads(self, actor: Actor) -> tuple[UUID, ...]:
        """Return the stream that the fields do not name, so that it can be prefetched with the others."""
        return (Assessment.id_of(self.candidacy, actor.who),)

    def execute(self, log: Log) -> None:
        opinion = Opinion(competence=self.competence, mark=self.mark, comment=self.comment)
        assessment, facts = marked(log, to_assess(log, self.candidacy), [opinion])
        log.record(assessment, *facts)
