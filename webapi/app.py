"""How is the web application made? `create_app(house)` joins resources, pages and problems."""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf import CSRFProtect

from webapi.api import (
    accommodations,
    assessments,
    audit_exports,
    candidacies,
    certifications,
    commissions,
    credit,
    deadlines,
    deliberations,
    duplicates,
    erasures,
    evidence,
    explanations,
    frauds,
    health,
    journeys,
    jury_sessions,
    law,
    minutes,
    notices,
    organisations,
    papers,
    persons,
    presence,
    receipts,
    rectifications,
    registrations,
    reviews,
    rulebooks,
    say_position,
    sittings,
    tokens,
    transcriptions,
)
from webapi.docs import bp as docs
from webapi.logs import note_requests
from webapi.openapi import DocumentedApi
from webapi.pages import open_pages
from webapi.problems import answer_problems, remember_language
from webapi.requests import LARGEST_BODY, give_time
from webapi.wiring import House

RESOURCES = (
    certifications.bp,
    registrations.bp,
    rulebooks.bp,
    law.bp,
    persons.bp,
    duplicates.bp,
    tokens.bp,
    erasures.bp,
    erasures.holds,
    candidacies.bp,
    deadlines.bp,
    journeys.bp,
    credit.bp,
    explanations.bp,
    explanations.everybody,
    evidence.bp,
    evidence.files,
    receipts.bp,
    audit_exports.bp,
    assessments.bp,
    jury_sessions.bp,
    minutes.bp,
    transcriptions.bp,
    commissions.bp,
    deliberations.bp,
    papers.bp,
    frauds.bp,
    notices.bp,
    notices.lists,
    presence.bp,
    presence.members,
    reviews.bp,
    reviews.lists,
    rectifications.bp,
    rectifications.lists,
    organisations.bp,
    sittings.bp,
    accommodations.bp,
    accommodations.lists,
    organisations.lists,
    health.bp,
)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ANSWERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Content-Security-Policy", CSP),
)
API_ANSWERS = (*ANSWERS, ("Cache-Control", "no-store"))


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookies; a program that sends none does not pay for reading it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie, if there is one."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def create_app(house: House) -> Flask:
    """Make the application of one process."""
    app = Flask(__name__)
    app.extensions["acquis"] = house
    app.session_interface = CookieSessions()
    app.config.update(
        SECRET_KEY=house.settings.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=house.settings.production,
        MAX_CONTENT_LENGTH=house.settings.max_upload_bytes + LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=100,
        PROPAGATE_EXCEPTIONS=False,
        API_TITLE="Acquis",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # (the default provider has it)
    csrf = CSRFProtect(app)
    api = DocumentedApi(app)
    for resource in RESOURCES:
        csrf.exempt(resource)  # bearer tokens only: a browser never sends one by itself
        api.register_blueprint(resource)
    app.register_blueprint(docs)
    open_pages(app)
    answer_problems(app)
    note_requests(app)
    app.before_request(give_time)
    app.before_request(remember_language)
    app.after_request(say_position)
    app.after_request(_harden)
    return app


def _harden(response: Response) -> Response:
    """Headers that every answer carries."""
    headers = response.headers
    for name, value in ANSWERS if not request.path.startswith("/api/") else API_ANSWERS:
        if name not in headers:
            headers.add(name, value)
    return response
