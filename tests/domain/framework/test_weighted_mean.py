"""Weighted means of marks, and the smallest raises that reach them."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.framework.block_rule import BlockRule, Gap, all_of, any_of, at_least, mean_of
from domain.framework.weighted_mean import Mean, Raise, Weight


def mean(least: int, *weights: int, most: int = 2000) -> Mean:
    counted = tuple(Weight(number=number, weight=weight) for number, weight in enumerate(weights, 1))
    return Mean(least=least, most=most, weights=counted)


def test_mean_weighs_the_marks_and_is_never_rounded_up() -> None:
    rule = mean(1000, 2, 1)
    assert rule.reached({1: 1100, 2: 800})
    assert not rule.reached({1: 1100, 2: 799}), "9.9966… is not ten"
    assert rule.so_far({1: 1100, 2: 799}) == 999


def test_mean_is_not_reached_while_a_mark_is_absent() -> None:
    rule = mean(1000, 1, 1)
    assert not rule.reached({1: 2000})
    assert rule.so_far({1: 2000}) is None
    assert rule.raises({1: 2000}) == ((Raise(number=2, worth=None, to=0),),)


def test_smallest_raise_changes_the_fewest_marks_and_then_the_fewest_points() -> None:
    assert mean(1000, 3, 1).raises({1: 900, 2: 1000}) == ((Raise(number=1, worth=900, to=1000),),)
    assert mean(1000, 1, 1).raises({1: 900, 2: 1000}) == (
        (Raise(number=1, worth=900, to=1000),),
        (Raise(number=2, worth=1000, to=1100),),
    )
    assert mean(1900, 1, 1).raises({1: 1000, 2: 1000}) == (
        (Raise(number=1, worth=1000, to=2000), Raise(number=2, worth=1000, to=1800)),
    )


def test_raises_follow_the_step_in_which_marks_are_given() -> None:
    assert mean(1000, 2, 1).raises({1: 900, 2: 1000}, step=50) == ((Raise(number=1, worth=900, to=1000),),)
    assert mean(1000, 3, 1).raises({1: 990, 2: 1000}, step=50) == ((Raise(number=1, worth=990, to=1000),),)
    assert mean(1000, 3, 2).raises({1: 983, 2: 1000}, step=50) == ((Raise(number=1, worth=983, to=1000),),)


def test_mean_above_the_highest_mark_has_no_raise() -> None:
    assert mean(2001, 1).raises({1: 1000}) == ()


marks = st.dictionaries(st.integers(1, 4), st.integers(0, 5).map(lambda n: n * 100), max_size=4)
weights = st.lists(st.integers(1, 4), min_size=1, max_size=4)


@given(weights, st.integers(1, 500), marks)
def test_mean_is_reached_exactly_when_the_fractions_reach_it(
    by: list[int], least: int, given_: dict[int, int]
) -> None:
    rule = mean(least, *by, most=500)
    marked = all(number in given_ for number in rule.numbers)
    total = sum(Fraction(weight * given_.get(number, 0), sum(by)) for number, weight in enumerate(by, 1))
    assert rule.reached(given_) is (marked and total >= least)


@given(weights, st.integers(1, 500), marks)
def test_order_of_weights_and_marks_does_not_change_a_mean(by: list[int], least: int, given_: dict[int, int]) -> None:
    rule = mean(least, *by, most=500)
    for order in permutations(rule.weights):
        other = Mean(least=least, most=500, weights=order)
        assert other.reached(dict(reversed(given_.items()))) is rule.reached(given_)
        assert other.so_far(given_) == rule.so_far(given_)
        assert other.raises(given_) == rule.raises(given_)


@given(weights, st.integers(1, 5).map(lambda n: n * 100), marks)
def test_raise_is_the_smallest_that_reaches_the_mean(by: list[int], least: int, given_: dict[int, int]) -> None:
    """Compare with all the possible marks, by steps of a point."""
    rule = mean(least, *by, most=500)
    best: tuple[int, int] | None = None
    grid = [range(given_.get(number, 0), 501, 100) for number in rule.numbers]
    for tried in product(*grid):
        marked = dict(zip(rule.numbers, tried, strict=True))
        if rule.reached(marked):
            raised = [number for number in rule.numbers if number not in given_ or marked[number] > given_[number]]
            size = (len(raised), sum(marked[number] - given_.get(number, 0) for number in raised))
            best = min(best, size) if best else size
    found = rule.raises(given_, step=100)
    assert best
    for each in found:
        assert rule.reached(given_ | {one.number: one.to for one in each})
        assert len(each) == best[0]
        assert sum(one.to - (one.worth or 0) for one in each) <= best[1] + 100 * len(each)
    assert len(set(found)) == len(found)


def test_raises_use_the_heaviest_marks_when_there_are_too_many_sets_to_try() -> None:
    """Ten of the forty weigh two, and six of these are enough; twelve of the light ones would be needed."""
    weights = [2 if number % 4 == 0 else 1 for number in range(1, 41)]
    marks = dict.fromkeys(range(1, 41), 1000)
    ((*raised,),) = mean(1240, *weights).raises(marks)
    assert [each.number for each in raised] == [4, 8, 12, 16, 20, 24]


def test_raises_of_forty_competences_are_found_quickly() -> None:
    rule = mean(1500, *range(1, 41))
    ((*raised,),) = rule.raises(dict.fromkeys(range(1, 41), 1000))
    assert rule.reached(dict.fromkeys(range(1, 41), 1000) | {one.number: one.to for one in raised})


# --- in a block's rule

NINE = tuple(range(1, 10))
TEN = mean_of(1000, 2000, dict.fromkeys(NINE, 1), mandatory=(4, 7))


def test_mandatory_competences_are_required_whatever_the_mean() -> None:
    high = dict.fromkeys(NINE, 2000)
    assert not TEN.met_by(set(NINE) - {7}, high)
    assert TEN.met_by({4, 7}, high)
    assert not TEN.met_by(set(NINE), dict.fromkeys(NINE, 999))
    assert not TEN.met_by(set(NINE)), "no mark, no mean"


def test_gaps_give_the_competences_to_acquire_and_the_marks_to_raise() -> None:
    rule = BlockRule.of_tree(TEN, "moyenne de dix")
    assert (rule.required, rule.mandatory) == (2, (4, 7))
    near = dict.fromkeys(NINE, 1000) | {1: 700}
    gaps = TEN.gaps({4}, marks=near)
    assert gaps == (Gap(numbers=(7,), raises=(Raise(number=7, worth=1000, to=1300),)),), "7 counts once"
    assert gaps[0].size == 1
    (finer,) = TEN.gaps({4}, marks=near | {1: 699})
    assert finer.raises == (Raise(number=7, worth=1000, to=1301),), "by the hundredth where no step is said"
    assert len(TEN.gaps({4, 7}, marks=near)) == 9


def test_rule_with_a_mean_and_a_threshold_takes_the_shorter_way() -> None:
    rule = any_of(at_least(8, *NINE), mean_of(1000, 2000, dict.fromkeys(NINE, 1)))
    marked = dict.fromkeys(NINE, 1000)
    assert rule.met_by(set(), marked)
    assert rule.gaps({1, 2, 3, 4, 5, 6, 7}, marks=dict.fromkeys(NINE, 0)) == (
        Gap(numbers=(), choices=rule.gaps({1, 2, 3, 4, 5, 6, 7})[0].choices),
    )
    assert rule.gaps(set(), marks=marked | {1: 900})[0].raises


@pytest.mark.parametrize("reached", [True, False])
def test_rule_that_supposes_its_mean_reached_or_not_depends_on_numbers_alone(reached: bool) -> None:
    rule = all_of(1, any_of(2, mean_of(1000, 2000, {3: 1}))).supposing(reached=reached)
    assert rule.averaged is None
    assert rule.met_by({1}) is reached
    assert rule.met_by({1, 2})


@given(st.frozensets(st.integers(1, 6)), st.dictionaries(st.integers(1, 6), st.integers(0, 2000), max_size=6))
def test_gaps_of_a_rule_with_a_mean_lead_to_it_and_are_empty_when_it_is_met(
    acquired: frozenset[int], given_: dict[int, int]
) -> None:
    six = dict.fromkeys(range(1, 7), 1) | {2: 3}
    rule = all_of(at_least(3, *range(1, 7), mandatory=(1,)), mean_of(1200, 2000, six))
    gaps = rule.gaps(acquired, marks=given_)
    assert rule.met_by(acquired, given_) is (gaps[0].size == 0 and not gaps[0].raises)
    for gap in gaps:
        after = given_ | {one.number: one.to for one in gap.raises}
        for chosen in product(*(combinations(each.among, each.count) for each in gap.choices)):
            assert rule.met_by(acquired | set(gap.numbers) | {n for some in chosen for n in some}, after)
