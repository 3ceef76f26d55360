"""Is what we write a BagIt bag? The library of the Library of Congress says so; and nothing half written is left."""

from __future__ import annotations

from pathlib import Path

import bagit
import pytest

from adapters.bag.folder import BagFolder, FolderInTheWay


def written(out: Path) -> Path:
    with BagFolder(out) as bag:
        bag.write("facts.ndjson", b"{}\n")
        with bag.file("evidence/one") as entry:
            entry.write("pièce".encode())
            entry.write(b" 1")
        bag.say(External_Description="Export d'audit")
    return out


def test_the_library_finds_our_bag_valid_and_complete(tmp_path: Path) -> None:
    bag = bagit.Bag(str(written(tmp_path / "bag")))
    assert bag.is_valid()
    assert bag.info["Payload-Oxum"] == "11.2"
    assert bag.info["External-Description"] == "Export d'audit"


@pytest.mark.parametrize("name", ["data/facts.ndjson", "data/evidence/one", "bag-info.txt", "manifest-sha256.txt"])
def test_the_library_finds_any_byte_that_changed(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "bag") / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2").replace(b"{", b"["))
    assert not bagit.Bag(str(tmp_path / "bag")).is_valid()


def test_a_bag_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with BagFolder(tmp_path / "bag") as bag:
            bag.write("facts.ndjson", b"{}\n")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_taken_and_any_other_thing_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert bagit.Bag(str(written(tmp_path / "empty"))).is_valid()
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("empty", "file", "link"):
        with pytest.raises(FolderInTheWay):
            BagFolder(tmp_path / name)
    assert (tmp_path / "file").read_text() == "mine"
