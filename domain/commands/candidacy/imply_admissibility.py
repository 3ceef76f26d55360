from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from domain.calendar import PARIS, day_in
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import AdmissibilityImplied
from domain.candidacy.feasibility import SilenceNotOver, hours_of
from domain.candidacy.silence import silence
from domain.ports import CandidacyId, Log, Role
from domain.streams.read_back import Again, Append


def _at(append: Append) -> datetime:
    """Return an instant of the day in Paris at which it was the recorded day in the zone that counts."""
    first, end = hours_of(append.today)
    law = silence(append, append.load(Candidacy, append.stream(Candidacy)))
    early = law is not None and day_in(law.calendar.zone, first) == append.one(AdmissibilityImplied).found_on
    return first if early else end - timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class ImplyAdmissibility:
    """Record that the certifier was silent to the end of its time, which admits the candidacy by law.

    `at` is the instant given by the server's clock, past midnight of the last day in the zone that counts. Loads the
    candidacy, its rulebook and the law.
    """

    roles: ClassVar = frozenset({Role.SYSTEM})
    records: ClassVar = (AdmissibilityImplied,)
    again: ClassVar[Again] = {"at": _at}
    candidacy: CandidacyId
    at: datetime

    def execute(self, log: Log) -> None:
        if day_in(PARIS, self.at) != log.today:
            raise SilenceNotOver(self.at.isoformat())
        candidacy = log.load(Candidacy, self.candidacy)
        candidacy.check_admissibility_open()
        log.record(candidacy, candidacy.feasibility.imply(silence(log, candidacy), self.at))
