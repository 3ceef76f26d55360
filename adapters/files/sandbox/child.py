"""The sandboxed child process, which drops its rights, reads one file, writes its answer, and exits.

The answer is a byte once the limits are set, one line of JSON, and then the copy, if one was requested. If anything
is missing after the first byte, the limits have ended the child.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import os
import resource
import signal
import socket
import warnings
from contextlib import suppress
from typing import BinaryIO, Final, cast

from adapters.files.age import AnotherKey, Damaged
from adapters.files.inspection.found import HEIC
from adapters.files.inspection.kinds import check
from adapters.files.inspection.refusals import ArchiveLimits, InspectionLimits, InvalidFile
from adapters.files.reading_copy.making import copied
from adapters.files.sandbox.terms import BEGUN, DAMAGED, INSPECT, MIB, ORDER, PLAY, PORTFOLIO, Task
from adapters.files.seeking import Seekable
from domain.refusal import Refused

DESCRIPTORS: Final = 32
IN_MEMORY: Final = 16 * MIB
"""The size up to which a file is read into memory at once: it is examined several times."""


def work(task: Task, asker: socket.socket, ciphertext: int) -> None:
    """Do the task on the file of this descriptor, and answer; the asker sends the key of this file alone."""
    key, padded = ORDER.unpack(asker.recv(ORDER.size, socket.MSG_WAITALL))
    media_type = padded.rstrip(b"\0").decode("ascii")
    give_up(task, processes=media_type == HEIC)
    asker.sendall(BEGUN)
    with os.fdopen(ciphertext, "rb") as encrypted:
        try:
            answer = _done(task, _in_clear(encrypted, key), media_type)
        except Exception as error:  # noqa: BLE001  (any failure is an answer)
            answer = _line({"refused": _slug(error)})
        asker.sendall(answer)


def _done(task: Task, file: BinaryIO, media_type: str) -> bytes:
    if task is INSPECT:
        found = check(file, media_type)
        return _line({"media_type": found.media_type, "pages": found.pages})
    if task is PORTFOLIO:
        return _pieces(task, file)
    made = copied(file, media_type, task.processor, play=task is PLAY)
    return _line({"kind": made.kind, "pages": made.pages, "reason": made.reason, "size": len(made.data)}) + made.data


def _pieces(task: Task, file: BinaryIO) -> bytes:
    """Return the number of pieces in an archive, then each piece as a line of JSON; raises ArchiveLimits."""
    import msgspec  # noqa: PLC0415  (few files are portfolios: the others need none of the domain)

    from adapters.portfolio_file.brought import listed  # noqa: PLC0415  (the same)

    pieces = [msgspec.json.encode(each) + b"\n" for each in listed(file)]
    if sum(map(len, pieces)) > task.answer - 64 * 1024:
        raise ArchiveLimits
    return _line({"pieces": len(pieces)}) + b"".join(pieces)


def give_up(task: Task, *, processes: bool = False) -> None:
    """Limit this process: no writing, no new processes, no core dump, few descriptors, bounded memory and time.

    `processes` allows new processes: the decoder of HEIC needs a thread, which the system counts as a process. The
    child may still open files that its account may read, since modules, codecs and fonts are opened at first use.
    """
    born = int(open("/proc/self/statm", encoding="ascii").read().split()[0]) * resource.getpagesize()  # noqa: PTH123, SIM115
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as first:  # noqa: PTH123
        first.write("1000")  # if memory runs out, the system kills this process first
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, task.wall)
    for limit, most in (
        (resource.RLIMIT_CPU, task.processor),
        (resource.RLIMIT_AS, born + task.memory),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        *(() if processes else ((resource.RLIMIT_NPROC, 0),)),
    ):
        resource.setrlimit(limit, (most, most))
    gc.disable()
    logging.disable()
    warnings.simplefilter("ignore")


def _in_clear(encrypted: BinaryIO, key: bytes) -> BinaryIO:
    """Return the decrypted content for random access, in memory only."""
    seekable = Seekable(encrypted, key, of_file=True)
    if seekable.size <= IN_MEMORY:
        return io.BytesIO(seekable.readall())
    return cast("BinaryIO", io.BufferedReader(seekable, 64 * 1024))


def _slug(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.slug()
    if isinstance(error, Damaged | AnotherKey):
        return DAMAGED
    return (InspectionLimits if isinstance(error, MemoryError | RecursionError) else InvalidFile).slug()


def _line(said: dict[str, object]) -> bytes:
    return json.dumps(said).encode() + b"\n"
