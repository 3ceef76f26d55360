"""Packaging of the verifier as one file with reproducible bytes, which needs no installed package."""

from __future__ import annotations

import zipfile
from pathlib import Path

HERE = Path(__file__).parents[2]
PACKAGES = ("adapters/verify", "domain")
START = b"#!/usr/bin/env python3\n"
MAIN = b"import sys\nfrom adapters.verify.__main__ import main\nsys.exit(main())\n"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def write(path: Path) -> None:
    """Write the verifier and the domain to one file (`.pyz`)."""
    files = {
        name.relative_to(HERE).as_posix(): name.read_bytes() for of in PACKAGES for name in (HERE / of).rglob("*.py")
    }
    files |= {"adapters/__init__.py": b"", "__main__.py": MAIN}
    with path.open("wb") as out:
        out.write(START)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, content in sorted(files.items()):
                archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content)
    path.chmod(0o755)
