"""Verification of a bag or a receipt: all checks that are possible offline, in one report."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.verify.bag import Bag, Export, NoBag, open_bag
from adapters.verify.disorder import sort_out
from adapters.verify.proof import (
    CheckpointNote,
    Claims,
    Finding,
    Judgement,
    Key,
    LogReading,
    Malformed,
    OutOfStep,
)
from adapters.verify.receipt import receipt
from adapters.verify.report import VerificationReport
from adapters.verify.witness import WitnessKey, look_for

ZIP = b"PK\x03\x04"


def verify(
    path: Path,
    key: str | None = None,
    checkpoints: Sequence[Path] = (),
    witness: str | None = None,
    *,
    most_keys: int | None = None,
) -> VerificationReport:
    """Verify a bag (a folder) or a receipt (a file); raises NoBag on wrong usage, or if a file cannot be read.

    `key` is a verifier key or a file that holds one, and alone is trusted. Without it the bag's own key is used, and
    the report says so. `witness` is the key of a witness, whose signatures under the notes are then checked too.
    `most_keys` limits how many endorsements of a receipt are checked, each with a signature, where anybody may send a
    receipt.
    """
    given, older = _key(key), [_checkpoint(each) for each in checkpoints]
    witnessing = _witness(witness)
    try:
        if not path.is_file():
            return _bag(path, given, older, witnessing)
        if _packed(path):
            raise NoBag(
                f"{path} : un fichier ZIP ; décompressez-le d'abord.", f"{path}: a ZIP file; unpack it first."
            )
        return receipt(path, given, older, witnessing, most_keys=most_keys)
    except OSError as error:  # the content is unknown
        where = error.filename or path
        raise NoBag(f"{where} : illisible ici.", f"{where}: cannot be read here ({error.strerror}).") from error


def _bag(
    path: Path, given: Key | None, older: list[CheckpointNote], witnessing: WitnessKey | None
) -> VerificationReport:
    report = VerificationReport(key_given=given is not None)
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
    if witnessing:
        look_for(witnessing, [*bag.checkpoints, *older], report)
    return report


def bag_or_receipt(path: Path | None, receipt: Path | None) -> Path:
    """Return the path to verify, from a command's two arguments; raises NoBag if the receipt is not a file."""
    if receipt is not None and not receipt.is_file():
        raise NoBag(f"--receipt {receipt} : ce fichier n'existe pas.", f"--receipt {receipt}: there is no such file.")
    return path or receipt or Path()


def _about(report: VerificationReport, export: Export) -> None:
    report.log, report.scope, report.size = export.log, export.kind, export.size
    report.root = base64.b64encode(export.root).decode("ascii")


def _whole(
    report: VerificationReport, bag: Bag, export: Export, key: Key | None, older: list[CheckpointNote]
) -> None:
    """Check the proof, then the rules."""
    from adapters.verify.rules import replayed  # noqa: PLC0415  (the whole domain, which no receipt needs)

    newest = bag.checkpoints[-1]
    claims = Claims(
        facts=bag.lines("facts.ndjson"),
        leaves=bag.lines("leaves.ndjson"),
        size=newest.size,
        root=newest.root,
        whole=export.kind == "all",
        streams=export.whole_streams,
        sizes=frozenset(each.size for each in [*bag.checkpoints, *older]),
        cut=frozenset(export.histories) if export.kind == "all" else frozenset(),
        lacking=export.left_out if export.kind == "all" else 0,
    )
    reading = LogReading(claims)
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
    report.left_out = reading.left_out
    if reading.left_out != export.left_out:
        report.findings.append(Finding(kind="missing-fact", file="data/leaves.ndjson", detail=f"≠ {export.left_out}"))
    report.not_checked += found.not_checked
    if not claims.whole and not reading.facts:
        report.findings.append(Finding(kind="missing-fact", file="data/facts.ndjson"))
    if not claims.whole and reading.facts != export.facts:
        kind = "missing-fact" if reading.facts < export.facts else "extra-fact"
        report.findings.append(Finding(kind=kind, file="data/facts.ndjson", detail=f"≠ {export.facts}"))
    if key:
        with _timed(report, "proof"):
            judged = Judgement(reading, key, bag.checkpoints, older, bag.steps, endorsements=bag.endorsements)
        report.findings += judged.findings
        report.keys = judged.relied
        report.unvouched = list(_unvouched(reading, judged, key))
        report.checkpoints = len(bag.checkpoints) + len(older)
        report.stamps = sum(name.startswith("data/checkpoints/") and name.endswith(".tsr") for name in bag.files)


def _unvouched(reading: LogReading, judged: Judgement, trusted: Key) -> Iterator[Key]:
    """Yield the keys of this log that the facts name and that no signature makes reliable."""
    for text in reading.endorsed:
        with suppress(Malformed):
            key = Key.read(text)
            if key not in judged.relied and key.name == trusted.name:
                yield key


def _packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


def _key(text: str | None) -> Key | None:
    if text is None:
        return None
    try:
        return Key.read(Path(text).read_text("utf-8") if Path(text).is_file() else text)
    except (Malformed, UnicodeDecodeError, OSError) as error:
        raise NoBag("--key : ce n'est pas une clé de vérification.", f"--key: {error}") from error


def _witness(text: str | None) -> WitnessKey | None:
    if text is None:
        return None
    try:
        return WitnessKey.read(Path(text).read_text("utf-8") if Path(text).is_file() else text)
    except (Malformed, UnicodeDecodeError, OSError, ValueError) as error:
        raise NoBag("--witness-key : ce n'est pas la clé d'un témoin.", f"--witness-key: {error}") from error


def _checkpoint(path: Path) -> CheckpointNote:
    try:
        return CheckpointNote.read(path.read_bytes(), str(path))
    except (Malformed, OSError) as error:
        raise NoBag(
            f"--checkpoint {path} : ce n'est pas un point de contrôle qu'on puisse lire.",
            f"--checkpoint {path}: {error}",
        ) from error


@contextmanager
def _timed(report: VerificationReport, part: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    report.seconds[part] = round(report.seconds.get(part, 0.0) + time.perf_counter() - began, 3)
