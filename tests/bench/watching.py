"""Cost of the log's watch for appending: eight clients, with the watch at its default rate and without it."""

from __future__ import annotations

import multiprocessing
import time
from contextlib import closing
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.recorder import LogRecorder
from adapters.log.tree import Tree
from adapters.log.watching import EVERY, Watch
from tests.bench.append import a_mark, recorder
from tests.bench.clients import Clients
from tests.bench.pairs import Figure, Goal, in_turns
from tests.bench.server import Server
from tests.bench.sizes import sized

CLIENTS: Final = 8
TURN: Final = sized(EVERY + 1, 0.5)
"""Seconds, at least one step of the watch."""
FACTS: Final = sized(20_000, 500)
"""Facts appended and sealed before, which the watch reads again and again."""


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the rate of appends with the watch, as a share of the rate without it."""
    dsn = server.database("watching")
    loops = {"append": partial(recorder, dsn, a_mark(dsn))}
    context = multiprocessing.get_context("fork")
    on, over = context.Event(), context.Event()
    process = context.Process(target=_watch, args=(dsn, server.folder / "no-notes", on, over), daemon=True)
    process.start()
    try:
        with Clients(CLIENTS, loops) as measured:
            while _sealed(dsn) < FACTS:
                measured.rate("append", TURN)
            ours, theirs = in_turns(lambda: _with(measured, on), lambda: measured.rate("append", TURN), pairs)
    finally:
        over.set()
        process.join(10)
        process.kill()
    return [Figure(f"append, {CLIENTS} clients, the log being watched", ours, theirs, "/s", Goal(0.95))]


def _with(measured: Clients, on: Event) -> float:
    on.set()
    try:
        return measured.rate("append", TURN)
    finally:
        on.clear()


def _sealed(dsn: str) -> int:
    with closing(Database(dsn, role="acquis_projector", size=1)) as database:
        LogRecorder(database).seal()
        return Tree(database).size()


def _watch(dsn: str, folder: Path, on: Event, over: Event) -> None:
    """Run a step each second while it is on, as the projector's process does."""
    with closing(Database(dsn, role="acquis_projector", size=2)) as database:
        watch = Watch(database, CheckpointFolder(folder), list)
        while not over.is_set():
            if on.wait(0.2):
                watch.step()
                time.sleep(EVERY)
