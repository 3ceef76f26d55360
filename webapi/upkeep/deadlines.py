"""What is due, and what happens when it is? The times that run, the law on them, and the commands that time sends.

The table of running times only suggests; each command decides on the facts as they are, once: run twice, or by two
processes at once, a deadline is recalled and silence admits one time.
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
    """Some deadlines could not be acted upon, by a fault of ours; the others were."""

    def __init__(self, undone: Sequence[str]) -> None:
        """Name them: what was due, about which candidacy."""
        named = ", ".join(undone)
        super().__init__(
            f"These deadlines failed, see the log: {named}.", f"Échéances en échec, voir le journal : {named}."
        )


@dataclass(frozen=True, kw_only=True)
class DueDeadline:
    """A deadline as it is due: about which candidacy, its last day, from when it is recalled, by which text."""

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
    """The deadlines of a house as of a day, by the law and the rulebooks as they are."""

    def __init__(self, acquis: App, log: PostgresAttempt | None = None) -> None:
        """Ask nothing yet. `log`: as who asks reads it; each stream is read once."""
        self._house = acquis
        self._log = log or acquis.store.look(acquis.request_of(SYSTEM))

    @property
    def law(self) -> Law:
        """The law as it is published."""
        return self._log.find(Law, Law.the())

    def rules(self, rulebook: RulebookId) -> Rules:
        """What a rulebook says."""
        return self._log.find(Rulebook, rulebook).content

    def due(self, day: date) -> Iterator[DueDeadline]:
        """The deadlines that are to be recalled by that day, or over by it."""
        for running in times(self._house.database, since=day):
            found = self._reckon(running, day)
            if found and found.recall_on <= day:
                yield found

    def of(self, candidacy: UUID, day: date) -> list[DueDeadline]:
        """The deadlines of one candidacy as of a day, the first to end first, to be recalled by then or not."""
        return self.of_each([candidacy], day)[candidacy]

    def of_each(self, candidacies: Collection[UUID], day: date) -> dict[UUID, list[DueDeadline]]:
        """The same of several candidacies, in one question."""
        found: dict[UUID, list[DueDeadline]] = {candidacy: [] for candidacy in candidacies}
        running = times_of(self._house.database, candidacies)
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
        """What time sends at that instant: the key that makes each repeatable, and the command."""
        today = day_in(PARIS, at)
        for running in times(self._house.database, since=today + timedelta(days=1)):
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
        """Whether silence has admitted at that instant, where it counts."""
        silence = silence_of(running.terms, self.law, self.rules(RulebookId(running.rulebook)))
        return silence is not None and silence.admits and silence.calendar.over(found.ends_on, at)

    def _last_day(self, framework: FrameworkId) -> date:
        content = self._log.find(Framework, framework).content
        return self._log.find(Registration, Registration.id_of(framework)).last_day(content)


def run(acquis: App) -> list[str]:
    """Send what time sends now; gives the names of the facts recorded.

    The instant is not part of what makes a request repeatable: two processes never read the clock at the same one.
    """
    return send(acquis, DeadlineCalculator(acquis).commands(acquis.clock.now()))


def send(acquis: App, commands: Iterable[tuple[str, Command]]) -> list[str]:
    """Send these, each with its key; gives the facts recorded. A refusal is no fault: it was done meanwhile.

    What breaks on one candidacy keeps no other from its due: DeadlinesUndone is raised once all were tried.
    """
    recorded: list[str] = []
    undone: list[str] = []
    for key, command in commands:
        request = acquis.request(Intent(actor=SYSTEM, way="deadlines", key=key))
        try:
            recorded += [type(fact).__name__ for fact in acquis.execute(command, request).facts]
        except (Busy, TooMuchAtOnce):  # somebody held the dossier for long, or it is too large: not done
            undone.append(key)
        except Refused:
            continue
        except (psycopg2.Error, PersistenceError):  # the next would meet it too
            raise
        except Exception as error:  # noqa: BLE001  (a fault of ours)
            log.error("a deadline failed", deadline=key, kind=type(error).__name__)  # noqa: TRY400  (may quote a person)
            undone.append(key)
    if undone:
        raise DeadlinesUndone(undone)
    return recorded
