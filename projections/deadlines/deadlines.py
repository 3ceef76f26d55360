"""Table of the running time limits of candidacies, with their starts; `webapi.upkeep.deadlines` adds the lengths."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from adapters.database.pool import Database
from domain.calendar import Pause
from domain.candidacy.candidacy import Opening
from domain.candidacy.feasibility import FeasibilityFile
from domain.deadlines.deadline import Duty, RunningPeriod
from domain.framework.definition import Route
from domain.ports import CandidacyId, FrameworkId, PersonId, RulebookId, SessionId
from projections.asking import ask
from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


@dataclass(frozen=True)
class Running:
    """A running time limit. `paused`: the number of days that did not count; `resumed_on`: the end of the last pause.

    `reminded` is the last day named in the latest reminder, None if no reminder was given.
    """

    candidacy: UUID
    duty: str
    session: UUID | None
    since: date
    paused: int
    resumed_on: date | None
    candidate: UUID
    framework: UUID
    rulebook: UUID
    route: str
    opened_on: date
    began_on: date
    portal: bool
    reminded: date | None
    in_time_from: date | None

    @property
    def terms(self) -> Opening:
        """The terms of the candidacy that determine the length of the time limit."""
        return Opening(
            candidate=PersonId(self.candidate),
            framework=FrameworkId(self.framework),
            rulebook=RulebookId(self.rulebook),
            route=Route(self.route),
            opened_on=self.opened_on,
            begun=self.began_on,
            portal=self.portal,
        )

    @property
    def clock(self) -> RunningPeriod:
        """The time limit as the domain's `RunningPeriod`."""
        duty, file = Duty(self.duty), None
        if duty is Duty.ADMISSIBILITY:
            file = FeasibilityFile(received_on=self.since, pauses=self._pauses)
        session = SessionId(self.session) if self.session else None
        return RunningPeriod(duty=duty, since=self.since, session=session, file=file, in_time_from=self.in_time_from)

    @property
    def _pauses(self) -> tuple[Pause, ...]:
        if self.resumed_on is None:
            return ()
        return (Pause(began_on=self.resumed_on - timedelta(days=self.paused), ended_on=self.resumed_on),)

    @property
    def about(self) -> CandidacyId:
        """The candidacy's id."""
        return CandidacyId(self.candidacy)


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per running time limit."""
    opened = case.opened
    for clock, reminded in case.time.running():
        terms = clock.terms or case.time.terms
        pauses = clock.file.pauses if clock.file else ()
        paused = sum(pause.days for pause in pauses)
        resumed_on = max((pause.ended_on for pause in pauses if pause.ended_on), default=None)
        counted_by = (clock.duty, opened.rulebook, terms.route, terms.portal)
        yield (
            case.candidacy,
            clock.duty,
            clock.session,
            clock.since,
            paused,
            resumed_on,
            opened.candidate,
            opened.framework,
            opened.rulebook,
            terms.route,
            opened.opened_on,
            terms.began_on,
            terms.portal,
            reminded,
            clock.in_time_from,
            _alike(counted_by),
            _alike((*counted_by, clock.since, paused, resumed_on, terms.began_on)),
        )


@lru_cache(maxsize=10_000)
def _alike(what: tuple[object, ...]) -> int:
    """Return a 64-bit hash of these values, equal for equal values in every process."""
    said = " ".join(map(str, what)).encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest(), signed=True)


DEADLINES = PerCase("deadlines", rows)


def times(database: Database, *, since: date) -> list[Running]:
    """Return the time limits that began on or before a day, the oldest first."""
    return ask(database, "deadlines", {"since": since}, Running)


def times_of(database: Database, candidacies: Collection[UUID]) -> list[Running]:
    """Return the running time limits of some candidacies, the oldest first."""
    return ask(database, "deadlines", {"candidacies": list(candidacies)}, Running, "of")
