"""Cost of the proof of one leaf, and of checkpoints for concurrent appends."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from hashlib import sha256
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median, quantiles

from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.note import Signer
from adapters.log.recorder import SOON, LogRecorder
from adapters.log.signing import Checkpointer
from adapters.log.tree import Tree
from adapters.verify.proof import included
from tests.bench.append import a_mark, insert, recorder
from tests.bench.clients import Clients
from tests.bench.pairs import Figure, Goal, Skipped, in_turns
from tests.bench.server import Server, run
from tests.bench.sizes import sized

LEAVES = sized(200_000, 5_000)
PROOFS = sized(200, 20)
CLIENTS = 8
TURN = sized(2.0, 0.5)  # seconds
EVERY = sized(1.0, 0.2)  # seconds between checkpoints: sixty times as often as in production
GRACE = 60.0  # seconds for the loop to catch up, or to end

PLANT = """
insert into log.leaf select i, i + 1, now(), sha256(convert_to(i::text, 'UTF8')) from generate_series(0, %s - 1) i;
update log.head set next_index = %s, sealed = %s;
"""


def proof(server: Server, pairs: int) -> list[Figure | Skipped]:
    """Return the milliseconds for the inclusion proof of a random leaf in a tree of 200,000, with the web's role."""
    dsn = server.database("proof")
    run(dsn, PLANT, (LEAVES,) * 3)
    with closing(Database(dsn, role="acquis_projector", size=1)) as projecting:
        began = time.perf_counter()
        Tree(projecting).grow()
        grown = (time.perf_counter() - began) * 1000
    run(dsn, "analyze log.leaf")
    run(dsn, "analyze log.node")
    with closing(Database(dsn, role="acquis_web", size=1)) as web:
        tree = Tree(web)
        root = tree.root()
        turns = [_proofs(tree, root) for _ in range(pairs + 1)][1:]
        slow = max(quantiles(turn, n=20)[-1] for turn in turns)
        notes = (f"95 of 100 below {slow:.2f} ms in every turn of {PROOFS}", f"growing them all took {grown:.0f} ms")
    return [Figure("proof of one leaf", [median(turn) for turn in turns], (), "ms", Goal(2, at_least=False), notes)]


def _proofs(tree: Tree, root: bytes) -> list[float]:
    took = []
    for index in random.sample(range(LEAVES), PROOFS):
        began = time.perf_counter()
        steps = tree.inclusion(index, LEAVES)
        took.append((time.perf_counter() - began) * 1000)
        if not included(sha256(str(index).encode()).digest(), index, LEAVES, steps, root):
            raise AssertionError(f"leaf {index} is not proved")
    return took


def checkpointing(server: Server, pairs: int) -> list[Figure | Skipped]:
    """Return the appends of eight clients next to a loop that seals and signs, one that only seals, and none."""
    dsn = server.database("checkpointing")
    body = a_mark(dsn)
    loops = {"recorder": partial(recorder, dsn, body), "bare": partial(insert, dsn, body)}
    folder = server.folder / "checkpoints"
    with closing(Database(dsn, role="acquis_projector", size=1)) as database:
        signer = Signer.generate(origin_of(Tree(database)))
    with Clients(CLIENTS, loops) as clients:
        pair = in_turns(
            partial(_beside, clients, dsn, folder, signer),
            partial(_beside, clients, dsn, folder, None),
            pairs,
        )
        of_bare = in_turns(partial(_beside, clients, dsn, folder, signer), partial(clients.rate, "bare", TURN), pairs)
    made = len(list(CheckpointFolder(folder).all()))
    notes = (f"{made} checkpoints, one every {EVERY:g} s where a projector makes one a minute",)
    name = f"append, {CLIENTS} clients, checkpointing"
    return [
        Figure(name, *pair, "/s", Goal(0.9), notes),
        Figure(f"{name}, of bare", *of_bare, "/s", Goal(0.65)),
    ]


def _beside(clients: Clients, dsn: str, folder: Path, signer: Signer | None) -> float:
    with _loop(dsn, folder, signer):
        return clients.rate("recorder", TURN)


@contextmanager
def _loop(dsn: str, folder: Path, signer: Signer | None) -> Iterator[None]:
    """Run a projector's loop without projections in a process; it has caught up when the block begins."""
    context = multiprocessing.get_context("fork")
    ready, stop = context.Event(), context.Event()
    process = context.Process(target=_go, args=(dsn, folder, signer, ready, stop), daemon=True)
    process.start()
    try:
        if not ready.wait(GRACE):
            raise TimeoutError("the loop beside the clients does not catch up")
        yield
    finally:
        stop.set()
        process.join(GRACE)
        if process.is_alive():
            process.kill()
            process.join()


def _go(dsn: str, folder: Path, signer: Signer | None, ready: Event, stop: Event) -> None:
    with closing(Database(dsn, role="acquis_projector", size=1)) as database:
        log, tree = LogRecorder(database), Tree(database)
        checkpointer = Checkpointer(tree, signer, CheckpointFolder(folder)) if signer else None
        while log.seal() != log.seal():
            pass
        if checkpointer:
            checkpointer.make()  # the last turn's facts must not count in this one
        ready.set()
        due = time.monotonic() + EVERY / 2
        while not stop.is_set():
            log.seal()
            if checkpointer and time.monotonic() >= due:
                checkpointer.make()
                due += EVERY
            time.sleep(SOON)
