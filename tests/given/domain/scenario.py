"""Log in memory, and scenarios (given, when, then) for tests of rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, ClassVar, TypeVar, get_args, get_type_hints
from uuid import NAMESPACE_DNS, UUID, uuid4, uuid5

from domain.appeal.facts import AnnulmentProposed
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.execute import execute
from domain.fact import Fact, Personal, RecordedFact, Stamp
from domain.people.facts import Registered, RoleGranted
from domain.ports import (
    NOBODY,
    OPERATOR,
    Actor,
    Command,
    Log,
    PersonId,
    Recorded,
    Request,
    Role,
    Stream,
    StreamChanged,
)
from domain.refusal import IdempotencyKeyReused, NotFound, Refused, StaleVersion
from domain.replay.judge import Unlawful, replay

F = TypeVar("F", bound=Fact)
S = TypeVar("S", bound=Stream)
LATELY = 12
NOON = time(12)
"""The number of last facts before which a refused command is tried again."""
UNASKED = (StaleVersion,)
"""Rules that the replay cannot check: it does not know what the user was shown."""
COLLEAGUE = PersonId(uuid5(NAMESPACE_DNS, "colleague.example"))
NEWCOMER = PersonId(uuid5(NAMESPACE_DNS, "newcomer.example"))


@cache
def may_lack(kind: type[Any]) -> frozenset[str]:
    """Return the fields of a fact that may be empty."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if type(None) in get_args(hint))


class MemoryStore:
    """The log as a list; it passes the same port tests as the real one."""

    def __init__(self) -> None:
        self.told: list[RecordedFact] = []
        self._streams: dict[UUID, list[Fact]] = {}
        self._rebuilt: dict[tuple[type[Stream], UUID], tuple[list[Fact], Any]] = {}
        self._answers: dict[UUID, tuple[str | None, Recorded]] = {}

    def repeated(self, request: Request) -> Recorded | None:
        if request.append_id not in self._answers:
            return None
        digest, answer = self._answers[request.append_id]
        if digest != request.digest:
            raise IdempotencyKeyReused(request.append_id)
        return answer

    @contextmanager
    def attempt(self, request: Request, contended: frozenset[UUID]) -> Iterator[MemoryAttempt]:
        del contended  # one thread: nothing to lock
        yield MemoryAttempt(self, request)

    def facts(self, stream: UUID) -> list[Fact]:
        return self._streams.get(stream, [])

    def rebuilt(self, kind: type[S], stream: UUID) -> S:
        """Return the aggregate built from its facts, from the cached one if possible. Raises NotFound."""
        facts = self.facts(stream)
        past, aggregate = self._rebuilt.get((kind, stream), ([], kind(id=stream)))
        if facts[: len(past)] != past:  # some facts were taken back
            past, aggregate = [], kind(id=stream)
        for fact in facts[len(past) :]:
            if not isinstance(fact, facts_of(kind)):  # the id of another kind of stream
                raise NotFound(stream)
            aggregate = aggregate.evolve(fact)
        self._rebuilt[kind, stream] = (list(facts), aggregate)
        found: S = replace(aggregate, version=len(facts))
        return found

    def append(self, facts: list[tuple[UUID, Fact]], relied: dict[UUID, int], request: Request) -> Recorded:
        if answer := self.repeated(request):
            return answer
        if moved := [stream for stream, version in relied.items() if len(self.facts(stream)) != version]:
            raise StreamChanged(*moved)
        for n, (stream, fact) in enumerate(facts):
            self._add(stream, fact, request, n)
        positions = range(len(self.told) - len(facts) + 1, len(self.told) + 1)
        versions = {stream: len(self.facts(stream)) for stream, _ in facts}
        answer = Recorded(positions=tuple(positions), facts=tuple(fact for _, fact in facts), versions=versions)
        self._answers[request.append_id] = (request.digest, answer)
        return answer

    def take_back(self, length: int) -> None:
        """Remove the facts after the first `length`."""
        for told in self.told[length:]:
            self._streams[told.stamp.stream].pop()
            self._answers.pop(told.stamp.append_id, None)
        del self.told[length:]

    def copy(self, but: int = 0) -> MemoryStore:
        """Return a log that continues separately from here, or from before the last `but` facts."""
        other = MemoryStore()
        other.told = self.told[: len(self.told) - but]
        other._rebuilt = dict(self._rebuilt)
        for told in other.told:
            other._streams.setdefault(told.stamp.stream, []).append(told.fact)
        return other

    def _add(self, stream: UUID, fact: Fact, request: Request, n: int) -> None:
        kind: Any = type(fact)
        assert isinstance(stream, UUID), "a fact of nothing"
        for each in fields(fact):
            held = getattr(fact, each.name)
            assert held is not None or each.name in may_lack(kind), f"{each.name} is missing"
            if isinstance(held, Personal):
                assert isinstance(held.person, UUID), f"{each.name} is about nobody"
                assert held != Personal(None, held.person), f"{each.name} says nothing"
        stamp = Stamp(
            stream=stream,
            version=len(self.facts(stream)) + 1,
            position=len(self.told) + 1,
            by=request.actor.person,
            role=request.actor.role.value,
            on=request.today,
            at=datetime(2021, 1, 1, tzinfo=UTC),
            append_id=request.append_id,
            n=n,
        )
        self.told.append(RecordedFact(fact=fact, stamp=stamp))
        self._streams.setdefault(stream, []).append(fact)


