"""Stability: the delivered workers and the projector for ten minutes at 60 % of the highest rate.

First the highest rate (the knee) of 1, 2, 4, 8 or 16 clients is found. Then eight clients come at 60 % of that rate,
answered or not, so that time in a queue counts as waiting. One request in three is a mark with a comment, the others
read the standing. An answer other than success ends the bench.
"""

from __future__ import annotations

import json
import multiprocessing
import secrets
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import count, cycle
from typing import TYPE_CHECKING, Final

import psutil

from adapters.clock import FixedClock
from adapters.settings import Settings
from tests.bench.append import COMMENT, MARKS
from tests.bench.clients import Clients, asked, connected, percentile
from tests.bench.demo import status, together
from tests.bench.http import READY_WITHIN, ROOT, TODAY, environment, gunicorn, prepare
from tests.bench.pairs import SHORT, Figure, Goal
from tests.bench.server import run
from tests.bench.sizes import sized
from tests.given.servers.ports import free_port
from webapi.upkeep.startup import acquis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.sharedctypes import Synchronized

    from domain.ports import CandidacyId
    from tests.bench.clients import Step
    from tests.bench.http import Prepared
    from tests.bench.server import Server

LASTS, BRIEFLY = 600.0, 30.0  # seconds
PARTS: Final = 10
"""The second half of these parts is compared with the first half, without the first part."""
SHARE: Final = 0.6
CLIENTS: Final = 8
KNEE: Final = (1, 2, 4, 8, 16)
EACH, FEW = 34, sized(8, 4)
"""Candidacies that one client marks in a tenth of the time; each tenth has others, so that all cost the same."""
TOGETHER: Final = 2
"""Candidacies marked in turns; the dossiers in the search for the knee are then as old as later."""
FULL: Final = sized(3.0, 1.0)
"""Seconds at each step of the search for the knee."""
BEHIND: Final = 10.0
"""Seconds for the projector to catch up at the end."""
AT_ONCE: Final = 0.0
"""A pace without pauses."""
HELD: Final = """
select (select sealed from log.head) - (select min(position) from projection.tracking),
       (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid())
"""


