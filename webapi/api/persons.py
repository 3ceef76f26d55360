"""Who is known, in which roles, with which ties?"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.career import Career, Link
from domain.commands.correct_identity import CorrectIdentity
from domain.commands.declare_tie import DeclareTie
from domain.commands.grant_role import GrantRole
from domain.commands.recognise_quality import RecogniseQuality
from domain.commands.register_person import RegisterPerson
from domain.commands.state_affiliation import StateAffiliation
from domain.commands.withdraw_role import WithdrawRole
from domain.commands.withdraw_tie import WithdrawTie
from domain.jury_rule import Quality
from domain.person import Person, Tie
from domain.ports import PersonId, Role
from domain.refusal import NotFound
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.auth import GRANTED, actor, allowed, house
from webapi.personal_export import export_zip
from webapi.reading import NAMED_FOR, loaded, names, rebuilt, stream
from webapi.requests import Body, Day, Id, Name, Text

bp = Resource("persons", __name__, url_prefix="/api/v1/persons")

EVERYONES = (Role.REGISTRAR, Role.AUDITOR, Role.ADMIN)
"""The roles that may look up any person; others find themselves only."""
ROLE = fields.Enum(Role, by_value=True)


class PersonBody(Body):
    """A person to register, with the roles they get at once."""

    name = Name(1, 200, required=True)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(3, 254))
    roles = fields.List(ROLE, load_default=list, validate=validate.Length(max=len(GRANTED)))


class IdentityBody(Body):
    """A name as civil status now gives it, and which document was seen; no copy is kept."""

    name = Name(1, 200, required=True)
    document = Text(1, 200, required=True)


class RoleBody(Body):
    """A role."""

    role = fields.Enum(Role, by_value=True, required=True)


class TieBody(Body):
    """A tie with a candidate."""

    candidate = Id(required=True)
    tie = fields.Enum(Tie, by_value=True, required=True)


class WithdrawnTieBody(TieBody):
    """The tie that is none, and why."""

    reason = Text(1, 2000, required=True)


class AffiliationBody(Body):
    """An employment or a mandate, from a day and until another; said again from the same day, it gets its end."""

    organisation = Id(required=True)
    link = fields.Enum(Link, by_value=True, required=True)
    since = Day(required=True)
    until = Day(load_default=None, allow_none=True)


class QualityBody(Body):
    """A quality, on a ground, from a day and until another; `certification`: the code of what one is qualified in."""

    quality = fields.Enum(Quality, by_value=True, required=True)
    certification = Text(1, 20, load_default=None, allow_none=True)
    since = Day(required=True)
    until = Day(load_default=None, allow_none=True)
    ground = Text(1, 2000, required=True)


class AffiliationItem(Schema):
    """Where the person works or worked, holds or held a mandate."""

    organisation = fields.UUID(required=True)
    link = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class QualityItem(Schema):
    """A quality recognised to the person."""

    quality = fields.String(required=True)
    certification = fields.String(required=True, allow_none=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class TieItem(Schema):
    """A tie of this person with a candidate."""

    candidate = fields.UUID(required=True)
    tie = fields.String(required=True)


class PersonAnswer(Schema):
    """A person: name, ties, work and qualities for registrar, auditor and themselves; null for others."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)
    ties = fields.List(fields.Nested(TieItem), required=True, allow_none=True)
    affiliations = fields.List(fields.Nested(AffiliationItem), required=True, allow_none=True)
    qualities = fields.List(fields.Nested(QualityItem), required=True, allow_none=True)
    erased = fields.List(
        fields.String(), required=True, metadata={"description": "The classes of their data that were erased."}
    )


class MeAnswer(PersonAnswer):
    """Who is asking, and in which role."""

    role = fields.String(required=True, metadata={"description": "The role of the token that asks."})


@bp.post("")
@bp.arguments(PersonBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN, Role.REGISTRAR)
@adds(Adds.MORE)
def register_person(body: dict[str, Any]) -> ResponseReturnValue:
    """Register a person and give them roles; a registrar gives candidate, assessor and juror only."""
    return send(RegisterPerson(name=body["name"], email=body["email"], given=tuple(body["roles"])))


@bp.get("/me")
@bp.response(200, MeAnswer)
@allowed(*GRANTED)
def show_me() -> ResponseReturnValue:
    """Say who is asking, and in which role."""
    found, version = _shown(actor().who)
    return tagged(found | {"role": actor().role.value}, version)


@bp.get("/<uuid:person>")
@bp.response(200, PersonAnswer)
@allowed(*GRANTED)
def show_person(person: UUID) -> ResponseReturnValue:
    """Show a person's roles and ties."""
    if actor().role not in EVERYONES and actor().person != person:
        raise NotFound(person)
    return tagged(*_shown(person))


