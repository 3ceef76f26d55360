"""Does the first hour (`deploy/docs/first-hour.md`) go as it is written? Its blocks are played, one after another."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "deploy" / "docs" / "first-hour.md"
BLOCK = re.compile(r"^```sh\n(?P<played>.*?)^```$(?:\n\n```text\n(?P<answered>.*?)^```$)?", re.MULTILINE | re.DOTALL)
MARK = "== block {} =="


def blocks() -> list[tuple[str, str]]:
    """What is played, and what of its answer stands below it."""
    found = [(each["played"], each["answered"] or "") for each in BLOCK.finditer(PAGE.read_text("utf-8"))]
    assert len(found) >= 15
    return found


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def play(script: str, folder: Path) -> str:
    """What a shell in an empty folder says to it, errors among it; what it leaves behind is ended."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("ACQUIS_", "LC_"))}
    here = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(free_port()),
        "LANG": "fr_FR.UTF-8",
    }
    shell = subprocess.Popen(
        ("bash", "-euo", "pipefail", "-c", script),
        cwd=folder,
        env={**outside, **here},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return shell.communicate(timeout=240)[0]
    finally:
        if shell.returncode != 0:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGTERM)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.timeout(300)  # it starts, stops and serves a house as the document says: a busy machine takes its time
def test_each_block_of_the_first_hour_does_what_it_says(tmp_path: Path) -> None:
    script = "\n".join(f"{played}\necho; echo '{MARK.format(n)}'" for n, (played, _) in enumerate(blocks()))
    said = play(script, tmp_path)
    for number, (played, answered) in enumerate(blocks()):
        answer, mark, said = said.partition(MARK.format(number))
        assert mark, f"this block ended with an error:\n{played}\n{answer}\n{(tmp_path / 'serveur.log').read_text()}"
        missing = [line for line in answered.splitlines() if line not in answer]
        assert not missing, f"not in the answer to:\n{played}\n{answer}"
