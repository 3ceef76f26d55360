"""Browsers of users who have signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ports import Role
from tests.given.webapi.telephones import give_telephone
from webapi.edge.cookies import PASS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.given.webapi.town import Caller, World

DRAWN = "drawn for this test"
"""The password of each account that `browse` opens."""


def browse(world: World, who: Caller) -> FlaskClient:
    """Return a signed-in user's browser; an administrator has a telephone."""
    if not world.acquis.accounts.held(who.id):
        world.acquis.accounts.add(who.id, f"{who.id}@follows.example", DRAWN, drawn=True)
    if who.role is Role.ADMIN:
        give_telephone(world.acquis, who.id)
    browser = world.app.test_client()
    with browser.session_transaction() as session:
        session[PASS] = world.acquis.sessions.begin(who.actor)
    return browser
