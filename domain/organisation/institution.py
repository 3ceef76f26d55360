"""Which organisation is this; for what, where and when was it habilitated? (organisme, partenaire habilité, centre)

Certifiers, partners and centres are organisations, never persons: their names and numbers stand in clear.
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
    """One habilitation as it stands: `last_day` is the one of its end, once one was set; `granted_until`, before.

    `unreported` are the days from which changes count of which France compétences was not told yet.
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
        """Whether it counts on this day."""
        suspended = any(first <= on <= (last or date.max) for first, last in self.suspensions)
        return self.first_day <= on <= (self.last_day or date.max) and not suspended

    def changed(self, on: date) -> Habilitation:
        """The same, with a change of that day to tell France compétences."""
        return replace(self, unreported=(*self.unreported, on))

    def unended(self) -> Habilitation:
        """The same, with nothing to tell of the end that was set before, if one was: another one takes its place."""
        if not self.ended or self.last_day not in self.unreported:
            return self
        at = self.unreported.index(self.last_day)
        return replace(self, unreported=self.unreported[:at] + self.unreported[at + 1 :])

    def resumed(self, on: date) -> Habilitation:
        """The same, with every suspension that covers this day ended the day before."""
        before = on - timedelta(days=1)
        cut = [(first, before if first <= on <= (last or date.max) else last) for first, last in self.suspensions]
        return replace(self, suspensions=tuple((first, last) for first, last in cut if first <= (last or date.max)))

    def spans(self, first: date, last: date | None) -> bool:
        """Whether these days follow one another and lie within those for which it was granted."""
        return self.first_day <= first <= (last or first) <= (self.last_day or date.max)


@dataclass(frozen=True, kw_only=True)
class Institution:
    """An organisation that certifies, trains or organises (organisme): what it is habilitated for."""

    id: OrganisationId
    version: int = 0
    legal_name: str = ""
    habilitations: dict[UUID, Habilitation] = field(default_factory=dict)

    @staticmethod
    def id_of(siret: str) -> OrganisationId:
        """The stream of an organisation that has a SIRET: unique by it."""
        return OrganisationId(stream_of("organisation", siret))

    def register(self, legal_name: str, siret: str | None) -> OrganisationRegistered:
        """Make the organisation known, once; raises NameUnfit."""
        if self.version:
            raise OrganisationAlreadyRegistered(self.id)
        if siret is not None and not sound(siret):
            raise NotASiret(siret)
        return OrganisationRegistered(legal_name=fit_name(legal_name), siret=siret)

    def habilitate(self, granted: HabilitationGranted) -> HabilitationGranted:
        """Let the organisation train for a certification, organise its assessments at some sites, or both."""
        if granted.last_day and granted.last_day < granted.first_day:
            raise HabilitationMisdated(granted.last_day.isoformat())
        if granted.purpose is not Purpose.TRAIN and not granted.sites:
            raise HabilitationWithoutSite(self.id)
        return granted

    def suspend(
        self, habilitation: UUID, first_day: date, last_day: date | None, ground: str
    ) -> HabilitationSuspended:
        """Suspend a habilitation for some days of it."""
        if not self._running(habilitation).spans(first_day, last_day):
            raise HabilitationMisdated(first_day.isoformat())
        return HabilitationSuspended(habilitation=habilitation, first_day=first_day, last_day=last_day, ground=ground)

    def resume(self, habilitation: UUID, resumed_on: date) -> HabilitationResumed:
        """Let a suspended habilitation count again from a day."""
        suspensions = self._running(habilitation).suspensions
        if not any(first <= resumed_on <= (last or date.max) for first, last in suspensions):
            raise HabilitationMisdated(resumed_on.isoformat())
        return HabilitationResumed(habilitation=habilitation, resumed_on=resumed_on)

    def end(self, habilitation: UUID, last_day: date, ground: str, today: date) -> HabilitationEnded:
        """End a habilitation, at the latest on the last day for which it was granted; anew until it has ended."""
        found = self.habilitations.get(habilitation)
        if found is None or (found.ended and (found.last_day or date.max) < today):
            raise NoSuchHabilitation(habilitation)
        if not replace(found, last_day=found.granted_until).spans(last_day, None):
            raise HabilitationMisdated(last_day.isoformat())
        return HabilitationEnded(habilitation=habilitation, last_day=last_day, ground=ground)

    def report(
        self, habilitation: UUID, reported_on: date, up_to: date, reference: str, *, law: Law, today: date
    ) -> HabilitationReported:
        """Note that France compétences was told of all the changes of a habilitation that take effect by a day."""
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
        """Whether it may do this for a certification on a day; at that site, if one is named."""
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
        """Whether it holds a habilitation for a certification on a day, suspended or not.

        A suspension takes away what it may do; those who work for it come from outside no more than the day before.
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
        if found is None:  # only in a log that somebody changed
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
    """By which day France compétences is told of these changes, by which text; None where none asks for it.

    Each counts from the day on which it takes effect, under the text of that day: no text says from when.
    """
    found = []
    for day in changes:
        # a habilitation is of no route: the texts name them all
        binds = law.in_force(Route.VAE, began_on=day, session_on=day)
        months, source = binds.partner_change_within_months, binds.source(Provision.PARTNER_CHANGE_WITHIN)
        if months is not None and source is not None:
            found.append((months_after(day, months), source.id))
    return min(found, default=None)
