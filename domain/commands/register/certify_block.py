from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.ports import CandidacyId, Log, Role
from domain.register.certificates import Papers, held
from domain.register.facts import BlockCertified


@dataclass(frozen=True, kw_only=True)
class CertifyBlock:
    """Issue the certificate of a block (délivrer une attestation de bloc). Loads what `held` loads."""

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (BlockCertified,)
    candidacy: CandidacyId
    block: int
    issued_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record BlockCertified, for today if no day is given."""
        found, papers = held(log, self.candidacy), log.find(Papers, Papers.id_of(self.candidacy))
        issued_on = self.issued_on or log.today
        log.record(papers, papers.certify_block(found, self.block, issued_on, log.today))
