"""The check of a text: all of it was written by a person, in an alphabet that is known."""

from __future__ import annotations

from typing import BinaryIO

from adapters.files.inspection.first_look import decoded
from adapters.files.inspection.found import Found


def check(file: BinaryIO, media_type: str) -> Found:
    """Refuse what is not text to its end."""
    decoded(file.read())
    return Found(media_type=media_type)
