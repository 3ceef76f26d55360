"""Who is told by letter of what was done with their account, in case it was not they who did it?"""

from __future__ import annotations

from typing import Final

from adapters.operations.rate_limits import RateLimit, RateLimitKey
from domain.ports import PersonId
from webapi.wiring import App

TOLD: Final = RateLimit("told", most=10, an_hour=5)
"""Letters of a kind to one owner: a program that makes one token after another fills no mailbox."""


def tell_owner(acquis: App, who: PersonId, kind: str, **about: str) -> None:
    """Have a letter of a kind written to the address of an account; none where there is no account.

    In French and in English: whoever acted may be somebody else, and their language is not the owner's.
    """
    if (to := acquis.accounts.held(who).get("login")) and acquis.rate_limits.may(RateLimitKey(TOLD, f"{kind} {who}")):
        acquis.letters.put(kind, to, "fr", person=who, about=about)
