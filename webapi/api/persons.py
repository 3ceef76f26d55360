"""Routes for persons: registration, search, identity, roles, ties, qualities, export."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final
from uuid import UUID

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from adapters.process.heavy_answers import HeavyKind
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.approve_identity_correction import ApproveIdentityCorrection
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.declare_tie import DeclareTie
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.propose_identity_correction import ProposeIdentityCorrection
from domain.commands.people.recognise_quality import RecogniseQuality
from domain.commands.people.register_person import RegisterPerson
from domain.commands.people.reject_identity_correction import RejectIdentityCorrection
from domain.commands.people.reject_role import RejectRole
from domain.commands.people.state_affiliation import StateAffiliation
from domain.commands.people.state_birth_and_sex import StateBirthAndSex
from domain.commands.people.withdraw_role import WithdrawRole
from domain.commands.people.withdraw_tie import WithdrawTie
from domain.framework.jury_rule import Sex
from domain.people.career import Career
from domain.people.facts import IdentityCause, IdentityCorrectionProposed
from domain.people.person import Person
from domain.people.secrecy import ENGLISH, FRENCH, SWORN, TEXT
from domain.ports import PersonId, Role
from domain.refusal import NotFound
from webapi.accounts.authentication import GRANTED, actor, allowed, secrecy_of, without_command
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.current import acquis
from webapi.edge.heavy import heavy
from webapi.edge.paging import begins_after, next_page
from webapi.forms import form, number, text
from webapi.privacy.disclosure import NAMED_FOR, loaded, names, on_file, personal, rebuilt, stream
from webapi.privacy.finding import find
from webapi.privacy.personal_export import export_zip
from webapi.requests import Body, Name

bp = Resource("persons", __name__, url_prefix="/api/v1/persons")

ROLE_TO_GIVE: Final = form(GrantRole, "person", "confirms")
"""The body without `confirms`: what needs two people is confirmed on a page."""
EVERYONES = (Role.REGISTRAR, Role.AUDITOR, Role.ADMIN)
"""The roles that may look up any person; others find only themselves."""
ROLE = fields.Enum(Role, by_value=True)


class PersonBody(Body):
    """A person to register, with their first roles."""

    name = Name(1, 200, required=True)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(3, 254))
    born = Name(
        1,
        200,
        load_default=None,
        allow_none=True,
        metadata={"description": "Date and place of birth, for certificates."},
    )
    sex = fields.Enum(
        Sex,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "As the person stated it, for statistics; optional."},
    )
    roles = fields.List(ROLE, load_default=list, validate=validate.Length(max=len(GRANTED)))


class AffiliationItem(Schema):
    """An organisation where the person works or worked, or has or had a mandate."""

    organisation = fields.UUID(required=True)
    link = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class QualityItem(Schema):
    """A recognised quality of the person."""

    quality = fields.String(required=True)
    certification = fields.String(required=True, allow_none=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class TieItem(Schema):
    """A tie of this person with a candidate."""

    candidate = fields.UUID(required=True)
    tie = fields.String(required=True)


class PersonAnswer(Schema):
    """A person. Name, ties, work and qualities are for registrar, auditor and the person; null for others."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True, allow_none=True)
    born = fields.String(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Sex)))
    roles = fields.List(fields.String(), required=True)
    roles_waiting = fields.List(
        fields.String(), required=True, metadata={"description": "Roles that wait for a second administrator."}
    )
    ties = fields.List(fields.Nested(TieItem), required=True, allow_none=True)
    affiliations = fields.List(fields.Nested(AffiliationItem), required=True, allow_none=True)
    qualities = fields.List(fields.Nested(QualityItem), required=True, allow_none=True)
    erased = fields.List(
        fields.String(), required=True, metadata={"description": "The erased classes of their data."}
    )


class SearchBody(Body):
    """Words of a name, or an e-mail address; sent in a body, so that neither is in an address or a history."""

    text = Name(2, 254, required=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 2000))


class FoundItem(Schema):
    """A person who was found: the address given at registration, and their account's."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    login = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)


class FoundAnswer(Schema):
    """The people found among those read; with `next`, there are more to read."""

    items = fields.List(fields.Nested(FoundItem), required=True)
    next = fields.String(required=True, allow_none=True)


class ProposedIdentityItem(Schema):
    """A proposed identity, with its reason and document; null where erased."""

    name = fields.String(required=True, allow_none=True)
    born = fields.String(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Sex)))
    cause = fields.String(required=True, validate=validate.OneOf(list(IdentityCause)))
    seen = fields.String(required=True, metadata={"description": "The kind of document."})
    document = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    proposed_by = fields.UUID(required=True)
    proposed_on = fields.Date(required=True)


class IdentityProposalAnswer(Schema):
    """The proposal that waits for a second person; an approval repeats the ETag."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    proposed = fields.Nested(ProposedIdentityItem, required=True, allow_none=True)


