"""What must a place do to keep encrypted files, be it a folder or an object store elsewhere?

Give a file a name that nobody has, all at once and for good when it answers; give it back to be read from any place;
remove it; list what there is. What a file holds is no business of the place: it comes encrypted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Protocol

SEGMENTS: Final = "segments"
"""What stands below it is named after people and their uploads: no folder of that name stays when it is empty."""


class StorageUnavailable(Exception):  # noqa: N818  (the way in answers 503)
    """The evidence store cannot be written, or read, now."""


@contextmanager
def on_disk() -> Iterator[None]:
    """What a disk refuses meanwhile is StorageUnavailable."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailable from error


class StorageFull(StorageUnavailable):
    """Less room is left on the disk than must stay free, or would be: nothing more is received."""


class NoExclusiveNames(StorageUnavailable):
    """The evidence store overwrites what has a name already, though it was asked not to."""


class AbsenceUntold(StorageUnavailable):
    """The evidence store does not say of a name that it is free: it forbids to ask."""


class NoSuchBlob(Exception):  # noqa: N818  (it names what was met)
    """No file has this name."""


@dataclass(frozen=True, kw_only=True)
class Blob:
    """A file that is kept: its name, its size in bytes as it is encrypted, and when it was given that name."""

    name: str
    size: int
    at: datetime


class Blobs(Protocol):
    """A place for encrypted files. Each method raises StorageUnavailable when the place does not answer."""

    def put(self, name: str, content: Path) -> bool:
        """Give a file on this disk a name; False when the name is taken, and then nothing has changed.

        Either way what has the name is durable once this answers; the file need not be flushed before.
        """

    def replace(self, name: str, content: Path) -> None:
        """Give a file on this disk a name that may be taken: whoever had it is gone. It is durable as above."""

    def open(self, name: str) -> IO[bytes]:
        """Open what has this name, to read from any place; raises NoSuchBlob."""

    def mark(self, name: str) -> str | None:
        """What tells a file from any other that had this name or will; None where there is none."""

    def remove(self, name: str) -> bool:
        """Remove what has this name; whether there was something."""

    def all(self, under: str) -> Iterator[Blob]:
        """What there is below a name that ends with a slash, in the order of names."""

    def sweep(self) -> None:
        """Remove what uploads have left beside files: folders in which nothing is, where there are folders."""

    def check(self) -> None:
        """Write, name, remove and ask for something, as uploads do; raises NoExclusiveNames, AbsenceUntold."""
