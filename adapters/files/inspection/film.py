"""Is this a film or a sound in MP4? Boxes of known kinds from one end to the other, with a track to play."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from adapters.files.inspection.found import M4A, MP4, Found
from adapters.files.inspection.polyglot import only_itself
from adapters.files.inspection.refusals import ActiveContent, InvalidFile, TypeMismatch

HEADER: Final = 8
LONG_HEADER: Final = 16
BRANDS: Final = (b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"M4A", b"M4B", b"dash", b"MSNV", b"3gp", b"f4v", b"mmp4")
SOUND: Final = (b"M4A", b"M4B")
OUTERMOST: Final = frozenset(
    b"ftyp moov mdat free skip wide uuid meta pdin moof mfra sidx ssix styp emsg prft udta".split()
)
INSIDE_MOOV: Final = frozenset(b"mvhd trak mvex udta meta iods uuid free skip ipmc pssh".split())
WHERE_IT_IS: Final = {b"trak": 0, b"mdia": 0, b"minf": 0, b"dinf": 0, b"dref": 8}
"""The boxes, one in the other, that say in which files a track stands (ISO 14496-12, 8.7), and where theirs begin."""
HERE: Final = 1
"""What the flags say of this very file."""
LONGEST_ADDRESS: Final = 4096
ANOTHER_FILM: Final = b"rmra"
"""Which one to play in place of this one, and at which address (QuickTime)."""
MOST_BOXES: Final = 100_000


def begins_like_one(start: bytes) -> bool:
    """Whether the first box says of which kind the file is."""
    return start[4:8] == b"ftyp"


def check(file: BinaryIO) -> Found:
    """Refuse other kinds (photographs of the same family among them), foreign boxes and cut ones."""
    size = file.seek(0, io.SEEK_END)
    file.seek(HEADER)
    brand = file.read(4)
    if not brand.startswith(BRANDS):
        raise TypeMismatch
    kinds, tracks = set(), 0
    for kind, start, end in _boxes(file, 0, size):
        if kind not in OUTERMOST:
            raise InvalidFile
        kinds.add(kind)
        tracks += _tracks(file, start, end) if kind == b"moov" else 0
    if not {b"moov", b"mdat"} <= kinds or not tracks:
        raise InvalidFile
    only_itself(file)
    return Found(media_type=M4A if brand.startswith(SOUND) else MP4)


def _tracks(file: BinaryIO, start: int, end: int) -> int:
    boxes = list(_boxes(file, start, end))
    found = [kind for kind, _, _ in boxes]
    if ANOTHER_FILM in found:
        raise ActiveContent
    if not INSIDE_MOOV.issuperset(found) or found.count(b"mvhd") != 1:
        raise InvalidFile
    _all_here(file, boxes)
    return found.count(b"trak")


def _all_here(file: BinaryIO, boxes: Iterable[tuple[bytes, int, int]], inside: bytes = b"") -> None:
    """Refuse a track that is played from elsewhere."""
    for kind, start, end in boxes:
        if inside == b"dref":
            file.seek(start)
            flags, *address = file.read(min(end - start, LONGEST_ADDRESS))[3:] or b"\0"
            if not flags & HERE and any(address):
                raise ActiveContent
        elif kind in WHERE_IT_IS:
            _all_here(file, _boxes(file, start + WHERE_IT_IS[kind], end), kind)


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places: the kind of each, where its content starts and ends."""
    for _ in range(MOST_BOXES):
        if at == end:
            return
        file.seek(at)
        head = file.read(LONG_HEADER)
        length, kind, content = int.from_bytes(head[:4]), head[4:8], at + HEADER
        if length == 1:
            length, content = int.from_bytes(head[8:]), at + LONG_HEADER
        if length == 0:
            length = end - at  # the last one may leave its length out
        if len(head) < HEADER or content > at + length or at + length > end:
            raise InvalidFile
        yield kind, content, at + length
        at += length
    raise InvalidFile