class MeAnswer(PersonAnswer):
    """The caller and their role."""

    role = fields.String(required=True, metadata={"description": "The role of the token."})


class SecrecyAnswer(Schema):
    """The current text on professional secrecy, its number, and whether the caller has accepted it."""

    text = fields.Integer(required=True)
    fr = fields.String(required=True)
    en = fields.String(required=True)
    needed = fields.Boolean(
        required=True, metadata={"description": "Whether this role reads nothing before accepting it."}
    )
    accepted = fields.Boolean(required=True)


@bp.post("")
@bp.arguments(PersonBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN, Role.REGISTRAR)
@adds(Adds.MORE)
def register_person(body: dict[str, Any]) -> ResponseReturnValue:
    """Register a person and give them roles; a registrar gives candidate, assessor and juror only.

    The roles of administrator and registrar are proposed on a page only, with a new proof of identity.
    """
    return send(
        RegisterPerson(
            name=body["name"],
            email=body["email"],
            born=body["born"],
            sex=body["sex"],
            given=tuple(body["roles"]),
        )
    )


@bp.post("/searches")
@bp.arguments(SearchBody)
@bp.response(200, FoundAnswer)
@allowed(*EVERYONES)
@without_command
@adds(Adds.ASKS)
def search_persons(body: dict[str, Any]) -> ResponseReturnValue:
    """Find people by words of their name (ignoring accents and case) or by their e-mail address (rechercher).

    Each request reads a thousand people: continue with `next` until it is null. The log names who searched, not for
    what.
    """
    found, following = find(acquis(), body["text"], actor(), after=begins_after(body["cursor"]) or 0)
    return {"items": found, "next": next_page(following)}, 200


@bp.get("/me")
@bp.response(200, MeAnswer)
@allowed(*GRANTED)
def show_me() -> ResponseReturnValue:
    """Show the caller and their role."""
    found, version = _shown(actor().who)
    return tagged(found | {"role": actor().role.value}, version)


