"""What does a browser keep of this site? Signed cookies, of pages only: a session, who came before, a language."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, Request, Response
from flask import request as current
from flask import session as current_session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from adapters.settings import Settings
from webapi.problems import FOR_PROGRAMS

PASS: Final = "pass"  # noqa: S105  (the name under which the browser keeps its session's secret)
WITHOUT = (*FOR_PROGRAMS, "/static/", "/.well-known/", "/files/")
"""Where no cookie is read or given."""


def keep_sessions(app: Flask, settings: Settings) -> None:
    """Keep visitors' sessions in a cookie that no script reads and no other site's form brings along.

    In production it travels over TLS only. Lax and not Strict: who follows a link in a letter is still signed in.
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
    """A cookie's name by which a browser takes it from this very host, whole, and from no neighbour of it."""
    return f"__Host-{name}" if production else name


def session_secret() -> str:
    """Return the secret of the browser's session; empty when it has none."""
    given = current_session.get(PASS)
    return given if isinstance(given, str) else ""


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookies; a program neither brings nor takes one, and does not pay for reading it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie, if there is one."""
        if request.path.startswith(WITHOUT) or self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the cookie along with a page that somebody sees."""
        if not current.path.startswith(WITHOUT) and not _for_nobody(response):
            super().save_session(app, session, response)


def _for_nobody(response: Response) -> bool:
    """Whether a script asked for a page, and is told to sign in: it shows no form, and needs no session for one.

    Else its answer, where it comes late, would take the place of a session that began meanwhile in another tab.
    """
    by_script = current.method in {"GET", "HEAD"} and current.headers.get("Sec-Fetch-Dest") == "empty"
    return by_script and response.status_code == HTTPStatus.UNAUTHORIZED
