"""Table of planned sittings of épreuves: day, place and stage."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.exam.sitting import Sitting
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class PlannedSitting:
    """One sitting as lists show it, without its subject; `planned_at` is the key for paging."""

    sitting: UUID
    planned_at: int
    framework: UUID
    rulebook: UUID
    modality: str
    held_on: date
    starts_at: str
    minutes: int
    place: str
    centre: UUID | None
    remote: bool
    places: int
    expected: int
    invigilator: UUID
    stage: str
    positions: tuple[int, ...]


def rows(sitting: Sitting, facts: Facts) -> Iterator[Row]:
    """Yield the sitting's row."""
    plan = sitting.planned
    yield (
        sitting.id,
        facts[0][1],
        plan.framework,
        plan.rulebook,
        plan.modality,
        plan.held_on,
        plan.starts_at.isoformat("minutes"),
        plan.minutes,
        plan.place,
        plan.centre,
        plan.remote,
        plan.places,
        len(sitting.sitters),
        plan.invigilator,
        sitting.stage,
        tuple(position for _, position in facts),
    )


SITTINGS = PerStream("sittings", Sitting, rows)


def sittings(
    database: Database,
    *,
    candidate: UUID | None = None,
    invigilator: UUID | None = None,
    assessor: UUID | None = None,
    candidacy: UUID | None = None,
    centres: Collection[UUID] | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[PlannedSitting]:
    """Return a page of sittings in the order of their planning.

    Filters: one candidate, invigilator, assessor (who marks papers) or candidacy; the sites of these `centres`.
    """
    given = {
        "candidate": candidate,
        "invigilator": invigilator,
        "assessor": assessor,
        "candidacy": candidacy,
        "centres": None if centres is None else list(centres),
        "after": after,
        "limit": limit,
    }
    return ask(database, "sittings", given, PlannedSitting)


def by_day(database: Database, *, skip: int, limit: int) -> list[PlannedSitting]:
    """Return a page of all sittings, the latest days first."""
    return ask(database, "sittings", {"skip": skip, "limit": limit}, PlannedSitting, "by_day")
