from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.fraud.facts import CandidateHeardOnFraud
from domain.fraud.fraud import Fraud
from domain.fraud.suspicion import suspicion
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class HearOnFraud:
    """Record what the candidate said, or that they did not come (entendre le candidat).

    Without a `statement`, they did not come. Loads what reporting loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CandidateHeardOnFraud,)
    candidacy: CandidacyId
    case: UUID
    statement: str | None
    heard_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record CandidateHeardOnFraud, for today if no day is given."""
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        heard_on = self.heard_on or log.today
        heard = fraud.hear(suspicion(log, candidacy), self.case, self.statement, heard_on, log.today)
        log.record(fraud, heard)
