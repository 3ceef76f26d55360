"""Who did what in this dossier, when, as whom, on what grounds, and where does it stand in the log?"""

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
class Entry:
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


def history(database: Database, candidacy: UUID) -> list[Entry]:
    """The history of one candidacy, for the server's operator; nobody else."""
    return ask(database, "decision_history", {"candidacy": candidacy}, Entry, "read")
