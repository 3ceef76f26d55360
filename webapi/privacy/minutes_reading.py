"""Minutes of a jury session, as their reader may see them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.jury.facts import MinutesSigned, SessionReopened
from domain.jury.session import JurySession, SessionStage
from domain.ports import PersonId, Role
from projections.reading import DossierFact
from webapi.accounts.authentication import actor, reader


def signatures(facts: Iterable[DossierFact]) -> list[MinutesSigned]:
    """The signatures that hold: those from before the session sat again are of other minutes."""
    found: list[MinutesSigned] = []
    for told in facts:
        if isinstance(told.fact, MinutesSigned):
            found.append(told.fact)
        elif isinstance(told.fact, SessionReopened):
            found = []
    return found


def may_read(session: JurySession) -> bool:
    """Whether this reader sees all that a session decided: a member present, who runs it, the auditor afterwards.

    Never one who was called before it, under whichever of their files.
    """
    who = reader()
    if who.is_one_of(session.candidates):
        return False
    if who.role is Role.JUROR:
        return who.person in session.present
    return who.role is not Role.AUDITOR or session.stage is SessionStage.RELEASED


def is_withheld(candidacy: UUID, recused: Iterable[PersonId], session: JurySession) -> bool:
    """Whether a candidate's decision is not this reader's: an auditor while it waits, a member who stepped out."""
    if actor().role is Role.AUDITOR:
        return candidacy in session.withheld
    return actor().role is Role.JUROR and reader().is_one_of(recused)
