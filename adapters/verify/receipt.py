"""Verification of a receipt: the fact's line, the inclusion proof under a root, and the signature of that root."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from adapters.verify.proof import (
    CheckpointNote,
    Claims,
    Endorsement,
    Finding,
    Judgement,
    Key,
    LogLine,
    LogReading,
    Malformed,
    included,
    leaf_hash,
    unbase64,
)
from adapters.verify.report import ProvenReceipt, VerificationReport
from adapters.verify.witness import WitnessKey, look_for

FORMAT = "acquis-receipt/1"


def receipt(
    path: Path,
    given: Key | None,
    older: Sequence[CheckpointNote],
    witness: WitnessKey | None = None,
    *,
    most_keys: int | None = None,
) -> VerificationReport:
    """Verify a receipt, with the given key or its own; checks all its endorsements, or up to `most_keys`."""
    report, file = VerificationReport(scope="receipt", key_given=given is not None), path.name
    try:
        said = _said(path)
        line, note = str(said["line"]).encode(), CheckpointNote.read(str(said["checkpoint"]).encode(), file)
        proof = [unbase64(step, 32) for step in said["proof"]]
        endorsements = [Endorsement.read(str(each).encode(), file) for each in said.get("endorsed", [])[:most_keys]]
        read, index, size, log = LogLine.read(line), said["index"], said["size"], said["log"]
        key = given or Key.read(str(said["key"]))
        if type(index) is not int or type(size) is not int:
            raise Malformed("index or size")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        report.findings.append(Finding(kind="unknown-format", file=file, detail=str(error)))
        return report
    report.log, report.size, report.key, report.facts = note.origin.removeprefix("acquis/"), note.size, str(key), 1
    report.root, report.checkpoints = base64.b64encode(note.root).decode("ascii"), 1 + len(older)
    report.received = ProvenReceipt(fact=read.type, on=_day(read), stream=read.stream, position=read.position)
    if note.origin != f"acquis/{log}":
        report.findings.append(Finding(kind="other-log", file=file, detail=note.origin))
    if size != note.size or not included(leaf_hash(line), index, note.size, proof, note.root):
        report.findings.append(Finding(kind="bad-proof", position=read.position, index=index, file=file))
    claims = Claims(facts=(), leaves=(), size=note.size, root=note.root, whole=False)
    same = [each for each in older if each.size == note.size or each.origin != note.origin]
    judged = Judgement(LogReading(claims), key, [note], same, endorsements=endorsements)
    report.findings += judged.findings
    report.findings += [Finding(kind="unproved-checkpoint", file=each.file) for each in older if each not in same]
    report.keys = judged.relied
    if witness:
        look_for(witness, [note, *older], report)
    return report


def _day(line: LogLine) -> str:
    """Return the day of the fact; empty if it has none."""
    try:
        return date.fromisoformat(json.loads(line.body)["on"]).isoformat()
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _said(path: Path) -> dict[str, Any]:
    said = json.loads(path.read_bytes())
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise Malformed("not a receipt")
    return said
