"""Writer of a BagIt 1.0 bag (RFC 8493): in a hidden folder, each file hashed as it is written, then renamed.

The `bagit` package makes a bag of an existing folder: it moves every file, reads each a second time and changes the
working directory of the whole process, which all threads of a web server share. The tests use it to check bags.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class FolderInTheWay(Exception):  # noqa: N818  (named after what happened)
    """The bag's folder exists and is not empty."""


class BagFile:
    """One file of the bag, open for writing."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write to this file."""
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> None:
        """Write the content, and update the digest."""
        self._file.write(content)
        self.digest.update(content)
        self.size += len(content)


class BagFolder:
    """A bag being written to a folder: `with BagFolder(out) as bag`; `out` is not created if the block fails."""

    def __init__(self, out: Path) -> None:
        """Write to `out`; raises FolderInTheWay if it exists and is not an empty folder."""
        if out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
            raise FolderInTheWay(out)
        self._out = out
        self._aside = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
        self._payload: dict[str, BagFile] = {}
        self._tags: dict[str, bytes] = {}

    def __enter__(self) -> Self:
        self._out.parent.mkdir(parents=True, exist_ok=True)
        self._aside.mkdir(mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
                self._aside.rename(self._out)
        finally:
            shutil.rmtree(self._aside, ignore_errors=True)

    @contextmanager
    def file(self, name: str) -> Iterator[BagFile]:
        """Write one payload file, `name` below `data/`."""
        path = self._aside / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            self._payload[f"data/{name}"] = entry = BagFile(file)
            yield entry

    def write(self, name: str, content: bytes) -> None:
        """Write one small payload file whole."""
        with self.file(name) as entry:
            entry.write(content)

    def say(self, **about: str) -> None:
        """Add entries to `bag-info.txt`; underscores in names become hyphens."""
        lines = (f"{name.replace('_', '-')}: {' '.join(said.split())}\n" for name, said in about.items())
        self._tags["bag-info.txt"] = self._tags.get("bag-info.txt", b"") + "".join(lines).encode()

    def _finish(self) -> None:
        octets = sum(entry.size for entry in self._payload.values())
        self.say(Payload_Oxum=f"{octets}.{len(self._payload)}")
        self._tags["bagit.txt"] = DECLARATION
        self._tags["manifest-sha256.txt"] = _manifest(
            {name: entry.digest.hexdigest() for name, entry in self._payload.items()}
        )
        listed = _manifest({name: hashlib.sha256(content).hexdigest() for name, content in self._tags.items()})
        for name, content in (*self._tags.items(), ("tagmanifest-sha256.txt", listed)):
            (self._aside / name).write_bytes(content)


def _manifest(digests: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()
