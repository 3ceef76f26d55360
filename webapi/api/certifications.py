"""Routes for certifications: contents, routes of access, succession, register."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from flask import Response
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.framework.admit_correspondence import AdmitCorrespondence
from domain.commands.framework.admit_equivalence import AdmitEquivalence
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.retire_framework import RetireFramework
from domain.commands.framework.withdraw_correspondence import WithdrawCorrespondence
from domain.fact import fields_of
from domain.framework.definition import Modality, Route
from domain.framework.framework import Framework
from domain.ports import FrameworkId, Role
from domain.refusal import NotFound
from domain.register.facts import CertificateStruck, RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.register.register import Register
from projections.reading import DossierFact
from projections.register.cohorts import cohorts
from webapi.accounts.authentication import GRANTED, allowed
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.api.openapi import SCHEMAS
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.forms import PAST, text
from webapi.privacy.disclosure import certifications, loaded, page, stream
from webapi.requests import Body, Day, Flag, Name, Text

bp = Resource("certifications", __name__, url_prefix="/api/v1/certifications")


class CertificationItem(Schema):
    """A published framework version."""

    id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={"description": "Register code: RNCP31936."})
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    certifier = fields.String(required=True)


class CertificationPage(Schema):
    """Certifications, in the order in which they were published."""

    items = fields.List(fields.Nested(CertificationItem), required=True)
    next = fields.String(required=True, allow_none=True)


class ModalityBody(Body):
    """How the certifier assesses a route that the sheet leaves open; unknown values are null."""

    id = Text(1, 80, required=True)
    competences = fields.List(fields.Integer(strict=True, validate=validate.Range(1, 9999)), required=True)
    routes = fields.List(fields.Enum(Route, by_value=True), required=True)
    kind = Text(1, 80, required=True)
    individual = Flag(load_default=None, allow_none=True)
    duration = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 100_000),
        metadata={"description": "Minutes."},
    )
    computer_provided = Flag(load_default=None, allow_none=True)
    place = Name(1, 400, load_default=None, allow_none=True)
    deliverable = Text(1, 400, load_default=None, allow_none=True)
    set_by = Text(1, 400, load_default=None, allow_none=True)
    given = Text(1, 400, load_default=None, allow_none=True)
    examined_by = Text(1, 400, load_default=None, allow_none=True)
    text = Text(1, 8000, required=True)
    alongside = fields.List(
        Text(1, 80),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "Other modalities that assess some of the same competences by the same route."},
    )


class RouteBody(Body):
    """The opening of a route: first day, ground, modalities."""

    route = fields.Enum(Route, by_value=True, required=True)
    opened_on = Day(required=True)
    ground = Text(1, 2000, required=True)
    modalities = fields.List(fields.Nested(ModalityBody), load_default=list, validate=validate.Length(max=50))


def _blocks() -> fields.List[int]:
    return fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 9999)), required=True, validate=validate.Length(1, 100)
    )


class CorrespondenceItem(Schema):
    """Holders of all `from_blocks` of the earlier version hold `to_blocks` of this one, until a withdrawal."""

    earlier = fields.UUID(required=True, attribute="admitted.earlier")
    from_blocks = fields.List(fields.Integer(), required=True, attribute="admitted.from_blocks")
    to_blocks = fields.List(fields.Integer(), required=True, attribute="admitted.to_blocks")
    ground = fields.String(required=True, attribute="admitted.ground")
    withdrawn_on = fields.Date(dump_default=None, allow_none=True, attribute="withdrawn.withdrawn_on")
    reason = fields.String(dump_default=None, allow_none=True, attribute="withdrawn.reason")
    withdrawal_ground = fields.String(dump_default=None, allow_none=True, attribute="withdrawn.ground")


class EquivalenceItem(Schema):
    """Another certification that satisfies blocks of this version, by its number."""

    number = fields.Integer(required=True)
    certification = fields.String(required=True)
    part = fields.String(required=True, allow_none=True)
    blocks = fields.List(fields.Integer(), required=True)
    ground = fields.String(required=True)


class SuccessionAnswer(Schema):
    """Correspondences and equivalences of this version, and the day of its retirement, if set."""

    retired_on = fields.Date(required=True, allow_none=True)
    correspondences = fields.List(fields.Nested(CorrespondenceItem), required=True)
    equivalences = fields.List(fields.Nested(EquivalenceItem), required=True)


class StruckItem(Schema):
    """A certificate of the title that was struck for a material error, and the edition that replaces it."""

    edition = fields.Integer(required=True)
    issued_on = fields.Date(required=True)
    replacement = fields.Integer(required=True)
    struck_on = fields.Date(required=True)


class RegisterItem(Schema):
    """A title in the register."""

    number = fields.Integer(required=True)
    candidacy = fields.UUID(required=True)
    candidate = fields.UUID(required=True)
    obtained_on = fields.Date(required=True, metadata={"description": "The day of the jury that pronounced it."})
    option_title = fields.String(
        required=True, allow_none=True, metadata={"description": "Its option, in the sheet's words."}
    )
    reinstated_at = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Position of its reinstatement after a withdrawal, under its own number."},
    )
    withdrawn_at = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Position at which it was withdrawn, if it was."}
    )
    declaration_due = fields.Boolean(
        required=True, metadata={"description": "Whether its withdrawal must still be declared."}
    )
    struck = fields.List(fields.Nested(StruckItem), required=True)
    position = fields.Integer(required=True)


class CohortTitle(Schema):
    """A title of a cohort, without its holder."""

    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    obtained_on = fields.Date(required=True)
    number = fields.Integer(required=True, allow_none=True)
    positions = fields.List(fields.Integer(), required=True)


class CohortItem(Schema):
    """The holders of the certification of one calendar year and route."""

    year = fields.Integer(required=True)
    route = fields.String(required=True)
    holders = fields.Integer(required=True)
    titles = fields.List(fields.Nested(CohortTitle), required=True)


class CohortsAnswer(Schema):
    """The cohorts of a certification, oldest year first."""

    certification = fields.String(required=True)
    items = fields.List(fields.Nested(CohortItem), required=True)


class RegisterPage(Schema):
    """The register of one certification, in the order of its numbers."""

    items = fields.List(fields.Nested(RegisterItem), required=True)
    next = fields.String(required=True, allow_none=True)


@bp.get("")
@bp.arguments(PageQuery, location="query")
@bp.response(200, CertificationPage)
@allowed(*GRANTED)
def list_certifications(query: dict[str, Any]) -> ResponseReturnValue:
    """List the published certifications (référentiels)."""
    return page(certifications, query)


@bp.get("/<uuid:certification>")
@bp.response(200, {"$ref": SCHEMAS + "Definition"})
@allowed(*GRANTED)
def show_certification(certification: UUID) -> ResponseReturnValue:
    """Show the whole content of a certification: blocks, competences, rules, modalities, routes, juries, readings."""
    framework = loaded(Framework, certification)
    return tagged(Response(msgspec.json.encode(framework.content), mimetype="application/json"), framework.version)


@bp.post("/<uuid:certification>/routes")
@bp.arguments(RouteBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def open_route(body: dict[str, Any], certification: UUID) -> ResponseReturnValue:
    """Open a route of access that the sheet allows (ouvrir une voie)."""
    modalities = tuple(
        Modality(**{**given, **{name: tuple(given[name]) for name in ("competences", "routes", "alongside")}})
        for given in body.pop("modalities")
    )
    return send(OpenRoute(framework=FrameworkId(certification), modalities=modalities, **body))


@bp.get("/<uuid:certification>/succession")
@bp.response(200, SuccessionAnswer)
@allowed(*GRANTED)
def show_succession(certification: UUID) -> ResponseReturnValue:
    """Show the correspondences and equivalences of this version, and its retirement (correspondances)."""
    framework = loaded(Framework, certification)
    content = {
        "retired_on": framework.retired_on,
        "correspondences": framework.correspondences,
        "equivalences": framework.equivalences,
    }
    return tagged(content, framework.version)


@bp.sends("/<uuid:certification>/correspondences", AdmitCorrespondence, adds(Adds.MORE))
def admit_correspondence() -> None:
    """Declare that blocks of another version lead to blocks of this one (admettre une correspondance)."""


@bp.sends(
    "/<uuid:certification>/correspondences/withdrawal",
    WithdrawCorrespondence,
    signs,
    reason=text(2000),
    confirms_past=PAST,
)
def withdraw_correspondence() -> None:
    """Withdraw a correspondence from a day on; blocks already counted stay (retirer une correspondance).

    The day can be changed until it comes. If-Match: the certification's version.
    """


@bp.sends(
    "/<uuid:certification>/equivalences", AdmitEquivalence, adds(Adds.MORE), certification=text(200), part=text(400)
)
def admit_equivalence() -> None:
    """Declare that another certification, or a part of it, satisfies blocks (admettre une équivalence)."""


@bp.sends("/<uuid:certification>/retirement", RetireFramework, signs, confirms_past=PAST)
def retire() -> None:
    """Retire this version from a day on; candidacies under way keep it (retirer un référentiel).

    The day can be changed until it comes. If-Match: the certification's version.
    """


@bp.get("/<uuid:certification>/register")
@bp.arguments(PageQuery, location="query")
@bp.response(200, RegisterPage)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def show_register(query: dict[str, Any], certification: UUID) -> ResponseReturnValue:
    """Show the titles in the register, withdrawals, and struck certificates (registre)."""
    if not loaded(Framework, certification).version:
        raise NotFound(certification)
    return page(partial(_entered, FrameworkId(certification)), query)


@bp.get("/<uuid:certification>/cohorts")
@bp.response(200, CohortsAnswer)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def show_cohorts(certification: UUID) -> ResponseReturnValue:
    """Count the holders of this certification, all versions, by calendar year and route (promotions de titulaires).

    A request to renew the registration needs these counts (R6113-9, II). Each title lists the positions of the facts
    that prove it, without names.
    """
    framework = loaded(Framework, certification)
    found = cohorts(acquis().database, framework.content.code)
    return tagged(
        {"certification": framework.content.code, "items": [vars(each) for each in found]}, framework.version
    )


def _entered(framework: FrameworkId, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    entries = stream(Register.id_of(framework))
    withdrawn = {
        told.fact.number: told for told in entries if isinstance(told.fact, TitleWithdrawn | TitleReinstated)
    }
    items = [
        {
            "number": told.fact.number,
            "candidacy": told.fact.candidacy,
            "candidate": told.fact.candidate,
            "obtained_on": told.fact.obtained_on,
            "option_title": told.fact.option_title,
            **_withdrawn(withdrawn.get(told.fact.number)),
            "struck": [
                fields_of(each.fact)
                for each in entries
                if isinstance(each.fact, CertificateStruck) and each.fact.number == told.fact.number
            ],
            "position": told.stamp.position,
        }
        for told in entries
        if isinstance(told.fact, RegisterEntered) and told.fact.number > after
    ]
    return [(item["number"], item) for item in items[:limit]]


def _withdrawn(told: DossierFact | None) -> dict[str, Any]:
    """Return the positions of a title's withdrawal or reinstatement, and whether it must be declared."""
    due = told is not None and isinstance(told.fact, TitleWithdrawn | TitleReinstated) and told.fact.declaration_due
    back = told is not None and isinstance(told.fact, TitleReinstated)
    at = told.stamp.position if told else None
    return {"withdrawn_at": None if back else at, "reinstated_at": at if back else None, "declaration_due": due}
