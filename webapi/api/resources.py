"""Resources of the API: all that the modules of this package declare, in the order of CHAPTERS."""

from __future__ import annotations

from secrets import token_hex
from typing import Final

from flask import Flask

from adapters.settings import Settings
from webapi.api import Resource, say_position
from webapi.api.openapi import DocumentedApi
from webapi.api.swagger_ui import bp as docs
from webapi.edge.declared import declared
from webapi.edge.hosts import expect_tokens

CHAPTERS: Final = """
    certifications registrations rulebooks law
    persons invitations own-sessions duplicates staffing tokens erasures legal-holds
    candidacies enrolments deadlines queues declarations declaration-list national-numbers journeys credit
    explanations suppositions evidence portfolio private-links self-assessment validation-files begun-uploads
    begun-portfolio-uploads uploads receipts audit-exports assessments
    jury-sessions minutes transcriptions commissions deliberations papers attestations frauds
    notices notice-list attendance connections members-attendance reviews review-list rectifications
    rectification-list annulments annulment-list
    organisations sittings accommodation accommodation-list habilitations reporting feed feed-subscriptions health
""".split()  # noqa: SIM905  (easier to read as text)
"""The names of all resources, in their order in the OpenAPI document."""
RESOURCES: Final = sorted(declared("webapi.api", Resource), key=lambda resource: CHAPTERS.index(resource.name))


def alone() -> Flask:
    """Return an application with the resources only, without a database, from which to make the document."""
    app, nowhere = Flask(__name__), Settings(secret_key=token_hex())
    expect_tokens(app, nowhere)
    open_api(app, nowhere)
    return app


def open_api(app: Flask, _settings: Settings) -> None:
    """Register all resources, and their document: /api/openapi.json, /api/docs."""
    app.config.update(
        API_TITLE="Acquis",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # (the default provider has it)
    api = DocumentedApi(app)
    for resource in RESOURCES:
        app.extensions["csrf"].exempt(resource)  # bearer tokens only: a browser never sends one by itself
        api.register_blueprint(resource)
    app.register_blueprint(docs)
    app.after_request(say_position)