@bp.get("/<uuid:person>/export")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@allowed(*GRANTED)
def export_person(person: UUID) -> Response:
    """Download all that is held about a person (RGPD art. 15): oneself; the registrar, anybody, to hand it to them.

    A ZIP: `person.json`, the files, a page to read, a manifest. Other people are in it by their role only. That it
    was handed out, to whom and in which role, is recorded.
    """
    if actor().role is not Role.REGISTRAR and actor().person != person:
        raise NotFound(person)
    response = send_file(
        _nothing_of(person) if request.method == "HEAD" else export_zip(house(), PersonId(person), actor()),
        mimetype="application/zip",
        download_name="acquis.zip",
        as_attachment=True,
        conditional=False,  # made anew each time: no part of it goes on from one handed out before
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers.pop("Content-Length", None)  # of nothing, where only the head is asked for
    return response


def _nothing_of(person: UUID) -> BytesIO:
    """What the head of an answer hands out: nothing, which is not recorded; raises NotFound where nobody is."""
    loaded(Person, person)
    return BytesIO()


@bp.post("/<uuid:person>/identity-corrections")
@bp.arguments(IdentityBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN, Role.REGISTRAR)
@signs
def correct_identity(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Correct a person's name, or follow a change of civil status (corriger l'identité); If-Match: their version."""
    return send(CorrectIdentity(person=PersonId(person), **body))


@bp.post("/<uuid:person>/roles")
@bp.arguments(RoleBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN)
@adds(Adds.MORE)
def grant_role(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Give a person a role (accorder un rôle)."""
    return send(GrantRole(person=PersonId(person), role=body["role"]))


@bp.post("/<uuid:person>/roles/withdrawals")
@bp.arguments(RoleBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN)
@adds(Adds.NAMED)
def withdraw_role(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Take a role from a person (retirer un rôle): what is under way in that role is refused from now on."""
    return send(WithdrawRole(person=PersonId(person), role=body["role"]))


@bp.post("/<uuid:person>/ties")
@bp.arguments(TieBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR, Role.JUROR, Role.ASSESSOR)
@adds(Adds.MORE)
def declare_tie(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Declare a tie between this juror or assessor and a candidate (déclarer un lien)."""
    return send(DeclareTie(person=PersonId(person), candidate=PersonId(body["candidate"]), tie=body["tie"]))


@bp.post("/<uuid:person>/ties/withdrawal")
@bp.arguments(WithdrawnTieBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR, Role.JUROR, Role.ASSESSOR)
@adds(Adds.NAMED)
def withdraw_tie(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Take back a tie that was declared, with the reason (retirer un lien): who declared it, or a registrar."""
    return send(WithdrawTie(person=PersonId(person), candidate=PersonId(body.pop("candidate")), **body))


@bp.post("/<uuid:person>/affiliations")
@bp.arguments(AffiliationBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR, Role.JUROR)
@adds(Adds.MORE)
def state_affiliation(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """State an employment or a mandate of this person: a juror their own (déclarer un emploi, un mandat)."""
    return send(StateAffiliation(person=PersonId(person), **body))


@bp.post("/<uuid:person>/qualities")
@bp.arguments(QualityBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def recognise_quality(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Recognise that this person represents a side, practises the profession or is qualified (reconnaître)."""
    return send(RecogniseQuality(person=PersonId(person), **body))


def _affiliations(career: Career) -> list[dict[str, Any]]:
    return [
        {"organisation": organisation, "link": link.value, "since": span.since, "until": span.until}
        for organisation, link, span in career.affiliations
    ]


def _qualities(career: Career) -> list[dict[str, Any]]:
    return [
        {"quality": quality.value, "certification": certification, "since": span.since, "until": span.until}
        for quality, certification, span in career.qualities
    ]


def _shown(person: UUID) -> tuple[dict[str, Any], int]:
    """What the reader may see of a person, and its version."""
    found = rebuilt(Person, person, stream(person))
    named = actor().role in NAMED_FOR or actor().person == person
    ties = [{"candidate": candidate, "tie": tie.value} for candidate, tie in sorted(found.ties)] if named else None
    content = {
        "id": person,
        "version": found.version,
        "name": names([person])[person] if named else None,
        "roles": sorted(role.value for role in found.roles),
        "ties": ties,
        "affiliations": _affiliations(found.career) if named else None,
        "qualities": _qualities(found.career) if named else None,
        "erased": sorted(retention.value for retention in found.erased),
    }
    return content, found.version
