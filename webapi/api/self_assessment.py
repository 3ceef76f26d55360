"""How does a candidate say over HTTP how far they have come, and who reads it? Never who marks or judges them."""

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
    """How far the candidate says to have come with one competence."""

    competence = fields.Integer(required=True)
    level = fields.Enum(Mastery, by_value=True, required=True)
    comment = fields.String(
        required=True, allow_none=True, metadata={"description": "What they add; null where nothing, or erased."}
    )


class SelfAssessmentItem(Schema):
    """The self-assessment that stands: the last one filed; empty while there is none."""

    filed_on = fields.Date(required=True, allow_none=True)
    position = fields.Integer(required=True, allow_none=True)
    statements = fields.List(fields.Nested(StatementItem), required=True)


@bp.sends("", FileSelfAssessment, adds(Adds.OWN), statements=Many(1, 500))
def file_self_assessment() -> None:
    """Say oneself how far one has come (s'auto-évaluer), whole, in place of what one said before."""


@bp.get("")
@bp.response(200, SelfAssessmentItem)
@allowed(Role.CANDIDATE, Role.ADVISOR, Role.REGISTRAR, Role.AUDITOR)
def show_self_assessment(candidacy: UUID) -> dict[str, Any]:
    """Show how far the candidate says to have come: no part of any decision, nor for assessors or jurors to read."""
    return self_assessment(candidacy)
