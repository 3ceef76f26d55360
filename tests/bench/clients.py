"""How often can a number of client processes do a thing at once, in a second?"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Self

Step = Callable[[], None]
Loop = Callable[[int, int], AbstractContextManager[Step]]
"""Given the client's number and how many turns were before: opens what it needs and gives the step to repeat."""

GRACE = 60.0  # seconds beyond the time of a turn after which a client is given up


class Clients:
    """Forked processes that take turns at loops by name; ended with the block, by force if they do not go."""

    def __init__(self, count: int, loops: Mapping[str, Loop]) -> None:
        """Fork them now: the parent must hold no thread and no connection that they would use."""
        context = multiprocessing.get_context("fork")
        barrier = context.Barrier(count)
        self._ends: list[Connection] = []
        self._processes = []
        for number in range(count):
            here, there = context.Pipe()
            process = context.Process(target=_client, args=(number, there, barrier, loops), daemon=True)
            process.start()
            there.close()
            self._ends.append(here)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.send(None)
        for process in self._processes:
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()

    def rate(self, loop: str, seconds: float) -> float:
        """Steps a second of all of them together."""
        for end in self._ends:
            end.send((loop, seconds))
        total = 0.0
        for end in self._ends:
            if not end.poll(seconds + GRACE):
                raise TimeoutError(f"a client of {loop} does not answer")
            told = end.recv()
            if not isinstance(told, float):  # what it failed of
                raise RuntimeError(f"{loop}: {told}")  # noqa: TRY004  (not this program's mistake)
            total += told
        return total


def _client(number: int, end: Connection, barrier: Barrier, loops: Mapping[str, Loop]) -> None:
    turns = 0
    while True:
        try:
            told = end.recv()
        except EOFError:
            return
        if told is None:
            return
        loop, seconds = told
        try:
            end.send(_turn(loops[loop], number, turns, barrier, seconds))
        except Exception as error:  # noqa: BLE001  (told to the parent, whatever it is)
            barrier.abort()
            end.send(f"{type(error).__name__}: {error}")
        turns += 1


def _turn(loop: Loop, number: int, turns: int, barrier: Barrier, seconds: float) -> float:
    with loop(number, turns) as step:
        step()  # connects, and lets the server plan: not what is measured
        barrier.wait(GRACE / 2)
        began = time.perf_counter()
        done, ends = 0, began + seconds
        while time.perf_counter() < ends:
            step()
            done += 1
        return done / (time.perf_counter() - began)
