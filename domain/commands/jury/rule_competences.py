from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.commands.jury.marks_before_the_jury import to_rule_on
from domain.jury.commission import proposed
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CompetenceProposed, CompetenceRuled, KeyedFromPaper
from domain.jury.ruling import Ruling
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class RuleCompetences:
    """Rule competences acquired or not, with the reasons required (apprécier des compétences).

    Loads the deliberation, and what `to_rule_on` loads.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (CompetenceRuled, CompetenceProposed, KeyedFromPaper)
    session: SessionId
    candidacy: CandidacyId
    rulings: tuple[Ruling, ...]

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record a CompetenceRuled for each ruling, or CompetenceProposed where a commission rules.

        For a session held on paper, KeyedFromPaper before them.
        """
        context, marks = to_rule_on(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        ruled = deliberation.rule(context, self.rulings, marks)
        log.record(deliberation, *deliberation.keyed(context.session, self.candidacy, log.actor.who))
        if context.session.commission:
            log.record(deliberation, *(proposed(each) for each in ruled))
        else:
            log.record(deliberation, *ruled)
