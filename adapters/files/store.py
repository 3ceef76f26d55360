"""Where is the content of the evidence? In a folder or an object store, under its id, encrypted for its person.

A file is received aside on this machine's disk, encrypted as it comes; measured and hashed there; and named for good
and flushed before the fact is recorded, so that a recorded fact always has its file. Size and digest are those of
what was sent, the type is what its first bytes say: whoever checks it looks at the rest. It opens with the person's
key for papers: erased, nobody reads it. So do the parts of an upload that goes on, and its reading copy.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj, disk_usage
from typing import Any, BinaryIO, Final
from uuid import UUID, uuid4

from adapters.disk import begin_writing
from adapters.erasures import Erasure
from adapters.files.age import CHUNK, AnotherKey, Damaged, Reads, encrypt
from adapters.files.blobs import SEGMENTS, Blob, Blobs, NoSuchBlob, StorageFull, StorageUnavailable, on_disk
from adapters.files.inspection import LOOK, first_look
from adapters.files.seeking import Seekable
from adapters.vault import KeyState, Vault
from domain.fact import Retention
from domain.ports import EvidenceId
from domain.refusal import IdempotencyKeyReused, Refused
from domain.rulebook.evidence_rules import TooLarge

KEPT: Final = "kept"
COPIES: Final = "copies"
ID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PART: Final = re.compile(
    rf"{SEGMENTS}/[a-z]+/{ID}/(?P<upload>{ID})/(?P<offset>[0-9]{{15}})-(?P<size>[0-9]{{1,15}})\.age"
)
SEGMENT: Final = 8 * 1024 * 1024
"""Bytes after which what has come of an upload is durable, whatever becomes of the rest."""


class EmptyFile(Refused):
    """A piece of evidence has content."""

    fr = "Une preuve a un contenu : ce fichier est vide."
    kind = "invalid"


class EvidenceMissing(Exception):  # noqa: N818  (the way in answers 500 and raises the alarm)
    """A recorded piece of evidence has no file that opens."""


class EvidenceErased(Exception):  # noqa: N818  (the way in answers 410)
    """The content of a piece of evidence was erased with its person's papers."""


class AlreadyHeld(Exception):  # noqa: N818  (the way in answers 423)
    """What is held of this upload does not end where this part begins."""


Typed = Callable[[bytes], str]
"""Says of which media type a file is by its first bytes; raises Refused."""
Checks = Callable[[int], None]
"""Refuses a file of so many bytes, or more; says nothing of one that may have them."""


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

    def opened(self) -> Seekable:
        """Its content in clear, as it is read: for whoever examines it further before it is kept."""
        return Seekable(self.path.open("rb"), self.secret)


def by_first_bytes(head: bytes) -> str:
    """The type of a file of which nobody knows the name; raises TypeMismatch."""
    return first_look(head, "")


