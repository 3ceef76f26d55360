"""Waiting for a condition by polling; the limit is a number of polls, not a time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from itertools import count

LOOKS = 3000
"""After this many polls the test fails. Each poll takes longer on a busy machine."""
PAUSE = 0.02
"""Seconds between two polls."""


def comes_about(so: Callable[[], object], *, looks: int = LOOKS, every: float = PAUSE) -> bool:
    """Return whether the condition becomes true in this many polls."""
    for _ in range(looks):
        if so():
            return True
        time.sleep(every)
    return bool(so())


def until(so: Callable[[], object], otherwise: Callable[[], str] | str = "it did not come about") -> None:
    """Wait for the condition; fail with a sentence if it does not become true."""
    assert comes_about(so), otherwise if isinstance(otherwise, str) else otherwise()


def listens(port: int) -> bool:
    """Return whether a server listens on this port of this machine."""
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


class OwnTime(threading.local):
    """Replacement of the module `time`: each thread has its own clock, which only its sleeps advance."""

    def __init__(self) -> None:
        self.slept = 0.0

    def monotonic(self) -> float:
        """Return how long this thread has slept."""
        return self.slept

    def sleep(self, seconds: float) -> None:
        """Add to this thread's time."""
        self.slept += seconds


class Ticking:
    """Replacement of the module `time`, whose clock advances by a fixed step at each call."""

    def __init__(self, seconds: float) -> None:
        self._looks = count(1000)
        self._seconds = seconds

    def monotonic(self) -> float:
        """Return a later time than the last call."""
        return next(self._looks) * self._seconds
