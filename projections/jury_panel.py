"""Who sits on which jury, in what quality, and who took whose seat?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.jury import JurorAppointed, JurySession
from projections.asking import ask
from projections.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class Member:
    """One person appointed to a jury."""

    session: UUID
    juror: UUID
    external: bool
    side: str | None
    sex: str
    substitute: bool
    chair: bool
    replaced_by: UUID | None
    present: bool
    positions: tuple[int, ...]


def rows(session: JurySession, facts: Facts) -> Iterator[Row]:
    """One row per person appointed."""
    for fact, position in facts:
        if isinstance(fact, JurorAppointed):
            yield (
                session.id,
                fact.juror,
                fact.external,
                fact.side,
                fact.sex,
                fact.substitute,
                fact.chair,
                session.replaced.get(fact.juror),
                fact.juror in session.present,
                (position,),
            )


JURY_PANEL = PerStream("jury_panel", JurySession, rows)


def panel(database: Database, session: UUID) -> list[Member]:
    """The members appointed to a session, in the order of appointment."""
    return ask(database, "jury_panel", {"session": session}, Member)
