from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.fraud.facts import SanctionPronounced
from domain.fraud.fraud import Asked, Fraud
from domain.fraud.suspicion import suspicion
from domain.jury.access import run
from domain.jury.facts import SummonsFell
from domain.jury.presence import falls, let_fall
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class PronounceSanction:
    """Pronounce a sanction that the rulebook lists, apart from any ruling (prononcer une sanction).

    Loads what reporting loads.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (SanctionPronounced, SummonsFell)
    candidacy: CandidacyId
    case: UUID
    sanction: Asked
    reason: str

    @property
    def subject(self) -> CandidacyId:
        """What the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record SanctionPronounced; and SummonsFell for each jury to come that an exclusion reaches."""
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        about = suspicion(log, candidacy)
        pronounced = fraud.sanction(
            about, self.case, self.sanction, reason=self.reason, by=log.actor, today=log.today
        )
        log.record(fraud, pronounced)
        for session, said in about.juries:
            if self.candidacy in session.listed and falls(said, session, pronounced.until):
                log.record(said, let_fall(said, session, self.candidacy, pronounced.until, log.today))
