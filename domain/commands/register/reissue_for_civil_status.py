from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.ports import CandidacyId, Log, Role
from domain.register.certificates import Papers, held
from domain.register.facts import ReissuedForCivilStatus


@dataclass(frozen=True, kw_only=True)
class ReissueForCivilStatus:
    """Reissue a certificate, under its number, after a change of civil status (rééditer).

    Without a `block`, the title's. Two people first record the change on the person (ProposeIdentityCorrection,
    ApproveIdentityCorrection). Loads what `held` loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ReissuedForCivilStatus,)
    candidacy: CandidacyId
    block: int | None = None
    issued_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record ReissuedForCivilStatus, for today if no day is given."""
        found, papers = held(log, self.candidacy), log.find(Papers, Papers.id_of(self.candidacy))
        issued_on = self.issued_on or log.today
        log.record(papers, papers.reissue(found, self.block, issued_on, log.today))
