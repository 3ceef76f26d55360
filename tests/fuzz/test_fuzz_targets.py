"""Every target reads its own seeds and says no more than it declares; the planted one does, where its bug is."""

from __future__ import annotations

import pytest

from tests.fuzz import asked, files, planted, written
from tests.fuzz.target import Target

TARGETS = asked.TARGETS | files.TARGETS | written.TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_says_of_its_seeds_no_more_than_it_declares(name: str) -> None:
    target = TARGETS[name]
    seeds = [*target.seeds()]
    assert seeds
    for seed in seeds:
        target(seed)
        target(seed[: len(seed) // 2])


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_in_at_least_one_of_its_seeds(name: str) -> None:
    """Else the fuzzing would go round the parser, not into it."""
    target = TARGETS[name]
    assert any(taken(target, seed) for seed in target.seeds())


def taken(target: Target, seed: bytes) -> bool:
    try:
        target.reads(seed)
    except target.declared:
        return False
    return True


def test_the_planted_bug_is_there_to_be_found() -> None:
    with pytest.raises(IndexError):
        planted.TARGETS["planted"](b"LEN\x2a\x07")
