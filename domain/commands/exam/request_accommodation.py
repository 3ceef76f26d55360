from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationRequested
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class RequestAccommodation:
    """Ask for an accommodation of the assessment, with the reason (demander un aménagement).

    Loads the candidacy, and what was asked and granted before. The officer keys a request that came on paper.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.DISABILITY_OFFICER})
    records: ClassVar = (AccommodationRequested,)
    candidacy: CandidacyId
    reason: str

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        accommodation = log.find(Accommodation, Accommodation.id_of(self.candidacy))
        log.record(accommodation, accommodation.request(candidacy, self.reason))
