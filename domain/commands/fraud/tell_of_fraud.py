from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.fraud.facts import FraudToldToCandidate
from domain.fraud.fraud import Fraud
from domain.fraud.suspicion import suspicion
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class TellOfFraud:
    """Inform the candidate of the report and of the day of their hearing (informer le candidat).

    Loads what reporting loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (FraudToldToCandidate,)
    candidacy: CandidacyId
    case: UUID
    hearing_on: date

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        log.record(fraud, fraud.tell(suspicion(log, candidacy), self.case, self.hearing_on, log.today))
