"""Table of contested jury decisions; some requests for review wait for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.appeal.facts import CourtRuled, ReviewAnswered, ReviewRequested
from domain.appeal.review import Review
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class QuestionedDecision:
    """One jury's decision on one candidacy that is contested; `questioned_at` is the key for paging.

    `ground` and `asked_on` come from the last request for review; they are None if only a court was seized.
    """

    review: UUID
    questioned_at: int
    session: UUID
    candidacy: UUID
    ground: str | None
    asked_on: date | None
    waits: bool
    annulled_by: str | None
    positions: tuple[int, ...]


def rows(review: Review, facts: Facts) -> Iterator[Row]:
    """Yield one row for the contested decision."""
    said = [fact for fact, _ in facts if isinstance(fact, ReviewRequested | ReviewAnswered | CourtRuled)]
    asked = next((fact for fact in reversed(said) if isinstance(fact, ReviewRequested)), None)
    yield (
        review.id,
        facts[0][1],
        said[0].session,
        said[0].candidacy,
        asked.ground if asked else None,
        asked.asked_on if asked else None,
        review.under_way is not None,
        review.annuls,
        tuple(position for _, position in facts),
    )


REVIEWS = PerStream("reviews", Review, rows)


def reviews(
    database: Database, *, waits: bool | None = None, after: int = 0, limit: int = 50
) -> list[QuestionedDecision]:
    """Return a page of the contested decisions, by the first contest; `waits`: only those that wait, or do not."""
    return ask(database, "reviews", {"waits": waits, "after": after, "limit": limit}, QuestionedDecision)
