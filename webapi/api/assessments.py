"""Routes for assessors: marking and filing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.assessment.agreement import MarksState, UnreadReason
from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.assess_competences import AssessCompetences
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.hand_over_dossier import HandOverDossier
from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.ports import CandidacyId, Role
from webapi.accounts.authentication import READERS, actor, allowed, reader
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.forms import Many, text
from webapi.privacy.disclosure import dossier, loaded, marks_read, personal, view

bp = Resource("assessments", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/assessments")


class MarkItem(Schema):
    """A mark; the comment is null when there is none or once it is erased."""

    competence = fields.Integer(required=True)
    mark = fields.String(required=True)
    comment = fields.String(required=True, allow_none=True)
    position = fields.Integer(required=True)


class AssessmentItem(Schema):
    """The marks of one assessor: an opinion for the jury, provisional until results are released."""

    id = fields.UUID(required=True)
    assessor = fields.UUID(required=True)
    filed = fields.Boolean(required=True)
    marks = fields.List(fields.Nested(MarkItem), required=True)
    version = fields.Integer(required=True)


class AsideItem(Schema):
    """A filed mark that does not count: its assessor is tied to the candidate, or it lapsed with a refused block."""

    assessor = fields.UUID(required=True)
    mark = fields.String(required=True)
    why = fields.String(required=True, validate=validate.OneOf(list(UnreadReason)))


class AgreedItem(Schema):
    """The joint result of the marks of one competence by the rulebook: the mark that the jury reads.

    `state` is null when the rulebook has no rule of agreement: each mark then counts by itself.
    """

    competence = fields.Integer(required=True)
    state = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(MarksState)))
    mark = fields.String(required=True, allow_none=True)
    acquired = fields.Boolean(required=True, allow_none=True)
    counted = fields.List(fields.UUID(), required=True)
    aside = fields.List(fields.Nested(AsideItem), required=True)


class AssessmentList(Schema):
    """The assessments that the reader may see, and their joint results for registrar and jury."""

    items = fields.List(fields.Nested(AssessmentItem), required=True)
    agreed = fields.List(fields.Nested(AgreedItem), required=True, allow_none=True)


@bp.sends("", AssessCompetence, adds(Adds.OWN))
def assess_competence() -> None:
    """Mark a competence of a candidate to whom the caller is assigned (évaluer une compétence)."""


@bp.sends("/marks", AssessCompetences, adds(Adds.OWN), marks=Many(1, 500))
def assess_competences() -> None:
    """Mark many competences at once, all or none (évaluer plusieurs compétences)."""


@bp.post("/filing")
@bp.response(201, RecordedAnswer)
@allowed(Role.ASSESSOR)
@signs
def file_assessment(candidacy: UUID) -> ResponseReturnValue:
    """File the caller's marks for the jury (déposer son évaluation); If-Match: the assessment's version."""
    command = FileAssessment(candidacy=CandidacyId(candidacy), assessor=actor().who)
    return send(command, command.subject)


@bp.sends("/handing-over", HandOverDossier, adds(Adds.ONCE), reason=text(2000))
def hand_over_dossier() -> None:
    """Hand over a dossier that the caller assesses, stating a tie if there is one (se dessaisir)."""


@bp.sends("/<uuid:assessor>/reopening", ReopenAssessment, signs, shows="subject", reason=text(2000))
def reopen_assessment() -> None:
    """Return a filed assessment to its assessor (rouvrir une évaluation); If-Match: the assessment's version."""


@bp.get("")
@bp.response(200, AssessmentList)
@allowed(*READERS)
def list_assessments(candidacy: UUID) -> ResponseReturnValue:
    """List the assessments that the reader may see: their own; all of them for jury and registrar."""
    found = _assessments(candidacy)
    return {"items": [found[assessor] for assessor in sorted(found)], "agreed": _agreed(candidacy)}, 200


@bp.get("/mine")
@bp.response(200, AssessmentItem)
@allowed(Role.ASSESSOR)
def show_my_assessment(candidacy: UUID) -> ResponseReturnValue:
    """Show the caller's own marks; filing repeats the ETag."""
    me = actor().who
    nothing = {"id": Assessment.id_of(CandidacyId(candidacy), me), "assessor": me, "filed": False, "marks": []}
    mine = _assessments(candidacy).get(me, nothing | {"version": 0})
    return tagged(mine, mine["version"])


def _agreed(candidacy: UUID) -> list[dict[str, Any]] | None:
    """Return the joint results, for a reader who manages the dossier or sits on its last jury; else None."""
    ties, found = view(candidacy).ties, loaded(Candidacy, candidacy)
    last = found.sessions[-1] if found.sessions else None
    if not ties.runs(reader()) and not (last and ties.sits(reader(), last)):
        return None
    marks = marks_read(found)
    return [
        {
            "competence": number,
            "state": agreed.state if agreed else None,
            "mark": agreed.mark.code if agreed and agreed.mark else None,
            "acquired": agreed.mark.acquired if agreed and agreed.mark else None,
            "counted": agreed.counted if agreed else [each.assessor for each in marks.of(number)],
            "aside": [
                {"assessor": each.assessor, "mark": each.mark.code, "why": why}
                for each, why in marks.aside.get(number, ())
            ],
        }
        for number in sorted(marks.given.keys() | marks.aside.keys())
        for agreed in [marks.agreed(number)]
    ]


def _assessments(candidacy: UUID) -> dict[UUID, dict[str, Any]]:
    """Return the marks of each assessor, the last one for each competence."""
    found: dict[UUID, dict[str, Any]] = {}
    marks: dict[UUID, dict[int, dict[str, Any]]] = {}
    for told in dossier(candidacy):
        fact = told.fact
        if not isinstance(fact, (CompetenceAssessed, AssessmentFiled, AssessmentReopened)):
            continue
        one = found.setdefault(fact.assessor, {"id": told.stamp.stream, "assessor": fact.assessor, "filed": False})
        one["version"] = told.stamp.version
        one["filed"] = isinstance(fact, AssessmentFiled)
        if isinstance(fact, CompetenceAssessed):
            marks.setdefault(fact.assessor, {})[fact.competence] = {
                "competence": fact.competence,
                "mark": fact.mark,
                "comment": personal(told).get("comment"),
                "position": told.stamp.position,
            }
    for assessor, one in found.items():
        one["marks"] = [mark for _, mark in sorted(marks.get(assessor, {}).items())]
    return found
