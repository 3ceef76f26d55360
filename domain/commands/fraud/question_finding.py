from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.facts import ComplaintGround
from domain.fraud.facts import FindingQuestioned
from domain.fraud.fraud import Fraud
from domain.fraud.lifting import limit_of, question
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class QuestionFinding:
    """Ask for a review of the finding of a fraud, or of a sanction (contester une fraude établie, une sanction).

    For a material error or its procedure. Loads the candidacy, its candidate's fraud cases, the rulebook, and the
    decisions and notices of the juries annulled for it.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (FindingQuestioned,)
    candidacy: CandidacyId
    case: UUID
    ground: ComplaintGround
    statement: str
    sanction: str | None = None

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        asked = question(
            fraud,
            candidacy,
            self.case,
            self.sanction,
            ground=self.ground,
            statement=self.statement,
            today=log.today,
            limit=limit_of(log.find, fraud, self.candidacy, self.case, rules),
        )
        log.record(fraud, asked)
