"""Where does a bag lie in clear while it is sent, and who removes it when its sender was killed?

In a folder `export-…` of the data folder, held by a lock for as long as it is sent. A lock ends with its process:
what nobody holds is swept at every start, before the next bag and with every erasure.
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
    """A folder that is there until it is removed, or its process has died and somebody sweeps."""

    def __init__(self, data: Path) -> None:
        """Make it in the data folder."""
        while True:
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=data))
            self._held = _opened(self.folder)
            if self._held is None:
                continue  # swept before we could hold it
            fcntl.flock(self._held, fcntl.LOCK_EX)
            if self.folder.exists():
                return
            os.close(self._held)

    def remove(self) -> None:
        """Remove it and what is in it; once is enough."""
        if self._held is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self._held)
            self._held = None


def sweep(data: Path) -> None:
    """Remove those that nobody holds any more."""
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
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # or another account's
        return None
