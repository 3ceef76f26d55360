"""The evidence store: the content of pieces, under their ids, encrypted for their persons.

A file is first received in a folder of this machine's disk, and is encrypted, measured and hashed as it arrives. It
gets its final name and is flushed before its fact is recorded, so that a recorded fact always has its file. Size and
digest are those of the content; the type is determined by its first bytes, and a later check examines the rest. The
person's key for papers decrypts it: once that is erased, nobody can read it. The same holds for the parts of a
resumable upload and for the reading copy.
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
from adapters.files.age import CHUNK, AnotherKey, Damaged, Reads, encrypt
from adapters.files.blobs import SEGMENTS, Blob, Blobs, NoSuchBlob, StorageFull, StorageUnavailable, on_disk
from adapters.files.inspection import LOOK, first_look
from adapters.files.seeking import Seekable
from adapters.keys.erasures import Erasure
from adapters.keys.vault import KeyState, Vault
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
"""The number of bytes after which the received part of an upload is made durable."""


class EmptyFile(Refused):
    """A piece of evidence has content."""

    fr = "Une preuve a un contenu : ce fichier est vide."
    kind = "invalid"


class EvidenceMissing(Exception):  # noqa: N818  (the web layer answers 500 and raises the alarm)
    """The file of a recorded piece of evidence is missing or cannot be decrypted."""


class EvidenceErased(Exception):  # noqa: N818  (the web layer answers 410)
    """The content of a piece of evidence was erased with its person's papers."""


class UploadOffsetMismatch(Exception):  # noqa: N818  (the web layer answers 423)
    """The received part of this upload does not end where the new part begins."""


Typed = Callable[[bytes], str]
"""Function that returns the media type of a file by its first bytes; raises Refused."""
Checks = Callable[[int], None]
"""Function that raises a refusal for a file of at least this many bytes, if that is too large."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A file received, and its person; size in bytes, hexadecimal SHA-256 and type are those of its content.

    It is encrypted for `secret`.
    """

    path: Path
    person: UUID
    size: int
    digest: str
    media_type: str
    secret: bytes = field(repr=False)

    def opened(self) -> Seekable:
        """Return its content, decrypted as it is read, for further examination before it is stored."""
        return Seekable(self.path.open("rb"), self.secret)


def by_first_bytes(head: bytes) -> str:
    """Return the type of a file without a known name; raises TypeMismatch."""
    return first_look(head, "")


