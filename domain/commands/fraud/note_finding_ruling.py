from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.appeal.refold import FOLLOWS
from domain.appeal.review import Judgement
from domain.fraud.facts import FindingJudged, FindingLifted
from domain.fraud.fraud import Fraud
from domain.fraud.lifting import judge
from domain.fraud.suspicion import lift_finding
from domain.jury.access import run
from domain.jury.facts import DecisionRestored
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class NoteFindingRuling:
    """Note that a court let a finding, or a sanction, stand or annulled it (consigner une décision de justice).

    Nobody needs to have asked for a review before. Loads what AnswerFinding loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (FindingJudged, FindingLifted, DecisionRestored, *FOLLOWS)
    candidacy: CandidacyId
    case: UUID
    court: str
    ruled_on: date
    reference: str
    annuls: bool
    sanction: str | None = None

    def execute(self, log: Log) -> None:
        """Record FindingJudged; if it annuls also FindingLifted, and what stands again.

        That is DecisionRestored, CreditRestored, TitleRestored, TitleReinstated.
        """
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        judgement = Judgement(court=self.court, ruled_on=self.ruled_on, reference=self.reference, annuls=self.annuls)
        said = judge(fraud, candidacy, self.case, sanction=self.sanction, judgement=judgement, today=log.today)
        log.record(fraud, said)
        if self.annuls:
            reason = f"{self.court}, {self.ruled_on.isoformat()}, {self.reference}"
            lift_finding(log, candidacy, fraud.evolve(said), self.case, reason)
