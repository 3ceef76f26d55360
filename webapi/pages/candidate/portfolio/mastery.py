"""Candidate's self-assessment, next to what their evidence shows (auto-évaluation)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from domain.commands.evidence.file_self_assessment import FileSelfAssessment
from domain.evidence.facts import Mastery
from domain.ports import Role
from webapi.accounts.authentication import allowed
from webapi.forms import Many, form
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm, InvalidForm, read
from webapi.pages.reader.dossier import shown
from webapi.privacy.self_assessment import self_assessment
from webapi.words import phrase

bp = Desk("mastery", __name__, url_prefix="/candidacies/<uuid:candidacy>/self-assessment")

LEVELS = {
    Mastery.MASTERED: phrase("Maîtrisée"),
    Mastery.UNDER_WAY: phrase("En cours d'acquisition"),
    Mastery.NOT_YET: phrase("Pas encore"),
}


STATEMENTS: Final = form(FileSelfAssessment, "candidacy", statements=Many(1, 500))()
NO_LEVEL: Final = (
    "Say how far you have come, or clear the comment.",
    "Dites où vous en êtes, ou effacez le commentaire.",
)
NOTHING: Final = (
    "Say of one competence at least how far you have come.",
    "Dites d'une compétence au moins où vous en êtes.",
)


@bp.get("")
@allowed(Role.CANDIDATE)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the last self-assessment of each competence, next to the pieces that show it."""
    stands = self_assessment(candidacy)
    return render_template(
        "candidate/portfolio/mastery.html",
        dossier=shown(candidacy),
        filed_on=stands["filed_on"],
        said={each["competence"]: each for each in stands["statements"]},
        levels=LEVELS,
        at="dossiers.list_candidacies",
    )


@bp.act(
    "",
    FileSelfAssessment,
    show,
    done="Auto-évaluation enregistrée. Aucun évaluateur ni membre du jury ne la lit.",
    without=("statements",),
)
def state(candidacy: UUID) -> dict[str, Any]:
    """Record the self-assessment; competences without an answer are left out."""
    del candidacy  # the address gives it
    given = request.form
    rows = [name.removesuffix("-competence") for name in given if name.endswith("-competence")]
    said = [row for row in rows if given.get(f"{row}-level")]
    wrong = {f"{row}-level": NO_LEVEL for row in rows if row not in said and given.get(f"{row}-comment")}
    if wrong or not said:
        raise InvalidForm(wrong or {"statements": NOTHING})
    values = MultiDict({name: value for name, value in given.items() if name.rpartition("-")[0] in said})
    return read(STATEMENTS, FilledForm(name="state", values=values, sent=True))
