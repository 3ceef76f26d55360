"""When does a crash no longer lose the name that a file was just given? Once its folder is flushed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def flush_folder(folder: Path) -> None:
    """Have the disk keep the names that a folder was given or lost; what is in a file is its writer's to flush."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Make a folder of our own and those above it that are missing, so that no crash loses them with what is in."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        with suppress(FileExistsError):  # made meanwhile; `exist_ok` would look, and may find it removed again
            each.mkdir(mode=0o700)
        flush_folder(each.parent)
