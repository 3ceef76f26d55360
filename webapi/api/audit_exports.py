"""Routes for audit exports: an auditor requests one, which is recorded, then fetches it."""

from __future__ import annotations

from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, fields, validate

from adapters.bag.scope import Covered
from adapters.process.heavy_answers import HeavyKind
from domain.organisation.facts import ExportScope
from domain.organisation.organisation import ScopeIncomplete
from domain.ports import Role
from domain.refusal import Refused
from webapi.accounts.authentication import allowed
from webapi.api import LOCATION, Adds, RecordedAnswer, Resource, adds, answer, intent
from webapi.current import acquis
from webapi.edge.heavy import heavy
from webapi.explain.audit_export import record
from webapi.explain.own_exports import handed_over, one_of_mine
from webapi.requests import Body, Day, Id, StrictInteger, refuse_other_parameters, wrong

bp = Resource("audit-exports", __name__, url_prefix="/api/v1/audit-exports")
ALTERS: Final = frozenset({"scope", "subject", "first_day", "last_day", "size"})


class ScopeAltered(Refused):
    """An export hands out what was recorded of it and nothing else: ask for another one."""

    fr = "Un export remet ce qui en a été consigné et rien d'autre : demandez-en un autre."
    kind = "forbidden"


class ExportBody(Body):
    """What the export covers: all, a candidacy or session (`subject`), or the days of a period, both included."""

    scope = fields.Enum(ExportScope, by_value=True, required=True)
    subject = Id(load_default=None, allow_none=True)
    first_day = Day(load_default=None, allow_none=True)
    last_day = Day(load_default=None, allow_none=True)


@bp.post("")
@bp.arguments(ExportBody)
@bp.response(201, RecordedAnswer, headers=LOCATION)
@allowed(Role.AUDITOR)
@adds(Adds.MORE)
def ask_for_export(body: dict[str, Any]) -> ResponseReturnValue:
    """Request an export up to the newest checkpoint (export d'audit); fetch it by its recorded position."""
    covered = Covered(**body)
    if not _complete(covered):
        raise ScopeIncomplete(covered.scope.value)
    recorded = record(acquis(), covered, intent())
    content, status, headers = answer(recorded)
    return content, status, headers | {"Location": f"{request.path}/{recorded.position}"}


LARGEST_SIZE: Final = 10**18 - 1
SIZE: Final = StrictInteger(validate=validate.Range(1, LARGEST_SIZE))
LED_TO: Final = {
    "in": "query",
    "name": "checkpoint",
    "description": "Size of a checkpoint that the auditor has (second line of its note); the bag proves it.",
    "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE},
}


@bp.get("/<int:position>")
@bp.doc(parameters=[LED_TO])
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@allowed(Role.AUDITOR)
@heavy(HeavyKind.FILES)
def fetch_export(position: int) -> ResponseReturnValue:
    """Fetch the bag of a requested export as a ZIP, with the recorded scope, up to the recorded leaf."""
    asked = one_of_mine(position)
    if ALTERS & request.args.keys():
        raise ScopeAltered(position)
    refuse_other_parameters("after", "checkpoint")
    return handed_over(asked, _led_to(request.args.get("checkpoint")))


def _led_to(given: str | None) -> list[int]:
    if given is None:
        return []
    try:
        return [SIZE.deserialize(given)]
    except ValidationError as error:
        raise wrong([("checkpoint", str(message)) for message in error.messages]) from error


def _complete(covered: Covered) -> bool:
    """Return whether the body has all that its scope needs; the domain checks the rule itself."""
    about = covered.scope in {ExportScope.CANDIDACY, ExportScope.SESSION}
    period = covered.scope is ExportScope.PERIOD
    days = (covered.first_day, covered.last_day)
    return about == (covered.subject is not None) and (all(days) if period else not any(days))
