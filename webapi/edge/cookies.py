"""Cookies of the site's pages: signed session, sign of an earlier visit, language."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, Request, Response
from flask import request as current
from flask import session as current_session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from adapters.settings import Settings
from webapi.problems import FOR_PROGRAMS

PASS: Final = "pass"  # noqa: S105  (the cookie's name of the session's secret)
WITHOUT = (*FOR_PROGRAMS, "/static/", "/.well-known/", "/files/")
"""The paths where no cookie is read or set."""


def keep_sessions(app: Flask, settings: Settings) -> None:
    """Keep sessions in a cookie that no script can read and that no other site's form sends.

    In production the cookie travels over TLS only. It is Lax, not Strict: a user who follows a link in a letter is
    still signed in.
    """
    app.session_interface = CookieSessions()
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=bound("session", production=settings.production),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def bound(name: str, *, production: bool) -> str:
    """Return the cookie's name, with the prefix that ties it to this host in production (`__Host-`)."""
    return f"__Host-{name}" if production else name


def session_secret() -> str:
    """Return the secret of the browser's session; empty when it has none."""
    given = current_session.get(PASS)
    return given if isinstance(given, str) else ""


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookies, which programs neither send nor receive."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of the cookie, or an empty one."""
        if request.path.startswith(WITHOUT) or self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie on the answer when it is a page that a user sees."""
        if not current.path.startswith(WITHOUT) and not _tells_a_script_to_sign_in(response):
            super().save_session(app, session, response)


def _tells_a_script_to_sign_in(response: Response) -> bool:
    """Return whether the answer tells a page's script to sign in (401); it then needs no session.

    Its cookie, arriving late, would replace a session that has begun in another tab.
    """
    by_script = current.method in {"GET", "HEAD"} and current.headers.get("Sec-Fetch-Dest") == "empty"
    return by_script and response.status_code == HTTPStatus.UNAUTHORIZED
