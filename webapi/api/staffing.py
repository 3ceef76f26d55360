"""Whether the certifier has declared that it has one registrar only, who confirms alone what takes two people."""

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
    """What is declared now, since when and why."""

    sole = fields.Boolean(required=True, metadata={"description": "Whether there is one registrar only."})
    declared_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


@bp.get("")
@bp.response(200, StaffingAnswer)
@allowed(Role.ADMIN, Role.REGISTRAR, Role.AUDITOR)
def show_staffing() -> ResponseReturnValue:
    """Show whether one registrar confirms alone what takes two people (gestionnaire unique)."""
    found = reading().find(Staffing, Staffing.the())
    return {"sole": found.sole, "declared_on": found.declared_on, "reason": found.reason or None}, 200


@bp.post("")
@bp.arguments(REASON)
@bp.response(201, RecordedAnswer)
@allowed(Role.ADMIN)
@adds(Adds.ONCE)
def declare_sole_registrar(body: dict[str, Any]) -> ResponseReturnValue:
    """Declare that the certifier has one registrar only (déclarer un gestionnaire unique).

    They then confirm alone, on the pages and by their password or second factor, what takes two people. It is refused
    where two people hold the role.
    """
    return send(declaration(acquis(), **body))


@bp.sends("/withdrawal", WithdrawSoleRegistrar, adds(Adds.ONCE), reason=text(2000))
def withdraw_sole_registrar() -> None:
    """Say that the certifier has several registrars again: what takes two people takes two."""
