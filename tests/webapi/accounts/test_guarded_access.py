"""Tests of guarded roles, which two people give, and of tokens that write on people."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from domain.commands.people.grant_role import GrantRole
from domain.ports import OPERATOR, Role
from tests.given.webapi.browsers import PASSWORD, TOKEN, Browser, another, login
from tests.given.webapi.letters import mail, say
from tests.given.webapi.telephones import code_of, give_telephone
from webapi.notifications.from_log import queue_letters

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

FACTOR, TOKENS = "/account/second-factor", "/account/tokens"
GUARDED = ("admin", "registrar")


def letters(world: World, kind: str) -> set[str]:
    """Queue the letters that the log calls for; return the recipients of one kind."""
    world.catch_up()
    queue_letters(world.acquis)
    return {str(person) for (person,) in say(world, "select person from desk.letter where kind = %s", kind)}


def with_account(world: World, name: str, *roles: Role) -> Caller:
    """Register a person with an account and these roles."""
    found = world.join(name, *roles)
    login(world, name)
    return found


def signed_in(world: World, name: str) -> Browser:
    say(world, "delete from desk.budget")
    browser = another(world)
    assert browser.sign_in(name).status_code == 303
    return browser


def test_administrator_without_a_second_factor_is_redirected_to_its_setup_from_every_page(world):
    with_account(world, "yann", Role.ADMIN)
    yann = another(world)
    typed = {"login": login(world, "yann"), "password": PASSWORD}
    assert yann.post("/sign-in", "/sign-in", next="/", **typed).status_code == 303
    for page in ("/admin", "/admin/people", TOKENS, "/account"):
        assert yann.get(page).location == FACTOR, page
    assert yann.get(FACTOR).status_code == 200
    give_telephone(world.acquis, world.yann.id)
    assert yann.get("/admin").status_code == 200
    assert another(world).post("/sign-in", "/sign-in", next="/", **typed).location == "/sign-in/second-step"


def test_administrator_of_a_demonstration_needs_no_second_factor(world, tmp_path: Path):
    with_account(world, "abel", Role.ADMIN)
    players = tmp_path / "players.json"
    players.write_text(json.dumps([{"name": "Abel", "role": "admin", "person": str(world.abel.id)}]))
    settings = world.acquis.settings
    object.__setattr__(world.acquis, "settings", replace(settings, demonstration=players))
    try:
        abel = another(world)
        abel.post("/sign-in", "/sign-in", login=login(world, "abel"), password=PASSWORD, next="/")
        assert abel.get("/admin").status_code == 200
    finally:
        object.__setattr__(world.acquis, "settings", settings)


def test_proposing_and_confirming_a_guarded_role_require_a_second_factor_code(world):
    una, katia = with_account(world, "una", Role.ADMIN), world.people["katia"].id
    ulysse, second = signed_in(world, "ulysse"), signed_in(world, "una")
    for role in GUARDED:
        page = f"/admin/people/{katia}/role/{role}"
        for browser, who, act in ((ulysse, world.ulysse, "proposal"), (second, una, "confirmation")):
            before = world.head()
            for wrong in ({}, {"code": "000"}, {"password": PASSWORD}):
                assert browser.post(f"{page}/{act}", page, **wrong).status_code == 422, (act, wrong)
            assert world.head() == before, act
            say(world, "delete from desk.budget")
            proof = code_of(world.acquis, who.id)
            assert browser.post(f"{page}/{act}", page, code=proof).status_code == 303, act
        assert role in world.ulysse.get(f"/api/v1/persons/{katia}").json["roles"]


def test_api_token_cannot_propose_confirm_or_invite_with_a_guarded_role(world):
    una, noe = world.join("ursule", Role.ADMIN), world.people["noe"].id
    waiting = world.join("zora", Role.JUROR).id
    world.acquis.do(GrantRole(person=waiting, role=Role.ADMIN), world.ulysse.actor)
    for role in GUARDED:
        body = {"name": "Zoé", "email": f"zoe.{role}@example.org", "roles": [role]}
        for send in (
            partial(world.ulysse.post, f"/api/v1/persons/{noe}/roles", {"role": role}),
            partial(world.ulysse.post, "/api/v1/persons", {"name": "Zoé", "roles": [role]}),
            partial(world.ulysse.post, "/api/v1/invitations", body),
            partial(world.ulysse.post, "/api/v1/invitations", {"person": str(noe), "role": role}),
            partial(world.ulysse.post, "/api/v1/invitations", {"person": str(waiting)}),
        ):
            world.refuses(403, "given-on-page", send)
    world.refuses(403, "given-on-page", partial(una.post, f"/api/v1/persons/{waiting}/roles", {"role": "admin"}))
    confirms = partial(una.post, f"/api/v1/persons/{waiting}/roles", {"role": "admin", "confirms": True})
    world.refuses(422, "unknown-field", confirms)


def invites(browser: Browser, email: str, *roles: str, **proof: str) -> TestResponse:
    at = "/admin/invitations"
    return browser.post(at, at, name="Zoé", email=email, roles=list(roles), language="fr", **proof)


def test_inviting_to_a_guarded_role_requires_a_code_at_first_and_when_sent_again(world):
    ulysse = signed_in(world, "ulysse")
    assert invites(ulysse, "juree@example.org", "juror").status_code == 303
    for role in GUARDED:
        before = world.head()
        assert invites(ulysse, f"{role}@example.org", role).status_code == 422
        assert world.head() == before
        proof = code_of(world.acquis, world.ulysse.id)
        assert invites(ulysse, f"{role}@example.org", role, code=proof).status_code == 303
    zelie, page = world.join("zelie", Role.JUROR).id, f"/admin/people/{world.zelie.id}"
    world.acquis.do(GrantRole(person=zelie, role=Role.ADMIN), world.ulysse.actor)
    say(world, "delete from desk.letter")
    assert ulysse.post(f"{page}/invitation", page, language="fr").status_code == 422
    assert say(world, "select count(*) from desk.letter where kind = 'invitation'") == [(0,)]
    proof = code_of(world.acquis, world.ulysse.id)
    assert ulysse.post(f"{page}/invitation", page, language="fr", code=proof).status_code == 303


@pytest.mark.parametrize("scopes", [["*"], ["write"], ["persons:*"], ["persons:write", "reports:read"]])
def test_api_token_cannot_create_an_administrator_token_that_writes_on_people(world, scopes):
    body = {"role": "admin", "label": "essai", "scopes": scopes, "days": 1}
    send = partial(world.ulysse.post, f"/api/v1/persons/{world.ulysse.id}/tokens", body)
    world.refuses(403, "made-on-page", send)


def test_token_that_writes_on_people_requires_a_code_and_administrators_are_notified(world):
    una = with_account(world, "ugo", Role.ADMIN)
    ulysse = signed_in(world, "ulysse")
    form: dict[str, Any] = {"label": "import", "role": "admin", "days": "30", "scopes": "persons:write"}
    held = len(world.acquis.tokens.held(world.ulysse.id))
    assert ulysse.post(TOKENS, TOKENS, **form, password=PASSWORD).status_code == 422
    assert len(world.acquis.tokens.held(world.ulysse.id)) == held
    assert str(una.id) not in letters(world, "access_token_made")
    proof = code_of(world.acquis, world.ulysse.id)
    assert ulysse.post(TOKENS, TOKENS, **form, code=proof).status_code == 200
    assert str(una.id) in letters(world, "access_token_made")


def test_administrators_are_notified_of_guarded_roles_proposed_and_given_and_of_no_other(world):
    first, second = with_account(world, "ada", Role.ADMIN), with_account(world, "alba", Role.ADMIN)
    odile = world.people["odile"].id
    letters(world, "role_given")
    say(world, "delete from desk.letter")
    world.acquis.do(GrantRole(person=odile, role=Role.ADVISOR), first.actor)
    assert letters(world, "role_given") == set()
    world.acquis.do(GrantRole(person=odile, role=Role.REGISTRAR), first.actor)
    assert {str(first.id), str(second.id)} <= letters(world, "role_proposed")
    assert letters(world, "role_given") == set()
    world.acquis.do(GrantRole(person=odile, role=Role.REGISTRAR, confirms=True), second.actor)
    assert {str(first.id), str(second.id)} <= letters(world, "role_given")
    assert len(say(world, "select id from desk.letter where kind = 'role_given' and person = %s", str(first.id))) == 1
    (told,) = [each for each in mail(world) if each["To"] == login(world, "ada") and "accordé" in each["Subject"]]
    text = unescape(told.get_content())
    assert f"/admin/people/{odile}/role/registrar" in text
    assert "Odile" not in text, "a letter names nobody"
    world.acquis.do(GrantRole(person=world.marie.id, role=Role.ADMIN), OPERATOR)
    login(world, "marie")
    assert str(world.marie.id) not in letters(world, "role_given"), "not the one who gets it"


def test_guarded_role_page_shows_the_code_field_before_its_button(world):
    ulysse, katia = signed_in(world, "ulysse"), world.people["jules"].id
    shown = ulysse.get(f"/admin/people/{katia}/role/admin").text
    (form,) = re.findall(r'<form[^>]*action="[^"]*/proposal".*?</form>', shown, re.DOTALL)
    assert TOKEN.search(form)
    assert form.index('name="code"') < form.index("<button")
    assert 'autocomplete="one-time-code"' in form
