"""`acquis assessment`: return an assessment, release an assessor."""

from __future__ import annotations

import click

from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from webapi.cli.asking import SEALED, asks, record


@click.group("assessment")
def assessment() -> None:
    """Assessors and their assessments."""


@assessment.command("reopen")
@asks(ReopenAssessment, "candidacy", "assessor", reason=SEALED)
def reopen(command: ReopenAssessment, as_json: bool) -> None:
    """Return what an ASSESSOR filed on a CANDIDACY to them, before a jury has decided on it."""
    french = "Rouverte : l'évaluation comptera de nouveau une fois remise."
    record(command, french, "Reopened: the assessment counts again once it is filed again.", as_json=as_json)


@assessment.command("release")
@asks(ReleaseAssessor, "candidacy", "assessor", reason=SEALED)
def release(command: ReleaseAssessor, as_json: bool) -> None:
    """Release an ASSESSOR of a CANDIDACY: their marks do not count unless they are assigned again."""
    french = "Dessaisi : aucune de ses notes ne compte plus."
    record(command, french, "Released: none of their marks counts any more.", as_json=as_json)
