"""Storage of encrypted files in a folder: named atomically, and flushed before the call returns.

A file is named first, then flushed with its folder, since most file systems write both together. A caller that finds
a name taken flushes that file too, since the process that named it may not have done so yet. A file left half-written
by a crash cannot be decrypted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from adapters.disk import flush_file, flush_folder, make_folders
from adapters.files.blobs import SEGMENTS, Blob, NoSuchBlob, on_disk

AGAIN: Final = 5
"""Times that a folder is created again if another process removes it, still empty, before the file is in it."""


class LocalBlobs:
    """A folder of files. A file to store must be on the same disk: a hard link names it atomically."""

    def __init__(self, root: Path) -> None:
        """Store files below a folder, which is created with the first file."""
        self._root = root

    def put(self, name: str, content: Path) -> bool:
        """Store a file under a name, flushed; return False if the name is taken, and then flush that file."""
        path = self._root / name
        with on_disk():
            while not _linked(content, path):
                with suppress(FileNotFoundError):  # the file of that name was removed meanwhile
                    _flush(path)
                    return False
            try:
                _flush(path)
            except OSError:
                with suppress(OSError):
                    path.unlink()
                raise
        return True

    def replace(self, name: str, content: Path) -> None:
        """Create a second link to the file and rename it over the existing name; `content` stays."""
        path = self._root / name
        again = content.with_name(f"{content.name}.again")
        with on_disk():
            flush_file(content)
            os.link(content, again)
            _in_folder(path.parent, lambda: again.replace(path))
            flush_folder(path.parent)

    def open(self, name: str) -> IO[bytes]:
        """Open the file of this name; raises NoSuchBlob."""
        with on_disk():
            try:
                return (self._root / name).open("rb")
            except FileNotFoundError as error:
                raise NoSuchBlob(name) from error

    def mark(self, name: str) -> str | None:
        """Return the file's inode and modification time; None without a file."""
        with on_disk():
            try:
                about = (self._root / name).stat()
            except FileNotFoundError:
                return None
        return f"{about.st_ino}-{about.st_mtime_ns}"

    def remove(self, name: str) -> bool:
        """Remove the file of this name; return whether there was one."""
        path = self._root / name
        with on_disk():
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            self._leave(path.parent)
        return True

    def _leave(self, folder: Path) -> None:
        """Flush a folder after a removal; remove an empty upload folder instead, and flush its parent."""
        for each in (folder, *folder.parents):
            with suppress(FileNotFoundError):  # another process removes it
                if self._root / SEGMENTS not in each.parents or not _removed(each):
                    flush_folder(each)
                    return

    def all(self, under: str) -> Iterator[Blob]:
        """Yield the files below a name, in the order of names."""
        with on_disk():
            walked = os.walk(self._root / under, onerror=_unless_gone)
            found = sorted(
                path for folder, _, names in walked for name in names if (path := Path(folder, name)).is_file()
            )
        for path in found:
            with suppress(FileNotFoundError):  # just removed
                about = path.stat()
                at = datetime.fromtimestamp(about.st_mtime, UTC)
                yield Blob(name=path.relative_to(self._root).as_posix(), size=about.st_size, at=at)

    def sweep(self) -> None:
        """Remove the empty folders of ended uploads.

        The removal is not flushed: a folder that a crash restores is removed the next time.
        """
        top = self._root / SEGMENTS
        with on_disk():
            for folder, _, _ in os.walk(top, topdown=False, onerror=_unless_gone):
                if Path(folder) != top:
                    with suppress(FileNotFoundError):  # another process removes it
                        _removed(Path(folder))

    def check(self) -> None:
        """Write, name and remove a probe."""
        with on_disk():
            make_folders(self._root)
            probe = self._root / f"probe-{uuid4()}"
            try:
                with probe.open("xb") as file:
                    file.write(b"probe")
                    file.flush()
                    os.fsync(file.fileno())
            finally:
                probe.unlink(missing_ok=True)
                flush_folder(self._root)


def _linked(content: Path, path: Path) -> bool:
    """Link a file under a second name; return False if the name is taken."""
    try:
        _in_folder(path.parent, lambda: os.link(content, path))
    except FileExistsError:
        return False
    return True


def _flush(path: Path) -> None:
    """Flush a file and its name to the disk."""
    flush_file(path)
    flush_folder(path.parent)


def _in_folder(folder: Path, name_it: Callable[[], object]) -> None:
    """Name a file in a folder; create the folder if needed, again if it is removed before the file is in it."""
    for left in reversed(range(AGAIN)):
        try:
            make_folders(folder)
            name_it()
        except FileNotFoundError:
            if not left:
                raise
        else:
            return


def _unless_gone(error: OSError) -> None:
    """Raise the error unless the folder was just removed."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _removed(folder: Path) -> bool:
    """Remove a folder if it is empty; return whether it was."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True
