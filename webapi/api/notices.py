"""Routes for notices: that a candidate was notified of a jury's decision and of the remedies."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.deadlines.notify_annulment import NotifyAnnulment
from domain.commands.deadlines.notify_result import NotifyResult
from domain.deadlines.facts import NotificationChannel
from domain.deadlines.notice import Notice
from domain.ports import CandidacyId, Role, SessionId
from domain.refusal import NotFound
from domain.rulebook.rules import RemedyKind
from projections.deadlines import notices
from webapi.accounts.authentication import allowed
from webapi.api import Adds, RecordedAnswer, Resource, adds, answer, intent, tagged
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.forms import filled, form
from webapi.notifications.result_letter import tell_advisors
from webapi.privacy.disclosure import page, view

bp = Resource(
    "notices", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/deliberations/<uuid:candidacy>/notice"
)
lists = Resource("notice-list", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/notices")


class ToldRemedy(Schema):
    """A remedy in a notice, and its last day."""

    way = fields.String(required=True, validate=validate.OneOf(list(RemedyKind)))
    body = fields.String(required=True)
    address = fields.String(required=True)
    until = fields.Date(required=True)


class NoticeAnswer(Schema):
    """The last notice of one jury's decision on one candidacy."""

    id = fields.UUID(required=True)
    session = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    notified_on = fields.Date(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(list(NotificationChannel)))
    due_on = fields.Date(required=True, allow_none=True, metadata={"description": "The last day by law."})
    late = fields.Boolean(required=True)
    advisor = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The advisor at that time, who is notified too if the law says so (R6412-7)."},
    )
    granted = fields.List(
        fields.Integer(), required=True, metadata={"description": "The acquired blocks as the notice named them."}
    )
    title = fields.Boolean(required=True)
    remedies = fields.List(fields.Nested(ToldRemedy), required=True)


class NoticeItem(Schema):
    """A notice in a list."""

    id = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    notified_on = fields.Date(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(list(NotificationChannel)))
    due_on = fields.Date(required=True, allow_none=True)
    late = fields.Boolean(required=True)


class NoticePage(Schema):
    """The notices of one session, in the order in which they were recorded."""

    items = fields.List(fields.Nested(NoticeItem), required=True)
    next = fields.String(required=True, allow_none=True)


@lists.get("")
@lists.arguments(PageQuery, location="query")
@lists.response(200, NoticePage)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def list_notices(query: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """List the notices of this session's decisions (notifications)."""
    return page(partial(_listed, session), query)


def _listed(session: UUID, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    found = notices.notices(acquis().database, session, after=after, limit=limit)
    return [(each.notified_at, vars(each) | {"id": each.notice}) for each in found]


@bp.get("")
@bp.response(200, NoticeAnswer)
@allowed(Role.CANDIDATE, Role.REGISTRAR, Role.AUDITOR)
def show_notice(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show the notice of this decision: day, channel, remedies; 404 without one."""
    stream = Notice.id_of(SessionId(session), CandidacyId(candidacy))
    read = view(candidacy)
    found = read.so_far(Notice, stream)
    if found.told is None:
        raise NotFound(session)
    told = found.told
    content = {
        "id": stream,
        "session": session,
        "candidacy": candidacy,
        "version": found.version,
        "notified_on": told.notified_on,
        "channel": told.channel,
        "due_on": told.due_on,
        "late": told.late,
        "advisor": told.advisor,
        "granted": told.granted,
        "title": told.title,
        "remedies": [
            {
                "way": each.way,
                "body": each.body,
                "address": each.address,
                "until": each.ends(told.notified_on, read.rules.journeys.calendar),
            }
            for each in told.remedies
        ],
    }
    return tagged(content, found.version)


@bp.post("")
@bp.arguments(form(NotifyResult, "session", "candidacy"))
@bp.response(201, RecordedAnswer)
@adds(Adds.ONCE)
@allowed(Role.REGISTRAR)
def notify_result(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Record that the candidate was notified of this decision, with the rulebook's remedies (notifier).

    If the law has the advisor notified too, and they have an account, they get a letter.
    """
    command = filled(NotifyResult, {"session": SessionId(session), "candidacy": CandidacyId(candidacy)} | body)
    recorded = acquis().execute(command, acquis().request(intent()))
    tell_advisors(acquis(), recorded)
    return answer(recorded)


@bp.sends("/annulment", NotifyAnnulment, adds(Adds.ONCE))
def notify_annulment() -> None:
    """Record that the candidate was notified of the annulment, with remedies (notifier l'annulation)."""
