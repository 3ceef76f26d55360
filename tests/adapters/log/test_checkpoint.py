"""Checkpoints: none signs for less than an earlier one, and a log that went back is refused by name."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.database.pool import Database
from adapters.log.checkpoint import (
    CheckpointFolder,
    CheckpointsOfAnotherLog,
    CheckpointUnreadable,
    LogRegressed,
    origin_of,
    place,
    refuse_unless_continued,
)
from adapters.log.merkle import EMPTY, root
from adapters.log.note import Checkpoint, MalformedNote, SignedNote, Signer, time_line
from adapters.log.signing import Checkpointer
from adapters.log.tree import Tree
from adapters.settings import kept_secret
from adapters.verify.proof import continued
from tests.given.log.notes import BadSignature, signed_by
from tests.given.log.sealed import BODIES, as_superuser, hashed, seal

HASHES = [hashed(number) for number in range(700)]


@pytest.fixture
def tree(database_url: str) -> Iterator[Tree]:
    with closing(Database(database_url, role="acquis_projector", size=2)) as projector:
        yield Tree(projector)


@pytest.fixture
def signer(tree: Tree) -> Signer:
    return Signer.generate(origin_of(tree))


@pytest.fixture
def folder(tmp_path: Path) -> CheckpointFolder:
    return CheckpointFolder(tmp_path / "checkpoints")


@pytest.fixture
def checkpointer(tree: Tree, signer: Signer, folder: CheckpointFolder) -> Checkpointer:
    return Checkpointer(tree, signer, folder)


def cut(database_url: str, size: int) -> None:
    """Set the log back to an earlier size, as the restore of an old backup does."""
    as_superuser(
        database_url,
        "delete from log.event where position > %(size)s",
        "delete from log.leaf where index >= %(size)s",
        "delete from log.node where (index + 1) << level > %(size)s",
        "update log.head set next_index = %(size)s, sealed = %(size)s",
        given={"size": size},
    )


def files(folder: CheckpointFolder) -> list[str]:
    return sorted(path.name for path in folder.path.rglob("*") if path.is_file())


def test_a_checkpoint_is_signed_for_what_is_sealed_and_made_once(
    database_url: str, tree: Tree, checkpointer: Checkpointer, folder: CheckpointFolder, signer: Signer
) -> None:
    assert checkpointer.make() is None  # nothing to sign for
    seal(database_url, 0, 5)
    made = checkpointer.make()
    assert made is not None
    assert (made.origin, made.size, made.root) == (f"acquis/{tree.log_id()}", 5, root(HASHES[:5]))
    assert signed_by(made.note, [signer.key]) == [signer.key]
    assert made.at is not None
    assert abs((datetime.now(UTC) - made.at).total_seconds()) < 60
    assert checkpointer.make() is None  # nothing new
    assert folder.newest() == made
    assert files(folder) == ["000000000005.note"]
    assert (folder.path / f"{made.at:%Y-%m}" / "000000000005.note").read_text("utf-8") == str(made)


def test_checkpoints_continue_one_another_and_are_found_by_size(
    database_url: str, tree: Tree, checkpointer: Checkpointer, folder: CheckpointFolder
) -> None:
    made = []
    for first, end in ((0, 3), (3, 260), (260, 700)):
        seal(database_url, first, end)
        made.append(checkpointer.make())
    assert list(folder.all()) == made
    assert folder.newest() == made[-1]
    old, new = made[0], made[2]
    assert old is not None
    assert new is not None
    assert continued(old.size, new.size, tree.consistency(old.size, new.size), old.root, new.root)
    covering = {0: 3, 3: 3, 4: 260, 260: 260, 261: 700, 700: 700}
    assert {size: getattr(folder.at_least(size), "size", None) for size in covering} == covering
    assert folder.at_least(701) is None


def test_a_log_that_went_back_is_refused_and_nothing_is_signed(
    database_url: str, tree: Tree, checkpointer: Checkpointer, folder: CheckpointFolder
) -> None:
    seal(database_url, 0, 300)
    checkpointer.make()
    cut(database_url, 290)
    for refused in (checkpointer.make, lambda: refuse_unless_continued(tree, folder)):
        with pytest.raises(LogRegressed) as refusal:
            refused()
        assert [each.en for each in refusal.value.violations] == [
            "The newest checkpoint is of 300 leaves; the log holds 290."
        ]
    assert files(folder) == ["000000000300.note"]


def test_a_log_that_went_back_and_on_again_is_refused(
    database_url: str, tree: Tree, checkpointer: Checkpointer, folder: CheckpointFolder
) -> None:
    """The log has more facts than before, but different ones: people went on working on an old backup."""
    seal(database_url, 0, 300)
    checkpointer.make()
    cut(database_url, 290)
    seal(database_url, 290, 300)
    assert refuse_unless_continued(tree, folder)  # the same leaves again: the same log
    cut(database_url, 290)
    BODIES[295], kept = "{}", BODIES[295]
    try:
        seal(database_url, 290, 400)
    finally:
        BODIES[295] = kept
    with pytest.raises(LogRegressed) as refusal:
        checkpointer.make()
    assert [each.en for each in refusal.value.violations] == [
        "The log's first 300 leaves no longer have the root that was signed."
    ]
    assert files(folder) == ["000000000300.note"]


def test_missing_leaf_is_reported_as_a_regressed_log(
    database_url: str, tree: Tree, checkpointer: Checkpointer, folder: CheckpointFolder
) -> None:
    seal(database_url, 0, 7)
    checkpointer.make()
    as_superuser(database_url, "delete from log.leaf where index = 3")
    with pytest.raises(LogRegressed):
        refuse_unless_continued(tree, folder)


def test_a_folder_of_another_log_is_refused_and_both_are_named(
    database_url: str, tree: Tree, checkpointer: Checkpointer, folder: CheckpointFolder
) -> None:
    seal(database_url, 0, 5)
    other = Checkpoint(origin="acquis/other", size=2, root=EMPTY).signed(Signer.generate("acquis/other"))
    folder.add(str(other))
    for refused in (checkpointer.make, lambda: refuse_unless_continued(tree, folder)):
        with pytest.raises(CheckpointsOfAnotherLog) as refusal:
            refused()
        (violation,) = refusal.value.violations
        for named in ("acquis/other", origin_of(tree), str(folder.path)):
            assert named in violation.en
            assert named in violation.fr


@pytest.mark.parametrize("content", [b"", b"one\n5\nAAAA\n", b"\xff"])
def test_a_checkpoint_that_cannot_be_read_is_named(
    database_url: str, tree: Tree, checkpointer: Checkpointer, folder: CheckpointFolder, content: bytes
) -> None:
    seal(database_url, 0, 5)
    checkpointer.make()
    (path,) = folder.path.glob("*/*.note")
    path.write_bytes(content)
    with pytest.raises(CheckpointUnreadable) as refusal:
        refuse_unless_continued(tree, folder)
    assert str(path) in refusal.value.violations[0].en


@pytest.mark.parametrize("content", [b"", b"no key", b"\xff"])
def test_a_key_that_cannot_be_read_is_named_by_who_reads_it_and_by_who_keeps_it_again(
    folder: CheckpointFolder, content: bytes
) -> None:
    key = Signer.generate("acquis/one").key
    folder.add_key(key)
    (path,) = folder.keys_path.glob("*.vkey")
    path.write_bytes(content)
    with pytest.raises(CheckpointUnreadable) as reading:
        folder.keys()
    with pytest.raises(CheckpointUnreadable) as keeping:
        folder.add_key(key)
    assert str(path) in reading.value.violations[0].en
    assert reading.value.violations == keeping.value.violations


def test_a_checkpoint_under_another_size_than_its_own_is_refused(folder: CheckpointFolder, signer: Signer) -> None:
    kept = folder.add(str(Checkpoint(origin="acquis/one", size=5, root=EMPTY).signed(signer)))
    kept.rename(kept.with_name("000000000009.note"))
    with pytest.raises(CheckpointUnreadable):
        folder.newest()


def test_checkpoint_folder_never_replaces_a_note_nor_adds_one_for_a_smaller_log(
    folder: CheckpointFolder, signer: Signer
) -> None:
    def of(size: int, at: datetime) -> str:
        return str(Checkpoint(origin="acquis/one", size=size, root=EMPTY, extensions=(time_line(at),)).signed(signer))

    march, february = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    folder.add(of(5, march))
    for size in (5, 4):
        with pytest.raises(LogRegressed):
            folder.add(of(size, march))
    kept = folder.add(of(6, february))  # a clock that went back
    assert kept.parent.name == "2026-03"
    newest = folder.newest()
    assert newest is not None
    assert newest.size == 6
    with pytest.raises(MalformedNote):
        folder.add("not a note")


def test_a_folder_that_is_looked_at_for_long_sees_what_another_process_adds(
    folder: CheckpointFolder, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listing is cached once the folder has settled, and until the folder changes."""
    monkeypatch.setattr("adapters.log.checkpoint.SETTLED", -(10**18))  # cached at once
    projector = CheckpointFolder(folder.path)
    for size in (5, 6, 7):
        projector.add(str(Checkpoint(origin="acquis/one", size=size, root=EMPTY).signed(signer)))
        for _ in range(2):
            assert [each.size for each in folder.all()] == list(range(5, size + 1))
            assert getattr(folder.at_least(0), "size", None) == 5
            assert getattr(folder.newest(), "size", None) == size
        time.sleep(0.02)  # coarser than the file system's clock
    with pytest.raises(LookupError, match="no checkpoint of 8 leaves"):
        folder.stamp(8, b"")


