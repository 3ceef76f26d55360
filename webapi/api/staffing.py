"""Declaration that the certifier has one registrar only, who alone confirms what needs two people."""

from __future__ import annotations

from typing import Any, Final

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.commands.people.declare_sole_registrar import DeclareSoleRegistrar
from domain.commands.people.withdraw_sole_registrar import WithdrawSoleRegistrar
from domain.people.staffing import Staffing
from domain.ports import Role
from webapi.accounts.authentication import allowed, reading
from webapi.accounts.sole_registrar import declaration
from webapi.api import Adds, RecordedAnswer, Resource, adds, send
from webapi.current import acquis
from webapi.forms import form, text

REASON: Final = form(DeclareSoleRegistrar, "registrar", reason=text(2000))

bp = Resource("staffing", __name__, url_prefix="/api/v1/sole-registrar")


class StaffingAnswer(Schema):
    """The present declaration, its day and its reason."""

    sole = fields.Boolean(required=True, metadata={"description": "Whether there is one registrar only."})
    declared_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


@bp.get("")
@bp.response(200, StaffingAnswer)
@allowed(Role.ADMIN, Role.REGISTRAR, Role.AUDITOR)
def show_staffing() -> ResponseReturnValue:
    """Show whether one registrar alone confirms what needs two people (gestionnaire unique)."""
    found = reading().find(Staffing, Staffing.the())
    return {"sole": found.sole, "declared_on": found.declared_on, "reason": found.reason or None}, 200


@bp.post("")
@bp.arguments(REASON)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN)
@adds(Adds.ONCE)
def declare_sole_registrar(body: dict[str, Any]) -> ResponseReturnValue:
    """Declare that the certifier has one registrar only (déclarer un gestionnaire unique).

    They alone then confirm what needs two people, on the pages, with their password or second factor. It is refused
    if two people have the role.
    """
    return send(declaration(acquis(), **body))


@bp.sends("/withdrawal", WithdrawSoleRegistrar, adds(Adds.ONCE), reason=text(2000))
def withdraw_sole_registrar() -> None:
    """Declare that the certifier has several registrars again: two people are needed again."""
