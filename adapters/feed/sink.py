"""Interface of the receivers of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class FeedMessage:
    """An event to send: its cursor in the feed, its id, its subject, and its JSON."""

    cursor: int
    id: str
    subject: str
    event: bytes


class NotTaken(Exception):  # noqa: N818  (named after what happened)
    """A receiver did not acknowledge what was sent; the argument is a word that says why."""


class Sink(Protocol):
    """A receiver of events, in order."""

    def send(self, messages: Sequence[FeedMessage]) -> None:
        """Send events, and return once all are acknowledged; raises NotTaken."""

    def close(self) -> None:
        """Close its connections."""
