"""How often may somebody try a password, a code, or have a letter sent? The allowances, and for whom each is counted.

Whoever guesses at one login from many places uses up that login's allowance, and its owner goes on signing in: a
browser in which they have signed in before has an allowance of its own, and so does one in which they followed a link
that was sent to their address (ADR 37).
"""

from __future__ import annotations

from typing import Final

from flask import request

from adapters.operations.rate_limits import RateLimit, RateLimitKey, neighbourhood
from webapi.accounts.known_browser import device_of

LOGIN: Final = RateLimit("login", most=10, an_hour=60)
ADDRESS: Final = RateLimit("address", most=30, an_hour=300)
SITE: Final = RateLimit("site", most=600, an_hour=18_000)
DEVICE: Final = RateLimit("device", most=10, an_hour=60)
CODE: Final = RateLimit("code", most=6, an_hour=12)
AGAIN: Final = RateLimit("again", most=10, an_hour=30)
ELSEWHERE: Final = RateLimit("elsewhere", most=120, an_hour=1_200)
LETTERS_FROM: Final = RateLimit("letters from", most=10, an_hour=20)
LETTERS_TO: Final = RateLimit("letters to", most=3, an_hour=3)
LETTERS: Final = RateLimit("letters", most=300, an_hour=1_200)


def to_sign_in(login: str) -> tuple[RateLimitKey, ...]:
    """What one try to sign in uses: of the browser that is known to the login, else of whoever is not known to it."""
    plain = login.strip().lower()
    if device := device_of(plain):
        return (RateLimitKey(DEVICE, device),)
    return (RateLimitKey(ADDRESS, here()), RateLimitKey(LOGIN, plain), RateLimitKey(SITE))


def to_be_written_to() -> tuple[RateLimitKey, ...]:
    """What asking for a letter uses, of wherever it is asked from and of the site."""
    return (RateLimitKey(LETTERS_FROM, here()), RateLimitKey(LETTERS))


def to_go_elsewhere() -> tuple[RateLimitKey, ...]:
    """What going to an identity provider uses, of wherever one goes from: each time something is remembered."""
    return (RateLimitKey(ELSEWHERE, here()),)


def here() -> str:
    """Where the request comes from."""
    return neighbourhood(request.remote_addr)
