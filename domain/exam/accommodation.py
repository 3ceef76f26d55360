"""Accommodations granted to a disabled candidate, for an equal assessment (aménagement).

A body that awards diplomas, titles or certificates adapts their assessment (Code du travail D5211-2 to D5211-6). The
reason is known to the candidate and the disability officer only; assessors, jury and invigilator see the measure. No
medical paper enters the log: the officer is shown it, and writes its content in the request's own sealed text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, assert_never
from uuid import UUID

from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.exam.facts import AccommodationFact, AccommodationGranted, AccommodationRefused, AccommodationRequested
from domain.exam.measures import Measures
from domain.fact import Personal, stream_of
from domain.ports import CandidacyId, PersonId
from domain.refusal import Refused
from domain.rulebook.accommodation_rules import AccommodationRules


class AccommodationUnderWay(Refused):
    """One request for an accommodation is answered before the next is made."""

    fr = "Une demande d'aménagement reçoit sa réponse avant qu'une autre soit faite."


class NoAccommodationUnderWay(Refused):
    """An accommodation is granted or refused to who asked for it, and has no answer yet."""

    fr = "Un aménagement est accordé ou refusé à qui l'a demandé et attend une réponse."
    source = "Code du travail D5211-2 to D5211-6 (LEGIARTI000018526179, LEGIARTI000018526171)"
    source_fr = "Code du travail D5211-2 à D5211-6 (LEGIARTI000018526179, LEGIARTI000018526171)"


@dataclass(frozen=True, kw_only=True)
class Accommodation:
    """The measures granted in one candidacy, and whether a request is pending."""

    id: UUID
    version: int = 0
    waits: bool = False
    measures: Measures = Measures()

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """Return the stream id of a candidacy's accommodations."""
        return stream_of("accommodation", candidacy)

    def request(self, candidacy: Candidacy, reason: str) -> AccommodationRequested:
        """Ask for an accommodation, one request at a time."""
        if self.waits:
            raise AccommodationUnderWay(self.id)
        return AccommodationRequested(candidacy=candidacy.id, reason=Personal(reason, candidacy.terms.candidate))

    def grant(
        self,
        candidacy: Candidacy,
        measures: Measures,
        rules: AccommodationRules | None,
        *,
        by: frozenset[PersonId],
    ) -> AccommodationGranted:
        """Grant measures of the rulebook to an applicant; never to oneself. `by` are the files of the officer."""
        self._answer(candidacy, by)
        measures.check()
        measures.check_provided(rules)
        return AccommodationGranted(candidacy=candidacy.id, measures=measures)

    def refuse(self, candidacy: Candidacy, reason: str, *, by: frozenset[PersonId]) -> AccommodationRefused:
        """Refuse all measures, with a reason for the candidate."""
        self._answer(candidacy, by)
        return AccommodationRefused(candidacy=candidacy.id, reason=Personal(reason, candidacy.terms.candidate))

    def _answer(self, candidacy: Candidacy, by: frozenset[PersonId]) -> None:
        if candidacy.terms.candidate in by:
            raise OwnWork(candidacy.id)
        if not self.waits:
            raise NoAccommodationUnderWay(self.id)

    def evolve(self, fact: AccommodationFact) -> Self:
        match fact:
            case AccommodationRequested():
                return replace(self, waits=True)
            case AccommodationGranted(measures=measures):
                return replace(self, waits=False, measures=measures)
            case AccommodationRefused():
                return replace(self, waits=False)
            case _:
                assert_never(fact)
