from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.refold import FOLLOWS
from domain.fraud.facts import FindingAnswered, FindingLifted
from domain.fraud.fraud import Fraud
from domain.fraud.lifting import answer
from domain.fraud.suspicion import lift_finding
from domain.jury.access import oneself, run
from domain.jury.facts import DecisionRestored
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class AnswerFinding:
    """Reject the review of a finding or a sanction with reasons, or accept it and lift it (répondre, lever).

    By nobody who reported the fraud, found it or pronounced a sanction that is questioned. Loads what questioning it
    loads; where it lifts also what reporting a fraud loads, and what `refold` finds.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (FindingAnswered, FindingLifted, DecisionRestored, *FOLLOWS)
    candidacy: CandidacyId
    case: UUID
    accepted: bool
    reason: str

    @property
    def subject(self) -> CandidacyId:
        """What the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record FindingAnswered; if accepted also FindingLifted, and what stands again.

        That is DecisionRestored, CreditRestored, TitleRestored, TitleReinstated.
        """
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        said = answer(fraud, candidacy, self.case, accepted=self.accepted, reason=self.reason, by=oneself(log))
        log.record(fraud, said)
        if self.accepted:
            lift_finding(log, candidacy, fraud.evolve(said), self.case, self.reason)
