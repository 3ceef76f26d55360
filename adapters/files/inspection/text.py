"""The check of a text: all of it is readable, in a known encoding."""

from __future__ import annotations

from typing import BinaryIO

from adapters.files.inspection.first_look import decoded
from adapters.files.inspection.found import DetectedType


def check(file: BinaryIO, media_type: str) -> DetectedType:
    """Raise TypeMismatch unless the whole file is text."""
    decoded(file.read())
    return DetectedType(media_type=media_type)
