"""Folder in which an export lies in clear while it is sent.

A folder `export-…` of the data folder is locked while it is sent. A lock ends with its process: folders without a
lock are removed at every start, before the next export and with every erasure.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "export-"


class TemporaryFolder:
    """A locked folder that exists until it is removed, or until a sweep after its process died."""

    def __init__(self, data: Path) -> None:
        """Make the folder in the data folder."""
        while True:
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=data))
            self._held = _opened(self.folder)
            if self._held is None:
                continue  # swept before this process could lock it
            fcntl.flock(self._held, fcntl.LOCK_EX)
            if self.folder.exists():
                return
            os.close(self._held)

    def remove(self) -> None:
        """Remove the folder and its content; may be called again."""
        if self._held is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self._held)
            self._held = None


def sweep(data: Path) -> None:
    """Remove the folders that no process locks."""
    for folder in data.glob(f"{PREFIX}*"):
        held = _opened(folder)
        if held is None:
            continue
        try:
            with suppress(BlockingIOError):
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(held)


def _opened(folder: Path) -> int | None:
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # or another account's folder
        return None
