"""What does the child do that examines one file? It gives up what it does not need, looks, says what it found, ends.

Whoever asked reads from the other end: a byte once the limits hold, one line of JSON with the verdict, and then a
small picture, for which there is less time. What is missing after the first byte, the limits have cut off.
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
from adapters.files.inspection.found import Found
from adapters.files.inspection.kinds import check, picture
from adapters.files.inspection.refusals import InspectionLimits, InvalidFile
from adapters.files.inspection.terms import BEGUN, DAMAGED, KEY, WALL
from adapters.files.seeking import Seekable
from domain.refusal import Refused

MIB: Final = 1024**2
CPU: Final = 30
"""Seconds of the processor for all of it."""
PICTURE: Final = 5
"""Seconds for the picture, once there is a verdict."""
MEMORY: Final = 768 * MIB
"""How much the child may take beyond what it was born with."""
DESCRIPTORS: Final = 32
IN_MEMORY: Final = 16 * MIB
"""Up to which size a file is read at once: it is examined several times over."""


def examine(asker: socket.socket, ciphertext: int) -> None:
    """Examine the file of this descriptor, and answer; the key that opens it, and no other, comes from the asker."""
    _give_up()
    key = asker.recv(KEY, socket.MSG_WAITALL)
    asker.sendall(BEGUN)
    with os.fdopen(ciphertext, "rb") as encrypted:
        try:
            file = _in_clear(encrypted, key)
            found = check(file)
        except Exception as error:  # noqa: BLE001  (every end of an inspection is an answer)
            asker.sendall(_line({"refused": _slug(error)}))
            return
        asker.sendall(_line({"media_type": found.media_type, "pages": found.pages}))
        signal.setitimer(signal.ITIMER_REAL, PICTURE)
        asker.sendall(_picture(file, found))


def _give_up() -> None:
    """It writes no file, starts no process, leaves no core, and has few descriptors, so much memory and so much time.

    It may still open what its account may read: modules, codecs and fonts are, when a file first needs them.
    """
    born = int(open("/proc/self/statm", encoding="ascii").read().split()[0]) * resource.getpagesize()  # noqa: PTH123, SIM115
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as first:  # noqa: PTH123
        first.write("1000")  # where memory runs out, this is what the system ends, not who serves
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, WALL)
    for limit, most in (
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_AS, born + MEMORY),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (most, most))
    gc.disable()
    logging.disable()
    warnings.simplefilter("ignore")


def _in_clear(encrypted: BinaryIO, key: bytes) -> BinaryIO:
    """The content to be read from any place, in memory only."""
    seekable = Seekable(encrypted, key, of_file=True)
    if seekable.size <= IN_MEMORY:
        return io.BytesIO(seekable.readall())
    return cast("BinaryIO", io.BufferedReader(seekable, 64 * 1024))


def _picture(file: BinaryIO, found: Found) -> bytes:
    try:
        return picture(file, found) or b""
    except Exception:  # noqa: BLE001  (a file that was found sound may lack a picture)
        return b""


def _slug(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.slug()
    if isinstance(error, Damaged | AnotherKey):
        return DAMAGED
    return (InspectionLimits if isinstance(error, MemoryError) else InvalidFile).slug()


def _line(said: dict[str, object]) -> bytes:
    return json.dumps(said).encode() + b"\n"
