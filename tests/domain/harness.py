"""What was given, what happens when, and what then? A log in memory, and scenarios that read as rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar, TypeVar, get_args, get_type_hints
from uuid import UUID, uuid4, uuid5

from domain.execute import execute
from domain.fact import Fact, Stamp, Told
from domain.ports import OPERATOR, Actor, Command, Log, Moved, Recorded, Request, Role, Stream
from domain.refusal import IdempotencyKeyReused, NotFound, Refused
from domain.replay import replay

S = TypeVar("S", bound=Stream)


class MemoryStore:
    """The log in a list: it passes the same port tests as the real one."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self._streams: dict[UUID, list[Fact]] = {}
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

    def append(self, facts: list[tuple[UUID, Fact]], relied: dict[UUID, int], request: Request) -> Recorded:
        if answer := self.repeated(request):
            return answer
        if moved := [stream for stream, version in relied.items() if len(self.facts(stream)) != version]:
            raise Moved(*moved)
        for stream, fact in facts:
            self._add(stream, fact, request)
        positions = range(len(self.told) - len(facts) + 1, len(self.told) + 1)
        versions = {stream: len(self.facts(stream)) for stream, _ in facts}
        answer = Recorded(positions=tuple(positions), facts=tuple(fact for _, fact in facts), versions=versions)
        self._answers[request.append_id] = (request.digest, answer)
        return answer

    def take_back(self, length: int) -> None:
        """Forget what was appended after so many facts."""
        for told in self.told[length:]:
            self._streams[told.stamp.stream].pop()
        del self.told[length:]

    def _add(self, stream: UUID, fact: Fact, request: Request) -> None:
        stamp = Stamp(
            stream=stream,
            version=len(self.facts(stream)) + 1,
            position=len(self.told) + 1,
            by=request.actor.person,
            role=request.actor.role.value,
            on=request.today,
            at=datetime(2021, 1, 1, tzinfo=UTC),
        )
        self.told.append(Told(fact=fact, stamp=stamp))
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

    def load(self, kind: type[S], stream: UUID) -> S:
        found = self.find(kind, stream)
        if not found.version:
            raise NotFound(stream)
        return found

    def find(self, kind: type[S], stream: UUID) -> S:
        facts = self._store.facts(stream)
        aggregate: Any = kind(id=stream)
        for fact in facts:
            if not isinstance(fact, facts_of(kind)):  # an id of something else
                raise NotFound(stream)
            aggregate = aggregate.evolve(fact)
        self._loaded.setdefault(stream, len(facts))
        found: S = replace(aggregate, version=len(facts))
        return found

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
        if not self._pending:
            return Recorded(positions=(), facts=())
        return self._store.append(self._pending, self._loaded, self._request)


@cache
def facts_of(kind: type[Any]) -> tuple[type[Fact], ...]:
    union = get_type_hints(kind.evolve)["fact"]
    return get_args(union) or (union,)


@dataclass
class Meanwhile:
    """A command during whose first run something else is committed: after it has read, before it is appended."""

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


@dataclass(frozen=True)
class At:
    """Facts that already stand in a stream."""

    stream: UUID
    facts: tuple[Fact, ...]


@dataclass
class Scenario:
    """Given facts, when somebody sends a command, then facts, or a refusal that stored nothing."""

    today: date
    store: MemoryStore = field(default_factory=MemoryStore)
    outcome: Recorded | Refused | None = None
    head: int = 0

    @property
    def log(self) -> MemoryAttempt:
        """What stands, read as a command would read it; nothing is recorded through it."""
        return MemoryAttempt(self.store, Request(actor=OPERATOR, append_id=uuid4(), today=self.today))

    def given(self, *steps: At | Iterable[At]) -> None:
        for step in steps:
            for at in [step] if isinstance(step, At) else step:
                facts = [(at.stream, fact) for fact in at.facts]
                request = Request(actor=OPERATOR, append_id=uuid4(), today=self.today)
                self.store.append(facts, {}, request)

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
        request = Request(actor=by, append_id=append_id or uuid4(), today=on or self.today, shown=shown)
        try:
            self.outcome = execute(command, self.store, request, patience=0.05)
        except Refused as refused:
            self.outcome = refused

    def forged(self, stream: UUID, *facts: Fact, by: Actor, on: date | None = None) -> list[str]:
        """What the replay says of facts that somebody wrote past every command; they do not stay."""
        before = len(self.store.told)
        self.store.append(
            [(stream, f) for f in facts], {}, Request(actor=by, append_id=uuid4(), today=on or self.today)
        )
        found = [each.rule for each in replay(self.store.told) if each.position > before]
        self.store.take_back(before)
        return found

    def wrong(self) -> list[str]:
        """What the replay says of what the last command recorded."""
        return [each.rule for each in replay(self.store.told) if each.position > self.head]

    def then(self, *facts: Fact) -> None:
        assert isinstance(self.outcome, Recorded), f"refused: {self.outcome!r}"
        assert self.outcome.facts == facts

    def then_recorded(self, *kinds: type[Fact]) -> tuple[Fact, ...]:
        assert isinstance(self.outcome, Recorded), f"refused: {self.outcome!r}"
        assert tuple(type(fact) for fact in self.outcome.facts) == kinds
        return self.outcome.facts

    def then_refused(self, refusal: type[Refused], *about: object) -> Refused:
        """It was refused by this very rule, about that if said, and nothing was stored."""
        assert type(self.outcome) is refusal, f"not refused so: {self.outcome!r}"
        assert isinstance(self.outcome, Refused)
        assert len(self.store.told) == self.head, "a refusal stored something"
        if about:
            assert self.outcome.about == about
        return self.outcome
