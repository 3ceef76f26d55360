"""How is a fraud reported, told, heard, found and sanctioned over HTTP, and what rests on what was forged?"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.answer_finding import AnswerFinding
from domain.commands.decide_fraud import DecideFraud
from domain.commands.hear_on_fraud import HearOnFraud
from domain.commands.note_finding_ruling import NoteFindingRuling
from domain.commands.pronounce_sanction import PronounceSanction
from domain.commands.question_finding import QuestionFinding
from domain.commands.report_fraud import ReportFraud
from domain.commands.tell_of_fraud import TellOfFraud
from domain.disclosure import SUSPECTED
from domain.fraud import Asked, Fraud, FraudReported, Matter
from domain.lifting import limit_of
from domain.ports import CandidacyId, EvidenceId, Role, SessionId
from domain.resting import rests_on
from domain.review import Ground
from projections.reading import DossierFact
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.api.reviews import JudgementBody
from webapi.auth import READERS, allowed
from webapi.reading import View, personal, plain, unread, view
from webapi.requests import Body, Day, Flag, Id, Text

bp = Resource("frauds", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/frauds")

COMPETENCES = fields.List(
    fields.Integer(strict=True, validate=validate.Range(1, 9999)),
    load_default=list,
    validate=validate.Length(max=500),
)
BODY = (Role.JUROR, Role.REGISTRAR)


class ReportBody(Body):
    """What the report is about (a session, a sitting, pieces of evidence, competences: one at least), in words."""

    session = Id(load_default=None, allow_none=True)
    sitting = Id(load_default=None, allow_none=True)
    evidence = fields.List(Id(), load_default=list, validate=validate.Length(max=90))
    competences = COMPETENCES
    statement = Text(1, 8000, required=True)


class TellingBody(Body):
    """On which day the candidate will be heard."""

    hearing_on = Day(required=True)


class HearingBody(Body):
    """What the candidate said; null where they did not come."""

    statement = Text(1, 8000, required=True, allow_none=True)
    heard_on = Day(load_default=None, allow_none=True)


class FindingBody(Body):
    """Whether the fraud is found, why, and which sessions' decisions on this candidacy fall for it."""

    found = Flag(required=True)
    reasons = Text(1, 8000, required=True)
    withdraws = fields.List(Id(), load_default=list, validate=validate.Length(max=40))


class SanctionBody(Body):
    """A sanction by its code in the rulebook, with the competences whose marks are void, or the months."""

    sanction = Text(1, 100, required=True)
    competences = COMPETENCES
    months = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 1199))
    reasons = Text(1, 8000, required=True)


SANCTION = Text(
    1,
    100,
    load_default=None,
    allow_none=True,
    metadata={"description": "The code of one sanction; null for the finding with all its sanctions."},
)


class FindingQuestionBody(Body):
    """What the review complains of, in which words; `merits` is always refused."""

    ground = fields.Enum(Ground, by_value=True, required=True)
    statement = Text(1, 8000, required=True)
    sanction = SANCTION


class FindingAnswerBody(Body):
    """Whether the review is accepted, and why: that lifts the finding or the sanction it is about."""

    accepted = Flag(required=True)
    reasons = Text(1, 8000, required=True)


class FindingRulingBody(JudgementBody):
    """What a court ruled on the finding, or on one sanction."""

    sanction = SANCTION


class RestingItem(Schema):
    """A fact that rests on what is reported."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True)


class StepItem(Schema):
    """One step of a procedure: its own fields, and its personal ones opened."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True, validate=validate.OneOf([each.__name__ for each in SUSPECTED]))
    on = fields.Date(required=True)
    by = fields.UUID(required=True, allow_none=True)
    says = fields.Dict(required=True)
    personal = fields.Dict(required=True, metadata={"description": "Its personal fields, opened; null once erased."})
    unread = fields.Dict(required=True, metadata={"description": "Those that do not open, and why."})


class CaseItem(Schema):
    """One fraud as reported, step by step, and the facts of the dossier that rest on what is reported."""

    case = fields.UUID(required=True)
    until = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day for questioning the finding; null while no time limit runs."},
    )
    steps = fields.List(fields.Nested(StepItem), required=True)
    rests = fields.List(fields.Nested(RestingItem), required=True)


class FraudsAnswer(Schema):
    """The procedures for fraud of one candidacy; the ETag is the candidacy's, which deciding asks for."""

    items = fields.List(fields.Nested(CaseItem), required=True)


@bp.get("")
@bp.response(200, FraudsAnswer)
@allowed(*READERS)
def list_frauds(candidacy: UUID) -> ResponseReturnValue:
    """List what was said of this candidate's cheating, as far as it is this reader's to read (fraudes)."""
    read = view(candidacy)
    cases: dict[UUID, list[DossierFact]] = {}
    for told in read.seen:
        if isinstance(told.fact, SUSPECTED):
            cases.setdefault(told.fact.case, []).append(told)
    items = [
        {
            "case": case,
            "until": _until(read, case),
            "steps": [_step(told) for told in steps],
            "rests": _rests(read, steps),
        }
        for case, steps in cases.items()
    ]
    return tagged({"items": items}, read.version)


