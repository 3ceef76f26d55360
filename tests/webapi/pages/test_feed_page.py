"""An administrator has the feed sent to a webhook, sees what keeps it from coming, and has it sent again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from tests.given.servers.receivers import a_receiver
from tests.given.webapi.town import World
from webapi.feed.forwarding import carry_once, sink_of, writer_of

ADDRESS = "/api/v1/feed/subscriptions"


@pytest.fixture
def one(world: World) -> UUID:
    """A webhook made over the API."""
    for each in world.ulysse.read(ADDRESS)["items"]:
        assert world.ulysse.post(f"{ADDRESS}/{each['id']}/removal").status_code == 204
    answer: Any = world.ulysse.post(ADDRESS, {"label": "SI scolarité", "address": "https://si.example/acquis"})
    assert answer.status_code == 201, answer.text
    assert answer.json["secret"].startswith("whsec_")
    return UUID(answer.json["id"])


def test_a_webhook_is_subscribed_listed_and_removed_over_http(world: World, one: UUID) -> None:
    (listed,) = world.ulysse.read(ADDRESS)["items"]
    assert (listed["id"], listed["kind"], listed["cursor"], listed["dead"]) == (str(one), "webhook", 0, 0)
    assert "secret" not in listed
    again = {"label": "y", "address": "https://si.example/acquis"}
    world.refuses(409, "already-subscribed", lambda: world.ulysse.post(ADDRESS, again))
    for wrong in ("http://si.example/", "https://me:x@si.example/"):
        unfit = {"label": "y", "address": wrong}
        world.refuses(422, "webhook-unfit", partial(world.ulysse.post, ADDRESS, unfit))
    ahead = {"label": "y", "address": "https://other.example/", "cursor": 10**6}
    world.refuses(400, "ahead-of-the-feed", lambda: world.ulysse.post(ADDRESS, ahead))
    for _ in range(2):
        assert world.ulysse.post(f"{ADDRESS}/{one}/removal").status_code == 204
    assert world.ulysse.read(ADDRESS)["items"] == []
    assert world.ulysse.get(f"{ADDRESS}/{one}/dead-letters").status_code == 404


def test_undelivered_events_are_listed_and_can_be_resent(world: World, one: UUID) -> None:
    here = replace(world.acquis, settings=replace(world.acquis.settings, webhooks_inside=True))
    with a_receiver() as receiver:
        with here.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute("update desk.subscription set target = %s", (receiver.address,))
        receiver.answer = lambda: (500, {})
        of = here.subscriptions.find(one)
        writer, sink = writer_of(here, of), sink_of(here, of)
        carry_once(here, one, writer, sink)
        with here.database.connection() as connection, connection.cursor() as cursor:
            days = timedelta(days=4)
            cursor.execute(
                "update desk.subscription set due_at = due_at - %s, failing_since = failing_since - %s", (days, days)
            )
        carry_once(here, one, writer, sink)
        (dead,) = world.ulysse.read(f"{ADDRESS}/{one}/dead-letters")["items"]
        assert (dead["cursor"], dead["trouble"], dead["again"]) == (1, "500", False)
        missing = {"cursor": 7}
        assert world.ulysse.post(f"{ADDRESS}/{one}/dead-letters/again", missing).status_code == 404
        assert world.ulysse.post(f"{ADDRESS}/{one}/dead-letters/again", {}).status_code == 204
        receiver.answer = lambda: (204, {})
        while carry_once(here, one, writer, sink):
            pass
        sink.close()
    assert receiver.events[0]["cursor"] == 1
    assert world.ulysse.read(f"{ADDRESS}/{one}/dead-letters")["items"] == []
