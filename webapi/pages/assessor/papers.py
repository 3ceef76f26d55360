"""Marking papers by their numbers and handing them in, without the candidates' names."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.assessment.assessment import Opinion
from domain.commands.assessment.assess_paper import AssessPaper
from domain.commands.assessment.file_paper import FilePaper
from domain.exam.sitting import Sitting
from domain.framework.framework import Framework
from domain.ports import Role
from domain.refusal import NotFound
from domain.rulebook.rulebook import Rulebook
from webapi.accounts.authentication import allowed
from webapi.pages.desk import Desk
from webapi.pages.filled import InvalidForm
from webapi.privacy.disclosure import loaded
from webapi.privacy.sittings_reading import assessment_of, numbered

bp = Desk("marking", __name__, url_prefix="/assessments/papers/<uuid:sitting>")

NO_MARK = ("Give at least one opinion.", "Donnez un avis au moins.")


@bp.get("")
@allowed(Role.ASSESSOR)
def pile(sitting: UUID) -> ResponseReturnValue:
    """Redirect to the first paper that is not handed in, else to the first one."""
    _, papers = numbered(sitting)
    number = next((number for number, each in papers.items() if not each["filed"]), next(iter(papers)))
    return redirect(url_for("marking.paper", sitting=sitting, number=number), 303)


@bp.get("/<int:number>")
@allowed(Role.ASSESSOR)
def paper(sitting: UUID, number: int) -> ResponseReturnValue:
    """Show the grid of one paper, and the other papers of the pile."""
    found, papers = numbered(sitting)
    if number not in papers:
        raise NotFound(sitting)
    return render_template(
        "assessor/paper.html",
        sitting=found,
        number=number,
        paper=papers[number],
        papers=papers,
        competences=_competences(found),
        rules=loaded(Rulebook, found.planned.rulebook).content,
    )


def _competences(sitting: Sitting) -> list[Any]:
    """Return the competences that the papers of this épreuve assess, according to its framework."""
    framework = loaded(Framework, sitting.planned.framework)
    modality = framework.modality(sitting.planned.modality)
    shown = set(modality.competences) if modality else set()
    return [each for each in framework.content.competences if each.number in shown]


@bp.act("/<int:number>/marks", AssessPaper, paper, done="Avis enregistrés.", without=("marks",))
def mark_paper(sitting: UUID, number: int) -> dict[str, Any]:
    """Record the marks of the form; a competence without a mark stays as it is."""
    found, papers = numbered(sitting)
    if number not in papers:
        raise NotFound(sitting)
    form = request.form
    marks = tuple(
        Opinion(
            competence=each.number,
            mark=form[f"mark-{each.number}"].strip().replace(",", "."),
            comment=form.get(f"comment-{each.number}", "").replace("\r\n", "\n").strip() or None,
        )
        for each in _competences(found)
        if form.get(f"mark-{each.number}", "").strip()
    )
    if not marks:
        raise InvalidForm({"marks": NO_MARK})
    return {"marks": marks}


@bp.act(
    "/<int:number>/filing",
    FilePaper,
    paper,
    done="Copie rendue : le jury la lit, ses avis ne changent plus.",
    without=("assessment",),
    signs=True,
    lead=lambda _recorded, sitting, number: (
        url_for("marking.pile", sitting=sitting) if number else ""
    ),  # the next one
)
def hand_in_paper(sitting: UUID, number: int) -> dict[str, Any]:
    """Hand in the marks of the paper."""
    _, papers = numbered(sitting)
    if number not in papers:
        raise NotFound(sitting)
    return {"assessment": assessment_of(sitting, number)}
