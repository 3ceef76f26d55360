"""Cost of verifying a bag, compared with reading and hashing its facts; the rules' replay is measured separately."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from hashlib import sha256
from pathlib import Path

from adapters.verify.bag import BUFFER, Bag, open_bag
from adapters.verify.proof import Claims, Judgement, LogReading, signed
from adapters.verify.verifier import verify
from tests.bench.lawful import lawful_bag
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.server import Server
from tests.bench.sizes import sized

CANDIDACIES, FEW = 498, sized(250, 10)  # two hundred facts each: 100,000, or half if few pairs are requested


def figures(_server: Server, pairs: int) -> list[Figure]:
    """Return the seconds of the proof (hashes, tree, roots, checkpoints, signatures), next to hashing the lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = lawful_bag(Path(folder) / "bag", CANDIDACIES if pairs > SHORT else FEW)
        whole = verify(path)
        if not whole.sound:
            raise RuntimeError(f"the bag is not sound: {whole.findings[:3]}")
        bag = open_bag(path)
        ours, theirs = in_turns(partial(_proof, bag), partial(_hashed, path), pairs)
    seconds = whole.seconds["rules"]
    rate = whole.facts / seconds
    return [
        Figure(
            f"proof of {whole.facts:,} facts",
            ours,
            theirs,
            "s",
            Goal(2, at_least=False),
            notes=[
                f"facts read, {whole.opened:,} values opened, rules run: {seconds:.1f} s more, {rate:,.0f} a second",
                f"manifests: {whole.seconds['manifests']:.2f} s",
            ],
        )
    ]


def _proof(bag: Bag) -> float:
    assert bag.export
    assert bag.export.key
    signed.cache_clear()
    began = time.perf_counter()
    newest = bag.checkpoints[-1]
    claims = Claims(
        facts=bag.lines("facts.ndjson"),
        leaves=(),
        size=newest.size,
        root=newest.root,
        sizes=frozenset(each.size for each in bag.checkpoints),
    )
    reading = LogReading(claims)
    reading.prove()
    judged = Judgement(reading, bag.export.key, bag.checkpoints)
    seconds = time.perf_counter() - began
    if judged.findings:
        raise RuntimeError(f"not proved: {judged.findings}")
    return seconds


def _hashed(path: Path) -> float:
    """Read with the same buffer and hash each line."""
    began = time.perf_counter()
    with (path / "data/facts.ndjson").open("rb", buffering=BUFFER) as file:
        for line in file:
            sha256(line).digest()
    return time.perf_counter() - began
