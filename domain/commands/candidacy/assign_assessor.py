from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.assessment.agreement import call_third_reader
from domain.assessment.assessment import check_free, found
from domain.candidacy.facts import AssessorAssigned
from domain.commands.jury.marks_before_the_jury import marks_before_the_jury
from domain.framework.framework import Framework
from domain.jury.access import holding, run
from domain.people.one_person import one_person
from domain.ports import CandidacyId, Log, PersonId, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class AssignAssessor:
    """Assign an assessor, or a third reader, to competences of a candidate (désigner un évaluateur).

    Loads the candidacy, its framework and rulebook, the assessor with their files and ties; for a third reader also
    the assessments, which must lie too far apart.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (AssessorAssigned,)
    candidacy: CandidacyId
    assessor: PersonId
    competences: tuple[int, ...]
    third_reader: bool = False

    def execute(self, log: Log) -> None:
        """Record AssessorAssigned on the candidacy."""
        candidacy = run(log, self.candidacy)
        holding(log, self.assessor, Role.ASSESSOR)
        person = one_person(log.find, self.assessor)
        framework = log.load(Framework, candidacy.terms.framework).content
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        named = candidacy.assign(
            self.assessor,
            self.competences,
            framework,
            third_reader=self.third_reader,
            names=person.names,
            ties=found(log.find, person, candidacy, log.today),
        )
        check_free(log.find, person, candidacy, rules, log.today)
        if self.third_reader:
            call_third_reader(
                self.assessor, self.competences, marks_before_the_jury(log.find, candidacy, rules, log.today)
            )
        candidacy.enrolment.check_accepted(rules.enrolment)
        log.record(candidacy, named)
