"""Dry run of a command: what it would record now, or its refusal. Nothing is appended."""

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
    """An attempt that reads through another attempt and keeps what the command records."""

    log: Log
    recording: list[tuple[UUID, Fact]] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        """The caller."""
        return self.log.actor

    @property
    def today(self) -> date:
        """The day of the call."""
        return self.log.today

    @property
    def hour(self) -> time:
        """The hour of the call."""
        return self.log.hour

    def load(self, kind: type[S], stream: UUID) -> S:
        """Load it through the attempt."""
        return self.log.load(kind, stream)

    def find(self, kind: type[S], stream: UUID) -> S:
        """Find it through the attempt."""
        return self.log.find(kind, stream)

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """Find them through the attempt."""
        return self.log.find_all(kind, streams)

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        """Keep what would be recorded."""
        self.recording.extend((aggregate.id, fact) for fact in facts)

    def new_id(self, name: str) -> UUID:
        """Return a new id of the attempt."""
        return self.log.new_id(name)


def refusal(log: Log, command: Command) -> Refused | None:
    """Return the refusal of a command if it were sent now; None if it would be recorded."""
    return would(log, command)[1]


def would(log: Log, command: Command) -> tuple[tuple[Fact, ...], Refused | None]:
    """Return what a command would record, or its refusal."""
    run = DryRun(log=log)
    try:
        decide(command, run)
    except Refused as refused:
        return (), refused
    return tuple(fact for _, fact in run.recording), None
