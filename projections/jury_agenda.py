"""Which candidacies are called before which jury, and when?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.jury import CandidateListed, JurySession
from projections.asking import ask
from projections.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class Summons:
    """One candidacy on one session's list."""

    session: UUID
    candidacy: UUID
    held_on: date
    positions: tuple[int, ...]


def rows(session: JurySession, facts: Facts) -> Iterator[Row]:
    """One row per summons."""
    for fact, position in facts:
        if isinstance(fact, CandidateListed):
            yield session.id, fact.candidacy, session.planned.held_on, (position,)


JURY_AGENDA = PerStream("jury_agenda", JurySession, rows)


def agenda(database: Database, session: UUID) -> list[Summons]:
    """The list of a session, in the order in which candidates were called."""
    return ask(database, "jury_agenda", {"session": session}, Summons)
