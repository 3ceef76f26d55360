"""What takes events? Something that says so, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """An event on its way: where in the feed, its own id, what a subject says of it, and its JSON."""

    cursor: int
    id: str
    subject: str
    event: bytes


class NotTaken(Exception):  # noqa: N818  (it names what was met)
    """A receiver did not acknowledge what was sent: a word, by which programs and people know why."""


class Sink(Protocol):
    """A receiver of events, in order."""

    def send(self, messages: Sequence[Message]) -> None:
        """Have them all acknowledged; raises NotTaken."""

    def close(self) -> None:
        """Leave its connections."""
