"""What the asker and the child have agreed on. The asker loads none of what reads files."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

BEGUN: Final = b"+"
"""Said by the child as soon as its limits hold; without it, no child was made."""
ORDER: Final = struct.Struct("16s100s")
"""What the asker sends: the file's own key, and the media type that it was taken for."""
DAMAGED: Final = "damaged"
"""The verdict on a file that does not open as it was written."""
MIB: Final = 1024**2


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a child is made for, and its limits: seconds of processor and in all, bytes of memory and of answer."""

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
