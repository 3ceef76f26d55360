"""Has each refusal that was numbered a test? By their names: `test_<number>_<the rule as a sentence>`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
NUMBERS = frozenset(range(1, 91))
"""A test's name is the only place where the rule of a number stands."""
COMING = frozenset[int]()
"""Numbers whose feature is being built: each goes from here with its first test."""


NUMBERED = re.compile(r"^ *def test_(\d+)_(\w+)", re.MULTILINE)


def numbered(folder: Path = TESTS) -> Iterator[tuple[int, str]]:
    """Each test that bears a number, with its name."""
    for path in sorted(folder.rglob("test_*.py")):
        for number, rule in NUMBERED.findall(path.read_text("utf-8")):
            yield int(number), rule


def test_each_number_has_a_test() -> None:
    tested = {number for number, _ in numbered()}
    assert sorted(NUMBERS - tested - COMING) == []


def test_each_of_them_says_its_rule() -> None:
    for number, rule in numbered():
        assert len(rule.split("_")) >= 3, f"test_{number}_{rule} says no sentence"
        assert 1 <= number <= 90
