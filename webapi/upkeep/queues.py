"""Work queues of the certifier's registrars, most pressing first, with each task's last day and legal text."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Final
from uuid import UUID

from adapters.log.store import PostgresAttempt
from domain.calendar import Calendar
from domain.deadlines.deadline import Deadline, deadline
from domain.fact import Term
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.framework.jury_rule import imbalances, lacking
from domain.jury.panel import panel
from domain.jury.session import JurySession
from domain.ports import SYSTEM, FrameworkId
from domain.refusal import Violation
from domain.rulebook.law import Law, Provisions
from domain.rulebook.rule_set import Provision, RuleSet
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from projections.deadlines import queues as tables
from projections.deadlines.deadlines import Running
from projections.people.careers import KnownCareers
from webapi.wiring import App

SOON: Final = 15
PRESSING: Final = 7
"""Days before its end from which a deadline is soon, and from which it is pressing."""


class Queue(Term):
    """A work queue of the certifier's registrars (file de travail)."""

    ADMISSIBILITY = "admissibility", "Recevabilité à décider", "Admissibility to decide"
    ASSESSORS = "assessors", "Évaluateurs à désigner", "Assessors to name"
    SUMMONSES = "summonses", "Candidats à convoquer", "Candidates to summon"
    SESSIONS = "sessions", "Jurys à composer", "Juries to compose"
    MINUTES = "minutes", "Sessions à clore, procès-verbaux à signer", "Sessions to close, minutes to sign"
    RELEASE = "release", "Résultats à publier", "Results to release"
    NOTICES = "notices", "Résultats à notifier", "Results to notify"
    REGISTER = "register", "Titres à inscrire au registre", "Titles to enter in the register"
    CERTIFICATES = "certificates", "Parchemins à éditer", "Certificates to issue"
    DECLARATIONS = "declarations", "Titulaires à déclarer (CPF)", "Holders to declare (CPF)"
    CORRECTIONS = "corrections", "Corrections demandées de données (CPF)", "Corrections of data asked for (CPF)"
    REVIEWS = "reviews", "Demandes de réexamen à instruire", "Requests for review to answer"
    ERRORS = "errors", "Erreurs matérielles à approuver", "Material errors to approve"
    CONFIRMATIONS = "confirmations", "À confirmer par une seconde personne", "To be confirmed by a second person"
    IDENTITIES = "identities", "Corrections d'identité à approuver", "Corrections of identity to approve"


BY_SESSION: Final = (Queue.MINUTES, Queue.RELEASE)
"""Queues of sessions whose jury has met; a session is due with the first of its candidates to be notified."""
TIMED: Final = frozenset(BY_SESSION) | frozenset(
    {Queue.ADMISSIBILITY, Queue.SUMMONSES, Queue.NOTICES, Queue.DECLARATIONS, Queue.CORRECTIONS}
)
"""Queues with a legal deadline."""
UNTIMED: Final = frozenset(Queue) - TIMED - {Queue.SESSIONS} | {Queue.SUMMONSES, *BY_SESSION}
"""Queues that also have tasks without one: for the routes by épreuves no text says by when a jury is called."""


class Urgency(StrEnum):
    """How a deadline is shown; the colour changes before the deadline passes."""

    NONE = "none"
    LATER = "later"
    SOON = "soon"
    PRESSING = "pressing"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class WaitingTask:
    """A task in a queue: its candidacy, person or session, its last day, the text that sets that day.

    `numbers` are numbers of competences; `broken` are the rules that the panel of an upcoming session breaks.
    """

    candidacy: UUID | None = None
    candidate: UUID | None = None
    session: UUID | None = None
    since: date | None = None
    ends_on: date | None = None
    text: RuleSet | None = None
    urgency: Urgency = Urgency.NONE
    numbers: tuple[int, ...] = ()
    planned: JurySession | None = None
    listed: int = 0
    broken: tuple[Violation, ...] = ()

    @property
    def place(self) -> tuple[date, date, str]:
        """The sort key in its queue."""
        return self.ends_on or date.max, self.since or date.max, f"{self.candidacy} {self.candidate} {self.session}"


