"""What is due about which candidacies, and by which text?"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.deadlines.deadline import Duty
from domain.ports import Role
from webapi.accounts.authentication import allowed, reader
from webapi.api import Resource
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.privacy.disclosure import page
from webapi.requests import Day
from webapi.upkeep.deadlines import DeadlineCalculator, DueDeadline

bp = Resource("deadlines", __name__, url_prefix="/api/v1/deadlines")


class DeadlineQuery(PageQuery):
    """Which page, as of which day; today by default. Of one duty, or of all."""

    as_of = Day(load_default=None)
    duty = fields.Enum(Duty, by_value=True, load_default=None)


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


class DeadlinePage(Schema):
    """What is due, the oldest first."""

    as_of = fields.Date(required=True)
    items = fields.List(fields.Nested(DeadlineItem), required=True)
    next = fields.String(required=True, allow_none=True)


@bp.get("")
@bp.arguments(DeadlineQuery, location="query")
@bp.response(200, DeadlinePage)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def list_deadlines(query: dict[str, Any]) -> ResponseReturnValue:
    """List what is due by a day, the oldest first (échéances)."""
    as_of = query["as_of"] or acquis().clock.today()
    return page(partial(_due, as_of, query["duty"]), query, as_of=as_of)


def _due(as_of: date, duty: Duty | None, after: Any, limit: int) -> list[tuple[list[str], dict[str, Any]]]:
    """What is due, from after the one at this place of the list on."""
    due = [each for each in DeadlineCalculator(acquis()).due(as_of) if duty in {None, each.duty} and not _own(each)]
    placed = [(_place(each), each) for each in due]
    rest = sorted((each for each in placed if not after or each[0] > after), key=lambda each: each[0])
    return [(place, item(each)) for place, each in rest[:limit]]


def _place(found: DueDeadline) -> list[str]:
    """Where it stands in the list: by its last day, then by what tells it from every other."""
    return [found.ends_on.isoformat(), str(found.candidacy), found.duty, str(found.session)]


def _own(found: DueDeadline) -> bool:
    """Whether it is about the reader's own candidacy: nobody runs that for the certifier."""
    return found.candidate in reader().files


def item(found: DueDeadline) -> dict[str, Any]:
    """A deadline as a list shows it."""
    return {name: getattr(found, name) for name in DeadlineItem().fields}
