"""Of cases that ask one thing at each of many places: a few by day, all of them by night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable


def by_night(*values: Any) -> Any:
    """A case of `parametrize` that `make test` leaves to `make days`."""
    return pytest.param(*values, marks=pytest.mark.nightly)


def one_of(number: int, cases: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Of so many cases that follow each other the first by day, the others by night."""
    return [pytest.param(*case) if place % number == 0 else by_night(*case) for place, case in enumerate(cases)]
