"""Table of proposed annulments that wait for a second person: the decision or fraud, and who proposed each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentProposed
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class WaitingAnnulment:
    """A waiting annulment, of a session's decision or of a fraud case; `proposed_at` is the key for paging."""

    candidacy: UUID
    about: UUID
    proposed_at: int
    session: UUID | None
    case: UUID | None
    cause: str
    proposed_by: UUID


def rows(annulments: Annulments, facts: Facts) -> Iterator[Row]:
    """Yield one row per annulment that waits."""
    proposed_at = {fact.about: position for fact, position in facts if isinstance(fact, AnnulmentProposed)}
    for about, each in annulments.waiting.items():
        at = proposed_at[about]
        told = each.candidacy, about, at, each.session, each.case, each.cause, each.proposed_by
        yield annulments.id, *told, (at,)


ANNULMENTS = PerStream("annulments", Annulments, rows)


def annulments(
    database: Database, *, files: Collection[UUID] = (), after: int = 0, limit: int = 50
) -> list[WaitingAnnulment]:
    """Return a page of the annulments that wait, the oldest first.

    `files` are the reader's own person ids: annulments about the reader as a candidate are left out.
    """
    return ask(database, "annulments", {"files": list(files), "after": after, "limit": limit}, WaitingAnnulment)
