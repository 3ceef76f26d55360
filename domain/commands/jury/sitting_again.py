from __future__ import annotations

from typing import Final

from domain.appeal.rectification import Rectification, minutes_of
from domain.jury.hours import noted_at
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log

SIGNED_ANEW: Final = "La délibération est rouverte : son procès-verbal sera signé de nouveau."
"""Reason for rejecting a rectification proposed from the earlier minutes; says nothing of who left, and why."""


def sit_again(log: Log, session: JurySession, candidacy: CandidacyId) -> JurySession:
    """Record that a closed session sits again for a candidate, with its signatures void; return it in that state.

    Records nothing if the session already sits for them. Rejects a rectification proposed from minutes that no longer
    apply. Loads the proposed rectification; then what proposing it loads.
    """
    rectification = log.find(Rectification, Rectification.id_of(session.id, candidacy))
    if rectification.proposed is not None:
        minutes = minutes_of(log, session.id, candidacy)
        log.record(rectification, rectification.reject(minutes, SIGNED_ANEW))
    if again := session.reopen(candidacy, log.today, noted_at(session, log, None)):
        log.record(session, again)
        return session.evolve(again)
    return session
