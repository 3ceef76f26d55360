"""The check of older office files (DOC, XLS, PPT, RTF): no macro, program or password in their parts."""

from __future__ import annotations

import io
import re
from typing import BinaryIO, Final

import olefile

from adapters.files.inspection.found import DOC, PPT, RTF, XLS, DetectedType
from adapters.files.inspection.refusals import ActiveContent, InvalidFile, TypeMismatch, Unscannable, reading

MAIN: Final = {DOC: ("worddocument",), XLS: ("workbook", "book"), PPT: ("powerpoint document",)}
"""The part that identifies each type."""
MACROS: Final = frozenset({"vba", "macros", "_vba_project_cur", "_vba_project"})
PROGRAM: Final = "\x01ole10native"
"""The part of an embedded file of any kind, which a double click opens."""
ENCRYPTED: Final = frozenset({"encryptedpackage", "encryptioninfo", "encryptedsummary"})
FIB_FLAGS: Final = 10
"""The offset of a Word file's flags; bit 8 says that it is encrypted (MS-DOC, 2.5.2)."""
FILE_PASS: Final = b"\x2f\x00"
"""The record of an encrypted workbook (MS-XLS, 2.4.117), near its beginning."""
CLASSES: Final = re.compile(rb"\\objclass\s+(package|\w*script|\w*shell|htmlfile)", re.IGNORECASE)
NATIVE: Final = re.compile(rb"(?:4f\s*6c\s*65\s*31\s*30\s*4e|50\s*61\s*63\s*6b\s*61\s*67\s*65)", re.IGNORECASE)
"""`Ole10N…` or `Package`, in the hexadecimal digits in which RTF writes an object."""


def check(file: BinaryIO, media_type: str) -> DetectedType:
    """Refuse a file of another type, an encrypted one, or one with macros or a program."""
    with reading(), olefile.OleFileIO(file) as parts:
        _inert(parts)
        streams = {"/".join(name).lower(): name for name in parts.listdir()}
        main = next((streams[name] for name in MAIN[media_type] if name in streams), None)
        if main is None:
            raise TypeMismatch
        start = parts.openstream(main).read(4096)
    if not start:
        raise InvalidFile
    if media_type == DOC and start[FIB_FLAGS + 1 : FIB_FLAGS + 2] and start[FIB_FLAGS + 1] & 1:
        raise Unscannable
    if media_type == XLS and _has_record(start, FILE_PASS):
        raise Unscannable
    return DetectedType(media_type=media_type)


def inert(content: bytes) -> None:
    """Raise ActiveContent if an embedded object of this kind holds macros or a program."""
    with reading(), olefile.OleFileIO(io.BytesIO(content)) as parts:
        _inert(parts)


def check_rtf(file: BinaryIO) -> DetectedType:
    """Refuse an RTF file with an embedded program, or a truncated one."""
    data = file.read()
    if not data.rstrip(b"\0\r\n\t ").endswith(b"}"):
        raise InvalidFile
    if CLASSES.search(data) or (b"\\objdata" in data and NATIVE.search(data)):
        raise ActiveContent
    return DetectedType(media_type=RTF)


def _inert(parts: olefile.OleFileIO) -> None:
    for name in parts.listdir(streams=True, storages=True):
        said = {each.lower() for each in name}
        if not ENCRYPTED.isdisjoint(said):
            raise Unscannable
        if not MACROS.isdisjoint(said) or PROGRAM in said:
            raise ActiveContent


def _has_record(start: bytes, kind: bytes) -> bool:
    """Return whether one of the first records of a workbook is of this kind."""
    at = 0
    while at + 4 <= len(start):
        if start[at : at + 2] == kind:
            return True
        at += 4 + int.from_bytes(start[at + 2 : at + 4], "little")
    return False
