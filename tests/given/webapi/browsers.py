"""Browsers of users: cookies, forms, sign-in."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.operations.accounts import LoginTaken
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.framework.definition import Route
from domain.ports import CandidacyId, Role
from tests.given.webapi.telephones import code_of, give_telephone

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World


SECOND_STEP = "/sign-in/second-step"
PASSWORD = "douze caractères ou plus"  # noqa: S105  (of the tests only)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')

NO_TWO_PAGES = re.compile(rb'name="csrf_token" value="[^"]*"|href="/language/[^"]*"|<strong>[0-9a-f]{12}</strong>')
"""The parts in which two equal pages differ: the form's token, the page's own address, the request's number."""


def words(answer: TestResponse) -> bytes:
    """Return an answer without the parts that differ on every page."""
    return NO_TWO_PAGES.sub(b"", answer.data)


@dataclass
class Browser:
    """A user's browser, which keeps cookies and fills in the forms that it is shown."""

    world: World
    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={"Accept-Language": "fr", **headers})

    def post(self, path: str, shown_at: str, **fields: Any) -> TestResponse:
        token = TOKEN.search(self.get(shown_at).text)
        assert token, f"{shown_at} shows no form"
        return self.client.post(path, data={"csrf_token": token[1], **fields}, headers={"Accept-Language": "fr"})

    def sign_in(self, name: str, password: str = PASSWORD, wanted: str = "/") -> TestResponse:
        """Sign in as one of the people (an administrator with a telephone) or with another login."""
        known = self.world.people.get(name)
        typed = login(self.world, name) if known else name
        if known is None or known.role is not Role.ADMIN:
            return self.post("/sign-in", "/sign-in", login=typed, password=password, next=wanted)
        give_telephone(self.world.acquis, known.id)
        answer = self.post("/sign-in", "/sign-in", login=typed, password=password, next=wanted)
        if answer.location != SECOND_STEP:
            return answer
        return self.post(SECOND_STEP, SECOND_STEP, code=code_of(self.world.acquis, known.id))


def another(world: World) -> Browser:
    return Browser(world, world.app.test_client())


def login(world: World, name: str) -> str:
    """Return the login of one of the people, who gets an account at the first request."""
    person = world.people[name].id
    address = f"{name}.{person}@example.org"
    with suppress(LoginTaken):
        world.acquis.accounts.add(person, address, PASSWORD)
    return address


def candidacy_of(world: World, name: str) -> CandidacyId:
    who = world.people[name]
    command = OpenCandidacy(candidate=who.id, framework=world.framework, rulebook=world.rulebook, route=Route.FI)
    opened = CandidacyId(next(iter(world.acquis.do(command, who.actor).versions)))
    world.projector.catch_up()
    return opened
