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
    """Return the valid signatures; those from before a reopening belong to earlier minutes."""
    found: list[MinutesSigned] = []
    for told in facts:
        if isinstance(told.fact, MinutesSigned):
            found.append(told.fact)
        elif isinstance(told.fact, SessionReopened):
            found = []
    return found


def may_read(session: JurySession) -> bool:
    """Return whether this reader sees all decisions of a session: members present, the registrar, later the auditor.

    A candidate of the session never does, under any of their files.
    """
    who = reader()
    if who.is_one_of(session.candidates):
        return False
    if who.role is Role.JUROR:
        return who.person in session.present
    return who.role is not Role.AUDITOR or session.stage is SessionStage.RELEASED


def is_withheld(candidacy: UUID, recused: Iterable[PersonId], session: JurySession) -> bool:
    """Return whether a candidate's decision is hidden from this reader.

    It is hidden from an auditor while it is withheld, and from a recused member.
    """
    if actor().role is Role.AUDITOR:
        return candidacy in session.withheld
    return actor().role is Role.JUROR and reader().is_one_of(recused)
