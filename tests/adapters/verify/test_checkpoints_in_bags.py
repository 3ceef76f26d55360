"""Whose checkpoints lie in a bag, and do the reader's own say the same? By whoever has a bag in their hands."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.verify.verifier import verify
from tests.given.log.bag_findings import kinds, older
from tests.given.log.packing import Packing, Row, canonical, seal
from tests.given.log.random_logs import Signer, b64, endorsing, leaf
from tests.given.log.second_opinion import mth


def roots(packed: Packing, size: int) -> bytes:
    return mth([leaf(row.line) for row in packed.rows[:size]])


def appended(packed: Packing, signer: Signer) -> Packing:
    """The same log and one fact more: the certifier's word for another key, though the certifier said nothing."""
    last = json.loads(packed.rows[-1].line)
    body = endorsing(signer.key, packed.signer.key)
    fact = last | {"append_id": "00000000-0000-5000-8000-000000000001", "position": last["position"] + 1, "n": 0}
    fact |= {"type": "CheckpointKeyEndorsed", "version": last["version"] + 1, "body": body}
    line = json.dumps(fact, ensure_ascii=False, separators=(",", ":")).encode()
    return replace(packed, rows=[*packed.rows, Row(line, len(packed.rows), fact["position"], leaf(line))])


@pytest.fixture
def part(demonstration: Packing, tmp_path: Path) -> Path:
    """A bag of part of the log."""
    absent = json.loads(demonstration.rows[-1].line)["stream"]
    return replace(demonstration, left_out=frozenset({absent})).pack(tmp_path / "part")


def test_a_log_is_not_extended_by_who_has_no_key_and_repeats_a_leaf_s_index(
    demonstration: Packing, tmp_path: Path
) -> None:
    """The fact that endorses the stranger's key, given the place of the last one that the true key signed over."""
    stranger, size = Signer(seed=b"s" * 32, name=demonstration.signer.name), len(demonstration.rows)
    forged = replace(appended(demonstration, stranger), signer=stranger, older=())
    forged.rows[-1].index = size - 1
    bag = forged.pack(tmp_path / "forged")
    known = demonstration.signer.note(size, roots(demonstration, size), origin=demonstration.signer.name)
    (bag / f"data/checkpoints/{size:012}.note").write_bytes(known)
    seal(bag)
    found = verify(bag, demonstration.signer.key).findings
    assert {each.kind for each in found} >= {"reordered-facts", "unknown-key"}
    assert [each.index for each in found if each.kind == "reordered-facts"] == [size - 1]


