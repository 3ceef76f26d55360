"""Limits on the threads used by slow work, so that one thread of a process stays free for other requests (ADR 50)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from adapters.database.capacity import THREADS


class ThreadSlots:
    """A limited number of places for threads; a caller without a place learns it at once, and does not wait here.

    `within`: each place taken here also takes a place there.
    """

    def __init__(self, most: int, within: ThreadSlots | None = None) -> None:
        """Allow up to `most` threads."""
        self._most, self._within, self._held, self._lock = most, within, 0, Lock()

    @property
    def full(self) -> bool:
        """True if all places are taken."""
        return self._held >= self._most

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Take a place while the block lasts; yield whether a place was free."""
        there = self._take()
        try:
            yield there
        finally:
            if there:
                self._leave()

    def _take(self) -> bool:
        with self._lock:
            if self.full or (self._within is not None and not self._within._take()):  # noqa: SLF001  (its own kind)
                return False
            self._held += 1
            return True

    def _leave(self) -> None:
        with self._lock:
            self._held -= 1
        if self._within is not None:
            self._within._leave()  # noqa: SLF001  (likewise)


SLOW: Final = ThreadSlots(THREADS - 1)
"""The places for all slow work together."""
HASHING: Final = ThreadSlots(THREADS - 1, SLOW)
"""The places for requests that hash a password or wait for their turn to."""
WAITING: Final = ThreadSlots(THREADS // 2, SLOW)
"""The places for readers who wait, longer than a moment, until recorded facts are projected."""
FOLLOWING: Final = ThreadSlots(1, SLOW)
"""The places for programs that wait for the feed's next event, half a minute at most."""
HEAVY: Final = ThreadSlots(THREADS // 2, SLOW)
"""The places for heavy answers that are being made or wait for their turn (ADR 73)."""
