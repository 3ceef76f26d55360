"""How does a folder keep encrypted files? Under their names, given at once, and flushed before anybody is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

from adapters.disk import flush_folder, make_folders
from adapters.files.blobs import Blob, NoSuchBlob, StorageUnavailable


class LocalBlobs:
    """A folder. What is given a name lies on the same disk: naming it is a link, which no crash leaves half done."""

    def __init__(self, root: Path) -> None:
        """Keep files below a folder, which is made with the first."""
        self._root = root

    def put(self, name: str, content: Path) -> bool:
        """Give a file a name; False when the name is taken, whose folder is flushed then as well."""
        path = self._root / name
        with _on_disk():
            make_folders(path.parent)
            try:
                os.link(content, path)
            except FileExistsError:
                flush_folder(path.parent)  # whoever gave it may not have come that far
                return False
            try:
                flush_folder(path.parent)
            except OSError:
                with suppress(OSError):
                    path.unlink()
                raise
        return True

    def replace(self, name: str, content: Path) -> None:
        """Put a second name of the file over what is there, and leave the first to whoever has it."""
        path = self._root / name
        again = content.with_name(f"{content.name}.again")
        with _on_disk():
            make_folders(path.parent)
            os.link(content, again)
            again.replace(path)
            flush_folder(path.parent)

    def open(self, name: str) -> IO[bytes]:
        """Open what has this name; raises NoSuchBlob."""
        with _on_disk():
            try:
                return (self._root / name).open("rb")
            except FileNotFoundError as error:
                raise NoSuchBlob(name) from error

    def remove(self, name: str) -> bool:
        """Remove what has this name; whether there was something."""
        path = self._root / name
        with _on_disk():
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            flush_folder(path.parent)
        return True

    def all(self, under: str) -> Iterator[Blob]:
        """What there is below, in the order of names."""
        with _on_disk():
            found = sorted(path for path in (self._root / under).rglob("*") if path.is_file())
        for path in found:
            with suppress(FileNotFoundError):  # removed this moment
                about = path.stat()
                at = datetime.fromtimestamp(about.st_mtime, UTC)
                yield Blob(name=path.relative_to(self._root).as_posix(), size=about.st_size, at=at)

    def check(self) -> None:
        """Write, name and remove something."""
        with _on_disk():
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


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable from error
