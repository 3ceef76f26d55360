"""Rate limits for passwords, codes and letters, and the keys by which they are counted.

An attacker who guesses the password of one login from many places uses up that login's limit, but its owner can still
sign in: a browser in which the owner signed in before has a limit of its own, and so has a browser that followed a
link sent to the owner's address (ADR 37).
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
    """Return the limits that a sign-in counts against: the known browser's own, else the general ones."""
    plain = login.strip().lower()
    if device := device_of(plain):
        return (RateLimitKey(DEVICE, device),)
    return (RateLimitKey(ADDRESS, client_network()), RateLimitKey(LOGIN, plain), RateLimitKey(SITE))


def to_be_written_to() -> tuple[RateLimitKey, ...]:
    """Return the limits that a request for a letter counts against: its origin's and the site's."""
    return (RateLimitKey(LETTERS_FROM, client_network()), RateLimitKey(LETTERS))


def to_go_elsewhere() -> tuple[RateLimitKey, ...]:
    """Return the limit that a visit to an identity provider counts against: each visit stores data."""
    return (RateLimitKey(ELSEWHERE, client_network()),)


def client_network() -> str:
    """Return the client's network; requests are counted by network."""
    return neighbourhood(request.remote_addr)
