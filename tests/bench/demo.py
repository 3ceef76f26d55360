"""Time until `acquis demo` serves its first page, and memory of all its processes."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

import psutil

from tests.bench.pairs import SHORT, Figure, Goal
from tests.bench.server import Server
from tests.bench.sizes import sized
from tests.given.servers.ports import free_port

RUNS = 3
GIVE_UP = sized(120.0, 300.0)  # seconds
PAGES = ("/", "/api/openapi.json", "/healthz", "/readyz")
ROUNDS = sized(10, 1)  # so that each worker has opened its application


def figures(_server: Server, pairs: int) -> list[Figure]:
    """Return seconds and MB of three runs, or one if few pairs are requested."""
    seen = [_demonstration() for _ in range(RUNS if pairs > SHORT else 1)]
    seconds, memory = [one for one, _ in seen], [other for _, other in seen]
    return [
        Figure("demo, first page", seconds, [], "s", Goal(20, at_least=False)),
        Figure("demo, PSS of all processes", memory, [], "MB", Goal(400, at_least=False)),
    ]


def _demonstration() -> tuple[float, float]:
    """Start it as `make demo` does with installed dependencies.

    Return the seconds to the first page, and MB after some pages.
    """
    folder = Path(tempfile.mkdtemp(prefix="acquis-bench-demo-"))
    port = free_port()
    given = {name: value for name, value in os.environ.items() if not name.startswith("ACQUIS_")}
    command = [sys.executable, "-m", "webapi.cli.main", "demo", "--port", str(port)]
    began = time.monotonic()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, env=given | {"ACQUIS_DATA": str(folder)}, stdout=said, stderr=said)
    try:
        _until_a_page(process, port, folder)
        took = time.monotonic() - began
        for path in PAGES * ROUNDS:
            status(port, path)
        return took, together([psutil.Process(process.pid)])
    finally:
        _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _until_a_page(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + GIVE_UP  # 401 is the sign-in page
    while status(port, "/") not in {200, 401}:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the demonstration does not serve: {(folder / 'said').read_text()[-2000:]}")
        time.sleep(0.05)


def status(port: int, path: str) -> int:
    """Return the status of an answer; 0 without one."""
    with suppress(OSError), closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    return 0


def together(roots: Iterable[psutil.Process]) -> float:
    """Return the proportional set sizes of these processes and their descendants, in MB (10⁶ bytes)."""
    total = 0
    for each in (one for root in roots for one in (root, *root.children(recursive=True))):
        with suppress(FileNotFoundError, ProcessLookupError):  # a short-lived process
            lines = Path(f"/proc/{each.pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / 1e6


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
