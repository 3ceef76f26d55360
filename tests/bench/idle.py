"""Cost of an unused installation: memory, and statements to the database.

It is measured twice: for `acquis serve` with four workers, and for the delivered units with their ExecStart. Each
worker has answered some pages before. Memory is the proportional set size, without PostgreSQL's own. Statements are
counted in PostgreSQL's log.
"""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from tests.bench.pairs import Figure, Goal, Skipped
from tests.bench.server import run
from tests.given.servers.ports import free_port

if TYPE_CHECKING:
    from tests.bench.server import Server

WORKERS: Final = 4
MOST_MEMORY: Final = 450.0  # MiB
MOST_ASKED: Final = 5.0  # statements a second
SETTLES: Final = 15.0
"""Seconds until it is idle after the last request: connections close, and begun work ends."""
IDLE: Final = 60.0
"""Seconds of counting, which include a round of the watch and a checkpoint."""
READY_WITHIN: Final = 120.0
ROOT: Final = Path(__file__).parents[2]
UNITS: Final = ("acquis-projector", "acquis-web", "acquis-mail", "acquis-worker")
"""The units that run all the time (deploy/docs/install.md)."""
PAGES: Final = ("/readyz", "/", "/sign-in", "/api/v1/candidacies")
EACH: Final = 20
"""Requests of each page, so that every worker answers each."""


def figures(server: Server, _pairs: int) -> list[Figure | Skipped]:
    """Return the mebibytes and the statements a second of both ways to run it."""
    if not Path("/proc/self/smaps_rollup").exists():
        return [Skipped("idle", "only Linux says what a process shares")]
    with _statements_logged(server):
        return [
            *_of("acquis serve", "idle-serve", _serve(), server),
            *_of("the shipped units", "idle-units", _units(), server),
        ]


def _serve() -> list[list[str]]:
    return [[sys.executable, "-m", "webapi.cli.main", "serve", "--port", "{port}", "--workers", str(WORKERS)]]


def _units() -> list[list[str]]:
    """Return the command of each unit's ExecStart, run from here."""
    found = []
    for unit in UNITS:
        text = (ROOT / "deploy" / "systemd" / f"{unit}.service").read_text()
        (said,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
        program, *words = said.replace("/opt/acquis/deploy", str(ROOT / "deploy")).split()
        found.append([str(Path(sys.executable).with_name(Path(program).name)), *words])
    return found


def _of(name: str, database: str, commands: list[list[str]], server: Server) -> list[Figure]:
    dsn = server.database(database)
    port = free_port()
    given = {
        "ACQUIS_DATA": str(server.folder / database),
        "ACQUIS_DATABASE_URL": dsn,
        "ACQUIS_SECRET_KEY": secrets.token_hex(32),
        "ACQUIS_BIND": f"127.0.0.1:{port}",
        "ACQUIS_WORKERS": str(WORKERS),
    }
    with ExitStack() as started:
        environment = dict(os.environ) | given
        running = [
            started.enter_context(_running([word.format(port=port) for word in command], environment))
            for command in commands
        ]
        _until_ready(port)
        for path in PAGES * EACH:
            _ask(port, path)
        time.sleep(SETTLES)
        memory = {title: size for process in running for title, size in _memory(process)}
        log = server.folder / "server" / "database.log"
        began = log.stat().st_size
        time.sleep(IDLE)
        asked = _statements(log, began, database)
    each = ", ".join(f"{title} {size:.0f}" for title, size in sorted(memory.items(), key=lambda pair: -pair[1]))
    of_whom = ", ".join(f"{who} {count / IDLE:.1f}" for who, count in asked.most_common())
    return [
        Figure(f"memory, {name}", [sum(memory.values())], [], "MiB", Goal(MOST_MEMORY, at_least=False), [each]),
        Figure(
            f"idle, {name}",
            [asked.total() / IDLE],
            [],
            "statements/s",
            Goal(MOST_ASKED, at_least=False),
            [of_whom],
        ),
    ]


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[psutil.Process]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_ready(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while _ask(port, "/readyz") != http.client.OK:
        if time.monotonic() > deadline:
            raise TimeoutError("it does not get ready")
        time.sleep(0.2)


def _ask(port: int, path: str) -> int:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status
    except OSError:
        return 0


def _memory(process: psutil.Process) -> Iterator[tuple[str, float]]:
    """Return each descendant process with its mebibytes, by name and number."""
    for each in (process, *process.children(recursive=True)):
        told = Path(f"/proc/{each.pid}/smaps_rollup").read_text()
        (kib,) = re.findall(r"^Pss: +(\d+) kB$", told, re.MULTILINE)
        name = each.name()  # for a script, the beginning of its path
        yield f"{'acquis' if '/' in name else name} ({each.pid})", int(kib) / 1024


@contextmanager
def _statements_logged(server: Server) -> Iterator[None]:
    """Have PostgreSQL log each statement with its database and role."""
    dsn = server.embedded.dsn("postgres")
    settings = {"log_statement": "'all'", "log_line_prefix": "'%d/%a '"}
    for name, value in settings.items():
        run(dsn, f"alter system set {name} = {value}")
    run(dsn, "select pg_reload_conf()")
    try:
        yield
    finally:
        for name in settings:
            run(dsn, f"alter system reset {name}")
        run(dsn, "select pg_reload_conf()")


def _statements(log: Path, began: int, database: str) -> Counter[str]:
    """Return the number of statements to a database since then, by the application's name."""
    with log.open(errors="replace") as file:
        file.seek(began)
        text = file.read()
    return Counter(who for who in re.findall(rf"^{database}/(.*) LOG:  (?:statement|execute)", text, re.MULTILINE))
