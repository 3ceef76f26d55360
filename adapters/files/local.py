"""How does a folder keep encrypted files? Under their names, given at once, and flushed before anybody is told.

A file is named first, then flushed with its folder: most file systems write both in one go. Whoever finds a name
taken flushes what has it, since who gave it may not have come that far; what a crash left half written opens for
nobody.
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
"""Times that a folder is made again which somebody else found empty, and removed, before a file was in it."""


class LocalBlobs:
    """A folder. What is given a name lies on the same disk: naming it is a link, which no crash leaves half done."""

    def __init__(self, root: Path) -> None:
        """Keep files below a folder, which is made with the first."""
        self._root = root

    def put(self, name: str, content: Path) -> bool:
        """Give a file a name, flushed with it; False when the name is taken, and then flush what has it."""
        path = self._root / name
        with on_disk():
            while not _linked(content, path):
                with suppress(FileNotFoundError):  # whoever had the name has dropped it meanwhile
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
        """Put a second name of the file over what is there, and leave the first to whoever has it."""
        path = self._root / name
        again = content.with_name(f"{content.name}.again")
        with on_disk():
            flush_file(content)
            os.link(content, again)
            _in_folder(path.parent, lambda: again.replace(path))
            flush_folder(path.parent)

    def open(self, name: str) -> IO[bytes]:
        """Open what has this name; raises NoSuchBlob."""
        with on_disk():
            try:
                return (self._root / name).open("rb")
            except FileNotFoundError as error:
                raise NoSuchBlob(name) from error

    def mark(self, name: str) -> str | None:
        """Where the disk keeps it, and when it was written."""
        with on_disk():
            try:
                about = (self._root / name).stat()
            except FileNotFoundError:
                return None
        return f"{about.st_ino}-{about.st_mtime_ns}"

    def remove(self, name: str) -> bool:
        """Remove what has this name; whether there was something."""
        path = self._root / name
        with on_disk():
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            self._leave(path.parent)
        return True

    def _leave(self, folder: Path) -> None:
        """Flush a folder that has lost a name, unless it goes too: its own name is then what is lost."""
        for each in (folder, *folder.parents):
            with suppress(FileNotFoundError):  # somebody else removes it
                if self._root / SEGMENTS not in each.parents or not _removed(each):
                    flush_folder(each)
                    return

    def all(self, under: str) -> Iterator[Blob]:
        """What there is below, in the order of names."""
        with on_disk():
            walked = os.walk(self._root / under, onerror=_unless_gone)
            found = sorted(
                path for folder, _, names in walked for name in names if (path := Path(folder, name)).is_file()
            )
        for path in found:
            with suppress(FileNotFoundError):  # removed this moment
                about = path.stat()
                at = datetime.fromtimestamp(about.st_mtime, UTC)
                yield Blob(name=path.relative_to(self._root).as_posix(), size=about.st_size, at=at)

    def sweep(self) -> None:
        """Remove the folders of uploads that are empty, as those once were that were let go of.

        Not flushed: one that a crash brings back is removed the next time.
        """
        top = self._root / SEGMENTS
        with on_disk():
            for folder, _, _ in os.walk(top, topdown=False, onerror=_unless_gone):
                if Path(folder) != top:
                    with suppress(FileNotFoundError):  # somebody else removes it
                        _removed(Path(folder))

    def check(self) -> None:
        """Write, name and remove something."""
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
    """Give a file a second name; False when the name is taken."""
    try:
        _in_folder(path.parent, lambda: os.link(content, path))
    except FileExistsError:
        return False
    return True


def _flush(path: Path) -> None:
    """Have the disk keep a file and its name."""
    flush_file(path)
    flush_folder(path.parent)


def _in_folder(folder: Path, name_it: Callable[[], object]) -> None:
    """Have a file named in a folder that may have to be made, and may be removed again before it is in it."""
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
    """Pass over a folder that is removed this moment."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _removed(folder: Path) -> bool:
    """Remove a folder if nothing is in it; whether it was."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True
