"""The verifier of bags: an untouched bag is sound, and each manipulation is named with its place."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.verify.bag import NoBag
from adapters.verify.proof import Finding
from adapters.verify.report import SENTENCES, VerificationReport, finding_sentence
from adapters.verify.verifier import verify
from domain.rulebook.evidence_rules import REPLACEMENT_DAYS
from tests.given.log.bag_findings import kinds, older
from tests.given.log.packing import Packing, Row, canonical, lines, seal
from tests.given.log.random_logs import Signer, b64, leaf

DECIDED = {"AdmissibilityDecided", "CompetenceRuled", "BlockGranted", "BlockNotGranted", "TitlePronounced"}
ADR = Path(__file__).parents[3] / "deploy/adr/0011-audit-bag.md"


def found(report: VerificationReport, kind: str) -> Finding:
    """Return the only finding of a kind."""
    (one,) = [each for each in report.findings if each.kind == kind]
    return one


def edit(bag: Path, name: str, change: Callable[[list[bytes]], Any]) -> None:
    """Change the lines of a file in `data/` and rewrite the manifests."""
    path = bag / "data" / name
    content = path.read_bytes().splitlines(keepends=True)
    change(content)
    path.write_bytes(b"".join(content))
    seal(bag)


def position_of(demonstration: Packing, type_name: str, text: str = "") -> int:
    """Return the position of the first fact of a type whose body contains a text."""
    facts = (json.loads(row.line) for row in demonstration.rows)
    return next(int(fact["position"]) for fact in facts if fact["type"] == type_name and text in fact["body"])


def rewritten(demonstration: Packing, position: int, *pairs: tuple[str, str]) -> Packing:
    """Return the log with one fact rewritten and its leaf recomputed, as if recorded so from the beginning."""
    rows = list(demonstration.rows)
    at = next(n for n, row in enumerate(rows) if row.position == position)
    text = rows[at].line.decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    rows[at] = Row(text.encode(), rows[at].index, json.loads(text)["position"], leaf(text.encode()))
    return replace(demonstration, rows=rows)


def test_the_demonstration_is_sound(bag: Path, demonstration: Packing, tmp_path: Path) -> None:
    report = verify(bag, demonstration.signer.key, [older(demonstration, tmp_path)])
    assert report.findings == []
    assert report.facts == report.size == len(demonstration.rows)
    types = [json.loads(row.line)["type"] for row in demonstration.rows]
    assert report.decisions == len([each for each in types if each in DECIDED]) > 0
    assert report.opened == len(demonstration.opened)
    assert (report.shut, report.not_checked) == ([], [])
    assert report.key_given


def test_verifier_without_a_key_trusts_the_bag_s_own_key_and_says_so(bag: Path) -> None:
    report = verify(bag)
    assert report.sound
    assert not report.key_given
    assert any("faute de --key" in line for line in report.lines("fr"))
    assert any("for want of --key" in line for line in report.lines("en"))


def test_every_kind_of_the_decision_record_has_a_sentence_in_both_languages() -> None:
    told = ADR.read_text("utf-8").split("Kinds:")[1].split("Exit code")[0]
    assert set(re.findall("`([a-z-]+)`", told)) == set(SENTENCES)
    assert all(
        finding_sentence(Finding(kind=kind))[0] != finding_sentence(Finding(kind=kind))[1] for kind in SENTENCES
    )


# Manipulations of the bag alone, with rewritten manifests


def test_a_changed_fact_is_named(bag: Path, demonstration: Packing) -> None:
    position = position_of(demonstration, "CompetenceRuled", '"acquired":true')

    def lie(facts: list[bytes]) -> None:
        at = next(n for n, raw in enumerate(facts) if json.loads(raw)["position"] == position)
        facts[at] = facts[at].replace(b'\\"acquired\\":true', b'\\"acquired\\":false')

    edit(bag, "facts.ndjson", lie)
    report = verify(bag)
    assert found(report, "changed-fact").position == position
    assert found(report, "wrong-root").last == len(demonstration.rows) - 1


def test_a_removed_fact_is_named(bag: Path, demonstration: Packing) -> None:
    edit(bag, "facts.ndjson", lambda facts: facts.pop(100))
    report = verify(bag)
    missing = found(report, "missing-fact")
    assert (missing.position, missing.index) == (demonstration.rows[100].position, 100)


def test_an_inserted_fact_is_named(bag: Path, demonstration: Packing) -> None:
    last = demonstration.rows[-1].position

    def insert(facts: list[bytes]) -> None:
        fact = json.loads(facts[50]) | {"position": last + 1}
        facts.append(json.dumps(fact, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    edit(bag, "facts.ndjson", insert)
    assert found(verify(bag), "extra-fact").position == last + 1


def test_a_moved_fact_is_named(bag: Path, demonstration: Packing) -> None:
    edit(bag, "facts.ndjson", lambda facts: facts.insert(200, facts.pop(20)))
    report = verify(bag)
    assert [each.position for each in report.findings] == [demonstration.rows[20].position]
    assert kinds(report) == {"reordered-facts"}


def test_a_fact_removed_with_its_leaf_is_found_between_two_sizes(bag: Path, demonstration: Packing) -> None:
    first, second = demonstration.older
    edit(bag, "facts.ndjson", lambda facts: facts.pop(first + 5))

    def renumber(leaves: list[bytes]) -> None:
        del leaves[first + 5]
        leaves[:] = [canonical(json.loads(raw) | {"index": n}) + b"\n" for n, raw in enumerate(leaves)]

    edit(bag, "leaves.ndjson", renumber)
    report = verify(bag)
    parted = found(report, "inconsistent-checkpoint")
    assert (parted.first, parted.last) == (first, second - 1)
    assert "missing-fact" in kinds(report)


def test_a_cut_tail_is_named(bag: Path, demonstration: Packing) -> None:
    for name in ("facts.ndjson", "leaves.ndjson"):
        edit(bag, name, lambda content: content.__delitem__(slice(-7, None)))
    cut = found(verify(bag), "truncated-log")
    assert (cut.first, cut.last) == (demonstration.older[-1], len(demonstration.rows) - 1)


def test_a_fact_taken_out_with_its_leaf_is_among_those_since_the_last_checkpoint_that_agrees(
    bag: Path, demonstration: Packing
) -> None:
    """Remove the last fact of a stream and renumber the rest: no version is skipped, so its place stays unknown."""
    last = {json.loads(row.line)["stream"]: index for index, row in enumerate(demonstration.rows)}
    gone = max(index for index in last.values() if demonstration.older[-1] < index < len(demonstration.rows) - 1)

    def renumber(leaves: list[bytes]) -> None:
        del leaves[gone]
        leaves[:] = [canonical(json.loads(raw) | {"index": n}) + b"\n" for n, raw in enumerate(leaves)]

    edit(bag, "leaves.ndjson", renumber)
    edit(bag, "facts.ndjson", lambda facts: facts.__delitem__(gone))
    cut = found(verify(bag), "truncated-log")
    assert cut.first is not None
    assert cut.last is not None
    assert demonstration.older[-1] == cut.first <= gone <= cut.last


def test_lines_that_are_no_facts_are_named(bag: Path) -> None:
    edit(bag, "facts.ndjson", lambda facts: facts.__setitem__(3, facts[3].replace(b'","n":', b'", "n":')))
    report = verify(bag)
    assert found(report, "malformed-line").index == 3
    edit(bag, "facts.ndjson", lambda facts: facts.__setitem__(3, b"nothing\n"))
    assert found(verify(bag), "malformed-line").index == 3


def test_a_kept_hash_that_was_changed_is_named(bag: Path) -> None:
    def other(leaves: list[bytes]) -> None:
        leaves[9] = canonical(json.loads(leaves[9]) | {"hash": b64(bytes(32))}) + b"\n"

    edit(bag, "leaves.ndjson", other)
    report = verify(bag)
    assert kinds(report) == {"changed-fact"}
    assert found(report, "changed-fact").index == 9


def test_a_false_signature_is_named(bag: Path) -> None:
    name = min((bag / "data/checkpoints").iterdir())
    edit(bag, f"checkpoints/{name.name}", lambda note: note.__setitem__(1, b"7\n"))
    assert found(verify(bag), "bad-signature").file == f"data/checkpoints/{name.name}"


def test_a_file_that_is_not_the_packed_one_is_named(bag: Path) -> None:
    with (bag / "data/erasures.ndjson").open("ab") as file:
        file.write(b"\n")
    assert [each.file for each in verify(bag).findings] == ["data/erasures.ndjson"]
    (bag / "data/erasures.ndjson").unlink()
    assert kinds(verify(bag)) == {"missing-file"}


def test_a_link_out_of_the_bag_is_not_followed(bag: Path, tmp_path: Path) -> None:
    facts = bag / "data/facts.ndjson"
    facts.rename(tmp_path / "facts.ndjson")
    facts.symlink_to(tmp_path / "facts.ndjson")
    assert {"missing-file", "unknown-file"} <= kinds(verify(bag))


def test_a_link_to_a_folder_is_no_part_of_a_bag(bag: Path, tmp_path: Path) -> None:
    (bag / "data/more").symlink_to(tmp_path)
    assert [(each.kind, each.file) for each in verify(bag).findings] == [("unknown-file", "data/more")]


@pytest.mark.parametrize("content", [b"{", b'{"format":"acquis-audit/2"}', b"[]", b'{"format":"acquis-audit/1"}'])
def test_an_export_of_another_form_is_named(bag: Path, content: bytes) -> None:
    (bag / "data/export.json").write_bytes(content)
    seal(bag)
    assert kinds(verify(bag)) == {"unknown-format"}


def test_file_listed_as_quarantined_without_a_fact_is_only_claimed_and_not_missing(bag: Path) -> None:
    file = bag / "data/export.json"
    export = json.loads(file.read_bytes())
    export["evidence"][0]["withheld"] = "quarantined"
    (bag / "data" / export["evidence"][0]["file"]).unlink()
    file.write_bytes(canonical(export))
    seal(bag)
    report = verify(bag)
    assert report.findings == []
    found = {(each.why, each.position) for each in report.not_checked}
    assert ("quarantine-claimed", export["evidence"][0]["position"]) in found
    export["evidence"][0]["withheld"] = "mislaid"
    file.write_bytes(canonical(export))
    seal(bag)
    assert kinds(verify(bag)) == {"unknown-format"}


def test_changed_and_missing_evidence_are_named(bag: Path) -> None:
    one, other, third, *_ = sorted((bag / "data/evidence").iterdir())
    one.write_bytes(one.read_bytes() + b"%")
    other.write_bytes(b"X" + other.read_bytes()[1:])
    third.unlink()
    seal(bag)
    report = verify(bag)
    named = {(each.kind, each.file) for each in report.findings}
    assert named == {
        ("changed-evidence", f"data/evidence/{one.name}"),
        ("changed-evidence", f"data/evidence/{other.name}"),
        ("missing-evidence", f"data/evidence/{third.name}"),
    }
    assert all(each.position for each in report.findings)


@pytest.mark.parametrize(
    "lie",
    [{"value": "Quelqu'un d'autre"}, {"key": b64(bytes(32))}, {"key": "=="}, {"field": "place"}, {"value": None}],
)
def test_a_false_opening_is_named(bag: Path, demonstration: Packing, lie: dict[str, Any]) -> None:
    def change(opened: list[bytes]) -> None:
        opened[4] = canonical(json.loads(opened[4]) | lie) + b"\n"

    edit(bag, "opened.ndjson", change)
    assert found(verify(bag), "wrong-opening").position == demonstration.opened[4]["position"]


def test_report_lists_every_value_that_is_not_opened_with_its_reason(bag: Path, demonstration: Packing) -> None:
    erased = demonstration.opened[0]
    (bag / "data/opened.ndjson").write_bytes(lines(demonstration.opened[1:]))
    withheld = {"position": erased["position"], "field": erased["field"], "why": "erased"}
    (bag / "data/withheld.ndjson").write_bytes(lines([withheld]))
    seal(bag)
    report = verify(bag)
    assert report.sound
    (shut,) = report.shut
    assert (shut.position, shut.field, shut.why) == (erased["position"], erased["field"], "erased")
    assert any("effacé" in line for line in report.lines("fr"))
    assert [(each.why, each.position) for each in report.not_checked] == [("erasure-not-in-facts", shut.position)]
    assert any("registre des effacements" in line for line in report.lines("fr"))


# Manipulations by the keeper itself: everything rewritten and signed


def test_older_checkpoint_finds_a_rewritten_history(demonstration: Packing, tmp_path: Path) -> None:
    size = demonstration.older[1]
    known = older(demonstration, tmp_path, size)
    position = demonstration.rows[size - 2].position
    forged = rewritten(demonstration, position, ('\\"on\\":', '\\"request\\":\\"x\\",\\"on\\":'))
    folder = forged.pack(tmp_path / "forged")
    assert verify(folder, forged.signer.key).sound  # without the older checkpoint nobody can notice
    parted = found(verify(folder, forged.signer.key, [known]), "inconsistent-checkpoint")
    assert (parted.first, parted.last, parted.file) == (demonstration.older[0], size - 1, str(known))


def test_older_checkpoint_finds_a_rewritten_history_in_part_of_a_log_too(
    demonstration: Packing, tmp_path: Path
) -> None:
    size = demonstration.older[1]
    known = older(demonstration, tmp_path, size)
    position = demonstration.rows[size - 2].position
    forged = rewritten(demonstration, position, ('\\"on\\":', '\\"request\\":\\"x\\",\\"on\\":'))
    absent = json.loads(demonstration.rows[-1].line)["stream"]
    folder = replace(forged, left_out=frozenset({absent})).pack(tmp_path / "forged")
    found_at = {(each.kind, each.first, each.last) for each in verify(folder, forged.signer.key, [known]).findings}
    assert ("inconsistent-checkpoint", 0, size - 1) in found_at


def test_earlier_checkpoint_finds_a_log_that_went_back(demonstration: Packing, tmp_path: Path) -> None:
    known = older(demonstration, tmp_path, len(demonstration.rows))
    back = replace(demonstration, rows=demonstration.rows[:-20], older=demonstration.older[:1])
    report = verify(back.pack(tmp_path / "back"), checkpoints=[known])
    cut = found(report, "truncated-log")
    assert (cut.first, cut.last) == (len(back.rows), len(demonstration.rows) - 1)


def test_verifier_names_an_unknown_key_and_another_log(demonstration: Packing, tmp_path: Path) -> None:
    stranger = Signer(seed=b"s" * 32, name=demonstration.signer.name)
    folder = replace(demonstration, signer=stranger).pack(tmp_path / "strange")
    assert kinds(verify(folder, demonstration.signer.key)) == {"unknown-key"}
    other = Signer(seed=b"o" * 32, name="acquis/another")
    assert kinds(verify(folder, other.key)) == {"other-log"}
    note = tmp_path / "of-another.note"
    note.write_bytes(other.note(3, bytes(32), origin=other.name))
    assert kinds(verify(folder, stranger.key, [note])) == {"other-log"}


def test_verifier_finds_a_block_granted_against_its_rulings(demonstration: Packing, tmp_path: Path) -> None:
    """Competence 7 of block 1 is mandatory (RNCP 31936): without it the grant of block 1 is not lawful."""
    position = position_of(demonstration, "CompetenceRuled", '"competence":7,')
    forged = rewritten(demonstration, position, ('\\"acquired\\":true', '\\"acquired\\":false'))
    report = verify(forged.pack(tmp_path / "forged"))
    assert kinds(report) == {"unlawful-decision"}
    assert {each.detail for each in report.findings} >= {"reason-required", "block-rule-not-met"}
    assert any(
        "Un bloc" in finding_sentence(each)[0] or "bloc" in finding_sentence(each)[0] for each in report.findings
    )


@pytest.mark.parametrize(
    ("said", "lie"),
    [
        ('\\"media_type\\":\\"application/pdf\\"', '\\"media_type\\":\\"text/html\\"'),
        ('\\"form\\":\\"link\\"', '\\"form\\":\\"file\\"'),
    ],
)
def test_piece_of_an_unknown_type_is_unlawful(demonstration: Packing, tmp_path: Path, said: str, lie: str) -> None:
    position = position_of(demonstration, "EvidenceSubmitted", said.replace("\\", ""))
    forged = rewritten(demonstration, position, (said, lie))
    report = verify(forged.pack(tmp_path / "forged"))
    assert {(each.kind, each.position, each.detail) for each in report.findings} == {
        ("unlawful-decision", position, "type-not-accepted")
    }


def test_quarantine_fact_that_names_another_dossier_is_unlawful(demonstration: Packing, tmp_path: Path) -> None:
    facts = [json.loads(row.line) for row in demonstration.rows]
    put_in = next(fact for fact in facts if fact["type"] == "EvidenceSubmitted")
    other = next(
        fact["stream"] for fact in facts if fact["type"] == "CandidacyOpened" and fact["stream"] != put_in["stream"]
    )
    piece, on = json.loads(put_in["body"]), date.fromisoformat(json.loads(facts[-1]["body"])["on"])
    checked = sum(fact["stream"] == piece["evidence"] for fact in facts)

    def verdict(candidacy: str) -> list[tuple[str, str | None]]:
        body = {"as": "system", "by": None, "candidacy": candidacy, "finding": "Worm", "request": None}
        last_day = on + timedelta(days=REPLACEMENT_DAYS)  # the candidacy was filed
        body |= {"on": on.isoformat(), "replace_by": last_day.isoformat(), "scanner": "x"}
        noted = {"type": "EvidenceQuarantined", "stream": piece["evidence"], "version": checked + 1}
        last = facts[-1] | noted | {"body": canonical(body).decode()}
        raw = json.dumps(last, ensure_ascii=False, separators=(",", ":")).encode()
        rows = [*demonstration.rows[:-1], replace(demonstration.rows[-1], line=raw, hash=leaf(raw))]
        report = verify(replace(demonstration, rows=rows).pack(tmp_path / candidacy))
        return [(each.kind, each.detail) for each in report.findings]

    assert verdict(put_in["stream"]) == []
    assert verdict(other) == [("unlawful-decision", "not-found")]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda fact, _: {"version": fact["version"] + 1}, "version-gap"),
        (lambda _, before: {"version": before["version"], "stream": before["stream"]}, "duplicate-version"),
        (lambda _, before: {"append_id": before["append_id"], "n": before["n"]}, "duplicate-append"),
        (lambda _, __: {"recorded_at": "2001-01-01T00:00:00.000000Z"}, "clock-went-back"),
        (lambda _, __: {"type": "NeverHeardOf"}, "malformed-line"),
        (lambda _, __: {"body": "{}"}, "malformed-line"),
    ],
)
def test_a_log_that_contradicts_itself_is_named(
    demonstration: Packing, tmp_path: Path, change: Callable[[Any, Any], dict[str, Any]], kind: str
) -> None:
    rows = list(demonstration.rows)
    before, fact = json.loads(rows[-2].line), json.loads(rows[-1].line)
    raw = json.dumps(fact | change(fact, before), ensure_ascii=False, separators=(",", ":")).encode()
    rows[-1] = replace(rows[-1], line=raw, hash=leaf(raw))
    report = verify(replace(demonstration, rows=rows).pack(tmp_path / "bent"))
    assert kind in kinds(report)
    assert found(report, kind).position == rows[-1].position


# Part of a log


@pytest.fixture
def part(demonstration: Packing, tmp_path: Path) -> Path:
    """Return the log without the stream of its last fact."""
    absent = json.loads(demonstration.rows[-1].line)["stream"]
    return replace(demonstration, left_out=frozenset({absent})).pack(tmp_path / "a part")


def test_decision_that_rests_on_facts_outside_the_bag_is_not_checked(demonstration: Packing, tmp_path: Path) -> None:
    facts = [json.loads(row.line) for row in demonstration.rows]
    chair = next(json.loads(fact["body"])["signed_by"] for fact in facts if fact["type"] == "MinutesSigned")
    part = replace(demonstration, left_out=frozenset({chair}))
    report = verify(part.pack(tmp_path / "part"), checkpoints=[older(demonstration, tmp_path)])
    assert report.findings == []
    unchecked = {each.position for each in report.not_checked}
    there = (fact for fact in facts if fact["stream"] != chair)
    theirs = {fact["position"] for fact in there if json.loads(fact["body"])["by"] == chair}
    assert theirs
    assert theirs <= unchecked
    assert len(unchecked) < report.facts
    judged = {fact["position"] for fact in facts if fact["type"] in DECIDED} - unchecked
    assert report.decisions == len(judged)
    assert {fact["position"] for fact in facts if fact["type"] == "RoleGranted"}.isdisjoint(unchecked)


def test_part_of_a_log_says_that_its_completeness_is_only_claimed(bag: Path, part: Path) -> None:
    assert "completeness-claimed" in {each.why for each in verify(part).not_checked}
    assert verify(bag).not_checked == []
    assert any("non que rien n'y manque" in line for line in verify(part).lines("fr"))
    assert any("only claimed" in line for line in verify(part).lines("en"))


def test_part_of_a_log_without_a_fact_is_not_sound(part: Path) -> None:
    export = json.loads((part / "data/export.json").read_bytes()) | {"facts": 0, "whole_streams": [], "evidence": []}
    (part / "data/export.json").write_bytes(canonical(export) + b"\n")
    for name in ("facts", "leaves", "opened", "withheld"):
        (part / f"data/{name}.ndjson").write_bytes(b"")
    for folder in ("evidence", "frameworks"):
        shutil.rmtree(part / "data" / folder)
    seal(part)
    assert kinds(verify(part)) == {"missing-fact"}


@pytest.mark.parametrize(
    "scope",
    [
        {"kind": "period", "first_day": None, "last_day": None},
        {"kind": "period", "first_day": "2022-01-01", "last_day": "2021-01-01"},
        {"kind": "period", "first_day": "2021-1-1", "last_day": "2021-01-02"},
        {"kind": "period", "subject": "7d5c1c9a-5d0e-4a53-8a52-3c62a1f0b9aa"},
        {"kind": "candidacy"},
        {"kind": "session", "first_day": None, "last_day": None, "subject": 5},
        {"kind": "candidacy", "first_day": None, "last_day": None, "subject": "somebody"},
        {"kind": ["period"]},
        {"kind": "all", "first_day": None},
        {"kind": "everything"},
    ],
)
def test_verifier_names_an_invalid_scope(part: Path, scope: dict[str, Any]) -> None:
    export = json.loads((part / "data/export.json").read_bytes())
    export["scope"] |= scope
    (part / "data/export.json").write_bytes(canonical(export) + b"\n")
    seal(part)
    assert kinds(verify(part)) == {"unknown-format"}


@pytest.mark.parametrize("position", ["Infinity", "1e400", '"5"', "null", "true"])
def test_verifier_names_an_invalid_position(bag: Path, position: str) -> None:
    path = bag / "data/export.json"
    path.write_text(re.sub(r'"position":[0-9]+', f'"position":{position}', path.read_text("utf-8"), count=1), "utf-8")
    seal(bag)
    assert kinds(verify(bag)) == {"unknown-format"}


def test_a_part_of_a_log_is_held_to_its_proofs(demonstration: Packing, tmp_path: Path) -> None:
    absent = json.loads(demonstration.rows[-1].line)["stream"]
    bag = replace(demonstration, left_out=frozenset({absent})).pack(tmp_path / "part")
    assert verify(bag).sound

    def bend(leaves: list[bytes]) -> None:
        said = json.loads(leaves[30])
        said["proof"][0] = b64(bytes(32))
        leaves[30] = canonical(said) + b"\n"

    edit(bag, "leaves.ndjson", bend)
    assert (
        found(verify(bag), "bad-proof").index
        == json.loads((bag / "data/leaves.ndjson").read_bytes().splitlines()[30])["index"]
    )
    edit(bag, "consistency.ndjson", lambda steps: steps.pop())
    assert {"bad-proof", "inconsistent-checkpoint"} <= kinds(verify(bag))
    edit(bag, "facts.ndjson", lambda facts: facts.pop(5))
    assert "missing-fact" in kinds(verify(bag))


# Misuse


def test_verifier_raises_no_bag_for_a_missing_folder_a_bad_key_or_a_bad_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(NoBag):
        verify(tmp_path / "nothing here")
    with pytest.raises(NoBag):
        verify(tmp_path, key="not a key")
    (tmp_path / "x.note").write_text("not a note")
    with pytest.raises(NoBag):
        verify(tmp_path, checkpoints=[tmp_path / "x.note"])


def test_a_zip_is_to_be_unpacked_first(bag: Path, tmp_path: Path) -> None:
    packed = tmp_path / "bag.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(bag / "data/export.json", "data/export.json")
    with pytest.raises(NoBag, match=r"unpack it first") as met:
        verify(packed)
    assert "décompressez-le" in met.value.french


@pytest.mark.parametrize("name", ["data/facts.ndjson", "data/export.json", "manifest-sha256.txt", "data/evidence"])
def test_verifier_raises_no_bag_for_a_file_without_read_permission(
    bag: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(bag)  # imports every module before the account changes
    monkeypatch.chdir(bag)
    for each in [bag, *bag.rglob("*")]:
        each.chmod(0o755 if each.is_dir() else 0o644)
    (bag / name).chmod(0)
    with nobody_special(), pytest.raises(NoBag, match=rf"{name}: cannot be read here \(Permission denied"):
        verify(Path())


@contextmanager
def nobody_special() -> Iterator[None]:
    """Act as an account without the right to read every file."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_an_empty_folder_is_found_wrong(tmp_path: Path) -> None:
    assert "missing-file" in kinds(verify(tmp_path))
