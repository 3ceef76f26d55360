"""Routes for fraud procedures: report, notice, hearing, decision, sanctions, review."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.fraud.answer_finding import AnswerFinding
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.note_finding_ruling import NoteFindingRuling
from domain.commands.fraud.question_finding import QuestionFinding
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.fraud.facts import FraudReported
from domain.fraud.fraud import Fraud, KeyedSanction
from domain.fraud.lifting import limit_of
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, Role
from domain.standing.consequences import rests_on
from domain.standing.disclosure import WITH_A_CASE
from projections.reading import DossierFact
from webapi.accounts.authentication import READERS, allowed
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.forms import NUMBER, Many, text
from webapi.privacy.disclosure import DisclosedDossier, personal, plain, unread, view
from webapi.requests import Body, Text

bp = Resource("frauds", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/frauds")

BODY = (Role.JUROR, Role.REGISTRAR)


class SanctionBody(Body):
    """A sanction by its code in the rulebook, with the competences whose marks become void, or the months."""

    sanction = Text(1, 100, required=True)
    competences = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 9999)),
        load_default=list,
        validate=validate.Length(max=500),
    )
    months = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 1199))
    reason = Text(1, 8000, required=True)
    vote = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(list(VoteOutcome)),
        metadata={"description": "The jury's vote, if the rulebook names the jury."},
    )


class RestingItem(Schema):
    """A fact that depends on the forged piece or competence."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True)


class StepItem(Schema):
    """A step of a procedure: its fields, with decrypted personal fields."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True, validate=validate.OneOf([each.__name__ for each in WITH_A_CASE]))
    on = fields.Date(required=True)
    by = fields.UUID(required=True, allow_none=True)
    says = fields.Dict(required=True)
    personal = fields.Dict(
        required=True, metadata={"description": "Its personal fields, decrypted; null once erased."}
    )
    unread = fields.Dict(required=True, metadata={"description": "Fields that cannot be decrypted, with the reason."})


class CaseItem(Schema):
    """A reported fraud: its steps, and the facts of the dossier that depend on what is reported."""

    case = fields.UUID(required=True)
    until = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day to contest the finding; null while no time limit runs."},
    )
    steps = fields.List(fields.Nested(StepItem), required=True)
    rests = fields.List(fields.Nested(RestingItem), required=True)


class FraudsAnswer(Schema):
    """The fraud procedures of one candidacy; the ETag is the candidacy's version, which a decision repeats."""

    items = fields.List(fields.Nested(CaseItem), required=True)


@bp.get("")
@bp.response(200, FraudsAnswer)
@allowed(*READERS)
def list_frauds(candidacy: UUID) -> ResponseReturnValue:
    """List the fraud procedures of this candidate that the reader may see (fraudes)."""
    read = view(candidacy)
    cases: dict[UUID, list[DossierFact]] = {}
    for told in read.seen:
        if isinstance(told.fact, WITH_A_CASE) and told.fact.case is not None:
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


def _until(read: DisclosedDossier, case: UUID) -> date | None:
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


def _rests(read: DisclosedDossier, steps: list[DossierFact]) -> list[dict[str, Any]]:
    reported = next((told.fact for told in steps if isinstance(told.fact, FraudReported)), None)
    if reported is None:
        return []
    found = rests_on(read.framework, read.seen, evidence=reported.evidence, competences=reported.competences)
    return [vars(each) for each in found]


@bp.sends("", ReportFraud, adds(Adds.MORE), evidence=Many(0, 90), competences=Many(0, 500, NUMBER))
def report_fraud() -> None:
    """Report a fraud (signaler une fraude): results of this candidacy that are not released yet wait."""


@bp.sends("/<uuid:case>/notice", TellOfFraud, adds(Adds.MORE))
def tell_of_fraud() -> None:
    """Notify the candidate of the procedure and the hearing (informer)."""


@bp.sends("/<uuid:case>/hearing", HearOnFraud, adds(Adds.MORE))
def hear_on_fraud() -> None:
    """Record the candidate's statement, or that they did not come (entendre)."""


@bp.sends(
    "/<uuid:case>/decision",
    DecideFraud,
    signs,
    reason=text(8000),
    withdraws=Many(0, 40),
    vote="The jury's vote, if the rulebook names the jury and it finds the fraud.",
)
def decide_fraud() -> None:
    """Find the fraud or dismiss it, as the body that the rulebook names; If-Match: the candidacy's version.

    If other decisions fall with the finding, an annulment is proposed, and a registrar confirms it (`annulments`).
    """


@bp.sends("/<uuid:case>/review", QuestionFinding, adds(Adds.ONCE))
def question_finding() -> None:
    """Request a review of the finding or of one sanction (contester): for a material error or its procedure."""


@bp.sends("/<uuid:case>/review/answer", AnswerFinding, signs, reason=text(8000))
def answer_finding() -> None:
    """Reject the review with reasons, or accept it and lift what it contests (lever); If-Match as above."""


@bp.sends("/<uuid:case>/court-rulings", NoteFindingRuling, adds(Adds.MORE))
def note_finding_ruling() -> None:
    """Record a court's ruling on the finding or on one sanction (décision de justice); an annulment lifts it."""


@bp.post("/<uuid:case>/sanctions")
@bp.arguments(SanctionBody)
@bp.response(201, RecordedAnswer)
@allowed(*BODY)
@signs
def pronounce_sanction(body: dict[str, Any], candidacy: UUID, case: UUID) -> ResponseReturnValue:
    """Pronounce a sanction of the rulebook, separate from any ruling (sanctionner); If-Match as for the decision."""
    asked = KeyedSanction(code=body["sanction"], competences=tuple(body["competences"]), months=body["months"])
    vote = VoteOutcome(body["vote"]) if body["vote"] else None
    command = PronounceSanction(
        candidacy=CandidacyId(candidacy), case=case, sanction=asked, reason=body["reason"], vote=vote
    )
    return send(command)
