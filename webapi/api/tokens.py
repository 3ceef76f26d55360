"""Routes for API tokens: making, listing, revoking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from adapters.operations.tokens import LONGEST_DAYS
from domain.people.person import Person
from domain.ports import Actor, PersonId, Role
from domain.refusal import NotFound
from webapi.accounts.authentication import GRANTED, actor, allowed, bearer, without_command
from webapi.accounts.token_scopes import SCOPES
from webapi.accounts.tokens import TokenAsked, in_days, issue, revoke, revoke_secret
from webapi.api import Adds, Resource, adds
from webapi.current import acquis
from webapi.privacy.disclosure import loaded
from webapi.requests import Body, Name, Once, Text

bp = Resource("tokens", __name__, url_prefix="/api/v1")


class TokenBody(Body):
    """A token to make: role, label, days, scopes."""

    role = fields.Enum(Role, by_value=True, required=True)
    label = Name(1, 200, required=True)
    days = fields.Integer(load_default=90, strict=True, validate=validate.Range(1, LONGEST_DAYS))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES)),
        load_default=lambda: ["*"],
        validate=[validate.Length(1, len(SCOPES)), Once()],
        metadata={
            "description": "Everything that the role may do (`*`), `read`, `write`, or one of a family: "
            "`evidence:write`."
        },
    )


class TokenAnswer(Schema):
    """A new token, shown only once, and its id."""

    id = fields.UUID(required=True)
    token = fields.String(required=True)
    role = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    expires_at = fields.AwareDateTime(required=True)


class TokenItem(Schema):
    """A token, without its secret."""

    id = fields.UUID(required=True)
    role = fields.String(required=True)
    label = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    used_on = fields.Date(required=True, allow_none=True, metadata={"description": "The day of its last use."})
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class TokenList(Schema):
    """All tokens of a person, oldest first."""

    items = fields.List(fields.Nested(TokenItem), required=True)


class RevocationBody(Body):
    """The token to revoke."""

    token = Text(1, 200, required=True)


@bp.post("/persons/<uuid:person>/tokens")
@bp.arguments(TokenBody)
@bp.response(201, TokenAnswer)
@allowed(*GRANTED)
@without_command
@adds(Adds.MORE)
def make_token(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Make an API token, shown only once: for yourself in a role you have; an administrator also for a service.

    A token cannot make a token with more scopes, another role or a later end; an administrator's token may do so for
    a service, except the scopes. Anything else is made on a page, with a new proof of identity.
    """
    _mine_or_administered(person)
    holder = Actor(person=PersonId(person), role=body["role"])
    asked = TokenAsked(holder=holder, label=body["label"], expires_at=in_days(body["days"]), scopes=body["scopes"])
    made = issue(acquis(), asked, by=actor().who, through=bearer())
    answer = {"id": made.id, "token": made.secret, "role": holder.role.value, "scopes": sorted(asked.scopes)}
    return answer | {"expires_at": made.expires_at}, 201


@bp.get("/persons/<uuid:person>/tokens")
@bp.response(200, TokenList)
@allowed(*GRANTED)
def list_tokens(person: UUID) -> ResponseReturnValue:
    """List a person's API tokens: your own, or anybody's for an administrator."""
    _mine_or_administered(person)
    loaded(Person, person)
    return {"items": acquis().tokens.held(PersonId(person))}


@bp.post("/persons/<uuid:person>/tokens/<uuid:token>/revocation")
@bp.response(204)
@allowed(*GRANTED)
@without_command
@adds(Adds.NAMED)
def revoke_held_token(person: UUID, token: UUID) -> ResponseReturnValue:
    """Revoke one of a person's tokens: your own, or anybody's for an administrator."""
    _mine_or_administered(person)
    if not revoke(acquis(), PersonId(person), token, by=actor().who):
        raise NotFound(token)
    return "", 204


@bp.post("/tokens/revocations")
@bp.arguments(RevocationBody)
@bp.response(204)
@allowed(Role.ADMIN)
@without_command
@adds(Adds.NAMED)
def revoke_token(body: dict[str, Any]) -> ResponseReturnValue:
    """Revoke a token; the answer does not say whether the token existed."""
    revoke_secret(acquis(), body["token"], by=actor().who)
    return "", 204


def _mine_or_administered(person: UUID) -> None:
    """Raise NotFound for another person's tokens, unless the caller is an administrator."""
    if actor().role is not Role.ADMIN and actor().person != person:
        raise NotFound(person)
