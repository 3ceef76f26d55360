"""Random access to an encrypted file: any position is decrypted without the content before it.

A file in the age format (C2SP `age`) consists of a header with the file's key, wrapped for its recipient, and chunks
of 64 KiB. Each chunk is encrypted separately with its number and a mark for the last one, so that any chunk can be
decrypted alone.
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
    """The decrypted content of a file, for random access; its size is exact and authenticated.

    A truncated file, even at the end of a chunk, is detected at opening: only the true last chunk is marked as last.
    Data that the disk cannot read counts as damaged too.
    """

    def __init__(self, file: IO[bytes], secret: bytes, *, of_file: bool = False) -> None:
        """Take over the file; `of_file`: the secret is the file's own key, which decrypts no other file.

        Raises AnotherKey or Damaged; changes in later chunks are detected when they are read.
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
        """Return True: the stream can be read."""
        return True

    def seekable(self) -> bool:
        """Return True: the stream supports random access."""
        return True

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to another position, and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer (less only at the end); return the number of bytes. Raises Damaged for a changed chunk."""
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
        """Close the stream and the file beneath."""
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
    """Return the file's own key, for a reader that may open no other file; raises AnotherKey or Damaged."""
    return _Header(file).opened(secret)


class _Header:
    """The header: the wrapped key of the file, and the MAC that proves it unchanged."""

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
        """Return the file's key, unwrapped by a person's secret. Raises AnotherKey, or Damaged."""
        own = X25519PrivateKey.from_private_bytes(secret)
        for arguments, body in self._wrapped:
            file_key = _unwrapped(own, arguments, body)
            if file_key is not None:
                return self.attested(file_key)
        raise AnotherKey

    def attested(self, file_key: bytes) -> bytes:
        """Return the file's key if it authenticates the header; raises Damaged."""
        mac = hmac.digest(derived(file_key, None, b"header"), self._attested, "sha256")
        if not hmac.compare_digest(mac, self._mac):
            raise Damaged
        return file_key

    def _stanza(self, line: bytes) -> bytes:
        """Parse a stanza, and keep it if it is of type X25519; return the line after it."""
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
    """Return the file's key if it was wrapped for this identity."""
    if len(arguments) != 1 or len(body) != FILE_KEY + TAG:
        raise Damaged
    share = _decoded(arguments[0])
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:  # an ephemeral share of wrong length, or one that gives an all-zero secret
        raise Damaged from error
    recipient = raw(own.public_key())
    try:
        return ChaCha20Poly1305(derived(shared, share + recipient, WRAPPING)).decrypt(bytes(12), body, None)
    except InvalidTag:
        return None


def _decoded(text: bytes) -> bytes:
    """Decode base64 as the format writes it: without padding, in canonical form."""
    try:
        found = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise Damaged from error
    if base64.b64encode(found).rstrip(b"=") != text:
        raise Damaged
    return found


@contextmanager
def _from_disk() -> Iterator[None]:
    """Raise Damaged for any OSError in the block, such as an unreadable sector."""
    try:
        yield
    except OSError as error:
        raise Damaged from error


def _exactly(file: IO[bytes], size: int) -> bytes:
    """Read `size` bytes, or fewer at the end of the file."""
    found = file.read(size)
    while len(found) < size and (more := file.read(size - len(found))):
        found += more
    return found
