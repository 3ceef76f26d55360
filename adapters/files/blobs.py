"""Interface of a place that stores encrypted files: a folder or an object store.

It stores a file under an unused name, atomically and durably; it opens files for random access, removes them and
lists them. It cannot read their content, which is encrypted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Protocol

SEGMENTS: Final = "segments"
"""The prefix of folders named after people and their uploads: such a folder is removed when it is empty."""


class StorageUnavailable(Exception):  # noqa: N818  (the web layer answers 503)
    """The evidence store cannot be written or read now."""


@contextmanager
def on_disk() -> Iterator[None]:
    """Raise StorageUnavailable for any OSError in the block."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailable from error


class StorageFull(StorageUnavailable):
    """Free disk space is below the floor, or would be: nothing more is received."""


class NoExclusiveNames(StorageUnavailable):
    """The evidence store overwrites existing names, although requests forbid it."""


class AbsenceUntold(StorageUnavailable):
    """The evidence store does not answer whether a name is free."""


class NoSuchBlob(Exception):  # noqa: N818  (named after what happened)
    """No file has this name."""


@dataclass(frozen=True, kw_only=True)
class Blob:
    """A stored file: its name, its encrypted size in bytes, and the time of its naming."""

    name: str
    size: int
    at: datetime


class Blobs(Protocol):
    """A place for encrypted files. Each method raises StorageUnavailable if the place does not answer."""

    def put(self, name: str, content: Path) -> bool:
        """Store a local file under a name; return False, without any change, if the name is taken.

        In both cases the file of that name is durable afterwards; `content` need not be flushed before.
        """

    def replace(self, name: str, content: Path) -> None:
        """Store a local file under a name, replacing any existing file, with the durability of `put`."""

    def open(self, name: str) -> IO[bytes]:
        """Open the file of this name for random access; raises NoSuchBlob."""

    def mark(self, name: str) -> str | None:
        """Return a value that distinguishes this file from any other of the same name; None without a file."""

    def remove(self, name: str) -> bool:
        """Remove the file of this name; return whether there was one."""

    def all(self, under: str) -> Iterator[Blob]:
        """Yield the files below a name that ends with a slash, in the order of names."""

    def sweep(self) -> None:
        """Remove the empty folders of ended uploads, if the place has folders."""

    def check(self) -> None:
        """Write, name, remove and look up a file, as uploads do; raises NoExclusiveNames, AbsenceUntold."""
