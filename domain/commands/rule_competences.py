"""How does a jury rule on competences?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.assessment import Assessment
from domain.deliberation import Deliberation, Ruling, before
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class RuleCompetences:
    """Rule competences acquired or not, with the reasons due (apprécier des compétences).

    Loads what every decision relies on, the deliberation, and the assessments of the assigned assessors.
    """

    roles: ClassVar = frozenset({Role.JUROR})
    session: SessionId
    candidacy: CandidacyId
    rulings: tuple[Ruling, ...]

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record a CompetenceRuled for each ruling."""
        hearing = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        assessments = tuple(
            log.find(Assessment, Assessment.id_of(self.candidacy, assessor))
            for assessor in sorted(hearing.candidacy.assessors)
        )
        log.record(deliberation, *deliberation.rule(hearing, self.rulings, assessments))
