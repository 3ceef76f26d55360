"""Is this bag, or this receipt, sound? Everything that can be checked offline, in one report."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.verify.bag import Bag, Export, NoBag, open_bag
from adapters.verify.disorder import sort_out
from adapters.verify.proof import (
    Checkpoint,
    Claims,
    Finding,
    Judgement,
    Key,
    Line,
    Malformed,
    OutOfStep,
    Reading,
    included,
    leaf_hash,
    unbase64,
)
from adapters.verify.report import Report
from adapters.verify.rules import NotChecked, replayed

RECEIPT = "acquis-receipt/1"
ZIP = b"PK\x03\x04"


def verify(path: Path, key: str | None = None, checkpoints: Sequence[Path] = ()) -> Report:
    """Verify a bag (a folder) or a receipt (a file); raises NoBag on misuse.

    `key` is a verifier key or a file that holds one: the only thing that is trusted. Without it the bag's own is, and
    the report says so.
    """
    given, older = _key(key), [_checkpoint(each) for each in checkpoints]
    if path.is_file() and _packed(path):
        raise NoBag(f"{path} : un fichier ZIP ; décompressez-le d'abord. / A ZIP file; unpack it first.")
    if path.is_file():
        return _receipt(path, given, older)
    report = Report(key_given=given is not None)
    with _timed(report, "manifests"):
        bag = open_bag(path)
    report.findings += bag.findings
    if bag.export:
        _about(report, bag.export)
        trusted = given or bag.export.key
        report.key = str(trusted or "")
        if trusted is None:
            report.findings.append(Finding(kind="unknown-key", file="data/export.json"))
        if {"data/facts.ndjson", "data/leaves.ndjson"} <= bag.files and bag.checkpoints:
            _whole(report, bag, bag.export, trusted, older)
    return report


def _about(report: Report, export: Export) -> None:
    report.log, report.scope, report.size = export.log, export.kind, export.size
    report.root = base64.b64encode(export.root).decode("ascii")


def _whole(report: Report, bag: Bag, export: Export, key: Key | None, older: list[Checkpoint]) -> None:
    """Prove, then replay."""
    newest = bag.checkpoints[-1]
    claims = Claims(
        facts=bag.lines("facts.ndjson"),
        leaves=bag.lines("leaves.ndjson"),
        size=newest.size,
        root=newest.root,
        whole=export.kind == "all",
        streams=export.whole_streams,
        sizes=frozenset(each.size for each in [*bag.checkpoints, *older]),
    )
    reading = Reading(claims)
    if claims.whole:
        with _timed(report, "proof"):
            reading.prove()
    with _timed(report, "rules"):
        streams = None if claims.whole else export.whole_streams
        try:
            found = replayed(bag, reading.in_step(), streams)
        except OutOfStep:
            reading, lines = sort_out(claims)
            found = replayed(bag, lines, streams)
    report.findings += reading.findings + found.findings
    report.facts, report.decisions, report.opened, report.shut = (
        reading.facts,
        len(found.judged),
        found.opened,
        found.shut,
    )
    report.not_checked += found.not_checked
    if not claims.whole and not reading.facts:
        report.findings.append(Finding(kind="missing-fact", file="data/facts.ndjson"))
    if not claims.whole and reading.facts != export.facts:
        kind = "missing-fact" if reading.facts < export.facts else "extra-fact"
        report.findings.append(Finding(kind=kind, file="data/facts.ndjson", detail=f"≠ {export.facts}"))
    if key:
        with _timed(report, "proof"):
            judged = Judgement(reading, key, bag.checkpoints, older, bag.steps)
        report.findings += judged.findings
        report.not_checked += [NotChecked(why="no-proof-leads-here", file=each) for each in judged.unchecked]
        report.checkpoints = len(bag.checkpoints) + len(older)


def _receipt(path: Path, given: Key | None, older: list[Checkpoint]) -> Report:
    """One fact, the proof that it stands under a root, and the signature of that root."""
    report, file = Report(scope="receipt", key_given=given is not None), path.name
    try:
        said = _receipt_of(path)
        line, note = str(said["line"]).encode(), Checkpoint.read(str(said["checkpoint"]).encode(), file)
        proof = [unbase64(step, 32) for step in said["proof"]]
        position, index, size = Line.read(line).position, said["index"], said["size"]
        key = given or Key.read(str(said["key"]))
        if type(index) is not int or type(size) is not int:
            raise Malformed("index or size")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        report.findings.append(Finding(kind="unknown-format", file=file, detail=str(error)))
        return report
    report.log, report.size, report.key, report.facts = str(said["log"]), note.size, str(key), 1
    report.root, report.checkpoints = base64.b64encode(note.root).decode("ascii"), 1 + len(older)
    if note.origin != f"acquis/{report.log}":
        report.findings.append(Finding(kind="other-log", file=file, detail=note.origin))
    if size != note.size or not included(leaf_hash(line), index, note.size, proof, note.root):
        report.findings.append(Finding(kind="bad-proof", position=position, index=index, file=file))
    claims = Claims(facts=(), leaves=(), size=note.size, root=note.root, whole=False)
    same = [each for each in older if each.size == note.size or each.origin != note.origin]
    report.findings += Judgement(Reading(claims), key, [note], same).findings
    report.not_checked += [
        NotChecked(why="no-proof-leads-here", file=each.file) for each in older if each not in same
    ]
    return report


def _receipt_of(path: Path) -> dict[str, Any]:
    said = json.loads(path.read_bytes())
    if not isinstance(said, dict) or said.get("format") != RECEIPT:
        raise Malformed("not a receipt")
    return said


def _packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


def _key(text: str | None) -> Key | None:
    if text is None:
        return None
    try:
        return Key.read(Path(text).read_text("utf-8") if Path(text).is_file() else text)
    except (Malformed, UnicodeDecodeError, OSError) as error:
        raise NoBag(f"--key: {error}") from error


def _checkpoint(path: Path) -> Checkpoint:
    try:
        return Checkpoint.read(path.read_bytes(), str(path))
    except (Malformed, OSError) as error:
        raise NoBag(f"--checkpoint {path}: {error}") from error


@contextmanager
def _timed(report: Report, part: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    report.seconds[part] = round(report.seconds.get(part, 0.0) + time.perf_counter() - began, 3)
