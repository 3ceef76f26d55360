from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationRefused
from domain.jury.access import oneself
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class RefuseAccommodation:
    """Refuse an accommodation to an applicant, with the reason (refuser un aménagement).

    Loads the candidacy, the files of the officer, and what was asked and granted before.
    """

    roles: ClassVar = frozenset({Role.DISABILITY_OFFICER})
    records: ClassVar = (AccommodationRefused,)
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Accommodation.id_of(self.candidacy)

    def execute(self, log: Log) -> None:
        candidacy = log.load(Candidacy, self.candidacy)
        accommodation = log.find(Accommodation, self.subject)
        log.record(accommodation, accommodation.refuse(candidacy, self.reason, by=oneself(log)))