@dataclass(frozen=True)
class Held:
    """The resources that the server's processes hold at one moment."""

    memory: float
    files: int
    sessions: int


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return what is held in the second half next to the first, and the answer times."""
    seconds, each = (LASTS, EACH) if pairs > SHORT else (BRIEFLY, FEW)
    settings = Settings(
        data=server.folder / "soak",
        database_url=server.database("soak", bare=False),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    with acquis(settings, FixedClock(TODAY)) as opened:
        prepared = prepare(opened, candidacies=(KNEE[-1] + CLIENTS * PARTS) * each)
    port, pace = free_port(), multiprocessing.get_context("fork").Value("d", AT_ONCE)
    loops = {"coming": partial(coming, port, prepared, pace, each)}
    with ExitStack() as started:
        groups = [started.enter_context(Clients(many, loops)) for many in KNEE]  # before any thread starts
        processes = [
            started.enter_context(gunicorn("webapi.wsgi:application", port, settings)),
            started.enter_context(projecting(settings)),
        ]
        _until_ready(port)
        _caught_up(settings, READY_WITHIN)  # readiness tolerates ten seconds
        knee = max(clients.rate("coming", FULL) for clients in groups)
        pace.value = CLIENTS / (SHARE * knee)
        held, turns = [], []
        for _ in range(PARTS):
            turns.append(groups[KNEE.index(CLIENTS)].timed("coming", seconds / PARTS))
            held.append(_held(settings, processes))
        caught_up = _caught_up(settings)
    waits = [wait for _, some in turns for wait in some]
    half, slow = percentile(waits, 50), percentile(waits, 99)
    said = [
        f"{len(waits):,} requests in {seconds:.0f} s, none failed; {SHARE:.0%} of a knee of {knee:.0f} a second",
        f"half waited {1000 * half:.1f} ms, 99 of 100 {1000 * slow:.1f} ms at most, one {1000 * max(waits):.0f} ms",
        f"the projector had told all {caught_up:.1f} s after the end",
        "each tenth, answers a second and what 99 of 100 waited at most: "
        + ", ".join(f"{rate:.0f} in {1000 * percentile(some, 99):.0f} ms" for rate, some in turns),
    ]
    return [_grown("memory", [one.memory for one in held], "MB", 1.05, said)] + [
        _grown(name, values, "", 1.1, [])
        for name, values in (
            ("open files", [one.files for one in held]),
            ("sessions", [one.sessions for one in held]),
        )
    ]


def _grown(name: str, values: list[float] | list[int], unit: str, bound: float, notes: list[str]) -> Figure:
    later, earlier = sorted(values[PARTS // 2 + 1 :]), sorted(values[1 : PARTS // 2])
    return Figure(f"soak, {name}: later beside earlier", later, earlier, unit, Goal(bound, at_least=False), notes)


@contextmanager
def coming(  # noqa: PLR0917  (the last two are `Loop`'s)
    port: int, prepared: Prepared, pace: Synchronized[float], each: int, number: int, turns: int
) -> Iterator[Step]:
    """Run one client that comes every `pace` seconds; yield how long it waited since its due time."""
    place = number if not turns else KNEE[-1] + (turns - 1) * CLIENTS + number
    requests = _requests(prepared, prepared.candidacies[place * each : (place + 1) * each])
    with closing(connected(port)) as connection:
        begun, steps = time.perf_counter(), count(1)

        def step() -> float:
            now = time.perf_counter()
            due = begun + next(steps) * pace.value if pace.value else now
            time.sleep(max(0.0, due - now))
            asked(connection, next(requests), b"20")
            return time.perf_counter() - due

        yield step


def _requests(prepared: Prepared, mine: list[CandidacyId]) -> Iterator[bytes]:
    """Yield a mark, then twice the standing, for a few candidacies in turns; then for the next few."""
    for mark in cycle(("acquired", "not_acquired")):
        for first in range(0, len(mine), TOGETHER):
            for competence in range(1, MARKS + 1):
                for candidacy in mine[first : first + TOGETHER]:
                    body = json.dumps({"competence": competence, "mark": mark, "comment": COMMENT}).encode()
                    yield prepared.sent(f"/api/v1/candidacies/{candidacy}/assessments", body, kept=True)
                    asked_for = f"/api/v1/candidacies/{candidacy}/standing"
                    yield from [prepared.sent(asked_for, b"", kept=True, method="GET")] * 2


@contextmanager
def projecting(settings: Settings) -> Iterator[psutil.Process]:
    """Run the projector's process next to the workers, until the end of the block."""
    command = [sys.executable, "-m", "webapi.cli.main", "project"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(settings))
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _held(settings: Settings, processes: list[psutil.Process]) -> Held:
    all_of_them = [one for root in processes for one in (root, *root.children(recursive=True))]
    ((_, sessions),) = run(str(settings.database_url), HELD)
    return Held(together(processes), sum(one.num_fds() for one in all_of_them), sessions)


def _until_ready(port: int) -> None:
    """Wait until the read models are up to date."""
    began = time.monotonic()
    while status(port, "/readyz") != HTTPStatus.OK:
        if time.monotonic() - began > READY_WITHIN:
            raise TimeoutError("it does not become ready")
        time.sleep(0.1)


def _caught_up(settings: Settings, within: float = BEHIND) -> float:
    """Return the seconds until every table is at the head of the log."""
    began = time.monotonic()
    while run(str(settings.database_url), HELD)[0][0] != 0:
        if time.monotonic() - began > within:
            raise TimeoutError("the projector does not catch up")
        time.sleep(0.05)
    return time.monotonic() - began
