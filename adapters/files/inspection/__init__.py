"""Examination of files by their content: of the first bytes in the request, then by a child process with limits."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO, Final

from adapters.files.age import encrypt
from adapters.files.blobs import StorageUnavailable
from adapters.files.inspection.first_look import LOOK, first_look
from adapters.files.inspection.found import ACCEPTED, TEXT, DetectedType
from adapters.files.inspection.refusals import ALL, InspectionLimits
from adapters.files.sandbox.asking import INSPECTORS, Inspectors, answered, is_count
from adapters.files.sandbox.terms import INSPECT
from domain.refusal import Refused

__all__ = ["ACCEPTED", "LOOK", "Found", "believed", "first_look", "inspect", "try_out", "warm", "works"]

REFUSALS: Final = {refusal.slug(): refusal for refusal in ALL}


def inspect(ciphertext: Path, secret: bytes, media_type: str, by: Inspectors = INSPECTORS) -> DetectedType:
    """Return the type of an encrypted file, by its content; `media_type` is the result of `first_look`.

    Raises the refusals in `refusals`, InspectionUnavailable or StorageUnavailable.
    """
    with ciphertext.open("rb") as file:
        return _inspected(file, secret, media_type, by)


def warm() -> None:
    """Start the examining process before the first file arrives."""
    INSPECTORS.warm()


def try_out() -> DetectedType:
    """Examine a line of text as a test; raises the exceptions of `inspect`."""
    with os.fdopen(os.memfd_create("line"), "w+b", buffering=0) as file:
        encrypt(io.BytesIO(b"A line."), file, bytes(32))
        file.seek(0)
        return _inspected(file, bytes(32), TEXT, INSPECTORS)


def works() -> bool:
    """Return whether the examination recognises a line of text."""
    try:
        return try_out().media_type == TEXT
    except (Refused, StorageUnavailable):
        return False


def _inspected(file: BinaryIO, secret: bytes, media_type: str, by: Inspectors) -> DetectedType:
    return believed(by.ask(INSPECT, file, secret, media_type))


def believed(answer: bytes) -> DetectedType:
    """Return a child's finding, if it is valid; raises a refusal, also for a child that its limits cut off."""
    said, _ = answered(answer)
    media_type, pages = said.get("media_type"), said.get("pages")
    known = isinstance(media_type, str) and media_type in ACCEPTED and is_count(pages)
    if (slug := said.get("refused")) is not None or not known:
        raise REFUSALS.get(str(slug), InspectionLimits)
    return DetectedType(media_type=str(media_type), pages=pages)
