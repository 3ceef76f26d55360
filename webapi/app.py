"""The Flask application: `create_app(acquis)` builds it from the parts below."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask

from adapters.settings import Settings
from webapi.accounts.file_host import keep_apart
from webapi.accounts.sender_check import answer_proxy
from webapi.api.resources import open_api
from webapi.edge.addresses import remember_addresses
from webapi.edge.body_limits import measure_bodies
from webapi.edge.cookies import keep_sessions
from webapi.edge.exact_paths import match_exact_paths
from webapi.edge.headers import harden
from webapi.edge.hosts import answer_to_names, believe_proxies, expect_tokens, refuse_other_sites
from webapi.edge.late_rules import build_late
from webapi.edge.logs import note_requests
from webapi.pages.every_page import open_pages
from webapi.problems import answer_problems, remember_language
from webapi.requests import limit_pauses
from webapi.wiring import App

PARTS: Final = (
    build_late,
    match_exact_paths,
    keep_sessions,
    note_requests,
    limit_pauses,
    remember_language,
    believe_proxies,
    answer_to_names,
    keep_apart,
    refuse_other_sites,
    measure_bodies,
    expect_tokens,
    open_api,
    answer_proxy,
    open_pages,
    remember_addresses,
    answer_problems,
    harden,
)
"""The functions that install each part; a request passes the parts in this order, an answer in the reverse order."""


def create_app(acquis: App) -> Flask:
    """Return the application of one process."""
    return joined(make_app(acquis.settings), acquis)


def make_app(settings: Settings) -> Flask:
    """Return an application without database connections, which `joined` adds."""
    app = Flask(__name__)
    for install in PARTS:
        install(app, settings)
    app.url_map.update()
    return app


def compiled(app: Flask) -> Flask:
    """Compile the pages' templates, or load the compiled ones, so that forked processes share them."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    return app


def compile_pages() -> None:
    """Compile the templates and save them next to their sources.

    The installer runs this: the services cannot write there.
    """
    compiled(make_app(Settings(data=Path("nowhere"), secret_key="of no session " * 4)))


def joined(app: Flask, acquis: App) -> Flask:
    """Return the application, connected to `acquis`."""
    app.extensions["acquis"] = acquis
    return app
