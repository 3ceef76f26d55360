"""What is this file really? Examined by its content, by a child process with limits and no secret but the file's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from adapters.files.blobs import StorageUnavailable
from adapters.files.inspection.asking import INSPECTORS, nothing
from adapters.files.inspection.found import ACCEPTED, TEXT, Found
from domain.refusal import Refused

__all__ = ["ACCEPTED", "Found", "inspect", "warm", "works"]


def inspect(ciphertext: Path, secret: bytes, meanwhile: Callable[[], None] = nothing) -> Found:
    """What an encrypted file is, by the content that this secret opens; `meanwhile` is done while it is examined.

    Raises what `refusals` lists, or StorageUnavailable.
    """
    return INSPECTORS.inspect(ciphertext, secret, meanwhile)


def warm() -> None:
    """Have what examines files loaded before the first of them comes."""
    INSPECTORS.warm()


def works() -> bool:
    """Whether a line of text is found to be one."""
    try:
        return INSPECTORS.try_out().media_type == TEXT
    except (Refused, StorageUnavailable):
        return False
