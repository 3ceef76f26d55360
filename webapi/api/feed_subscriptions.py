"""Routes for webhooks of the feed: subscribing, progress, dead letters."""

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
    """A webhook: its purpose, its address, and the cursor after which it begins."""

    label = Name(1, 200, required=True)
    address = Text(1, 2000, required=True, metadata={"description": "For example `https://si.example/acquis`."})
    cursor = StrictInteger(load_default=0, validate=validate.Range(0, LARGEST_NUMBER))


class AgainBody(Body):
    """The dead letter to send again; null: all of them."""

    cursor = StrictInteger(load_default=None, allow_none=True, validate=validate.Range(1, LARGEST_NUMBER))


class SubscribedAnswer(Schema):
    """A new webhook, and the secret that signs its messages, which is shown only once."""

    id = fields.UUID(required=True)
    secret = fields.String(required=True)


class SubscriptionItem(Schema):
    """A subscription: its progress, and its present trouble."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["webhook", "nats"]))
    label = fields.String(required=True)
    target = fields.String(required=True)
    personal = fields.Boolean(required=True)
    cursor = fields.Integer(required=True, metadata={"description": "The last event that it acknowledged."})
    tries = fields.Integer(required=True, metadata={"description": "Attempts to send the next event."})
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    trouble = fields.String(required=True, allow_none=True)
    told_at = fields.AwareDateTime(required=True, allow_none=True)
    dead = fields.Integer(required=True, metadata={"description": "The number of dead letters."})


class SubscriptionList(Schema):
    """All subscriptions, oldest first."""

    items = fields.List(fields.Nested(SubscriptionItem), required=True)


class DeadLetterItem(Schema):
    """An event that could not be delivered; `again`: it will be sent again."""

    cursor = fields.Integer(required=True)
    tries = fields.Integer(required=True)
    trouble = fields.String(required=True)
    died_at = fields.AwareDateTime(required=True)
    again = fields.Boolean(required=True)


class DeadLetterList(Schema):
    """The dead letters of one subscription, in order, a hundred at most."""

    items = fields.List(fields.Nested(DeadLetterItem), required=True)


@bp.get("")
@bp.response(200, SubscriptionList)
@allowed(Role.ADMIN)
def list_subscriptions() -> ResponseReturnValue:
    """List the subscriptions to the feed."""
    return {"items": acquis().subscriptions.all()}


@bp.post("")
@bp.arguments(SubscriptionBody)
@bp.response(201, SubscribedAnswer)
@allowed(Role.ADMIN)
@without_command
@adds(Adds.MORE)
def subscribe(body: dict[str, Any]) -> ResponseReturnValue:
    """Send the feed to a webhook, without personal fields; the secret of its signatures is shown only once."""
    subscription, secret = subscribe_webhook(acquis(), body["label"], body["address"], cursor=body["cursor"])
    return {"id": subscription, "secret": secret}, 201


@bp.get("/<uuid:subscription>/dead-letters")
@bp.response(200, DeadLetterList)
@allowed(Role.ADMIN)
def list_dead_letters(subscription: UUID) -> ResponseReturnValue:
    """List the events that could not be delivered to a subscription in days of attempts."""
    acquis().subscriptions.find(subscription)
    return {"items": acquis().subscriptions.dead(subscription)}


@bp.post("/<uuid:subscription>/dead-letters/again")
@bp.arguments(AgainBody)
@bp.response(204)
@allowed(Role.ADMIN)
@without_command
@adds(Adds.NAMED)
def send_again(body: dict[str, Any], subscription: UUID) -> ResponseReturnValue:
    """Send dead letters again."""
    acquis().subscriptions.send_again(subscription, body["cursor"])
    return "", 204


@bp.post("/<uuid:subscription>/removal")
@bp.response(204)
@allowed(Role.ADMIN)
@without_command
@adds(Adds.NAMED)
def remove(subscription: UUID) -> ResponseReturnValue:
    """Remove a subscription with its dead letters."""
    acquis().subscriptions.remove(subscription)
    return "", 204
