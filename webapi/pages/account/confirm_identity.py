"""Proof of identity that a signed-in user gives again before a way to sign in is added or removed.

A stranger who finds an open session, or steals its cookie, has neither telephone nor password. Such a stranger can
neither add a way to sign in that outlasts the session, nor take one from its owner.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import request, url_for

from adapters.operations.accounts import TooManyPasswords
from adapters.operations.rate_limits import RateLimited
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.edge.cookies import session_secret
from webapi.pages.account.account import proved
from webapi.pages.account.codes import Wrong, code_wrong
from webapi.pages.filled import InvalidForm
from webapi.pages.form_errors import WAIT
from webapi.words import phrase
from webapi.words.spoken import spoken

FRESH: Final = timedelta(minutes=5)
"""How long a recent sign-in at a provider proves the identity of a user without a password here."""


def asked_again() -> str:
    """Return the proof to ask for: the `code` of a second factor, else the `password`.

    A user who has neither must have signed in recently: `sign_in` if it was too long ago, else an empty text.
    """
    who = actor().who
    if acquis().factors.on(who) is not None:
        return "code"
    if acquis().accounts.has_password(who):
        return "password"
    return "" if acquis().identities.just_came(session_secret(), FRESH) else "sign_in"


def unproved() -> Wrong:
    """Return what is wrong with the proof that the request contains, or None."""
    match asked_again():
        case "code":
            return code_wrong(actor().who)
        case "password":
            return proved(actor().who, request.form.get("password", ""))
        case "sign_in":
            return phrase(
                "Vous n'avez pas de mot de passe ici : reconnectez-vous d'abord ; vous aurez ensuite cinq minutes."
            ), 0
        case _:
            return None


def asking(wanted: str) -> dict[str, Any]:
    """Return the template variables with which a page asks for the proof.

    A user who has to sign in again also gets the address where they do, which leads back to the page `wanted`.
    """
    known, held = acquis().providers, acquis().identities.held(actor().who)
    ways = [
        (known[each.provider].provider.title, url_for("oidc.sign_in", provider=each.provider, again=1, next=wanted))
        for each in held
        if each.provider in known
    ]
    return {"asked_again": asked_again(), "ways_again": ways}


def prove_identity() -> None:
    """Check the proof of identity that a form contains.

    Raises:
        InvalidForm: It is wrong or missing; the error is shown next to the field.
        RateLimited: It was wrong too often.
        TooManyPasswords: The server compares too many passwords at this moment.


    """
    wrong = unproved()
    if wrong is None:
        return
    said, seconds = wrong
    if seconds:
        raise RateLimited(seconds) if said == WAIT else TooManyPasswords
    told = spoken()(said)
    raise InvalidForm({asked_again(): (told, told)})
