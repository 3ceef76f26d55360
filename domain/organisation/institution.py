"""An organisation and its habilitations, with purpose, sites and days (organisme, partenaire habilité, centre).

Certifiers, partners and centres are organisations, never persons: their names and numbers are in clear.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self, assert_never
from uuid import UUID

from domain.calendar import months_after
from domain.fact import stream_of
from domain.framework.definition import Route
from domain.organisation.facts import (
    HabilitationEnded,
    HabilitationGranted,
    HabilitationReported,
    HabilitationResumed,
    HabilitationSuspended,
    InstitutionFact,
    OrganisationRegistered,
    Purpose,
)
from domain.organisation.siret import sound
from domain.people.naming import fit_name
from domain.people.unnamed import unnamed
from domain.ports import OrganisationId
from domain.refusal import Refused
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision


class NotASiret(Refused):
    """A SIRET has fourteen digits, the last of which checks the others."""

    fr = "Un SIRET compte quatorze chiffres, dont le dernier contrôle les autres."
    kind = "invalid"
    source = "Code de commerce R123-221 (known without having been read)"
    source_fr = "Code de commerce R123-221 (connu sans avoir été lu)"


class OrganisationAlreadyRegistered(Refused):
    """An organisation is registered once."""

    fr = "Un organisme n'est enregistré qu'une fois."


class HabilitationMisdated(Refused):
    """A habilitation, a suspension and an end follow one another in time, and within the days of the habilitation."""

    fr = "Une habilitation, une suspension et une fin se suivent dans le temps, dans les jours de l'habilitation."
    kind = "invalid"


class NoSuchHabilitation(Refused):
    """Only a habilitation that was granted, and of which no end is set, is suspended or resumed; or ends, once."""

    fr = "Seule une habilitation accordée, sans fin fixée, est suspendue ou reprise ; elle finit, une fois."


class HabilitationWithoutSite(Refused):
    """A habilitation to organise says at which sites."""

    fr = "Une habilitation à organiser dit sur quels sites."
    kind = "invalid"


class NothingToReport(Refused):
    """France compétences is told of what was changed in a habilitation, once."""

    fr = "France compétences est informée de ce qui a été modifié dans une habilitation, une fois."
    source = "Code du travail R6113-16-5: within two months; R6113-16 until 8 June 2025: three"
    source_fr = "Code du travail R6113-16-5 : deux mois ; R6113-16 jusqu'au 8 juin 2025 : trois"


class NotOfThisCentre(Refused):
    """Who comes for a training centre enrols for one that they work for on that day, as somebody else stated."""

    fr = (
        "Qui vient pour un centre de formation inscrit pour celui où il travaille ce jour-là, comme un autre l'a dit."
    )
    kind = "forbidden"


class CentreTrainsNotForIt(Refused):
    """A training centre enrols candidates for a certification that it is habilitated to train for on that day."""

    fr = "Un centre de formation inscrit à une certification pour laquelle il est habilité à former ce jour-là."


class ReportMisdated(Refused):
    """That France compétences was told is dated from today at the latest."""

    fr = "France compétences n'a pas été informée un jour qui n'est pas venu."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Habilitation:
    """One habilitation; `last_day` is that of its end, once set; `granted_until` the one first granted.

    `unreported` are the effective days of changes not yet reported to France compétences.
    """

    certification: str
    purpose: Purpose
    sites: tuple[str, ...]
    first_day: date
    last_day: date | None
    ended: bool = False
    suspensions: tuple[tuple[date, date | None], ...] = ()
    granted_until: date | None = None
    unreported: tuple[date, ...] = ()

    def in_force(self, on: date) -> bool:
        """Return whether it is in force on this day."""
        suspended = any(first <= on <= (last or date.max) for first, last in self.suspensions)
        return self.first_day <= on <= (self.last_day or date.max) and not suspended

    def changed(self, on: date) -> Habilitation:
        """Return a copy with a change of that day to report to France compétences."""
        return replace(self, unreported=(*self.unreported, on))

    def unended(self) -> Habilitation:
        """Return a copy without the report due for an end set before, which another end replaces."""
        if not self.ended or self.last_day not in self.unreported:
            return self
        at = self.unreported.index(self.last_day)
        return replace(self, unreported=self.unreported[:at] + self.unreported[at + 1 :])

    def resumed(self, on: date) -> Habilitation:
        """Return a copy in which every suspension that covers this day ended the day before."""
        before = on - timedelta(days=1)
        cut = [(first, before if first <= on <= (last or date.max) else last) for first, last in self.suspensions]
        return replace(self, suspensions=tuple((first, last) for first, last in cut if first <= (last or date.max)))

    def spans(self, first: date, last: date | None) -> bool:
        """Return whether these days are in order and within the period for which it was granted."""
        return self.first_day <= first <= (last or first) <= (self.last_day or date.max)


@dataclass(frozen=True, kw_only=True)
class Institution:
    """An organisation that certifies, trains or organises (organisme), with its habilitations."""

    id: OrganisationId
    version: int = 0
    legal_name: str = ""
    habilitations: dict[UUID, Habilitation] = field(default_factory=dict)

    @staticmethod
    def id_of(siret: str) -> OrganisationId:
        """Return the stream id of an organisation with a SIRET, which is unique."""
        return OrganisationId(stream_of("organisation", siret))

    def register(self, legal_name: str, siret: str | None) -> OrganisationRegistered:
        """Register the organisation, once; raise NameUnfit."""
        if self.version:
            raise OrganisationAlreadyRegistered(self.id)
        if siret is not None and not sound(siret):
            raise NotASiret(siret)
        return OrganisationRegistered(legal_name=fit_name(legal_name), siret=siret)

    def habilitate(self, granted: HabilitationGranted) -> HabilitationGranted:
        """Habilitate the organisation to train for a certification, organise its assessments at sites, or both."""
        if granted.last_day and granted.last_day < granted.first_day:
            raise HabilitationMisdated(granted.last_day.isoformat())
        if granted.purpose is not Purpose.TRAIN and not granted.sites:
            raise HabilitationWithoutSite(self.id)
        return granted

    def suspend(
        self, habilitation: UUID, first_day: date, last_day: date | None, ground: str
    ) -> HabilitationSuspended:
        """Suspend a habilitation for part of its period."""
        if not self._running(habilitation).spans(first_day, last_day):
            raise HabilitationMisdated(first_day.isoformat())
        return HabilitationSuspended(habilitation=habilitation, first_day=first_day, last_day=last_day, ground=ground)

    def resume(self, habilitation: UUID, resumed_on: date) -> HabilitationResumed:
        """Resume a suspended habilitation from a day."""
        suspensions = self._running(habilitation).suspensions
        if not any(first <= resumed_on <= (last or date.max) for first, last in suspensions):
            raise HabilitationMisdated(resumed_on.isoformat())
        return HabilitationResumed(habilitation=habilitation, resumed_on=resumed_on)

    def end(self, habilitation: UUID, last_day: date, ground: str, today: date) -> HabilitationEnded:
        """End a habilitation, by the last day for which it was granted; the day can change until it has passed."""
        found = self.habilitations.get(habilitation)
        if found is None or (found.ended and (found.last_day or date.max) < today):
            raise NoSuchHabilitation(habilitation)
        if not replace(found, last_day=found.granted_until).spans(last_day, None):
            raise HabilitationMisdated(last_day.isoformat())
        return HabilitationEnded(habilitation=habilitation, last_day=last_day, ground=ground)

    def report(
        self, habilitation: UUID, reported_on: date, up_to: date, reference: str, *, law: Law, today: date
    ) -> HabilitationReported:
        """Record that all changes of a habilitation effective by a day were reported to France compétences."""
        found = self.habilitations.get(habilitation)
        changes = tuple(day for day in found.unreported if day <= up_to) if found else ()
        if not changes:
            raise NothingToReport(habilitation)
        if reported_on > today:
            raise ReportMisdated(reported_on.isoformat())
        due_on, rule_set = report_due(changes, law) or (None, None)
        return HabilitationReported(
            habilitation=habilitation,
            reported_on=reported_on,
            up_to=up_to,
            reference=unnamed(reference),
            due_on=due_on,
            rule_set=rule_set,
        )

    def may(self, purpose: Purpose, certification: str, on: date, site: str | None = None) -> bool:
        """Return whether it may do this for a certification on a day; at that site, if one is given."""
        return any(
            each.certification == certification
            and each.purpose in {purpose, Purpose.BOTH}
            and each.in_force(on)
            and (site is None or site in each.sites)
            for each in self.habilitations.values()
        )

    def check_trains(self, certification: str, on: date) -> None:
        """Refuse a certification that it may not train for on a day."""
        if not self.may(Purpose.TRAIN, certification, on):
            raise CentreTrainsNotForIt(self.id)

    def belongs(self, certification: str, on: date) -> bool:
        """Return whether it holds a habilitation for a certification on a day, suspended or not.

        A suspension removes its right to act; its employees still do not count as coming from outside.
        """
        return any(
            each.certification == certification and each.spans(on, None) for each in self.habilitations.values()
        )

    def _running(self, habilitation: UUID) -> Habilitation:
        found = self.habilitations.get(habilitation)
        if found is None or found.ended:
            raise NoSuchHabilitation(habilitation)
        return found

    def evolve(self, fact: InstitutionFact) -> Self:
        match fact:
            case OrganisationRegistered(legal_name=legal_name):
                return replace(self, legal_name=legal_name)
            case HabilitationGranted():
                granted = Habilitation(
                    certification=fact.certification,
                    purpose=fact.purpose,
                    sites=fact.sites,
                    first_day=fact.first_day,
                    last_day=fact.last_day,
                    granted_until=fact.last_day,
                    unreported=(fact.first_day,),
                )
                return replace(self, habilitations={**self.habilitations, fact.habilitation: granted})
            case HabilitationSuspended() | HabilitationResumed() | HabilitationEnded() | HabilitationReported():
                return self._changed(fact)
            case _:
                assert_never(fact)

    def _changed(
        self, fact: HabilitationSuspended | HabilitationResumed | HabilitationEnded | HabilitationReported
    ) -> Self:
        found = self.habilitations.get(fact.habilitation)
        if found is None:  # possible only in a log that was tampered with
            return self
        match fact:
            case HabilitationSuspended(first_day=first, last_day=last):
                changed = replace(found.changed(first), suspensions=(*found.suspensions, (first, last)))
            case HabilitationResumed(resumed_on=resumed_on):
                changed = found.resumed(resumed_on).changed(resumed_on)
            case HabilitationEnded(last_day=last_day):
                changed = replace(found.unended().changed(last_day), last_day=last_day, ended=True)
            case HabilitationReported(up_to=up_to):
                changed = replace(found, unreported=tuple(day for day in found.unreported if day > up_to))
        return replace(self, habilitations={**self.habilitations, fact.habilitation: changed})


def report_due(changes: tuple[date, ...], law: Law) -> tuple[date, str] | None:
    """Return the last day for reporting these changes, and the text; None if no text requires it.

    Each counts from its effective day, under the text of that day, since no text states the start.
    """
    found = []
    for day in changes:
        # a habilitation has no route, and the texts name all routes
        binds = law.in_force(Route.VAE, began_on=day, session_on=day)
        months, source = binds.partner_change_within_months, binds.source(Provision.PARTNER_CHANGE_WITHIN)
        if months is not None and source is not None:
            found.append((months_after(day, months), source.id))
    return min(found, default=None)
