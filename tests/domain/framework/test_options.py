"""Options of a title: the blocks to be sought, and the option that a title bears."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.framework.block_rule import Rule, all_of, any_of, at_least, mean_of
from domain.framework.definition import Option
from tests.given.domain.options import IMAGES, SHEET, WORDS
from tests.given.domain.people import RNCP31936

SHARED = replace(
    RNCP31936,
    title_rule=all_of(1, any_of(all_of(2, 3), all_of(3, 4))),
    options=(Option(code="A", title="A", blocks=(2, 3)), Option(code="B", title="B", blocks=(3, 4))),
)


@pytest.mark.parametrize(
    ("rule", "numbers", "left"),
    [
        (all_of(1, 2), {1, 2, 3}, all_of(1, 2)),
        (all_of(1, 2), {1}, None),
        (any_of(1, 2), {2}, any_of(2)),
        (any_of(all_of(1, 2), all_of(3, 4)), {3, 4}, all_of(3, 4)),
        (all_of(1, any_of(all_of(2, 3), all_of(4, 5))), {1, 4, 5}, all_of(1, all_of(4, 5))),
        (all_of(1, any_of(all_of(2, 3), all_of(4, 5))), {1, 2, 4}, None),
        (at_least(2, 1, 2, 3, mandatory=(1,)), {1, 3}, at_least(2, 1, 3, mandatory=(1,))),
        (at_least(2, 1, 2, 3, mandatory=(1,)), {2, 3}, None),
        (all_of(1, mean_of(1000, 2000, {1: 1})), {1}, all_of(1, mean_of(1000, 2000, {1: 1}))),
    ],
)
def test_rule_restricted_to_some_numbers_keeps_only_the_ways_within_them(
    rule: Rule, numbers: set[int], left: Rule | None
) -> None:
    assert rule.only(numbers) == left


def test_option_excludes_the_blocks_of_the_other_options() -> None:
    assert [sorted(SHEET.within(code)) for code in ("A", "B", None)] == [[1, 2, 3], [1, 3, 4], [1, 2, 3, 4]]
    assert [sorted(SHARED.within(code)) for code in ("A", "B")] == [[1, 2, 3], [1, 3, 4]]
    assert SHEET.title_of("A") == all_of(1, 3, all_of(2))
    assert SHEET.title_of(None) == SHEET.whole


def test_optional_block_is_sought_only_when_named() -> None:
    optional = replace(SHEET, title_rule=all_of(1, any_of(all_of(2), all_of(4))))
    assert sorted(optional.sought((), "A")) == [1, 2]
    assert sorted(optional.sought((1, 2, 3), "A")) == [1, 2, 3]
    assert sorted(RNCP31936.sought((), None)) == [1, 2, 3, 4]


def test_title_bears_the_option_chosen_or_the_only_one_that_its_blocks_make() -> None:
    everything = frozenset({1, 2, 3, 4})
    assert SHEET.option_won("A", everything) == IMAGES
    assert SHEET.option_won(None, frozenset({1, 3, 4})) == WORDS
    assert SHEET.option_won(None, everything) is None
    assert RNCP31936.option_won(None, everything) is None
