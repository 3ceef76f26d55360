"""Tests of one-click sign-in, which only a demonstration offers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.settings import SettingError, Settings
from tests.given.webapi.browsers import TOKEN
from webapi.app import create_app
from webapi.edge.cookies import PASS

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.given.webapi.town import World


@pytest.fixture
def shown(world: World, tmp_path: Path) -> FlaskClient:
    """Return a browser of a demonstration that shows its people."""
    rose = world.people["rose"]
    if not world.acquis.accounts.held(rose.id):
        world.acquis.accounts.add(rose.id, "rose@players.example", "drawn for this test", drawn=True)
    file = tmp_path / "people.json"
    file.write_text(json.dumps([{"name": "Rose", "role": "registrar", "person": str(rose.id)}]), "utf-8")
    settings = replace(world.acquis.settings, demonstration=file)
    return create_app(replace(world.acquis, settings=settings)).test_client()


def token(browser: FlaskClient) -> dict[str, str]:
    found = TOKEN.search(browser.get("/").text)
    assert found
    return {"csrf_token": found[1]}


def test_demonstration_visitor_signs_in_as_a_role_in_one_click(shown):
    answer = shown.post("/demonstration/registrar", data=token(shown))
    assert (answer.status_code, answer.location) == (303, "/")
    assert "gestionnaire" in shown.get("/", follow_redirects=True).text.lower()


def test_demonstration_visitor_cannot_sign_in_as_a_role_that_is_not_shown(shown):
    assert shown.post("/demonstration/auditor", data=token(shown)).status_code == 303
    with shown.session_transaction() as session:
        assert PASS not in session


def test_one_click_sign_in_is_missing_outside_a_demonstration(world):
    browser = world.app.test_client()
    assert browser.post("/demonstration/registrar", data=token(browser)).status_code == 303
    with browser.session_transaction() as session:
        assert PASS not in session
    assert "/demonstration/" not in browser.get("/").text


def test_one_click_sign_in_without_csrf_token_is_refused(shown):
    assert shown.post("/demonstration/registrar").status_code == 403


def test_production_settings_refuse_a_demonstration(monkeypatch, tmp_path):
    monkeypatch.setenv("ACQUIS_DATA", str(tmp_path))
    monkeypatch.setenv("ACQUIS_PRODUCTION", "true")
    monkeypatch.setenv("ACQUIS_DEMONSTRATION", str(tmp_path / "people.json"))
    with pytest.raises(SettingError, match="ACQUIS_DEMONSTRATION"):
        Settings.from_environment()
