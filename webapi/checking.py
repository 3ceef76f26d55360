"""Does a receipt that somebody holds prove what it says, under a key of this house?"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.log.checkpoint import CheckpointFolder
from adapters.log.note import Checkpoint, MalformedNote
from adapters.verify.proof import Line, Malformed
from adapters.verify.report import Report, said
from adapters.verify.verifier import verify
from webapi.auth import house


class NoReceipt(ValueError):  # noqa: N818  (it names what was met)
    """What was given is not a receipt at all."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the check says: which fact, covered by a checkpoint of which size, made when; else what is wrong."""

    sound: bool
    position: int
    fact: str
    size: int
    at: datetime | None
    wrong: tuple[str, ...]


def check(raw: bytes, language: str) -> Checked:
    """Check a receipt as `acquis verify --receipt` does; only keys of this house are trusted. Raises NoReceipt."""
    try:
        told = json.loads(raw)
        line, note = Line.read(str(told["line"]).encode()), Checkpoint.parse(str(told["checkpoint"]))
    except (ValueError, KeyError, TypeError, RecursionError, Malformed, MalformedNote) as error:
        raise NoReceipt from error
    report = _verified(raw, told)
    return Checked(
        sound=report.sound,
        position=line.position,
        fact=line.type,
        size=note.size,
        at=note.at,
        wrong=tuple(dict.fromkeys(said(each)[language != "fr"] for each in report.findings)),
    )


def _verified(raw: bytes, told: dict[str, Any]) -> Report:
    """Under the key it names when that is one of ours; else under our first, which it is then not signed with."""
    kept = CheckpointFolder(house().settings.checkpoint_folder)
    ours = [str(key) for key in kept.keys()]  # noqa: SIM118  (a folder is no dict)
    if not ours:
        raise NoReceipt
    key = told.get("key")
    with tempfile.TemporaryDirectory() as aside:
        path = Path(aside) / "receipt.json"
        path.write_bytes(raw)
        return verify(path, key if key in ours else ours[0])
