from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.ports import CandidacyId, Log, Role
from domain.register.certificates import Papers, held
from domain.register.facts import CertificateIssued


@dataclass(frozen=True, kw_only=True)
class IssueCertificate:
    """Issue the certificate of a title in the register (délivrer le parchemin).

    It names its holder by the identity on file. Loads what `held` loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CertificateIssued,)
    candidacy: CandidacyId
    issued_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record CertificateIssued, for today if no day is given."""
        found, papers = held(log, self.candidacy), log.find(Papers, Papers.id_of(self.candidacy))
        log.record(papers, papers.certify(found, self.issued_on or log.today, log.today))
