"""Table of the competences that each assessor has to mark, with their progress; also the assessors' queues."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from adapters.database.pool import Database
from domain.standing.standing import BlockState
from projections.asking import ask
from projections.engine.case import Case
from projections.engine.projection import PerCase, Row

MOST: Final = 500
"""The greatest number of dossiers in a queue."""


@dataclass(frozen=True)
class ToAssess:
    """One dossier in an assessor's queue.

    `marked`: the `competences` that have a mark for the current attempt at their block. `again`: how many of them are
    in a block that a jury has refused since the marks were handed in. `due_on`: the day of the next jury that the
    candidacy is called before, None if there is no such jury.
    """

    candidacy: UUID
    assigned_at: int
    framework: UUID
    route: str
    opened_on: date
    competences: tuple[int, ...]
    marked: tuple[int, ...]
    again: int
    filed: bool
    evidence: int
    due_on: date | None


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per assessor with competences to mark."""
    refused = _refused(case)
    for assessor, assigned in case.assessors.items():
        if not assigned.competences:
            continue
        numbers = sorted(assigned.competences)
        marked = [number for number in numbers if assigned.marks.get(number, 0) > refused.get(number, 0)]
        again = [number for number in numbers if refused.get(number, 0) > (assigned.filed_at or 0) > 0]
        yield (
            case.candidacy,
            assessor,
            tuple(numbers),
            assigned.filed,
            tuple(marked),
            len(again),
            assigned.positions[0],
            tuple(assigned.positions),
        )


def _refused(case: Case) -> dict[int, int]:
    """Return, for each competence of a block refused in released results, the log position of that decision."""
    fold = case.fold
    return {
        number: max(fold.block(block, provisional=False).positions)
        for block in fold.framework.blocks
        if fold.block_state(block, provisional=False) is BlockState.NOT_GRANTED
        for number in block.competences
    }


ASSESSOR_ASSIGNMENTS = PerCase("assessor_assignments", rows)


def to_assess(
    database: Database, assessor: UUID, files: Collection[UUID] = (), *, candidacy: UUID | None = None
) -> list[ToAssess]:
    """Return the dossiers that an assessor has to mark and hand in, the earliest jury first; or only one `candidacy`.

    `files` are the assessor's own person ids: their own candidacies are left out.
    """
    given = {"assessor": assessor, "files": list(files), "candidacy": candidacy, "limit": MOST}
    return ask(database, "assessor_assignments", given, ToAssess, "queue")


def handed_in(
    database: Database, assessor: UUID, files: Collection[UUID] = (), *, before: int | None = None, limit: int = 50
) -> list[ToAssess]:
    """Return a page of the dossiers that an assessor has handed in, the newest assignment first.

    `before`: only assignments before this position. `files`: as in `to_assess`.
    """
    given = {"assessor": assessor, "files": list(files), "before": before, "limit": limit}
    return ask(database, "assessor_assignments", given, ToAssess, "handed_in")
