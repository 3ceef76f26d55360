"""How is the web application made? `create_app(house)` installs what each request and each answer passes."""

from __future__ import annotations

from typing import Final

from flask import Flask

from webapi.addresses import as_written
from webapi.apart import keep_apart
from webapi.api.resources import open_api
from webapi.bodies import measure_bodies
from webapi.cookies import keep_sessions
from webapi.headers import harden
from webapi.hosts import answer_to_names, believe_proxies, expect_tokens, refuse_other_sites
from webapi.logs import note_requests
from webapi.pages.opening import open_pages
from webapi.problems import answer_problems, remember_language
from webapi.requests import give_time
from webapi.sender import answer_proxy
from webapi.wiring import House

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


def create_app(house: House) -> Flask:
    """Make the application of one process."""
    app = Flask(__name__)
    app.extensions["acquis"] = house
    for install in PARTS:
        install(app, house.settings)
    return app
