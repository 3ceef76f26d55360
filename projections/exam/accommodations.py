"""Which requests for an accommodation wait for an answer? Never why they were made, nor what was granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationFact
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class Asked:
    """The requests of one candidacy; `asked_at` is a list's key, the position of the first."""

    accommodation: UUID
    asked_at: int
    candidacy: UUID
    waits: bool


def rows(accommodation: Accommodation, facts: Facts) -> Iterator[Row]:
    """One row per candidacy that asked."""
    fact, position = facts[0]
    if isinstance(fact, AccommodationFact):
        yield accommodation.id, position, fact.candidacy, accommodation.waits


ACCOMMODATIONS = PerStream("accommodations", Accommodation, rows)


def accommodations(database: Database, *, waits: bool | None = None, after: int = 0, limit: int = 50) -> list[Asked]:
    """A page of the candidacies that asked, in that order; those that wait, or not, if said."""
    return ask(database, "accommodations", {"waits": waits, "after": after, "limit": limit}, Asked)
