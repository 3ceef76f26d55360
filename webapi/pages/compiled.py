"""Cache of compiled templates, in files next to the templates, like Python's own `__pycache__`.

A service that starts does not compile them again. Whoever can write these files can change the program itself. The
installer compiles the templates (`make .venv/run.stamp`). If that was skipped and the services' account may not write
the files, each start compiles them.
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

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("domain", "adapters", "projections", "webapi")
READABLE: Final = 0o644
"""Root compiles the files and the services' account reads them; Jinja alone would let only their owner read them."""


@cache
def compiled_by() -> str:
    """Return a digest of the program: a compiled page contains the values of its filters and constants."""
    digest = hashlib.sha256(f"{sys.version} {jinja2.__version__}".encode())
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found = path.stat()
            digest.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode())
    return digest.hexdigest()


class CompiledPageCache(FileSystemBytecodeCache):
    """Cache of compiled pages; each is valid for its source and for the program that compiled it."""

    def __init__(self, pages: Path) -> None:
        """Store the files of the templates in the folder `pages`."""
        super().__init__(str(pages / "__pycache__"), f"%s.{sys.implementation.cache_tag}.page")

    def get_source_checksum(self, source: str) -> str:
        """Return a checksum of the source and the program, so that a new program does not use old files."""
        return super().get_source_checksum(f"{compiled_by()}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a compiled page; compile again one that cannot be read, for instance after a power failure."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001  (damaged bytes can raise any exception)
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a compiled page, if this process may write to the folder."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)
                Path(self._get_cache_filename(bucket)).chmod(READABLE)
