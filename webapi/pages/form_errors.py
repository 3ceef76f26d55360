"""Status and message of an account's form that is shown again with an error."""

from __future__ import annotations

from typing import Final

from flask import Response

from adapters.operations.accounts import TooManyPasswords
from adapters.operations.passwords import CommonPassword, WeakPassword
from adapters.operations.rate_limits import RateLimited
from webapi.problems import RETRY_AFTER, STATUS, language, note_refusal
from webapi.words import phrase

UNLINKED: Final = phrase("Votre identité est déliée ; les connexions qu'elle avait ouvertes sont fermées.")
WAIT: Final = phrase("Trop de tentatives : réessayez dans {seconds} secondes.")
WAIT_OR_RESET: Final = phrase(
    "Trop de tentatives : réessayez dans {seconds}\u00a0s, ou choisissez un nouveau mot de passe par courriel."
)


def busy() -> tuple[str, int]:
    """Return the message and the delay in seconds for a password that was not compared, as too many sign in."""
    return TooManyPasswords.sentence(language()), int(RETRY_AFTER)


def shown_again(page: str, error: tuple[str, int]) -> Response:
    """Return the page with status 422; 429 after too many attempts, 503 when too many users sign in at once.

    Both 429 and 503 have a Retry-After header.
    """
    said, seconds = error
    if not seconds:
        return Response(page, 422, mimetype="text/html")
    refusal = RateLimited if said in {WAIT, WAIT_OR_RESET} else TooManyPasswords
    status = STATUS[refusal.kind]
    note_refusal(status, refusal.slug())
    return Response(page, status, {"Retry-After": str(seconds)}, mimetype="text/html")


def unfit(password: WeakPassword) -> str:
    """Return what is wrong with a new password, and what to do."""
    if isinstance(password, CommonPassword):
        return phrase(
            "Ce mot de passe se devine vite : il est courant, ou fait de mots, de dates, de touches voisines. "
            "Choisissez une phrase à vous, ou quatre mots sans rapport entre eux."
        )
    return phrase(
        "Ce mot de passe est trop simple : douze caractères au moins, variés, et ni votre adresse ni votre nom."
    )
