"""How many threads may what is slow hold at once, so that one of a process is left for all else? (ADR 50)"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from adapters.database.capacity import THREADS


class Places:
    """So many threads may be here at once; who comes beyond them is told at once, and waits without a thread.

    `within`: each place taken here is one taken there, too.
    """

    def __init__(self, most: int, within: Places | None = None) -> None:
        """At most so many."""
        self._most, self._within, self._held, self._lock = most, within, 0, Lock()

    @property
    def full(self) -> bool:
        """Whether all are taken."""
        return self._held >= self._most

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Take a place for as long as this lasts; whether there was one."""
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
"""All that is slow together."""
HASHING: Final = Places(THREADS - 1, SLOW)
"""Passwords that are checked, and those whose turn is next."""
WAITING: Final = Places(THREADS // 2, SLOW)
"""Readers who wait for what is recorded and not shown yet, longer than a moment."""
FOLLOWING: Final = Places(1, SLOW)
"""Programs that wait for what the feed tells next, half a minute at most."""
HEAVY: Final = Places(THREADS // 2, SLOW)
"""Heavy answers that are made or wait for their turn (ADR 73)."""
