"""Export and import of a portfolio; the import first shows what would be kept."""

from __future__ import annotations

from typing import IO, Final, cast

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from adapters.files.store import EmptyFile
from domain.ports import Role
from domain.refusal import Refused
from webapi.accounts.authentication import allowed, without_command
from webapi.evidence.portfolio import portfolio
from webapi.evidence.portfolio_zip import CameIn, came_in, leaving
from webapi.evidence.upload_stream import uploads
from webapi.pages.candidate.candidacy import UploadForm
from webapi.pages.desk import Desk
from webapi.pages.filled import UNFIT, FilledForm
from webapi.pages.visitor import check_token
from webapi.problems import STATUS, language, note_refusal

bp = Desk("carried", __name__, url_prefix="/portfolio")

NO_FILE: Final = ("Choose the archive to bring in.", "Choisissez l'archive à importer.")


@bp.get("/archive")
@allowed(Role.CANDIDATE)
def show() -> ResponseReturnValue:
    """Show the export and the import of the portfolio."""
    return _page(FilledForm(name="bring"))


@bp.get("/archive.zip")
@allowed(Role.CANDIDATE)
def take() -> Response:
    """Download the user's portfolio."""
    return leaving()


@bp.post("/archive")
@allowed(Role.CANDIDATE)
@without_command
@uploads
def bring() -> ResponseReturnValue:
    """Preview the import of an archive, or import it; pieces that exist already are not kept twice."""
    form = UploadForm(request)
    check_token((form.before("csrf_token") or [""])[0])
    sent = FilledForm(name="bring", sent=True)
    keeping = "look" not in request.args
    try:
        found = came_in(cast("IO[bytes]", form), keeping=keeping)
    except EmptyFile:
        sent.errors = {"file": NO_FILE[language() == "fr"]}
        return _page(sent), UNFIT
    except Refused as refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
        sent.refusal = refusal
        return _page(sent), STATUS[refusal.kind]
    return _page(sent, found, keeping=keeping)


def _page(sent: FilledForm, found: CameIn | None = None, *, keeping: bool = False) -> str:
    return render_template(
        "candidate/portfolio/archive.html",
        f=sent,
        found=found,
        kept=keeping,
        pieces=len(portfolio()),
        at="pieces.show_all",
    )
