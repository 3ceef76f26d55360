"""Is this a sound (MP3)? Frames of MPEG layer III from one end to the other, tags before and after them."""

from __future__ import annotations

import io
import re
from typing import BinaryIO, Final

from adapters.files.inspection.found import MP3, Found
from adapters.files.inspection.polyglot import no_markup, only_itself
from adapters.files.inspection.refusals import InvalidFile, TypeMismatch

ID3: Final = b"ID3"
ID3_HEADER: Final = 10
SYNC: Final = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
FEWEST_FRAMES: Final = 3
LONGEST_GAP: Final = 64 * 1024
MOST_STRAY: Final = 256 * 1024
"""How many bytes may belong to no frame, tags aside: what cutting and joining leaves."""
RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
KILOBITS: Final = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
AFTER: Final = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"3DI")
LONGEST_AFTER: Final = 1024 * 1024


def begins_like_one(start: bytes) -> bool:
    """Whether the first bytes are a sound's: a tag, or a frame."""
    return start.startswith(ID3) or SYNC.match(start) is not None


def check(file: BinaryIO) -> Found:
    """Refuse what is no sound all along, or something else as well."""
    size = file.seek(0, io.SEEK_END)
    at = _after_the_tag(file)
    if at >= size:
        raise InvalidFile
    frames, stray = 0, 0
    while at < size:
        length = _frame(file, at)
        if length:
            frames, at = frames + 1, at + length
            continue
        following = _next_frame(file, at)
        if following is None:
            break
        stray += following - at
        if stray > MOST_STRAY:
            raise InvalidFile
        at = following
    if frames < FEWEST_FRAMES:
        raise TypeMismatch
    _only_tags(file, at, size)
    only_itself(file)
    return Found(media_type=MP3)


def _after_the_tag(file: BinaryIO) -> int:
    file.seek(0)
    head = file.read(ID3_HEADER)
    if not head.startswith(ID3):
        return 0
    if len(head) < ID3_HEADER or any(byte > 127 for byte in head[6:]):  # noqa: PLR2004  (seven bits a byte)
        raise InvalidFile
    first, second, third, fourth = head[6:]
    footer = ID3_HEADER if head[5] & 16 else 0
    return ID3_HEADER + (first << 21 | second << 14 | third << 7 | fourth) + footer


def _frame(file: BinaryIO, at: int) -> int:
    """How long the frame at this place is; 0 where none stands."""
    file.seek(at)
    head = file.read(4)
    if len(head) < 4 or not SYNC.match(head):  # noqa: PLR2004  (a frame's header)
        return 0
    version, bits, rate, padding = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in RATES or rate == 3 or not 0 < bits < 15:  # noqa: PLR2004  (reserved, or free)
        return 0
    kilobits = KILOBITS[3 if version == 3 else 2][bits]  # noqa: PLR2004  (MPEG 1, and those after it)
    return (144_000 if version == 3 else 72_000) * kilobits // RATES[version][rate] + padding  # noqa: PLR2004


def _next_frame(file: BinaryIO, at: int) -> int | None:
    """Where two frames follow one another again, not far from here; None where nothing but tags is left."""
    file.seek(at)
    window = file.read(LONGEST_GAP)
    if window.startswith(AFTER):
        return None
    for match in SYNC.finditer(window):
        length = _frame(file, at + match.start())
        if length and _frame(file, at + match.start() + length):
            return at + match.start()
    return None


def _only_tags(file: BinaryIO, at: int, size: int) -> None:
    """Refuse what follows the frames, unless it is a tag, padding, or a last frame that was cut."""
    if size - at > LONGEST_AFTER:
        raise InvalidFile
    file.seek(at)
    rest = file.read()
    no_markup(rest)
    if rest.strip(b"\0") and not rest.lstrip(b"\0").startswith(AFTER) and not SYNC.match(rest):
        raise TypeMismatch
