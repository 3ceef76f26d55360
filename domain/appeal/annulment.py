"""Annulments proposed in one candidacy to a second person, with all their consequences.

A proposal lists its consequences. The second person confirms exactly these: if the decision, or what rests on it, has
changed since, the proposal is rejected and must be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Self, assert_never
from uuid import UUID

from domain.appeal.facts import (
    AnnulmentConfirmed,
    AnnulmentFact,
    AnnulmentProposed,
    AnnulmentRejected,
    Consequence,
    Effect,
)
from domain.candidacy.facts import CreditFell, CreditRestored
from domain.fact import Fact, Personal, stream_of
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionAnnulled, DecisionRestored, TitleFell, TitleRestored
from domain.people.two_people import NothingWaits, TwoPersonAct, check_reason
from domain.ports import Actor, CandidacyId, Find, Log, PersonId, S, SessionId, Stream
from domain.refusal import Refused
from domain.register.facts import TitleReinstated, TitleWithdrawn


class AnnulmentWaits(Refused):
    """What is proposed to be annulled is confirmed or rejected before anything else is decided about it."""

    fr = "Ce qu'on propose d'annuler est d'abord confirmé ou écarté."


class AnnulmentOutdated(Refused):
    """An annulment is confirmed while what follows from it is what was proposed; else it is proposed anew."""

    fr = "Ce qui tomberait a changé depuis la proposition d'annulation : écartez-la, puis proposez de nouveau."


@dataclass(frozen=True, kw_only=True)
class Annulments:
    """The annulments proposed in one candidacy; `waiting` by session, or by case of fraud."""

    id: UUID
    version: int = 0
    waiting: dict[UUID, AnnulmentProposed] = field(default_factory=dict)

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """Return the stream id of the annulments proposed in a candidacy."""
        return stream_of("annulments", candidacy)

    def check_free(self, about: UUID) -> None:
        """Refuse a decision about a session or a case while an annulment about it is pending."""
        if about in self.waiting:
            raise AnnulmentWaits(about)

    def to_settle(self, about: UUID) -> AnnulmentProposed:
        """Return the pending annulment about this session or case; raise NothingWaits."""
        if about not in self.waiting:
            raise NothingWaits(about)
        return self.waiting[about]

    def check_up_to_date(self, about: UUID, consequences: tuple[Consequence, ...]) -> None:
        """Refuse a pending annulment if its `consequences` have changed."""
        if consequences != self.to_settle(about).consequences:
            raise AnnulmentOutdated(about)

    def confirm(self, about: UUID, how: TwoPersonAct) -> AnnulmentConfirmed:
        """Confirm a pending annulment."""
        proposed = self.to_settle(about)
        return AnnulmentConfirmed(
            candidacy=proposed.candidacy,
            cause=proposed.cause,
            session=proposed.session,
            case=proposed.case,
            proposed_by=proposed.proposed_by,
            alone=how.alone,
        )

    def reject(self, about: UUID, reason: str, candidate: PersonId) -> AnnulmentRejected:
        """Reject a pending annulment, or withdraw the proposal as its author."""
        proposed = self.to_settle(about)
        return AnnulmentRejected(
            candidacy=proposed.candidacy,
            cause=proposed.cause,
            session=proposed.session,
            case=proposed.case,
            reason=Personal(check_reason(about, reason), candidate),
        )

    def evolve(self, fact: AnnulmentFact) -> Self:
        match fact:
            case AnnulmentProposed():
                return replace(self, waiting={**self.waiting, fact.about: fact})
            case AnnulmentConfirmed() | AnnulmentRejected():
                left = {about: each for about, each in self.waiting.items() if about != fact.about}
                return replace(self, waiting=left)
            case _:
                assert_never(fact)


class Observed:
    """A log that collects what an act records on it; an act only `tried` records nothing in the log itself."""

    def __init__(self, log: Log, *, tried: bool = False) -> None:
        """Start without recorded facts."""
        self._log, self._tried = log, tried
        self.recorded: list[Fact] = []

    @property
    def actor(self) -> Actor:
        """The actor."""
        return self._log.actor

    @property
    def today(self) -> date:
        """The day of the command."""
        return self._log.today

    @property
    def hour(self) -> time:
        """The hour of the command."""
        return self._log.hour

    def load(self, kind: type[S], stream: UUID) -> S:
        """Load an aggregate of the log."""
        return self._log.load(kind, stream)

    def find(self, kind: type[S], stream: UUID) -> S:
        """Find an aggregate of the log."""
        return self._log.find(kind, stream)

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """Find several aggregates of the log."""
        return self._log.find_all(kind, streams)

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        """Collect facts, and record them unless they are only tried."""
        self.recorded += facts
        if not self._tried:
            self._log.record(aggregate, *facts)

    def new_id(self, name: str) -> UUID:
        """Return the id that a new stream would get."""
        return self._log.new_id(name)


def consequences_of(
    observed: Observed, others: Callable[[Fact], Consequence | None] = lambda _: None
) -> tuple[Consequence, ...]:
    """Return all consequences of the facts recorded on `observed`.

    `others` gives the consequences of facts other than those of decisions, titles, credits and the register.
    """
    found = (_consequence(observed.find, fact) or others(fact) for fact in observed.recorded)
    return tuple(each for each in found if each is not None)


def _consequence(find: Find, fact: Fact) -> Consequence | None:
    match fact:
        case DecisionAnnulled(session=session, candidacy=candidacy):
            return _decision(find, Effect.DECISION_FALLS, session, candidacy)
        case DecisionRestored(session=session, candidacy=candidacy):
            return _decision(find, Effect.DECISION_RESTORED, session, candidacy)
        case TitleFell(session=session, candidacy=candidacy):
            return Consequence(effect=Effect.TITLE_FALLS, candidacy=candidacy, session=session)
        case TitleRestored(session=session, candidacy=candidacy):
            return Consequence(effect=Effect.TITLE_RESTORED, candidacy=candidacy, session=session)
        case CreditFell(candidacy=candidacy, block=block):
            return Consequence(effect=Effect.CREDIT_FALLS, candidacy=candidacy, numbers=(block,))
        case CreditRestored(candidacy=candidacy, block=block):
            return Consequence(effect=Effect.CREDIT_RESTORED, candidacy=candidacy, numbers=(block,))
        case TitleWithdrawn(candidacy=candidacy, number=number):
            return Consequence(effect=Effect.NUMBER_WITHDRAWN, candidacy=candidacy, number=number)
        case TitleReinstated(candidacy=candidacy, number=number):
            return Consequence(effect=Effect.NUMBER_REINSTATED, candidacy=candidacy, number=number)
        case _:
            return None


def _decision(find: Find, effect: Effect, session: SessionId, candidacy: CandidacyId) -> Consequence:
    """Return the consequence for a decision, with the blocks it granted, and its version."""
    said = find(Deliberation, Deliberation.id_of(session, candidacy))
    granted = tuple(sorted(said.decision.granted))
    return Consequence(effect=effect, candidacy=candidacy, session=session, numbers=granted, version=said.version)
