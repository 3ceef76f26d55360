from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.ports import CandidacyId, Log, Role
from domain.register.certificates import Papers, held
from domain.register.facts import CertificateStruck, ReissuedForMaterialError
from domain.register.register import Register


@dataclass(frozen=True, kw_only=True)
class ReissueForMaterialError:
    """Reissue a certificate with a misspelt identity, and strike the first (rééditer pour erreur matérielle).

    Without a `block`, the title's. Two people first correct the identity (ProposeIdentityCorrection,
    ApproveIdentityCorrection). Loads what `held` loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ReissuedForMaterialError, CertificateStruck)
    candidacy: CandidacyId
    block: int | None = None
    issued_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record ReissuedForMaterialError, for today if no day is given; for a title also CertificateStruck."""
        found, papers = held(log, self.candidacy), log.find(Papers, Papers.id_of(self.candidacy))
        anew, struck = papers.replace_misspelt(found, self.block, self.issued_on or log.today, log.today)
        log.record(papers, anew)
        if struck is not None:
            log.record(log.find(Register, Register.id_of(found.candidacy.terms.framework)), struck)
