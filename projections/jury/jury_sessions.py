"""Table of jury sessions: day, place and stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.jury.session import JurySession
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class JurySessionRow:
    """One session as lists show it; `planned_at` is the key for paging."""

    session: UUID
    planned_at: int
    framework: UUID
    rulebook: UUID
    jury: str
    held_on: date
    place: str
    starts_at: str | None
    places: int
    listed: int
    stage: str
    chair: UUID | None
    reports_to: UUID | None
    on_paper: bool
    derogations: tuple[str, ...]
    one_sex_explained: bool
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Released:
    """One dossier before a jury whose results are released, with its released outcome."""

    candidacy: UUID
    candidate: UUID
    framework: UUID
    route: str
    outcome: str
    session: UUID
    held_on: date
    place: str


def rows(session: JurySession, facts: Facts) -> Iterator[Row]:
    """Yield the session's row."""
    plan = session.planned
    yield (
        session.id,
        facts[0][1],
        plan.framework,
        plan.rulebook,
        plan.jury,
        plan.held_on,
        plan.place,
        plan.starts_at and plan.starts_at.isoformat("minutes"),
        plan.places,
        len(session.listed),
        session.stage,
        session.chair,
        plan.reports_to,
        plan.on_paper,
        tuple(sorted(session.derogations)),
        session.one_sex_explained,
        tuple(position for _, position in facts),
    )


JURY_SESSIONS = PerStream("jury_sessions", JurySession, rows)


def sessions(
    database: Database, *, juror: UUID | None = None, after: int = 0, limit: int = 50
) -> list[JurySessionRow]:
    """Return a page of sessions in the order of their planning; only those of `juror` if given."""
    return ask(database, "jury_sessions", {"juror": juror, "after": after, "limit": limit}, JurySessionRow)


def released(database: Database, *, until: date, limit: int) -> list[Released]:
    """Return the dossiers of the latest juries with released results, held up to a day; the latest jury first."""
    return ask(database, "jury_sessions", {"until": until, "limit": limit}, Released, "released")


def upcoming(database: Database, framework: UUID, since: date) -> list[JurySessionRow]:
    """Return the sessions of a framework version on that day or later, the earliest first."""
    return ask(database, "jury_sessions", {"framework": framework, "since": since}, JurySessionRow, "upcoming")
