from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.assessment.assessment import Assessment, free
from domain.candidacy.facts import AssessorReleased
from domain.jury.access import run
from domain.people.one_person import one_person
from domain.people.person import Person
from domain.ports import CandidacyId, Log, PersonId, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class ReleaseAssessor:
    """Release an assessor, for a reason (dessaisir un évaluateur).

    Loads the candidacy, its rulebook, the assessor with their ties, and the assessment, which must not be filed
    unless a tie bars them. Recorded on the candidacy, whose stream holds the set of its assessors.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (AssessorReleased,)
    candidacy: CandidacyId
    assessor: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        """Record AssessorReleased on the candidacy."""
        candidacy = run(log, self.candidacy)
        assessment = log.find(Assessment, Assessment.id_of(self.candidacy, self.assessor))
        person = one_person(log.find, log.load(Person, self.assessor).id)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        barred = not free(log.find, person, candidacy, rules, log.today)
        log.record(candidacy, assessment.release(candidacy, self.assessor, self.reason, barred=barred))
