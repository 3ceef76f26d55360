"""Every command as the tests of its rule send it: the log before, the streams it loaded, the facts it recorded."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

from domain.execute import execute
from domain.fact import Fact, RecordedFact
from domain.ports import Actor, Attempt, Command, Recorded, Request, Store, Stream
from tests.given.domain import scenario as harness
from tests.given.domain.any_command import every_command
from tests.given.domain.people import HOUSE, JURY_DAY

S = TypeVar("S", bound=Stream)
RULES = Path(__file__).parents[2] / "domain"


@dataclass(frozen=True)
class Sent:
    """A recorded command, and the log before it."""

    command: Command
    request: Request
    before: tuple[RecordedFact, ...]
    loaded: dict[UUID, type[Stream]]
    recorded: Recorded

    @property
    def name(self) -> str:
        return type(self.command).__name__


@dataclass
class Watched:
    """An attempt that notes which streams it loads."""

    attempt: Attempt
    loaded: dict[UUID, type[Stream]] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return self.attempt.actor

    @property
    def today(self) -> date:
        return self.attempt.today

    @property
    def hour(self) -> time:
        return self.attempt.hour

    @property
    def recording(self) -> Any:
        return self.attempt.recording

    def load(self, kind: type[S], stream: UUID) -> S:
        self.loaded[stream] = kind
        return self.attempt.load(kind, stream)

    def find(self, kind: type[S], stream: UUID) -> S:
        self.loaded[stream] = kind
        return self.attempt.find(kind, stream)

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        wanted = list(streams)
        self.loaded |= dict.fromkeys(wanted, kind)
        return self.attempt.find_all(kind, wanted)

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        self.loaded.setdefault(aggregate.id, type(aggregate))
        self.attempt.record(aggregate, *facts)

    def new_id(self, name: str) -> UUID:
        return self.attempt.new_id(name)

    def version_of(self, stream: UUID) -> int:
        return self.attempt.version_of(stream)

    def commit(self) -> Recorded:
        return self.attempt.commit()


@dataclass
class Watching:
    """A store whose attempts are watched; `meanwhile` runs between the loads of an attempt and its append."""

    store: Store
    meanwhile: Callable[[Watched], None] = lambda _: None
    loaded: dict[UUID, type[Stream]] = field(default_factory=dict)
    attempts: int = 0

    def repeated(self, request: Request) -> Recorded | None:
        return self.store.repeated(request)

    @contextmanager
    def attempt(self, request: Request, contended: frozenset[UUID]) -> Iterator[Interrupted]:
        self.attempts += 1
        with self.store.attempt(request, contended) as attempt:
            yield Interrupted(attempt, self.loaded, self.meanwhile)


@dataclass
class Interrupted(Watched):
    """An attempt during which something happens after its decision."""

    meanwhile: Callable[[Watched], None] = lambda _: None

    def commit(self) -> Recorded:
        self.meanwhile(self)
        return super().commit()


def sent() -> list[Sent]:
    """Return each command, once for each kind of stream that it loads, from the tests of the domain's rules."""
    found: list[Sent] = []
    met: set[tuple[type[Command], type[Stream]]] = set()
    wanted = every_command()

    def noting(command: Command, store: harness.MemoryStore, request: Request) -> Recorded:
        before = len(store.told)
        watching = Watching(store)
        recorded = execute(command, watching, request)
        pairs = {(type(command), kind) for kind in watching.loaded.values()}
        if type(command) in wanted and recorded.positions and not pairs <= met:
            met.update(pairs)
            found.append(Sent(command, request, tuple(store.told[:before]), watching.loaded, recorded))
        return recorded

    acquis = harness.Scenario(today=JURY_DAY)
    acquis.given(HOUSE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harness, "execute", noting)
        for module, test in _tests():
            _play(module, test, harness.Scenario(today=JURY_DAY, store=acquis.store.copy()))
    return found


def _tests() -> Iterator[tuple[Any, Any]]:
    """Return the tests of the rules that need no fixture, a scenario, or a fixture that makes something of one."""
    for path in sorted(RULES.rglob("test_*.py")):
        module: Any = import_module(".".join(("tests", "domain", *path.relative_to(RULES).with_suffix("").parts)))
        for name, test in list(vars(module).items()):
            own = inspect.isfunction(test) and test.__module__ == module.__name__ and name.startswith("test_")
            plain = own and not hasattr(test, "pytestmark") and not hasattr(test, "hypothesis")
            if plain and _needs(module, test) <= {"scenario"}:
                yield module, test


def _fixture(module: Any, name: str) -> Any:
    """Return the function that makes an argument of this name for a module of tests; None if it has none."""
    return getattr(getattr(module, name, None), "_get_wrapped_function", lambda: None)()


def _needs(module: Any, test: Any) -> set[str]:
    """Return the fixtures that a test needs and that its own module does not make."""
    found: set[str] = set()
    for name in inspect.signature(test).parameters:
        fixture = _fixture(module, name)
        found |= {name} if fixture is None else _needs(module, fixture)
    return found


def _play(module: Any, test: Any, scene: harness.Scenario) -> None:
    made: dict[str, Any] = {"scenario": scene}

    def given(to: Any) -> dict[str, Any]:
        for name in inspect.signature(to).parameters:
            if name not in made:
                fixture = _fixture(module, name)
                made[name] = fixture(**given(fixture))
        return {name: made[name] for name in inspect.signature(to).parameters}

    test(**given(test))