class EvidenceStore:
    """The evidence store, on a place for encrypted files and a local folder where files are received."""

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
        """Store files of at most `limit` bytes, encrypted with the vault's keys, while `floor` bytes stay free.

        The person's key of one retention class decrypts them: once it is erased, nobody can.
        """
        self.blobs = blobs
        self.quarantine = quarantine
        self.limit = limit
        self._vault = vault
        self._floor = floor
        self.retention = retention

    def of(self, retention: Retention) -> EvidenceStore:
        """Return a store on the same place for files of another class."""
        return EvidenceStore(
            self.blobs, self.quarantine, self.limit, self._vault, floor=self._floor, retention=retention
        )

    def check_disk(self, size: int = 0) -> None:
        """Raise StorageFull if `size` more bytes would leave less disk space free than the floor.

        Files are received on this machine's disk even if they are stored elsewhere, and the database is usually on
        the same disk.
        """
        there = next(folder for folder in (self.quarantine, *self.quarantine.parents) if folder.exists())
        if disk_usage(there).free < self._floor + size:
            raise StorageFull

    @contextmanager
    def receive(
        self, source: Reads, person: UUID, check: Checks | None = None, typed: Typed = by_first_bytes
    ) -> Iterator[Incoming]:
        """Receive a file about a person; it is deleted at the end of the block unless it was stored.

        Reading stops as soon as `check` refuses the size or `typed` the first bytes. Raises EmptyFile, TooLarge, the
        exceptions of `check` and `typed`, and StorageUnavailable if the disk fails or its free space is too low.
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
        """Return whether the file was encrypted for the person's current key, i.e. no key was erased meanwhile."""
        return self._vault.opening().file_key(incoming.person, self.retention) == incoming.secret

    def erased(self, person: UUID) -> Erasure | None:
        """Return the last erasure of a person's data of this class, by the register."""
        return self._vault.register.newest(person, self.retention)

    def keep(self, incoming: Incoming, evidence: EvidenceId) -> bool:
        """Give the file its final name; return False if the same content is stored already (a repeated request).

        Raises IdempotencyKeyReused if other content has that name: a request reused its key with another file.
        """
        new = self.blobs.put(kept(evidence), incoming.path)
        if not new and not self._opens_as(incoming, evidence):
            self.blobs.replace(kept(evidence), incoming.path)
            new = True
        return new

    def mark(self, evidence: EvidenceId) -> str | None:
        """Return a value that distinguishes a piece's file from any other of its name; None without a file."""
        return self.blobs.mark(kept(evidence))

    def _opens_as(self, incoming: Incoming, evidence: EvidenceId) -> bool:
        """Return whether the stored file has this content; False if it cannot be decrypted, as after an erasure."""
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
        """Remove the file of a refused or erased piece, and its reading copy; return whether there was one."""
        self.blobs.remove(copied(evidence))
        return self.blobs.remove(kept(evidence))

    def open(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Seekable:
        """Open the content of a piece about this person, decrypted as it is read, for random access.

        Raises EvidenceErased if the person's papers were erased after `recorded` (at any time, if `recorded` is not
        given); EvidenceMissing if the file is missing or truncated, or its key is lost; StorageUnavailable if the
        place does not answer; and, while it is read, Damaged.
        """
        return self._open(kept(evidence), evidence, person, recorded)

    # reading copies

    def open_copy(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Seekable:
        """Open the reading copy of a piece; raises as `open` does, EvidenceMissing for a missing copy."""
        return self._open(copied(evidence), evidence, person, recorded)

    # resumable uploads

    def hold(self, upload: UUID, offset: int, source: Reads, person: UUID) -> int:
        """Store the part of an upload that begins at `offset`, durably; return the number of bytes stored.

        If the source raises an exception, the bytes received before it are stored first. Raises AlreadyHeld,
        StorageUnavailable.
        """
        if self._end(upload, person) != offset:
            raise UploadOffsetMismatch(upload)
        portions = _Portions(_Watched(source, self.check_disk), SEGMENT)
        secret = self._vault.file_key(person, self.retention)
        taken = 0
        while not portions.ended:
            with self.aside() as path, _written(portions, path, secret):
                if size := portions.begin_anew():
                    name = f"{self._segments(person, upload)}{offset + taken:015}-{size}.age"
                    if not self.blobs.put(name, path):
                        raise UploadOffsetMismatch(upload)
                    taken += size
        if portions.broke is not None:
            raise portions.broke
        return taken

    def held(self, upload: UUID, person: UUID) -> list[tuple[int, int]]:
        """Return the offset and size of each stored part of an upload, from its beginning up to the first gap."""
        found, end = [], 0
        for offset, size in filter(None, map(_span, self.blobs.all(self._segments(person, upload)))):
            if offset == end:
                found.append((offset, size))
                end += size
        return found

    def whole(self, upload: UUID, person: UUID) -> ConcatenatedStream:
        """Return the stored parts of an upload as one decrypted stream, which can be received as a file."""
        under = self._segments(person, upload)
        names = [f"{under}{offset:015}-{size}.age" for offset, size in self.held(upload, person)]
        return ConcatenatedStream([lambda name=name: self._part(name, upload, person) for name in names])  # type: ignore[misc]

    def let_go(self, upload: UUID, person: UUID) -> None:
        """Remove the stored parts of an upload."""
        for part in self.blobs.all(self._segments(person, upload)):
            self.blobs.remove(part.name)

    def let_go_unreadable(self, person: UUID) -> None:
        """Remove the parts of a person's uploads that no key decrypts any more, as after an erasure."""
        secret = self._vault.opening().file_key(person, self.retention)
        for part in self.blobs.all(f"{self._uploads_of(person)}/"):
            if secret is None or not self._opens_with(part.name, secret):
                self.blobs.remove(part.name)

    def _uploads_of(self, person: UUID) -> str:
        """Return the prefix of a person's upload parts, with the class, since each class is removed separately."""
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
            pass  # the part counts although it is damaged: the request that resumes it gets the error
        return True

    # examination of a piece

    @contextmanager
    def ciphertext(self, evidence: EvidenceId, person: UUID) -> Iterator[tuple[Path, bytes]]:
        """Yield a local copy of a piece's file, still encrypted, and the secret that decrypts it.

        The copy is deleted at the end of the block. Raises as `open` does, and StorageFull if it would fill the disk.
        """
        with self.open(evidence, person) as content:
            self.check_disk(content.size)
        secret = self._vault.file_key(person, self.retention)
        with self.aside() as path:
            with on_disk(), self.blobs.open(kept(evidence)) as source, path.open("xb") as target:
                copyfileobj(source, target)
            yield path, secret

    # shared by all of these

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """Yield a path in the receiving folder; it is deleted at the end, but hard links to it remain."""
        try:
            self.quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageUnavailable from error
        path = self.quarantine / str(uuid4())
        try:
            yield path
        finally:
            with suppress(OSError):  # the reaper removes files that a failing disk did not delete
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


class ConcatenatedStream(io.RawIOBase):
    """Several streams as one; each is opened when the previous one has ended."""

    def __init__(self, parts: list[Callable[[], Seekable]]) -> None:
        """Read these streams, in this order."""
        super().__init__()
        self._parts = iter(parts)
        self._part: Seekable | None = None

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read from one part at a time, and return the number of bytes."""
        while True:
            if self._part is not None and (given := self._part.readinto(buffer)):
                return given
            following = next(self._parts, None)
            if following is None:
                return 0
            self._leave()
            self._part = following()

    def close(self) -> None:
        """Close the open part."""
        self._leave()
        super().close()

    def _leave(self) -> None:
        if self._part is not None:
            self._part.close()
            self._part = None


class _Watched:
    """A source that calls `look` before the first byte and after every SEGMENT bytes, to check the free space."""

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
    """A source that determines the size, digest and type of the bytes read."""

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
        """Return the type once all bytes were read; raises EmptyFile and the exceptions of `typed`."""
        if not self.size:
            raise EmptyFile
        return self._media_type or self._typed(self._head)


class _Portions:
    """An upload's source, in portions of `most` bytes; an upload that breaks off ends its portion."""

    def __init__(self, source: Reads, most: int) -> None:
        self._source = source
        self._most = most
        self._size = 0
        self._ahead = b""
        self.ended = False
        self.broke: Exception | None = None

    def read(self, size: int) -> bytes:
        """Return more bytes of this portion; none at its end."""
        room = min(size, self._most - self._size)
        if not room or self.ended:
            return b""
        data = self._ahead or self._next(room)
        given, self._ahead = data[:room], data[room:]
        self._size += len(given)
        return given

    def begin_anew(self) -> int:
        """End this portion and begin the next; return the size of the ended one."""
        size, self._size = self._size, 0
        return size

    def _next(self, size: int) -> bytes:
        try:
            data = self._source.read(size)
        except Exception as error:  # noqa: BLE001  (raised again, once the received bytes are stored)
            self.broke, self.ended = error, True
            return b""
        self.ended = not data
        return data


def kept(evidence: EvidenceId) -> str:
    """Return the name of a piece's file."""
    return f"{KEPT}/{str(evidence)[:2]}/{evidence}.age"


def copied(evidence: UUID) -> str:
    """Return the name of a piece's reading copy."""
    return f"{COPIES}/{str(evidence)[:2]}/{evidence}.age"


def upload_of(part: Blob) -> UUID | None:
    """Return the upload of a part; None if the name is not one of Acquis's."""
    found = PART.fullmatch(part.name)
    return UUID(found["upload"]) if found else None


def _span(part: Blob) -> tuple[int, int] | None:
    """Return a part's offset and decrypted size, from its name; reading it verifies them. None as above."""
    found = PART.fullmatch(part.name)
    return (int(found["offset"]), int(found["size"])) if found else None


@contextmanager
def _written(source: Reads, path: Path, secret: bytes) -> Iterator[None]:
    """Encrypt a source to a file; exceptions of the source are passed on.

    The file stays open and unflushed during the block, in which the caller names and flushes it, and so gets the
    disk's write errors.
    """
    with on_disk():
        target = path.open("xb")
    with target:
        with on_disk():
            encrypt(source, _Begun(target), secret)
        yield


class _Begun:
    """A file whose data the disk begins to write while it is still being received."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes | memoryview, /) -> int:
        written = self._file.write(data)
        begin_writing(self._file.fileno())
        return written

    def flush(self) -> None:
        self._file.flush()
