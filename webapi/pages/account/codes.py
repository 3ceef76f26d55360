"""Check of a code of the second factor or a recovery code: six attempts, then twelve an hour."""

from __future__ import annotations

from collections.abc import Callable

from flask import request

from adapters.operations.account_events import What
from adapters.operations.rate_limits import RateLimited, RateLimitKey
from domain.ports import PersonId
from webapi.accounts.owner_letters import tell_owner
from webapi.accounts.throttling import CODE
from webapi.current import acquis
from webapi.pages.form_errors import WAIT
from webapi.words import phrase

Wrong = tuple[str, int] | None


def code_wrong(who: PersonId) -> Wrong:
    """Return what is wrong with the code that was sent, or None; a correct code is used up.

    The code is that of the second factor, or a recovery code.
    """
    return wrong_by(who, lambda code: acquis().factors.accepts(who, code) or _recovered(who, code))


def wrong_by(who: PersonId, accepts: Callable[[str], bool]) -> Wrong:
    """Return what is wrong with the code that was sent, as `accepts` judges it, or None."""
    share = RateLimitKey(CODE, str(who))
    try:
        acquis().rate_limits.spend(share)
    except RateLimited as limited:
        return WAIT, limited.seconds
    if not accepts(request.form.get("code", "")):
        return phrase("Ce code n'est pas le bon, ou a déjà servi : attendez le suivant."), 0
    acquis().rate_limits.give_back(share)
    return None


def _recovered(who: PersonId, code: str) -> bool:
    if not acquis().factors.recovers(who, code):
        return False
    acquis().account_events.note(who, What.RECOVERY_USED)
    tell_owner(acquis(), who, "recovery_used")
    return True
