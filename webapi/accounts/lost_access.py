"""Ending sessions and resetting second factors, by the operator or an administrator."""

from __future__ import annotations

import structlog

from adapters.operations.account_events import By, What
from domain.ports import PersonId
from webapi.accounts.owner_letters import tell_owner
from webapi.wiring import App

log = structlog.get_logger(__name__)


def end_sessions(acquis: App, who: PersonId, by: By, administrator: PersonId | None = None) -> int:
    """End all of a person's browser sessions and note it on their account; return how many.

    `administrator`: who did it, for the log.
    """
    ended = acquis.sessions.end_all(who)
    if ended:
        acquis.account_events.note(who, What.SESSIONS_ENDED, by)
    log.warning(
        "sessions ended",
        by=by.value,
        administrator=administrator and str(administrator),
        person=str(who),
        sessions=ended,
    )
    return ended


def reset_factor(acquis: App, who: PersonId, by: By, administrator: PersonId | None = None) -> bool:
    """Switch off a person's second factor, end their sessions and notify them; return whether it was on."""
    was_on = acquis.factors.off(who)
    if was_on:
        acquis.account_events.note(who, What.FACTOR_OFF, by)
        acquis.sessions.end_all(who)
        tell_owner(acquis, who, "factor_off")
    log.warning(
        "second factor reset",
        by=by.value,
        administrator=administrator and str(administrator),
        person=str(who),
        was_on=was_on,
    )
    return was_on
