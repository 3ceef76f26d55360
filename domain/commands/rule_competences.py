"""How does a jury rule on competences?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from domain.commission import proposed
from domain.deliberation import Deliberation, Ruling, before
from domain.fraud import Fraud
from domain.handed_in import handed_in
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class RuleCompetences:
    """Rule competences acquired or not, with the reasons due (apprécier des compétences).

    Loads what every decision relies on, the deliberation, and what `handed_in` reads the marks
    from; and what was found of the candidate's cheating.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    session: SessionId
    candidacy: CandidacyId
    rulings: tuple[Ruling, ...]

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record a CompetenceRuled for each ruling, or CompetenceProposed where a commission rules."""
        hearing = before(log, self.session, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(hearing.candidacy.terms.candidate))
        hearing = replace(hearing, void=fraud.voided(self.candidacy))
        deliberation = log.find(Deliberation, self.subject)
        marks = handed_in(log, hearing.candidacy, hearing.rules.content)
        ruled = deliberation.rule(hearing, self.rulings, marks)
        if hearing.session.commission:
            log.record(deliberation, *(proposed(each) for each in ruled))
        else:
            log.record(deliberation, *ruled)
