"""Selection of the checkpoints for a bag, and the key that signed a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from adapters.log.checkpoint import MONTHS, NOTES
from adapters.log.note import Checkpoint, VerifierKey

NEWEST = 100


def chosen(folder: Path, size: int) -> list[Path]:
    """Return the notes of a checkpoint folder that a bag holds, smallest first: the newest, and each month's last.

    A note is made each minute: all of them would be larger than the facts, and an auditor has an older one already.
    """
    upto = sorted((path for path in folder.glob(f"{MONTHS}/{NOTES}") if int(path.stem) <= size), key=_size)
    last = [max(month, key=_size) for _, month in groupby(upto, key=lambda path: path.parent.name)]
    return sorted({*upto[-NEWEST:], *last}, key=_size)


def signer(checkpoint: Checkpoint, keys: Iterable[VerifierKey]) -> str:
    """Return the log's own key that signed a checkpoint, as its line; empty if it is not stored."""
    named = {(each.name, each.key_id) for each in checkpoint.signatures}
    return next((str(key) for key in keys if key.name == checkpoint.origin and (key.name, key.id) in named), "")


def _size(path: Path) -> int:
    return int(path.stem)
