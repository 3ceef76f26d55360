"""Table of the assessors who mark papers of a sitting by number, never with the papers' authors."""

from __future__ import annotations

from collections.abc import Iterator

from domain.exam.sitting import Sitting
from projections.engine.projection import Facts, PerStream, Row


def rows(sitting: Sitting, _facts: Facts) -> Iterator[Row]:
    """Yield one row per assessor named."""
    for assessor, numbers in sitting.markers.items():
        yield sitting.id, assessor, tuple(sorted(numbers))


SITTING_MARKERS = PerStream("sitting_markers", Sitting, rows)