class MemoryAttempt:
    """One run of a command against the list."""

    def __init__(self, store: MemoryStore, request: Request) -> None:
        self._store, self._request = store, request
        self._loaded: dict[UUID, int] = {}
        self._pending: list[tuple[UUID, Fact]] = []

    @property
    def actor(self) -> Actor:
        return self._request.actor

    @property
    def today(self) -> date:
        return self._request.today

    @property
    def hour(self) -> time:
        return self._request.hour

    def load(self, kind: type[S], stream: UUID) -> S:
        found = self.find(kind, stream)
        if not found.version:
            raise NotFound(stream)
        return found

    def find(self, kind: type[S], stream: UUID) -> S:
        found = self._store.rebuilt(kind, stream)
        self._loaded.setdefault(stream, found.version)
        return found

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        return [self.find(kind, stream) for stream in streams]

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        self._loaded.setdefault(aggregate.id, aggregate.version)
        self._pending.extend((aggregate.id, fact) for fact in facts)

    @property
    def recording(self) -> list[tuple[UUID, Fact]]:
        return self._pending

    def new_id(self, name: str) -> UUID:
        return uuid5(self._request.append_id, name)

    def version_of(self, stream: UUID) -> int:
        return self._loaded.get(stream, 0)

    def commit(self) -> Recorded:
        """Append the recorded facts, ordered by their streams' first facts, as the log does."""
        if not self._pending:
            return Recorded(positions=(), facts=())
        streams = list(dict.fromkeys(stream for stream, _ in self._pending))
        in_order = sorted(self._pending, key=lambda each: streams.index(each[0]))
        return self._store.append(in_order, self._loaded, self._request)


@cache
def facts_of(kind: type[Any]) -> tuple[type[Fact], ...]:
    union = get_type_hints(kind.evolve)["fact"]
    return get_args(union) or (union,)


@dataclass
class Meanwhile:
    """A command during whose first run another command is committed, between its reads and its append."""

    roles: ClassVar[frozenset[Role]] = frozenset(Role)
    command: Any
    something: Callable[[], object]
    runs: int = 0

    @property
    def subject(self) -> UUID:
        subject: UUID = self.command.subject
        return subject

    def execute(self, log: Log) -> None:
        self.command.execute(log)
        self.runs += 1
        if self.runs == 1:
            self.something()


def sound(refused: Refused) -> None:
    """Check that a refusal says what it is about, and each broken rule in both languages with its place."""
    assert None not in refused.about, f"about nothing: {refused!r}"
    assert refused.about or not refused.violations, f"rules failed, and nobody knows of what: {refused!r}"
    for failed in refused.violations:
        assert re.fullmatch(r"[a-z]+([-_.]?[a-z0-9]+|\[\d+\])*", failed.rule), failed
        assert failed.source, failed
        for sentence in (failed.en, failed.fr):
            assert re.fullmatch(r"[A-ZÉÀ0-9].+\.", sentence), failed
            assert not sentence.isupper(), failed


@dataclass(frozen=True)
class At:
    """Facts that already exist in a stream."""

    stream: UUID
    facts: tuple[Fact, ...]


def fact_of(step: At, kind: type[F]) -> F:
    """Return the one fact of a step, which is of this kind."""
    (fact,) = step.facts
    assert isinstance(fact, kind), f"a {type(fact).__name__}"
    return fact


