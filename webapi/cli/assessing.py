"""`acquis assessment`: hand an assessment back, let an assessor step down."""

from __future__ import annotations

from uuid import UUID

import click

from domain.commands.release_assessor import ReleaseAssessor
from domain.commands.reopen_assessment import ReopenAssessment
from domain.ports import OPERATOR, CandidacyId, PersonId
from webapi.cli.output import answers, at_home, said, show


@click.group("assessment")
def assessment() -> None:
    """Assessors and what they filed."""


@assessment.command("reopen")
@click.argument("candidacy", type=click.UUID)
@click.argument("assessor", type=click.UUID)
@click.option("--reason", required=True, help="Why; sealed in the log.")
@answers
def reopen(candidacy: UUID, assessor: UUID, reason: str, *, as_json: bool) -> None:
    """Hand what an ASSESSOR filed on a CANDIDACY back to them, before a jury has decided on it."""
    command = ReopenAssessment(candidacy=CandidacyId(candidacy), assessor=PersonId(assessor), reason=reason)
    with at_home() as house:
        recorded = house.do(command, OPERATOR)
    told = said(
        "Rouverte : l'évaluation comptera de nouveau une fois remise.",
        "Reopened: the assessment counts again once handed in again.",
    )
    show({"position": recorded.position}, as_json=as_json, lines=lambda: iter([told]))


@assessment.command("release")
@click.argument("candidacy", type=click.UUID)
@click.argument("assessor", type=click.UUID)
@click.option("--reason", required=True, help="Why; sealed in the log.")
@answers
def release(candidacy: UUID, assessor: UUID, reason: str, *, as_json: bool) -> None:
    """Let an ASSESSOR of a CANDIDACY step down: no mark of theirs counts, unless they are named again."""
    command = ReleaseAssessor(candidacy=CandidacyId(candidacy), assessor=PersonId(assessor), reason=reason)
    with at_home() as house:
        recorded = house.do(command, OPERATOR)
    told = said("Dessaisi : aucune de ses notes ne compte plus.", "Released: none of their marks counts any more.")
    show({"position": recorded.position}, as_json=as_json, lines=lambda: iter([told]))
