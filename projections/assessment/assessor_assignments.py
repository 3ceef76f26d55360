"""Which assessor is to mark which competences of which candidacy, and how far have they come? Also their queue."""

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
"""Dossiers that a queue holds."""


@dataclass(frozen=True)
class ToAssess:
    """One dossier in an assessor's queue.

    `marked` are those of its `competences` that have a mark for the present attempt at their block; `again` so many
    are in a block that a jury refused since the marks were handed in; `due_on` is the day of the next jury that the
    candidacy is called before, None where it is called before none.
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
    """One row per assessor named."""
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
    """By competence of a block that a jury refused, where its decision stands, once it was made known."""
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
    """What an assessor has to mark and hand in, the most pressing first; nothing of their own (`files`).

    All of it, or one `candidacy` of it.
    """
    given = {"assessor": assessor, "files": list(files), "candidacy": candidacy, "limit": MOST}
    return ask(database, "assessor_assignments", given, ToAssess, "queue")


def handed_in(
    database: Database, assessor: UUID, files: Collection[UUID] = (), *, before: int | None = None, limit: int = 50
) -> list[ToAssess]:
    """A page of what they have handed in, the newest assignment first, those `before` a position."""
    given = {"assessor": assessor, "files": list(files), "before": before, "limit": limit}
    return ask(database, "assessor_assignments", given, ToAssess, "handed_in")