@dataclass(frozen=True, kw_only=True)
class QueueLine:
    """A queue's number of tasks, and the first of them, most pressing first."""

    queue: Queue
    count: int = 0
    items: tuple[WaitingTask, ...] = ()

    @property
    def first(self) -> WaitingTask | None:
        """The most pressing task."""
        return self.items[0] if self.items else None


def urgency(ends_on: date | None, today: date, calendar: Calendar | None = None) -> Urgency:
    """Return how a deadline is shown on a day; it is over once its last day has passed by its calendar."""
    if ends_on is None:
        return Urgency.NONE
    if (calendar or Calendar()).surely_over(ends_on, today):
        return Urgency.OVER
    left = (ends_on - today).days
    return Urgency.PRESSING if left <= PRESSING else Urgency.SOON if left <= SOON else Urgency.LATER


def lines(
    acquis: App, *, files: Collection[UUID], limit: int, queues: Collection[Queue] = tuple(Queue)
) -> list[QueueLine]:
    """Return the queues for a person who has these files, most pressing first, each with at most `limit` tasks.

    Tasks about the person's own files are in none of them.
    """
    return Queues(acquis, files, limit, queues).lines()


def _pressing(line: QueueLine) -> tuple[bool, date]:
    return not line.count, line.first.place[0] if line.first else date.max


@dataclass(frozen=True, kw_only=True)
class LawByPeriod(Law):
    """The law, with one lookup for all days between two changes."""

    known: dict[tuple[Any, ...], Provisions] = field(default_factory=dict)

    @cached_property
    def _days(self) -> list[date]:
        return tables.law_changes(self)

    def in_force(
        self, route: Route, *, began_on: date, session_on: date | None = None, portal: bool = False
    ) -> Provisions:
        """Return the provisions, from the first lookup with days in the same periods."""
        session = None if session_on is None else bisect_right(self._days, session_on)
        asked = (route, bisect_right(self._days, began_on), session, portal)
        if asked not in self.known:
            self.known[asked] = super().in_force(route, began_on=began_on, session_on=session_on, portal=portal)
        return self.known[asked]


