"""Evidence on the disk opens with its person's key only, streams in clear, and never stands in clear."""

from __future__ import annotations

import hashlib
import io
import os
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import decrypt, x25519

from adapters.files.age import AnotherKey, Damaged, encrypt, identity
from adapters.files.blobs import StorageUnavailable
from adapters.files.local import LocalBlobs
from adapters.files.seeking import Seekable
from adapters.files.store import (
    AlreadyHeld,
    EmptyFile,
    EvidenceErased,
    EvidenceMissing,
    EvidenceStore,
    TooLarge,
)
from domain.fact import Retention
from domain.person import ErasureGround
from domain.ports import EvidenceId
from domain.refusal import IdempotencyKeyReused
from tests.webapi.conftest import PDF

if TYPE_CHECKING:
    from pathlib import Path

    from webapi.wiring import House

WHO = UUID("00000000-0000-4000-8000-000000000001")
LARGE = PDF + os.urandom(3_000_000)


def put(files: EvidenceStore, content: bytes = PDF, evidence: EvidenceId | None = None) -> EvidenceId:
    named = evidence or EvidenceId(uuid4())
    with files.receive(io.BytesIO(content), WHO) as incoming:
        files.keep(incoming, named)
    return named


def on_disk(house: House, evidence: EvidenceId) -> Path:
    return house.settings.data / "evidence" / "kept" / str(evidence)[:2] / f"{evidence}.age"


def files_of(house: House) -> list[Path]:
    return [path for path in (house.settings.data / "evidence").rglob("*") if path.is_file()]


def erase(house: House) -> None:
    house.vault.register.note(WHO, Retention.PAPERS, ErasureGround.REQUEST)
    house.vault.destroy(WHO, Retention.PAPERS)


def read_into(read: bytearray, encrypted: bytes, secret: bytes) -> None:
    with Seekable(io.BytesIO(encrypted), secret) as content:
        while chunk := content.read(65536):
            read += chunk


# the format


@given(secret=st.binary(min_size=32, max_size=32))
def test_any_32_bytes_are_an_identity_that_the_library_takes_and_writes_the_same(secret: bytes) -> None:
    assert str(x25519.Identity.from_str(identity(secret))) == identity(secret)


def test_the_identity_of_the_specification_s_own_test_key() -> None:
    """C2SP/CCTV's age test kit: the identity of its X25519 vectors."""
    own = x25519.Identity.from_str("AGE-SECRET-KEY-1XMWWC06LY3EE5RYTXM9MFLAZ2U56JJJ36S0MYPDRWSVLUL66MV4QX3S7F6")
    digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = 0
    for letter in str(own).lower().removeprefix("age-secret-key-1")[:-6]:
        bits = bits << 5 | digits.index(letter)
    assert identity((bits >> 4).to_bytes(32)) == str(own)


