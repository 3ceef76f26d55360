from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.fraud.facts import FraudReported
from domain.fraud.fraud import Fraud, Matter
from domain.fraud.suspicion import suspicion, withhold
from domain.jury.access import run
from domain.jury.facts import ReleaseWithheld
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class ReportFraud:
    """Report a fraud, as the registrar, an assessor or a juror of the dossier (signaler une fraude).

    Loads the candidacy and what `suspicion` loads. Results on this candidate that are not released yet are withheld.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR, Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (FraudReported, ReleaseWithheld)
    candidacy: CandidacyId
    matter: Matter
    statement: str

    def execute(self, log: Log) -> None:
        """Record FraudReported, and ReleaseWithheld on each session whose results are not released."""
        candidacy = run(log, self.candidacy)
        found = suspicion(log, candidacy, frozenset(self.matter.evidence))
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        log.record(fraud, fraud.report(found, log.new_id("fraud"), self.matter, self.statement, log.actor))
        withhold(log, found)
