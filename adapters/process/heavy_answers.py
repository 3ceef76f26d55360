"""Limits on heavy answers made at once, per machine and per person (ADR 73).

An export, a report or a what-if computation occupies a processor for a while. Each process has a few threads, and
each processor serves many people. Therefore a heavy answer waits for its turn: for each kind, a process makes one at
a time and the machine makes `most`; for each person, one is made while another may wait. The web processes of a
machine share the turns by locks on the bytes of one file. The kernel releases the locks of a process that dies.
Nothing is written to the file, and no connection to the database is held.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import UUID

from adapters.operations.rate_limits import RateLimited
from adapters.process.thread_slots import HEAVY
from domain.refusal import Refused

PATIENCE: Final = 10.0
"""Seconds that a heavy answer waits for its turn."""
STEP: Final = 0.02
SOON: Final = 2
"""Seconds after which the client may ask again."""
PROCESS: Final = 0
"""The number of the process's own turn, which needs no lock on the file."""
OF_PERSONS: Final = 1024
"""The first byte for persons; the bytes before it are the machine's turns."""
OF_ONE_PERSON: Final = 2
"""Heavy answers of one person that may be made or wait."""
MOST: Final = max(1, (os.cpu_count() or 1) // 2)
"""Heavy answers that one machine makes at a time: half of its processors are left for other requests."""


class HeavyKind(StrEnum):
    """A kind of heavy answer; answers of different kinds do not wait for each other, since some take much longer."""

    OWN = "own"
    """A person's own data, and what-if computations: mostly less than a second."""
    FIGURES = "figures"
    """Figures computed for a page or a small file: seconds."""
    FILES = "files"
    """A reporting view's rows, and bags for auditors: minutes, if the log is long."""


class TooManyHeavyAnswers(Refused):
    """Many exports and reports are being made at this moment: try again in a few seconds."""

    fr = "Beaucoup d'exports et de rapports sont en préparation en ce moment : réessayez dans quelques secondes."
    kind = "busy"
    seconds = SOON


class OwnAnswersInTheMaking(RateLimited):
    """Your earlier exports or reports are still being made: try again once you have them."""

    fr = "Vos exports ou rapports précédents sont encore en préparation : réessayez quand vous les aurez reçus."


class HeavyAnswers:
    """The turns for one kind, which this process shares with the other web processes of the machine."""

    def __init__(self, data: Path, kind: HeavyKind, most: int = MOST) -> None:
        """Set the path of the lock file in the data folder; it is opened later."""
        self._path, self._most = data / f"heavy-{kind}.lock", most
        self._file: int | None = None
        self._held: set[int] = set()
        self._lock = Lock()

    @contextmanager
    def turn(self, person: UUID) -> Iterator[None]:
        """Wait for a turn, and hold it until the block ends.

        Raises OwnAnswersInTheMaking if two heavy answers of this person are being made or wait, and
        TooManyHeavyAnswers if no thread of the process may wait, or no turn is free in time.
        """
        own = _bytes_of(person)
        place = self._first_of(own[1:])
        if place is None:
            raise OwnAnswersInTheMaking(SOON)
        try:
            with HEAVY.taken() as there:
                if not there:
                    raise TooManyHeavyAnswers
                turn = self._wait(own[0])
                try:
                    yield
                finally:
                    self._release(turn)
        finally:
            self._release([place])

    def close(self) -> None:
        """Close the file, which releases all locks of this process."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None
            self._held.clear()

    def _wait(self, own: int) -> list[int]:
        """Take the process's turn, the person's and one of the machine's; raises TooManyHeavyAnswers."""
        deadline = time.monotonic() + PATIENCE
        while (turn := self._begun(own)) is None:
            if time.monotonic() > deadline:
                raise TooManyHeavyAnswers
            time.sleep(STEP)
        return turn

    def _begun(self, own: int) -> list[int] | None:
        taken: list[int] = []
        for one_of in ([PROCESS], [own], range(1, 1 + self._most)):
            found = self._first_of(one_of)
            if found is None:
                self._release(taken)
                return None
            taken.append(found)
        return taken

    def _first_of(self, places: Iterable[int]) -> int | None:
        """Lock the first of these bytes that no process holds; return it, or None."""
        with self._lock:
            return next((each for each in places if self._take(each)), None)

    def _take(self, place: int) -> bool:
        if place in self._held:
            return False
        if place != PROCESS:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):  # EAGAIN or EACCES: another process holds it
                return False
        self._held.add(place)
        return True

    def _release(self, places: Iterable[int]) -> None:
        with self._lock:
            for each in places:
                self._held.discard(each)
                if each != PROCESS and self._file is not None:
                    fcntl.lockf(self._file, fcntl.LOCK_UN, 1, each)


def _bytes_of(person: UUID) -> range:
    """Return a person's bytes: one for the answer being made, the others for those that wait.

    Two people have the same bytes with a probability of 2^-60, and then wait for each other.
    """
    first = OF_PERSONS + (person.int >> 68) * (1 + OF_ONE_PERSON)
    return range(first, first + 1 + OF_ONE_PERSON)
