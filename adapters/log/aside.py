"""Checkpoints moved to the subfolder `lost/`, because an accepted loss left them larger than the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from adapters.log.checkpoint import CheckpointFolder
from adapters.log.note import Checkpoint, MalformedNote

LOST: Final = "lost"
EVERY: Final = 10**12
"""A size above every size in a file name (12 digits)."""


def put_aside(folder: CheckpointFolder, beyond: int, said: Callable[[list[int]], dict[str, Any]]) -> Path:
    """Move the checkpoints of more than `beyond` leaves to a new subfolder of `lost/`, and return that subfolder.

    Its `incident.json` records their sizes, and the members that `said` returns for these sizes.
    """
    ahead, at = folder.sizes_between(beyond, EVERY), datetime.now(UTC)
    incident = folder.path / LOST / at.strftime("%Y-%m-%dT%H%M%SZ")
    incident.mkdir(mode=0o755, parents=True, exist_ok=True)
    told = {"at": at.isoformat(timespec="seconds"), "checkpoints_put_aside": ahead} | said(ahead)
    (incident / "incident.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for size in ahead:
        for path in folder.path.glob(f"[0-9]*/{size:012}.*"):
            path.rename(incident / path.name)
    return incident


def aside(folder: CheckpointFolder, sizes: Iterable[int]) -> list[Checkpoint]:
    """Return the checkpoints of these sizes in `lost/`, without those that cannot be parsed."""
    found: list[Checkpoint] = []
    if not (folder.path / LOST).is_dir():
        return found
    for path in (path for size in sizes for path in folder.path.glob(f"{LOST}/*/{size:012}.note")):
        with suppress(MalformedNote):
            found.append(Checkpoint.parse(path.read_bytes()))
    return found
