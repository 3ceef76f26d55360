"""Block rules: thresholds with mandatory competences, and trees of rules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.framework.block_rule import MOST_CASES, BlockRule, Choice, Gap, Rule, Way, all_of, any_of, at_least

BLOCK_1 = tuple(range(1, 10))
RULE_1 = BlockRule(required=5, mandatory=(4, 7, 9), text="5 compétences sur 9 dont les compétences obligatoires")


@st.composite
def blocks(draw: st.DrawFn) -> tuple[BlockRule, tuple[int, ...]]:
    """Draw a block of one to eight competences, not numbered from 1, with a rule that can be met."""
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
def test_threshold_counts_mandatory_competences_and_requires_every_one_of_them(
    acquired: set[int], *, met: bool
) -> None:
    assert RULE_1.met_by(acquired, BLOCK_1) is met


def test_nearest_way_names_the_missing_mandatory_competence() -> None:
    assert RULE_1.nearest({1, 2, 3, 4, 9}, BLOCK_1) == ((7,), 0)
    assert RULE_1.nearest({4}, BLOCK_1) == ((7, 9), 2)
    assert RULE_1.nearest({4, 7, 9}, BLOCK_1) == ((), 2)
    assert RULE_1.nearest({1, 4, 6, 7, 9}, BLOCK_1) == ((), 0)


@given(blocks(), acquired_numbers, st.integers(1, 40))
def test_additional_acquired_competence_never_loses_a_block(
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
def test_block_is_acquired_exactly_when_nothing_is_missing(
    block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int]
) -> None:
    rule, of = block
    assert rule.met_by(acquired, of) is (rule.nearest(acquired, of) == ((), 0))


@given(blocks(), acquired_numbers)
def test_nearest_way_suffices_whichever_free_competences_are_chosen(
    block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int]
) -> None:
    rule, of = block
    missing, free = rule.nearest(acquired, of)
    rest = set(of) - acquired - set(missing)
    assert free <= len(rest)
    for chosen in combinations(sorted(rest), free):
        assert rule.met_by(acquired | set(missing) | set(chosen), of)


@given(blocks(), acquired_numbers)
def test_nearest_way_is_the_smallest(block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int]) -> None:
    rule, of = block
    missing, free = rule.nearest(acquired, of)
    rest = sorted(set(of) - acquired)
    smaller = (chosen for size in range(len(missing) + free) for chosen in combinations(rest, size))
    assert not any(rule.met_by(acquired | set(chosen), of) for chosen in smaller)


@given(blocks())
def test_block_is_acquired_when_all_its_competences_are_and_not_when_none_is(
    block: tuple[BlockRule, tuple[int, ...]],
) -> None:
    rule, of = block
    assert rule.met_by(set(of), of)
    assert not rule.met_by(set(), of)


# --- trees

BTS_SIO = all_of(1, any_of(all_of(2, 3), all_of(4, 5)))
"""BTS SIO: BC01 and (BC02 and BC03, or BC04 and BC05)."""


def brute(way: Way, acquired: frozenset[int]) -> bool:
    """Evaluate the rule by its definition: `required` of its ways hold, and all its mandatory numbers."""
    if isinstance(way, int):
        return way in acquired
    enough = any(all(brute(one, acquired) for one in some) for some in combinations(way.of, way.required))
    return enough and all(number in acquired for number in way.mandatory)


def ways_to(rule: Rule, acquired: frozenset[int]) -> Iterator[frozenset[int]]:
    """Yield every smallest missing set, found by trying all of them."""
    rest = [number for number in rule.numbers if number not in acquired]
    for size in range(len(rest) + 1):
        found = [frozenset(s) for s in combinations(rest, size) if brute(rule, acquired | frozenset(s))]
        if found:
            yield from found
            return


def spelt_out(gap: Gap) -> Iterator[frozenset[int]]:
    """Yield the sets that a gap stands for."""
    sets = [frozenset(gap.numbers)]
    for choice in gap.choices:
        sets = [one | set(some) for one in sets for some in combinations(choice.among, choice.count)]
    yield from sets


def nodes(inner: st.SearchStrategy[Way]) -> st.SearchStrategy[Rule]:
    """Draw rules of these ways that can be met."""

    def of(ways: list[Way]) -> st.SearchStrategy[Rule]:
        numbers = [way for way in ways if isinstance(way, int)]
        return st.integers(1, len(ways)).flatmap(
            lambda required: (
                st.lists(st.sampled_from(numbers), max_size=required, unique=True).map(
                    lambda mandatory: at_least(required, *ways, mandatory=mandatory)
                )
                if numbers
                else st.just(at_least(required, *ways))
            )
        )

    return st.lists(inner, min_size=1, max_size=4, unique=True).flatmap(of)


NUMBERS: st.SearchStrategy[Way] = st.integers(1, 8)
trees = nodes(st.recursive(NUMBERS, nodes, max_leaves=8))
eight = st.frozensets(st.integers(1, 8))


def test_bts_sio_is_won_by_its_first_block_and_either_pair() -> None:
    met = [s for n in range(6) for s in combinations(range(1, 6), n) if BTS_SIO.met_by(frozenset(s))]
    assert met == [(1, 2, 3), (1, 4, 5), (1, 2, 3, 4), (1, 2, 3, 5), (1, 2, 4, 5), (1, 3, 4, 5), (1, 2, 3, 4, 5)]
    assert (BTS_SIO.fewest, BTS_SIO.indispensable) == (3, (1,))


def test_gap_is_the_shorter_branch_or_both_branches_of_equal_length() -> None:
    assert BTS_SIO.gaps(frozenset({1, 2})) == (Gap(numbers=(3,)),)
    assert BTS_SIO.gaps(frozenset()) == (Gap(numbers=(1, 2, 3)), Gap(numbers=(1, 4, 5)))
    assert BTS_SIO.gaps(frozenset({1, 4, 5})) == (Gap(numbers=()),)


def test_gap_prefers_lower_cost_to_fewer_numbers() -> None:
    costs = {1: 1, 2: 9, 3: 1, 4: 2, 5: 3}
    assert BTS_SIO.gaps(frozenset({3}), costs.__getitem__) == (Gap(numbers=(1, 4, 5)),)
    chosen = at_least(2, 1, 2, 3, 4, 5).gaps(frozenset(), costs.__getitem__)
    assert chosen == (Gap(numbers=(1, 3)),)
    assert at_least(1, 1, 2, 3).gaps(frozenset(), costs.__getitem__) == (
        Gap(numbers=(), choices=(Choice(count=1, among=(1, 3)),)),
    )


def test_conjunction_and_disjunction_are_forms_of_at_least() -> None:
    assert all_of(1, 2, 3) == at_least(3, 1, 2, 3)
    assert any_of(1, 2, 3) == at_least(1, 1, 2, 3)


def test_threshold_of_a_block_is_a_tree_of_one_node() -> None:
    assert RULE_1.rule(BLOCK_1) == at_least(5, *BLOCK_1, mandatory=(4, 7, 9))
    assert RULE_1.rule(BLOCK_1).gaps({4}) == (
        Gap(numbers=(7, 9), choices=(Choice(count=2, among=(1, 2, 3, 5, 6, 8)),)),
    )


def test_block_rule_from_a_tree_gives_its_threshold_and_mandatory_competences() -> None:
    """Five of nine, 4 among them, and one of 7 and 8; 7 and 8 count in both."""
    rule = BlockRule.of_tree(all_of(at_least(5, *BLOCK_1, mandatory=(4,)), any_of(7, 8)), "la phrase")
    assert (rule.required, rule.mandatory, rule.text) == (5, (4,), "la phrase")
    assert not rule.met_by({1, 2, 3, 4, 5, 6, 9}, BLOCK_1)
    assert rule.met_by({1, 2, 3, 4, 8}, BLOCK_1)
    assert rule.nearest({1, 2, 3, 4, 5, 6, 9}, BLOCK_1) == ((), 1)
    assert rule.nearest({1}, BLOCK_1) == ((4,), 3)


def test_number_of_cases_stays_small_for_a_threshold_of_thirty_competences() -> None:
    assert RULE_1.rule(BLOCK_1).cases == 28
    assert at_least(20, *range(1, 31)).cases == 31
    assert all_of(*(any_of(number, number + 1) for number in range(1, 40, 2))).cases > MOST_CASES


def test_gaps_are_empty_for_a_rule_that_can_never_be_met_or_has_too_many_cases() -> None:
    """No file gives such a rule, but an audit bag from elsewhere may, and must not block its reader."""
    never, intricate = at_least(3, 1, 2), all_of(*(any_of(number, number + 1) for number in range(1, 80, 2)))
    assert never.gaps(frozenset()) == intricate.gaps(frozenset()) == ()
    assert (never.nearest({1}), intricate.nearest(set(range(5, 81)))) == (
        Gap(numbers=(2,)),
        Gap(numbers=(1, 2, 3, 4)),
    )
    assert intricate.met_by(set(range(1, 80, 2)))


@given(trees, eight)
def test_tree_is_met_exactly_when_its_definition_holds(rule: Rule, acquired: frozenset[int]) -> None:
    assert rule.met_by(acquired) is brute(rule, acquired)


@given(trees, eight, st.integers(1, 8))
def test_additional_number_never_breaks_a_tree(rule: Rule, acquired: frozenset[int], more: int) -> None:
    if rule.met_by(acquired):
        assert rule.met_by(acquired | {more})


@given(trees, eight)
def test_gaps_of_a_tree_are_all_the_smallest_sets_without_repetition(rule: Rule, acquired: frozenset[int]) -> None:
    told = [one for gap in rule.gaps(acquired) for one in spelt_out(gap)]
    assert sorted(map(sorted, told)) == sorted(map(sorted, ways_to(rule, acquired)))
    assert {gap.size for gap in rule.gaps(acquired)} == {len(one) for one in told}
    assert set(rule.gaps(acquired)[0].first) in told


@given(trees, eight)
def test_nearest_way_of_a_tree_counts_indispensable_and_other_competences(
    rule: Rule, acquired: frozenset[int]
) -> None:
    missing, others = BlockRule.of_tree(rule).nearest(acquired, tuple(range(1, 9)))
    smallest = list(ways_to(rule, acquired))
    assert all(one.issuperset(missing) for one in smallest)
    assert {len(one) for one in smallest} == {len(missing) + others}


@given(trees, st.lists(st.integers(0, 9), min_size=9, max_size=9), eight)
def test_gap_is_the_cheapest_way(rule: Rule, costs: list[int], acquired: frozenset[int]) -> None:
    rest = [number for number in rule.numbers if number not in acquired]
    every = [set(some) for size in range(len(rest) + 1) for some in combinations(rest, size)]
    totals = {(sum(costs[number] for number in some), len(some)) for some in every if brute(rule, acquired | some)}
    for gap in rule.gaps(acquired, costs.__getitem__):
        for one in spelt_out(gap):
            assert (sum(costs[number] for number in one), len(one)) == min(totals)


@given(blocks(), acquired_numbers)
def test_threshold_and_its_tree_give_the_same_nearest_way(
    block: tuple[BlockRule, tuple[int, ...]], acquired: frozenset[int]
) -> None:
    rule, of = block
    missing, others = rule.nearest(acquired, of)
    (gap,) = rule.rule(of).gaps(acquired)
    assert gap.size == len(missing) + others
    assert set(gap.first) >= set(missing)