def _until(read: View, case: UUID) -> date | None:
    fraud = read.so_far(Fraud, Fraud.id_of(read.opened.candidate))
    if case not in fraud.cases:
        return None
    limit = limit_of(read.so_far, fraud, fraud.cases[case].candidacy, case, read.rules)
    return limit.until if limit else None


def _step(told: DossierFact) -> dict[str, Any]:
    said = plain(told.fact)
    return {
        "position": told.stamp.position,
        "fact": type(told.fact).__name__,
        "on": told.stamp.on,
        "by": told.stamp.by,
        "says": {name: value for name, value in said.items() if name not in {"case", "candidacy"}},
        "personal": personal(told),
        "unread": unread(told),
    }


def _rests(read: View, steps: list[DossierFact]) -> list[dict[str, Any]]:
    reported = next((told.fact for told in steps if isinstance(told.fact, FraudReported)), None)
    if reported is None:
        return []
    found = rests_on(read.framework, read.seen, evidence=reported.evidence, competences=reported.competences)
    return [vars(each) for each in found]


@bp.post("")
@bp.arguments(ReportBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.ASSESSOR, Role.JUROR, Role.REGISTRAR)
@adds(Adds.MORE)
def report_fraud(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Report a fraud (signaler une fraude): what juries have still to make known of this candidacy waits."""
    matter = Matter(
        session=SessionId(body["session"]) if body["session"] else None,
        sitting=body["sitting"],
        evidence=tuple(EvidenceId(each) for each in body["evidence"]),
        competences=tuple(body["competences"]),
    )
    return send(ReportFraud(candidacy=CandidacyId(candidacy), matter=matter, statement=body["statement"]))


@bp.post("/<uuid:case>/notice")
@bp.arguments(TellingBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def tell_of_fraud(body: dict[str, Any], candidacy: UUID, case: UUID) -> ResponseReturnValue:
    """Tell the candidate, and when they will be heard (informer)."""
    return send(TellOfFraud(candidacy=CandidacyId(candidacy), case=case, **body))


@bp.post("/<uuid:case>/hearing")
@bp.arguments(HearingBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def hear_on_fraud(body: dict[str, Any], candidacy: UUID, case: UUID) -> ResponseReturnValue:
    """Note what the candidate said, or that they did not come (entendre)."""
    return send(HearOnFraud(candidacy=CandidacyId(candidacy), case=case, **body))


@bp.post("/<uuid:case>/decision")
@bp.arguments(FindingBody)
@bp.response(201, RecordedAnswer)
@allowed(*BODY)
@signs
def decide_fraud(body: dict[str, Any], candidacy: UUID, case: UUID) -> ResponseReturnValue:
    """Find the fraud or dismiss it, as the body that the rulebook names; If-Match: the candidacy's version."""
    withdraws = tuple(SessionId(each) for each in body.pop("withdraws"))
    return send(DecideFraud(candidacy=CandidacyId(candidacy), case=case, withdraws=withdraws, **body))


@bp.post("/<uuid:case>/review")
@bp.arguments(FindingQuestionBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.CANDIDATE)
@adds(Adds.ONCE)
def question_finding(body: dict[str, Any], candidacy: UUID, case: UUID) -> ResponseReturnValue:
    """Ask that the finding, or one sanction, be reviewed (contester): for a material error or its procedure."""
    return send(QuestionFinding(candidacy=CandidacyId(candidacy), case=case, **body))


@bp.post("/<uuid:case>/review/answer")
@bp.arguments(FindingAnswerBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@signs
def answer_finding(body: dict[str, Any], candidacy: UUID, case: UUID) -> ResponseReturnValue:
    """Reject the review with reasons, or accept it and lift what it is about (lever); If-Match as above."""
    return send(AnswerFinding(candidacy=CandidacyId(candidacy), case=case, **body))


@bp.post("/<uuid:case>/court-rulings")
@bp.arguments(FindingRulingBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def note_finding_ruling(body: dict[str, Any], candidacy: UUID, case: UUID) -> ResponseReturnValue:
    """Note what a court ruled on the finding, or on one sanction (décision de justice); one that annuls lifts it."""
    return send(NoteFindingRuling(candidacy=CandidacyId(candidacy), case=case, **body))


@bp.post("/<uuid:case>/sanctions")
@bp.arguments(SanctionBody)
@bp.response(201, RecordedAnswer)
@allowed(*BODY)
@signs
def pronounce_sanction(body: dict[str, Any], candidacy: UUID, case: UUID) -> ResponseReturnValue:
    """Pronounce a sanction of the rulebook, apart from any ruling (sanctionner); If-Match as for the decision."""
    asked = Asked(code=body["sanction"], competences=tuple(body["competences"]), months=body["months"])
    return send(
        PronounceSanction(candidacy=CandidacyId(candidacy), case=case, sanction=asked, reasons=body["reasons"])
    )
