"""Is this ZIP what it says, all of it, before a byte of it is unpacked?

It has one directory, in whatever way one looks for it, and that one is compared with what stands in the file: the
entries lie side by side from the first byte to the directory, with no room between them, under them or after it, and
say of themselves what the directory says of them.
"""

from __future__ import annotations

import io
import re
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from adapters.files.inspection import archive_end
from adapters.files.inspection.refusals import (
    ArchiveLimits,
    InvalidFile,
    TypeMismatch,
    UnsafeNames,
    Unscannable,
    reading,
)

MIB: Final = 1024**2
LARGEST_ENTRY: Final = 256 * MIB
LARGEST_WHOLE: Final = 1024 * MIB
RATIO_FROM: Final = 16 * MIB
"""From which size on it is asked how well an entry is packed: a small one may be as regular as it likes."""
HIGHEST_RATIO: Final = 200
LONGEST_NAME: Final = 1024

LOCAL: Final = b"PK\x03\x04"
LOCAL_SIZE: Final = 30
DESCRIPTORS: Final = frozenset({12, 16, 20, 24})
"""How long what follows an entry whose sizes were not known before may be."""
LONG: Final = 0xFFFFFFFF
"""A size that stands in more than four bytes, elsewhere (ZIP64)."""
LONG_SIZES: Final = 1
"""Where: in the field of an entry's extra bytes that has this number."""
ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
SIZES_AFTER: Final = 0x8
UTF_8: Final = 0x800
NOTHING_PACKED: Final = 5
"""Bytes that nothing takes once it is packed, at most: two as a rule."""
UNIX: Final = 3
DRIVE: Final = re.compile(r"[A-Za-z]:")


@contextmanager
def opened(file: BinaryIO) -> Iterator[ZipFile]:
    """The archive, once its directory was found sound; raises the refusal that it breaks first."""
    end = archive_end.of(file)
    with reading():
        archive = ZipFile(file)
    with archive:
        entries = archive.infolist()
        if not entries:
            raise InvalidFile
        _bounded(entries)
        if (end.start, end.entries) != (archive.start_dir, len(entries)):
            raise TypeMismatch
        for entry in entries:
            _readable(entry)
            _plain(entry)
        if len({entry.filename for entry in entries}) < len(entries):
            raise UnsafeNames
        _side_by_side(file, entries, end.start)
        yield archive


@contextmanager
def member(archive: ZipFile, entry: ZipInfo) -> Iterator[IO[bytes]]:
    """One entry, unpacked as it is read, never beyond the size that was checked."""
    with reading(), archive.open(entry) as content:
        yield content


def content(archive: ZipFile, entry: ZipInfo) -> BinaryIO:
    """One entry in memory, to be read from any place."""
    with member(archive, entry) as packed:
        return io.BytesIO(packed.read())


def _bounded(entries: list[ZipInfo]) -> None:
    whole = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > archive_end.MOST_ENTRIES or whole > LARGEST_WHOLE or _swells(whole, packed):
        raise ArchiveLimits
    for entry in entries:
        if entry.file_size > LARGEST_ENTRY or _swells(entry.file_size, entry.compress_size):
            raise ArchiveLimits


def _swells(size: int, packed: int) -> bool:
    return size > RATIO_FROM and size > HIGHEST_RATIO * packed


def _readable(entry: ZipInfo) -> None:
    if entry.flag_bits & ENCRYPTED or entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Unscannable


def _plain(entry: ZipInfo) -> None:
    """Its name leads below the archive's folder, and it is a file or a folder."""
    name = entry.orig_filename.replace("\\", "/")
    parts = name.removesuffix("/").split("/")
    kind = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == UNIX else 0
    if (
        not name.isprintable()
        or len(name) > LONGEST_NAME
        or DRIVE.match(name)
        or any(part in {"", ".", ".."} for part in parts)
        or kind not in {0, stat.S_IFREG, stat.S_IFDIR}
    ):
        raise UnsafeNames
    if (entry.is_dir() or not entry.file_size) and entry.compress_size > NOTHING_PACKED:
        raise InvalidFile  # an empty one holds something, to whoever reads it from its own header


def _side_by_side(file: BinaryIO, entries: list[ZipInfo], directory: int) -> None:
    """Each entry begins where the one before it ends, the first at 0, the directory after the last."""
    at, after = 0, False
    for entry in sorted(entries, key=lambda each: each.header_offset):
        _nothing_between(entry.header_offset - at, may_be_after=after)
        at, after = _extent(file, entry)
    _nothing_between(directory - at, may_be_after=after)


def _nothing_between(gap: int, *, may_be_after: bool) -> None:
    if gap < 0:
        raise ArchiveLimits  # entries that share their bytes
    if gap and not (may_be_after and gap in DESCRIPTORS):
        raise TypeMismatch


def _extent(file: BinaryIO, entry: ZipInfo) -> tuple[int, bool]:
    """Where an entry's bytes end, and whether its sizes may follow; its own header says what the directory says."""
    file.seek(entry.header_offset)
    head = file.read(LOCAL_SIZE)
    flags, method = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    names, extra = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
    if len(head) < LOCAL_SIZE or not head.startswith(LOCAL) or method != entry.compress_type:
        raise InvalidFile
    if flags & ENCRYPTED:
        raise Unscannable
    if file.read(names) != entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF_8 else "cp437"):
        raise InvalidFile
    after = bool(flags & SIZES_AFTER)
    said = (entry.CRC, entry.compress_size, entry.file_size)
    for own, listed in zip(_of_itself(head, file.read(extra)), said, strict=True):
        if own != listed and (own or not after):
            raise InvalidFile
    return entry.header_offset + LOCAL_SIZE + names + extra + entry.compress_size, after


def _of_itself(head: bytes, extra: bytes) -> tuple[int, int, int]:
    """The checksum, and how large it is packed and unpacked, as an entry's own header says."""
    checksum, packed, size = struct.unpack("<III", head[14:26])
    while packed == size == LONG and len(extra) >= 4 + 16:
        field, length = struct.unpack("<HH", extra[:4])
        if field == LONG_SIZES:
            size, packed = struct.unpack("<QQ", extra[4 : 4 + 16])
            break
        extra = extra[4 + length :]
    return checksum, packed, size
