"""Table of the acts in each dossier: author, role, date, grounds, and position in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from adapters.database.pool import Database
from projections.asking import ask
from projections.engine.projection import InSql

DECISION_HISTORY = InSql("decision_history")


@dataclass(frozen=True)
class HistoryLine:
    """One line of a history. `sealed` names the personal fields, which are opened from the log when read."""

    position: int
    stream: UUID
    version: int
    append_id: UUID
    n: int
    type: str
    by: UUID | None
    role: str
    on: date
    at: datetime
    session: UUID | None
    grounds: dict[str, Any]
    sealed: tuple[str, ...]


def history(database: Database, candidacy: UUID) -> list[HistoryLine]:
    """Return the history of one candidacy, unfiltered: for the server's operator only."""
    return ask(database, "decision_history", {"candidacy": candidacy}, HistoryLine, "read")
