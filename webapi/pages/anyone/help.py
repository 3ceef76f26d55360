"""Help, one short page per role, and the pages that the law requires of a site."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from domain.fact import Retention
from domain.ports import Role
from webapi.accounts.authentication import public
from webapi.current import acquis
from webapi.pages.visitor import let_in, private, visitor
from webapi.problems import Answered, language
from webapi.words import phrase


def look_who() -> None:
    """Before a view that is open to all: load the visitor, so that signed-in users see their navigation."""
    visitor()


bp = Blueprint("help", __name__, url_prefix="/aide")
bp.before_request(let_in)
bp.before_request(look_who)
bp.after_request(private)

HELPED: Final = {
    Role.CANDIDATE: phrase("Candidat : de la demande au parchemin"),
    Role.ASSESSOR: phrase("Évaluateur : donner un avis, compétence par compétence"),
    Role.JUROR: phrase("Membre du jury : la session, la décision, le procès-verbal"),
    Role.REGISTRAR: phrase("Gestionnaire : ce qui est dû, et quand"),
    Role.AUDITOR: phrase("Auditeur : pourquoi, et depuis quand"),
    Role.ADVISOR: phrase("Accompagnateur : les candidats que vous suivez"),
    Role.CENTRE: phrase("Centre de formation : inscrire ses candidats"),
    Role.INVIGILATOR: phrase("Surveillant : la salle, le jour de l'épreuve"),
    Role.DISABILITY_OFFICER: phrase("Référent handicap : les aménagements"),
    Role.REPORTER: phrase("Chargé de rapports : des comptes, sans personne"),
    Role.ADMIN: phrase("Administrateur : les comptes et la maison"),
}
"""Titles of the pages of help, by role, in the order in which a dossier meets the roles."""
PICTURES: Final = Path(__file__).parents[2] / "static" / "help"


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """List the pages of help."""
    return render_template("anyone/help/index.html", helped=HELPED.items())


@bp.get("/<role>")
@public
def show(role: str) -> ResponseReturnValue:
    """Show the page of one role."""
    if role not in set(HELPED):
        raise Answered(404)
    pictured = role if (PICTURES / f"{role}.webp").is_file() else ""
    return render_template(f"anyone/help/{role}.html", pictured=pictured)


@bp.get("/mentions-legales")
@public
def legal() -> ResponseReturnValue:
    """Show who publishes the site."""
    return render_template("anyone/help/legal.html", notice=_notice())


def _notice() -> str:
    """Return the certifier's own legal notice: `legal.txt` in the folder of its words; empty without such a file."""
    folder = acquis().settings.words
    file = folder / "legal.txt" if folder else None
    return file.read_text("utf-8") if file and file.is_file() else ""


@bp.get("/donnees-personnelles")
@public
def personal_data() -> ResponseReturnValue:
    """Show which personal data are kept, why, for how long, and whom to ask."""
    spoken = language() == "en"
    return render_template("anyone/help/personal_data.html", classes=[kept.said[spoken] for kept in Retention])


@bp.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    """Show how accessible the site is, how this was checked, and whom to tell of a fault."""
    return render_template("anyone/help/accessibility.html")
