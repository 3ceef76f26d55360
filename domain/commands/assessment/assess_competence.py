from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.assessment.assessment import Assessment, check_free, to_assess
from domain.assessment.facts import CompetenceAssessed
from domain.commands.jury.marks_before_the_jury import attempted
from domain.framework.framework import Framework
from domain.people.one_person import one_person
from domain.ports import Actor, CandidacyId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class AssessCompetence:
    """Give a mark of the rulebook's scale for a competence (évaluer une compétence).

    Loads the candidacy, its framework and rulebook, the assessor with their ties, their own assessment and what the
    juries that the candidacy was called before have decided.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR})
    records: ClassVar = (CompetenceAssessed,)
    candidacy: CandidacyId
    competence: int
    mark: str
    comment: str | None = None

    def reads(self, actor: Actor) -> tuple[UUID, ...]:
        """The stream that its fields do not name, so that it can be read ahead with them."""
        return (Assessment.id_of(self.candidacy, actor.who),)

    def execute(self, log: Log) -> None:
        candidacy = to_assess(log, self.candidacy)
        framework = log.load(Framework, candidacy.terms.framework)
        rules = log.load(Rulebook, candidacy.terms.rulebook)
        by = log.actor.who
        person = one_person(log.find, by)
        assessment = log.find(Assessment, Assessment.id_of(self.candidacy, by))
        fact = assessment.assess(
            candidacy,
            self.competence,
            self.mark,
            by=by,
            names=person.names,
            comment=self.comment,
            of=framework.content,
            rules=rules,
            attempts=attempted(log.find, candidacy),
        )
        check_free(log.find, person, candidacy, rules.content, log.today)
        log.record(assessment, fact)
