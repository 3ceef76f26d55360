"""Nothing of four people or fewer is told, by itself or by any sum that a reader can make."""

from __future__ import annotations

import itertools
import random

from projections.standing.small_counts import Shown, Table
from projections.standing.small_counts import protected as protected_from

Key = tuple[str, int]
LEAST = 5


def protected(counted: dict[Key, tuple[int, int, int, int]]) -> Table[str, int]:
    return protected_from(counted, LEAST)


def texts(table: Table[str, int]) -> dict[Key, list[str]]:
    return {key: [cell.text for cell in cells] for key, cells in table.rows.items()}


def row(full: int, partial: int, none: int) -> tuple[int, int, int, int]:
    return full + partial + none, full, partial, none


def test_small_counts_and_what_would_give_them_away_are_not_shown() -> None:
    table = protected({("FI", 1): row(33, 5, 3), ("FC", 1): row(23, 4, 3), ("CQ", 1): row(13, 5, 0)})
    assert texts(table)["FI", 1] == ["41", "33", "s", "s"], "41 less 33 less 5 would say 3"
    assert texts(table)["FC", 1] == ["30", "23", "s", "s"]


def test_none_is_no_small_count() -> None:
    assert texts(protected({("CQ", 1): row(13, 5, 0)})) == {("CQ", 1): ["18", "13", "5", "0"]}


def test_a_row_that_is_small_as_a_whole_is_in_no_sum() -> None:
    table = protected({("FI", 1): row(30, 10, 8), ("CL", 1): row(2, 0, 0)})
    assert texts(table)["CL", 1] == ["‹ 5", "s", "s", "s"], "nor which of its parts are none"
    assert table.whole[0] == Shown(48)
    assert {("CL", 1), "CL"} <= table.left_out


def test_where_every_row_is_small_no_sum_is_said() -> None:
    table = protected({("FI", 1): row(2, 0, 0), ("VAE", 1): row(1, 0, 1)})
    assert {cell.value for cell in (*table.whole, *table.groups["FI"])} == {None}
    assert table.whole[0].text == "s"
    assert protected({}).whole == (Shown(0),)


def test_what_is_hidden_does_not_say_which_of_it_is_small() -> None:
    """Of 1 and 5, whose sum is 6, whoever knew that the first is small would know both; so of 4 and 4, of 8."""
    for parts in itertools.product(range(12), repeat=3):
        total, *shown = protected({("FI", 1): row(*parts)}).rows["FI", 1]
        if total.value is None:
            continue
        kinds = [range(LEAST) if each.below else range(24) if each.value is None else [each.value] for each in shown]
        fits = [each for each in itertools.product(*kinds) if sum(each) == total.value]
        told = [place for place in range(3) if 0 < parts[place] < LEAST and len({each[place] for each in fits}) == 1]
        assert not told, (parts, [each.text for each in shown])


def test_a_route_of_small_rows_is_not_said_to_be_small_as_a_whole() -> None:
    table = protected({("VAE", 1): row(4, 0, 0), ("VAE", 2): row(4, 0, 0), ("FI", 1): row(3, 0, 0)})
    assert [table.groups[route][0].text for route in ("VAE", "FI")] == ["s", "‹ 5"], "they are eight"


def test_what_follows_from_several_sums_together_is_hidden_too() -> None:
    """No sum has one unknown only, and yet 1 of FI would follow: the routes' less what FC and VAE say."""
    counted = {("FI", 0): row(0, 5, 1), ("FC", 0): row(0, 0, 6), ("VAE", 0): row(2, 2, 20)}
    table = protected(counted | {("VAE", 1): row(20, 6, 0), ("VAE", 2): row(2, 6, 20)})
    assert texts(table)["FI", 0] == ["s", "s", "s", "s"]


def test_two_are_hidden_where_what_is_hidden_would_come_to_a_small_count() -> None:
    assert texts(protected({("FI", 1): row(38, 2, 0)}))["FI", 1] == ["40", "s", "s", "0"], "40 less 38 would say 2"
    assert texts(protected({("FI", 1): row(17, 2, 1)}))["FI", 1] == ["20", "s", "s", "s"]


def test_no_sum_that_is_shown_gives_away_what_is_hidden() -> None:
    """A total less its parts, a route less its sessions, the whole less its routes: never one unknown alone."""
    draw = random.Random(15)  # noqa: S311  (no secret)
    met = 0
    for _ in range(200):
        counted = {
            (route, session): row(*(draw.choice((0, 0, 1, 2, 3, 5, 6, 9)) for _ in range(3)))
            for route in ("FI", "FC", "VAE")
            for session in range(draw.choice((1, 2, 3)))
        }
        table = protected(counted)
        sums = [list(cells) for key, cells in table.rows.items() if key not in table.left_out]
        for place in range(4):
            inside = [group for group in table.groups if group not in table.left_out]
            sums.append([table.whole[place], *(table.groups[group][place] for group in inside)])
            for group in inside:
                keys = [key for key in table.rows if key[0] == group and key not in table.left_out]
                sums.append([table.groups[group][place], *(table.rows[key][place] for key in keys)])
        met += sum(any(cell.value is None for cell in each) for each in sums)
        assert not [each for each in sums if sum(cell.value is None for cell in each) == 1], counted
        shown = [cell.value for each in sums for cell in each if cell.value is not None]
        assert not [value for value in shown if 0 < value < LEAST]
    assert met > 200


def test_the_smallest_count_that_is_shown_is_the_certifiers_rule() -> None:
    counted = {("FI", 1): row(30, 10, 8), ("CL", 1): row(4, 0, 0)}
    assert [cell.text for cell in protected_from(counted, 11).rows["FI", 1]] == ["48", "30", "s", "s"]
    assert protected_from(counted, 3).rows["CL", 1][0].text == "4"
    assert protected_from(counted, 11).rows["CL", 1][0].text == "‹ 11"
