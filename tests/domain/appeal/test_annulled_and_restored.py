"""Is what was annulled and stands again as if nobody had ever annulled it? Over 10,000 courses in the torture."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.given.domain.annulled_and_restored import COURSES, MENDED, Drawn, annulled_and_restored


@settings(max_examples=100, deadline=None)
@given(COURSES)
def test_annulled_then_restored_equals_never_annulled(drawn: Drawn) -> None:
    """Over two juries and more, two files of one person, a next version, rectifications and links in between."""
    annulled_and_restored(drawn)


@pytest.mark.parametrize("drawn", MENDED.values(), ids=MENDED)
def test_so_it_is_where_it_was_not_before(drawn: Drawn) -> None:
    annulled_and_restored(drawn)
