"""Test cases marked `slow`: `make test` leaves them out, `make test-slow` runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable


def slow_case(*values: Any) -> Any:
    """Return a case of `parametrize` that only `make test-slow` runs."""
    return pytest.param(*values, marks=pytest.mark.slow)


def keep_one_in(number: int, cases: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Return all cases, marking as slow those that are not the first of each group of `number` cases."""
    return [pytest.param(*case) if place % number == 0 else slow_case(*case) for place, case in enumerate(cases)]
