"""The check of a ZIP, partly shared with office files: its limits, its names, no program, link or archive in it."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from adapters.files.inspection.first_look import ENDINGS, PACKED, is_program
from adapters.files.inspection.found import ZIP, DetectedType
from adapters.files.inspection.refusals import (
    ActiveContent,
    ArchiveLimits,
    InvalidFile,
    TypeMismatch,
    UnsafeNames,
    Unscannable,
    reading,
)

MIB: Final = 1024**2
MOST_ENTRIES: Final = 10_000
LARGEST_ENTRY: Final = 256 * MIB
LARGEST_WHOLE: Final = 1024 * MIB
RATIO_FROM: Final = 16 * MIB
"""The size from which the compression ratio is checked; smaller entries may have any ratio."""
HIGHEST_RATIO: Final = 200
CHUNK: Final = 64 * 1024
LOCAL_SIZE: Final = 30
LONGEST_NAME: Final = 1024
LARGEST_NOTES: Final = 4 * MIB
"""The greatest number of bytes in an archive's directory besides names: a reader keeps all of them in memory."""
ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
ARCHIVES: Final = (
    PACKED,
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
)
DRIVE: Final = re.compile(r"[A-Za-z]:")
RUN: Final = frozenset([
    "app", "appref-ms", "applescript", "application", "bat", "chm", "cmd", "com", "command", "cpl", "desktop",
    "exe", "hta", "htm", "html", "iqy", "jar", "jnlp", "js", "jse", "library-ms", "lnk", "mht", "mhtml", "msc",
    "msi", "msp", "odc", "pif", "ps1", "rdp", "reg", "scf", "scpt", "scr", "sct", "search-ms", "settingcontent-ms",
    "shtml", "slk", "svg", "svgz", "terminal", "url", "vbe", "vbs", "webloc", "website", "workflow", "ws", "wsc",
    "wsf", "wsh", "xht", "xhtml", "xll",
])  # fmt: skip
"""Name endings of files that a double click runs, follows as a link, or opens in a browser."""


def check(file: BinaryIO) -> DetectedType:
    """Refuse an archive that exceeds the limits, has paths outside its folder, or holds a program or an archive."""
    with opened(file) as archive:
        files = [entry for entry in archive.infolist() if not entry.is_dir()]
        nothing_to_run(entry.filename for entry in files)
        for entry in files:
            start = start_of(archive, entry)
            if is_program(start):
                raise TypeMismatch
            if start.startswith(ARCHIVES) and entry.filename.lower().rpartition(".")[2] not in ENDINGS:
                raise ArchiveLimits
    return DetectedType(media_type=ZIP)


@contextmanager
def opened(file: BinaryIO) -> Iterator[ZipFile]:
    """Yield the archive, if its directory is within the limits; raises the refusal of the first rule broken."""
    with reading():
        archive = ZipFile(file)
    with archive:
        entries = archive.infolist()
        if not entries:
            raise InvalidFile
        _bounded(entries)
        if not len({entry.orig_filename for entry in entries}) == len(entries) or not all(map(_plain, entries)):
            raise UnsafeNames
        if not all(map(_readable, entries)):
            raise Unscannable
        yield archive


@contextmanager
def member(archive: ZipFile, entry: ZipInfo) -> Iterator[IO[bytes]]:
    """Yield one entry, decompressed as it is read, up to the size that was checked."""
    with reading(), archive.open(entry) as content:
        yield content


def content(archive: ZipFile, name: str) -> bytes:
    """Return the whole content of one entry."""
    with member(archive, archive.getinfo(name)) as packed:
        return packed.read()


def start_of(archive: ZipFile, entry: ZipInfo) -> bytes:
    """Return the beginning of an entry; all of it is decompressed, which verifies its checksum."""
    with member(archive, entry) as content:
        start = content.read(CHUNK)
        while content.read(CHUNK):
            pass
    return start


def inert(archive: ZipFile, entry: ZipInfo) -> bytes:
    """Return the beginning of a part of an office file that is not XML; raises ActiveContent for a program."""
    start = start_of(archive, entry)
    if is_program(start):
        raise ActiveContent
    return start


def nothing_to_run(names: Iterable[str]) -> None:
    """Raise UnsafeNames for a name whose ending makes the unpacked file a program, a web page or a link."""
    for name in names:
        whole = name.lower().partition(":")[0].rstrip(". ")  # as Windows interprets it
        if whole.rpartition(".")[2] in RUN and "." in whole:
            raise UnsafeNames


def _readable(entry: ZipInfo) -> bool:
    return not entry.flag_bits & ENCRYPTED and entry.compress_type in {ZIP_STORED, ZIP_DEFLATED}


def _bounded(entries: list[ZipInfo]) -> None:
    whole = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    notes = sum(len(entry.extra) + len(entry.comment) for entry in entries)
    if len(entries) > MOST_ENTRIES or notes > LARGEST_NOTES or whole > LARGEST_WHOLE or _swells(whole, packed):
        raise ArchiveLimits
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.file_size > LARGEST_ENTRY or _swells(entry.file_size, entry.compress_size):
            raise ArchiveLimits
        if entry.header_offset < end:
            raise ArchiveLimits  # overlapping entries
        end = entry.header_offset + LOCAL_SIZE + entry.compress_size


def _swells(size: int, packed: int) -> bool:
    return size > RATIO_FROM and size > HIGHEST_RATIO * packed


def _plain(entry: ZipInfo) -> bool:
    """Return whether this is a file or folder whose path is below the archive's folder."""
    name = entry.orig_filename.replace("\\", "/")
    parts = name.removesuffix("/").split("/")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    sound = name.isprintable() and len(name) <= LONGEST_NAME and not DRIVE.match(name)
    return sound and {"", ".", ".."}.isdisjoint(parts) and kind in {0, stat.S_IFREG, stat.S_IFDIR}
