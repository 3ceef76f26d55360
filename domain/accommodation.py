"""What was granted to a disabled candidate so that they are judged as others are? (aménagement)

The reason is between the candidate and the disability officer; assessors, jury and invigilator see the measure. No
medical paper enters the log: the officer is shown it, and notes in the request's own sealed text what it says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.fact import Fact, Personal, Retention, stream_of
from domain.ports import CandidacyId, PersonId
from domain.refusal import Refused
from domain.rulebook.accommodation_rules import AccommodationRules, Measure

MOST_MINUTES = 600
"""Of breaks in one épreuve."""


class AccommodationUnderWay(Refused):
    """One request for an accommodation is answered before the next is made."""

    fr = "Une demande d'aménagement reçoit sa réponse avant qu'une autre soit faite."


class NoAccommodationUnderWay(Refused):
    """An accommodation is granted or refused to who asked for it, and has no answer yet."""

    fr = "Un aménagement est accordé ou refusé à qui l'a demandé et attend une réponse."


class NoSuchMeasure(Refused):
    """An accommodation grants a measure: extra time up to as much again, a reader, breaks, or to be remote."""

    fr = (
        "Un aménagement accorde une mesure : un temps majoré, du double au plus, un lecteur, des pauses, la distance."
    )
    kind = "invalid"


class MeasureNotProvided(Refused):
    """Where the rulebook says which accommodations are granted, no other is, nor more of one than it says."""

    fr = "Où le règlement dit quels aménagements s'accordent, nul autre ne l'est, ni plus qu'il ne le dit."
    source = "the certifier's rulebook (accommodations)"
    source_fr = "le règlement du certificateur (aménagements)"


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a whole, kept as it was said so that nothing is rounded: a third is 1 and 3."""

    numerator: int
    denominator: int


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What is granted: more time, somebody who reads, minutes of break in all, to sit remotely."""

    extra_time: Share | None = None
    reader: bool = False
    breaks: int = 0
    remote: bool = False

    def minutes(self, stated: int) -> int:
        """How long this candidate may work, of an épreuve of so many minutes: exact, rounded up to the minute."""
        extra = self.extra_time
        if extra is None:
            return stated
        return -(-stated * (extra.denominator + extra.numerator) // extra.denominator)

    def check(self) -> None:
        """Refuse what grants nothing, or what no épreuve could follow."""
        extra = self.extra_time
        sound = extra is None or 0 < extra.numerator <= extra.denominator
        if self == Measures() or not sound or not 0 <= self.breaks <= MOST_MINUTES:
            raise NoSuchMeasure

    def granted(self) -> frozenset[Measure]:
        """Which measures these are."""
        said = {
            Measure.EXTRA_TIME: self.extra_time is not None,
            Measure.READER: self.reader,
            Measure.BREAKS: self.breaks > 0,
            Measure.REMOTE: self.remote,
        }
        return frozenset(measure for measure, is_granted in said.items() if is_granted)

    def check_provided(self, rules: AccommodationRules | None) -> None:
        """Refuse a measure that the rulebook does not provide for, or more of one; a silent one leaves it free."""
        if rules is None:
            return
        if beyond := sorted(self.granted() - set(rules.measures)):
            raise MeasureNotProvided(*(measure.value for measure in beyond))
        extra, most = self.extra_time, rules.extra_time
        if extra and most and extra.numerator * most.of > most.parts * extra.denominator:
            raise MeasureNotProvided(Measure.EXTRA_TIME.value)
        if rules.breaks is not None and self.breaks > rules.breaks:
            raise MeasureNotProvided(Measure.BREAKS.value)


@dataclass(frozen=True, kw_only=True)
class AccommodationRequested(Fact):
    """The candidate asked for an accommodation (demande d'aménagement); the disability officer alone reads why."""

    fr = "Le candidat a demandé un aménagement ; seul le référent handicap lit pourquoi."
    said_fr = "Un aménagement a été demandé ; seul·e le ou la référent·e handicap en lit le motif."
    said_en = "An accommodation was asked for; the disability officer alone reads why."
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.ACCESSIBILITY]


@dataclass(frozen=True, kw_only=True)
class AccommodationGranted(Fact):
    """The disability officer granted measures: they hold for all that follows, in place of any granted before."""

    fr = "Le référent handicap a accordé des mesures, qui remplacent les précédentes."
    said_fr = "Un aménagement a été accordé : {measures}."
    said_en = "An accommodation was granted: {measures}."
    candidacy: CandidacyId
    measures: Measures


@dataclass(frozen=True, kw_only=True)
class AccommodationRefused(Fact):
    """The disability officer granted nothing, and told the candidate why; what was granted before stays."""

    fr = "Le référent handicap n'a rien accordé, et en a dit le motif au candidat."
    said_fr = "L'aménagement demandé n'a pas été accordé."
    said_en = "The accommodation asked for was not granted."
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.ACCESSIBILITY]


AccommodationFact = AccommodationRequested | AccommodationGranted | AccommodationRefused


@dataclass(frozen=True, kw_only=True)
class Accommodation:
    """What one candidacy was granted, and whether a request waits for its answer."""

    id: UUID
    version: int = 0
    waits: bool = False
    measures: Measures = Measures()

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """The stream of a candidacy's accommodations."""
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
        """Grant measures of the rulebook to who asked: never to oneself; `by` are the files of who answers."""
        self._answer(candidacy, by)
        measures.check()
        measures.check_provided(rules)
        return AccommodationGranted(candidacy=candidacy.id, measures=measures)

    def refuse(self, candidacy: Candidacy, reason: str, *, by: frozenset[PersonId]) -> AccommodationRefused:
        """Grant nothing, with a reason for the candidate."""
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
