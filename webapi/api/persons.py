"""Who is known, in which roles, with which ties?"""

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
"""An administrator confirms on a page only what takes two people."""
EVERYONES = (Role.REGISTRAR, Role.AUDITOR, Role.ADMIN)
"""The roles that may look up any person; others find themselves only."""
ROLE = fields.Enum(Role, by_value=True)


class PersonBody(Body):
    """A person to register, with the roles they get at once."""

    name = Name(1, 200, required=True)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(3, 254))
    born = Name(
        1, 200, load_default=None, allow_none=True, metadata={"description": "When and where, for certificates."}
    )
    sex = fields.Enum(
        Sex,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "As the person stated it, for statistics; nobody has to."},
    )
    roles = fields.List(ROLE, load_default=list, validate=validate.Length(max=len(GRANTED)))


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
    born = fields.String(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Sex)))
    roles = fields.List(fields.String(), required=True)
    roles_waiting = fields.List(
        fields.String(), required=True, metadata={"description": "Those that wait for a second administrator."}
    )
    ties = fields.List(fields.Nested(TieItem), required=True, allow_none=True)
    affiliations = fields.List(fields.Nested(AffiliationItem), required=True, allow_none=True)
    qualities = fields.List(fields.Nested(QualityItem), required=True, allow_none=True)
    erased = fields.List(
        fields.String(), required=True, metadata={"description": "The classes of their data that were erased."}
    )


class SearchBody(Body):
    """Words of a name, or an e-mail address; posted, so that neither stands in an address or a history."""

    text = Name(2, 254, required=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 2000))


class FoundItem(Schema):
    """A person who was found: the address given at registration, and that of their account."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    login = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)


class FoundAnswer(Schema):
    """Who was found among the people looked at; with `next`, others are still to be looked at."""

    items = fields.List(fields.Nested(FoundItem), required=True)
    next = fields.String(required=True, allow_none=True)


class ProposedIdentityItem(Schema):
    """How the identity reads, why, on which document; null where that was erased."""

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
    """What waits for a second person; the ETag is what approving asks for."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    proposed = fields.Nested(ProposedIdentityItem, required=True, allow_none=True)


class MeAnswer(PersonAnswer):
    """Who is asking, and in which role."""

    role = fields.String(required=True, metadata={"description": "The role of the token that asks."})


class SecrecyAnswer(Schema):
    """The text on professional secrecy as it stands, by its number; and whether who asks has accepted it."""

    text = fields.Integer(required=True)
    fr = fields.String(required=True)
    en = fields.String(required=True)
    needed = fields.Boolean(required=True, metadata={"description": "Whether this role reads nothing without it."})
    accepted = fields.Boolean(required=True)


@bp.post("")
@bp.arguments(PersonBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN, Role.REGISTRAR)
@adds(Adds.MORE)
def register_person(body: dict[str, Any]) -> ResponseReturnValue:
    """Register a person and give them roles; a registrar gives candidate, assessor and juror only.

    The roles of administrator and registrar are proposed on a page only, by who proves again who they are.
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
    """Find people by words of their name, accents and capitals apart, or by their e-mail address (rechercher).

    A thousand people are looked at: go on with `next` until it is null. Who searched is noted, never for what.
    """
    found, following = find(acquis(), body["text"], actor(), after=begins_after(body["cursor"]) or 0)
    return {"items": found, "next": next_page(following)}, 200


@bp.get("/me")
@bp.response(200, MeAnswer)
@allowed(*GRANTED)
def show_me() -> ResponseReturnValue:
    """Say who is asking, and in which role."""
    found, version = _shown(actor().who)
    return tagged(found | {"role": actor().role.value}, version)


@bp.get("/me/secrecy")
@bp.response(200, SecrecyAnswer)
@allowed(*GRANTED)
def show_secrecy() -> ResponseReturnValue:
    """Show the text on professional secrecy, which whoever is given a dossier accepts before reading one."""
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
    """Download all that is held about a person (RGPD art. 15): oneself; the registrar, anybody, to hand it to them.

    A ZIP: `person.json`, the files, a page to read, a manifest. Other people are in it by their role only. That it
    was handed out, to whom and in which role, is recorded.
    """
    if actor().role is not Role.REGISTRAR and actor().person != person:
        raise NotFound(person)
    response = send_file(
        _nothing_of(person) if request.method == "HEAD" else export_zip(acquis(), PersonId(person), actor()),
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


@bp.sends("/<uuid:person>/birth-and-sex", StateBirthAndSex, adds(Adds.MORE))
def state_birth_and_sex() -> None:
    """State of which sex this person is, or a birth that is not on file (déclarer sa naissance ou son sexe).

    For statistics, and for certificates; nobody has to. A candidate says their own, the registrar what they were
    told.
    """


@bp.sends("/<uuid:person>/identity-corrections", CorrectIdentity, signs, document=text(200))
def correct_identity() -> None:
    """Correct a person's identity (corriger l'identité); If-Match: their version.

    No certificate is issued anew for it: a change of civil status, or what a certificate misspells, is for two people
    to record (`/identity-proposal`).
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
    """Say how an identity reads on a document that was seen, and why; If-Match: the person's version."""


@bp.sends("/<uuid:person>/identity-proposal/approval", ApproveIdentityCorrection, signs)
def approve_identity_correction() -> None:
    """Agree as a second person, the document in hand; If-Match: the person's version."""


@bp.sends("/<uuid:person>/identity-proposal/rejection", RejectIdentityCorrection, signs)
def reject_identity_correction() -> None:
    """Leave the identity as it is on file; If-Match: the person's version."""


@bp.post("/<uuid:person>/roles")
@bp.arguments(ROLE_TO_GIVE)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN)
@adds(Adds.MORE)
def grant_role(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Give a person a role (accorder un rôle).

    That of administrator or registrar is given on a page only, by two people who each prove again who they are.
    """
    return send(GrantRole(person=PersonId(person), **body))


@bp.sends("/<uuid:person>/roles/rejections", RejectRole, adds(Adds.NAMED), reason=text(2000))
def reject_role() -> None:
    """Do not give a role that was proposed, or take one's proposal back (écarter un rôle proposé)."""


@bp.sends("/<uuid:person>/roles/withdrawals", WithdrawRole, adds(Adds.NAMED))
def withdraw_role() -> None:
    """Take a role from a person (retirer un rôle): what is under way in that role is refused from now on."""


@bp.sends(
    "/<uuid:person>/secrecy",
    AcceptSecrecy,
    adds(Adds.ONCE),
    secrecy_text=number(1, 999),
    signed_on="By the registrar only: the day of the paper that the person signed.",
)
def accept_secrecy() -> None:
    """Accept professional secrecy (accepter le secret professionnel), by the number of the text that was shown."""


@bp.sends("/<uuid:person>/ties", DeclareTie, adds(Adds.MORE))
def declare_tie() -> None:
    """Declare a tie between this juror or assessor and a candidate (déclarer un lien)."""


@bp.sends("/<uuid:person>/ties/withdrawal", WithdrawTie, adds(Adds.NAMED), reason=text(2000))
def withdraw_tie() -> None:
    """Take back a tie that was declared, with the reason (retirer un lien): who declared it, or a registrar."""


@bp.sends("/<uuid:person>/affiliations", StateAffiliation, adds(Adds.MORE))
def state_affiliation() -> None:
    """State an employment or a mandate of this person: a juror their own (déclarer un emploi, un mandat)."""


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
    """What the reader may see of a person, and its version."""
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
