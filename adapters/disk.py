"""Durable writes of files: whole, under their final name, with their folder flushed."""

from __future__ import annotations

import ctypes
import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_sync_file_range: Final = ctypes.CDLL(None).sync_file_range
_sync_file_range.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
_BEGIN: Final = 2  # SYNC_FILE_RANGE_WRITE


def begin_writing(descriptor: int) -> None:
    """Make the disk begin to write a file's data, so that a later flush takes less time; nothing is guaranteed.

    Errors are reported by the flush.
    """
    _sync_file_range(descriptor, 0, 0, _BEGIN)


def flush_folder(folder: Path) -> None:
    """Flush the names added to or removed from a folder, but not the content of its files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_file(path: Path) -> None:
    """Flush the content of a file, even one that another process wrote."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Make a private folder, with missing parents, durably, so that a crash does not lose it with its content."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        with suppress(FileExistsError):  # made meanwhile; `exist_ok` would check, and may find it removed again
            each.mkdir(mode=0o700)
        flush_folder(each.parent)


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write, which replaces `path` once it is complete; delete it if the block fails."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        flush_folder(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
