"""Equality of a decision annulled and restored with one never annulled (10,000 courses in the torture tests)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.given.domain.annulled_and_restored import COURSES, MENDED, Drawn, annulled_and_restored


@settings(max_examples=100, deadline=None)
@given(COURSES)
def test_annulled_then_restored_equals_never_annulled(drawn: Drawn) -> None:
    """The courses have several juries, two files of one person, a next version, rectifications and links."""
    annulled_and_restored(drawn)


@pytest.mark.parametrize("drawn", MENDED.values(), ids=MENDED)
def test_annulled_then_restored_equals_never_annulled_in_courses_that_once_failed(drawn: Drawn) -> None:
    annulled_and_restored(drawn)