class Queues:
    """Today's queues, with one query per table."""

    def __init__(
        self,
        acquis: App,
        files: Collection[UUID],
        limit: int,
        queues: Collection[Queue] = tuple(Queue),
        log: PostgresAttempt | None = None,
    ) -> None:
        self._acquis, self._files, self._limit = acquis, files, limit
        self._today = acquis.clock.today()
        self._log = log or acquis.store.look(acquis.request_of(SYSTEM))
        self._asked = frozenset(queues)
        self._jury_texts = lru_cache(maxsize=None)(self._texts)

    def lines(self) -> list[QueueLine]:
        """Return the requested queues, most pressing first."""
        return sorted((self._line(queue) for queue in Queue if queue in self._asked), key=_pressing)

    def _line(self, queue: Queue) -> QueueLine:
        if queue is Queue.SESSIONS:
            unlawful = tuple(self._unlawful)
            return QueueLine(queue=queue, count=len(unlawful), items=unlawful[: self._limit])
        timed, untimed = self._timed[queue.value], self._untimed[queue.value]
        if queue in BY_SESSION:
            return self._by_session(queue, timed, untimed)
        items = chain(map(self._pressed, (each.running for each in timed)), map(self._unpressed, untimed))
        return QueueLine(
            queue=queue,
            count=sum(each[0].many for each in (timed, untimed) if each),
            items=tuple(sorted(items, key=lambda each: each.place)[: self._limit]),
        )

    def _by_session(self, queue: Queue, timed: list[tables.Timed], untimed: list[tables.Untimed]) -> QueueLine:
        """Return a queue of sessions, each with the deadline of its first candidate."""
        pressed: dict[UUID | None, WaitingTask] = {}
        for each in sorted(map(self._pressed, (each.running for each in timed)), key=lambda each: each.place):
            pressed.setdefault(each.session, each)
        items = [
            WaitingTask(
                session=each.session,
                since=each.since,
                ends_on=first.ends_on,
                text=first.text,
                urgency=first.urgency,
            )
            for each in untimed
            for first in [pressed.get(each.session, WaitingTask())]
        ]
        items.sort(key=lambda each: each.place)
        return QueueLine(queue=queue, count=untimed[0].many if untimed else 0, items=tuple(items))

    @cached_property
    def _timed(self) -> dict[str, list[tables.Timed]]:
        found: defaultdict[str, list[tables.Timed]] = defaultdict(list)
        asked = sorted(TIMED & self._asked)
        if not asked:
            return found
        for each in tables.timed(self._acquis.database, asked, self._law, files=self._files, limit=self._limit):
            found[each.queue].append(each)
        return found

    @cached_property
    def _untimed(self) -> dict[str, list[tables.Untimed]]:
        found: defaultdict[str, list[tables.Untimed]] = defaultdict(list)
        asked = sorted(UNTIMED & self._asked)
        if not asked:
            return found
        for each in tables.untimed(self._acquis.database, asked, files=self._files, limit=self._limit):
            found[each.queue].append(each)
        return found

    def _pressed(self, running: Running) -> WaitingTask:
        rules = self._rules(running.rulebook)
        due = deadline(running.clock, running.terms, self._law, rules, date.max)
        return WaitingTask(
            candidacy=running.candidacy,
            candidate=running.candidate,
            session=running.session,
            since=running.since,
            ends_on=due.ends_on if due else None,
            text=self._text(due),
            urgency=urgency(due.ends_on if due else None, self._today, rules.journeys.calendar),
        )

    def _text(self, due: Deadline | None) -> RuleSet | None:
        return self._law.sets.get(due.rule_set) if due and due.rule_set else None

    def _unpressed(self, each: tables.Untimed) -> WaitingTask:
        return WaitingTask(
            candidacy=each.candidacy,
            candidate=each.candidate,
            session=each.session,
            since=each.since,
            ends_on=each.due_on,
            urgency=urgency(each.due_on, self._today),
            numbers=each.numbers,
        )

    @cached_property
    def planned(self) -> list[tables.ToStaff]:
        """The upcoming sessions."""
        return tables.planned(self._acquis.database, files=self._files)

    @cached_property
    def _unlawful(self) -> list[WaitingTask]:
        """Upcoming sessions whose composition is not lawful yet, and past ones that were never opened."""
        planned = self.planned
        members = {member for each in planned for member in each.session.titulars}
        known = KnownCareers(self._acquis.database, sorted(members), self._log.find)
        found = []
        for each in planned:
            broken = self._broken(each.session, known)
            held_on = each.session.planned.held_on
            if broken or held_on < self._today:
                found.append(
                    WaitingTask(
                        session=each.session.id,
                        ends_on=held_on,
                        urgency=urgency(held_on, self._today),
                        planned=each.session,
                        listed=each.listed,
                        broken=broken,
                    )
                )
        return found

    def _broken(self, session: JurySession, known: KnownCareers) -> tuple[Violation, ...]:
        """Return the rules that the panel breaks: of the sheet, and of the law for candidacies begun on its day."""
        plan, members = session.planned, session.titulars
        definition = known.find(Framework, plan.framework).content
        seated = panel(known.find, session, members, plan.held_on)
        chairing = self._rules(plan.rulebook).chair
        broken = session.lacks(definition.jury(plan.jury), members, seated, chairing=chairing)
        if session.commission:
            return broken
        for text in self._jury_texts(plan.framework, plan.jury, plan.held_on):
            if text.jury:
                broken += lacking(seated, text.jury.minimum, text.jury.quotas, "law", text.reference)
                broken += imbalances(seated, text.jury.balances, text.reference)
        return tuple({each.rule: each for each in broken if each.rule not in session.derogations}.values())

    def _texts(self, framework: FrameworkId, jury: str, on: date) -> list[RuleSet]:
        """Return the legal texts on juries for the routes of that jury and candidacies begun on that day."""
        definition = self._log.find(Framework, framework).content
        routes = (route for route in Route if (rule := definition.jury_for(route)) and rule.id == jury)
        texts = (self._law.in_force(route, began_on=on, session_on=on).source(Provision.JURY) for route in routes)
        return list({text.id: text for text in texts if text}.values())

    @cached_property
    def _law(self) -> Law:
        law = self._log.find(Law, Law.the())
        return LawByPeriod(id=law.id, version=law.version, sets=law.sets, repealed=law.repealed)

    def _rules(self, rulebook: UUID) -> Rules:
        return self._log.find(Rulebook, rulebook).content