def rebuilt(begun: S, facts: Iterable[Fact]) -> S:
    """What the next facts of its stream make of it."""
    for fact in facts:
        begun = begun.evolve(fact)
    return begun


@dataclass
class Scenario:
    """Given facts, when a command is sent, then facts, or a refusal that stored nothing."""

    today: date
    store: MemoryStore = field(default_factory=MemoryStore)
    outcome: Recorded | Refused | None = None
    head: int = 0
    sent: set[int] = field(default_factory=set)
    replayed: bool = False
    hour: time = NOON

    @property
    def log(self) -> MemoryAttempt:
        """The present log, as a command would read it; nothing is recorded through it."""
        return MemoryAttempt(self.store, Request(actor=OPERATOR, append_id=uuid4(), today=self.today, hour=self.hour))

    def given(self, *steps: At | Iterable[At]) -> None:
        for step in steps:
            for at in [step] if isinstance(step, At) else step:
                self._apart(at.stream, at.facts, OPERATOR, self.today)

    def when(
        self,
        command: Command,
        by: Actor,
        *,
        shown: int | None = None,
        append_id: UUID | None = None,
        on: date | None = None,
    ) -> None:
        self.head = len(self.store.told)
        request = Request(
            actor=by, append_id=append_id or uuid4(), today=on or self.today, hour=self.hour, shown=shown
        )
        try:
            self.outcome = execute(command, self.store, request)
            self.sent.update(self.outcome.positions)
        except Refused as refused:
            self.outcome = refused
        if isinstance(self.outcome, Refused):
            sound(self.outcome)
            if self.replayed and not isinstance(self.outcome, UNASKED):
                assert not self.let_pass(command, by, request.today), f"the replay lets it pass: {self.outcome!r}"

    def when_both(self, command: Command, by: Actor, *, on: date | None = None) -> None:
        """Send a command that needs two people: a colleague in the same role proposes it, then `by` confirms."""
        colleague = Actor(person=COLLEAGUE, role=by.role)
        if RoleGranted(role=by.role) not in self.store.facts(COLLEAGUE):
            self.given(At(COLLEAGUE, (Registered(name=Personal("x", COLLEAGUE)), RoleGranted(role=by.role))))
        confirming: Any = replace(command, confirms=True)  # type: ignore[type-var]
        self.when(command, by=colleague, on=on)
        self.when(confirming, by=by, on=on)

    def when_annulled(self, command: Command, by: Actor, *, on: date | None = None, **sent: Any) -> None:
        """Send a command; if it proposes an annulment, a second registrar confirms it.

        The outcome is then the proposal and its consequences, without the confirmation.
        """
        self.when(command, by=by, on=on, **sent)
        proposed = [fact for fact in self._recorded() if isinstance(fact, AnnulmentProposed)]
        for each in proposed:
            self.second_registrar()
            confirm = ConfirmAnnulment(candidacy=each.candidacy, about=each.about)
            self.when(confirm, by=Actor(person=COLLEAGUE, role=Role.REGISTRAR), on=on)
            if isinstance(self.outcome, Recorded):
                _, *annulled = self.outcome.facts
                self.outcome = replace(self.outcome, facts=tuple(annulled))

    def second_registrar(self) -> None:
        """Register a second registrar."""
        if RoleGranted(role=Role.REGISTRAR) not in self.store.facts(COLLEAGUE):
            name, role = Registered(name=Personal("x", COLLEAGUE)), RoleGranted(role=Role.REGISTRAR)
            self.given(At(COLLEAGUE, (name, role) if not self.store.facts(COLLEAGUE) else (role,)))

    def _recorded(self) -> tuple[Fact, ...]:
        return self.outcome.facts if isinstance(self.outcome, Recorded) else ()

    def let_pass(self, command: Command, by: Actor, on: date) -> bool:
        """Return whether the replay accepts, by this actor and now, facts allowed to others or at an earlier time."""
        for store, before, other in self.elsewhere(command, by):
            try:
                recorded = execute(command, store, Request(actor=other, append_id=uuid4(), today=on, hour=self.hour))
            except Refused:
                continue
            theirs = [
                replace(
                    told,
                    stamp=replace(told.stamp, by=by.person, role=by.role.value, position=len(before) + n),
                )
                for n, told in enumerate(store.told[len(store.told) - len(recorded.positions) :], 1)
            ]
            found = [each for each in replay([*before, *theirs]) if each.position > len(before)]
            return bool(theirs) and not found
        return False

    def elsewhere(self, command: Command, by: Actor) -> Iterator[tuple[MemoryStore, list[RecordedFact], Actor]]:
        """Yield stores that may allow the command, with the replay's knowledge: for others, or earlier."""
        for other in self.others(command, by):
            store = self.store.copy()
            request = Request(actor=OPERATOR, append_id=uuid4(), today=self.today, hour=self.hour)
            named: list[tuple[UUID, Fact]] = [
                (NEWCOMER, Registered(name=Personal("x", NEWCOMER))),
                (NEWCOMER, RoleGranted(role=other.role)),
            ]
            store.append(named if other.person == NEWCOMER else [], {}, request)
            yield store, list(store.told), other
        for last in range(1, min(LATELY, len(self.store.told))):
            yield self.store.copy(but=last), self.store.told, by

    def others(self, command: Command, by: Actor) -> list[Actor]:
        """Return who else may send it: everybody with a suitable role, and a newcomer with that role only."""
        held = {
            Actor(person=PersonId(told.stamp.stream), role=told.fact.role)
            for told in self.store.told
            if isinstance(told.fact, RoleGranted) and told.fact.role in command.roles
        }
        new = [Actor(person=NEWCOMER, role=role) for role in sorted(command.roles - NOBODY)]
        return [*new, *sorted(held - {by}, key=repr)]

    def refused_again(self) -> list[Unlawful]:
        """Return what the rules, applied again to the log, would refuse of what commands recorded."""
        return [found for found in replay(self.store.told) if found.position in self.sent]

    def forged_together(
        self, *ats: At, by: Actor, on: date | None = None, append_id: UUID | None = None
    ) -> list[str]:
        """Return the replay's verdict on facts written without a command in one append; they are removed again."""
        before = len(self.store.told)
        facts = [(at.stream, fact) for at in ats for fact in at.facts]
        request = Request(actor=by, append_id=append_id or uuid4(), today=on or self.today, hour=self.hour)
        self.store.append(facts, {}, request)
        found = [each.rule for each in replay(self.store.told) if each.position > before]
        self.store.take_back(before)
        return found

    def forged(self, stream: UUID, *facts: Fact, by: Actor, on: date | None = None) -> list[str]:
        """Return the replay's verdict on facts written without a command, one append each; they are removed."""
        before = len(self.store.told)
        self._apart(stream, facts, by, on or self.today)
        found = [each.rule for each in replay(self.store.told) if each.position > before]
        self.store.take_back(before)
        return found

    def _apart(self, stream: UUID, facts: Iterable[Fact], by: Actor, on: date) -> None:
        """Append facts one by one."""
        for fact in facts:
            self.store.append([(stream, fact)], {}, Request(actor=by, append_id=uuid4(), today=on, hour=self.hour))

    def take_back(self, length: int | None = None) -> None:
        """Remove the facts after the first `length`, or those of the last command."""
        self.store.take_back(self.head if length is None else length)
        self.sent = {position for position in self.sent if position <= len(self.store.told)}

    def wrong(self) -> list[str]:
        """Return the replay's findings on what the last command recorded."""
        return [each.rule for each in replay(self.store.told) if each.position > self.head]

    def then(self, *facts: Fact) -> None:
        assert isinstance(self.outcome, Recorded), f"refused: {self.outcome!r}"
        assert self.outcome.facts == facts

    def then_recorded(self, *kinds: type[Fact]) -> tuple[Fact, ...]:
        assert isinstance(self.outcome, Recorded), f"refused: {self.outcome!r}"
        assert tuple(type(fact) for fact in self.outcome.facts) == kinds
        return self.outcome.facts

    def then_refused(self, refusal: type[Refused], *about: object) -> Refused:
        """Check that exactly this rule refused the command, about that if given, and that nothing was stored."""
        assert type(self.outcome) is refusal, f"not refused so: {self.outcome!r}"
        assert isinstance(self.outcome, Refused)
        assert len(self.store.told) == self.head, "a refusal stored something"
        if about:
            assert self.outcome.about == about
        return self.outcome


def newest_unlawful(scenario: Scenario) -> set[str]:
    """Return the rules that the replay finds broken by what was recorded last."""
    return {each.rule for each in replay(scenario.store.told) if each.position > scenario.head}
