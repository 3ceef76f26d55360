"""What a test waits for, by looking again and again: no clock says when it must have come about."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from itertools import count

LOOKS = 3000
"""After so many the test fails. On a busy machine each takes longer."""
PAUSE = 0.02
"""Seconds between two looks."""


def comes_about(so: Callable[[], object], *, looks: int = LOOKS, every: float = PAUSE) -> bool:
    """Whether it is so at one of that many looks."""
    for _ in range(looks):
        if so():
            return True
        time.sleep(every)
    return bool(so())


def until(so: Callable[[], object], otherwise: Callable[[], str] | str = "it did not come about") -> None:
    """Go on when it is so; fail with a sentence when it does not become so."""
    assert comes_about(so), otherwise if isinstance(otherwise, str) else otherwise()


def listens(port: int) -> bool:
    """Whether somebody listens at this port of this machine."""
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


class OwnTime(threading.local):
    """Stands for the module `time`: each thread has its own, which goes on only while that thread sleeps by it."""

    def __init__(self) -> None:
        self.slept = 0.0

    def monotonic(self) -> float:
        """How long this thread has slept."""
        return self.slept

    def sleep(self, seconds: float) -> None:
        """It has slept so long."""
        self.slept += seconds


class Ticking:
    """Stands for the module `time`: at each look it is as much later."""

    def __init__(self, seconds: float) -> None:
        self._looks = count(1000)
        self._seconds = seconds

    def monotonic(self) -> float:
        """Later than at the last look."""
        return next(self._looks) * self._seconds