@bp.get("/me/secrecy")
@bp.response(200, SecrecyAnswer)
@allowed(*GRANTED)
def show_secrecy() -> ResponseReturnValue:
    """Show the text on professional secrecy, which advisors, assessors and jurors accept before reading a dossier."""
    accepted = secrecy_of(actor())
    return {
        "text": TEXT,
        "fr": FRENCH,
        "en": ENGLISH,
        "needed": actor().role in SWORN,
        "accepted": accepted >= TEXT,
    }


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
@heavy(HeavyKind.OWN)
def export_person(person: UUID) -> Response:
    """Download all data about a person (RGPD art. 15): your own; a registrar anybody's, to hand it over.

    A ZIP with `person.json`, the files, a page to read and a manifest. Other people appear by their role only. The
    export is recorded: to whom and in which role.
    """
    if actor().role is not Role.REGISTRAR and actor().person != person:
        raise NotFound(person)
    response = send_file(
        _nothing_of(person) if request.method == "HEAD" else export_zip(acquis(), PersonId(person), actor()),
        mimetype="application/zip",
        download_name="acquis.zip",
        as_attachment=True,
        conditional=False,  # made again each time, so that parts of two exports never mix
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers.pop("Content-Length", None)  # of the empty content of a HEAD request
    return response


def _nothing_of(person: UUID) -> BytesIO:
    """Return the empty content of a HEAD request, which is not recorded; raises NotFound for an unknown person."""
    loaded(Person, person)
    return BytesIO()


@bp.sends("/<uuid:person>/birth-and-sex", StateBirthAndSex, adds(Adds.MORE))
def state_birth_and_sex() -> None:
    """State this person's sex, or a birth that is not on file (déclarer sa naissance ou son sexe).

    Used for statistics and certificates; optional. A candidate states their own; a registrar enters what they were
    told.
    """


@bp.sends("/<uuid:person>/identity-corrections", CorrectIdentity, signs, document=text(200))
def correct_identity() -> None:
    """Correct a person's identity (corriger l'identité); If-Match: their version.

    Certificates are not reissued for it: two people must record a change of civil status or a misspelt certificate
    (`/identity-proposal`).
    """


@bp.get("/<uuid:person>/identity-proposal")
@bp.response(200, IdentityProposalAnswer)
@allowed(Role.REGISTRAR, Role.ADMIN, Role.AUDITOR)
def show_identity_proposal(person: UUID) -> ResponseReturnValue:
    """Show the correction of an identity that waits for a second person (civil status, or erreur matérielle)."""
    told = stream(person)
    found = rebuilt(Person, person, told)
    said = [each for each in told if isinstance(each.fact, IdentityCorrectionProposed)] if found.proposed else []
    waits = None
    if said and found.proposed:
        clear = personal(said[-1])
        waits = {
            "cause": found.proposed.cause,
            "seen": found.proposed.seen,
            "proposed_by": found.proposed.proposed_by,
            "proposed_on": said[-1].stamp.on,
            **{field: clear.get(field) for field in ("name", "born", "sex", "document", "reason")},
        }
    return tagged({"id": person, "version": found.version, "proposed": waits}, found.version)


@bp.sends("/<uuid:person>/identity-proposal", ProposeIdentityCorrection, signs)
def propose_identity_correction() -> None:
    """Propose an identity as read on a document, with the reason; If-Match: the person's version."""


@bp.sends("/<uuid:person>/identity-proposal/approval", ApproveIdentityCorrection, signs)
def approve_identity_correction() -> None:
    """Approve as a second person who has the document; If-Match: the person's version."""


@bp.sends("/<uuid:person>/identity-proposal/rejection", RejectIdentityCorrection, signs)
def reject_identity_correction() -> None:
    """Reject the proposal; the identity on file stays; If-Match: the person's version."""


@bp.post("/<uuid:person>/roles")
@bp.arguments(ROLE_TO_GIVE)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN)
@adds(Adds.MORE)
def grant_role(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Give a person a role (accorder un rôle).

    The roles of administrator and registrar are given on a page only, by two people who each prove their identity
    again.
    """
    return send(GrantRole(person=PersonId(person), **body))


@bp.sends("/<uuid:person>/roles/rejections", RejectRole, adds(Adds.NAMED), reason=text(2000))
def reject_role() -> None:
    """Reject a proposed role, or withdraw your own proposal (écarter un rôle proposé)."""


@bp.sends("/<uuid:person>/roles/withdrawals", WithdrawRole, adds(Adds.NAMED))
def withdraw_role() -> None:
    """Withdraw a role from a person (retirer un rôle): further acts in that role are refused."""


@bp.sends(
    "/<uuid:person>/secrecy",
    AcceptSecrecy,
    adds(Adds.ONCE),
    secrecy_text=number(1, 999),
    signed_on="For the registrar only: the date of the paper that the person signed.",
)
def accept_secrecy() -> None:
    """Accept professional secrecy (accepter le secret professionnel), by the number of the text shown."""


@bp.sends("/<uuid:person>/ties", DeclareTie, adds(Adds.MORE))
def declare_tie() -> None:
    """Declare a tie between this juror or assessor and a candidate (déclarer un lien)."""


@bp.sends("/<uuid:person>/ties/withdrawal", WithdrawTie, adds(Adds.NAMED), reason=text(2000))
def withdraw_tie() -> None:
    """Withdraw a declared tie with a reason (retirer un lien), by its declarer or a registrar."""


@bp.sends("/<uuid:person>/affiliations", StateAffiliation, adds(Adds.MORE))
def state_affiliation() -> None:
    """State an employment or a mandate of this person; a juror states their own (déclarer un emploi, un mandat)."""


@bp.sends("/<uuid:person>/qualities", RecogniseQuality, adds(Adds.MORE), certification=text(20))
def recognise_quality() -> None:
    """Recognise that this person represents a side, practises the profession or is qualified (reconnaître)."""


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
    """Return the data of a person that the reader may see, and their version."""
    told = stream(person)
    found = rebuilt(Person, person, told)
    named = actor().role in NAMED_FOR or actor().person == person
    ties = [{"candidate": candidate, "tie": tie.value} for candidate, tie in sorted(found.ties)] if named else None
    content = {
        "id": person,
        "version": found.version,
        "name": names([person])[person] if named else None,
        "born": on_file(told, "born") if named else None,
        "sex": on_file(told, "sex") if named else None,
        "roles": sorted(role.value for role in found.roles),
        "roles_waiting": sorted(role.value for role in found.roles_waiting),
        "ties": ties,
        "affiliations": _affiliations(found.career) if named else None,
        "qualities": _qualities(found.career) if named else None,
        "erased": sorted(each.value for each in found.erased | acquis().vault.register.classes_of(person)),
    }
    return content, found.version
