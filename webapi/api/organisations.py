"""Routes for organisations: certifiers, partners, centres, and their habilitations."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.organisation.end_habilitation import EndHabilitation
from domain.commands.organisation.grant_habilitation import GrantHabilitation
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.organisation.report_habilitation import ReportHabilitation
from domain.commands.organisation.resume_habilitation import ResumeHabilitation
from domain.commands.organisation.suspend_habilitation import SuspendHabilitation
from domain.organisation.facts import Purpose
from domain.ports import Role
from domain.refusal import NotFound
from projections.organisation import certifiers as certifying
from projections.organisation import habilitations as habilitated
from projections.organisation import organisations as known
from webapi.accounts.authentication import allowed
from webapi.api import Adds, Resource, adds
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.forms import PAST, Many, named, text
from webapi.privacy.disclosure import law, page
from webapi.privacy.partner_reports import to_report
from webapi.requests import StrictBoolean, Text

bp = Resource("organisations", __name__, url_prefix="/api/v1/organisations")
lists = Resource("habilitations", __name__, url_prefix="/api/v1/habilitations")

SEE = (Role.REGISTRAR, Role.AUDITOR)


class OrganisationItem(Schema):
    """An organisation."""

    id = fields.UUID(required=True)
    legal_name = fields.String(required=True)
    siret = fields.String(required=True, allow_none=True)


class OrganisationPage(Schema):
    """Organisations, in the order in which they were registered."""

    items = fields.List(fields.Nested(OrganisationItem), required=True)
    next = fields.String(required=True, allow_none=True)


class HabilitationItem(Schema):
    """A habilitation; `suspended` holds intervals of days: `2021-06-01/2021-06-30`, `2021-06-01/..`."""

    id = fields.UUID(required=True)
    organisation = fields.UUID(required=True)
    certification = fields.String(required=True)
    granted_by = fields.UUID(required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(list(Purpose)))
    sites = fields.List(fields.String(), required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True)
    ended = fields.Boolean(required=True)
    suspended = fields.List(fields.String(), required=True)
    report_by = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day to report its changes to France compétences, if there are any."},
    )
    rule_set = fields.String(required=True, allow_none=True)
    report_late = fields.Boolean(required=True)


class HabilitationPage(Schema):
    """Habilitations, in the order in which they were granted."""

    items = fields.List(fields.Nested(HabilitationItem), required=True)
    next = fields.String(required=True, allow_none=True)


class CertifierItem(Schema):
    """A certification that this organisation awards."""

    certification = fields.String(required=True)
    keeps_register = fields.Boolean(required=True)


class OrganisationAnswer(OrganisationItem):
    """An organisation and its certifications; its habilitations are a separate list."""

    certifies = fields.List(fields.Nested(CertifierItem), required=True)


class HabilitationQuery(PageQuery):
    """The page; only one certification's, or only those with a change to report."""

    certification = Text(2, 20, load_default=None)
    unreported = StrictBoolean(load_default=False)


@bp.sends("", RegisterOrganisation, adds(Adds.MORE), legal_name=named(400), siret=text(20))
def register_organisation() -> None:
    """Register a certifier, a partner or a centre (enregistrer un organisme)."""


@bp.get("")
@bp.arguments(PageQuery, location="query")
@bp.response(200, OrganisationPage)
@allowed(*SEE)
def list_organisations(query: dict[str, Any]) -> ResponseReturnValue:
    """List the organisations (organismes)."""
    return page(_listed, query)


def _listed(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    found = known.organisations(acquis().database, after=after, limit=limit)
    return [(each.registered_at, vars(each) | {"id": each.organisation}) for each in found]


@bp.get("/<uuid:organisation>")
@bp.response(200, OrganisationAnswer)
@allowed(*SEE)
def show_organisation(organisation: UUID) -> ResponseReturnValue:
    """Show an organisation and its certifications."""
    found = _known(organisation)
    certifies = certifying.certifiers(acquis().database, organisation)
    return vars(found) | {"id": organisation, "certifies": [vars(each) for each in certifies]}


def _known(organisation: UUID) -> known.KnownOrganisation:
    found = next(iter(known.organisations(acquis().database, organisation=organisation)), None)
    if found is None:
        raise NotFound(organisation)
    return found


@bp.get("/<uuid:organisation>/habilitations")
@bp.arguments(HabilitationQuery, location="query")
@bp.response(200, HabilitationPage)
@allowed(*SEE)
def list_its_habilitations(query: dict[str, Any], organisation: UUID) -> ResponseReturnValue:
    """List the habilitations of an organisation (habilitations d'un organisme)."""
    _known(organisation)
    return page(partial(_granted, query, organisation), query)


@lists.get("")
@lists.arguments(HabilitationQuery, location="query")
@lists.response(200, HabilitationPage)
@allowed(*SEE)
def list_habilitations(query: dict[str, Any]) -> ResponseReturnValue:
    """List all habilitations (habilitations)."""
    return page(partial(_granted, query, None), query)


def _granted(
    query: dict[str, Any], organisation: UUID | None, after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    which = {name: query[name] for name in ("certification", "unreported")}
    found = habilitated.habilitations(acquis().database, organisation=organisation, **which, after=after, limit=limit)
    known_law, today = law(), acquis().clock.today()
    return [(each.granted_at, vars(each) | to_report(each, known_law, today)) for each in found]


@bp.sends(
    "/<uuid:organisation>/certifications",
    NameCertifier,
    adds(Adds.MORE),
)
def name_certifier() -> None:
    """Name this organisation as a certifier; the first one of a certification keeps its register."""


@bp.sends(
    "/<uuid:organisation>/habilitations",
    GrantHabilitation,
    adds(Adds.MORE),
    sites=Many(0, 100, named(400)),
)
def grant_habilitation() -> None:
    """Allow this organisation to train, to organise assessments, or both (habiliter)."""


@bp.sends("/<uuid:organisation>/habilitations/<uuid:habilitation>/suspensions", SuspendHabilitation, adds(Adds.NAMED))
def suspend_habilitation() -> None:
    """Suspend a habilitation for some days, or until it is resumed (suspendre)."""


@bp.sends("/<uuid:organisation>/habilitations/<uuid:habilitation>/resumption", ResumeHabilitation, adds(Adds.NAMED))
def resume_habilitation() -> None:
    """Resume a suspended habilitation from a day on (lever la suspension)."""


@bp.sends(
    "/<uuid:organisation>/habilitations/<uuid:habilitation>/end",
    EndHabilitation,
    adds(Adds.NAMED),
    confirms_past=PAST,
)
def end_habilitation() -> None:
    """End a habilitation; its last day can be changed until it has passed (mettre fin)."""


@bp.sends("/<uuid:organisation>/habilitations/<uuid:habilitation>/reports", ReportHabilitation, adds(Adds.ONCE))
def report_habilitation() -> None:
    """Record that its changes were reported to France compétences (déclarer une modification)."""
