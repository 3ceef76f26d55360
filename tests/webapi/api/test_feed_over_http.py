"""Tests of the feed over HTTP: CloudEvents after a cursor, long polling, and personal data only by permission."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from adapters.process.thread_slots import FOLLOWING
from domain.fact import Retention
from domain.ports import OPERATOR, Actor, Role
from tests.given.webapi.reviews import decided
from tests.given.webapi.town import Caller, World
from tests.given.webapi.whole_path import apply
from webapi.accounts.services import register_service
from webapi.accounts.token_scopes import opens, within
from webapi.accounts.tokens import PersonalByOperator, TokenAsked, in_days, issue
from webapi.feed.events import KINDS

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

FEED = "/api/v1/feed"


def test_feed_is_read_in_batches_and_contains_only_released_facts(world: World) -> None:
    candidacy, session, _ = decided(world)
    other = str(apply(world, world.nadia))
    events, path = list[dict[str, Any]](), f"{FEED}?limit=97"
    while True:
        answer = world.tess.get(path)
        assert (answer.status_code, answer.content_type) == (200, "application/cloudevents-batch+json")
        path = answer.headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
        if not answer.json:
            break
        events += answer.json
    assert [each["cursor"] for each in events] == list(range(1, len(events) + 1))
    mine = [each for each in events if each.get("subject") == str(candidacy)]
    said = {each["type"] for each in mine}
    assert {"fr.acquis.CompetenceRuled.v1", "fr.acquis.TitlePronounced.v1", "fr.acquis.RegisterEntered.v1"} <= said
    assert not {each for each in said if "Assess" in each}, "marks are never told"
    (title,) = [each for each in mine if each["type"] == "fr.acquis.TitlePronounced.v1"]
    assert title["specversion"] == "1.0"
    assert title["id"] == str(title["position"])
    assert title["source"].startswith("urn:uuid:")
    assert title["toldat"] > title["position"], "it waited for the release"
    assert title["data"]["session"] == session.rpartition("/")[2]
    assert {each["type"] for each in events if each.get("subject") == other} == {"fr.acquis.CandidacyOpened.v1"}
    for each in events:
        assert "personal" not in each["data"]
        checked(world, each)


def checked(world: World, event: dict[str, Any]) -> None:
    """Check that the event's data match their schema."""
    kind = event["type"].split(".")[2]
    schema = SCHEMAS.get(kind) or SCHEMAS.setdefault(kind, world.tess.read(f"{FEED}/schemas/{kind}"))
    Draft202012Validator(schema).validate(event["data"])


SCHEMAS: dict[str, Any] = {}


def test_feed_serves_a_schema_for_each_event_kind_and_for_no_other_fact(world: World) -> None:
    for kind in KINDS:
        Draft202012Validator.check_schema(world.tess.read(f"{FEED}/schemas/{kind}"))
    for stranger in ("CompetenceAssessed", "FraudReported", "Nothing"):
        assert world.tess.get(f"{FEED}/schemas/{stranger}").status_code == 404


def test_feed_cursor_beyond_the_last_event_is_refused(world: World) -> None:
    last = world.tess.read(f"{FEED}?limit=1000")[-1]["cursor"]
    assert world.tess.get(f"{FEED}?cursor={last}").json == []
    world.refuses(400, "ahead-of-the-feed", lambda: world.tess.get(f"{FEED}?cursor={last + 1}"))
    world.refuses(400, "no-such-position", lambda: world.tess.get(f"{FEED}?after={10**12}"))
    for wrong in ("cursor=-1", "cursor=x", "limit=0", "limit=1001", "wait=31", "from=1"):
        assert world.tess.get(f"{FEED}?{wrong}").status_code == 422, wrong


