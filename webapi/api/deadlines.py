"""Route for deadlines of candidacies, with their legal source."""

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
    """The page, the day (today by default), and one duty or all."""

    as_of = Day(load_default=None)
    duty = fields.Enum(Duty, by_value=True, load_default=None)


class DeadlineItem(Schema):
    """A deadline: duty, candidacy, last day, and text of law (null: the rulebook or the sheet)."""

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
    """Deadlines, oldest first."""

    as_of = fields.Date(required=True)
    items = fields.List(fields.Nested(DeadlineItem), required=True)
    next = fields.String(required=True, allow_none=True)


@bp.get("")
@bp.arguments(DeadlineQuery, location="query")
@bp.response(200, DeadlinePage)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def list_deadlines(query: dict[str, Any]) -> ResponseReturnValue:
    """List the deadlines known on a day, oldest first (échéances)."""
    as_of = query["as_of"] or acquis().clock.today()
    return page(partial(_due, as_of, query["duty"]), query, as_of=as_of)


def _due(as_of: date, duty: Duty | None, after: Any, limit: int) -> list[tuple[list[str], dict[str, Any]]]:
    """Return the deadlines after this place in the list."""
    due = [each for each in DeadlineCalculator(acquis()).due(as_of) if duty in {None, each.duty} and not _own(each)]
    placed = [(_place(each), each) for each in due]
    rest = sorted((each for each in placed if not after or each[0] > after), key=lambda each: each[0])
    return [(place, item(each)) for place, each in rest[:limit]]


def _place(found: DueDeadline) -> list[str]:
    """Return a deadline's place in the list: its last day, then the fields that make it unique."""
    return [found.ends_on.isoformat(), str(found.candidacy), found.duty, str(found.session)]


def _own(found: DueDeadline) -> bool:
    """Return whether the deadline is about the reader's own candidacy, which they may not manage."""
    return found.candidate in reader().files


def item(found: DueDeadline) -> dict[str, Any]:
    """Return a deadline as the list shows it."""
    return {name: getattr(found, name) for name in DeadlineItem().fields}
