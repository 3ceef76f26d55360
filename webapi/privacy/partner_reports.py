"""Reports due about an organisation's partners."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.organisation.institution import report_due
from domain.rulebook.law import Law
from projections.organisation import habilitations as habilitated


def to_report(each: habilitated.HabilitatedCentre, known_law: Law, today: date) -> dict[str, Any]:
    """Return when France compétences must be told of changes to a habilitation, and whether that day has passed."""
    ends_on, rule_set = report_due(each.unreported, known_law) or (None, None)
    late = ends_on is not None and today > ends_on
    return {"id": each.habilitation, "report_by": ends_on, "rule_set": rule_set, "report_late": late}
