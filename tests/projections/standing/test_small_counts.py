"""Suppression of small counts: hidden with the cells that would disclose them, at the least cost, by network flow."""

from __future__ import annotations

import itertools

import pytest

from projections.standing.small_counts import (
    NEVER_SHOWN,
    OUTSIDE,
    TOLD,
    CannotProtect,
    CountNetwork,
    CountsRow,
    PublishedCount,
    add_table,
    one,
    protect_table,
)

LEAST = 5
COSTS = (4, 2, 1, 1)


def texts(*rows: tuple[int, ...]) -> list[list[str]]:
    """Return the cells as shown for a table of these rows and their sum (last), each with its total in front."""
    whole = tuple(map(sum, zip(*rows, strict=True)))
    table = [CountsRow(name="whole", whole=None, counts=(sum(whole), *whole), costs=(TOLD, 20, 10, 10))]
    for number, parts in enumerate(rows):
        table.append(CountsRow(name=number, whole="whole", counts=(sum(parts), *parts), costs=COSTS))
    network = CountNetwork(LEAST)
    add_table(network, table)
    protect_table(network, table)
    return [[each.text for each in network.cells((row.name, column) for column in range(4))] for row in table[1:]] + [
        [each.text for each in network.cells(("whole", column) for column in range(4))]
    ]


def test_a_small_part_is_hidden_with_another_part_of_its_row() -> None:
    assert texts((33, 8, 3), (23, 7, 0), (12, 6, 2))[0] == ["44", "33", "s", "s"], "44 less 33 less 8 would say 3"


def test_zero_is_not_suppressed_as_a_small_count() -> None:
    assert texts((13, 5, 0), (9, 9, 0))[0] == ["18", "13", "5", "0"]


def test_a_total_counts_rows_that_are_hidden() -> None:
    *rows, whole = texts((30, 10, 8), (2, 0, 0), (0, 0, 1))
    assert [row[0] for row in rows[1:]] == ["s", "s"]
    assert whole[0] == "51"


def test_a_row_of_few_says_not_even_which_of_its_parts_are_none() -> None:
    assert texts((30, 10, 8), (0, 2, 0), (9, 9, 9))[1] == ["s", "s", "s", "s"]


def test_two_hidden_rows_that_are_few_together_hide_a_third() -> None:
    *rows, whole = texts((30, 10, 8), (0, 0, 2), (0, 0, 1), (20, 9, 9))
    assert [row[0] for row in rows].count("s") == 3, "87 less what is shown would say 3 of both"
    assert whole[0] == "89"


def test_a_hidden_small_count_may_be_any_value_from_zero_to_the_least_shown() -> None:
    for parts in itertools.product(range(9), repeat=3):
        if sum(parts) < LEAST:
            continue
        shown = texts(parts)[0]
        kinds = [range(sum(parts) + 1) if each == "s" else [int(each)] for each in shown[1:]]
        fits = [each for each in itertools.product(*kinds) if sum(each) == sum(parts)]
        for place, many in enumerate(parts):
            if 0 < many < LEAST:
                assert {each[place] for each in fits} >= set(range(LEAST + 1)), (parts, shown)


def test_a_count_whose_sum_is_known_elsewhere_and_that_nothing_else_can_hide_is_refused() -> None:
    network = CountNetwork(LEAST)
    network.add("part", OUTSIDE, "sum", 3, 1)
    network.add("sum", "sum", OUTSIDE, 3 + LEAST, TOLD)
    with pytest.raises(CannotProtect):
        network.protect(["part"])


def test_a_cell_that_is_never_shown_absorbs_the_range_of_a_hidden_count() -> None:
    network = CountNetwork(LEAST)
    network.add("few", OUTSIDE, "sum", 3, 1)
    network.add("unseen", OUTSIDE, "sum", 20, NEVER_SHOWN)
    network.add("dear", OUTSIDE, "sum", 30, 9)
    network.add("sum", "sum", OUTSIDE, 53, TOLD)
    network.protect(["few"])
    assert network.cells(["few", "unseen", "dear"]) == (
        PublishedCount(None),
        PublishedCount(None),
        PublishedCount(30),
    )


def test_a_count_that_adds_up_with_no_other_is_hidden_where_it_is_small() -> None:
    assert [one(each, LEAST).text for each in (0, 4, 5)] == ["0", "s", "5"]
