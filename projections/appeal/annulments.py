"""Annulments that were proposed: of which decision or fraud, by whom, and which wait for a second person."""

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
    """One annulment that waits, about a session's decision or a case of fraud; `proposed_at` is a list's key."""

    candidacy: UUID
    about: UUID
    proposed_at: int
    session: UUID | None
    case: UUID | None
    cause: str
    proposed_by: UUID


def rows(annulments: Annulments, facts: Facts) -> Iterator[Row]:
    """Return one row per annulment that waits."""
    proposed_at = {fact.about: position for fact, position in facts if isinstance(fact, AnnulmentProposed)}
    for about, each in annulments.waiting.items():
        at = proposed_at[about]
        told = each.candidacy, about, at, each.session, each.case, each.cause, each.proposed_by
        yield annulments.id, *told, (at,)


ANNULMENTS = PerStream("annulments", Annulments, rows)


def annulments(
    database: Database, *, files: Collection[UUID] = (), after: int = 0, limit: int = 50
) -> list[WaitingAnnulment]:
    """A page of the annulments that wait, the oldest first, but for those about a candidate with one of these files.

    What is proposed of oneself is not one's to know.
    """
    return ask(database, "annulments", {"files": list(files), "after": after, "limit": limit}, WaitingAnnulment)
