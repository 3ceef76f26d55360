"""Which assessor is to mark which competences of which candidacy?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from projections.asking import ask
from projections.case import Case
from projections.projection import PerCase, Row


@dataclass(frozen=True)
class Assignment:
    """An assessor's charge for one candidacy."""

    candidacy: UUID
    assessor: UUID
    competences: tuple[int, ...]
    filed: bool
    positions: tuple[int, ...]


def rows(case: Case) -> Iterator[Row]:
    """One row per assessor named."""
    for assessor, assigned in case.assessors.items():
        yield (
            case.candidacy,
            assessor,
            tuple(sorted(assigned.competences)),
            assigned.filed,
            tuple(assigned.positions),
        )


ASSESSOR_ASSIGNMENTS = PerCase("assessor_assignments", rows)


def assignments(
    database: Database, *, candidacy: UUID | None = None, assessor: UUID | None = None
) -> list[Assignment]:
    """The assignments for a candidacy, or of an assessor."""
    return ask(database, "assessor_assignments", {"candidacy": candidacy, "assessor": assessor}, Assignment)
