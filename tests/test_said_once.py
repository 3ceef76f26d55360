"""Is what is true of a fact said once? In how many source files each fact is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from adapters.log.codec import FACTS

ROOT = Path(__file__).parents[1]
SOURCES = ("domain", "adapters", "projections", "webapi")
MOST = 9
"""It was 10 while lists beside the facts said their days, their sentences and what they mean; 6 before each role had
pages, which name what they pick out of a history; 7 before each column of a report said by which facts it changes; 8
before letters told a candidate of reviews, frauds, and titles and blocks that fall."""


def words() -> Iterator[frozenset[str]]:
    """The words of each source file."""
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*.py"):
            yield frozenset(re.findall(r"\w+", path.read_text("utf-8")))


def test_a_fact_is_named_in_few_files():
    """A list of facts beside the facts raises this: let their classes say it, and read it there."""
    files = list(words())
    named = {name: sum(name in file for file in files) for name in FACTS}
    assert all(named.values())
    assert median(named.values()) <= MOST, sorted(named.items(), key=lambda each: -each[1])[:20]
