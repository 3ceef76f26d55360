from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.ports import CandidacyId, Log, Role
from domain.register.attestations import Attestations
from domain.register.certificates import held
from domain.register.facts import Attestation, AttestationIssued


@dataclass(frozen=True, kw_only=True)
class IssueAttestation:
    """Issue an attestation that the candidate asked for, as of today (délivrer une attestation).

    Loads what `held` loads, and the candidacy's attestations.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (AttestationIssued,)
    candidacy: CandidacyId
    attestation: Attestation

    def execute(self, log: Log) -> None:
        found = log.find(Attestations, Attestations.id_of(self.candidacy))
        log.record(found, found.issue(self.attestation, held(log, self.candidacy), log.today))
