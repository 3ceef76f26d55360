"""Is a block acquired exactly when enough of its competences are, the mandatory ones among them?"""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.block_rule import BlockRule

BLOCK_1 = tuple(range(1, 10))
RULE_1 = BlockRule(required=5, mandatory=(4, 7, 9), text="5 compétences sur 9 dont les compétences obligatoires")


@st.composite
def blocks(draw: st.DrawFn) -> tuple[BlockRule, tuple[int, ...]]:
    """A block of one to eight competences, not numbered from 1, with a rule that can be met."""
    of = tuple(draw(st.lists(st.integers(1, 40), min_size=1, max_size=8, unique=True)))
    required = draw(st.integers(1, len(of)))
    mandatory = draw(st.lists(st.sampled_from(of), max_size=required, unique=True))
    return BlockRule(required=required, mandatory=tuple(mandatory)), of


acquired_numbers = st.frozensets(st.integers(1, 40))


@pytest.mark.parametrize(
    ("acquired", "met"),
    [
        ({1, 4, 6, 7, 9}, True),
        ({4, 7, 9}, False),  # mandatory ones alone are three of the five
        ({4, 5, 7, 9}, False),
        ({1, 2, 3, 4, 9}, False),  # five, without mandatory 7
        ({1, 2, 3, 4, 5, 6, 8, 9}, False),  # eight, without mandatory 7
        (set(BLOCK_1), True),
        ({4, 7, 9, 10, 11}, False),  # competences of another block do not count
        (set(), False),
    ],
)
def test_mandatory_competences_count_among_the_five_and_none_can_be_missing(acquired: set[int], *, met: bool) -> None:
    assert RULE_1.met_by(acquired, BLOCK_1) is met


def test_five_of_nine_without_a_mandatory_one_names_the_one_that_is_missing() -> None:
    assert RULE_1.nearest({1, 2, 3, 4, 9}, BLOCK_1) == ((7,), 0)
    assert RULE_1.nearest({4}, BLOCK_1) == ((7, 9), 2)
    assert RULE_1.nearest({4, 7, 9}, BLOCK_1) == ((), 2)
    assert RULE_1.nearest({1, 4, 6, 7, 9}, BLOCK_1) == ((), 0)


@given(blocks(), acquired_numbers, st.integers(1, 40))
def test_one_more_acquired_competence_never_loses_a_block(
    block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int], more: int
) -> None:
    rule, of = block
    if rule.met_by(acquired, of):
        assert rule.met_by(acquired | {more}, of)


@given(blocks(), acquired_numbers)
def test_competences_of_other_blocks_change_nothing(
    block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int]
) -> None:
    rule, of = block
    assert rule.met_by(acquired, of) is rule.met_by(acquired & set(of), of)
    assert rule.nearest(acquired, of) == rule.nearest(acquired & set(of), of)


@given(blocks(), acquired_numbers)
def test_a_block_is_acquired_exactly_when_nothing_is_missing(
    block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int]
) -> None:
    rule, of = block
    assert rule.met_by(acquired, of) is (rule.nearest(acquired, of) == ((), 0))


@given(blocks(), acquired_numbers)
def test_the_nearest_way_suffices_whatever_is_chosen_freely(
    block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int]
) -> None:
    rule, of = block
    missing, free = rule.nearest(acquired, of)
    rest = set(of) - acquired - set(missing)
    assert free <= len(rest)
    for chosen in combinations(sorted(rest), free):
        assert rule.met_by(acquired | set(missing) | set(chosen), of)


@given(blocks(), acquired_numbers)
def test_no_smaller_way_exists_than_the_nearest(
    block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int]
) -> None:
    rule, of = block
    missing, free = rule.nearest(acquired, of)
    rest = sorted(set(of) - acquired)
    smaller = (chosen for size in range(len(missing) + free) for chosen in combinations(rest, size))
    assert not any(rule.met_by(acquired | set(chosen), of) for chosen in smaller)


@given(blocks())
def test_a_block_whose_every_competence_is_acquired_is_acquired(block: tuple[BlockRule, tuple[int, ...]]) -> None:
    rule, of = block
    assert rule.met_by(set(of), of)
    assert not rule.met_by(set(), of)
    assert 1 <= rule.satisfying_sets(of) < 2 ** len(of)
