from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.jury.access import by_post, handing_in
from domain.ports import CandidacyId, Log, Role
from domain.register.attestations import Attestations, RequestMisdated
from domain.register.facts import Attestation, AttestationRequested
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class RequestAttestation:
    """Request an attestation of the results obtained, or for a leave (demander une attestation).

    A candidate does so on the portal, today; a registrar keys a letter, with the day of its receipt if it is not
    today. Loads the candidacy and its attestations.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (AttestationRequested,)
    again: ClassVar[Again] = {
        "received_on": lambda append: append.one(AttestationRequested).requested_on if by_post(append) else None
    }
    candidacy: CandidacyId
    attestation: Attestation
    received_on: date | None = None

    def execute(self, log: Log) -> None:
        candidacy = handing_in(log, self.candidacy)
        if self.received_on and not by_post(log):
            raise RequestMisdated(self.attestation.value)
        found = log.find(Attestations, Attestations.id_of(candidacy.id))
        log.record(found, found.request(candidacy.id, self.attestation, self.received_on or log.today, log.today))
