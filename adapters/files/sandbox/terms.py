"""The protocol between the asker and the child, separate so that the asker loads no code that reads files."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

BEGUN: Final = b"+"
"""Sent by the child as soon as its limits are set; without it, no child was created."""
ORDER: Final = struct.Struct("16s100s")
"""The asker's message: the file's own key, and the expected media type."""
DAMAGED: Final = "damaged"
"""The verdict on a file that cannot be decrypted."""
MIB: Final = 1024**2


@dataclass(frozen=True, kw_only=True)
class Task:
    """A child's task and its limits: processor and total seconds, bytes of memory and of answer."""

    letter: bytes
    processor: int
    wall: int
    memory: int
    answer: int


INSPECT: Final = Task(letter=b"i", processor=10, wall=45, memory=768 * MIB, answer=64 * 1024)
COPY: Final = Task(letter=b"c", processor=90, wall=240, memory=1024 * MIB, answer=96 * MIB)
PLAY: Final = Task(letter=b"p", processor=1800, wall=5400, memory=1024 * MIB, answer=256 * MIB)
PORTFOLIO: Final = Task(letter=b"b", processor=20, wall=60, memory=384 * MIB, answer=16 * MIB)
TASKS: Final = {each.letter: each for each in (INSPECT, COPY, PLAY, PORTFOLIO)}
