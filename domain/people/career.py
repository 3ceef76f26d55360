"""A person's career: affiliations and qualities, each with its period (qualités d'un juré).

Nobody enters what a seat of a jury counts as: it follows, on the day of the session, from dated facts about the
person. Organisations, qualities and days are in clear, since rules read them; the ground is sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never

from domain.framework.jury_rule import Quality, Side
from domain.people.facts import AffiliationStated, CareerFact, OrganisationLink, QualityRecognised
from domain.ports import OrganisationId, PersonId
from domain.refusal import Refused


class PeriodReversed(Refused):
    """What is stated of a person ends no earlier than it begins."""

    fr = "Ce qui est déclaré d'une personne ne finit pas avant de commencer."
    kind = "invalid"


class ExternalityIsComputed(Refused):
    """Whether a juror comes from outside follows from their employment and mandates: nobody recognises it."""

    fr = "Qu'un juré soit extérieur résulte de ses emplois et mandats : nul ne le reconnaît."
    kind = "invalid"


class QualifiedInWhat(Refused):
    """Who is qualified is qualified in a certification, and no other quality names one."""

    fr = "Une personne qualifiée l'est au titre d'une certification, et aucune autre qualité n'en nomme."
    kind = "invalid"


class QualityUngrounded(Refused):
    """A quality is recognised on a ground that is written down, and by somebody else."""

    fr = "Une qualité est reconnue sur un motif écrit, et par quelqu'un d'autre."
    kind = "invalid"


class OneSideAtATime(Refused):
    """Nobody represents employers and employees on the same day: each side sends a person of its own."""

    fr = "Nul ne représente employeurs et salariés le même jour : chaque collège envoie sa propre personne."
    source = "{sheet}, composition of juries: a representative of each side"
    source_fr = "{sheet}, composition des jurys : un représentant de chaque collège"


class StatedByAnother(Refused):
    """What somebody else stated of one's employment or mandate one does not restate oneself: the registrar does."""

    fr = (
        "Ce qu'un autre a déclaré de son emploi ou de son mandat, on ne le redéclare pas soi-même : "
        "le gestionnaire le fait."
    )


@dataclass(frozen=True, kw_only=True)
class Span:
    """A period in days; without `until`, it is open."""

    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        """Return whether the day is in the period."""
        return self.since <= on <= (self.until or date.max)

    def meets(self, other: Span) -> bool:
        """Return whether the two periods have a day in common."""
        return self.since <= (other.until or date.max) and other.since <= (self.until or date.max)


SIDES = {Quality.EMPLOYERS: Side.EMPLOYERS, Quality.EMPLOYEES: Side.EMPLOYEES}


