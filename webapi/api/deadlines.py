"""What is due about which candidacies, and by which text?"""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.clocks import Duty
from domain.ports import Role
from webapi.api import Resource
from webapi.auth import actor, allowed, house
from webapi.requests import Body, Whole
from webapi.timing import Due, Reckoning

bp = Resource("deadlines", __name__, url_prefix="/api/v1/deadlines")


class DeadlineQuery(Body):
    """As of which day; today by default. Of one duty, or of all."""

    as_of = fields.Date(load_default=None)
    duty = fields.Enum(Duty, by_value=True, load_default=None)
    limit = Whole(load_default=200, validate=validate.Range(1, 1000))


class DeadlineItem(Schema):
    """Something due: what, about which candidacy, by when, by which text of law (null: the rulebook or the sheet)."""

    candidacy = fields.UUID(required=True)
    duty = fields.String(required=True, validate=validate.OneOf(list(Duty)))
    session = fields.UUID(required=True, allow_none=True)
    since = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    recall_on = fields.Date(required=True)
    rule_set = fields.String(required=True, allow_none=True)
    reminded = fields.Boolean(required=True)
    over = fields.Boolean(required=True)


class DeadlineList(Schema):
    """What is due, the oldest first; `more` says whether there is more than was asked for."""

    as_of = fields.Date(required=True)
    items = fields.List(fields.Nested(DeadlineItem), required=True)
    more = fields.Boolean(required=True)


@bp.get("")
@bp.arguments(DeadlineQuery, location="query")
@bp.response(200, DeadlineList)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def list_deadlines(query: dict[str, Any]) -> ResponseReturnValue:
    """List what is due by a day, the oldest first (échéances)."""
    as_of = query["as_of"] or house().clock.today()
    found = [each for each in Reckoning(house()).due(as_of) if query["duty"] in {None, each.duty}]
    found.sort(key=lambda each: (each.ends_on, each.candidacy))
    shown = [item(each) for each in found if not _own(each)]
    return {"as_of": as_of, "items": shown[: query["limit"]], "more": len(shown) > query["limit"]}


def _own(found: Due) -> bool:
    """Whether it is about the reader's own candidacy: nobody runs that for the certifier."""
    return actor().person == found.candidate


def item(found: Due) -> dict[str, Any]:
    """A deadline as a list shows it."""
    return {name: getattr(found, name) for name in DeadlineItem().fields}
