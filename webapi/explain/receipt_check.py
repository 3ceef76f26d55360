"""Check of a receipt against this installation's keys and its own log.

A holder who has only the receipt must trust the key. The installation does not: a stolen or replaced key still makes
valid signatures, so the checkpoint must also be one of this log.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.note import Checkpoint, MalformedNote
from adapters.log.tree import Tree
from adapters.verify.proof import LogLine, Malformed
from adapters.verify.report import VerificationReport, finding_sentence
from adapters.verify.verifier import verify
from webapi.current import acquis

NOT_OF_THIS_LOG = (
    "Le journal du certificateur ne mène pas à ce point de contrôle : reçu falsifié ou journal récrit.",
    "The certifier's log does not lead to this checkpoint: the receipt is forged, or the log was rewritten.",
)
MOST_KEYS = 16
"""Maximum endorsements verified: each costs a signature, and a receipt signed by a kept key needs none."""


class NoReceipt(ValueError):  # noqa: N818  (it names what was met)
    """A file that is not a receipt."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The result of a check: the fact, the size and time of its checkpoint, and the faults."""

    sound: bool
    position: int
    fact: str
    size: int
    at: datetime | None
    wrong: tuple[str, ...]


def check(raw: bytes, language: str) -> Checked:
    """Check a receipt as `acquis verify --receipt` does, with this installation's keys only. Raises NoReceipt."""
    try:
        told = json.loads(raw)
        line, note = LogLine.read(str(told["line"]).encode()), Checkpoint.parse(str(told["checkpoint"]))
    except (ValueError, KeyError, TypeError, RecursionError, Malformed, MalformedNote) as error:
        raise NoReceipt from error
    report, english = _verified(raw, told), language != "fr"
    wrong = [finding_sentence(each)[english] for each in report.findings]
    if not of_this_log(note.origin, note.size, note.root):
        wrong.append(NOT_OF_THIS_LOG[english])
    return Checked(
        sound=report.sound and not wrong,
        position=line.position,
        fact=line.type,
        size=note.size,
        at=note.at,
        wrong=tuple(dict.fromkeys(wrong)),
    )


def of_this_log(origin: str, size: int, root: bytes) -> bool:
    """Return whether this installation's log ever had this size and root."""
    tree = Tree(acquis().database)
    try:
        return origin == origin_of(tree) and tree.root(size) == root
    except (ValueError, LookupError):  # larger than the log
        return False


def _verified(raw: bytes, told: dict[str, Any]) -> VerificationReport:
    """Verify a receipt with the key that it names if it is ours; else with our first key, which then fails."""
    kept = CheckpointFolder(acquis().settings.checkpoint_folder)
    ours = [str(key) for key in kept.keys()]  # noqa: SIM118  (a folder is no dict)
    if not ours:
        raise NoReceipt
    key = told.get("key")
    with tempfile.TemporaryDirectory() as aside:
        path = Path(aside) / "receipt.json"
        path.write_bytes(raw)
        return verify(path, key if key in ours else ours[0], most_keys=MOST_KEYS)