def test_a_writer_killed_half_way_leaves_no_checkpoint(folder: CheckpointFolder, signer: Signer) -> None:
    kept = folder.add(str(Checkpoint(origin="acquis/one", size=5, root=EMPTY).signed(signer)))
    draft = kept.with_name(f".000000000006.note.{os.getpid()}.0a0a0a0a")
    draft.write_bytes(b"acquis/one\n6\n")
    assert [each.size for each in folder.all()] == [5]
    newest = folder.newest()
    assert newest is not None
    assert newest.size == 5


def test_a_file_is_placed_once(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one"
    assert place(path, b"one", 0o600).read_bytes() == b"one"
    assert path.stat().st_mode & 0o777 == 0o600
    place(path, b"one")
    with pytest.raises(FileExistsError):
        place(path, b"two")
    assert path.read_bytes() == b"one"
    assert [each.name for each in path.parent.iterdir()] == ["one"]


def test_a_disk_that_does_not_take_a_file_is_left_without_a_part_of_it(tmp_path: Path) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3, limit[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            place(tmp_path / "one", b"longer than three")
        with pytest.raises(OSError, match="File too large"):
            kept_secret(tmp_path / "two")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert list(tmp_path.iterdir()) == []


def test_keys_are_kept_with_the_note_by_which_the_one_before_vouches(folder: CheckpointFolder) -> None:
    first, second = Signer.generate("acquis/one"), Signer.generate("acquis/one")
    folder.add_key(first.key)
    folder.add_key(first.key)
    text = f"{second.key}\n"
    folder.add_key(second.key, SignedNote(text, (first.sign(text),)))
    assert set(folder.keys()) == {first.key, second.key}
    endorsement = SignedNote.parse((folder.keys_path / f"{second.key.id.hex()}.endorsed").read_bytes())
    assert signed_by(endorsement, [first.key]) == [first.key]
    assert endorsement.text == text


def test_a_changed_checkpoint_is_not_its_signers(
    database_url: str, checkpointer: Checkpointer, folder: CheckpointFolder, signer: Signer
) -> None:
    seal(database_url, 0, 5)
    checkpointer.make()
    (path,) = folder.path.glob("*/*.note")
    path.write_text(path.read_text("utf-8").replace("time 2", "time 3"), "utf-8")
    newest = folder.newest()
    assert newest is not None
    with pytest.raises(BadSignature):
        signed_by(newest.note, [signer.key])
