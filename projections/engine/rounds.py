"""Periodic tasks next to the projector: checkpoints and the watch of the log.

A release of results or an erasure starts them at once. Each task runs in a thread of its own, so that a failure, or a
witness that does not answer, stops no projection.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from domain.refusal import Refused

EVERY = 60.0  # seconds
ENDING = 15.0  # seconds given to a round under way when the projector stops

log = logging.getLogger(__name__)


class Rounds:
    """A task repeated for as long as the projector is active, such as making checkpoints."""

    def __init__(
        self, make: Callable[[], object], every: float = EVERY, failed: str = "no checkpoint was made"
    ) -> None:
        """Call `make` in each round; its exceptions are logged after the words `failed`."""
        self._make = make
        self._failed = failed
        self._every = every
        self._called = threading.Event()
        self._over = threading.Event()

    def now(self) -> None:
        """Start a round at once."""
        self._called.set()

    @contextmanager
    def going(self) -> Iterator[None]:
        """Run rounds until the block ends: the first one at once, and a last one after it."""
        self._over.clear()
        thread = threading.Thread(target=self._go, name="rounds", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._called.set()
            thread.join(ENDING)

    def _go(self) -> None:
        while True:
            over = self._over.is_set()
            self._called.clear()
            self._round()
            if over:
                return
            if self._over.is_set():
                continue
            self._called.wait(self._every)

    def _round(self) -> None:
        try:
            self._make()
        except Exception as error:  # noqa: BLE001  (the projector continues after any error)
            log.error("%s: %s: %s", self._failed, type(error).__name__, _said(error))  # noqa: TRY400  (a sentence)


def _said(error: Exception) -> str:
    if isinstance(error, Refused):
        return " ".join([error.sentence("en"), *(each.en for each in error.violations)])
    return str(error)
