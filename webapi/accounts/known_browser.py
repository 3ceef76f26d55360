"""Signed cookie that marks a browser in which a login has been used before; it gives no access by itself.

An attacker who guesses a login's password does not have the cookie, so the owner is not locked out together with the
attacker. The cookie holds an HMAC of the login and so does not reveal it.
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
"""The most logins kept for one browser; with more, the oldest are throttled like unknown browsers."""


def device_of(login: str) -> str | None:
    """Return this browser's name if the login was used in it before; else None."""
    return _held().get(_of(login))


def remember(login: str) -> bool:
    """Mark the browser as known for the login in this answer; return whether it was unknown before."""
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
