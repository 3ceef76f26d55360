"""Where is the content of the evidence? In a folder, under the evidence id, encrypted for the person it is about.

A file is received aside, measured, hashed, looked at and encrypted while it streams to disk; size, digest and type
are those of what was sent. It takes its final name before the fact is recorded, so that a recorded fact always has
its file, and is dropped when the fact is refused. It opens with the person's key for papers: erased, nobody reads it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from uuid import UUID, uuid4

from adapters.disk import flush_folder
from adapters.files.age import AnotherKey, Damaged, Decrypted, encrypt
from adapters.files.detect import LOOK, detect
from adapters.vault import KeyState, Vault
from domain.fact import Retention
from domain.ports import EvidenceId
from domain.refusal import IdempotencyKeyReused, Refused

CHUNK: Final = 64 * 1024


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
    """A recorded piece of evidence has no file that opens."""


class EvidenceErased(Exception):  # noqa: N818  (the way in answers 410)
    """The content of a piece of evidence was erased with its person's papers."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A file received aside, about whom; size in bytes, SHA-256 in hexadecimal and type are those of its content.

    It is encrypted for `secret`.
    """

    path: Path
    person: UUID
    size: int
    digest: str
    media_type: str
    secret: bytes = field(repr=False)


class EvidenceFolder:
    """The evidence store on a local folder."""

    def __init__(self, root: Path, limit: int, vault: Vault) -> None:
        """Keep files of at most `limit` bytes below `root`, encrypted with the vault's keys."""
        self._incoming = root / "incoming"
        self._kept = root / "kept"
        self._vault = vault
        self.limit = limit

    @contextmanager
    def receive(self, source: IO[bytes], person: UUID) -> Iterator[Incoming]:
        """Receive a file about a person aside; it is gone at the end of the block unless it was kept.

        Raises EmptyFile, TooLarge, TypeMismatch, or StorageUnavailable when the disk refuses.
        """
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._incoming / str(uuid4())
        try:
            yield self._write(source, path, person)
        finally:
            with suppress(FileNotFoundError):
                path.unlink()

    def _write(self, source: IO[bytes], path: Path, person: UUID) -> Incoming:
        content = _Measured(source, self.limit)
        secret = self._vault.file_key(person)
        try:
            with path.open("xb") as target:
                encrypt(content, target, secret)
                os.fsync(target.fileno())
        except OSError as error:
            raise StorageUnavailable from error
        if not content.size:
            raise EmptyFile
        digest, media_type = content.digest.hexdigest(), detect(content.start)
        return Incoming(
            path=path, person=person, size=content.size, digest=digest, media_type=media_type, secret=secret
        )

    def opens(self, incoming: Incoming) -> bool:
        """Whether the person's files still open with the key for which this one was encrypted: none was erased."""
        return self._vault.opening().file_key(incoming.person) == incoming.secret

    def keep(self, incoming: Incoming, evidence: EvidenceId) -> bool:
        """Give the file its final name; False when the same content is kept there already (a repeated request).

        Raises IdempotencyKeyReused when another content has that name: the same key, another file.
        """
        path = self._path(evidence)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                os.link(incoming.path, path)
            except FileExistsError:
                if self._opens_as(incoming, evidence):
                    return False
                _replace(incoming.path, path)
        except OSError as error:
            raise StorageUnavailable from error
        flush_folder(path.parent)
        return True

    def _opens_as(self, incoming: Incoming, evidence: EvidenceId) -> bool:
        """Whether what is kept there has this content; False when it opens for nobody, as after an erasure."""
        try:
            with self.open(evidence, incoming.person) as there:
                digest = hashlib.sha256()
                while chunk := there.read(CHUNK):
                    digest.update(chunk)
        except (EvidenceErased, EvidenceMissing, Damaged):
            return False
        if digest.hexdigest() != incoming.digest:
            raise IdempotencyKeyReused(evidence)
        return True

    def remove(self, evidence: EvidenceId) -> bool:
        """Remove the file of a piece that was refused, or erased; whether there was one."""
        path = self._path(evidence)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        flush_folder(path.parent)
        return True

    def open(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Decrypted:
        """Open the content of a piece about this person, in clear as it is read.

        Raises EvidenceErased when the person's papers were erased after it was recorded (at any time, where nobody
        says when that was), EvidenceMissing when the file is not there or has no key; while it is read, Damaged.
        """
        secret = self._vault.opening().file_key(person)
        if secret is None:
            raise self._unread(evidence, person, recorded)
        try:
            return Decrypted(self._path(evidence).open("rb"), secret)
        except AnotherKey:
            raise self._unread(evidence, person, recorded) from None
        except (FileNotFoundError, Damaged) as error:
            raise EvidenceMissing(evidence) from error

    def _unread(
        self, evidence: EvidenceId, person: UUID, recorded: datetime | None
    ) -> EvidenceErased | EvidenceMissing:
        erased = self._vault.unread(person, Retention.PAPERS, recorded) is KeyState.ERASED
        return EvidenceErased(evidence) if erased else EvidenceMissing(evidence)

    def _path(self, evidence: EvidenceId) -> Path:
        name = str(evidence)
        return self._kept / name[:2] / f"{name}.age"


class _Measured:
    """What is received: how much, with which digest, how it begins."""

    def __init__(self, source: IO[bytes], limit: int) -> None:
        self._source = source
        self._limit = limit
        self.size = 0
        self.digest = hashlib.sha256()
        self.start = b""

    def read(self, size: int) -> bytes:
        chunk = self._source.read(size)
        self.size += len(chunk)
        if self.size > self._limit:
            raise TooLarge(self._limit)
        self.start = self.start or chunk[:LOOK]
        self.digest.update(chunk)
        return chunk


def _replace(incoming: Path, path: Path) -> None:
    """Put a second name of what came in over what is kept, and leave the first to whoever received it."""
    aside = incoming.with_name(f"{incoming.name}.again")
    os.link(incoming, aside)
    aside.replace(path)
