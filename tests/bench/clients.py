"""Client processes that repeat a step together, and their rate."""

from __future__ import annotations

import multiprocessing
import re
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Self

Step = Callable[[], object]
"""A step, done once; a step that waits for its time returns the seconds of its own work."""
Loop = Callable[[int, int], AbstractContextManager[Step]]
"""A context manager that prepares a client, by its number and the number of earlier turns, and yields its step."""

Turn = tuple[float, list[float]]
"""Steps a second, and the seconds of each."""

LENGTH = re.compile(rb"(?i)content-length: *(\d+)")
GRACE = 60.0  # seconds after a turn's time until a client counts as lost


class Clients:
    """Forked processes that take turns at loops by name; stopped with the block, by force if needed."""

    def __init__(self, count: int, loops: Mapping[str, Loop]) -> None:
        """Fork the clients now: the parent must hold no thread and no connection that they would use."""
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
        """Return the steps a second of all clients together."""
        return self.timed(loop, seconds)[0]

    def timed(self, loop: str, seconds: float) -> Turn:
        """Return the steps a second of all clients together, and the time of each step."""
        for end in self._ends:
            end.send((loop, seconds))
        total, waits = 0.0, []
        for end in self._ends:
            if not end.poll(seconds + GRACE):
                raise TimeoutError(f"a client of {loop} does not answer")
            told = end.recv()
            if isinstance(told, str):  # its error
                raise RuntimeError(f"{loop}: {told}")  # noqa: TRY004  (not this program's mistake)
            total += told[0]
            waits += told[1]
        return total, waits


def percentile(waits: Sequence[float], of_hundred: int) -> float:
    """Return the time that this share of a hundred did not exceed."""
    return sorted(waits)[min(len(waits) * of_hundred // 100, len(waits) - 1)]


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


def _turn(loop: Loop, number: int, turns: int, barrier: Barrier, seconds: float) -> Turn:
    with loop(number, turns) as step:
        step()  # connects and plans, which is not measured
        barrier.wait(GRACE / 2)
        began = now = time.perf_counter()
        waits, ends = [], began + seconds
        while now < ends:
            took, before = step(), now
            now = time.perf_counter()
            waits.append(took if isinstance(took, float) else now - before)
        return len(waits) / (now - began), waits


def connected(port: int) -> socket.socket:
    """Return a connection to a local server."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def asked(connection: socket.socket, request: bytes, status: bytes) -> bytes:
    """Send a request as bytes and return the body of its answer; raises RuntimeError for another status."""
    connection.sendall(request)
    said = b""
    while b"\r\n\r\n" not in said:
        said += _more(connection)
    head, _, body = said.partition(b"\r\n\r\n")
    length, parts = int(LENGTH.findall(head)[0]), [body]
    had = len(body)
    while had < length:
        parts.append(_more(connection))
        had += len(parts[-1])
    body = b"".join(parts)
    if not head.startswith(b"HTTP/1.1 " + status):
        raise RuntimeError(f"{head[:40]!r} {body[:300]!r}")
    return body


def _more(connection: socket.socket) -> bytes:
    got = connection.recv(65536)
    if not got:
        raise RuntimeError("the server closed the connection")
    return got
