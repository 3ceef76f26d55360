"""The life of a candidacy: withdrawn, lapsed, resumed, accompanied, on another route.

These facts are on the candidacy's own stream; `Candidacy` holds the `Life` built from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self, assert_never

from domain.candidacy.facts import (
    AdvisorNamed,
    AdvisorReleased,
    BlocksSought,
    CandidacyLapsed,
    CandidacyResumed,
    CandidacyWithdrawn,
    LateDecisionAuthorised,
    LifeFact,
    RouteChanged,
    TrainingEntered,
)
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.registration import LateCause, Obstacle
from domain.ports import PersonId
from domain.refusal import Refused
from domain.rulebook.journey_rules import JourneyRules


class Ending(StrEnum):
    """The way in which a candidacy ended without a title: its candidate withdrew it, or its period ran out."""

    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class CandidacyEnded(Refused):
    """Nobody acts any more on a candidacy that was withdrawn or has lapsed; it can be taken up again first."""

    fr = "Nul n'agit plus sur une candidature retirée ou caduque ; elle peut d'abord être reprise."


class WithdrawnOnAnotherDay(Refused):
    """One withdraws today; the registrar keys a letter with its day, which no hearing by a jury has followed."""

    fr = "On se retire aujourd'hui ; le gestionnaire saisit une lettre avec son jour, qu'aucune audition n'a suivi."
    kind = "invalid"


class CandidacyUnderWay(Refused):
    """Only a candidacy that was withdrawn or has lapsed is taken up again."""

    fr = "On ne reprend qu'une candidature retirée ou caduque."


class BeingDecided(Refused):
    """Once a jury has taken up a candidate, the candidacy goes on as it is until the results are released."""

    fr = "Dès qu'un jury a examiné un candidat, la candidature reste telle jusqu'à la communication des résultats."


class TitleStands(Refused):
    """A candidacy whose title was pronounced goes on as it is while that decision stands."""

    fr = "Une candidature dont le titre a été prononcé reste telle tant que cette décision tient."


class NotLapsed(Refused):
    """A candidacy lapses once the period that its rulebook states has run since the last step, and not before."""

    fr = "Une candidature devient caduque une fois écoulé le délai du règlement depuis la dernière étape, pas avant."
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


class RouteUnchanged(Refused):
    """A change of route is to another route."""

    fr = "Un changement de voie mène à une autre voie."


class AdvisorAlreadyNamed(Refused):
    """An advisor is named once; whoever is named next takes their place."""

    fr = "Un accompagnateur n'est désigné qu'une fois ; le suivant prend sa place."


class NoAdvisor(Refused):
    """Only an advisor who was named is released."""

    fr = "On ne met fin qu'à un accompagnement en cours."


class BlockNotSought(Refused):
    """A jury rules on the blocks that the candidate seeks, and on no other."""

    fr = "Un jury se prononce sur les blocs que le candidat demande, et sur aucun autre."
    source = "Code du travail L6313-5: VAE aims at a certification or at a block of it (LEGIARTI000046774772)"
    source_fr = "Code du travail L6313-5 : la VAE vise une certification, ou l'un de ses blocs (LEGIARTI000046774772)"


class Expired(Refused):
    """After a registration's end or suspension, a jury decides on who had begun in time, or where authorised to.

    In time: admissible in VAE, or entered into training, while it ran; where a published text keeps them its benefit.
    """

    fr = (
        "Après le terme d'un enregistrement, ou pendant sa suspension, un jury ne décide que sur qui était recevable "
        "ou entré en formation à temps, ou s'il y est autorisé."
    )
    source = (
        "Code du travail L6113-9 al. 2 (LEGIARTI000046774788), R6113-17-3 II (LEGIARTI000039797127); "
        "{sheet}, end of registration"
    )
    source_fr = (
        "Code du travail L6113-9 al. 2 (LEGIARTI000046774788), R6113-17-3 II (LEGIARTI000039797127) ; "
        "{sheet}, fin de l'enregistrement"
    )


class NotInTraining(Refused):
    """Who comes by a route of training enters it: nobody does by experience, or on their own."""

    fr = "On entre en formation par une voie de formation ; ni par la VAE, ni en candidature individuelle."
    source = "Code du travail L6113-9 (LEGIARTI000046774788), second paragraph"
    source_fr = "Code du travail L6113-9 (LEGIARTI000046774788), alinéa 2"


class TrainingMisdated(Refused):
    """One enters training on a day that has come, and on which the certification was valid."""

    fr = "On entre en formation un jour qui est venu, et où la certification était en cours de validité."
    kind = "invalid"
    source = "Code du travail L6113-9 (LEGIARTI000046774788), second paragraph"
    source_fr = "Code du travail L6113-9 (LEGIARTI000046774788), alinéa 2"


class LateDecisionWithoutGround(Refused):
    """Deciding or issuing late is authorised for one cause at a time, with the text that allows it."""

    fr = "Décider ou délivrer tardivement s'autorise pour une cause à la fois, avec le texte qui le permet."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class JuryProgress:
    """The progress of the juries of a candidacy: the days of their sessions, and whether one is deciding now.

    `waits` means called before a session that has not released its results; `taken_up`, that this jury has started.
    `titled` means that a jury pronounced the title. `last_day` is the day of the last session that opened. `owed`
    means that a decision was annulled through no fault of the candidate's, and that no jury was called to replace it
    yet. `met_on` is the day on which a jury last met on the candidate, present or absent; `referred` means that one
    referred them to another, which has not met. `granted` are the blocks that juries granted; `heard_on` is the last
    day on which the candidate came before one.
    """

    waits: bool = False
    taken_up: bool = False
    titled: bool = False
    last_day: date | None = None
    owed: bool = False
    met_on: date | None = None
    referred: bool = False
    granted: frozenset[int] = frozenset()
    heard_on: date | None = None

    def check_goes_on(self) -> None:
        """Refuse while a jury decides, and once the title was pronounced, which stays secret before the release."""
        if self.titled and not self.waits:
            raise TitleStands
        if self.titled or self.taken_up:
            raise BeingDecided


@dataclass(frozen=True, kw_only=True)
class Life:
    """The state of a candidacy's life: ended or not, its advisors, and the causes for which it may be late.

    `late` gives the last day of authorisation for each cause; `trained_since` is the day of entry into training.
    `released` are the former advisors, each with their first and last day.
    """

    ended: Ending | None = None
    ended_on: date | None = None
    resumed_on: date | None = None
    advisor: PersonId | None = None
    advised_since: date | None = None
    advised_by: frozenset[PersonId] = frozenset()
    released: tuple[tuple[PersonId, date, date], ...] = ()
    late: Mapping[LateCause, date] = field(default_factory=dict)
    trained_since: date | None = None

    def withdraw(
        self, course: JuryProgress, reason: Personal[str] | None, letter: date | None, today: date, *, since: date
    ) -> CandidacyWithdrawn:
        """End the candidacy at its candidate's wish, unless a jury is deciding on it or has pronounced the title.

        `letter` is the day of a letter that came by post; `since` is the day on which the candidacy was opened.
        """
        course.check_goes_on()
        day = letter or today
        if not max(since, self.resumed_on or since, course.heard_on or since) <= day <= today:
            raise WithdrawnOnAnotherDay(day.isoformat())
        return CandidacyWithdrawn(withdrawn_on=day, reason=reason)

    def lapse(
        self, course: JuryProgress, since: date, rules: JourneyRules, today: date, *, rests: bool
    ) -> CandidacyLapsed:
        """End the candidacy once its period is over, at any hour of today in the zone that counts.

        Refused if it waits for a jury, is owed one, has its title, or `rests` (`Candidacy.rests`).
        """
        last_day = rules.lapses(since)
        waits = course.waits or course.titled or course.owed or rests
        if last_day is None or not rules.calendar.surely_over(last_day, today) or waits:
            raise NotLapsed(*([last_day.isoformat()] if last_day else []))
        return CandidacyLapsed(since=since, last_day=last_day)

    def resume(self, today: date) -> CandidacyResumed:
        """Resume a candidacy that had ended."""
        if self.ended is None:
            raise CandidacyUnderWay
        return CandidacyResumed(resumed_on=today)

    def change_route(self, now: Route, to: Route, course: JuryProgress, today: date) -> RouteChanged:
        """Continue by another route, while no jury of the present one is to decide."""
        if to is now:
            raise RouteUnchanged(to.value)
        course.check_goes_on()
        if course.waits:
            raise BeingDecided
        return RouteChanged(route=to, changed_on=today)

    def name_advisor(self, advisor: PersonId, today: date) -> tuple[AdvisorReleased | AdvisorNamed, ...]:
        """Name an advisor of the candidate, in place of the current one if there is one."""
        if advisor == self.advisor:
            raise AdvisorAlreadyNamed(advisor)
        named = AdvisorNamed(advisor=advisor, named_on=today)
        if self.advisor is None:
            return (named,)
        return (AdvisorReleased(advisor=self.advisor, released_on=today), named)

    def release_advisor(self, today: date) -> AdvisorReleased:
        """End the work of the advisor."""
        if self.advisor is None:
            raise NoAdvisor
        return AdvisorReleased(advisor=self.advisor, released_on=today)

    def advisor_on(self, day: date) -> PersonId | None:
        """Return the person who accompanied the candidate on that day; of several, the first."""
        then = (who for who, since, until in self.released if since <= day <= until)
        now = self.advisor if self.advised_since and self.advised_since <= day else None
        return next(then, now)

    def enter_training(self, now: Route, entered_on: date, today: date, *, valid: bool) -> TrainingEntered:
        """Record the day of entry into training, replacing an earlier one; `valid` if the registration ran then."""
        if now in {Route.VAE, Route.CL}:
            raise NotInTraining(now.value)
        if entered_on > today or not valid:
            raise TrainingMisdated(entered_on.isoformat())
        return TrainingEntered(entered_on=entered_on)

    def authorise_late(self, ground: str, cause: LateCause, today: date) -> LateDecisionAuthorised:
        """Authorise, with its ground and for one cause, a late decision on this candidacy or a late certificate."""
        if not ground.strip():
            raise LateDecisionWithoutGround
        return LateDecisionAuthorised(ground=ground, authorised_on=today, cause=cause)

    def may_despite(self, obstacle: Obstacle) -> bool:
        """Return whether this obstacle was authorised; for a suspension, since that suspension began."""
        authorised_on = self.late.get(obstacle.cause) if obstacle.cause else None
        return authorised_on is not None and (obstacle.since is None or obstacle.since <= authorised_on)

    def evolve(self, fact: LifeFact) -> Self:
        match fact:
            case CandidacyWithdrawn(withdrawn_on=withdrawn_on):
                return replace(self, ended=Ending.WITHDRAWN, ended_on=withdrawn_on)
            case CandidacyLapsed(last_day=last_day):
                return replace(self, ended=Ending.LAPSED, ended_on=last_day)
            case CandidacyResumed(resumed_on=resumed_on):
                return replace(self, ended=None, ended_on=None, resumed_on=resumed_on)
            case AdvisorNamed(advisor=advisor, named_on=since):
                return replace(self, advisor=advisor, advised_since=since, advised_by=self.advised_by | {advisor})
            case AdvisorReleased(advisor=advisor, released_on=until):
                gone = (advisor, self.advised_since or date.min, until)
                return replace(self, advisor=None, advised_since=None, released=(*self.released, gone))
            case LateDecisionAuthorised(cause=cause, authorised_on=authorised_on):
                return replace(self, late={**self.late, cause: authorised_on})
            case TrainingEntered(entered_on=entered_on):
                return replace(self, trained_since=entered_on)
            case RouteChanged() | BlocksSought():  # these change the object of the candidacy
                return self
            case _:
                assert_never(fact)
