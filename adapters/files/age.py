"""Encryption of files in the age format, as they stream.

The key is an X25519 identity of that format, made from any 32 secret bytes, so that `age -d -i IDENTITY FILE` also
decrypts the file. The module `seeking` reads such files.
"""

from __future__ import annotations

import base64
import hmac
import os
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CHARSET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
HUMAN: Final = "age-secret-key-"
VERSION: Final = b"age-encryption.org/v1"
WRAPPING: Final = b"age-encryption.org/v1/X25519"
CHUNK: Final = 64 * 1024
TAG: Final = 16
SEALED: Final = CHUNK + TAG
AT_ONCE: Final = 8
"""Chunks written together: writing them one at a time costs as much CPU as encrypting them."""
NONCE: Final = 16
FILE_KEY: Final = 16


class Reads(Protocol):
    """A source of bytes, which gives any number at a time until it is exhausted."""

    def read(self, size: int, /) -> bytes: ...


class Takes(Protocol):
    """A target that bytes are written to."""

    def write(self, data: bytes | memoryview, /) -> int: ...
    def flush(self) -> None: ...


class AnotherKey(Exception):  # noqa: N818  (named after what happened)
    """The file was encrypted for another key."""


class Damaged(Exception):  # noqa: N818  (named after what happened)
    """The file was truncated or changed since it was written."""


def identity(secret: bytes) -> str:
    """Return an age identity from 32 secret bytes, as `age -i` reads it: Bech32 (BIP 173), in capitals."""
    bits, pad = 8 * len(secret), -8 * len(secret) % 5
    whole, digits = int.from_bytes(secret) << pad, (bits + pad) // 5
    words = [whole >> 5 * place & 31 for place in reversed(range(digits))]
    prefix = [ord(letter) >> 5 for letter in HUMAN] + [0] + [ord(letter) & 31 for letter in HUMAN]
    check = _polymod([*prefix, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * place & 31 for place in reversed(range(6))]
    return f"{HUMAN}1{''.join(CHARSET[word] for word in words)}".upper()


def encrypt(source: Reads, target: Takes, secret: bytes) -> None:
    """Encrypt `source` into `target`; exceptions of either are passed on."""
    file_key, nonce = os.urandom(FILE_KEY), os.urandom(NONCE)
    target.write(_header(file_key, secret) + nonce)
    sealing = _Sealing(target, ChaCha20Poly1305(derived(file_key, nonce, b"payload")))
    chunk, filled = memoryview(bytearray(CHUNK)), 0
    while more := memoryview(source.read(CHUNK)):
        while more:
            if filled == CHUNK:  # the chunk is full and is not the last: more follows
                sealing.add(chunk)
                filled = 0
            fits = more[: CHUNK - filled]
            chunk[filled : filled + len(fits)] = fits
            filled, more = filled + len(fits), more[len(fits) :]
    sealing.add(chunk[:filled], last=True)
    target.flush()


class _Sealing:
    """Encrypted chunks, written several at a time."""

    def __init__(self, target: Takes, cipher: ChaCha20Poly1305) -> None:
        self._target = target
        self._cipher = cipher
        self._sealed = memoryview(bytearray(AT_ONCE * SEALED))
        self._end = self._number = 0

    def add(self, chunk: memoryview, *, last: bool = False) -> None:
        begin, self._end = self._end, self._end + len(chunk) + TAG
        into = self._sealed[begin : self._end]
        self._cipher.encrypt_into(chunk_nonce(self._number, last=last), chunk, None, into)
        self._number += 1
        if last or self._end == len(self._sealed):
            self._target.write(self._sealed[: self._end])
            self._end = 0


def chunk_nonce(number: int, *, last: bool) -> bytes:
    """Return the nonce of a chunk: its number, and whether it is the last."""
    return number.to_bytes(11) + bytes([last])


def derived(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    """Return a key derived for one purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def raw(key: X25519PublicKey) -> bytes:
    """Return the bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _header(file_key: bytes, secret: bytes) -> bytes:
    """Return the header: the file's key wrapped for its recipient, and the header's MAC."""
    once, to = X25519PrivateKey.generate(), X25519PrivateKey.from_private_bytes(secret).public_key()
    share = raw(once.public_key())
    wrapping = ChaCha20Poly1305(derived(once.exchange(to), share + raw(to), WRAPPING))
    wrapped = wrapping.encrypt(bytes(12), file_key, None)
    said = b"\n".join((VERSION, b"-> X25519 " + _base64(share), _base64(wrapped), b"---"))
    return said + b" " + _base64(hmac.digest(derived(file_key, None, b"header"), said, "sha256")) + b"\n"


def _base64(value: bytes) -> bytes:
    return base64.b64encode(value).rstrip(b"=")


def _polymod(words: list[int]) -> int:
    check = 1
    for word in words:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ word
        for bit, generator in enumerate(GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check
