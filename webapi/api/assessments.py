"""How do assessors mark and file over HTTP?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.assessment import Assessment
from domain.commands.assess_competence import AssessCompetence
from domain.commands.file_assessment import FileAssessment
from domain.ports import CandidacyId, Role
from webapi.api import RecordedAnswer, Resource, must_be_shown, send
from webapi.auth import actor, allowed
from webapi.requests import Body

bp = Resource("assessments", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/assessments")


class MarkBody(Body):
    """One mark: a competence of the framework, a mark of the rulebook's scale, a comment for the jury."""

    competence = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9999))
    mark = fields.String(required=True, validate=validate.Length(1, 40))
    comment = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 4000))


@bp.post("")
@bp.arguments(MarkBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.ASSESSOR)
def assess(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Mark a competence of a candidate one is assigned to (évaluer une compétence)."""
    return send(AssessCompetence(candidacy=CandidacyId(candidacy), **body))


@bp.post("/filing")
@bp.response(201, RecordedAnswer)
@allowed(Role.ASSESSOR)
def file(candidacy: UUID) -> ResponseReturnValue:
    """Hand one's marks to the jury (déposer son évaluation); If-Match: the assessment's version."""
    must_be_shown()
    command = FileAssessment(candidacy=CandidacyId(candidacy), assessor=actor().who)
    return send(command, Assessment.id_of(CandidacyId(candidacy), actor().who))
