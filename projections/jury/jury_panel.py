"""Who sits on which jury, in what quality, and who took whose seat?"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from adapters.database.pool import Database
from domain.jury.facts import JurorAppointed
from domain.jury.session import JurySession, Stage
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


def rows(session: JurySession, facts: Facts) -> Iterator[Row]:
    """One row per person appointed."""
    seated = session.present if session.stage is not Stage.PLANNED else session.titulars
    for fact, position in facts:
        if isinstance(fact, JurorAppointed):
            yield (
                session.id,
                fact.juror,
                fact.sex,
                fact.substitute,
                fact.chair,
                session.replaced.get(fact.juror),
                fact.juror in session.present,
                fact.juror in seated,
                (position,),
            )


JURY_PANEL = PerStream("jury_panel", JurySession, rows)


def sessions_of(database: Database, juror: UUID, limit: int = 200) -> list[UUID]:
    """The sessions in which a juror was given a seat, the latest first."""
    return ask(database, "jury_panel", {"juror": juror, "limit": limit}, _itself, "sessions_of")


def _itself(session: UUID) -> UUID:
    return session