@dataclass(frozen=True, kw_only=True)
class Career:
    """The statements about one person: affiliations, by organisation, link and first day; likewise qualities."""

    affiliations: tuple[tuple[OrganisationId, OrganisationLink, Span], ...] = ()
    qualities: tuple[tuple[Quality, str | None, Span], ...] = ()
    said_by: Mapping[tuple[OrganisationId, OrganisationLink, date], PersonId] = field(default_factory=dict)
    """The person who last stated each affiliation of this file."""

    def affiliate(self, stated: AffiliationStated, names: AbstractSet[PersonId]) -> AffiliationStated:
        """State an employment or a mandate; the owner of these files may only change what nobody else stated."""
        _in_order(stated.since, stated.until)
        said = (stated.organisation, stated.link, stated.since)
        if stated.stated_by in names and said in self.said_by and self.said_by[said] not in names:
            raise StatedByAnother(stated.organisation)
        return stated

    def recognise(self, stated: QualityRecognised) -> QualityRecognised:
        """Recognise a quality; never being external, and only one side at a time."""
        _in_order(stated.since, stated.until)
        if stated.quality is Quality.EXTERNAL:
            raise ExternalityIsComputed(stated.quality.value)
        if (stated.quality is Quality.QUALIFIED) != (stated.certification is not None):
            raise QualifiedInWhat(stated.quality.value)
        span = Span(since=stated.since, until=stated.until)
        others = set(SIDES) - {stated.quality} if stated.quality in SIDES else set()
        if any(quality in others and held.meets(span) for quality, _, held in self.qualities):
            raise OneSideAtATime(stated.quality.value)
        return stated

    def organisations(self, on: date) -> frozenset[OrganisationId]:
        """Return the organisations where the person works or holds a mandate on this day."""
        return frozenset(organisation for organisation, _, span in self.affiliations if span.holds(on))

    def placed(self, on: date, names: AbstractSet[PersonId]) -> frozenset[OrganisationId]:
        """Return the same, as stated by somebody else; `names` are the files of the owner of the career."""
        return frozenset(
            organisation
            for organisation, link, span in self.affiliations
            if span.holds(on) and self.said_by.get((organisation, link, span.since)) not in names
        )

    def side(self, on: date) -> Side | None:
        """Return the side that the person represents on this day; None if their files disagree."""
        held = {SIDES[quality] for quality, _, span in self.qualities if quality in SIDES and span.holds(on)}
        return held.pop() if len(held) == 1 else None

    def years(self, quality: Quality, certification: str | None, on: date) -> int | None:
        """Return for how many full years, without a break, the person has had this quality; None if they have not."""
        spans = sorted(
            (span.since, span.until or date.max)
            for each, of, span in self.qualities
            if (each, of) == (quality, certification) and span.since <= on
        )
        since, until = date.max, date.min  # of the latest unbroken period: one may continue where another ends
        for begins, ends in spans:
            since = since if begins.toordinal() <= until.toordinal() + 1 else begins
            until = max(until, ends)
        return _full_years(since, on) if since <= on <= until else None

    def worked_with(self, other: Career, on: date, *, past: bool) -> bool:
        """Return whether one organisation employs both on that day; or did before, if the past counts."""
        return any(
            mine == theirs and _together(span, others, on, past=past)
            for mine, link, span in self.affiliations
            for theirs, other_link, others in other.affiliations
            if link is other_link is OrganisationLink.EMPLOYMENT
        )

    def employs(self, other: Career, on: date, *, past: bool) -> bool:
        """Return whether one of them has a mandate in the organisation that employs the other.

        On that day; or on some day until then, if the past counts (`past`).
        """
        return any(
            mine == theirs
            and {link, other_link} == {OrganisationLink.EMPLOYMENT, OrganisationLink.MANDATE}
            and _together(span, others, on, past=past)
            for mine, link, span in self.affiliations
            for theirs, other_link, others in other.affiliations
        )

    def evolve(self, fact: CareerFact) -> Self:
        match fact:
            case AffiliationStated(organisation=organisation, link=link, since=since, until=until, stated_by=by):
                said_by = {**self.said_by, (organisation, link, since): by}
                kept = tuple(
                    each for each in self.affiliations if (*each[:2], each[2].since) != (organisation, link, since)
                )
                affiliations = (*kept, (organisation, link, Span(since=since, until=until)))
                return replace(self, affiliations=affiliations, said_by=said_by)
            case QualityRecognised(quality=quality, certification=certification, since=since, until=until):
                held = tuple(
                    each for each in self.qualities if (*each[:2], each[2].since) != (quality, certification, since)
                )
                return replace(self, qualities=(*held, (quality, certification, Span(since=since, until=until))))
            case _:
                assert_never(fact)


def check_ground(quality: Quality, ground: str, by: PersonId | None, names: AbstractSet[PersonId]) -> None:
    """Refuse a quality without a ground, or stated by its holder; `names` are the holder's files."""
    if not ground.strip() or by in names:
        raise QualityUngrounded(quality.value)


def _together(one: Span, other: Span, on: date, *, past: bool) -> bool:
    """Return whether both periods include that day; or have a common day until then, if the past counts."""
    met = past and one.meets(other) and max(one.since, other.since) <= on
    return met or (one.holds(on) and other.holds(on))


def _in_order(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise PeriodReversed(until.isoformat())


def _full_years(since: date, on: date) -> int:
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))
