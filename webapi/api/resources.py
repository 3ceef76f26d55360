"""Which resources has the API? All that the modules of this package declare, told in the order of CHAPTERS."""

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
""".split()  # noqa: SIM905  (a list that is read)
"""The names of all, in the order in which the API's document tells of them to whoever reads it from the beginning."""
RESOURCES: Final = sorted(declared("webapi.api", Resource), key=lambda resource: CHAPTERS.index(resource.name))


def alone() -> Flask:
    """The resources without a house behind them: what describes them needs no database and leaves nothing behind."""
    app, nowhere = Flask(__name__), Settings(secret_key=token_hex())
    expect_tokens(app, nowhere)
    open_api(app, nowhere)
    return app


def open_api(app: Flask, _settings: Settings) -> None:
    """Answer at the addresses of all resources, and with their document: /api/openapi.json, /api/docs."""
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
