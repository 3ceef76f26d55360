"""Which candidacies are called before which jury, and when?"""

from __future__ import annotations

from collections.abc import Iterator

from domain.jury.facts import CandidateListed
from domain.jury.session import JurySession, Stage
from projections.engine.projection import Facts, PerStream, Row


def rows(session: JurySession, facts: Facts) -> Iterator[Row]:
    """One row per summons, unless the session was called off, or let the candidate go."""
    for fact, position in facts if session.stage is not Stage.CANCELLED else ():
        if isinstance(fact, CandidateListed) and fact.candidacy in session.listed:
            yield session.id, fact.candidacy, session.planned.held_on, (position,)


JURY_AGENDA = PerStream("jury_agenda", JurySession, rows)
