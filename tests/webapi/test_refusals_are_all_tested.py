"""Tests that each numbered refusal has a test, named `test_<number>_<the rule as a sentence>`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
NUMBERS = frozenset(range(1, 91))
"""The rule of a number is stated only in its test's name."""
COMING = frozenset[int]()
"""Numbers whose feature is not built yet; remove each with its first test."""


NUMBERED = re.compile(r"^ *def test_(\d+)_(\w+)", re.MULTILINE)


def numbered(folder: Path = TESTS) -> Iterator[tuple[int, str]]:
    """Yield each numbered test: its number and the rest of its name."""
    for path in sorted(folder.rglob("test_*.py")):
        for number, rule in NUMBERED.findall(path.read_text("utf-8")):
            yield int(number), rule


def test_every_numbered_refusal_has_a_test() -> None:
    tested = {number for number, _ in numbered()}
    assert sorted(NUMBERS - tested - COMING) == []


def test_numbered_test_name_states_its_rule_in_three_words_or_more() -> None:
    for number, rule in numbered():
        assert len(rule.split("_")) >= 3, f"test_{number}_{rule} says no sentence"
        assert 1 <= number <= 90
