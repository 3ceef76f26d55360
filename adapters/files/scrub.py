"""Is every recorded piece where it should be, and what it was? Each file is decrypted to its end and hashed.

A comparison of sizes would find a file that is gone or cut. Only reading all of it finds a byte that has changed on
the disk, or another file of the same size under its name.
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
from adapters.files.named import Named
from adapters.files.seeking import Seekable
from adapters.files.store import COPIES, KEPT, EvidenceErased, EvidenceMissing, EvidenceStore, kept
from domain.ports import EvidenceId

UNDER_WAY: Final = timedelta(hours=24)
"""A file that is younger may be on its way in: its fact may be to come."""


class Fault(Enum):
    """What is wrong with a file."""

    MISSING = "missing"
    """A fact names it, and it is not there."""
    ALTERED = "altered"
    """It does not open, or not to its end: it was changed, cut, or encrypted for another key."""
    SWAPPED = "swapped"
    """It opens, and is not what was recorded: another size or digest."""
    LEFT = "left"
    """Its person's papers were erased, and it is still there."""
    UNREAD = "unread"
    """The place that keeps it did not give it now."""
    UNNAMED = "unnamed"
    """No fact names it, and it is too old to be on its way in."""


@dataclass(frozen=True, kw_only=True)
class Faulty:
    """A file that something is wrong with; `position` is the fact's that names it, where one does."""

    name: str
    fault: Fault
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A recorded piece that was looked at: bytes read, whether it is erased, what is wrong, if anything."""

    read: int = 0
    erased: bool = False
    faults: tuple[Faulty, ...] = ()

    @property
    def unread(self) -> bool:
        """Whether the place did not give it."""
        return any(each.fault is Fault.UNREAD for each in self.faults)


def look_at(store: EvidenceStore, piece: Named) -> Looked:
    """Read a piece to its end."""
    try:
        return _look(store, piece)
    except StorageUnavailable:
        return Looked(faults=(Faulty(name=kept(piece.evidence), fault=Fault.UNREAD, position=piece.position),))


def unnamed(there: Iterable[Blob], named: Collection[UUID], now: datetime) -> Iterator[Faulty]:
    """The files that no fact names, but those that may be on their way in."""
    for blob in there:
        if now - blob.at > UNDER_WAY and evidence_of(blob) not in named:
            yield Faulty(name=blob.name, fault=Fault.UNNAMED)


def kept_blobs(store: EvidenceStore) -> Iterator[Blob]:
    """Every file that is kept for a piece, and every reading copy."""
    for kind in (KEPT, COPIES):
        yield from store.blobs.all(f"{kind}/")


def evidence_of(blob: Blob) -> UUID | None:
    """The piece that a file is named after; None where its name is none of ours."""
    try:
        return UUID(PurePosixPath(blob.name).name.removesuffix(".age"))
    except ValueError:
        return None


def _look(store: EvidenceStore, piece: Named) -> Looked:
    def faulty(fault: Fault, read: int = 0) -> Looked:
        found = Faulty(name=kept(piece.evidence), fault=fault, position=piece.position)
        return Looked(read=read, erased=fault is Fault.LEFT, faults=(found,))

    try:
        with store.of(piece.retention).open(piece.evidence, piece.person, piece.recorded) as content:
            size, digest = _measured(content)
    except EvidenceErased:
        return faulty(Fault.LEFT) if _is_there(store, piece.evidence) else Looked(erased=True)
    except EvidenceMissing:
        return faulty(Fault.ALTERED if _is_there(store, piece.evidence) else Fault.MISSING)
    except Damaged:
        return faulty(Fault.ALTERED)
    if size != piece.size or piece.digest not in {None, digest}:
        return faulty(Fault.SWAPPED, size)
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
