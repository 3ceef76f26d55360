"""Table of requests for an accommodation, and whether they wait; without their reasons and what was granted."""

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
class AccommodationRequests:
    """The requests of one candidacy; `asked_at`, the position of the first, is the key for paging."""

    accommodation: UUID
    asked_at: int
    candidacy: UUID
    waits: bool


def rows(accommodation: Accommodation, facts: Facts) -> Iterator[Row]:
    """Yield one row for the candidacy with the requests."""
    fact, position = facts[0]
    if isinstance(fact, AccommodationFact):
        yield accommodation.id, position, fact.candidacy, accommodation.waits


ACCOMMODATIONS = PerStream("accommodations", Accommodation, rows)


def accommodations(
    database: Database, *, waits: bool | None = None, after: int = 0, limit: int = 50
) -> list[AccommodationRequests]:
    """Return a page of these candidacies, ordered by the first request; `waits` filters those that wait, or not."""
    return ask(database, "accommodations", {"waits": waits, "after": after, "limit": limit}, AccommodationRequests)
