"""To which webhooks is the feed sent, how far has each got, and what was given up?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.ports import Role
from webapi.accounts.authentication import allowed, without_command
from webapi.api import Adds, Resource, adds
from webapi.current import acquis
from webapi.feed.subscribing import subscribe_webhook
from webapi.requests import LARGEST_NUMBER, Body, Name, StrictInteger, Text

bp = Resource("feed-subscriptions", __name__, url_prefix="/api/v1/feed/subscriptions")


class SubscriptionBody(Body):
    """A webhook: what it is for, where it answers, and after which cursor it begins."""

    label = Name(1, 200, required=True)
    address = Text(1, 2000, required=True, metadata={"description": "Like `https://si.example/acquis`."})
    cursor = StrictInteger(load_default=0, validate=validate.Range(0, LARGEST_NUMBER))


class AgainBody(Body):
    """Which dead letter; null: all of them."""

    cursor = StrictInteger(load_default=None, allow_none=True, validate=validate.Range(1, LARGEST_NUMBER))


class SubscribedAnswer(Schema):
    """A webhook that subscribes, and the secret by which its messages are signed, shown this once."""

    id = fields.UUID(required=True)
    secret = fields.String(required=True)


class SubscriptionItem(Schema):
    """Who subscribes, how far it has got, and what keeps it from going on."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["webhook", "nats"]))
    label = fields.String(required=True)
    target = fields.String(required=True)
    personal = fields.Boolean(required=True)
    cursor = fields.Integer(required=True, metadata={"description": "The last event that it acknowledged."})
    tries = fields.Integer(required=True, metadata={"description": "Of the next one."})
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    trouble = fields.String(required=True, allow_none=True)
    told_at = fields.AwareDateTime(required=True, allow_none=True)
    dead = fields.Integer(required=True, metadata={"description": "Events that were given up."})


class SubscriptionList(Schema):
    """All of them, the first made first."""

    items = fields.List(fields.Nested(SubscriptionItem), required=True)


class DeadLetterItem(Schema):
    """An event that was given up; `again`: it is to be sent again."""

    cursor = fields.Integer(required=True)
    tries = fields.Integer(required=True)
    trouble = fields.String(required=True)
    died_at = fields.AwareDateTime(required=True)
    again = fields.Boolean(required=True)


class DeadLetterList(Schema):
    """Those of one subscription, in order, a hundred at most."""

    items = fields.List(fields.Nested(DeadLetterItem), required=True)


@bp.get("")
@bp.response(200, SubscriptionList)
@allowed(Role.ADMIN)
def list_subscriptions() -> ResponseReturnValue:
    """List who is sent the feed."""
    return {"items": acquis().subscriptions.all()}


@bp.post("")
@bp.arguments(SubscriptionBody)
@bp.response(201, SubscribedAnswer)
@allowed(Role.ADMIN)
@without_command
@adds(Adds.MORE)
def subscribe(body: dict[str, Any]) -> ResponseReturnValue:
    """Send the feed to a webhook, without personal fields; the secret of its signatures is shown this once."""
    one, secret = subscribe_webhook(acquis(), body["label"], body["address"], cursor=body["cursor"])
    return {"id": one, "secret": secret}, 201


@bp.get("/<uuid:subscription>/dead-letters")
@bp.response(200, DeadLetterList)
@allowed(Role.ADMIN)
def list_dead_letters(subscription: UUID) -> ResponseReturnValue:
    """List the events that were given up for one after days of tries."""
    acquis().subscriptions.find(subscription)
    return {"items": acquis().subscriptions.dead(subscription)}


@bp.post("/<uuid:subscription>/dead-letters/again")
@bp.arguments(AgainBody)
@bp.response(204)
@allowed(Role.ADMIN)
@without_command
@adds(Adds.NAMED)
def send_again(body: dict[str, Any], subscription: UUID) -> ResponseReturnValue:
    """Have what was given up sent again."""
    acquis().subscriptions.send_again(subscription, body["cursor"])
    return "", 204


@bp.post("/<uuid:subscription>/removal")
@bp.response(204)
@allowed(Role.ADMIN)
@without_command
@adds(Adds.NAMED)
def remove(subscription: UUID) -> ResponseReturnValue:
    """Send it nothing any more, and forget it with what was given up."""
    acquis().subscriptions.remove(subscription)
    return "", 204
