"""Routes for declarations of awards to the training account system, corrections, and national numbers (CPF, NIR)."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.organisation.decide_nir_collection import DecideNirCollection
from domain.commands.register.declare_award import DeclareAward
from domain.commands.register.give_nir import GiveNir
from domain.commands.register.make_correction import MakeCorrection
from domain.commands.register.note_correction_request import NoteCorrectionRequest
from domain.commands.register.refuse_correction import RefuseCorrection
from domain.framework.framework import Framework
from domain.organisation.certifiers import Certifiers
from domain.ports import CandidacyId, FrameworkId, Role
from domain.register.declaration import Declaration
from domain.register.facts import AwardDeclared, CorrectionMade, CorrectionRefused, CorrectionRequested, NirGiven
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed, reader
from webapi.api import Adds, Resource, adds, tagged
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.forms import text
from webapi.privacy.declarations import declarations
from webapi.privacy.disclosure import loaded, loaded_or_new, page, personal, unread, version_of, view

bp = Resource("declarations", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/declaration")
lists = Resource("declaration-list", __name__, url_prefix="/api/v1/certifications/<uuid:certification>/declarations")
collection = Resource("national-numbers", __name__, url_prefix="/api/v1/national-numbers")

KINDS = {
    AwardDeclared: "declared",
    CorrectionRequested: "correction_requested",
    CorrectionMade: "correction_made",
    CorrectionRefused: "correction_refused",
}
"""The name of each step."""


class DeclarationItem(Schema):
    """A step: declared, or a correction requested, made or refused; null where a field does not apply."""

    position = fields.Integer(required=True)
    step = fields.String(required=True, validate=validate.OneOf(list(KINDS.values())))
    on = fields.Date(required=True)
    number = fields.Integer(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    correction = fields.Integer(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True, metadata={"description": "The last day by law."})
    rule_set = fields.String(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    personal = fields.Dict(
        required=True, metadata={"description": "The request, or the reason of the refusal; null once erased."}
    )
    unread = fields.Dict(required=True, metadata={"description": "Fields that cannot be decrypted, with the reason."})


class DeclarationAnswer(Schema):
    """The declarations of one candidacy, in order; the national number is shown to its candidate only."""

    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    national_number = fields.String(required=True, allow_none=True)
    items = fields.List(fields.Nested(DeclarationItem), required=True)


class ToDeclareItem(Schema):
    """A title with the data of its declaration; `stands` is false if it was withdrawn after its declaration.

    `national_number` is given while the certifier collects it, until it is sent, and while a correction is requested.
    """

    number = fields.Integer(required=True)
    candidacy = fields.UUID(required=True)
    stands = fields.Boolean(required=True)
    obtained_on = fields.Date(required=True)
    delivered_on = fields.Date(required=True, allow_none=True)
    holder = fields.String(required=True, allow_none=True)
    born = fields.String(required=True, allow_none=True)
    national_number = fields.String(required=True, allow_none=True)
    declared_on = fields.Date(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)


class ToDeclarePage(Schema):
    """The titles of a register by number, and whether national numbers are collected now."""

    collects_national_numbers = fields.Boolean(required=True)
    items = fields.List(fields.Nested(ToDeclareItem), required=True)
    next = fields.String(required=True, allow_none=True)


@bp.get("")
@bp.response(200, DeclarationAnswer)
@allowed(Role.CANDIDATE, Role.REGISTRAR, Role.AUDITOR)
def show_declaration(candidacy: UUID) -> ResponseReturnValue:
    """Show the declarations to the training account system and their corrections (déclaration au CPF)."""
    read, stream = view(candidacy), Declaration.id_of(CandidacyId(candidacy))
    told = [each for each in read.seen if isinstance(each.fact, tuple(KINDS))]
    given = [personal(each)["nir"] for each in read.seen if isinstance(each.fact, NirGiven)]
    version = version_of(stream, told)
    content = {
        "candidacy": candidacy,
        "version": version,
        "national_number": given[-1] if given else None,
        "items": [_item(each) for each in told],
    }
    return tagged(content, version)


def _item(told: DossierFact) -> dict[str, Any]:
    fact: Any = told.fact
    said = {name: getattr(fact, name, None) for name in ("number", "reference", "correction", "due_on", "rule_set")}
    return {
        "position": told.stamp.position,
        "step": KINDS[type(fact)],
        "on": getattr(fact, str(fact.effective)),
        **said,
        "late": getattr(fact, "late", False),
        "personal": personal(told),
        "unread": unread(told),
    }


@bp.sends("", DeclareAward, adds(Adds.ONCE))
def declare_award() -> None:
    """Record that the title was declared to the training account system (déclarer le titre au CPF)."""


@bp.sends("/national-number", GiveNir, adds(Adds.MORE), number=text(40, "Thirteen characters and their key."))
def give_nir() -> None:
    """Record the candidate's national number, to be declared with the title (saisir le NIR)."""


@bp.sends("/corrections", NoteCorrectionRequest, adds(Adds.MORE), asks=text(8000))
def note_correction_request() -> None:
    """Record that the Caisse des dépôts requested a correction (noter une demande de correction)."""


@bp.sends("/corrections/<int:correction>/made", MakeCorrection, adds(Adds.ONCE))
def make_correction() -> None:
    """Record that the corrected data were sent (transmettre la correction)."""


@bp.sends("/corrections/<int:correction>/refusal", RefuseCorrection, adds(Adds.ONCE))
def refuse_correction() -> None:
    """Record that the request was refused as unfounded, with the reason (refuser la correction)."""


@lists.get("")
@lists.arguments(PageQuery, location="query")
@lists.response(200, ToDeclarePage)
@allowed(Role.REGISTRAR)
def list_declarations(query: dict[str, Any], certification: UUID) -> ResponseReturnValue:
    """List the titles with the data to declare, national numbers included (export de la déclaration)."""
    code = loaded(Framework, certification).content.code
    collects = loaded_or_new(Certifiers, Certifiers.id_of(code)).collects_nir
    return page(partial(_to_declare, FrameworkId(certification)), query, collects_national_numbers=collects)


def _to_declare(framework: FrameworkId, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    return [(each["number"], each) for each in declarations(acquis(), framework, after, limit, but=reader().files)]


@collection.sends("/collection", DecideNirCollection, adds(Adds.NAMED))
def decide_nir_collection() -> None:
    """Decide whether national numbers are collected for a certification (décider de recueillir le NIR)."""
