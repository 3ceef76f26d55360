"""Routes for invitations, and for the caller's own browser sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from adapters.operations.account_events import What
from domain.commands.people.register_person import RegisterPerson
from domain.people.person import Person
from domain.ports import PersonId, Role
from domain.refusal import NotFound
from webapi.accounts.authentication import GRANTED, actor, allowed, without_command
from webapi.accounts.guarded_access import refuse_guarded_by_token
from webapi.accounts.invitations import INVITE, Invited, invite, invite_known
from webapi.api import Adds, Resource, adds, intent, repeatable
from webapi.api.openapi import also
from webapi.current import acquis
from webapi.privacy.disclosure import loaded
from webapi.requests import Body, Id, Name, Once

bp = Resource("invitations", __name__, url_prefix="/api/v1/invitations")
sessions = Resource("own-sessions", __name__, url_prefix="/api/v1/persons/me/sessions")
ROLE = fields.Enum(Role, by_value=True)


class InvitationBody(Body):
    """A new person to invite (`name`, `email`, `roles`), or a registered one (`person`, optionally a `role`)."""

    name = Name(1, 200)
    email = fields.Email(validate=validate.Length(3, 254))
    roles = fields.List(ROLE, validate=[validate.Length(1, len(GRANTED)), Once()])
    person = Id()
    role = ROLE
    language = fields.String(load_default="fr", validate=validate.OneOf(["fr", "en"]))

    @validates_schema
    def one_or_the_other(self, given: dict[str, Any], **_: Any) -> None:
        """Refuse a body that mixes both, or misses a field."""
        new, known = {"name", "email", "roles"}, {"person", "role"}
        if "person" in given and not new & given.keys():
            return
        if not known & given.keys() and new <= given.keys():
            return
        missing = sorted(new - given.keys()) if "person" not in given else sorted(new & given.keys())
        raise ValidationError({name: ["Missing data"] for name in missing or ["person"]})


class InvitationAnswer(Schema):
    """The person invited, and the position of what was recorded; null if nothing was."""

    person = fields.UUID(required=True)
    position = fields.Integer(required=True, allow_none=True)


class OwnSession(Schema):
    """A browser session: its start, last use, latest end, and the family of the browser."""

    id = fields.UUID(required=True)
    since = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    browser = fields.String(required=True)


class OwnSessions(Schema):
    """The sessions that have not ended, the last used first."""

    items = fields.List(fields.Nested(OwnSession), required=True)


@bp.post("")
@bp.arguments(InvitationBody)
@bp.response(201, InvitationAnswer)
@allowed(*INVITE)
@without_command
@repeatable
@also(429)
@adds(Adds.MORE)
def invite_somebody(body: dict[str, Any]) -> ResponseReturnValue:
    """Register and invite a new person, or a registered one, by mail with a link to choose a password.

    Nobody is invited here who is, or waits to be, an administrator or registrar: that needs proof of identity on a
    page. An address can be invited three times in a row, then three times an hour: 429 says when the next is
    possible.
    """
    invited = _known(body) if "person" in body else _new(body)
    position = invited.recorded and invited.recorded.position
    headers = {"Acquis-Position": str(position)} if position else {}
    return {"person": invited.person, "position": position}, 201, headers


@sessions.get("")
@sessions.response(200, OwnSessions)
@allowed(*GRANTED)
def list_sessions() -> ResponseReturnValue:
    """List the caller's browser sessions."""
    return {"items": acquis().sessions.sessions(actor().who)}, 200


@sessions.delete("/<uuid:session>")
@sessions.response(204)
@allowed(*GRANTED)
@without_command
@adds(Adds.NAMED)
def end_session(session: UUID) -> ResponseReturnValue:
    """End one of the caller's sessions."""
    if not acquis().sessions.end_one(actor().who, session):
        raise NotFound(session)
    acquis().account_events.note(actor().who, What.SESSIONS_ENDED)
    return "", 204


def _new(body: dict[str, Any]) -> Invited:
    refuse_guarded_by_token(actor(), body["roles"])
    command = RegisterPerson(name=body["name"], email=body["email"], given=tuple(body["roles"]))
    return invite(acquis(), acquis().request(intent()), command, body["language"])


def _known(body: dict[str, Any]) -> Invited:
    who, role = PersonId(body["person"]), body.get("role")
    found = loaded(Person, who)
    refuse_guarded_by_token(actor(), [*found.roles, *found.roles_waiting, *([role] if role else [])])
    return invite_known(acquis(), acquis().request(intent()), who, role, body["language"])
