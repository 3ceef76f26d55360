"""Is this file something else as well, to whoever opens it with that in mind?"""

from __future__ import annotations

import io
from typing import BinaryIO, Final
from zipfile import BadZipFile, ZipFile

from adapters.files.inspection.refusals import TypeMismatch

SNIFFED: Final = 1024
"""How many leading bytes browsers and PDF readers look at."""
MARKUP: Final = (b"<!doctype", b"<html", b"<svg", b"<script", b"<head", b"<body", b"<iframe", b"<xhtml", b"<?php")
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
    if b"PK\x05\x06" not in file.read():
        return
    try:
        with ZipFile(file) as archive:
            raise TypeMismatch(len(archive.infolist()))
    except (BadZipFile, NotImplementedError, ValueError, OSError, OverflowError):
        return  # four bytes that happened to stand there
