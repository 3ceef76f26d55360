"""Is an entry of a ZIP what the directory says, to its last packed byte, with nothing before or after it?"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final
from zipfile import ZIP_STORED, ZipInfo

from adapters.files.inspection import archive_names
from adapters.files.inspection.refusals import ArchiveLimits, InvalidFile, TypeMismatch, UnsafeNames, Unscannable

LOCAL: Final = b"PK\x03\x04"
LOCAL_SIZE: Final = 30
DESCRIPTOR: Final = b"PK\x07\x08"
"""What may stand before the sizes that follow an entry."""
LONG: Final = 0xFFFFFFFF
"""A size that stands in more than four bytes, elsewhere (ZIP64)."""
LONG_SIZES: Final = 1
"""Where: in the field of an entry's extra bytes that has this number."""
TWO_LONG: Final = struct.Struct("<QQ")
OF_UNIX: Final = 0x756E
"""The field that says what an entry is where its attributes say nothing (ASi Unix, of Info-ZIP)."""
OF_UNIX_FORM: Final = struct.Struct("<LH")
ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
SIZES_AFTER: Final = 0x8
CHUNK: Final = 16 * 1024
"""How much is unpacked at once: a thousand times as much may come of it."""


def a_file_or_a_folder(entry: ZipInfo, extra: bytes) -> None:
    """Refuse links and devices, whoever packed them: of what Unix, VMS, Atari or BeOS did, links are made."""
    modes = [entry.external_attr >> 16]
    for field, content in archive_names.fields(extra):
        if field == OF_UNIX and len(content) >= OF_UNIX_FORM.size:
            modes.append(OF_UNIX_FORM.unpack_from(content)[1])
    if not {0, stat.S_IFREG, stat.S_IFDIR}.issuperset(map(stat.S_IFMT, modes)):
        raise UnsafeNames
    if entry.is_dir() and entry.file_size:
        raise InvalidFile


def side_by_side(file: BinaryIO, entries: list[ZipInfo], directory: int) -> None:
    """Each entry begins where the one before it ends, the first at 0, the directory after the last."""
    at, between = 0, frozenset({b""})
    for entry in sorted(entries, key=lambda each: each.header_offset):
        _nothing_else_between(file, at, entry.header_offset, between)
        at, after = _extent(file, entry)
        _whole(file, entry)
        between = frozenset({b"", *_sizes(entry)}) if after else frozenset({b""})
    _nothing_else_between(file, at, directory, between)


def _nothing_else_between(file: BinaryIO, at: int, until: int, may_be: frozenset[bytes]) -> None:
    if until < at:
        raise ArchiveLimits  # entries that share their bytes
    file.seek(at)
    if until - at > max(map(len, may_be)) or file.read(until - at) not in may_be:
        raise TypeMismatch


def _sizes(entry: ZipInfo) -> Iterator[bytes]:
    """What follows an entry whose sizes were not known before: with a mark or without, in either length.

    Which length says no header for certain: Excel writes the long one of any entry.
    """
    for form in ("<III", "<IQQ"):
        told = struct.pack(form, entry.CRC, entry.compress_size, entry.file_size)
        yield from (told, DESCRIPTOR + told)


def _extent(file: BinaryIO, entry: ZipInfo) -> tuple[int, bool]:
    """Where an entry's bytes end, and whether its sizes may follow; its own header says what the directory says.

    The file is left where the packed bytes begin.
    """
    file.seek(entry.header_offset)
    head = file.read(LOCAL_SIZE)
    flags, method = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    names, extra = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
    if len(head) < LOCAL_SIZE or not head.startswith(LOCAL) or method != entry.compress_type:
        raise InvalidFile
    if flags & ENCRYPTED:
        raise Unscannable
    if file.read(names) != archive_names.in_headers(entry):
        raise InvalidFile
    own_fields = file.read(extra)
    a_file_or_a_folder(entry, own_fields)
    if archive_names.shown(entry, own_fields) not in {entry.orig_filename, archive_names.shown(entry, entry.extra)}:
        raise UnsafeNames
    after = bool(flags & SIZES_AFTER)
    said = (entry.CRC, entry.compress_size, entry.file_size)
    for own, listed in zip(_of_itself(head, own_fields), said, strict=True):
        if own != listed and (own or not after):
            raise InvalidFile
    return entry.header_offset + LOCAL_SIZE + names + extra + entry.compress_size, after


def _of_itself(head: bytes, extra: bytes) -> tuple[int, int, int]:
    """The checksum, and how large it is packed and unpacked, as an entry's own header says."""
    checksum, packed, size = struct.unpack("<III", head[14:26])
    if packed == size == LONG:
        for field, content in archive_names.fields(extra):
            if field == LONG_SIZES and len(content) >= TWO_LONG.size:
                size, packed = TWO_LONG.unpack_from(content)
                break
    return checksum, packed, size


def _whole(file: BinaryIO, entry: ZipInfo) -> None:
    """What the entry holds has the size and the checksum that are said."""
    size = checksum = 0
    for piece in _unpacked(file, entry):
        size += len(piece)
        checksum = zlib.crc32(piece, checksum)
        if size > entry.file_size:
            break
    if (size, checksum) != (entry.file_size, entry.CRC):
        raise InvalidFile


def _unpacked(file: BinaryIO, entry: ZipInfo) -> Iterator[bytes]:
    """What the packed bytes become: all of them are needed for it, and they say where it ends."""
    if entry.compress_type == ZIP_STORED or not entry.compress_size:
        yield from _packed(file, entry.compress_size)
        return
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in _packed(file, entry.compress_size):
        try:
            yield engine.decompress(piece)
        except zlib.error as error:
            raise InvalidFile from error
        if engine.unused_data:
            raise InvalidFile
    if not engine.eof:
        raise InvalidFile


def _packed(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length and (piece := file.read(min(CHUNK, length))):
        length -= len(piece)
        yield piece
