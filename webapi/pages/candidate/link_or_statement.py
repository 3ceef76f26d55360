"""Links and written statements as a candidate's evidence."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from adapters.files.stated import stated_name
from domain.ports import CandidacyId, Role
from domain.refusal import NotFound, Refused
from domain.rulebook.evidence_rules import PieceForm
from webapi.accounts.authentication import allowed
from webapi.evidence.link_or_statement import LONGEST_TITLE, WrittenFile, link, received, statement
from webapi.evidence.sending import NO_COMPETENCE
from webapi.evidence.store_piece import SubmissionDetails, body_of, put_in
from webapi.pages.candidate.candidacy import again, intent_of, numbers, older, refused
from webapi.pages.desk import arrived
from webapi.pages.kept_form import stands_on
from webapi.pages.reader.dossier import shown
from webapi.pages.visitor import let_in, private
from webapi.words import phrase
from webapi.words.spoken import spoken

bp = Blueprint("written", __name__, url_prefix="/candidacies/<uuid:candidacy>")
bp.before_request(let_in)
bp.after_request(private)
NO_TITLE: Final = phrase("Donnez un titre à cette preuve.")


@bp.post("/links")
@allowed(Role.CANDIDATE)
@stands_on("candidacy.show", "put_in")
def give_link(candidacy: UUID) -> ResponseReturnValue:
    """Add a link to something on the web."""
    return _put_in(candidacy, PieceForm.LINK)


@bp.post("/statements")
@allowed(Role.CANDIDATE)
@stands_on("candidacy.show", "put_in")
def write_statement(candidacy: UUID) -> ResponseReturnValue:
    """Add a text that the candidate writes."""
    return _put_in(candidacy, PieceForm.STATEMENT)


def _put_in(candidacy: UUID, form: PieceForm) -> ResponseReturnValue:
    """Add the piece of the form; a refusal is shown next to the form, with what was typed."""
    dossier = shown(candidacy)
    ticked = numbers(request.form.getlist("competences"))
    title = request.form.get(f"{form.value}-title", "").strip()
    if not ticked or not 0 < len(title) <= LONGEST_TITLE:
        return again(dossier, request.form, ticked, spoken()(NO_TITLE if ticked else NO_COMPETENCE))
    said = SubmissionDetails(
        name=stated_name(title), competences=tuple(sorted(ticked)), form=form, replaces=older(request.form)
    )
    try:
        with received(_made(form, request.form.get(form.value, "")), CandidacyId(candidacy)) as incoming:
            asked = intent_of(request.form.get("form", ""), body_of(incoming, said))
            recorded, _ = put_in(CandidacyId(candidacy), incoming, said, asked)
    except NotFound:
        raise
    except Refused as refusal:
        return refused(dossier, request.form, ticked, refusal)
    return arrived(url_for("candidacy.show", candidacy=candidacy), recorded, "candidacy.submit")


def _made(form: PieceForm, text: str) -> WrittenFile:
    return link(text) if form is PieceForm.LINK else statement(text)
