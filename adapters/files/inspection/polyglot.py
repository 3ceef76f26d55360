"""Is this file something else as well, to whoever opens it with that in mind?"""

from __future__ import annotations

import io
import re
from typing import BinaryIO, Final
from zipfile import BadZipFile, ZipFile

from adapters.files.inspection.refusals import TypeMismatch

SNIFFED: Final = 1024
"""How many leading bytes browsers and PDF readers look at."""
MARKUP: Final = (b"<!doctype", b"<html", b"<svg", b"<script", b"<head", b"<body", b"<iframe", b"<xhtml", b"<?php")
END: Final = b"PK\x05\x06"
END_SIZE: Final = 22
DIRECTORY: Final = b"PK\x01\x02"
LONGEST_TAIL: Final = 22 + 65535
"""How far from the end the record may stand that makes a file a ZIP."""


def only_itself(file: BinaryIO) -> None:
    """Refuse a file that begins like markup or a PDF as well, or that ends like a ZIP."""
    file.seek(0)
    start = file.read(SNIFFED)
    if b"%PDF-" in start[1:]:
        raise TypeMismatch
    no_markup(start)
    no_archive(file)


def no_markup(piece: bytes) -> None:
    """Refuse bytes in which a browser would find a page."""
    lower = piece.lower()
    if any(each in lower for each in MARKUP):
        raise TypeMismatch


def no_archive(file: BinaryIO) -> None:
    """Refuse a file at whose end a ZIP's directory stands."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - LONGEST_TAIL))
    tail = file.read()
    if END not in tail:
        return
    for record in re.finditer(re.escape(END), tail):
        _leads_to_no_directory(file, max(0, size - LONGEST_TAIL) + record.start(), tail[record.start() :][:END_SIZE])
    try:
        with ZipFile(file) as archive:
            raise TypeMismatch(len(archive.infolist()))
    except (BadZipFile, NotImplementedError, ValueError, OSError, OverflowError):
        return  # four bytes that happened to stand there


def _leads_to_no_directory(file: BinaryIO, at: int, record: bytes) -> None:
    """Nor may one stand where other readers look for it: the standard library's opens less than they do."""
    length, place = int.from_bytes(record[12:16], "little"), int.from_bytes(record[16:20], "little")
    for each in (place, at - length):
        file.seek(max(0, each))
        if file.read(len(DIRECTORY)) == DIRECTORY:
            raise TypeMismatch
