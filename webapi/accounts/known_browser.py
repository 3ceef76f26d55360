"""Has its owner signed in from this browser before? A signed cookie says so of a login, and opens nothing by itself.

Who guesses at a login does not have it: that is what keeps its owner from being locked out with them. It is bound to
the login by an HMAC, so that it tells nobody whose browser it is.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any, Final

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from webapi.current import acquis
from webapi.edge.cookies import bound

COOKIE: Final = "known_browser"
DAYS: Final = 180
KEPT: Final = 5
"""Logins of one browser: who shares it with more is asked to wait like anybody."""


def device_of(login: str) -> str | None:
    """The name of this browser as one in which this login has been opened; None where it is not known."""
    return _held().get(_of(login))


def remember(login: str) -> bool:
    """Have the answer to this request make the browser known for the login; whether it was not before."""
    plain, held = _of(login.strip().lower()), _held()
    new = plain not in held
    held = {plain: held.get(plain) or secrets.token_urlsafe(16)} | {k: v for k, v in held.items() if k != plain}
    value = _serializer().dumps(dict(list(held.items())[:KEPT]))

    @after_this_request
    def keep(response: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        name = bound(COOKIE, production=secure)
        response.set_cookie(name, value, max_age=DAYS * 86_400, httponly=True, samesite="Strict", secure=secure)
        return response

    return new


def _held() -> dict[str, str]:
    name = bound(COOKIE, production=bool(current_app.config["SESSION_COOKIE_SECURE"]))
    given = request.cookies.get(name, "")
    try:
        held: Any = _serializer().loads(given, max_age=DAYS * 86_400) if given else {}
    except BadSignature:
        return {}
    return dict(held)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(acquis().settings.secret_key, salt="acquis/known-browser")


def _of(login: str) -> str:
    secret = acquis().settings.secret_key.encode()
    return hmac.digest(secret, f"known-browser/{login}".encode(), "sha256").hex()[:24]
