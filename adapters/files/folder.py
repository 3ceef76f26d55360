"""Where is the content of the evidence? In a folder, under the evidence id, never under a digest of the content.

A file is received aside, measured, hashed and looked at while it streams to disk; it takes its final name before the
fact is recorded, so that a recorded fact always has its file, and is dropped when the fact is refused.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from adapters.files.detect import LOOK, detect
from domain.ports import EvidenceId
from domain.refusal import IdempotencyKeyReused, Refused

CHUNK: Final = 256 * 1024


class EmptyFile(Refused):
    """A piece of evidence has content."""

    fr = "Une preuve a un contenu : ce fichier est vide."
    kind = "invalid"


class TooLarge(Refused):
    """What was sent is larger than what is accepted."""

    fr = "L'envoi dépasse la taille acceptée."
    kind = "too_large"


class StorageUnavailable(Exception):  # noqa: N818  (the way in answers 503)
    """The evidence store cannot be written now."""


class EvidenceMissing(Exception):  # noqa: N818  (the way in answers 500 and raises the alarm)
    """A recorded piece of evidence has no file."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A file received aside: its path, size in bytes, SHA-256 in hexadecimal, type as detected."""

    path: Path
    size: int
    digest: str
    media_type: str


class EvidenceFolder:
    """The evidence store on a local folder."""

    def __init__(self, root: Path, limit: int) -> None:
        """Keep files of at most `limit` bytes below `root`."""
        self._incoming = root / "incoming"
        self._kept = root / "kept"
        self.limit = limit

    @contextmanager
    def receive(self, source: IO[bytes]) -> Iterator[Incoming]:
        """Receive a file aside; it is gone at the end of the block unless it was kept.

        Raises EmptyFile, TooLarge, TypeMismatch, or StorageUnavailable when the disk refuses.
        """
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._incoming / str(uuid4())
        try:
            yield self._write(source, path)
        finally:
            with suppress(FileNotFoundError):
                path.unlink()

    def _write(self, source: IO[bytes], path: Path) -> Incoming:
        digest, size, start = hashlib.sha256(), 0, b""
        try:
            with path.open("xb") as target:
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if size > self.limit:
                        raise TooLarge(self.limit)
                    start = start or chunk[:LOOK]
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
        except OSError as error:
            raise StorageUnavailable from error
        if not size:
            raise EmptyFile
        return Incoming(path=path, size=size, digest=digest.hexdigest(), media_type=detect(start))

    def keep(self, incoming: Incoming, evidence: EvidenceId) -> bool:
        """Give the file its final name; False when the same content is kept there already (a repeated request).

        Raises IdempotencyKeyReused when another content has that name: the same key, another file.
        """
        path = self._path(evidence)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.link(incoming.path, path)
        except FileExistsError:
            with path.open("rb") as there:
                if hashlib.file_digest(there, "sha256").hexdigest() != incoming.digest:
                    raise IdempotencyKeyReused(evidence) from None
            return False
        except OSError as error:
            raise StorageUnavailable from error
        _flush(path.parent)
        return True

    def discard(self, evidence: EvidenceId) -> None:
        """Drop the file of a piece whose fact was refused."""
        with suppress(FileNotFoundError):
            self._path(evidence).unlink()

    def open(self, evidence: EvidenceId) -> IO[bytes]:
        """Open the content of a piece; raises EvidenceMissing when its file is not there."""
        try:
            return self._path(evidence).open("rb")
        except FileNotFoundError as error:
            raise EvidenceMissing(evidence) from error

    def _path(self, evidence: EvidenceId) -> Path:
        name = str(evidence)
        return self._kept / name[:2] / name


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
