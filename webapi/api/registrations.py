"""Routes for the registration of a certification: dates, suspension, resumption, end."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.commands.framework.end_registration import EndRegistration
from domain.commands.framework.enter_portal import EnterPortal
from domain.commands.framework.resume_registration import ResumeRegistration
from domain.commands.framework.suspend_registration import SuspendRegistration
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import FrameworkId
from webapi.accounts.authentication import GRANTED, allowed
from webapi.api import Adds, Resource, adds, signs, tagged
from webapi.current import acquis
from webapi.forms import PAST
from webapi.privacy.disclosure import loaded, loaded_or_new

bp = Resource("registrations", __name__, url_prefix="/api/v1/certifications/<uuid:certification>/registration")


class RegistrationSuspensionItem(Schema):
    """A suspension: first day, day of resumption, and whether for undeclared awards."""

    began_on = fields.Date(required=True)
    ended_on = fields.Date(required=True, allow_none=True)
    awards_undeclared = fields.Boolean(required=True)


class RegistrationAnswer(Schema):
    """The registration's four dates, none derived from another, and whether it is valid today."""

    version = fields.Integer(required=True)
    decided_on = fields.Date(required=True)
    effect_from = fields.Date(required=True)
    ends_on = fields.Date(required=True, metadata={"description": "The last day on which it is valid."})
    issuance_ends_on = fields.Date(required=True, allow_none=True)
    runs = fields.Boolean(required=True)
    portal_from = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The day since which it is on the national portal of VAE."},
    )
    suspensions = fields.List(fields.Nested(RegistrationSuspensionItem), required=True)


@bp.get("")
@bp.response(200, RegistrationAnswer)
@allowed(*GRANTED)
def show_registration(certification: UUID) -> ResponseReturnValue:
    """Show a registration's dates, and whether it is valid today."""
    content = loaded(Framework, certification).content
    found = loaded_or_new(Registration, Registration.id_of(FrameworkId(certification)))
    answer = {
        "version": found.version,
        "decided_on": content.registration.decided_on,
        "effect_from": content.registration.effect_from,
        "ends_on": found.last_day(content),
        "issuance_ends_on": found.last_issuance(content),
        "portal_from": found.portal_from,
        "runs": found.runs(acquis().clock.today(), content),
        "suspensions": [
            vars(each) | {"awards_undeclared": each.began_on in found.awards_undeclared} for each in found.suspensions
        ],
    }
    return tagged(answer, found.version)


@bp.sends("/suspensions", SuspendRegistration, adds(Adds.ONCE))
def suspend_registration() -> None:
    """Suspend a registration: no admissions and no decisions (suspendre l'enregistrement)."""


@bp.sends("/resumptions", ResumeRegistration, adds(Adds.ONCE))
def resume_registration() -> None:
    """Resume a suspended registration (reprendre l'enregistrement)."""


@bp.sends("/portal", EnterPortal, adds(Adds.MORE))
def enter_portal() -> None:
    """State the day since which a certification is on the national portal of VAE (intégration au portail)."""


@bp.sends("/end", EndRegistration, signs, confirms_past=PAST)
def end_registration() -> None:
    """Set a registration's last day, and the last day of issuance (mettre fin à l'enregistrement).

    Each can be changed until it has passed. If-Match: the registration's version.
    """
