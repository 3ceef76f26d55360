"""Opening of sealed fields with content keys: AES-256-GCM in Python's standard library.

If `cryptography` is installed it is used instead: it is much faster, with the same result. A sealed value can be
opened for its own place only, since the vault uses the place as associated data.
"""

from __future__ import annotations

import base64
import hmac
from binascii import Error as NotBase64
from functools import cache

from adapters.verify.proof import LogLine

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:
    FAST = False
else:
    FAST = True

NONCE, TAG, KEY = 12, 16, 32  # bytes


def place(line: LogLine, field: str) -> bytes:
    """Return the place of a sealed field: its append, its fact's place in it, stream, type, version, its own name."""
    return f"{line.append_id}/{line.n}/{line.stream}/{line.type}/{line.version}/{field}".encode()


def opened(sealed: str, key: bytes, where: bytes, *, fast: bool = FAST) -> bytes | None:
    """Open a sealed base64 text for a place; return None for a wrong key or place, or a changed text."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (NotBase64, ValueError):
        return None
    if len(raw) < NONCE + TAG or len(key) != KEY:
        return None
    if not fast:
        return decrypt(key, raw[:NONCE], raw[NONCE:], where)
    try:
        return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], where)
    except InvalidTag:
        return None


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, bound: bytes) -> bytes | None:
    """Decrypt AES-256-GCM (NIST SP 800-38D) with a nonce of 96 bits and a tag of 128; None for a wrong tag."""
    cipher = _Aes256(key)
    text, tag = ciphertext[:-TAG], ciphertext[-TAG:]
    hashed = _ghash(int.from_bytes(cipher.block(bytes(16)), "big"), bound, text)
    mask = cipher.block(nonce + b"\0\0\0\1")
    if not hmac.compare_digest(bytes(a ^ b for a, b in zip(hashed, mask, strict=True)), tag):
        return None
    counters = range(2, 2 + (len(text) + 15) // 16)
    stream = b"".join(cipher.block(nonce + counter.to_bytes(4, "big")) for counter in counters)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _ghash(h: int, bound: bytes, text: bytes) -> bytes:
    """Return GHASH: the polynomial hash of both, padded, and of their lengths in bits."""
    blocks = b"".join(part + bytes(-len(part) % 16) for part in (bound, text))
    blocks += (len(bound) * 8).to_bytes(8, "big") + (len(text) * 8).to_bytes(8, "big")
    powers = []  # h, h·x, h·x², …: a product is the sum of the powers for the set bits of the other factor
    for _ in range(128):
        powers.append(h)
        h = h >> 1 ^ (0xE1 << 120 if h & 1 else 0)
    summed = 0
    for start in range(0, len(blocks), 16):
        factor, summed = summed ^ int.from_bytes(blocks[start : start + 16], "big"), 0
        while factor:
            bit = factor.bit_length()
            summed ^= powers[128 - bit]
            factor ^= 1 << bit - 1
    return summed.to_bytes(16, "big")


def _twice(byte: int) -> int:
    return byte << 1 ^ (0x11B if byte & 0x80 else 0)


@cache
def _sbox() -> tuple[int, ...]:
    """Return the S-box of FIPS 197: the inverse in GF(256), then an affine map; built from all powers of 3."""
    box = [0x63] * 256
    power = inverse = 1
    for _ in range(255):
        power ^= _twice(power)  # · 3
        for shift in (1, 2, 4):  # / 3
            inverse ^= inverse << shift & 0xFF
        inverse ^= 0x09 if inverse & 0x80 else 0
        turned = inverse * 0x101
        box[power] = (inverse ^ turned >> 7 ^ turned >> 6 ^ turned >> 5 ^ turned >> 4) & 0xFF ^ 0x63
    return tuple(box)


@cache
def _tables() -> tuple[tuple[int, ...], ...]:
    """Return the look-up tables for substitution and column mixing, one for each row of the state."""
    first = []
    for substituted in _sbox():
        double = _twice(substituted)
        first.append(double << 24 | substituted << 16 | substituted << 8 | double ^ substituted)
    turn = [tuple((word >> 8 * row | word << 32 - 8 * row) & 0xFFFFFFFF for word in first) for row in range(4)]
    return tuple(turn)


class _Aes256:
    """AES with a key of 256 bits (FIPS 197), encryption only: counter mode needs no more."""

    def __init__(self, key: bytes) -> None:
        box = _sbox()
        words = [int.from_bytes(key[start : start + 4], "big") for start in range(0, 32, 4)]
        constant = 1
        for number in range(8, 60):
            word = words[-1]
            if number % 8 == 0:
                word = (word << 8 | word >> 24) & 0xFFFFFFFF
            if number % 4 == 0:
                word = int.from_bytes(bytes(box[byte] for byte in word.to_bytes(4, "big")), "big")
            if number % 8 == 0:
                word ^= constant << 24
                constant = _twice(constant)
            words.append(words[-8] ^ word)
        self._words = words

    def block(self, block: bytes) -> bytes:
        """Encrypt one block of 16 bytes."""
        words, (t0, t1, t2, t3), box = self._words, _tables(), _sbox()
        state = [int.from_bytes(block[4 * at : 4 * at + 4], "big") ^ words[at] for at in range(4)]
        for key in range(4, 56, 4):
            a, b, c, d = state
            state = [
                t0[a >> 24] ^ t1[b >> 16 & 255] ^ t2[c >> 8 & 255] ^ t3[d & 255] ^ words[key],
                t0[b >> 24] ^ t1[c >> 16 & 255] ^ t2[d >> 8 & 255] ^ t3[a & 255] ^ words[key + 1],
                t0[c >> 24] ^ t1[d >> 16 & 255] ^ t2[a >> 8 & 255] ^ t3[b & 255] ^ words[key + 2],
                t0[d >> 24] ^ t1[a >> 16 & 255] ^ t2[b >> 8 & 255] ^ t3[c & 255] ^ words[key + 3],
            ]
        last = b""
        for at in range(4):
            rows = (state[(at + row) % 4] >> 24 - 8 * row & 255 for row in range(4))
            word = int.from_bytes(bytes(box[byte] for byte in rows), "big") ^ words[56 + at]
            last += word.to_bytes(4, "big")
        return last
