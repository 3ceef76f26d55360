"""Table of rectifications, proposed or made, of juries' decisions; some proposals wait for a second person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.appeal.facts import RectificationProposed
from domain.appeal.rectification import Rectification
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class ProposedRectification:
    """One jury's decision on one candidacy that was keyed wrongly; `proposed_at` is the key for paging."""

    rectification: UUID
    proposed_at: int
    session: UUID
    candidacy: UUID
    waits: bool
    proposed_by: UUID | None
    approvals: int
    positions: tuple[int, ...]


def rows(rectification: Rectification, facts: Facts) -> Iterator[Row]:
    """Yield one row for the decision that is rectified, or proposed to be."""
    proposed = [fact for fact, _ in facts if isinstance(fact, RectificationProposed)]
    yield (
        rectification.id,
        facts[0][1],
        proposed[0].session,
        proposed[0].candidacy,
        rectification.proposed is not None,
        proposed[-1].proposed_by,
        rectification.approvals,
        tuple(position for _, position in facts),
    )


RECTIFICATIONS = PerStream("rectifications", Rectification, rows)


def rectifications(
    database: Database, *, waits: bool | None = None, files: Collection[UUID] = (), after: int = 0, limit: int = 50
) -> list[ProposedRectification]:
    """Return a page of these decisions, ordered by their first proposal.

    `waits` selects those that wait, or those that do not; None selects all. `files` are the reader's own person ids:
    decisions about the reader as a candidate are left out.
    """
    given = {"waits": waits, "files": list(files), "after": after, "limit": limit}
    return ask(database, "rectifications", given, ProposedRectification)
