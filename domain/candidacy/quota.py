"""The yearly quota of a route and the places it has given (contingent annuel).

The places taken by one route of one framework in one year are on one stream, so that two candidates cannot both take
the last one. A place is never given back: the quota counts admissions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from domain.candidacy.facts import PlacesFact, PlaceTaken
from domain.fact import stream_of
from domain.framework.definition import Route
from domain.ports import CandidacyId, FrameworkId
from domain.refusal import Refused, Violation
from domain.rulebook.journey_rules import YearlyPlaces


class QuotaReached(Refused):
    """A route admits no more candidates in a year than the rulebook says."""

    fr = "Une voie d'accès n'admet pas, dans l'année, plus de candidats que le règlement ne le dit."
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


@dataclass(frozen=True, kw_only=True)
class Places:
    """The places that one route of a framework has given in one year."""

    id: UUID
    version: int = 0
    taken: frozenset[CandidacyId] = frozenset()

    @staticmethod
    def id_of(framework: FrameworkId, route: Route, year: int) -> UUID:
        """Return the stream id of a year's places: unique by framework version, route and year."""
        return stream_of("places", framework, route.value, year)

    def take(self, place: PlaceTaken, allowed: YearlyPlaces) -> PlaceTaken | None:
        """Take a place, if there is one left; return None for a candidacy that already has one this year."""
        if place.candidacy in self.taken:
            return None
        if len(self.taken) >= allowed.places:
            raise QuotaReached(allowed.places, violations=(_limit(allowed),))
        return place

    def evolve(self, fact: PlacesFact) -> Self:
        return replace(self, taken=self.taken | {fact.candidacy})


def _limit(allowed: YearlyPlaces) -> Violation:
    return Violation(
        "yearly-quota",
        f"{allowed.places} candidates a year by route {allowed.route.value}.",
        f"{allowed.places} candidats par an par la voie {allowed.route.value}.",
        allowed.source,
    )