@given(size=st.integers(min_value=0, max_value=400_000), step=st.integers(min_value=500, max_value=300_000))
@settings(deadline=None)
def test_what_is_encrypted_in_chunks_of_any_size_is_read_back_to_the_byte(size: int, step: int) -> None:
    content, secret, target = os.urandom(size), os.urandom(32), io.BytesIO()

    class InSteps(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            del size
            return super().read(step)  # more or less than was asked for, as an upload does

    encrypt(InSteps(content), target, secret)
    with Seekable(io.BytesIO(target.getvalue()), secret) as read:
        assert read.readall() == content


def test_whoever_holds_the_identity_opens_the_file_with_any_age_program() -> None:
    secret, target = os.urandom(32), io.BytesIO()
    encrypt(io.BytesIO(LARGE), target, secret)
    assert decrypt(target.getvalue(), [x25519.Identity.from_str(identity(secret))]) == LARGE


def test_another_key_opens_nothing() -> None:
    target = io.BytesIO()
    encrypt(io.BytesIO(LARGE), target, os.urandom(32))
    with pytest.raises(AnotherKey):
        Seekable(io.BytesIO(target.getvalue()), os.urandom(32))


@pytest.mark.parametrize("where", [0, 150, 70_000, 2_900_000, -1])
def test_a_changed_byte_is_damage_and_nothing_after_it_is_given(where: int) -> None:
    secret, target = os.urandom(32), io.BytesIO()
    encrypt(io.BytesIO(LARGE), target, secret)
    changed = bytearray(target.getvalue())
    changed[where] ^= 1
    read = bytearray()
    with pytest.raises((Damaged, AnotherKey)):
        read_into(read, bytes(changed), secret)
    assert LARGE.startswith(read)
    assert len(read) < len(LARGE)


def test_a_cut_file_is_damage() -> None:
    secret, target = os.urandom(32), io.BytesIO()
    encrypt(io.BytesIO(LARGE), target, secret)
    with pytest.raises(Damaged), Seekable(io.BytesIO(target.getvalue()[:1_000_000]), secret) as content:
        content.readall()


# the folder


def test_size_digest_and_type_are_those_of_what_was_sent(house: House) -> None:
    with house.files.receive(io.BytesIO(LARGE[:200_000]), WHO) as incoming:
        assert incoming.size == 200_000
        assert incoming.digest == hashlib.sha256(LARGE[:200_000]).hexdigest()
        assert incoming.media_type == "application/pdf"


def test_a_kept_file_reads_back_and_stands_nowhere_in_clear(house: House) -> None:
    evidence = put(house.files, LARGE)
    with house.files.open(evidence, WHO) as content:
        assert content.readall() == LARGE
    for path in (house.settings.data / "evidence").rglob("*"):
        assert not path.is_file() or LARGE[500:600] not in path.read_bytes()
    assert on_disk(house, evidence).read_bytes().startswith(b"age-encryption.org/v1\n")


def test_a_file_about_one_person_does_not_open_as_another_s(house: House) -> None:
    evidence, other = put(house.files), uuid4()
    house.vault.file_key(other)
    with pytest.raises(EvidenceMissing):
        house.files.open(evidence, other)


def test_the_same_content_is_kept_once_and_another_is_refused_its_name(house: House) -> None:
    evidence = put(house.files)
    with house.files.receive(io.BytesIO(PDF), WHO) as again:
        assert not house.files.keep(again, evidence)
    with house.files.receive(io.BytesIO(PDF + b"%"), WHO) as other, pytest.raises(IdempotencyKeyReused):
        house.files.keep(other, evidence)


def test_what_is_too_large_empty_or_meets_a_full_disk_leaves_nothing(house: House, tmp_path: Path) -> None:
    small = EvidenceStore(LocalBlobs(tmp_path / "small"), tmp_path / "small" / "incoming", 1000, house.vault)
    with pytest.raises(TooLarge), small.receive(io.BytesIO(LARGE), WHO):
        pass
    with pytest.raises(EmptyFile), small.receive(io.BytesIO(b""), WHO):
        pass

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            del size
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageUnavailable), small.receive(Broken(b"x"), WHO):
        pass
    assert not any(path.is_file() for path in (tmp_path / "small").rglob("*"))


def test_once_the_papers_are_erased_the_file_opens_for_nobody(house: House) -> None:
    evidence = put(house.files)
    erase(house)
    with pytest.raises(EvidenceErased):
        house.files.open(evidence, WHO)
    assert house.files.remove(evidence)
    assert not house.files.remove(evidence)
    with pytest.raises(EvidenceErased):
        house.files.open(evidence, WHO)


def test_a_file_put_in_after_an_erasure_opens_and_those_before_it_do_not(house: House) -> None:
    before = put(house.files)
    erase(house)
    after = put(house.files)
    with house.files.open(after, WHO) as content:
        assert content.readall() == PDF
    with pytest.raises(EvidenceErased):
        house.files.open(before, WHO)


def test_a_refused_piece_s_file_that_an_erasure_has_shut_gives_way_to_the_same_request_s(house: House) -> None:
    evidence = put(house.files)
    erase(house)
    with house.files.receive(io.BytesIO(PDF), WHO) as again:
        assert house.files.keep(again, evidence)
        assert not house.files.keep(again, evidence)
    with house.files.open(evidence, WHO) as content:
        assert content.readall() == PDF


def test_a_file_that_is_gone_or_cut_to_nothing_is_missing_not_erased(house: House) -> None:
    evidence = put(house.files)
    on_disk(house, evidence).write_bytes(b"")
    with pytest.raises(EvidenceMissing):
        house.files.open(evidence, WHO)
    on_disk(house, evidence).unlink()
    with pytest.raises(EvidenceMissing):
        house.files.open(evidence, WHO)


# beside a piece


