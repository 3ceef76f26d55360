from __future__ import annotations

from typing import Final

from domain.appeal.rectification import Rectification, minutes_of
from domain.jury.hours import noted_at
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log

SIGNED_ANEW: Final = "La délibération est rouverte : son procès-verbal sera signé de nouveau."
"""Why what was proposed to be rectified by the first minutes is rejected; nothing of who left, and why."""


def sit_again(log: Log, session: JurySession, candidacy: CandidacyId) -> JurySession:
    """Record that a session that was closed sits again on a candidate, its signatures void; return it so.

    Nothing is recorded where it sits on them already. What was proposed to be rectified by minutes that are no longer
    the decision's is rejected. Loads what is proposed to be rectified; then what proposing it loads.
    """
    rectification = log.find(Rectification, Rectification.id_of(session.id, candidacy))
    if rectification.proposed is not None:
        minutes = minutes_of(log, session.id, candidacy)
        log.record(rectification, rectification.reject(minutes, SIGNED_ANEW))
    if again := session.reopen(candidacy, log.today, noted_at(session, log, None)):
        log.record(session, again)
        return session.evolve(again)
    return session
