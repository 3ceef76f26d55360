from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentReopened
from domain.commands.jury.marks_before_the_jury import attempted
from domain.framework.framework import Framework
from domain.jury.access import run
from domain.ports import CandidacyId, Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class ReopenAssessment:
    """Return a filed assessment to its assessor, for a reason (rouvrir une évaluation).

    Loads the candidacy, its framework, the assessment, and the decisions of the juries that it was called before.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (AssessmentReopened,)
    candidacy: CandidacyId
    assessor: PersonId
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Assessment.id_of(self.candidacy, self.assessor)

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        assessment = log.find(Assessment, self.subject)
        framework = log.load(Framework, candidacy.terms.framework).content
        attempts = attempted(log.find, candidacy)
        log.record(assessment, assessment.reopen(candidacy, self.assessor, self.reason, attempts, framework))
