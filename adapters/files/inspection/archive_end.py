"""Where does this ZIP's directory stand, and how many entries has it, by every form in which its end may say so?"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO, Final, NamedTuple

from adapters.files.inspection.refusals import ArchiveLimits, TypeMismatch

MOST_ENTRIES: Final = 10_000
LARGEST_DIRECTORY: Final = 8 * 1024**2

SHORT_END: Final = b"PK\x05\x06"
SHORT_FORM: Final = struct.Struct("<4sHHHHIIH")
LONG_END: Final = b"PK\x06\x06"
LONG_FORM: Final = struct.Struct("<4sQ4sLLQQQQ")
LENGTH_FOLLOWS: Final = 12
"""How much of the long form stands before what its own length counts."""
WHERE_IT_IS: Final = b"PK\x06\x07"
LOCATOR: Final = struct.Struct("<4sLQL")
ONE_VOLUME: Final = frozenset({0, 1})
"""How many volumes there are: one, or none as Windows counts them."""


class End(NamedTuple):
    """What the end says, in the order of its records: volumes, entries, and the directory's size and place."""

    volume: int
    first: int
    here: int
    entries: int
    size: int
    start: int


IN_THE_LONG_FORM: Final = End(0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
"""What the short form says where only the long one does (ZIP64)."""


def of(file: BinaryIO) -> End:
    """The file ends with its end: no comment, nothing after it, no other volume, nothing before it but the directory.

    Where the long form (ZIP64) stands as well, the short one says the same, or leaves it to that one.
    """
    at = max(0, file.seek(0, io.SEEK_END) - SHORT_FORM.size)
    short = _short(_read(file, at, SHORT_FORM.size))
    long_at = max(0, at - LOCATOR.size - LONG_FORM.size)
    long = _long(_read(file, long_at, at - long_at), long_at)
    said, after = (short, at) if long is None else (long, long_at)
    for each, true, left in zip(short, said, IN_THE_LONG_FORM, strict=True):
        if each != true and (each != left or long is None):
            raise TypeMismatch
    if said.volume or said.first or said.here != said.entries:
        raise TypeMismatch
    if said.entries > MOST_ENTRIES or said.size > LARGEST_DIRECTORY:
        raise ArchiveLimits
    if said.start + said.size != after:
        raise TypeMismatch
    return said


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)


def _short(record: bytes) -> End:
    if not record.startswith(SHORT_END) or len(record) < SHORT_FORM.size:
        raise TypeMismatch
    _, *numbers, comment = SHORT_FORM.unpack(record)
    if comment:
        raise TypeMismatch
    return End(*numbers)


def _long(before: bytes, at: int) -> End | None:
    """What stands before the short form, where that is the long one and says where it is itself."""
    if not before[-LOCATOR.size :].startswith(WHERE_IT_IS):
        return None
    if len(before) < LONG_FORM.size + LOCATOR.size:
        raise TypeMismatch
    mark, length, _, *numbers = LONG_FORM.unpack(before[: LONG_FORM.size])
    _, volume, place, volumes = LOCATOR.unpack(before[LONG_FORM.size :])
    if (mark, length) != (LONG_END, LONG_FORM.size - LENGTH_FOLLOWS):
        raise TypeMismatch
    if (volume, place) != (0, at) or volumes not in ONE_VOLUME:
        raise TypeMismatch
    return End(*numbers)
