from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.facts import IncidentReported
from domain.jury.access import oneself, watch
from domain.ports import CandidacyId, Log, Role, SittingId


@dataclass(frozen=True, kw_only=True)
class ReportIncident:
    """Report an incident about a candidate who is present (signaler un incident).

    Loads the sitting, and the files of the invigilator.
    """

    roles: ClassVar = frozenset({Role.INVIGILATOR})
    records: ClassVar = (IncidentReported,)
    sitting: SittingId
    candidacy: CandidacyId
    account: str

    def execute(self, log: Log) -> None:
        sitting = watch(log, self.sitting)
        reported = sitting.report(self.candidacy, self.account, by=log.actor.who)
        sitting.check_other(self.candidacy, oneself(log))
        log.record(sitting, reported)
