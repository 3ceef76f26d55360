"""Runs the command blocks of a documentation page, and compares their output with the page."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

DOCS = Path(__file__).parents[2] / "deploy" / "docs"
BLOCK = re.compile(r"^```sh\n(?P<played>.*?)^```$(?:\n\n```text\n(?P<answered>.*?)^```$)?", re.MULTILINE | re.DOTALL)
MARK = "== block {} =="


def blocks(page: str) -> list[tuple[str, str]]:
    """Yield the commands, and the expected output below them."""
    found = [(each["played"], each["answered"] or "") for each in BLOCK.finditer((DOCS / page).read_text("utf-8"))]
    assert len(found) >= 12
    return found


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def play(script: str, folder: Path, seconds: int = 240, given: Mapping[str, str] | None = None) -> str:
    """Run a shell in a folder and return its output with errors; end what it leaves running.

    `given`: its settings.
    """
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("ACQUIS_", "LC_"))}
    here = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(free_port()),
        "LANG": "fr_FR.UTF-8",
    }
    shell = subprocess.Popen(
        ("bash", "-euo", "pipefail", "-c", script),
        cwd=folder,
        env={**outside, **here, **(given or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return shell.communicate(timeout=seconds)[0]
    finally:
        if shell.returncode != 0:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGTERM)


def logged(folder: Path) -> str:
    """Return the log of the server that the page runs, if it runs yet."""
    log = folder / "serveur.log"
    return log.read_text() if log.exists() else ""


def goes_as_written(page: str, folder: Path, seconds: int = 240, given: Mapping[str, str] | None = None) -> None:
    """Run each block of the page in an empty folder with these settings, and compare the output."""
    did_as_written(page, play("\n".join(marked(page)), folder, seconds, given), folder)


def marked(page: str) -> list[str]:
    """Return each block of the page, with a mark in the output after it."""
    return [f"{played}\necho; echo '{MARK.format(n)}'" for n, (played, _) in enumerate(blocks(page))]


def did_as_written(page: str, said: str, folder: Path) -> None:
    """Compare the output of the blocks of a page with the text below them."""
    for number, (played, answered) in enumerate(blocks(page)):
        answer, mark, said = said.partition(MARK.format(number))
        assert mark, f"this block ended with an error:\n{played}\n{answer}\n{logged(folder)}"
        missing = [line for line in answered.splitlines() if line not in answer]
        assert not missing, f"{missing} not in the answer to:\n{played}\n{answer}"
