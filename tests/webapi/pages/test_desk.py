"""What does a form of a desk do: taken, wrong, refused, stale, sent twice, sent by whoever may not?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from flask import Flask, render_template_string

from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.framework.definition import Route
from domain.jury.facts import SessionPlanned
from domain.ports import Role
from projections.jury.jury_sessions import sessions
from tests.given.webapi.browsing import browse
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import apply
from webapi.accounts.authentication import allowed
from webapi.app import create_app
from webapi.pages.desk import Desk
from webapi.pages.every_page import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from tests.given.webapi.town import World

desk = Desk("trying", __name__, url_prefix="/trying")
PAGE = """{% extends "base.html" %}{% import "parts/form.html" as form with context %}{% block main %}
{% set f = filled('plan') %}<form method="post">{{ form.begin(f) }}
{{ form.text(f, 'held_on', 'Jour', type='date') }}{{ form.text(f, 'place', 'Lieu') }}
{{ form.text(f, 'places', 'Places', type='number') }}
{{ form.send('Planifier') }}</form>{% endblock %}"""
POSTPONE = """{% extends "base.html" %}{% import "parts/form.html" as form with context %}{% block main %}
{% set f = filled('postpone') %}<form method="post">{{ form.begin(f, version=version) }}
{{ form.text(f, 'held_on', 'Jour') }}{{ form.area(f, 'reason', 'Motif') }}
{{ form.send('Reporter') }}</form>{% endblock %}"""


FROM = ("same-origin", "same-site", "cross-site", "none")
"""From where a browser says that it was led (Fetch Metadata)."""


@desk.get("")
@allowed(Role.REGISTRAR)
def show() -> str:
    return render_template_string(PAGE)


@desk.get("/<uuid:session>")
@allowed(Role.REGISTRAR)
def one(session: UUID) -> str:
    return render_template_string(POSTPONE, version=1, session=session)


@desk.act("/<uuid:framework>/<uuid:rulebook>/plan", PlanSession, show, done="Session planifiée.", without=("route",))
def plan(framework: UUID, rulebook: UUID) -> dict[str, Any]:
    """Plan a session."""
    del framework, rulebook
    return {"route": Route.VAE}


@desk.act("/<uuid:session>/postpone", PostponeSession, one, done="Session reportée.")
def postpone(session: UUID) -> None:
    """Put a session off."""


@pytest.fixture
def site(world: World) -> Iterator[Flask]:
    """The house's site, with a desk of this test's."""
    PAGES.append(desk)
    try:
        yield create_app(world.acquis)
    finally:
        PAGES.remove(desk)


@pytest.fixture
def rose(world: World, site: Flask) -> FlaskClient:
    return browse(replace(world, app=site), world.people["rose"])


def form_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf_token|form|version)" value="([^"]*)"', page))


def test_filled_form_is_recorded_once_and_the_page_confirms_it(world, rose):
    asked = form_in(rose.get("/trying").text) | {"held_on": "2021-06-15", "place": PLACE, "places": "12"}
    address = f"/trying/{world.framework}/{world.rulebook}/plan"
    first, second = rose.post(address, data=asked), rose.post(address, data=asked)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location, "a button pressed twice asks for one thing"
    world.catch_up()
    assert "Session planifiée." in rose.get(first.location).text


def test_error_is_shown_next_to_its_field_with_all_typed_values(world, rose):
    asked = form_in(rose.get("/trying").text) | {"held_on": "", "place": "Paris & <ailleurs>", "places": "douze"}
    answer = rose.post(f"/trying/{world.framework}/{world.rulebook}/plan", data=asked)
    assert answer.status_code == 422
    assert "Ce champ manque." in answer.text
    assert "nombre entier" in answer.text
    assert 'value="Paris &amp; &lt;ailleurs&gt;"' in answer.text
    assert answer.text.count("autofocus") == 1


def test_a_number_of_thousands_of_digits_is_wrong_as_any_other_and_no_error(world, rose):
    asked = form_in(rose.get("/trying").text) | {"held_on": "2021-06-15", "place": PLACE, "places": "9" * 5000}
    answer = rose.post(f"/trying/{world.framework}/{world.rulebook}/plan", data=asked)
    assert (answer.status_code, "nombre entier" in answer.text) == (422, True)
    history = f"/candidacies/{apply(world, world.join('pages', Role.CANDIDATE))}/history"
    world.catch_up()
    assert [rose.get(f"{history}?{name}={'9' * 5000}").status_code for name in ("page", "at")] == [200, 200]
    assert world.acquis.accounts.known_by("nobody\0@an.example") is None


def test_a_refusal_stands_in_the_page(world, rose):
    asked = form_in(rose.get("/trying").text) | {"held_on": "2021-06-15", "place": "Nulle part", "places": "12"}
    answer = rose.post(f"/trying/{uuid4()}/{world.rulebook}/plan", data=asked)
    assert answer.status_code == 404
    stays = rose.post(f"/trying/{uuid4()}/postpone", data=asked | {"version": "1", "reason": "Motif"})
    assert stays.status_code == 404


def test_stale_form_shows_what_changed_and_keeps_the_typed_values(world, rose):
    asked = form_in(rose.get("/trying").text) | {"held_on": "2021-06-15", "place": PLACE, "places": "12"}
    rose.post(f"/trying/{world.framework}/{world.rulebook}/plan", data=asked)
    world.catch_up()
    planned = next(each.session for each in sessions(world.acquis.database, limit=1))
    old = form_in(rose.get(f"/trying/{planned}").text) | {
        "version": "0",
        "reason": "Salle prise",
        "held_on": "2021-06-16",
    }
    answer = rose.post(f"/trying/{planned}/postpone", data=old)
    assert answer.status_code == 412
    assert "a changé depuis" in answer.text
    assert "gestionnaire" in answer.text
    assert SessionPlanned.fr.replace("'", "&#39;") in answer.text
    assert ">Salle prise</textarea>" in answer.text
    anew = rose.post(f"/trying/{planned}/postpone", data=old | form_in(answer.text))
    assert anew.status_code == 303, "the page shown again is the present one: it may be sent"


def test_an_address_that_another_site_made_up_says_of_nothing_that_it_was_done(rose):
    said = {site: rose.get("/trying?done=trying.plan", headers={"Sec-Fetch-Site": site}).text for site in FROM}
    assert ["Session planifiée." in said[site] for site in FROM] == [True, False, False, False]
    account = rose.get("/account?done=account.password_changed", headers={"Sec-Fetch-Site": "cross-site"}).text
    assert "Mot de passe changé" not in account
