"""Hostile bags: the verifier names changes to several files together, even with rewritten manifests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.verify.report import VerificationReport
from adapters.verify.verifier import verify
from tests.given.log.packing import Packing, canonical, lines, seal

ESCAPE, RIGHT_TO_LEFT, C1 = "\x1b[8m", "\u202e", "\x9b"


class Hand:
    """A forger that rewrites the files of a bag."""

    def __init__(self, bag: Path) -> None:
        self.data = bag / "data"
        self.bag = bag

    def entries(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(raw) for raw in (self.data / f"{name}.ndjson").read_bytes().splitlines()]

    def write(self, name: str, entries: list[dict[str, Any]]) -> None:
        (self.data / f"{name}.ndjson").write_bytes(lines(entries))

    def export(self, **said: Any) -> None:
        path = self.data / "export.json"
        path.write_bytes(canonical(json.loads(path.read_bytes()) | said) + b"\n")

    def pieces(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads((self.data / "export.json").read_bytes())["evidence"]
        return listed

    def take_out(self, position: int, *fields: str) -> None:
        """Remove the opened values of some fields of a fact."""
        kept = [e for e in self.entries("opened") if not (e["position"] == position and e["field"] in fields)]
        self.write("opened", kept)

    def withhold(self, position: int, why: str, *fields: str) -> None:
        """List the fields as withheld, with a reason."""
        self.take_out(position, *fields)
        said = [{"position": position, "field": each, "why": why} for each in fields]
        self.write("withheld", sorted([*self.entries("withheld"), *said], key=lambda each: each["position"]))

    def unlist(self, evidence: str) -> None:
        self.export(evidence=[each for each in self.pieces() if each["evidence"] != evidence])

    def verdict(self) -> VerificationReport:
        seal(self.bag)
        return verify(self.bag)

    def named(self) -> set[tuple[str, int | str | None]]:
        """Return the findings, each with its position or else its file."""
        return {(each.kind, each.position or each.file) for each in self.verdict().findings}


@pytest.fixture
def hand(bag: Path) -> Hand:
    return Hand(bag)


# Opened values


@pytest.mark.parametrize("position", [2**64, 2**63, 2**63 - 1, 0, -1])
def test_no_line_keeps_those_after_it_from_being_read(hand: Hand, position: int) -> None:
    first, *others = hand.entries("opened")
    forged = [each | {"value": "FORGED"} for each in others]
    hand.write("opened", [first | {"position": position}, *forged])
    report = hand.verdict()
    assert not report.sound
    named = {each.position for each in report.findings}
    assert named >= {each["position"] for each in forged}


@pytest.mark.parametrize(
    "bend",
    [
        lambda raw: raw.replace(b'"value":', b'"value":"FORGED","value":', 1),
        lambda raw: raw.replace(b'"field":', b'"field": ', 1),
        lambda raw: raw[:-2] + b',"why":"x"}\n',
        lambda raw: raw.replace(b'"field":"', b'"field":["', 1).replace(b'","key"', b'"],"key"', 1),
        lambda raw: raw.replace(b'"position":', b'"position":1e', 1),
        lambda _: b"[" * 100_000 + b"\n",
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda _: b"\xff\n",
    ],
)
def test_a_line_is_read_in_its_one_form_only(hand: Hand, bend: Callable[[bytes], bytes]) -> None:
    path = hand.data / "opened.ndjson"
    first, *others = path.read_bytes().splitlines(keepends=True)
    assert bend(first) != first
    path.write_bytes(b"".join([bend(first), *others]))
    position = json.loads(first)["position"]
    assert hand.named() == {("unknown-format", "data/opened.ndjson"), ("unaccounted-value", position)}


def test_lines_out_of_order_are_named(hand: Hand) -> None:
    first, *others = hand.entries("opened")
    hand.write("opened", [*others, first])
    assert ("unknown-format", "data/opened.ndjson") in hand.named()


@pytest.mark.parametrize(
    ("member", "value"), [("field", {"name": 1}), ("why", "because"), ("why", None), ("position", "1")]
)
def test_a_false_line_of_what_is_withheld_is_named(hand: Hand, member: str, value: Any) -> None:
    first = hand.entries("opened")[0]
    said = {"position": first["position"], "field": first["field"], "why": "lost"}
    hand.take_out(first["position"], first["field"])
    hand.write("withheld", [said | {member: value}])
    named = hand.named()
    assert ("unknown-format", "data/withheld.ndjson") in named
    assert ("unaccounted-value", first["position"]) in named


def test_a_value_that_is_neither_opened_nor_withheld_is_named(hand: Hand) -> None:
    some = hand.entries("opened")[7]
    hand.take_out(some["position"], some["field"])
    assert hand.named() == {("unaccounted-value", some["position"])}


def test_a_value_that_is_both_opened_and_withheld_or_opened_twice_is_named(hand: Hand) -> None:
    opened = hand.entries("opened")
    hand.write("withheld", [{"position": opened[7]["position"], "field": opened[7]["field"], "why": "lost"}])
    hand.write("opened", [*opened[:10], opened[9], *opened[10:]])
    assert hand.named() == {
        ("unaccounted-value", opened[7]["position"]),
        ("unaccounted-value", opened[9]["position"]),
    }


def test_verifier_names_a_withheld_value_without_its_fact_or_field(hand: Hand, demonstration: Packing) -> None:
    last = demonstration.rows[-1].position
    said = [{"position": 1, "field": "nothing", "why": "erased"}, {"position": last + 5, "field": "x", "why": "lost"}]
    hand.write("withheld", said)
    assert hand.named() == {("unaccounted-value", 1), ("unaccounted-value", last + 5)}


def test_in_a_whole_log_nothing_but_medical_papers_is_kept_from_an_auditor(hand: Hand) -> None:
    some = hand.entries("opened")[7]
    hand.withhold(some["position"], "not-for-you", some["field"])
    assert hand.named() == {("unaccounted-value", some["position"])}


# Evidence


def forged(hand: Hand) -> tuple[str, int]:
    """Return a piece replaced by other bytes of the same length."""
    piece = hand.pieces()[0]
    path = hand.data / piece["file"]
    path.write_bytes(b"X" * path.stat().st_size)
    return piece["file"], piece["position"]


def test_a_replaced_piece_whose_digest_is_no_longer_opened_is_named(hand: Hand) -> None:
    _, position = forged(hand)
    hand.take_out(position, "digest")
    assert {("changed-evidence", position), ("unaccounted-value", position)} <= hand.named()


@pytest.mark.parametrize("why", ["erased", "lost", "not-for-you"])
def test_a_replaced_piece_whose_digest_is_said_to_be_withheld_is_named(hand: Hand, why: str) -> None:
    """An export contains no file whose digest it does not open."""
    _, position = forged(hand)
    hand.withhold(position, why, "digest")
    assert ("changed-evidence", position) in hand.named()


def test_a_piece_taken_from_folder_and_list_is_named(hand: Hand) -> None:
    piece = hand.pieces()[0]
    (hand.data / piece["file"]).unlink()
    hand.unlist(piece["evidence"])
    assert hand.named() == {("missing-evidence", piece["position"])}


def test_a_piece_taken_out_with_all_that_was_opened_of_it_is_named(hand: Hand) -> None:
    piece = hand.pieces()[0]
    (hand.data / piece["file"]).unlink()
    hand.unlist(piece["evidence"])
    hand.write("opened", [each for each in hand.entries("opened") if each["position"] != piece["position"]])
    assert hand.named() == {("unaccounted-value", piece["position"])}


def test_a_piece_said_to_be_erased_is_told_apart_from_one_whose_erasure_the_facts_order(hand: Hand) -> None:
    piece = hand.pieces()[0]
    (hand.data / piece["file"]).unlink()
    hand.unlist(piece["evidence"])
    fields = {each["field"] for each in hand.entries("opened") if each["position"] == piece["position"]}
    hand.withhold(piece["position"], "erased", *sorted(fields))
    report = hand.verdict()
    assert report.sound
    assert {(each.why, each.position) for each in report.not_checked} == {("erasure-not-in-facts", piece["position"])}


def test_a_value_that_whoever_hands_the_bag_on_says_is_lost_is_listed_as_only_claimed(hand: Hand) -> None:
    some = hand.entries("opened")[7]
    hand.withhold(some["position"], "lost", some["field"])
    report = hand.verdict()
    assert report.sound
    assert [(each.why, each.position) for each in report.not_checked] == [("loss-claimed", some["position"])]
    assert any("sans que rien le montre" in line and str(some["position"]) in line for line in report.lines("fr"))
    assert any("which nothing shows" in line for line in report.lines("en"))


@pytest.mark.parametrize("lie", [{"position": 1}, {"file": "evidence/other"}, {"media_type": "text/html"}])
def test_a_false_list_of_pieces_is_named(hand: Hand, lie: dict[str, Any]) -> None:
    first, *others = hand.pieces()
    hand.export(evidence=[first | lie, *others])
    assert hand.named() == {("unknown-format", "data/export.json")}


def test_a_piece_that_is_there_and_is_not_listed_is_named(hand: Hand) -> None:
    hand.unlist(hand.pieces()[0]["evidence"])
    assert hand.named() == {("unknown-format", "data/export.json")}


# Files for human readers


def test_a_framework_that_reads_otherwise_than_its_fact_is_named(hand: Hand) -> None:
    one, *_ = sorted((hand.data / "frameworks").iterdir())
    one.write_text("{}")
    assert hand.named() == {("wrong-copy", f"data/frameworks/{one.name}")}
    one.unlink()
    assert hand.named() == {("missing-file", f"data/frameworks/{one.name}")}


@pytest.mark.parametrize(
    "name",
    [
        "data/decision.pdf",
        "data/keys/evil.vkey",
        "data/evidence/notes.txt",
        "data/checkpoints/x.note",
        "READ ME.html",
    ],
)
def test_a_file_that_is_no_part_of_a_bag_is_named(hand: Hand, name: str) -> None:
    (hand.bag / name).write_text("x")
    assert ("unknown-file", name) in hand.named()


@pytest.mark.parametrize(
    "name",
    [
        "data/.DS_Store",
        "data/evidence/Thumbs.db",
        "desktop.ini",
        "data/._facts.ndjson",
        "data/checkpoints/._000000000001.note",
        "data/checkpoints/._000000000001.tsr",
        "data/keys/._0a1b2c3d.endorsed",
        "data/keys/._0a1b2c3d.vkey",
        "data/frameworks/.DS_Store",
        "data/frameworks/._00000000-0000-4000-8000-000000000000.json",
    ],
)
def test_file_left_in_the_folder_by_an_operating_system_is_no_attack(bag: Path, name: str) -> None:
    (bag / name).write_bytes(b"x")
    report = verify(bag)
    assert report.sound
    assert report.stamps == 0
    assert [(each.why, each.file) for each in report.not_checked] == [("left-by-a-computer", name)]


def test_report_names_the_files_that_are_not_proved(bag: Path) -> None:
    (line,) = [each for each in verify(bag).lines("fr") if "non prouvé" in each]
    assert all(name in line for name in ("summary.html", "dictionary.html", "erasures.ndjson"))
    (line,) = [each for each in verify(bag).lines("en") if "not proved" in each]
    assert "summary.html" in line


# Printed output


def test_a_bag_cannot_write_to_the_terminal(hand: Hand) -> None:
    hand.export(log=f"x\nRien n'est faux.{ESCAPE}{RIGHT_TO_LEFT}{C1}é", key=None)
    path = hand.data / "export.json"
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\\ud800\xc3\xa9"))
    (hand.data / f"dec{ESCAPE}ision\n.pdf").write_text("x")
    report = hand.verdict()
    printed = [*report.lines("fr"), *report.lines("en")]
    assert all(line.isprintable() for line in printed)
    assert any("é" in line and r"\x1b[8m" in line for line in printed)
    assert "Rien n'est faux." not in printed
