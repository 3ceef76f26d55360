"""Seekable encrypted files: they read like clear files from any position and detect every change."""

from __future__ import annotations

import errno
import io
import os
import random

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import decrypt, x25519

from adapters.files.age import CHUNK, SEALED, AnotherKey, Damaged, encrypt, identity
from adapters.files.seeking import Seekable

SECRET = bytes(range(32))
LARGE = random.Random(5).randbytes(9 * CHUNK)  # noqa: S311  (content of a file)
SIZES = st.sampled_from([0, 1, *(many * CHUNK + more for many in (1, 2, 8) for more in (-1, 0, 1, 7)), 9 * CHUNK])


def encrypted(content: bytes, secret: bytes = SECRET) -> bytes:
    target = io.BytesIO()
    encrypt(io.BytesIO(content), target, secret)
    return target.getvalue()


BY_SIZE = {size: encrypted(LARGE[:size]) for size in (CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 7)}


def opened(sealed: bytes, secret: bytes = SECRET) -> Seekable:
    return Seekable(io.BytesIO(sealed), secret)


@given(
    size=SIZES | st.integers(0, 9 * CHUNK),
    moves=st.lists(
        st.tuples(st.integers(0, 2), st.integers(-CHUNK, 6 * CHUNK), st.integers(0, 3 * CHUNK)), max_size=6
    ),
)
@settings(deadline=None, max_examples=60)
def test_seeks_and_reads_give_the_same_bytes_as_on_the_clear_file(
    size: int, moves: list[tuple[int, int, int]]
) -> None:
    clear, read = io.BytesIO(LARGE[:size]), opened(encrypted(LARGE[:size]))
    for whence, offset, length in moves:
        if (0, clear.tell(), size)[whence] + offset < 0:
            with pytest.raises(ValueError, match="before the beginning"):
                read.seek(offset, whence)
        else:
            assert read.seek(offset, whence) == clear.seek(offset + (0, clear.tell(), size)[whence])
            assert read.read(length) == clear.read(length)
            assert read.tell() == clear.tell()


@given(size=SIZES, secret=st.binary(min_size=32, max_size=32))
@settings(deadline=None, max_examples=20)
def test_seekable_file_reads_the_same_as_the_library_and_knows_its_exact_size(size: int, secret: bytes) -> None:
    sealed = encrypted(LARGE[:size], secret)
    with opened(sealed, secret) as content:
        assert content.size == size
        assert content.readall() == decrypt(sealed, [x25519.Identity.from_str(identity(secret))])


def test_seek_reads_a_distant_place_without_the_chunks_before_it() -> None:
    class Counted(io.BytesIO):
        given = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.given += len(data)
            return data

    file = Counted(encrypted(LARGE))
    with Seekable(file, SECRET) as content:
        content.seek(3 * CHUNK + 5)
        assert content.read(10) == LARGE[3 * CHUNK + 5 :][:10]
        assert file.given < 3 * SEALED


def test_seekable_refuses_another_key_and_closes_the_file() -> None:
    file = io.BytesIO(encrypted(LARGE))
    with pytest.raises(AnotherKey):
        Seekable(file, bytes(32))
    assert file.closed


def test_file_wrapped_for_several_recipients_opens_for_each() -> None:
    others = [x25519.Identity.generate().to_public() for _ in range(3)]
    own = x25519.Identity.from_str(identity(SECRET)).to_public()
    assert opened(pyrage.encrypt(LARGE, [*others, own])).readall() == LARGE


@given(data=st.data(), size=st.sampled_from(sorted(BY_SIZE)))
@settings(deadline=None, max_examples=150)
def test_changed_byte_is_found_before_a_wrong_byte_is_returned(data: st.DataObject, size: int) -> None:
    changed = bytearray(BY_SIZE[size])
    header = changed.index(b"\n--- ") + 60
    where = data.draw(st.integers(0, header) | st.integers(0, len(changed) - 1))
    changed[where] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Damaged, AnotherKey)):
        opened(bytes(changed)).readall()


@given(data=st.data(), size=st.sampled_from(sorted(BY_SIZE)))
@settings(deadline=None, max_examples=100)
def test_truncated_file_does_not_open(data: st.DataObject, size: int) -> None:
    sealed = BY_SIZE[size]
    kept = data.draw(st.integers(0, len(sealed) - 1) | st.sampled_from([len(sealed) - len(sealed) % SEALED, 200]))
    with pytest.raises((Damaged, AnotherKey)):
        opened(sealed[: min(kept, len(sealed) - 1)])


@given(more=st.binary(min_size=1, max_size=40))
@settings(deadline=None, max_examples=30)
def test_file_with_trailing_bytes_does_not_open(more: bytes) -> None:
    with pytest.raises(Damaged):
        opened(BY_SIZE[2 * CHUNK + 7] + more).readall()


def test_chunks_in_another_order_are_damage() -> None:
    sealed = encrypted(LARGE)
    start = len(sealed) - 5 * SEALED
    first, second = sealed[start : start + SEALED], sealed[start + SEALED : start + 2 * SEALED]
    with pytest.raises(Damaged):
        opened(sealed[:start] + second + first + sealed[start + 2 * SEALED :]).readall()


@given(junk=st.binary(max_size=400))
@settings(deadline=None, max_examples=150)
def test_file_of_another_format_is_reported_as_damaged(junk: bytes) -> None:
    for file in (
        junk,
        b"age-encryption.org/v1\n" + junk,
        b"age-encryption.org/v1\n-> X25519 " + junk,
        os.urandom(300),
    ):
        with pytest.raises((Damaged, AnotherKey)):
            opened(file)


class OfOneBadSector(io.BytesIO):
    """A file of which the disk returns nothing from this position on, except its end."""

    def __init__(self, content: bytes, bad: int) -> None:
        super().__init__(content)
        self._bad = bad

    def read(self, size: int | None = -1, /) -> bytes:
        if self._bad <= self.tell() < len(self.getvalue()) - 2 * SEALED:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        if not self._bad:
            raise OSError(errno.EIO, "Input/output error")
        return super().readline(size)


def test_bytes_that_the_disk_does_not_return_are_damage_whatever_precedes_them() -> None:
    sealed = encrypted(LARGE)
    read = Seekable(OfOneBadSector(sealed, SEALED), SECRET)
    assert read.read(CHUNK) == LARGE[:CHUNK]
    with pytest.raises(Damaged):
        read.read(1)
    with pytest.raises(Damaged):
        Seekable(OfOneBadSector(sealed, 0), SECRET)
