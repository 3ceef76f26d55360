"""Routes for reviews of a jury's decision, and court rulings."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.appeal.facts import ComplaintGround, CourtRuled, ReviewAnswered, ReviewRequested
from domain.appeal.review import Review
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.request_review import RequestReview
from domain.deadlines.notice import Notice
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateListed
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Role, SessionId
from domain.refusal import NotFound
from projections.appeal import reviews as questioned
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.api.rectifications import MinutedBody, said_by_minutes
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.privacy.disclosure import page, personal, unread, view
from webapi.requests import Body, Flag, StrictBoolean, Text

bp = Resource(
    "reviews", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/deliberations/<uuid:candidacy>/review"
)
lists = Resource("review-list", __name__, url_prefix="/api/v1/reviews")

SEE = (Role.CANDIDATE, Role.REGISTRAR, Role.AUDITOR)


class AnswerBody(Body):
    """Whether the request is accepted, and why; an annulment is proposed unless `minuted` says what to rectify."""

    accepted = Flag(required=True)
    reason = Text(1, 8000, required=True)
    minuted = fields.Nested(MinutedBody, load_default=None, allow_none=True)


class RemedyAnswer(Schema):
    """Where to request a review, and the last day; null while no time limit runs."""

    body = fields.String(required=True)
    address = fields.String(required=True)
    until = fields.Date(required=True, allow_none=True)


class QuestioningItem(Schema):
    """A request, its answer, or a court's ruling; with decrypted personal fields."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True, validate=validate.OneOf(["ReviewRequested", "ReviewAnswered", "CourtRuled"]))
    on = fields.Date(required=True)
    ground = fields.String(allow_none=True, required=True, validate=validate.OneOf(list(ComplaintGround)))
    accepted = fields.Boolean(allow_none=True, required=True)
    rectifies = fields.Boolean(
        allow_none=True,
        required=True,
        metadata={"description": "Whether it was accepted as a material error, to be rectified and not annulled."},
    )
    court = fields.String(allow_none=True, required=True)
    ruled_on = fields.Date(allow_none=True, required=True)
    annuls = fields.Boolean(allow_none=True, required=True)
    quashes = fields.Boolean(
        allow_none=True,
        required=True,
        metadata={
            "description": "Whether a higher court quashed the annulment, so that the decision is valid again."
        },
    )
    personal = fields.Dict(
        required=True, metadata={"description": "Its personal fields, decrypted; null once erased."}
    )
    unread = fields.Dict(
        required=True,
        metadata={
            "description": "Fields that cannot be decrypted, with the reason: `erased`, or `lost` with the key."
        },
    )


class ReviewAnswer(Schema):
    """The requests, answers and rulings on one jury's decision; an answer repeats the ETag."""

    id = fields.UUID(required=True)
    session = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    waits = fields.Boolean(required=True, metadata={"description": "Whether a request waits for an answer."})
    annulled_by = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Cause)))
    remedy = fields.Nested(RemedyAnswer, required=True, allow_none=True)
    items = fields.List(fields.Nested(QuestioningItem), required=True)


class ReviewItem(Schema):
    """A contested decision, without texts."""

    id = fields.UUID(required=True)
    session = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    ground = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(ComplaintGround)))
    asked_on = fields.Date(required=True, allow_none=True)
    waits = fields.Boolean(required=True)
    annulled_by = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Cause)))


class ReviewPage(Schema):
    """Contested decisions, in the order of the first request or ruling."""

    items = fields.List(fields.Nested(ReviewItem), required=True)
    next = fields.String(required=True, allow_none=True)


class ReviewQuery(PageQuery):
    """The page; only those that wait for an answer, only those answered, or all."""

    waits = StrictBoolean(load_default=None)


@lists.get("")
@lists.arguments(ReviewQuery, location="query")
@lists.response(200, ReviewPage)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def list_reviews(query: dict[str, Any]) -> ResponseReturnValue:
    """List the contested decisions (demandes de réexamen, décisions de justice)."""
    return page(partial(_listed, query["waits"]), query)


def _listed(waits: bool | None, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    found = questioned.reviews(acquis().database, waits=waits, after=after, limit=limit)
    return [(each.questioned_at, vars(each) | {"id": each.review}) for each in found]


@bp.get("")
@bp.response(200, ReviewAnswer)
@allowed(*SEE)
def show_review(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show how this decision may be contested, until when, and the present requests and rulings."""
    read = view(candidacy)
    if not any(isinstance(told.fact, CandidateListed) for told in read.shown(session)):
        raise NotFound(session)
    here = SessionId(session), CandidacyId(candidacy)
    stream = Review.id_of(*here)
    found, sat = read.so_far(Review, stream), read.so_far(JurySession, session)
    notice, decided = read.so_far(Notice, Notice.id_of(*here)), read.so_far(Deliberation, Deliberation.id_of(*here))
    remedy, known_on = notice.remedy(read.rules), notice.known_on(sat, CandidacyId(candidacy), decided)
    content = {
        "id": stream,
        "session": session,
        "candidacy": candidacy,
        "version": found.version,
        "waits": found.under_way is not None,
        "annulled_by": found.annuls,
        "remedy": remedy
        and {
            "body": remedy.body,
            "address": remedy.address,
            "until": remedy.ends(known_on, read.rules.journeys.calendar) if known_on else None,
        },
        "items": [_item(each) for each in read.shown(stream)],
    }
    return tagged(content, found.version)


def _item(told: DossierFact) -> dict[str, Any]:
    said: dict[str, Any] = dict.fromkeys(
        ("ground", "accepted", "rectifies", "court", "ruled_on", "annuls", "quashes")
    )
    match told.fact:
        case ReviewRequested(ground=ground):
            said["ground"] = ground
        case ReviewAnswered(accepted=accepted, rectifies=rectifies):
            said |= {"accepted": accepted, "rectifies": rectifies}
        case CourtRuled(court=court, ruled_on=ruled_on, annuls=annuls, quashes=quashes):
            said |= {"court": court, "ruled_on": ruled_on, "annuls": annuls, "quashes": quashes}
        case _:
            pass
    return said | {
        "position": told.stamp.position,
        "fact": type(told.fact).__name__,
        "on": told.stamp.on,
        "personal": personal(told),
        "unread": unread(told),
    }


@bp.sends(
    "",
    RequestReview,
    adds(Adds.ONCE),
    received_on="The day on which the letter arrived that a registrar enters; a candidate's request is of today.",
    letter="The letter's scan: a piece submitted to the candidacy.",
)
def request_review() -> None:
    """Request a review of a released decision about oneself (demander un réexamen), or enter a letter."""


@bp.post("/answer")
@bp.arguments(AnswerBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@signs
def answer_review(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Reject the request, or accept it; If-Match: its version.

    An accepted request proposes an annulment, which a second person confirms (`annulments`), or a rectification.
    """
    minuted = body.pop("minuted")
    command = AnswerReview(
        session=SessionId(session),
        candidacy=CandidacyId(candidacy),
        minuted=said_by_minutes(minuted) if minuted else None,
        **body,
    )
    return send(command)


@bp.sends(
    "/court-rulings",
    NoteCourtRuling,
    adds(Adds.MORE),
    quashes="Whether it quashes the annulment, so that the decision is valid again.",
)
def note_court_ruling() -> None:
    """Record a court's ruling: it upholds, annuls or restores the decision (décision de justice).

    An annulment is proposed, and a second person confirms it (`annulments`).
    """