def test_feed_request_that_waits_returns_at_the_next_event_and_holds_no_connection(world: World) -> None:
    last = world.tess.read(f"{FEED}?limit=1000")[-1]["cursor"]
    told: list[tuple[float, TestResponse]] = []

    def follow() -> None:
        begun = time.monotonic()
        answer = world.app.test_client().get(f"{FEED}?cursor={last}&wait=20", headers=world.tess.bearer)
        told.append((time.monotonic() - begun, answer))

    waiting = threading.Thread(target=follow)
    waiting.start()
    deadline = time.monotonic() + 5
    while not FOLLOWING.full and time.monotonic() < deadline:
        time.sleep(0.01)
    assert FOLLOWING.full
    second = world.tess.get(f"{FEED}?cursor={last}&wait=20")
    assert (second.json, second.headers["Retry-After"]) == ([], "1"), "no place is left: ask again"
    world.join("zoe", Role.CANDIDATE)
    world.projector.catch_up()
    waiting.join(20)
    ((took, answer),) = told
    assert [each["type"] for each in answer.json or ()] == ["fr.acquis.Registered.v1"]
    assert "Retry-After" not in answer.headers
    assert took < 10
    assert not FOLLOWING.full


@pytest.fixture
def confided(world: World) -> Caller:
    """Return a service whose token the operator made with the scope for personal data."""
    recorded = register_service(world.acquis, world.acquis.request_of(OPERATOR), "SI scolarité")
    service = Actor(person=next(iter(recorded.versions)), role=Role.REPORTER)  # type: ignore[arg-type]  # (a stream)
    asked = TokenAsked(holder=service, label="x", expires_at=in_days(1), scopes=["feed:read", "feed:personal"])
    return Caller(world, service.who, Role.REPORTER, issue(world.acquis, asked, by=None).secret)


def test_feed_personal_data_requires_the_operator_s_token_and_is_null_after_erasure(
    world: World, confided: Caller
) -> None:
    def of_marie() -> dict[str, Any]:
        events = world.tess.read(f"{FEED}?limit=1000")
        (registered,) = [each for each in events if each["stream"] == str(world.marie.id)][:1]
        (event,) = confided.read(f"{FEED}?cursor={registered['cursor'] - 1}&limit=1")
        assert registered["data"] == {"on": event["data"]["on"]}
        checked(world, event)
        found: dict[str, Any] = event["data"]["personal"]
        return found

    assert of_marie() == {"name": "Marie Exemple", "email": "marie@example.org"}
    world.acquis.vault.destroy(world.marie.id, Retention.IDENTITY)
    assert of_marie() == {"name": None, "email": None}


def test_feed_gives_certificate_numbers_only_to_the_operator_s_token(world: World, confided: Caller) -> None:
    candidacy, *_ = decided(world)

    def entered(reader: Caller) -> dict[str, Any]:
        events = reader.read(f"{FEED}?limit=1000")
        (found,) = [
            each["data"]
            for each in events
            if (each["type"], each.get("subject")) == ("fr.acquis.RegisterEntered.v1", str(candidacy))
        ]
        return dict(found)

    assert not {"number", "personal"} & entered(world.tess).keys()
    assert entered(confided)["personal"]["number"] > 0


def test_token_with_the_feed_personal_scope_is_made_only_by_the_operator(world: World, confided: Caller) -> None:
    asked = TokenAsked(
        holder=Actor(person=world.tess.id, role=Role.REPORTER),
        label="x",
        expires_at=in_days(1) - timedelta(hours=1),
        scopes=["feed:read", "feed:personal"],
    )
    with pytest.raises(PersonalByOperator):
        issue(world.acquis, asked, by=world.tess.id)
    body = {"role": "reporter", "label": "x", "days": 1, "scopes": ["feed:personal"]}
    for who in (world.tess, confided):
        answer = who.post(f"/api/v1/persons/{who.id}/tokens", body)
        assert answer.status_code == 403, answer.text
    for scopes in (["*"], ["read"], ["feed:*"], ["feed:read"]):
        assert not opens(scopes, "feed:personal"), scopes
        assert not within(["feed:personal"], scopes)


def test_feed_without_the_personal_scope_contains_no_name_or_address(world: World) -> None:
    events = world.tess.get(f"{FEED}?limit=1000").text
    for name in ("Exemple", "@example.org"):
        assert name not in events
    assert str(UUID(int=world.marie.id.int)) in events