class EvidenceStore:
    """The evidence store, on a place for encrypted files and a folder of this machine where they are received."""

    def __init__(
        self,
        blobs: Blobs,
        quarantine: Path,
        limit: int,
        vault: Vault,
        *,
        floor: int = 0,
        retention: Retention = Retention.PAPERS,
    ) -> None:
        """Keep files of at most `limit` bytes, encrypted with the vault's keys, while `floor` bytes stay free.

        They open with the person's key of one class: erased, they open for nobody.
        """
        self.blobs = blobs
        self.quarantine = quarantine
        self.limit = limit
        self._vault = vault
        self._floor = floor
        self.retention = retention

    def of(self, retention: Retention) -> EvidenceStore:
        """The same place, for files of another class."""
        return EvidenceStore(
            self.blobs, self.quarantine, self.limit, self._vault, floor=self._floor, retention=retention
        )

    def check_disk(self, size: int = 0) -> None:
        """Refuse what would leave less of the disk free than the floor: StorageFull.

        Files go aside on this machine's disk first, wherever they are kept, and mostly the database's is the same.
        """
        there = next(folder for folder in (self.quarantine, *self.quarantine.parents) if folder.exists())
        if disk_usage(there).free < self._floor + size:
            raise StorageFull

    @contextmanager
    def receive(
        self, source: Reads, person: UUID, check: Checks | None = None, typed: Typed = by_first_bytes
    ) -> Iterator[Incoming]:
        """Receive a file about a person aside; it is gone at the end of the block unless kept.

        It is read as far as `check` refuses none of its size, and `typed` knows its first bytes. Raises EmptyFile,
        TooLarge, what those two refuse, or StorageUnavailable when the disk refuses, before it is full.
        """
        secret = self._vault.file_key(person, self.retention)
        watched = _Watched(source, self.check_disk)
        content = _Measured(watched, self.limit, check, typed)
        with self.aside() as path, _written(content, path, secret):
            media_type = content.ended()
            yield Incoming(
                path=path,
                person=person,
                size=content.size,
                digest=content.digest.hexdigest(),
                media_type=media_type,
                secret=secret,
            )

    def opens(self, incoming: Incoming) -> bool:
        """Whether the person's files still open with the key for which this one was encrypted: none was erased."""
        return self._vault.opening().file_key(incoming.person, self.retention) == incoming.secret

    def erased(self, person: UUID) -> Erasure | None:
        """The last erasure of this class of a person's, by the register."""
        return self._vault.register.newest(person, self.retention)

    def keep(self, incoming: Incoming, evidence: EvidenceId) -> bool:
        """Give the file its final name; False when the same content is kept there already (a repeated request).

        Raises IdempotencyKeyReused when another content has that name: the same key, another file.
        """
        new = self.blobs.put(kept(evidence), incoming.path)
        if not new and not self._opens_as(incoming, evidence):
            self.blobs.replace(kept(evidence), incoming.path)
            new = True
        return new

    def mark(self, evidence: EvidenceId) -> str | None:
        """What tells the file of a piece from any other under its name; None where there is none."""
        return self.blobs.mark(kept(evidence))

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
        """Remove the file of a piece that was refused, or erased, and its reading copy; whether there was one."""
        self.blobs.remove(copied(evidence))
        return self.blobs.remove(kept(evidence))

    def open(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Seekable:
        """Open the content of a piece about this person, in clear as it is read, from any place.

        Raises EvidenceErased when the person's papers were erased after it was recorded (at any time, where nobody
        says when that was), EvidenceMissing when the file is not there, is cut or has no key; while it is read,
        Damaged; StorageUnavailable when the place does not answer.
        """
        return self._open(kept(evidence), evidence, person, recorded)

    # its reading copy

    def open_copy(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Seekable:
        """Open the reading copy of a piece; raises as `open`: EvidenceMissing where there is none."""
        return self._open(copied(evidence), evidence, person, recorded)

    # an upload that goes on

    def hold(self, upload: UUID, offset: int, source: Reads, person: UUID) -> int:
        """Hold the part of an upload that begins at `offset`, durably; gives how many bytes it took.

        Where the source raises, what came before is held all the same, and then that is raised. Raises AlreadyHeld,
        StorageUnavailable.
        """
        if self._end(upload, person) != offset:
            raise AlreadyHeld(upload)
        portions = _Portions(_Watched(source, self.check_disk), SEGMENT)
        secret = self._vault.file_key(person, self.retention)
        taken = 0
        while not portions.ended:
            with self.aside() as path, _written(portions, path, secret):
                if size := portions.begin_anew():
                    name = f"{self._segments(person, upload)}{offset + taken:015}-{size}.age"
                    if not self.blobs.put(name, path):
                        raise AlreadyHeld(upload)
                    taken += size
        if portions.broke is not None:
            raise portions.broke
        return taken

    def held(self, upload: UUID, person: UUID) -> list[tuple[int, int]]:
        """What is held of an upload, from its beginning without a gap: where each part begins, and its size."""
        found, end = [], 0
        for offset, size in filter(None, map(_span, self.blobs.all(self._segments(person, upload)))):
            if offset == end:
                found.append((offset, size))
                end += size
        return found

    def whole(self, upload: UUID, person: UUID) -> Whole:
        """All that is held of an upload, in order, in clear as it is read: to be received as a file."""
        under = self._segments(person, upload)
        names = [f"{under}{offset:015}-{size}.age" for offset, size in self.held(upload, person)]
        return Whole([lambda name=name: self._part(name, upload, person) for name in names])  # type: ignore[misc]

    def let_go(self, upload: UUID, person: UUID) -> None:
        """Remove what is held of an upload."""
        for part in self.blobs.all(self._segments(person, upload)):
            self.blobs.remove(part.name)

    def let_go_unreadable(self, person: UUID) -> None:
        """Remove what is held of a person's uploads that no key opens any more, as after an erasure."""
        secret = self._vault.opening().file_key(person, self.retention)
        for part in self.blobs.all(f"{self._uploads_of(person)}/"):
            if secret is None or not self._opens_with(part.name, secret):
                self.blobs.remove(part.name)

    def _uploads_of(self, person: UUID) -> str:
        """Where what a person sends is held, by its class: each is let go of by itself."""
        return f"{SEGMENTS}/{self.retention.value}/{person}"

    def _segments(self, person: UUID, upload: UUID) -> str:
        return f"{self._uploads_of(person)}/{upload}/"

    def _end(self, upload: UUID, person: UUID) -> int:
        parts = self.held(upload, person)
        return sum(parts[-1]) if parts else 0

    def _part(self, name: str, upload: UUID, person: UUID) -> Seekable:
        return self._open(name, EvidenceId(upload), person, None)

    def _opens_with(self, name: str, secret: bytes) -> bool:
        try:
            Seekable(self.blobs.open(name), secret).close()
        except (AnotherKey, NoSuchBlob):
            return False
        except Damaged:
            pass  # ours, though it is of no use: whoever resumes is told
        return True

    # whoever looks at a piece

    @contextmanager
    def ciphertext(self, evidence: EvidenceId, person: UUID) -> Iterator[tuple[Path, bytes]]:
        """A copy of a piece's file on this machine's disk, encrypted as it is, and the secret that opens it.

        It is gone at the end of the block. Raises as `open`, and StorageFull where it would fill the disk.
        """
        with self.open(evidence, person) as content:
            self.check_disk(content.size)
        secret = self._vault.file_key(person, self.retention)
        with self.aside() as path:
            with on_disk(), self.blobs.open(kept(evidence)) as source, path.open("xb") as target:
                copyfileobj(source, target)
            yield path, secret

    # all of them

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """A path aside, of which nothing is left at the end but the names that it was given."""
        try:
            self.quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageUnavailable from error
        path = self.quarantine / str(uuid4())
        try:
            yield path
        finally:
            with suppress(OSError):  # the reaper finds what a disk in trouble does not let go
                path.unlink()

    def _open(self, name: str, evidence: EvidenceId, person: UUID, recorded: datetime | None) -> Seekable:
        secret = self._vault.opening().file_key(person, self.retention)
        if secret is None:
            raise self._unread(evidence, person, recorded)
        try:
            return Seekable(self.blobs.open(name), secret)
        except AnotherKey:
            raise self._unread(evidence, person, recorded) from None
        except (NoSuchBlob, Damaged) as error:
            raise EvidenceMissing(evidence) from error
        except OSError as error:
            raise StorageUnavailable from error

    def _unread(
        self, evidence: EvidenceId, person: UUID, recorded: datetime | None
    ) -> EvidenceErased | EvidenceMissing:
        erased = self._vault.unread(person, self.retention, recorded) is KeyState.ERASED
        return EvidenceErased(evidence) if erased else EvidenceMissing(evidence)


class Whole(io.RawIOBase):
    """Several streams as one, each opened when the one before has ended."""

    def __init__(self, parts: list[Callable[[], Seekable]]) -> None:
        """Read these, in this order."""
        super().__init__()
        self._parts = iter(parts)
        self._part: Seekable | None = None

    def readable(self) -> bool:
        """Whether it is a stream to read: yes."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read some of it, of one part at a time."""
        while True:
            if self._part is not None and (given := self._part.readinto(buffer)):
                return given
            following = next(self._parts, None)
            if following is None:
                return 0
            self._leave()
            self._part = following()

    def close(self) -> None:
        """Close the part that is open."""
        self._leave()
        super().close()

    def _leave(self) -> None:
        if self._part is not None:
            self._part.close()
            self._part = None


class _Watched:
    """What is received, while the disk has room: looked at before the first byte, and after every so many."""

    def __init__(self, source: Reads, look: Callable[[], None]) -> None:
        self._source = source
        self._look = look
        self._since = SEGMENT

    def read(self, size: int) -> bytes:
        if self._since >= SEGMENT:
            self._look()
            self._since = 0
        chunk = self._source.read(size)
        self._since += len(chunk)
        return chunk


class _Measured:
    """What is received: how much, with which digest, of which type."""

    def __init__(self, source: Reads, limit: int, check: Checks | None, typed: Typed) -> None:
        self._source = source
        self._limit = limit
        self._check = check
        self._typed = typed
        self._head = b""
        self._media_type: str | None = None
        self.size = 0
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        chunk = self._source.read(size)
        self.size += len(chunk)
        if self._check is not None:
            self._check(self.size)
        if self.size > self._limit:
            raise TooLarge(self._limit)
        self.digest.update(chunk)
        if self._media_type is None:
            self._head += chunk[: LOOK - len(self._head)]
            if len(self._head) == LOOK:
                self._media_type = self._typed(self._head)
        return chunk

    def ended(self) -> str:
        """Its type, once all of it was read; raises EmptyFile, and what says its type."""
        if not self.size:
            raise EmptyFile
        return self._media_type or self._typed(self._head)


class _Portions:
    """What comes of an upload, in portions of `most` bytes; one that breaks off ends there."""

    def __init__(self, source: Reads, most: int) -> None:
        self._source = source
        self._most = most
        self._size = 0
        self._ahead = b""
        self.ended = False
        self.broke: Exception | None = None

    def read(self, size: int) -> bytes:
        """Give more of this portion, nothing at its end."""
        room = min(size, self._most - self._size)
        if not room or self.ended:
            return b""
        data = self._ahead or self._next(room)
        given, self._ahead = data[:room], data[room:]
        self._size += len(given)
        return given

    def begin_anew(self) -> int:
        """End this portion and begin the next; gives the size of the one that ends."""
        size, self._size = self._size, 0
        return size

    def _next(self, size: int) -> bytes:
        try:
            data = self._source.read(size)
        except Exception as error:  # noqa: BLE001  (raised again, once what came is held)
            self.broke, self.ended = error, True
            return b""
        self.ended = not data
        return data


def kept(evidence: EvidenceId) -> str:
    """The name of a piece's file."""
    return f"{KEPT}/{str(evidence)[:2]}/{evidence}.age"


def copied(evidence: UUID) -> str:
    """The name of the reading copy of a piece."""
    return f"{COPIES}/{str(evidence)[:2]}/{evidence}.age"


def upload_of(part: Blob) -> UUID | None:
    """The upload that a part is of; None where its name is none of ours."""
    found = PART.fullmatch(part.name)
    return UUID(found["upload"]) if found else None


def _span(part: Blob) -> tuple[int, int] | None:
    """Where a part begins and its size in clear, as its name says; the reader attests the rest. None: as above."""
    found = PART.fullmatch(part.name)
    return (int(found["offset"]), int(found["size"])) if found else None


@contextmanager
def _written(source: Reads, path: Path, secret: bytes) -> Iterator[None]:
    """Encrypt what a source gives to a file; what the source raises is raised as it is.

    It is not flushed: whoever gives it a name does that in the block, for which it stays open. So the disk tells them
    what it could not write.
    """
    with on_disk():
        target = path.open("xb")
    with target:
        with on_disk():
            encrypt(source, _Begun(target), secret)
        yield


class _Begun:
    """A file that the disk writes while it comes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes | memoryview, /) -> int:
        written = self._file.write(data)
        begin_writing(self._file.fileno())
        return written

    def flush(self) -> None:
        self._file.flush()
