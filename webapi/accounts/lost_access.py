"""What is done for who lost a way in, or whose way in another may have, by the operator or an administrator?"""

from __future__ import annotations

import structlog

from adapters.operations.account_events import By, What
from domain.ports import PersonId
from webapi.accounts.owner_letters import tell_owner
from webapi.wiring import App

log = structlog.get_logger(__name__)


def end_sessions(acquis: App, who: PersonId, by: By, of: PersonId | None = None) -> int:
    """End all of a person's sessions in browsers, which they read on their account; gives how many.

    `of`: which administrator, whom the log of the process names.
    """
    ended = acquis.sessions.end_all(who)
    if ended:
        acquis.account_events.note(who, What.SESSIONS_ENDED, by)
    log.warning("sessions ended", by=by.value, of=of and str(of), person=str(who), sessions=ended)
    return ended


def reset_factor(acquis: App, who: PersonId, by: By, of: PersonId | None = None) -> bool:
    """Switch off a person's second factor and end their sessions; they are told by letter. Whether it was on."""
    was_on = acquis.factors.off(who)
    if was_on:
        acquis.account_events.note(who, What.FACTOR_OFF, by)
        acquis.sessions.end_all(who)
        tell_owner(acquis, who, "factor_off")
    log.warning("second factor reset", by=by.value, of=of and str(of), person=str(who), was_on=was_on)
    return was_on
