"""When does silence admit a candidate?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.calendar import PARIS, day_in
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.feasibility import SilenceNotOver
from domain.candidacy.silence import silence
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class ImplyAdmissibility:
    """Note that the certifier kept silent to the end of its time, which admits the candidacy by law.

    `at` is the instant that the server's clock gives: midnight of the last day has passed where the time counts.
    Loads the candidacy, its rulebook and the law.
    """

    roles: ClassVar = frozenset({Role.SYSTEM})
    candidacy: CandidacyId
    at: datetime

    def execute(self, log: Log) -> None:
        """Record AdmissibilityImplied."""
        if day_in(PARIS, self.at) != log.today:
            raise SilenceNotOver(self.at.isoformat())
        candidacy = log.load(Candidacy, self.candidacy)
        candidacy.check_admissibility_open()
        log.record(candidacy, candidacy.feasibility.imply(silence(log, candidacy), self.at))
