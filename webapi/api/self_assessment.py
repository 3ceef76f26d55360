"""Routes for self-assessments, which assessors and jurors never read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from domain.commands.evidence.file_self_assessment import FileSelfAssessment
from domain.evidence.facts import Mastery
from domain.ports import Role
from webapi.accounts.authentication import allowed
from webapi.api import Adds, Resource, adds
from webapi.forms import Many
from webapi.privacy.self_assessment import self_assessment

bp = Resource("self-assessment", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/self-assessment")


class StatementItem(Schema):
    """The candidate's own level for one competence."""

    competence = fields.Integer(required=True)
    level = fields.Enum(Mastery, by_value=True, required=True)
    comment = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The candidate's comment; null if there is none, or once erased."},
    )


class SelfAssessmentItem(Schema):
    """The last self-assessment filed; empty if there is none."""

    filed_on = fields.Date(required=True, allow_none=True)
    position = fields.Integer(required=True, allow_none=True)
    statements = fields.List(fields.Nested(StatementItem), required=True)


@bp.sends("", FileSelfAssessment, adds(Adds.OWN), statements=Many(1, 500))
def file_self_assessment() -> None:
    """File a whole self-assessment, replacing the earlier one (s'auto-évaluer)."""


@bp.get("")
@bp.response(200, SelfAssessmentItem)
@allowed(Role.CANDIDATE, Role.ADVISOR, Role.REGISTRAR, Role.AUDITOR)
def show_self_assessment(candidacy: UUID) -> dict[str, Any]:
    """Show the candidate's self-assessment; it is part of no decision, and assessors and jurors do not read it."""
    return self_assessment(candidacy)
