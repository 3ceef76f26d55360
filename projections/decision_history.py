"""Who did what in this dossier, when, as whom, on what grounds, and where does it stand in the log?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from adapters.database.pool import Database
from domain.assessment import AssessmentFiled, CompetenceAssessed
from domain.deliberation import (
    BlockGranted,
    BlockNotGranted,
    CompetenceRuled,
    JurorRecused,
    TitlePronounced,
)
from projections.asking import ask
from projections.projection import InSql

DECISION_HISTORY = InSql("decision_history")
UNTIL_RELEASE = sorted(
    fact.__name__
    for fact in (
        CompetenceAssessed,
        AssessmentFiled,
        JurorRecused,
        CompetenceRuled,
        BlockGranted,
        BlockNotGranted,
        TitlePronounced,
    )
)
"""Marks and what a jury says: nobody but the panel and the registrar sees them before the results are released."""


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


def history(
    database: Database, candidacy: UUID, *, provisional: bool, after: int = 0, limit: int = 1000
) -> list[Entry]:
    """The history of one candidacy from `after` on; without `provisional`, no mark or ruling before its release."""
    given = {"candidacy": candidacy, "provisional": provisional, "after": after, "limit": limit}
    return ask(database, "decision_history", given, Entry, "read")
