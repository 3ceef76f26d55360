"""Client of the sandbox, which has a child process of a warm server read an untrusted file.

Each process has one such server, started at first use and again if it is gone. A child's answer is untrusted: the
callers validate it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Any, BinaryIO, Final

import structlog

from adapters.files.age import AnotherKey, Damaged
from adapters.files.blobs import StorageUnavailable
from adapters.files.sandbox.terms import BEGUN, DAMAGED, ORDER, Task
from adapters.files.seeking import key_of
from domain.refusal import Refused

log = structlog.get_logger(__name__)

PATIENCE: Final = 15
"""Seconds to wait for an answer beyond a child's total time."""
AT_ONCE: Final = 2
"""Files that are read for one process at the same time; the others wait for a turn."""
TURN: Final = 20.0
"""Seconds to wait for a turn."""
MOST_PAGES: Final = 1_000_000
SERVER: Final = "adapters.files.sandbox.server"


class InspectionUnavailable(Refused):
    """Files cannot be examined at this moment: nothing is lost, it is tried again in a few seconds."""

    fr = "Les fichiers ne peuvent être examinés en ce moment : rien n'est perdu, l'examen reprend dans un instant."
    kind = "busy"


class _Server:
    """The process that forks the children, as its parent sees it."""

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair()
        try:
            with theirs:
                self.process = _started(theirs)
        except BaseException:
            self._requests.close()
            raise

    def ask(self, task: Task, ciphertext: int, ear: int) -> None:
        """Have a child forked for this task."""
        socket.send_fds(self._requests, [task.letter], [ciphertext, ear])

    def end(self) -> int:
        """Close the requests, which ends the process; return its exit code."""
        self._requests.close()
        return self.process.wait()

    def kill(self) -> None:
        """Kill it and all its working children, whose answers are no longer needed."""
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.end()

    def forget(self) -> None:
        """Detach from the server in a forked copy of this process, without ending it."""
        self._requests.close()
        self.process.returncode = 0


def _started(theirs: socket.socket) -> subprocess.Popen[bytes]:
    theirs.set_inheritable(True)
    return subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, "-I", "-c", BOOT, os.pathsep.join(sys.path), SERVER, str(theirs.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )


class Inspectors:
    """This process's access to the sandbox."""

    def __init__(self, turn: float = TURN) -> None:
        """Set the number of seconds that a file waits for a turn."""
        self._turn = turn
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._server: _Server | None = None
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def warm(self) -> int:
        """Start the server before the first file needs it; return its process id."""
        with self._lock:
            self._server = self._server or _Server()
            return self._server.process.pid

    def ask(self, task: Task, file: BinaryIO, secret: bytes, media_type: str) -> bytes:
        """Return a child's answer to a task on an encrypted file, truncated if its limits ended it.

        Raises InspectionUnavailable, or StorageUnavailable if the file cannot be decrypted.
        """
        key = _key(file, secret)
        os.lseek(file.fileno(), 0, os.SEEK_SET)  # the child shares this descriptor's position
        return self.ask_of_file(task, file.fileno(), key, media_type)

    def ask_of_file(self, task: Task, ciphertext: int, key: bytes, media_type: str) -> bytes:
        """Return the answer for an open file, given the file's own key, which decrypts no other file."""
        if not self._turns.acquire(timeout=self._turn):
            raise InspectionUnavailable
        try:
            for _ in range(2):
                answer = self._answer(task, ciphertext, ORDER.pack(key, media_type.encode("ascii")))
                if answer.startswith(BEGUN):
                    return answer[len(BEGUN) :]
                code = self.end()  # no child was made: the server does not work
        finally:
            self._turns.release()
        log.error("inspection unavailable", code=code)
        raise InspectionUnavailable

    def _answer(self, task: Task, ciphertext: int, order: bytes) -> bytes:
        ours, theirs = socket.socketpair()
        with ours:
            with contextlib.suppress(OSError):
                ours.settimeout(task.wall + PATIENCE)
                with theirs:
                    self.warm()
                    if server := self._server:
                        server.ask(task, ciphertext, theirs.fileno())
                ours.sendall(order)
            return _all_of(ours, task.answer)

    def end(self) -> int | None:
        """End the server, which the next file starts again; return its exit code, or None if there was none."""
        with self._lock:
            ended, self._server = self._server, None
        return ended.end() if ended else None

    def leave(self) -> None:
        """Kill the server and its children at the end of this process."""
        with self._lock:
            ended, self._server = self._server, None
        if ended:
            ended.kill()

    def begin_anew(self) -> None:
        """Detach from the server in a forked copy of this process, without ending it."""
        if self._server:
            self._server.forget()
        self._begin_anew()


BOOT: Final = (
    "import sys, os, runpy; sys.path[:] = sys.argv[1].split(os.pathsep); name = sys.argv[2]; del sys.argv[1:3]; "
    "runpy.run_module(name, run_name='__main__')"
)
"""The server's program, which gets this process's module path and nothing else from its environment."""


def _key(file: BinaryIO, secret: bytes) -> bytes:
    """Return the file's own key: a child must not get the person's key, which decrypts all their files."""
    try:
        return key_of(file, secret)
    except (AnotherKey, Damaged) as error:  # the file was just written, but cannot be decrypted
        raise StorageUnavailable from error


def _all_of(ours: socket.socket, most: int) -> bytes:
    """Return what was received until the end, the time limit, or the size limit."""
    said = bytearray()
    with contextlib.suppress(OSError):
        while len(said) < most and (more := ours.recv(256 * 1024)):
            said += more
    return bytes(said)


def answered(answer: bytes) -> tuple[dict[str, Any], bytes]:
    """Return a child's line of JSON, empty if invalid, and the data after it; raises StorageUnavailable."""
    line, ended, rest = answer.partition(b"\n")
    said = _said(line) if ended else {}
    if said.get("refused") == DAMAGED:
        raise StorageUnavailable  # the file cannot be decrypted
    return said, rest


def _said(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def is_count(pages: object) -> bool:
    """Return whether this is a valid number of pages, or None."""
    return pages is None or (isinstance(pages, int) and 0 < pages <= MOST_PAGES)


INSPECTORS: Final = Inspectors()
os.register_at_fork(after_in_child=INSPECTORS.begin_anew)
atexit.register(INSPECTORS.leave)
