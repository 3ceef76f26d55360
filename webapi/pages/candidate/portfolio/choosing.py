"""Copying pieces of the portfolio into a candidacy, without uploading them again."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.ports import CandidacyId, PieceId, Role
from domain.refusal import NotFound, Refused
from webapi.accounts.authentication import allowed
from webapi.evidence.allowance import room
from webapi.evidence.portfolio import KeptPiece, kept_piece, portfolio, put_in_copy
from webapi.pages.candidate.candidacy import intent_of, numbers
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import UNFIT, FilledForm, form_of, sent_form
from webapi.pages.kept_form import stands_on
from webapi.pages.reader.dossier import DossierView, shown
from webapi.problems import STATUS, language, note_refusal

bp = Desk("choosing", __name__, url_prefix="/candidacies/<uuid:candidacy>/portfolio")

NO_COMPETENCE = ("Say which competences this piece shows.", "Cochez les compétences que cette pièce montre.")


@bp.get("")
@allowed(Role.CANDIDATE)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the pieces of the portfolio; `for` names competences that the chosen piece is to show."""
    kept = [(each, any(put.candidacy == candidacy for put in each.put_into)) for each in portfolio()]
    return render_template(
        "candidate/portfolio/choose.html",
        dossier=shown(candidacy),
        pieces=kept[::-1],
        wanted=sorted(numbers(request.args.getlist("for"))),
        at="dossiers.list_candidacies",
    )


@bp.get("/<uuid:piece>")
@allowed(Role.CANDIDATE)
def confirm(candidacy: UUID, piece: UUID) -> ResponseReturnValue:
    """Ask which competences a piece shows; those that it was said to serve are selected."""
    dossier, kept = shown(candidacy), kept_piece(piece)
    served = {
        number for each in kept.serves if each.certification == dossier.definition.code for number in each.competences
    }
    sent = form_of("put_in")
    ticked = numbers(sent.values.getlist("competences") if sent.sent else request.args.getlist("for"))
    return _page(dossier, kept, ticked if sent.sent else served | ticked, sent)


@bp.post("/<uuid:piece>")
@allowed(Role.CANDIDATE)
@stands_on("choosing.confirm", "put_in")
def put_in(candidacy: UUID, piece: UUID) -> ResponseReturnValue:
    """Copy a piece into a candidacy."""
    dossier, kept, sent = shown(candidacy), kept_piece(piece), sent_form("put_in")
    ticked = numbers(request.form.getlist("competences"))
    if not ticked:
        sent.errors = {"competences": NO_COMPETENCE[language() == "fr"]}
        return _page(dossier, kept, ticked, sent), UNFIT
    key = sent.value("form")
    try:
        recorded, _ = put_in_copy(
            CandidacyId(candidacy),
            PieceId(piece),
            tuple(sorted(ticked)),
            check=room(CandidacyId(candidacy), intent_of(key, b"")),
            asked=partial(intent_of, key),
        )
    except NotFound:
        raise
    except Refused as refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
        sent.refusal = refusal
        return _page(dossier, kept, ticked, sent), STATUS[refusal.kind]
    return arrived(url_for("candidacy.show", candidacy=candidacy), recorded, "candidacy.submit")


def _page(dossier: DossierView, kept: KeptPiece, ticked: set[int], sent: FilledForm) -> str:
    return render_template(
        "candidate/portfolio/put_in.html",
        dossier=dossier,
        kept=kept,
        ticked=ticked,
        f=sent,
        at="dossiers.list_candidacies",
    )
