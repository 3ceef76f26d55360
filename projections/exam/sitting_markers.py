"""Who marks papers of which sitting by their numbers? Not whose papers they are."""

from __future__ import annotations

from collections.abc import Iterator

from domain.exam.sitting import Sitting
from projections.engine.projection import Facts, PerStream, Row


def rows(sitting: Sitting, _facts: Facts) -> Iterator[Row]:
    """One row per assessor named."""
    for assessor, numbers in sitting.markers.items():
        yield sitting.id, assessor, tuple(sorted(numbers))


SITTING_MARKERS = PerStream("sitting_markers", Sitting, rows)
