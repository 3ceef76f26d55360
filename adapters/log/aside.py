"""Which checkpoints were put aside, since an accepted loss leaves them ahead of the log? `lost/` of their folder."""

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
"""Above every size that a file's name can say."""


def put_aside(folder: CheckpointFolder, beyond: int, said: Callable[[list[int]], dict[str, Any]]) -> Path:
    """Put the checkpoints of more leaves than that aside, where everybody sees them; gives where.

    Beside them stands what `said` makes of their sizes.
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
    """The checkpoints of these sizes that were put aside; what is none among them is left out."""
    found: list[Checkpoint] = []
    if not (folder.path / LOST).is_dir():
        return found
    for path in (path for size in sizes for path in folder.path.glob(f"{LOST}/*/{size:012}.note")):
        with suppress(MalformedNote):
            found.append(Checkpoint.parse(path.read_bytes()))
    return found
