"""What does an encrypted file hold at this place? Found there and decrypted, without what stands before it.

A file in the age format (C2SP `age`) is a header that holds the file's key, wrapped for its recipient, and chunks of
64 KiB, each sealed by itself with its number, the last one marked as such: any chunk can be opened alone.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from adapters.files.age import (
    CHUNK,
    FILE_KEY,
    NONCE,
    SEALED,
    TAG,
    VERSION,
    WRAPPING,
    AnotherKey,
    Damaged,
    chunk_nonce,
    derived,
    raw,
)

LONGEST_LINE: Final = 1024
MOST_LINES: Final = 64
BODY_COLUMNS: Final = 64


class Seekable(io.RawIOBase):
    """The content of an encrypted file in clear, to be read from any place; its size is exact and attested.

    Whoever cuts the file, at the end of a chunk too, is found out as it is opened: the last chunk says that it is.
    What the disk does not give back is damaged too.
    """

    def __init__(self, file: IO[bytes], secret: bytes, *, of_file: bool = False) -> None:
        """Take the file over; `of_file`: the secret is the file's own key, and opens no other.

        Raises AnotherKey or Damaged; what is changed further in is met when it is read.
        """
        super().__init__()
        self._file = file
        self._at = 0
        self._number, self._chunk = -1, b""
        try:
            header = _Header(file)
            self._begin(file, header.attested(secret) if of_file else header.opened(secret))
        except BaseException:
            file.close()
            raise

    def _begin(self, file: IO[bytes], file_key: bytes) -> None:
        with _from_disk():
            nonce = file.read(NONCE)
            self._start = file.tell()
            sealed = file.seek(0, io.SEEK_END) - self._start
        self._cipher = ChaCha20Poly1305(derived(file_key, nonce, b"payload"))
        self._last = max(0, -(-sealed // SEALED) - 1)
        self.size = sealed - TAG * (self._last + 1)
        if self.size < 0 or (self._last and not self.size % CHUNK and sealed % SEALED):
            raise Damaged
        self._open_chunk(self._last)

    def readable(self) -> bool:
        """Whether it is a stream to read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether it may be read from any place: yes."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Read on from another place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer, less at the end only. Raises Damaged when what stands there is not what was written."""
        into, filled = memoryview(buffer), 0
        while filled < len(into) and self._at < self.size:
            number, within = divmod(self._at, CHUNK)
            self._open_chunk(number)
            given = memoryview(self._chunk)[within : within + len(into) - filled]
            into[filled : filled + len(given)] = given
            filled += len(given)
            self._at += len(given)
        return filled

    def close(self) -> None:
        """Close the file beneath as well."""
        if not self.closed:
            self._file.close()
            super().close()

    def _open_chunk(self, number: int) -> None:
        if number == self._number:
            return
        with _from_disk():
            self._file.seek(self._start + number * SEALED)
            sealed = _exactly(self._file, SEALED)
        nonce = chunk_nonce(number, last=number == self._last)
        try:
            self._number, self._chunk = number, self._cipher.decrypt(nonce, sealed, None)
        except InvalidTag:
            self._number = -1
            raise Damaged from None


def key_of(file: IO[bytes], secret: bytes) -> bytes:
    """The key of this one file, for whoever shall read it and nothing else; raises AnotherKey or Damaged."""
    return _Header(file).opened(secret)


class _Header:
    """What stands before the content: for whom the file's key is wrapped, and what attests that nobody changed it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._read = bytearray()
        self._wrapped: list[tuple[list[bytes], bytes]] = []
        if self._line() != VERSION:
            raise Damaged
        line = self._line()
        for _ in range(MOST_LINES):
            if line.startswith(b"--- "):
                break
            line = self._stanza(line)
        else:
            raise Damaged
        self._attested = bytes(self._read[: -len(line) - 1]) + b"---"
        self._mac = _decoded(line[4:])

    def opened(self, secret: bytes) -> bytes:
        """The file's key. Raises AnotherKey, or Damaged."""
        own = X25519PrivateKey.from_private_bytes(secret)
        for arguments, body in self._wrapped:
            file_key = _unwrapped(own, arguments, body)
            if file_key is not None:
                return self.attested(file_key)
        raise AnotherKey

    def attested(self, file_key: bytes) -> bytes:
        """The file's key, if it attests what stands here; raises Damaged."""
        mac = hmac.digest(derived(file_key, None, b"header"), self._attested, "sha256")
        if not hmac.compare_digest(mac, self._mac):
            raise Damaged
        return file_key

    def _stanza(self, line: bytes) -> bytes:
        """Keep what a stanza wraps, when it is of our kind; gives the line after it."""
        if not line.startswith(b"-> "):
            raise Damaged
        kind, *arguments = line[3:].split(b" ")
        body = b""
        for _ in range(MOST_LINES):
            more = self._line()
            body += more
            if len(more) < BODY_COLUMNS:
                break
        if kind == b"X25519":
            self._wrapped.append((arguments, _decoded(body)))
        return self._line()

    def _line(self) -> bytes:
        with _from_disk():
            line = self._file.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise Damaged
        self._read += line
        return line[:-1]


def _unwrapped(own: X25519PrivateKey, arguments: list[bytes], body: bytes) -> bytes | None:
    """The file's key, when it was wrapped for us."""
    if len(arguments) != 1 or len(body) != FILE_KEY + TAG:
        raise Damaged
    share = _decoded(arguments[0])
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:  # a share of another length, or one that gives away what is shared
        raise Damaged from error
    recipient = raw(own.public_key())
    try:
        return ChaCha20Poly1305(derived(shared, share + recipient, WRAPPING)).decrypt(bytes(12), body, None)
    except InvalidTag:
        return None


def _decoded(text: bytes) -> bytes:
    """Base64 as the format writes it: without padding, in one way only."""
    try:
        found = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise Damaged from error
    if base64.b64encode(found).rstrip(b"=") != text:
        raise Damaged
    return found


@contextmanager
def _from_disk() -> Iterator[None]:
    """A sector that cannot be read is lost, whatever stands around it."""
    try:
        yield
    except OSError as error:
        raise Damaged from error


def _exactly(file: IO[bytes], size: int) -> bytes:
    """So many bytes, or all there are before the end."""
    found = file.read(size)
    while len(found) < size and (more := file.read(size - len(found))):
        found += more
    return found
