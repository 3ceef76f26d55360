"""May a session that was called be put off or called off?"""

from __future__ import annotations

from datetime import date

from domain.fact import Personal
from domain.jury import JurySession, SessionInThePast, SessionNotPlanned, Stage
from domain.ports import PersonId
from domain.refusal import Refused
from domain.session_course import SessionCancelled, SessionPostponed


class NotLater(Refused):
    """A session is put off to a day later than the one for which it was called."""

    fr = "Une session est reportée à un jour postérieur à celui pour lequel elle était convoquée."
    kind = "invalid"


def postpone(session: JurySession, held_on: date, reason: str, *, by: PersonId, today: date) -> SessionPostponed:
    """Put the session off, before it opens; each candidate on its list stays called before this jury."""
    _not_begun(session)
    if held_on <= session.planned.held_on:
        raise NotLater(held_on.isoformat())
    if held_on < today:
        raise SessionInThePast(held_on.isoformat())
    return SessionPostponed(held_on=held_on, reason=Personal(reason, by))


def cancel(session: JurySession, reason: str, *, by: PersonId) -> SessionCancelled:
    """Call the session off, before it opens; its candidates may be called before another."""
    _not_begun(session)
    return SessionCancelled(reason=Personal(reason, by))


def _not_begun(session: JurySession) -> None:
    if session.stage is not Stage.PLANNED:
        raise SessionNotPlanned(session.id)
