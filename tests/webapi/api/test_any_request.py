"""Tests of the API against its OpenAPI document with random requests: a few hundred; `make torture` sends 50,000.

An application whose views break the document in every way shows that the checker finds each kind of breach.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from flask import Response, make_response
from marshmallow import Schema, fields

import webapi.api.resources
from domain.ports import Role
from tests.given.webapi.any_request import Asking, projecting
from webapi.accounts.authentication import allowed
from webapi.api import Resource
from webapi.app import create_app

if TYPE_CHECKING:
    from tests.given.webapi.town import World

SAMPLE = "/(law|tokens|rulebooks|reviews)$"
"""The paths that each run requests; the requests are random."""


@pytest.fixture
def asking(town: World) -> Iterator[Asking]:
    with projecting(town.url):
        yield asked_of(town, town.app)


def asked_of(town: World, app: Any) -> Asking:
    people = {caller.role.value: caller for caller in town.people.values()}
    return Asking(
        app=app,
        url=town.url,
        tokens={role: caller.token for role, caller in people.items()},
        spared=frozenset(str(caller.id) for caller in people.values()),
        chance=random.Random(),  # noqa: S311  (which requests are sent)
    )


def test_random_requests_are_answered_as_the_openapi_document_says(asking):
    asking.ask(120, SAMPLE)
    assert asking.broken == {}, asking.told()
    assert sum(asking.asked.values()) >= 120
    assert {200, 422, 404} <= {*asking.asked}, "all are refused for the same reason"


class Answer(Schema):
    """The declared answer of the planted views."""

    number = fields.Integer(required=True)


def planted() -> Resource:
    """Return views of which each breaks its declaration in one way."""
    bp = Resource("planted", __name__, url_prefix="/api/v1/planted")

    def plant(name: str, answer: Callable[[], Any]) -> None:
        def view() -> Response:
            return make_response(answer())

        view.__name__ = name.replace("-", "_")
        bp.get(f"/{name}")(bp.response(200, Answer)(allowed(Role.AUDITOR)(view)))

    plant("broken", lambda: 1 / 0)
    plant("undocumented", lambda: ({"number": 1}, 202))
    plant("misshapen", lambda: {"number": "one"})
    plant("in-plain-text", lambda: ("1", 200, {"Content-Type": "text/plain"}))
    plant("telling", lambda: ({"title": "psycopg2.Error", "type": "/problems/x", "status": 400}, 400, PROBLEM))
    plant("right", lambda: {"number": 1})
    return bp


PROBLEM = {"Content-Type": "application/problem+json"}
FOUND = {
    "broken": "server error",
    "undocumented": "UndefinedStatusCode",
    "misshapen": "JsonSchemaError",
    "in-plain-text": "UndefinedContentType",
    "telling": "gives 'psycopg' away",
}


def test_checker_finds_every_view_that_breaks_its_declaration(town, monkeypatch):
    monkeypatch.setattr(webapi.api.resources, "RESOURCES", [*webapi.api.resources.RESOURCES, planted()])
    found = asked_of(town, create_app(town.acquis))
    found.ask(60, "/planted/")
    said = {(where.split("/planted/")[1].split(" ")[0], kind) for where, kind in found.broken}
    assert set(FOUND.items()) <= said
    assert not [each for each in said if each[0] == "right"]
