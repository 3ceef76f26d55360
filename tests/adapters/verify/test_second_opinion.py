"""Two verifiers, written apart, say the same of a thousand random logs, each sound or changed in some way."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from adapters.verify.proof import CheckpointNote, Claims, Endorsement, Judgement, Key, Malformed
from tests.given.log.proof_only import read
from tests.given.log.random_logs import TAMPERINGS, RandomLog
from tests.given.log.second_opinion import Material, sound
from tests.given.slow import keep_one_in

LOGS = 1000


def first_opinion(given: Material) -> list[str]:
    """What `adapters.verify.proof` finds wrong, by kind."""
    try:
        key = Key.read(given.key)
        notes = [CheckpointNote.read(raw, name) for name, raw in given.notes.items()]
        older = [CheckpointNote.read(raw, name) for name, raw in given.older.items()]
        endorsements = [Endorsement.read(raw, name) for name, raw in sorted(given.endorsed.items())]
    except Malformed:
        return ["unknown-format"]
    newest = max(notes, key=lambda note: note.size)
    missing = [] if given.whole else _neighbours({note.size for note in notes}) - given.steps.keys()
    claims = Claims(
        facts=given.lines,
        leaves=given.leaves,
        size=newest.size,
        root=newest.root,
        whole=given.whole,
        streams=given.streams,
        sizes=frozenset(note.size for note in [*notes, *older]),
    )
    reading = read(claims)
    judged = Judgement(reading, key, notes, older, given.steps, endorsements=endorsements)
    return [found.kind for found in reading.findings + judged.findings] + ["bad-proof" for _ in missing]


def _neighbours(sizes: set[int]) -> set[tuple[int, int]]:
    return set(pairwise(sorted(sizes)))


@pytest.mark.parametrize("part", keep_one_in(4, [(part,) for part in range(4)]))
def test_both_verifiers_say_the_same_of_a_thousand_logs(part: int) -> None:
    said: Counter[bool] = Counter()
    for seed in range(part * LOGS // 4, (part + 1) * LOGS // 4):
        log = RandomLog.of(seed)
        given = log.material()
        tampered = log.random.random() < 0.75
        if tampered and given.lines:
            log.random.choice(TAMPERINGS)(log, given)
        found = first_opinion(given)
        assert (not found) == sound(given), (seed, found)
        assert tampered or not found, (seed, found)
        said[not found] += 1
    assert min(said[True], said[False]) > LOGS // 20
