"""Is it still who signed in? What is asked of them again before a way in is made, or taken away.

Whoever finds a session open, or takes its cookie, has neither telephone nor password: they make themselves no way in
that outlasts it, and take none from its owner.
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
"""How long having signed in elsewhere, as the provider says, proves it, to who has no password here."""


def asked_again() -> str:
    """What proves it: the `code` of a second factor, else the `password`; without either, to have just signed in.

    `sign_in` where that is too long ago, and nothing where it is not.
    """
    who = actor().who
    if acquis().factors.on(who) is not None:
        return "code"
    if acquis().accounts.has_password(who):
        return "password"
    return "" if acquis().identities.just_came(session_secret(), FRESH) else "sign_in"


def unproved() -> Wrong:
    """What is wrong with what came along to prove it; None when nothing is."""
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
    """What a page needs to ask it: of whoever has to sign in again, also where, and back to which page."""
    known, held = acquis().providers, acquis().identities.held(actor().who)
    ways = [
        (known[each.provider].provider.title, url_for("oidc.sign_in", provider=each.provider, again=1, next=wanted))
        for each in held
        if each.provider in known
    ]
    return {"asked_again": asked_again(), "ways_again": ways}


def prove_identity() -> None:
    """Check what came along with a form to prove who sends it.

    Raises:
        Unfit: It is wrong or missing; the error stands beside the field that was asked for.
        RateLimited: It was wrong too often.
        TooManyPasswords: No place was free to compare it.

    """
    wrong = unproved()
    if wrong is None:
        return
    said, seconds = wrong
    if seconds:
        raise RateLimited(seconds) if said == WAIT else TooManyPasswords
    told = spoken()(said)
    raise InvalidForm({asked_again(): (told, told)})
