"""The browser for tests of reading pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapi.edge.cookies import PASS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.given.webapi.town import Caller, World


def browser(world: World, who: Caller) -> FlaskClient:
    world.acquis.accounts.add(who.id, f"{who.id}@copies.example", "drawn for this test", drawn=True)
    client = world.app.test_client()
    with client.session_transaction() as session:
        session[PASS] = world.acquis.sessions.begin(who.actor)
    return client
