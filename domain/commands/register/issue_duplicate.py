from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.ports import CandidacyId, Log, Role
from domain.register.certificates import Papers, held
from domain.register.facts import DuplicateIssued, Loss


@dataclass(frozen=True, kw_only=True)
class IssueDuplicate:
    """Issue a duplicate of a lost certificate, of the title or of a block (délivrer un duplicata).

    Without a `block`, the title's. It has the text of the lost one. Loads what `held` loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (DuplicateIssued,)
    candidacy: CandidacyId
    loss: Loss
    block: int | None = None
    issued_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record DuplicateIssued, for today if no day is given."""
        found, papers = held(log, self.candidacy), log.find(Papers, Papers.id_of(self.candidacy))
        issued_on = self.issued_on or log.today
        log.record(papers, papers.duplicate(found, self.block, self.loss, issued_on, log.today))
