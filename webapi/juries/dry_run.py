"""What would a command record now, or why would it be refused? It is decided on what is, and nothing is appended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar
from uuid import UUID

from domain.execute import decide
from domain.fact import Fact
from domain.ports import Actor, Command, Log, Stream
from domain.refusal import Refused

S = TypeVar("S", bound=Stream)


@dataclass(kw_only=True)
class DryRun:
    """One run of a command over what another attempt reads: what it records stays here."""

    log: Log
    recording: list[tuple[UUID, Fact]] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.log.actor

    @property
    def today(self) -> date:
        """The day on which they ask."""
        return self.log.today

    @property
    def hour(self) -> time:
        """The hour at which they ask."""
        return self.log.hour

    def load(self, kind: type[S], stream: UUID) -> S:
        """As the attempt loads it."""
        return self.log.load(kind, stream)

    def find(self, kind: type[S], stream: UUID) -> S:
        """As the attempt finds it."""
        return self.log.find(kind, stream)

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """As the attempt finds them."""
        return self.log.find_all(kind, streams)

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        """Keep what would be recorded."""
        self.recording.extend((aggregate.id, fact) for fact in facts)

    def new_id(self, name: str) -> UUID:
        """As the attempt gives it."""
        return self.log.new_id(name)


def refusal(log: Log, command: Command) -> Refused | None:
    """Why a command would be refused now; None if it would be recorded."""
    return would(log, command)[1]


def would(log: Log, command: Command) -> tuple[tuple[Fact, ...], Refused | None]:
    """What a command would record, or why it would be refused."""
    run = DryRun(log=log)
    try:
        decide(command, run)
    except Refused as refused:
        return (), refused
    return tuple(fact for _, fact in run.recording), None
