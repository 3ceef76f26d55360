"""The registration of a certification: suspended, resumed, ended, on the portal (enregistrement).

The sheet states a last day; the authority may suspend a registration, or end it earlier. The last day of admission
and of decision, the last day of issuance and the day on which a jury decides are never derived from one another. It
is a stream of its own: decisions rely on it as it changes, while a published framework never does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self, assert_never
from uuid import UUID

from domain.calendar import Pause, check_meant
from domain.fact import Term, stream_of
from domain.framework.definition import Definition
from domain.framework.facts import (
    PortalEntered,
    RegistrationEnded,
    RegistrationFact,
    RegistrationResumed,
    RegistrationSuspended,
)
from domain.framework.framework import OutsideRegistration
from domain.ports import FrameworkId
from domain.refusal import Refused

PORTAL_OPENS = date(2024, 1, 1)
"""The first day on which a certification may be on the portal (décret 2023-1275, art. 5, in R6412-1's NOTA)."""


class RegistrationMisdated(Refused):
    """A registration is suspended while it runs, resumed after, and ends by its term: set anew until it has."""

    fr = (
        "Un enregistrement est suspendu tant qu'il court, repris ensuite, et finit à son terme au plus tard : "
        "le jour fixé se modifie tant qu'il n'est pas passé."
    )
    kind = "invalid"


class PortalMisdated(Refused):
    """A certification is on the national portal from 1 January 2024 at the earliest, on another day than was said."""

    fr = (
        "Une certification est sur le portail national au plus tôt le 1er janvier 2024, et un autre jour que celui "
        "déjà dit."
    )
    kind = "invalid"
    source = "Décret 2023-1275, art. 5 (in the note under Code du travail R6412-1)"
    source_fr = "Décret 2023-1275, art. 5 (dans la note sous l'article R6412-1 du code du travail)"


class GroundMissing(Refused):
    """What changes a registration cites the text or the decision that does."""

    fr = "Ce qui change un enregistrement cite le texte ou la décision qui le fait."
    kind = "invalid"


class IssuanceOver(Refused):
    """No certificate of a title is issued after the last day of issuance, the sheet's or one stated since.

    A block's certificate has none: it attests what is held.
    """

    fr = "Aucun parchemin n'est délivré après la date limite de délivrance, de la fiche ou fixée depuis."
    source = "Register: date limite de délivrance (known without having been read)"
    source_fr = "Répertoire : date limite de délivrance (connue sans avoir été lue)"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """The history of one framework version's registration since its publication.

    `awards_undeclared` are the first days of the suspensions that sanction undeclared awards.
    """

    id: UUID
    version: int = 0
    suspensions: tuple[Pause, ...] = ()
    awards_undeclared: frozenset[date] = frozenset()
    ended: RegistrationEnded | None = None
    portal_from: date | None = None

    @staticmethod
    def id_of(framework: FrameworkId) -> UUID:
        """Return the stream id of a framework version's registration."""
        return stream_of("registration", framework)

    @property
    def suspended(self) -> bool:
        """True if a suspension has not ended."""
        return any(each.ended_on is None for each in self.suspensions)

    def last_day(self, of: Definition) -> date:
        """Return the last day on which the registration runs."""
        return self.ended.ends_on if self.ended else of.registration.ends_on

    def runs(self, day: date, of: Definition) -> bool:
        """Return whether it runs on that day: not before its effect, after its end, or while suspended.

        An effect before the publication (A17) allows decisions on what was earned since, but no earlier admission.
        """
        return not self.obstacles(day, of)

    def obstacles(self, day: date, of: Definition) -> tuple[Obstacle, ...]:
        """Return the obstacles to its running on that day; a decision requires an authorisation for each."""
        early = [Obstacle(cause=None)] if day < of.registration.effect_from else []
        last = self.last_day(of)
        late = [Obstacle(cause=LateCause.END, ran_until=last)] if day > last else []
        held = (
            Obstacle(
                cause=LateCause.SUSPENSION,
                since=each.began_on,
                ran_until=each.began_on - timedelta(days=1),
                awards_undeclared=each.began_on in self.awards_undeclared,
            )
            for each in self.suspensions
            if each.began_on <= day and (not each.ended_on or day < each.ended_on)
        )
        return (*early, *late, *held)

    def last_issuance(self, of: Definition) -> date | None:
        """Return the last day of issuance: the sheet's, or the one stated with the end if it is earlier."""
        stated = of.registration.last_issuance_on, self.ended.issuance_ends_on if self.ended else None
        return min((day for day in stated if day), default=None)

    def on_portal(self, day: date) -> bool:
        """Return whether the certification was on the national portal of VAE on that day."""
        return self.portal_from is not None and self.portal_from <= day

    def check_admits(self, day: date, of: Definition, kept: Collection[Obstacle] = ()) -> None:
        """Refuse to admit anybody while it does not run, except for obstacles that do not apply to them (`kept`)."""
        if not set(self.obstacles(day, of)) <= set(kept):
            raise OutsideRegistration(day.isoformat(), sheet=of.code)

    def check_issues(self, day: date, of: Definition) -> None:
        """Refuse to issue a certificate after the last day stated for that."""
        last = self.last_issuance(of)
        if last and day > last:
            raise IssuanceOver(last.isoformat())

    def suspend(
        self, framework: FrameworkId, on: date, ground: str, of: Definition, *, awards_undeclared: bool
    ) -> RegistrationSuspended:
        """Suspend it from a day on which it runs."""
        _cited(ground)
        if self.suspended or not self.runs(on, of) or any(on < (each.ended_on or on) for each in self.suspensions):
            raise RegistrationMisdated(on.isoformat())
        return RegistrationSuspended(
            framework=framework, suspended_on=on, ground=ground, awards_undeclared=awards_undeclared
        )

    def resume(self, framework: FrameworkId, on: date, ground: str) -> RegistrationResumed:
        """Resume it, from a day since it was suspended."""
        _cited(ground)
        if not self.suspended or on < self.suspensions[-1].began_on:
            raise RegistrationMisdated(on.isoformat())
        return RegistrationResumed(framework=framework, resumed_on=on, ground=ground)

    def end(
        self,
        framework: FrameworkId,
        on: date,
        ground: str,
        of: Definition,
        *,
        issuance_ends_on: date | None,
        today: date,
        confirms_past: bool,
    ) -> RegistrationEnded:
        """Set its last day, and the last day of issuance, which is not earlier; each can be changed until it passes.

        A last day of issuance stated before is kept if none is given.
        """
        _cited(ground)
        before = (self.ended.ends_on, self.ended.issuance_ends_on) if self.ended else (None, None)
        issuance_ends_on = issuance_ends_on or before[1]
        anew = [(was, now) for was, now in zip(before, (on, issuance_ends_on), strict=True) if was != now]
        if not anew or any(was and was < today for was, _ in anew):
            raise RegistrationMisdated(on.isoformat())
        if not of.registration.published_on <= on <= of.registration.ends_on:
            raise RegistrationMisdated(on.isoformat())
        if issuance_ends_on and issuance_ends_on < on:
            raise RegistrationMisdated(issuance_ends_on.isoformat())
        check_meant(today, confirms_past, *(now for _, now in anew))
        return RegistrationEnded(framework=framework, ends_on=on, ground=ground, issuance_ends_on=issuance_ends_on)

    def enter_portal(self, framework: FrameworkId, on: date, ground: str) -> PortalEntered:
        """State the first day on the national portal, and the text; also corrects an earlier statement."""
        _cited(ground)
        if on == self.portal_from or on < PORTAL_OPENS:
            raise PortalMisdated(on.isoformat())
        return PortalEntered(framework=framework, entered_on=on, ground=ground)

    def evolve(self, fact: RegistrationFact) -> Self:
        match fact:
            case RegistrationSuspended(suspended_on=suspended_on):
                undeclared = self.awards_undeclared | ({suspended_on} if fact.awards_undeclared else set())
                suspensions = (*self.suspensions, Pause(began_on=suspended_on))
                return replace(self, suspensions=suspensions, awards_undeclared=undeclared)
            case RegistrationResumed(resumed_on=resumed_on):
                over = replace(self.suspensions[-1], ended_on=resumed_on)
                return replace(self, suspensions=(*self.suspensions[:-1], over))
            case RegistrationEnded():
                return replace(self, ended=fact)
            case PortalEntered(entered_on=entered_on):
                return replace(self, portal_from=entered_on)
            case _:
                assert_never(fact)


def _cited(ground: str) -> None:
    if not ground.strip():
        raise GroundMissing


class LateCause(Term):
    """The cause of a late decision or certificate: a suspension, the registration's end, the end of issuance."""

    SUSPENSION = (
        "suspension",
        "Une décision pendant la suspension de l'enregistrement",
        "A decision while the registration is suspended",
    )
    END = "end", "Une décision après le terme de l'enregistrement", "A decision after the end of the registration"
    ISSUANCE = (
        "issuance",
        "La délivrance du parchemin après sa date limite",
        "Issuing the certificate after the last day for that",
    )


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """A reason why it is late; `since` is the first day of a suspension. Without a cause, it is too early.

    Nothing can be authorised too early. `ran_until` is the last day on which it had run; `awards_undeclared` means
    that it is suspended for undeclared awards.
    """

    cause: LateCause | None
    since: date | None = None
    ran_until: date | None = None
    awards_undeclared: bool = False
