"""Letters that tell users of changes to their account, in case someone else made them."""

from __future__ import annotations

from typing import Final

from adapters.operations.rate_limits import RateLimit, RateLimitKey
from domain.ports import PersonId
from webapi.wiring import App

TOLD: Final = RateLimit("told", most=10, an_hour=5)
"""The most letters of a kind to one owner: a program that makes many tokens must not fill the mailbox."""


def tell_owner(acquis: App, who: PersonId, kind: str, **details: str) -> None:
    """Queue a letter of a kind to the address of an account; nothing if there is no account.

    The letter is in French and English: the user who acted may be someone else, with another language.
    """
    if (to := acquis.accounts.held(who).get("login")) and acquis.rate_limits.may(RateLimitKey(TOLD, f"{kind} {who}")):
        acquis.letters.put(kind, to, "fr", person=who, about=details)
