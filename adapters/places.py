"""Limits on the threads that slow work may hold, so that one of a process is left for other requests (ADR 50)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from adapters.database.capacity import THREADS


class Places:
    """A number of places for threads; a caller beyond it is told at once, and waits without a thread.

    `within`: each place taken here also takes one there.
    """

    def __init__(self, most: int, within: Places | None = None) -> None:
        """Allow up to `most` threads."""
        self._most, self._within, self._held, self._lock = most, within, 0, Lock()

    @property
    def full(self) -> bool:
        """Whether all places are taken."""
        return self._held >= self._most

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Take a place while the block lasts; yield whether there was one."""
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


SLOW: Final = Places(THREADS - 1)
"""All slow work together."""
HASHING: Final = Places(THREADS - 1, SLOW)
"""Passwords being hashed, and those whose turn is next."""
WAITING: Final = Places(THREADS // 2, SLOW)
"""Readers who wait, longer than a moment, until recorded facts are shown."""
FOLLOWING: Final = Places(1, SLOW)
"""Programs that wait for the feed's next event, half a minute at most."""
HEAVY: Final = Places(THREADS // 2, SLOW)
"""Heavy answers being made or waiting for their turn (ADR 73)."""
