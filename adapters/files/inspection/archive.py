"""Is this ZIP what it says, all of it, before anyone looks at what it holds?

It has one directory, in whatever way one looks for it, and that one is compared with what stands in the file: the
entries lie side by side from the first byte to the directory, with no room between them, under them or after it, and
are what the directory says of them, to the last byte that is packed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from adapters.files.inspection import archive_end, archive_names
from adapters.files.inspection.archive_entry import ENCRYPTED, a_file_or_a_folder, side_by_side
from adapters.files.inspection.refusals import (
    ArchiveLimits,
    InvalidFile,
    TypeMismatch,
    Unscannable,
    reading,
)

MIB: Final = 1024**2
LARGEST_ENTRY: Final = 256 * MIB
LARGEST_WHOLE: Final = 1024 * MIB
RATIO_FROM: Final = 16 * MIB
"""From which size on it is asked how well an entry is packed: a small one may be as regular as it likes."""
HIGHEST_RATIO: Final = 200


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
        archive_names.plain(entries)
        for entry in entries:
            entry.filename = entry.orig_filename  # newer libraries put the name in Unicode there
            _readable(entry)
            a_file_or_a_folder(entry, entry.extra)
        side_by_side(file, entries, end.start)
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
