"""Self-assessment of a candidate, as their reader may see it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from domain.evidence.facts import SelfAssessmentFiled
from webapi.privacy.disclosure import dossier, personal


def self_assessment(candidacy: UUID) -> dict[str, Any]:
    """Return the current self-assessment, as the reader may see it.

    Raises NotFound when they may not read the dossier.
    """
    filed = [told for told in dossier(candidacy) if isinstance(told.fact, SelfAssessmentFiled)]
    if not filed:
        return {"filed_on": None, "position": None, "statements": []}
    told = filed[-1]
    fact = cast("SelfAssessmentFiled", told.fact)
    comments = personal(told).get("comments") or {}
    said = [
        {"competence": each.competence, "level": each.level, "comment": comments.get(str(each.competence))}
        for each in fact.levels
    ]
    return {"filed_on": told.stamp.on, "position": told.stamp.position, "statements": said}
