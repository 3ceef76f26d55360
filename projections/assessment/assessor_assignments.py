"""Which assessor is to mark which competences of which candidacy?"""

from __future__ import annotations

from collections.abc import Iterator

from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


def rows(case: Case) -> Iterator[Row]:
    """One row per assessor named."""
    for assessor, assigned in case.assessors.items():
        if assigned.competences:
            yield (
                case.candidacy,
                assessor,
                tuple(sorted(assigned.competences)),
                assigned.filed,
                tuple(assigned.positions),
            )


ASSESSOR_ASSIGNMENTS = PerCase("assessor_assignments", rows)
