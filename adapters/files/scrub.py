"""Check that every recorded piece has its file, unchanged: each is decrypted to its end and hashed.

A comparison of sizes would only find missing or truncated files. Reading all bytes also finds a byte changed on the
disk, or another file of the same size under the name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import PurePosixPath
from typing import Final
from uuid import UUID

from adapters.files.age import CHUNK, Damaged
from adapters.files.blobs import Blob, NoSuchBlob, StorageUnavailable
from adapters.files.named import NamedFile
from adapters.files.seeking import Seekable
from adapters.files.store import COPIES, KEPT, EvidenceErased, EvidenceMissing, EvidenceStore, kept
from domain.ports import EvidenceId

UNDER_WAY: Final = timedelta(hours=24)
"""The age up to which a file's fact may still be recorded."""


class FileFault(Enum):
    """A kind of fault of a file."""

    MISSING = "missing"
    """A fact names the file, but the file does not exist."""
    ALTERED = "altered"
    """The file cannot be decrypted to its end: it was changed, truncated, or encrypted for another key."""
    SWAPPED = "swapped"
    """The file can be decrypted, but its size or digest differs from the record."""
    LEFT = "left"
    """The file still exists although its person's papers were erased."""
    UNREAD = "unread"
    """The store could not return it now."""
    UNNAMED = "unnamed"
    """No fact names the file, and it is too old for its fact to be recorded later."""


@dataclass(frozen=True, kw_only=True)
class Faulty:
    """A file with a fault; `position` is that of the fact that names it, if any."""

    name: str
    fault: FileFault
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Result for one recorded piece: bytes read, whether the piece is erased, and its faults."""

    read: int = 0
    erased: bool = False
    faults: tuple[Faulty, ...] = ()

    @property
    def unread(self) -> bool:
        """True if the store could not return it."""
        return any(each.fault is FileFault.UNREAD for each in self.faults)


def look_at(store: EvidenceStore, piece: NamedFile) -> Looked:
    """Read a piece to its end, and return the result."""
    try:
        return _look(store, piece)
    except StorageUnavailable:
        return Looked(faults=(Faulty(name=kept(piece.evidence), fault=FileFault.UNREAD, position=piece.position),))


def unnamed(there: Iterable[Blob], named: Collection[UUID], now: datetime) -> Iterator[Faulty]:
    """Yield the files that no fact names, except recent ones whose fact may still be recorded."""
    for blob in there:
        if now - blob.at > UNDER_WAY and evidence_of(blob) not in named:
            yield Faulty(name=blob.name, fault=FileFault.UNNAMED)


def kept_blobs(store: EvidenceStore) -> Iterator[Blob]:
    """Yield every file of a piece, and every reading copy."""
    for kind in (KEPT, COPIES):
        yield from store.blobs.all(f"{kind}/")


def evidence_of(blob: Blob) -> UUID | None:
    """Return the piece that a file is named after; None if the name is not one of Acquis's."""
    try:
        return UUID(PurePosixPath(blob.name).name.removesuffix(".age"))
    except ValueError:
        return None


def _look(store: EvidenceStore, piece: NamedFile) -> Looked:
    def faulty(fault: FileFault, read: int = 0) -> Looked:
        found = Faulty(name=kept(piece.evidence), fault=fault, position=piece.position)
        return Looked(read=read, erased=fault is FileFault.LEFT, faults=(found,))

    try:
        with store.of(piece.retention).open(piece.evidence, piece.person, piece.recorded) as content:
            size, digest = _measured(content)
    except EvidenceErased:
        return faulty(FileFault.LEFT) if _is_there(store, piece.evidence) else Looked(erased=True)
    except EvidenceMissing:
        return faulty(FileFault.ALTERED if _is_there(store, piece.evidence) else FileFault.MISSING)
    except Damaged:
        return faulty(FileFault.ALTERED)
    if size != piece.size or piece.digest not in {None, digest}:
        return faulty(FileFault.SWAPPED, size)
    return Looked(read=size)


def _measured(content: Seekable) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while chunk := content.read(CHUNK):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def _is_there(store: EvidenceStore, evidence: EvidenceId) -> bool:
    try:
        store.blobs.open(kept(evidence)).close()
    except NoSuchBlob:
        return False
    return True
