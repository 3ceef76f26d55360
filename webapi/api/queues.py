"""Route for the registrar's work queues."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.ports import Role
from webapi.accounts.authentication import allowed, reader
from webapi.api import Resource
from webapi.current import acquis
from webapi.privacy.disclosure import names
from webapi.problems import language
from webapi.upkeep.queues import Queue, QueueLine, Urgency, WaitingTask, lines

bp = Resource("queues", __name__, url_prefix="/api/v1/queues")


class QueuesQuery(Schema):
    """How many items of each queue, and an optional single queue."""

    limit = fields.Integer(strict=False, load_default=3, validate=validate.Range(1, 200))
    queue = fields.Enum(Queue, by_value=True, load_default=None)


class WaitingItem(Schema):
    """A waiting item: candidacy or session, deadline, and text of law (null: no deadline by law)."""

    candidacy = fields.UUID(required=True, allow_none=True)
    candidate = fields.UUID(required=True, allow_none=True)
    candidate_name = fields.String(required=True, allow_none=True)
    session = fields.UUID(required=True, allow_none=True)
    since = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    urgency = fields.String(required=True, validate=validate.OneOf(list(Urgency)))
    rule_set = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    competences = fields.List(fields.Integer(), required=True)
    broken = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "For a session: the rules of composition not met yet."},
    )


class QueueItem(Schema):
    """A queue: how many items wait in it, and the first of them."""

    queue = fields.String(required=True, validate=validate.OneOf(list(Queue)))
    title = fields.String(required=True)
    count = fields.Integer(required=True)
    first = fields.Date(required=True, allow_none=True, metadata={"description": "The first deadline, if any."})
    urgency = fields.String(required=True, validate=validate.OneOf(list(Urgency)))
    items = fields.List(fields.Nested(WaitingItem), required=True)


class QueuesAnswer(Schema):
    """The queues, most urgent first."""

    as_of = fields.Date(required=True)
    queues = fields.List(fields.Nested(QueueItem), required=True)


@bp.get("")
@bp.arguments(QueuesQuery, location="query")
@bp.response(200, QueuesAnswer)
@allowed(Role.REGISTRAR)
def list_queues(query: dict[str, Any]) -> ResponseReturnValue:
    """List the work queues, most urgent first, without the caller's own dossiers (files de travail).

    A deadline is `soon` from 15 days before it, `pressing` from 7, `over` once it has passed and applies.
    """
    wanted = [query["queue"]] if query["queue"] else list(Queue)
    found = lines(acquis(), files=reader().files, limit=query["limit"], queues=wanted)
    called = names({each.candidate for line in found for each in line.items if each.candidate})
    return {"as_of": acquis().clock.today(), "queues": [_line(each, called) for each in found]}, 200


def _line(line: QueueLine, called: dict[Any, str | None]) -> dict[str, Any]:
    first = line.first or WaitingTask()
    return {
        "queue": line.queue,
        "title": line.queue.said[language() != "fr"],
        "count": line.count,
        "first": first.ends_on,
        "urgency": first.urgency,
        "items": [_item(each, called) for each in line.items],
    }


def _item(each: WaitingTask, called: dict[Any, str | None]) -> dict[str, Any]:
    french = language() == "fr"
    return {
        "candidacy": each.candidacy,
        "candidate": each.candidate,
        "candidate_name": called.get(each.candidate),
        "session": each.session,
        "since": each.since,
        "ends_on": each.ends_on,
        "urgency": each.urgency,
        "rule_set": each.text.id if each.text else None,
        "reference": each.text.reference if each.text else None,
        "competences": each.numbers,
        "broken": [rule.fr if french else rule.en for rule in each.broken],
    }
