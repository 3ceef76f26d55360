"""Fork server: the programs of `acquis serve` are forked from one process that has loaded them, and share its memory.

The server is forked before settings are read and before anything is opened, so neither it nor its children inherit a
connection, thread or lock. It ends with its parent, and its children with it, even if the parent is killed.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import TimeoutExpired
from types import TracebackType
from typing import Final, NoReturn, Self

PR_SET_PDEATHSIG: Final = 1
LARGEST: Final = 1024 * 1024
"""The most bytes of a message; the longest holds an environment."""
LOOK: Final = 0.05
"""Seconds between two checks for children that have ended."""
TOLD: Final = (signal.SIGTERM, signal.SIGINT)


class ForkServer:
    """Starts programs as forks of this process as it is at the beginning of the block."""

    def __init__(self, run: Callable[[list[str]], int]) -> None:
        """Have each child call `run` with its words, and exit with the code that it returns."""
        self._run = run
        self._children: dict[int, ForkedChild] = {}

    def __enter__(self) -> Self:
        """Fork the server; objects loaded by now are shared, and excluded from garbage collection."""
        gc.collect()
        gc.freeze()
        self._asks, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asks.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGEST)
        parent = os.getpid()
        self._pid = os.fork()
        if not self._pid:
            self._asks.close()
            _end_with(parent)
            _serve(theirs, self._run)
        theirs.close()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        """End the server and the programs that it still runs."""
        self._asks.close()
        os.waitpid(self._pid, 0)

    def start(self, words: Sequence[str], environment: Mapping[str, str]) -> ForkedChild:
        """Start a program in a session of its own with this environment, so that Ctrl-C reaches only this process.

        Raises OSError if the server has ended.
        """
        self._say({"start": [*words], "environment": dict(environment)})
        while (said := self._hear(None)) is not None:
            if "began" in said:
                child = self._children[said["began"]] = ForkedChild(said["began"], self)
                return child
        raise BrokenPipeError("the process that starts programs has ended")

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to a child through the server, which alone knows whether the process is still that child."""
        with suppress(OSError):
            self._say({"signal": [pid, number]})

    def collect_ended(self, seconds: float) -> None:
        """Read which children have ended, waiting this many seconds for the first message."""
        while self._hear(seconds) is not None:
            seconds = 0.0

    def _say(self, said: dict[str, object]) -> None:
        self._asks.send(json.dumps(said).encode())

    def _hear(self, seconds: float | None) -> dict[str, int] | None:
        """Return the server's next message; None without one, or when the server has ended."""
        if not select.select([self._asks], [], [], seconds)[0]:
            return None
        message = self._asks.recv(LARGEST)
        if not message:  # the server has ended, and its children with it
            for child in self._children.values():
                child.returncode = -signal.SIGTERM if child.returncode is None else child.returncode
            return None
        said: dict[str, int] = json.loads(message)
        if "ended" in said:
            self._children.pop(said["ended"]).returncode = said["code"]
        return said


class ForkedChild:
    """A program that was started, with the used part of `subprocess.Popen`."""

    def __init__(self, pid: int, server: ForkServer) -> None:
        """Represent a running program."""
        self.pid = pid
        self.returncode: int | None = None
        self._server = server

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while the program runs."""
        self._server.collect_ended(0.0)
        return self.returncode

    def wait(self, within: float | None = None) -> int:
        """Wait until the program has ended; raises TimeoutExpired."""
        until = None if within is None else time.monotonic() + within
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise TimeoutExpired(str(self.pid), within or 0.0)
            self._server.collect_ended(LOOK)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the program, unless it has ended."""
        self._server.signal(self.pid, number)

    def kill(self) -> None:
        """Kill the program."""
        self.send_signal(signal.SIGKILL)


def _serve(asked: socket.socket, run: Callable[[list[str]], int]) -> NoReturn:
    """Fork for each request and report ended children until the socket closes; in a child, run the program."""
    os.setsid()
    woken, wakes = os.pipe()
    for end in (woken, wakes):
        os.set_blocking(end, False)
    for number in TOLD:  # the parent decides when to end
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    running: set[int] = set()
    going_on = True
    while going_on:
        ready = select.select([asked.fileno(), woken], [], [])[0]
        if woken in ready:
            with suppress(BlockingIOError):
                os.read(woken, 4096)
            _bury(asked, running)
        if asked.fileno() in ready:
            going_on = _answer(asked, running, run, (woken, wakes))
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    os._exit(0)


def _answer(asked: socket.socket, running: set[int], run: Callable[[list[str]], int], pipe: tuple[int, int]) -> bool:
    """Handle one request; return False when the socket is closed."""
    message = asked.recv(LARGEST)
    if not message:
        return False
    told = json.loads(message)
    if "signal" in told:
        pid, number = told["signal"]
        if pid in running:
            os.kill(pid, number)
        return True
    parent = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)  # signals wait until the child handles them
    pid = os.fork()
    if not pid:
        signal.set_wakeup_fd(-1)
        asked.close()
        for end in pipe:
            os.close(end)
        _become(told["start"], told["environment"], run, parent)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
    running.add(pid)
    asked.send(json.dumps({"began": pid}).encode())
    return True


def _bury(asked: socket.socket, running: set[int]) -> None:
    for pid in tuple(running):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            running.discard(pid)
            with suppress(OSError):
                asked.send(json.dumps({"ended": pid, "code": os.waitstatus_to_exitcode(status)}).encode())


def _become(words: list[str], environment: dict[str, str], run: Callable[[list[str]], int], parent: int) -> NoReturn:
    """Run a program as if it had been started alone, and exit like any Python program."""
    os.setsid()
    for number in (*TOLD, signal.SIGCHLD):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
    _end_with(parent)
    os.environ.clear()
    os.environ.update(environment)
    with suppress(OSError):  # the name in `ps` and `top`; Linux only
        Path("/proc/self/comm").write_text(f"acquis {words[0]}"[:15])
    raise SystemExit(run(words))


def _end_with(parent: int) -> None:
    """Have the kernel signal this process when its parent dies (Linux); elsewhere the closed socket shows it."""
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM)) != 0:
        raise SystemExit("the kernel refuses to tell this process of its parent's death")
    if os.getppid() != parent:
        raise SystemExit("the parent died before this process began")
