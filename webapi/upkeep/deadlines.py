"""Deadlines: the running periods, the law about them, and the commands that a deadline triggers.

The projected table of running periods only suggests commands; each command decides on the current facts. When a run
is repeated, or two processes run at once, a reminder is still given once, and silence still admits once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError

from adapters.log.store import PostgresAttempt, TooMuchAtOnce
from adapters.trouble import Trouble
from domain.calendar import PARIS, day_in
from domain.candidacy.silence import silence_of
from domain.commands.candidacy.imply_admissibility import ImplyAdmissibility
from domain.commands.candidacy.lapse_admissibility import LapseAdmissibility
from domain.commands.candidacy.lapse_candidacy import LapseCandidacy
from domain.commands.deadlines.give_reminder import GiveReminder
from domain.deadlines.deadline import Duty, RunningPeriod, deadline, passed
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import SYSTEM, CandidacyId, Command, FrameworkId, RulebookId, SessionId, Stream
from domain.refusal import Busy, Refused
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from projections.deadlines.deadlines import Running, times, times_of
from webapi.intent import Intent
from webapi.wiring import App

S = TypeVar("S", bound=Stream)

log = structlog.get_logger(__name__)


class DeadlinesUndone(Trouble):
    """Deadlines that an internal error kept from being handled; the others were handled."""

    def __init__(self, undone: Sequence[str]) -> None:
        """Name the deadlines by duty and candidacy."""
        named = ", ".join(undone)
        super().__init__(
            f"These deadlines failed, see the log: {named}.", f"Échéances en échec, voir le journal : {named}."
        )


@dataclass(frozen=True, kw_only=True)
class DueDeadline:
    """A computed deadline: its candidacy, last day, first day of the reminder, and the text that sets it."""

    candidacy: CandidacyId
    candidate: UUID
    duty: Duty
    session: SessionId | None
    since: date
    ends_on: date
    recall_on: date
    rule_set: str | None
    reminded: bool
    over: bool
    clock: RunningPeriod


class DeadlineCalculator:
    """The installation's deadlines on a given day, by the current law and rulebooks."""

    def __init__(self, acquis: App, log: PostgresAttempt | None = None) -> None:
        """Prepare without a query. `log` is the caller's reading of the log, which reads each stream once."""
        self._acquis = acquis
        self._log = log or acquis.store.look(acquis.request_of(SYSTEM))

    @property
    def law(self) -> Law:
        """The published law."""
        return self._log.find(Law, Law.the())

    def rules(self, rulebook: RulebookId) -> Rules:
        """Return the rules of a rulebook."""
        return self._log.find(Rulebook, rulebook).content

    def due(self, day: date) -> Iterator[DueDeadline]:
        """Yield the deadlines whose reminder is due by that day, including those that are over."""
        for running in times(self._acquis.database, since=day):
            found = self._reckon(running, day)
            if found and found.recall_on <= day:
                yield found

    def of(self, candidacy: UUID, day: date) -> list[DueDeadline]:
        """Return all deadlines of a candidacy as of a day, the first to end first."""
        return self.of_each([candidacy], day)[candidacy]

    def of_each(self, candidacies: Collection[UUID], day: date) -> dict[UUID, list[DueDeadline]]:
        """Return all deadlines of each candidacy as of a day, with one query."""
        found: dict[UUID, list[DueDeadline]] = {candidacy: [] for candidacy in candidacies}
        running = times_of(self._acquis.database, candidacies)
        frameworks = {FrameworkId(each.framework) for each in running}
        published = {*frameworks, *map(Registration.id_of, frameworks), *(each.rulebook for each in running)}
        self._log.read_ahead([Law.the(), *published])
        reckoned = (self._reckon(each, day) for each in running)
        for each in sorted((each for each in reckoned if each), key=lambda each: each.ends_on):
            found[each.candidacy].append(each)
        return found

    def _reckon(self, running: Running, day: date) -> DueDeadline | None:
        rules = self.rules(RulebookId(running.rulebook))
        ends = self._last_day(FrameworkId(running.framework))
        found = deadline(running.clock, running.terms, self.law, rules, ends)
        if found is None:
            return None
        return DueDeadline(
            candidacy=running.about,
            candidate=running.candidate,
            duty=found.clock.duty,
            session=found.clock.session,
            since=found.clock.since,
            ends_on=found.ends_on,
            recall_on=found.recall_on(rules.journeys.remind_days),
            rule_set=found.rule_set,
            reminded=running.reminded == found.ends_on,
            over=passed(found, rules, day),
            clock=found.clock,
        )

    def commands(self, at: datetime) -> Iterator[tuple[str, Command]]:
        """Yield the commands that the deadlines trigger at an instant, each with its idempotency key."""
        today = day_in(PARIS, at)
        for running in times(self._acquis.database, since=today + timedelta(days=1)):
            found = self._reckon(running, today)
            if found is None:
                continue
            key = f"{found.duty}/{found.candidacy}/{found.session}/{found.ends_on}"
            if found.duty is Duty.ADMISSIBILITY and self._silent(running, found, at):
                yield f"{key}/implied", ImplyAdmissibility(candidacy=found.candidacy, at=at)
            elif found.duty is Duty.LAPSE and found.over:
                yield f"{key}/lapsed", LapseCandidacy(candidacy=found.candidacy)
            elif found.duty is Duty.STEP and found.over:
                yield f"{key}/lapsed", LapseAdmissibility(candidacy=found.candidacy)
            elif found.recall_on <= today and not found.reminded:
                yield (
                    key,
                    GiveReminder(
                        candidacy=found.candidacy, duty=found.duty, session=found.session, ends_on=found.ends_on
                    ),
                )

    def _silent(self, running: Running, found: DueDeadline, at: datetime) -> bool:
        """Return whether silence has admitted the candidate at that instant, in the calendar that counts."""
        silence = silence_of(running.terms, self.law, self.rules(RulebookId(running.rulebook)))
        return silence is not None and silence.admits and silence.calendar.over(found.ends_on, at)

    def _last_day(self, framework: FrameworkId) -> date:
        content = self._log.find(Framework, framework).content
        return self._log.find(Registration, Registration.id_of(framework)).last_day(content)


def run(acquis: App) -> list[str]:
    """Execute the commands that the deadlines trigger now; return the names of the recorded facts.

    The instant is no part of the idempotency key, because two processes never read the clock at the same instant.
    """
    return send(acquis, DeadlineCalculator(acquis).commands(acquis.clock.now()))


def send(acquis: App, commands: Iterable[tuple[str, Command]]) -> list[str]:
    """Execute commands, each with its key; return the names of the recorded facts.

    A refusal is no error: another process has done it meanwhile. An error about one candidacy does not stop the
    others: DeadlinesUndone is raised after all were tried.
    """
    recorded: list[str] = []
    undone: list[str] = []
    for key, command in commands:
        request = acquis.request(Intent(actor=SYSTEM, way="deadlines", key=key))
        try:
            recorded += [type(fact).__name__ for fact in acquis.execute(command, request).facts]
        except (Busy, TooMuchAtOnce):  # the dossier was locked for too long, or is too large: not done
            undone.append(key)
        except Refused:
            continue
        except (psycopg2.Error, PersistenceError):  # the next command would fail in the same way
            raise
        except Exception as error:  # noqa: BLE001  (a bug)
            log.error("a deadline failed", deadline=key, kind=type(error).__name__)  # noqa: TRY400  (may quote a person)
            undone.append(key)
    if undone:
        raise DeadlinesUndone(undone)
    return recorded
