"""What a file really is, by its content: a first look in the request, and an examination by a child with limits."""

from __future__ import annotations

from pathlib import Path

from adapters.files.blobs import StorageUnavailable
from adapters.files.inspection.asking import INSPECTORS
from adapters.files.inspection.first_look import LOOK, first_look
from adapters.files.inspection.found import ACCEPTED, TEXT, Found
from domain.refusal import Refused

__all__ = ["ACCEPTED", "LOOK", "Found", "first_look", "inspect", "warm", "works"]


def inspect(ciphertext: Path, secret: bytes, media_type: str) -> Found:
    """What an encrypted file is, by the content that this secret opens, which its first look took for this type.

    Raises what `refusals` lists, InspectionUnavailable or StorageUnavailable.
    """
    return INSPECTORS.inspect(ciphertext, secret, media_type)


def warm() -> None:
    """Have what examines files loaded before the first of them comes."""
    INSPECTORS.warm()


def works() -> bool:
    """Whether a line of text is found to be one."""
    try:
        return INSPECTORS.try_out().media_type == TEXT
    except (Refused, StorageUnavailable):
        return False
