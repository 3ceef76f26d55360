"""How does a file stand on a disk so that only one key opens it? In the age format, written as it streams.

The key is an X25519 identity of that format, from any 32 secret bytes: `age -d -i IDENTITY FILE` opens it as well.
`seeking` reads what stands there.
"""

from __future__ import annotations

from typing import Final, Protocol

import pyrage
from pyrage import x25519

CHARSET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
HUMAN: Final = "age-secret-key-"
CHUNK: Final = 64 * 1024


class Reads(Protocol):
    """What gives bytes, as many as it likes at a time, until it has no more."""

    def read(self, size: int, /) -> bytes: ...


class Takes(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


class AnotherKey(Exception):  # noqa: N818  (it names what was met)
    """The file was encrypted for another key."""


class Damaged(Exception):  # noqa: N818  (it names what was met)
    """The file is no longer as it was written: cut, or changed."""


def identity(secret: bytes) -> str:
    """An age identity from 32 secret bytes, as `age -i` reads it: Bech32 (BIP 173), in capitals."""
    bits, pad = 8 * len(secret), -8 * len(secret) % 5
    whole, digits = int.from_bytes(secret) << pad, (bits + pad) // 5
    words = [whole >> 5 * place & 31 for place in reversed(range(digits))]
    prefix = [ord(letter) >> 5 for letter in HUMAN] + [0] + [ord(letter) & 31 for letter in HUMAN]
    check = _polymod([*prefix, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * place & 31 for place in reversed(range(6))]
    return f"{HUMAN}1{''.join(CHARSET[word] for word in words)}".upper()


def encrypt(source: Reads, target: Takes, secret: bytes) -> None:
    """Encrypt what `source` gives into `target`; what either of them raises is raised as it is."""
    own = x25519.Identity.from_str(identity(secret))
    ends = _Ends(source, target)
    try:
        pyrage.encrypt_io(ends, ends, [own.to_public()])
    except Exception as error:  # noqa: BLE001  (raised again, as what it was)
        raise ends.raised or error from None
    target.flush()


class _Ends:
    """Both ends of an encryption. The library asks for so many bytes at most, and hides what is raised on the way."""

    def __init__(self, source: Reads, target: Takes) -> None:
        self._source = source
        self._target = target
        self._ahead = memoryview(b"")
        self.raised: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            data = self._ahead or memoryview(self._source.read(CHUNK))
        except BaseException as error:
            self.raised = error
            raise
        self._ahead = data[size:]
        return bytes(data[:size])

    def write(self, data: bytes) -> int:
        try:
            return self._target.write(data)
        except BaseException as error:
            self.raised = error
            raise

    def flush(self) -> None:
        """Nothing: whoever opened the target flushes it."""


def _polymod(words: list[int]) -> int:
    check = 1
    for word in words:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ word
        for bit, generator in enumerate(GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check
