"""Texts with a possible national number, which must not be recorded in clear."""

from __future__ import annotations

import pytest

from domain.people.unnamed import NumberInClear, unnamed


@pytest.mark.parametrize(
    "text",
    [
        "2550814168025",
        "255081416802538",
        "lot 12 2 55 08 14 168 025 38.",
        "2-55-08-14-168-025",
        "2.55.08.14.168.025/38",
        "2 90 03 2a 123 456 94",
        "2\u00a055\u202f08\u00a014\u2011168\u2013025",
        "n°255081416802538b",
    ],
)
def test_text_with_thirteen_or_fifteen_digits_in_a_row_is_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(NumberInClear) as refused:
        unnamed(text)
    assert not refused.value.about


@pytest.mark.parametrize(
    "text", ["lot 12", "2021-09", "message du 12 novembre", "73282932000074", "732 829 320 00074", "1234567890123456"]
)
def test_text_with_other_references_such_as_a_siret_is_returned_unchanged(text: str) -> None:
    assert unnamed(text) == text
