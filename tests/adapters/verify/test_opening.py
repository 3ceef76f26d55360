"""Our own AES-256-GCM: it opens exactly what `cryptography` sealed."""

from __future__ import annotations

import base64
from random import Random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.verify.opening import decrypt, opened

# NIST GCM test cases 13 to 16 (AES-256, 96-bit nonce): key, nonce, plaintext, associated data, ciphertext with tag
KEY = "feffe9928665731c6d6a8f9467308308" * 2
TEXT = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
)
SEALED = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
)
NIST = [
    ("00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
    (KEY, "cafebabefacedbaddecaf888", TEXT, "", SEALED + "b094dac5d93471bdec1a502270e3cc6c"),
    (
        KEY,
        "cafebabefacedbaddecaf888",
        TEXT[:120],
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        SEALED[:120] + "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
]


@pytest.mark.parametrize(("key", "nonce", "text", "bound", "sealed"), NIST)
def test_the_vectors_of_nist_hold(key: str, nonce: str, text: str, bound: str, sealed: str) -> None:
    given = bytes.fromhex(key), bytes.fromhex(nonce), bytes.fromhex(sealed), bytes.fromhex(bound)
    assert decrypt(*given) == bytes.fromhex(text)


def test_our_cipher_opens_what_cryptography_sealed_only_unchanged_in_its_place_with_its_key() -> None:
    random = Random(38)  # noqa: S311  (a fixed seed for the test)
    for _ in range(100):
        key, nonce, where = random.randbytes(32), random.randbytes(12), random.randbytes(random.randrange(130))
        text = random.randbytes(random.randrange(100))
        raw = nonce + AESGCM(key).encrypt(nonce, text, where)
        bent = bytearray(raw)
        bent[random.randrange(len(bent))] ^= 1 << random.randrange(8)
        for fast in (True, False):
            assert opened(base64.b64encode(raw).decode(), key, where, fast=fast) == text
            assert opened(base64.b64encode(raw).decode(), key, where + b"x", fast=fast) is None
            assert opened(base64.b64encode(raw).decode(), random.randbytes(32), where, fast=fast) is None
            assert opened(base64.b64encode(bent).decode(), key, where, fast=fast) is None
    assert opened("not base64", bytes(32), b"") is None
    assert opened("AAAA", bytes(32), b"") is None
    assert opened(base64.b64encode(bytes(40)).decode(), bytes(16), b"") is None
