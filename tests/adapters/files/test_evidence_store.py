"""Evidence on the disk: it opens with its person's key only, streams decrypted, and is never stored in clear."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from pyrage import decrypt, x25519

from adapters.by_settings import vault_of
from adapters.database import DatabaseServer
from adapters.files.age import AnotherKey, Damaged, encrypt, identity
from adapters.files.blobs import StorageFull, StorageUnavailable
from adapters.files.local import LocalBlobs
from adapters.files.seeking import Seekable
from adapters.files.store import (
    SEGMENT,
    EmptyFile,
    EvidenceErased,
    EvidenceMissing,
    EvidenceStore,
    UploadOffsetMismatch,
)
from adapters.settings import Settings
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import EvidenceId
from domain.refusal import IdempotencyKeyReused
from domain.rulebook.evidence_rules import EvidenceAllowance, TooLarge
from tests.given.files.specimens import PDF, pdf_with
from tests.given.servers.databases import a_database
from webapi.demonstration.paper import pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adapters.keys.vault import Vault

pytestmark = pytest.mark.usefixtures("registers_at_their_word")
LARGE = pdf_with(os.urandom(3_000_000))
SOME = 128 * 1024 * 1024


@dataclass(frozen=True)
class Place:
    """An evidence store, the vault with its keys, and a person without any file in it."""

    files: EvidenceStore
    vault: Vault
    who: UUID

    def put(self, content: bytes = PDF, evidence: EvidenceId | None = None) -> EvidenceId:
        named = evidence or EvidenceId(uuid4())
        with self.files.receive(io.BytesIO(content), self.who) as incoming:
            self.files.keep(incoming, named)
        return named

    def there(self) -> dict[str, bytes]:
        """Return the stored (encrypted) files by name."""
        found = {}
        for each in self.files.blobs.all(""):
            with self.files.blobs.open(each.name) as file:
                found[each.name] = file.read()
            assert len(found[each.name]) == each.size
        return found

    def pieces(self) -> dict[str, bytes]:
        """Return the stored files without the reading copies."""
        return {name: sealed for name, sealed in self.there().items() if name.startswith("kept/")}

    def change(self, name: str, content: bytes) -> None:
        aside = self.files.quarantine / "changed"
        aside.parent.mkdir(exist_ok=True, parents=True)
        aside.write_bytes(content)
        self.files.blobs.replace(name, aside)
        aside.unlink()

    def erase(self) -> None:
        self.vault.register.note(self.who, Retention.PAPERS, ErasureGround.REQUEST)
        self.vault.destroy(self.who, Retention.PAPERS)


@pytest.fixture(scope="module")
def vault(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    with a_database(server_url, template) as url:
        settings = Settings(data=tmp_path_factory.mktemp("vault"), database_url=url)
        with closing(vault_of(settings, DatabaseServer(url))) as opened:
            yield opened


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, vault: Vault, tmp_path: Path) -> Place:
    blobs = request.getfixturevalue("bucket") if request.param == "s3" else LocalBlobs(tmp_path / "evidence")
    return Place(EvidenceStore(blobs, tmp_path / "evidence" / "incoming", 10_000_000, vault), vault, uuid4())


def in_folder(vault: Vault, tmp_path: Path) -> Place:
    blobs = LocalBlobs(tmp_path / "evidence")
    return Place(EvidenceStore(blobs, tmp_path / "evidence" / "incoming", 10_000_000, vault), vault, uuid4())


def read_into(read: bytearray, encrypted: bytes, secret: bytes) -> None:
    with Seekable(io.BytesIO(encrypted), secret) as content:
        while chunk := content.read(65536):
            read += chunk


# the format


@given(secret=st.binary(min_size=32, max_size=32))
def test_library_reads_any_32_bytes_as_an_identity_and_writes_the_same_text(secret: bytes) -> None:
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
@trials(deadline=None)
def test_file_encrypted_from_reads_of_any_size_decrypts_to_the_same_bytes(size: int, step: int) -> None:
    content, secret, target = os.urandom(size), os.urandom(32), io.BytesIO()

    class InSteps(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            del size
            return super().read(step)  # an upload too returns more or less than requested

    encrypt(InSteps(content), target, secret)
    with Seekable(io.BytesIO(target.getvalue()), secret) as read:
        assert read.readall() == content


def test_age_library_decrypts_an_encrypted_file_with_the_identity() -> None:
    secret, target = os.urandom(32), io.BytesIO()
    encrypt(io.BytesIO(LARGE), target, secret)
    assert decrypt(target.getvalue(), [x25519.Identity.from_str(identity(secret))]) == LARGE


def test_encrypted_file_does_not_open_with_another_key() -> None:
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


# the store


def test_size_digest_and_type_are_those_of_what_was_sent(place: Place) -> None:
    with place.files.receive(io.BytesIO(LARGE), place.who) as incoming:
        assert incoming.size == len(LARGE)
        assert incoming.digest == hashlib.sha256(LARGE).hexdigest()
        assert incoming.media_type == "application/pdf"


def test_a_kept_file_reads_back_and_stands_nowhere_in_clear(place: Place) -> None:
    evidence = place.put(LARGE)
    with place.files.open(evidence, place.who) as content:
        assert content.readall() == LARGE
    ((name, sealed),) = place.pieces().items()
    assert name == f"kept/{str(evidence)[:2]}/{evidence}.age"
    for each in place.there().values():
        assert each.startswith(b"age-encryption.org/v1\n")
        assert LARGE[500:600] not in each
    assert sealed in place.there().values()


def test_a_file_about_one_person_does_not_open_as_another_s(place: Place) -> None:
    evidence, other = place.put(), uuid4()
    place.vault.file_key(other)
    with pytest.raises(EvidenceMissing):
        place.files.open(evidence, other)


def test_the_same_content_is_kept_once_and_another_is_refused_its_name(place: Place) -> None:
    evidence = place.put()
    with place.files.receive(io.BytesIO(PDF), place.who) as again:
        assert not place.files.keep(again, evidence)
    with place.files.receive(io.BytesIO(pdf("Another")), place.who) as other, pytest.raises(IdempotencyKeyReused):
        place.files.keep(other, evidence)


def test_store_keeps_nothing_of_a_file_that_is_too_large_or_empty_or_meets_a_full_disk(place: Place) -> None:
    check = EvidenceAllowance(largest=1000).check_size
    with pytest.raises(TooLarge), place.files.receive(io.BytesIO(LARGE), place.who, check):
        pass
    with pytest.raises(TooLarge), place.files.receive(io.BytesIO(b"x" * 10_000_001), place.who):
        pass
    with pytest.raises(EmptyFile), place.files.receive(io.BytesIO(b""), place.who):
        pass

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            del size
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageUnavailable), place.files.receive(Broken(b"x"), place.who):
        pass
    assert (place.there(), list(place.files.quarantine.iterdir())) == ({}, [])


def test_below_the_floor_of_the_disk_nothing_is_received_nor_further_than_where_it_is_reached(
    place: Place, vault: Vault, tmp_path: Path
) -> None:
    class Filling(io.BytesIO):
        """An incoming file during whose transfer the disk fills up."""

        def read(self, size: int | None = -1, /) -> bytes:
            if not ballast.exists():
                with ballast.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, 2 * SOME)
            return super().read(size)

    ballast = tmp_path / "ballast"
    floor = shutil.disk_usage(tmp_path).free - SOME
    files = EvidenceStore(place.files.blobs, place.files.quarantine, 10_000_000, vault, floor=floor)
    files.check_disk(SOME // 2)
    with pytest.raises(StorageFull):
        files.check_disk(2 * SOME)
    large = Filling(b"x" * 10_000_000)
    with pytest.raises(StorageFull), files.receive(large, place.who):
        pass
    assert SEGMENT <= large.tell() < 10_000_000
    unread = io.BytesIO(b"x")
    with pytest.raises(StorageFull), files.receive(unread, place.who):
        pass
    with pytest.raises(StorageFull):
        files.hold(uuid4(), 0, unread, place.who)
    assert unread.tell() == 0
    assert (place.there(), list(files.quarantine.iterdir())) == ({}, [])
    piece = place.put(b"x")
    with pytest.raises(StorageFull), files.ciphertext(piece, place.who):
        pass
    ballast.unlink()
    assert files.hold(uuid4(), 0, unread, place.who) == 1


def test_once_the_papers_are_erased_the_file_opens_for_nobody(place: Place) -> None:
    evidence = place.put()
    place.erase()
    with pytest.raises(EvidenceErased):
        place.files.open(evidence, place.who)
    assert place.files.remove(evidence)
    assert not place.files.remove(evidence)
    with pytest.raises(EvidenceErased):
        place.files.open(evidence, place.who)


def test_a_file_put_in_after_an_erasure_opens_and_those_before_it_do_not(place: Place) -> None:
    before = place.put()
    place.erase()
    after = place.put()
    with place.files.open(after, place.who) as content:
        assert content.readall() == PDF
    with pytest.raises(EvidenceErased):
        place.files.open(before, place.who)


def test_a_refused_piece_s_file_that_an_erasure_has_shut_gives_way_to_the_same_request_s(place: Place) -> None:
    evidence = place.put()
    place.erase()
    with place.files.receive(io.BytesIO(PDF), place.who) as again:
        assert place.files.keep(again, evidence)
        assert not place.files.keep(again, evidence)
    with place.files.open(evidence, place.who) as content:
        assert content.readall() == PDF


def test_a_file_that_is_gone_or_cut_to_nothing_is_missing_not_erased(place: Place) -> None:
    evidence = place.put()
    ((name, sealed),) = place.pieces().items()
    for cut in (b"", sealed[:50], sealed[:-1]):
        place.change(name, cut)
        with pytest.raises(EvidenceMissing):
            place.files.open(evidence, place.who)
    place.files.blobs.remove(name)
    with pytest.raises(EvidenceMissing):
        place.files.open(evidence, place.who)


# resumable uploads


class Breaking(io.BytesIO):
    """A source whose connection breaks after its last byte."""

    def read(self, size: int | None = -1, /) -> bytes:
        if data := super().read(size):
            return data
        raise ConnectionResetError


def test_an_upload_held_in_parts_is_whole_again_and_none_of_it_stands_in_clear(place: Place) -> None:
    upload, files = uuid4(), place.files
    assert files.hold(upload, 0, io.BytesIO(LARGE[:1_000_000]), place.who) == 1_000_000
    assert files.hold(upload, 1_000_000, io.BytesIO(LARGE[1_000_000:]), place.who) == len(LARGE) - 1_000_000
    assert files.held(upload, place.who) == [(0, 1_000_000), (1_000_000, len(LARGE) - 1_000_000)]
    with files.whole(upload, place.who) as content, files.receive(content, place.who) as incoming:
        assert incoming.digest == hashlib.sha256(LARGE).hexdigest()
    assert all(LARGE[500:600] not in sealed for sealed in place.there().values())
    files.let_go(upload, place.who)
    assert (files.held(upload, place.who), place.there()) == ([], {})


def test_a_large_part_is_durable_bit_by_bit(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.files.store.SEGMENT", 1_000_000)
    upload, files = uuid4(), place.files
    with pytest.raises(ConnectionResetError):
        files.hold(upload, 0, Breaking(LARGE[:2_500_000]), place.who)
    assert files.held(upload, place.who) == [(0, 1_000_000), (1_000_000, 1_000_000), (2_000_000, 500_000)]
    assert files.hold(upload, 2_500_000, io.BytesIO(LARGE[2_500_000:]), place.who) == len(LARGE) - 2_500_000
    with files.whole(upload, place.who) as content:
        assert content.read() == LARGE


def test_a_part_that_begins_elsewhere_than_where_the_last_one_ends_is_not_held(place: Place) -> None:
    upload = uuid4()
    place.files.hold(upload, 0, io.BytesIO(LARGE[:100]), place.who)
    for offset in (0, 99, 101):
        with pytest.raises(UploadOffsetMismatch):
            place.files.hold(upload, offset, io.BytesIO(LARGE[:50]), place.who)
    assert place.files.held(upload, place.who) == [(0, 100)]


def test_last_discarded_upload_removes_the_folder_of_its_person(vault: Vault, tmp_path: Path) -> None:
    place, upload = in_folder(vault, tmp_path), uuid4()
    place.files.hold(upload, 0, io.BytesIO(b"part"), place.who)
    (left,) = (path for path in tmp_path.rglob("*") if path.name == str(place.who))
    other = uuid4()
    place.files.hold(other, 0, io.BytesIO(b"part"), place.who)
    place.files.let_go(upload, place.who)
    assert [path.name for path in left.iterdir()] == [str(other)]
    place.files.let_go(other, place.who)
    assert not left.exists()


def test_parts_that_come_while_others_of_the_same_person_are_let_go_are_held(vault: Vault, tmp_path: Path) -> None:
    place = in_folder(vault, tmp_path)

    def come_and_go(_: int) -> bool:
        upload = uuid4()
        taken = place.files.hold(upload, 0, io.BytesIO(b"part"), place.who)
        held = place.files.held(upload, place.who)
        place.files.let_go(upload, place.who)
        return (taken, held) == (4, [(0, 4)])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(come_and_go, range(200)))
    assert list(place.files.blobs.all("")) == []


def test_two_people_s_uploads_of_the_same_id_are_two(place: Place) -> None:
    upload, other = uuid4(), uuid4()
    place.files.hold(upload, 0, io.BytesIO(b"mine"), place.who)
    place.files.hold(upload, 0, io.BytesIO(b"another's"), other)
    with place.files.whole(upload, place.who) as content:
        assert content.read() == b"mine"


def test_an_erasure_takes_the_parts_from_before_it_and_leaves_those_since(place: Place) -> None:
    before, since = uuid4(), uuid4()
    place.files.hold(before, 0, io.BytesIO(LARGE), place.who)
    place.erase()
    place.files.hold(since, 0, io.BytesIO(LARGE), place.who)
    place.files.let_go_unreadable(place.who)
    assert (place.files.held(before, place.who), place.files.held(since, place.who)) == ([], [(0, len(LARGE))])


def test_a_part_changed_where_it_lies_is_never_taken_into_a_whole(place: Place) -> None:
    upload = uuid4()
    place.files.hold(upload, 0, io.BytesIO(LARGE), place.who)
    ((name, sealed),) = place.there().items()
    place.change(name, sealed[:70_000] + bytes([sealed[70_000] ^ 1]) + sealed[70_001:])
    with pytest.raises(Damaged), place.files.whole(upload, place.who) as content:
        content.read()
