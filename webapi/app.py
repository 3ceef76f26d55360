"""How is the web application made? `create_app(acquis)` installs what each request and each answer passes."""

from __future__ import annotations

from typing import Final

from flask import Flask

from webapi.api.resources import open_api
from webapi.edge.body_limits import measure_bodies
from webapi.edge.cookies import keep_sessions
from webapi.edge.exact_paths import as_written
from webapi.edge.file_host import keep_apart
from webapi.edge.headers import harden
from webapi.edge.hosts import answer_to_names, believe_proxies, expect_tokens, refuse_other_sites
from webapi.edge.logs import note_requests
from webapi.edge.sender_check import answer_proxy
from webapi.pages.every_page import open_pages
from webapi.problems import answer_problems, remember_language
from webapi.requests import give_time
from webapi.wiring import App

PARTS: Final = (
    as_written,
    keep_sessions,
    note_requests,
    give_time,
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
    answer_problems,
    harden,
)
"""What is installed, each where it is described: a request passes them in this order, an answer in the other one."""


def create_app(acquis: App) -> Flask:
    """Make the application of one process."""
    app = Flask(__name__)
    app.extensions["acquis"] = acquis
    for install in PARTS:
        install(app, acquis.settings)
    return app
