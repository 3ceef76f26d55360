from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import ClassVar
from uuid import UUID

from domain.assessment.assessment import Assessment, Opinion, check_free, to_assess
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.commands.assessment.marked import marked
from domain.people.one_person import one_person
from domain.ports import CandidacyId, Log, PersonId, Role
from domain.refusal import NotFound
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class FileAssessment:
    """File one's assessment with the jury (déposer une évaluation), with `marks` that were not recorded yet.

    Loads the candidacy, its rulebook, the assessor with their ties, and the assessment; for the marks what `marked`
    loads. `assessor` is the actor: nobody files another's assessment.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR})
    records: ClassVar = (CompetenceAssessed, AssessmentFiled)
    candidacy: CandidacyId
    assessor: PersonId
    marks: tuple[Opinion, ...] = ()

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Assessment.id_of(self.candidacy, self.assessor)

    def execute(self, log: Log) -> None:
        if self.assessor != log.actor.who:
            raise NotFound(self.assessor)
        candidacy = to_assess(log, self.candidacy)
        assessment, facts = log.find(Assessment, self.subject), tuple[CompetenceAssessed, ...]()
        if self.marks:
            assessment, facts = marked(log, candidacy, self.marks)
        filed = reduce(Assessment.evolve, facts, assessment).file(candidacy, self.assessor)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        check_free(log.find, one_person(log.find, self.assessor), candidacy, rules, log.today)
        log.record(assessment, *facts, filed)
