"""How does a candidate question that a fraud was found, or its sanction?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.access import reach
from domain.fraud import Fraud
from domain.lifting import question
from domain.ports import CandidacyId, Log, Role
from domain.review import Ground


@dataclass(frozen=True, kw_only=True)
class QuestionFinding:
    """Ask that the finding of a fraud, or one sanction, be reviewed (contester une fraude établie, une sanction).

    For a material error or its procedure. Loads the candidacy and what was said of its candidate's cheating.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE})
    candidacy: CandidacyId
    case: UUID
    ground: Ground
    statement: str
    sanction: str | None = None

    def execute(self, log: Log) -> None:
        """Record FindingQuestioned."""
        candidacy = reach(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        asked = question(
            fraud,
            candidacy,
            self.case,
            self.sanction,
            ground=self.ground,
            statement=self.statement,
            today=log.today,
        )
        log.record(fraud, asked)