def test_a_note_is_not_taken_for_another_of_the_same_name(
    demonstration: Packing, bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader's own, whose name as typed is the name that a false one has in the bag."""
    size = len(demonstration.rows) - 1
    name = f"data/checkpoints/{size:012}.note"
    typed = tmp_path / "older bag" / name
    typed.parent.mkdir(parents=True)
    note = demonstration.signer.note(size, roots(demonstration, size), origin=demonstration.signer.name)
    typed.write_bytes(note)
    newest = bag / f"data/checkpoints/{size + 1:012}.note"
    garbage = b64(demonstration.signer.id + bytes(64))
    (bag / name).write_bytes(newest.read_bytes().rpartition(b" ")[0] + f" {garbage}\n".encode())
    newest.unlink()
    seal(bag)
    monkeypatch.chdir(tmp_path / "older bag")
    report = verify(bag, demonstration.signer.key, [Path(name)])
    assert kinds(report) == {"bad-signature", "unknown-format"}  # the second: it is not named by its size


def test_a_note_that_is_not_named_by_its_size_is_named(bag: Path) -> None:
    one = min((bag / "data/checkpoints").iterdir())
    one.rename(one.with_name("000000000007.note"))
    seal(bag)
    (found,) = verify(bag).findings
    assert (found.kind, found.file) == ("unknown-format", "data/checkpoints/000000000007.note")


def test_a_stranger_whom_only_a_fact_endorses_is_told_of_and_not_relied_on(
    demonstration: Packing, tmp_path: Path
) -> None:
    stranger = Signer(seed=b"s" * 32, name=demonstration.signer.name)
    forged = replace(appended(demonstration, stranger), signer=stranger)
    report = verify(forged.pack(tmp_path / "forged"), demonstration.signer.key)
    assert "unknown-key" in kinds(report)
    assert [str(key) for key in report.unvouched] == [stranger.key]
    assert any(stranger.key in line and "par une autre voie" in line for line in report.lines("fr"))
    assert any(stranger.key in line and "by another way" in line for line in report.lines("en"))


def test_the_keys_relied_on_are_listed_with_the_reason(demonstration: Packing, bag: Path) -> None:
    old = Signer(seed=b"old " * 8, name=demonstration.signer.name)
    (bag / "data/keys/00000000.endorsed").write_bytes(old.endorse(demonstration.signer.key))
    seal(bag)
    report = verify(bag, old.key)
    assert report.findings == []
    told = [(each["key"], each["why"], each["of"]) for each in report.as_json()["keys"]]
    assert told == [(old.key, "given", None), (demonstration.signer.key, "endorsed", old.key)]
    assert any(demonstration.signer.id.hex() in line and "répond" in line for line in report.lines("fr"))
    assert any(demonstration.signer.id.hex() in line and "vouches" in line for line in report.lines("en"))
    (bag / "data/keys/00000000.endorsed").write_bytes(b"no note")
    seal(bag)
    assert kinds(verify(bag, demonstration.signer.key)) == {"unknown-format"}


# The reader's own checkpoint


def test_a_checkpoint_to_which_nothing_in_the_bag_leads_is_never_passed_over(
    demonstration: Packing, part: Path, tmp_path: Path
) -> None:
    size = demonstration.older[0]
    assert verify(part, demonstration.signer.key, [older(demonstration, tmp_path, size)]).sound
    report = verify(part, demonstration.signer.key, [older(demonstration, tmp_path, size + 1)])
    assert kinds(report) == {"unproved-checkpoint"}
    assert any("acquis export audit --checkpoint" in line for line in report.lines("fr"))
    contradicting = tmp_path / "contradicting.note"
    contradicting.write_bytes(demonstration.signer.note(size + 1, bytes(32), origin=demonstration.signer.name))
    assert kinds(verify(part, demonstration.signer.key, [contradicting])) == {"unproved-checkpoint"}


# What the bag says of itself


def test_a_bag_that_names_another_log_than_was_signed_for_is_named(bag: Path) -> None:
    path = bag / "data/export.json"
    said = json.loads(path.read_bytes())
    path.write_bytes(canonical(said | {"log": "00000000-0000-4000-8000-000000000000", "key": None}))
    seal(bag)
    assert "other-log" in kinds(verify(bag, said["key"]))


@pytest.mark.parametrize(
    "lie",
    [
        {"scope": {"kind": ["all"]}},
        {"scope": []},
        {"size": float("inf")},
        {"facts": 1.0},
        {"whole_streams": 5},
        {"whole_streams": [[1]]},
        {"evidence": [{"evidence": "x", "file": "x", "position": float("inf")}]},
        {"evidence": [{"evidence": "x", "file": "x", "position": "1"}]},
    ],
)
def test_an_export_that_says_what_it_cannot_is_named(bag: Path, lie: dict[str, Any]) -> None:
    path = bag / "data/export.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | lie))
    seal(bag)
    assert kinds(verify(bag)) == {"unknown-format"}


@pytest.mark.parametrize(
    "step", ['{"old":Infinity,"new":1,"proof":[]}', '{"old":1.5,"new":2,"proof":[]}', "[" * 9999]
)
def test_a_step_that_is_none_is_named(part: Path, step: str) -> None:
    with (part / "data/consistency.ndjson").open("a") as file:
        file.write(step + "\n")
    seal(part)
    assert kinds(verify(part)) == {"unknown-format"}


# Who else saw the log


def test_a_witness_s_signatures_are_counted_and_a_false_one_is_named(demonstration: Packing, bag: Path) -> None:
    witness = Signer(seed=b"w" * 32, name="witness.example", kind=4)
    first, *_ = notes = sorted((bag / "data/checkpoints").iterdir())
    first.write_bytes(first.read_bytes() + witness.cosign(first.read_bytes(), at=1_655_000_000))
    seal(bag)
    report = verify(bag, demonstration.signer.key, witness=witness.key)
    assert report.findings == []
    assert report.as_json()["witness"] == {"name": "witness.example", "signed": 1}
    assert any(f"1 points de contrôle sur {len(notes)}" in line for line in report.lines("fr"))
    other = notes[1]
    other.write_bytes(other.read_bytes() + witness.cosign(first.read_bytes(), at=1_655_000_000))
    seal(bag)
    (found,) = verify(bag, demonstration.signer.key, witness=witness.key).findings
    assert (found.kind, found.file) == ("bad-signature", f"data/checkpoints/{other.name}")
    assert verify(bag, demonstration.signer.key).sound  # who does not ask for the witness does not rest on it


def test_time_stamps_are_counted_and_the_reader_is_told_how_to_check_them(bag: Path) -> None:
    stamped = next((bag / "data/checkpoints").iterdir()).with_suffix(".tsr")
    stamped.write_bytes(b"a stamp")
    seal(bag)
    report = verify(bag)
    assert report.sound
    assert report.stamps == 1
    assert any("openssl ts -verify" in line for line in report.lines("en"))
