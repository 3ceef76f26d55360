"""When is a file there for good? Once it is whole, bears its name, and its folder is flushed."""

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
    """Have the disk begin to write what a file was given so far: its flush waits less. It promises nothing.

    What goes wrong here, the flush says.
    """
    _sync_file_range(descriptor, 0, 0, _BEGIN)


def flush_folder(folder: Path) -> None:
    """Have the disk keep the names that a folder was given or lost; what is in a file is its writer's to flush."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_file(path: Path) -> None:
    """Have the disk keep what a file holds, whoever wrote it."""
    descriptor = os.open(path, os.O_RDONLY)
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


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write: once whole it takes the place of what bore its name; nothing is left of one that failed."""
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
