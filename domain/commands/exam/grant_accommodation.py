from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationGranted
from domain.exam.measures import Measures
from domain.jury.access import oneself
from domain.ports import CandidacyId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class GrantAccommodation:
    """Grant more time, a reader, breaks or remote attendance to an applicant (accorder un aménagement).

    Loads the candidacy and its rulebook, the files of the officer, and what was asked and granted before.
    """

    roles: ClassVar = frozenset({Role.DISABILITY_OFFICER})
    records: ClassVar = (AccommodationGranted,)
    candidacy: CandidacyId
    measures: Measures

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Accommodation.id_of(self.candidacy)

    def execute(self, log: Log) -> None:
        candidacy = log.load(Candidacy, self.candidacy)
        accommodation = log.find(Accommodation, self.subject)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content.accommodations
        log.record(accommodation, accommodation.grant(candidacy, self.measures, rules, by=oneself(log)))
