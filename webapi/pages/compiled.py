"""Where do compiled pages lie? Beside what they were compiled of, as Python's own do: a start need not compile them.

Who may write there may change the program itself. Whoever installs compiles them (`make .venv/run.stamp`); where
nobody did, and the services' account may not write, they are compiled at each start.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

HOUSE: Final = Path(__file__).parents[2]
PACKAGES: Final = ("domain", "adapters", "projections", "webapi")
READABLE: Final = 0o644
"""The services' account reads what root compiled: Jinja alone would leave it to who wrote it."""


@cache
def compiled_by() -> str:
    """What tells this program from every other: a page is compiled with what its filters and constants are worth."""
    told = hashlib.sha256(f"{sys.version} {jinja2.__version__}".encode())
    for package in PACKAGES:
        for path in sorted((HOUSE / package).rglob("*.py")):
            found = path.stat()
            told.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode())
    return told.hexdigest()


class BesidePages(FileSystemBytecodeCache):
    """Compiled pages, each good for its source and for the program that compiled it."""

    def __init__(self, pages: Path) -> None:
        """`pages`: the folder of the templates."""
        super().__init__(str(pages / "__pycache__"), f"%s.{sys.implementation.cache_tag}.page")

    def get_source_checksum(self, source: str) -> str:
        """A page that another program compiled is no longer good."""
        return super().get_source_checksum(f"{compiled_by()}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read it; what cannot be read, as a machine left it that lost its power, is compiled anew."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001  (whatever bytes make of a reader of bytes)
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, where this process may."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)
                Path(self._get_cache_filename(bucket)).chmod(READABLE)
