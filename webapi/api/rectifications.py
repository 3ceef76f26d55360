"""Routes for rectifications of wrongly entered decisions, by two people."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.appeal.facts import RectificationProposed
from domain.appeal.rectification import Minuted, Rectification
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.reject_rectification import RejectRectification
from domain.jury.facts import CandidateListed, DecisionRectified
from domain.jury.rectified_decision import MinutedBlock
from domain.ports import CandidacyId, Role, SessionId
from domain.refusal import NotFound
from projections.appeal import rectifications as proposals
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed, reader
from webapi.api import RecordedAnswer, Resource, send, signs, tagged
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.privacy.disclosure import page, personal, unread, view
from webapi.requests import Body, Flag, StrictBoolean, Text

bp = Resource(
    "rectifications",
    __name__,
    url_prefix="/api/v1/jury-sessions/<uuid:session>/deliberations/<uuid:candidacy>/rectification",
)
lists = Resource("rectification-list", __name__, url_prefix="/api/v1/rectifications")

SEE = (Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
NUMBER = validate.Range(1, 9999)


class MinutedRulingBody(Body):
    """A competence, acquired or not, with its mark if it has one, as the signed minutes state."""

    competence = fields.Integer(required=True, strict=True, validate=NUMBER)
    acquired = Flag(required=True)
    mark = Text(1, 40, load_default=None, allow_none=True)


class MinutedBlockBody(Body):
    """A block, granted or not, as the signed minutes state."""

    block = fields.Integer(required=True, strict=True, validate=NUMBER)
    granted = Flag(required=True)


class MinutedBody(Body):
    """The signed minutes where the entry differs; a block follows from its rule, stated or not."""

    rulings = fields.List(fields.Nested(MinutedRulingBody), load_default=list, validate=validate.Length(max=500))
    blocks = fields.List(fields.Nested(MinutedBlockBody), load_default=list, validate=validate.Length(max=100))
    title = Flag(load_default=None, allow_none=True)


class ProposalBody(MinutedBody):
    """The same with the reason."""

    reason = Text(1, 4000, required=True)


class CorrectedItem(Schema):
    """A competence as entered (null: not entered) and as the minutes state."""

    competence = fields.Integer(required=True)
    keyed = fields.Boolean(required=True, allow_none=True)
    minuted = fields.Boolean(required=True)
    mark = fields.String(required=True, allow_none=True)
    worth = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The value of the mark, in hundredths of a point."},
    )


class MinutedBlockItem(Schema):
    """A block as the minutes state."""

    block = fields.Integer(required=True)
    granted = fields.Boolean(required=True)


class ProposedAnswer(Schema):
    """The proposal that waits."""

    rulings = fields.List(fields.Nested(CorrectedItem), required=True)
    blocks = fields.List(fields.Nested(MinutedBlockItem), required=True)
    title = fields.Boolean(required=True, allow_none=True)
    proposed_by = fields.UUID(required=True)


class RectifyingItem(Schema):
    """A proposal, its approval or rejection, or the rectification; with decrypted personal fields."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True)
    on = fields.Date(required=True)
    by = fields.UUID(required=True, allow_none=True)
    personal = fields.Dict(
        required=True, metadata={"description": "Its personal fields, decrypted; null once erased."}
    )
    unread = fields.Dict(required=True, metadata={"description": "Fields that cannot be decrypted, with the reason."})


class RectificationAnswer(Schema):
    """The rectifications of one jury's decision on one candidacy; an approval repeats the ETag."""

    id = fields.UUID(required=True)
    session = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    proposed = fields.Nested(ProposedAnswer, required=True, allow_none=True)
    items = fields.List(fields.Nested(RectifyingItem), required=True)


class RectificationItem(Schema):
    """A decision with a proposed rectification, without texts."""

    id = fields.UUID(required=True)
    session = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    waits = fields.Boolean(required=True)
    proposed_by = fields.UUID(required=True, allow_none=True)
    approvals = fields.Integer(required=True)


class RectificationPage(Schema):
    """Such decisions, in the order of the first proposal."""

    items = fields.List(fields.Nested(RectificationItem), required=True)
    next = fields.String(required=True, allow_none=True)


class RectificationQuery(PageQuery):
    """The page; only those that wait for a second person, only those settled, or all."""

    waits = StrictBoolean(load_default=None)


@lists.get("")
@lists.arguments(RectificationQuery, location="query")
@lists.response(200, RectificationPage)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def list_rectifications(query: dict[str, Any]) -> ResponseReturnValue:
    """List the decisions with proposed rectifications, without the caller's own dossiers (rectifications)."""
    return page(partial(_listed, query["waits"]), query)


def _listed(waits: bool | None, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    others = sorted(reader().files)
    found = proposals.rectifications(acquis().database, waits=waits, files=others, after=after, limit=limit)
    return [(each.proposed_at, vars(each) | {"id": each.rectification}) for each in found]


@bp.get("")
@bp.response(200, RectificationAnswer)
@allowed(*SEE)
def show_rectification(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show the proposal and the rectifications of this decision."""
    read = view(candidacy)
    listed = any(isinstance(told.fact, CandidateListed) for told in read.shown(session))
    if not listed or not read.ties.sees(reader(), SessionId(session)):
        raise NotFound(session)
    stream = Rectification.id_of(SessionId(session), CandidacyId(candidacy))
    found = read.so_far(Rectification, stream)
    put_right = [
        each for each in read.seen if isinstance(each.fact, DecisionRectified) and each.fact.session == session
    ]
    items = sorted([*read.shown(stream), *put_right], key=lambda each: each.stamp.position)
    content = {
        "id": stream,
        "session": session,
        "candidacy": candidacy,
        "version": found.version,
        "proposed": _proposed(found.proposed),
        "items": [_item(each) for each in items],
    }
    return tagged(content, found.version)


def _proposed(fact: RectificationProposed | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "rulings": [vars(each) for each in fact.rulings],
        "blocks": [vars(each) for each in fact.blocks],
        "title": fact.title,
        "proposed_by": fact.proposed_by,
    }


def _item(told: DossierFact) -> dict[str, Any]:
    return {
        "position": told.stamp.position,
        "fact": type(told.fact).__name__,
        "on": told.stamp.on,
        "by": told.stamp.by,
        "personal": personal(told),
        "unread": unread(told),
    }


@bp.post("")
@bp.arguments(ProposalBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@signs
def propose_rectification(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Propose what the signed minutes state where the entry differs; If-Match: the deliberation's version."""
    reason = body.pop("reason")
    command = ProposeRectification(
        session=SessionId(session), candidacy=CandidacyId(candidacy), minuted=said_by_minutes(body), reason=reason
    )
    return send(command)


@bp.sends("/approval", ApproveRectification, signs)
def approve_rectification() -> None:
    """Approve as a second person who has the signed minutes; If-Match: the rectification's version."""


@bp.sends("/rejection", RejectRectification, signs)
def reject_rectification() -> None:
    """Reject the proposal; the entry stays; If-Match: the rectification's version."""


def said_by_minutes(body: dict[str, Any]) -> Minuted:
    """Return the statements of the minutes from a body."""
    return Minuted(
        rulings={each["competence"]: each["acquired"] for each in body["rulings"]},
        blocks=tuple(MinutedBlock(**each) for each in body["blocks"]),
        title=body["title"],
        marks={each["competence"]: each["mark"] for each in body["rulings"] if each["mark"] is not None},
    )