def test_what_stands_beside_a_piece_is_encrypted_and_goes_with_it(house: House) -> None:
    evidence = put(house.files)
    house.files.keep_beside(evidence, WHO, b"a picture")
    with house.files.open_beside(evidence, WHO) as picture:
        assert picture.readall() == b"a picture"
    assert all(b"a picture" not in path.read_bytes() for path in files_of(house))
    house.files.remove(evidence)
    assert files_of(house) == []
    with pytest.raises(EvidenceMissing):
        house.files.open_beside(evidence, WHO)


# an upload that goes on


class Breaking(io.BytesIO):
    """A source whose connection is cut when it has given all it has."""

    def read(self, size: int | None = -1, /) -> bytes:
        if data := super().read(size):
            return data
        raise ConnectionResetError


def test_an_upload_held_in_parts_is_whole_again_and_none_of_it_stands_in_clear(house: House) -> None:
    upload, files = uuid4(), house.files
    assert files.hold(upload, 0, io.BytesIO(LARGE[:1_000_000]), WHO) == 1_000_000
    assert files.hold(upload, 1_000_000, io.BytesIO(LARGE[1_000_000:]), WHO) == len(LARGE) - 1_000_000
    assert files.held(upload, WHO) == [(0, 1_000_000), (1_000_000, len(LARGE) - 1_000_000)]
    with files.whole(upload, WHO) as content, files.receive(content, WHO) as incoming:
        assert incoming.digest == hashlib.sha256(LARGE).hexdigest()
    assert all(LARGE[500:600] not in path.read_bytes() for path in files_of(house))
    files.let_go(upload, WHO)
    assert (files.held(upload, WHO), files_of(house)) == ([], [])


def test_a_large_part_is_durable_bit_by_bit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.files.store.SEGMENT", 1_000_000)
    upload, files = uuid4(), house.files
    with pytest.raises(ConnectionResetError):
        files.hold(upload, 0, Breaking(LARGE[:2_500_000]), WHO)
    assert files.held(upload, WHO) == [(0, 1_000_000), (1_000_000, 1_000_000), (2_000_000, 500_000)]
    assert files.hold(upload, 2_500_000, io.BytesIO(LARGE[2_500_000:]), WHO) == len(LARGE) - 2_500_000
    with files.whole(upload, WHO) as content:
        assert content.read() == LARGE


def test_a_part_that_counts_as_a_whole_only_is_not_held_when_it_is_cut(house: House) -> None:
    upload = uuid4()
    with pytest.raises(ConnectionResetError):
        house.files.hold(upload, 0, Breaking(LARGE), WHO, entire=True)
    assert (house.files.held(upload, WHO), files_of(house)) == ([], [])


def test_a_part_that_begins_elsewhere_than_where_the_last_one_ends_is_not_held(house: House) -> None:
    upload = uuid4()
    house.files.hold(upload, 0, io.BytesIO(LARGE[:100]), WHO)
    for offset in (0, 99, 101):
        with pytest.raises(AlreadyHeld):
            house.files.hold(upload, offset, io.BytesIO(LARGE[:50]), WHO)
    assert house.files.held(upload, WHO) == [(0, 100)]


def test_two_people_s_uploads_of_the_same_id_are_two(house: House) -> None:
    upload, other = uuid4(), uuid4()
    house.files.hold(upload, 0, io.BytesIO(b"mine"), WHO)
    house.files.hold(upload, 0, io.BytesIO(b"another's"), other)
    with house.files.whole(upload, WHO) as content:
        assert content.read() == b"mine"


def test_an_erasure_takes_the_parts_from_before_it_and_leaves_those_since(house: House) -> None:
    before, since = uuid4(), uuid4()
    house.files.hold(before, 0, io.BytesIO(LARGE), WHO)
    erase(house)
    house.files.hold(since, 0, io.BytesIO(LARGE), WHO)
    house.files.let_go_unreadable(WHO)
    assert (house.files.held(before, WHO), house.files.held(since, WHO)) == ([], [(0, len(LARGE))])


def test_a_part_changed_where_it_lies_is_never_taken_into_a_whole(house: House) -> None:
    upload = uuid4()
    house.files.hold(upload, 0, io.BytesIO(LARGE), WHO)
    (path,) = files_of(house)
    changed = bytearray(path.read_bytes())
    changed[70_000] ^= 1
    path.write_bytes(changed)
    with pytest.raises(Damaged), house.files.whole(upload, WHO) as content:
        content.read()
