"""How is the web application made? `create_app(house)` joins resources, pages and problems."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from webapi.addresses import as_written
from webapi.apart import keep_apart
from webapi.api import (
    accommodations,
    accounts,
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
    uploads,
)
from webapi.bodies import measure_bodies
from webapi.cookies import keep_sessions
from webapi.docs import bp as docs
from webapi.headers import harden
from webapi.hosts import answer_to, believe_proxies, names, refuse_other_sites
from webapi.logs import note_requests
from webapi.openapi import DocumentedApi
from webapi.pages.opening import open_pages
from webapi.problems import FOR_PROGRAMS, answer_problems, remember_language
from webapi.requests import LARGEST_BODY, give_time
from webapi.sender import bp as sender
from webapi.wiring import House

RESOURCES = (
    certifications.bp,
    registrations.bp,
    rulebooks.bp,
    law.bp,
    persons.bp,
    accounts.bp,
    accounts.sessions,
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
    uploads.begin,
    uploads.bp,
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


def create_app(house: House) -> Flask:
    """Make the application of one process."""
    app = Flask(__name__)
    app.extensions["acquis"] = house
    settings = house.settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + LARGEST_BODY,
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
    as_written(app)
    keep_sessions(app, production=settings.production)
    note_requests(app)
    app.before_request(give_time)
    app.before_request(remember_language)
    believe_proxies(app, settings.proxies)
    answer_to(app, names(settings))
    keep_apart(app, settings.files_url)
    refuse_other_sites(app, FOR_PROGRAMS)
    measure_bodies(app)
    csrf = CSRFProtect(app)
    api = DocumentedApi(app)
    for resource in RESOURCES:
        csrf.exempt(resource)  # bearer tokens only: a browser never sends one by itself
        api.register_blueprint(resource)
    app.register_blueprint(docs)
    app.register_blueprint(sender)
    open_pages(app)
    answer_problems(app)
    app.after_request(say_position)
    harden(app, production=settings.production)
    return app
