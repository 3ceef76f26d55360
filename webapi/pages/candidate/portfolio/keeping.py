"""Pieces of a user's portfolio: files, links and texts, which they add, describe, read and delete."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any, Final, cast
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from adapters.files.stated import stated_name
from adapters.files.store import EmptyFile
from domain.commands.evidence.describe_piece import DescribePiece
from domain.evidence.portfolio import Description
from domain.ports import PieceId, Recorded, Role
from domain.refusal import NotFound, Refused, Violation
from domain.rulebook.evidence_rules import PieceForm
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import allowed
from webapi.api.portfolio import DETAILS
from webapi.current import acquis
from webapi.edge.headers import allow_feature
from webapi.evidence import reading_copies
from webapi.evidence.accepted_files import ANY
from webapi.evidence.allowance import largest
from webapi.evidence.downloads import handed_out
from webapi.evidence.finish_upload import AsKept, finish
from webapi.evidence.link_or_statement import LONGEST_TITLE, link, statement
from webapi.evidence.portfolio import body_of, discard, file_to_read, keep, kept_piece, portfolio, received
from webapi.evidence.sending import sending_version
from webapi.evidence.tus import of_mine
from webapi.evidence.upload_stream import uploads
from webapi.forms import Detail, filled, form
from webapi.pages.candidate.candidacy import UploadForm, intent_of
from webapi.pages.candidate.portfolio.served import boxes, mine, served, sheets
from webapi.pages.candidate.uploads import unfinished
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import UNFIT, FilledForm, InvalidForm, form_of, read, sent_form
from webapi.pages.kept_form import stands_on
from webapi.pages.reader.piece import Stretch
from webapi.pages.visitor import check_token
from webapi.problems import STATUS, Answered, language, note_refusal
from webapi.words import phrase
from webapi.words.spoken import spoken

bp = Desk("pieces", __name__, url_prefix="/portfolio")
bp.entry(Role.CANDIDATE, 20, phrase("Mes pièces"), "briefcase", "show_all")
bp.done |= {
    "keep": phrase("Pièce gardée dans vos pièces. Elle n'est d'aucune candidature tant que vous ne l'y ajoutez pas."),
    "cancelled": phrase("Envoi annulé."),
    "discarded": phrase("Pièce supprimée. Ce que vous en aviez ajouté à une candidature y reste."),
}

SAID: Final[dict[str, Detail]] = {name: detail for name, detail in DETAILS.items() if name != "serves"}
DESCRIPTION: Final = form(Description, "serves", **SAID)()
NO_FILE: Final = ("Choose the file to keep.", "Choisissez le fichier à garder.")


@bp.get("")
@allowed(Role.CANDIDATE)
def show_all() -> ResponseReturnValue:
    """Show all pieces of the portfolio, the newest first."""
    found = portfolio()[::-1]
    return render_template(
        "candidate/portfolio/pieces.html", pieces=found, titles=_titles(), counts={"pieces.show_all": len(found)}
    )


@bp.get("/new")
@allowed(Role.CANDIDATE)
def choose() -> ResponseReturnValue:
    """Show the form for a new file, link or text."""
    sent = form_of("keep")
    asked = sent.value("kind") or request.args.get("form", "")
    return _form(PieceForm(asked) if asked in set(PieceForm) else PieceForm.FILE, sent)


@bp.post("/files")
@allowed(Role.CANDIDATE)
@uploads
@stands_on("pieces.choose", "keep")
def keep_file() -> ResponseReturnValue:
    """Add a file, which is streamed to the disk; errors are shown in the form, with all that was typed."""
    sending = UploadForm(request)
    check_token((sending.before("csrf_token") or [""])[0])
    sent = FilledForm(name="keep", sent=True)
    try:
        with received(cast("IO[bytes]", sending), sending.type_of) as incoming:
            sent.values = MultiDict(sending.fields())
            said = _description(sent, otherwise=sending.name)
            body = body_of(incoming, sending.name, PieceForm.FILE, said)
            recorded, piece = keep(incoming, sending.name, PieceForm.FILE, said, intent_of(sent.value("form"), body))
    except (Refused, InvalidForm) as wrong:
        sent.values = MultiDict(sending.all_given())
        none = isinstance(wrong, EmptyFile) and sending.name == "_"
        return _again(PieceForm.FILE, sent, InvalidForm({"file": NO_FILE}) if none else wrong)
    return _kept(recorded, piece)


@bp.post("/uploads/<uuid:upload>/piece")
@allowed(Role.CANDIDATE)
def keep_upload(upload: UUID) -> ResponseReturnValue:
    """Add a file that the page's script has uploaded; a repeated request gets the same answer."""
    of_mine(upload)  # raises NotFound for another user's upload
    try:
        recorded, piece = finish(upload, AsKept(said=_description(sent_form("keep"))))
    except InvalidForm as wrong:
        raise Answered(
            UNFIT, violations=[Violation(name, *each, "") for name, each in wrong.errors.items()]
        ) from wrong
    where = arrived(url_for("pieces.show", piece=piece), recorded, "pieces.keep").location
    return {"position": recorded.position, "id": str(piece), "where": where}, 201


@bp.post("/written")
@allowed(Role.CANDIDATE)
@stands_on("pieces.choose", "keep")
def keep_written() -> ResponseReturnValue:
    """Add a link or a text."""
    sent = sent_form("keep")
    kind = PieceForm.LINK if sent.value("kind") == PieceForm.LINK else PieceForm.STATEMENT
    try:
        said = _description(sent)
        written = link(sent.value("link")) if kind is PieceForm.LINK else statement(sent.value("statement"))
        name = stated_name(said.title)
        with received(io.BytesIO(written.content), written.typed) as incoming:
            body = body_of(incoming, name, kind, said)
            recorded, piece = keep(incoming, name, kind, said, intent_of(sent.value("form"), body))
    except (Refused, InvalidForm) as wrong:
        return _again(kind, sent, wrong)
    return _kept(recorded, piece)


@bp.get("/<uuid:piece>")
@allowed(Role.CANDIDATE)
def show(piece: UUID) -> ResponseReturnValue:
    """Show one piece: its reading copy, its description and what can be done with it."""
    kept = kept_piece(piece)
    copy = reading_copies.shown(kept.file)
    page = render_template(
        "candidate/portfolio/piece.html",
        kept=kept,
        copy=copy,
        stretch=Stretch.at(request.args.get("from", 1, int), len(copy.pages)),
        texts="texts" in request.args,
        titles=_titles(),
        at="pieces.show_all",
    )
    response = Response(page, mimetype="text/html")
    return allow_feature("fullscreen", response) if copy.kind == "media" else response


@bp.get("/<uuid:piece>/description")
@allowed(Role.CANDIDATE)
def describe(piece: UUID) -> ResponseReturnValue:
    """Show the form to change the description of a piece."""
    kept, sent = kept_piece(piece), form_of("describe_anew")
    ticked = frozenset(sent.values.getlist("serves")) if sent.sent else boxes(kept.serves)
    return render_template(
        "candidate/portfolio/describe.html", kept=kept, at="pieces.show_all", **_competences(ticked)
    )


@bp.act(
    "/<uuid:piece>/description",
    DescribePiece,
    describe,
    done="Description enregistrée.",
    lead=lambda _recorded, piece: url_for("pieces.show", piece=piece),
    without=("serves",),
)
def describe_anew(piece: UUID) -> dict[str, Any]:
    """Change the description of a piece and the competences that it serves."""
    del piece  # the address gives it
    return {"serves": served(request.form)}


@bp.post("/<uuid:piece>/removal")
@allowed(Role.CANDIDATE)
def remove(piece: UUID) -> ResponseReturnValue:
    """Delete a piece for good; copies in candidacies remain."""
    recorded = discard(PieceId(piece), intent_of(request.form.get("form", ""), str(piece).encode()))
    return arrived(url_for("pieces.show_all"), recorded, "pieces.discarded")


@bp.get("/<uuid:piece>/pages/<int:page>")
@allowed(Role.CANDIDATE)
def picture(piece: UUID, page: int) -> Response:
    """Return a page of the reading copy, as a picture."""
    return reading_copies.page_picture(file_to_read(piece), page)


@bp.get("/<uuid:piece>/media")
@allowed(Role.CANDIDATE)
def media(piece: UUID) -> Response:
    """Return a film or sound, as it was re-encoded."""
    return reading_copies.media(file_to_read(piece))


@bp.get("/<uuid:piece>/original")
@allowed(Role.CANDIDATE)
def original(piece: UUID) -> ResponseReturnValue:
    """Download the original file."""
    return handed_out(file_to_read(piece))


def _description(sent: FilledForm, otherwise: str = "") -> Description:
    """Return the description that the form contains; raise InvalidForm. A missing title is the file's name."""
    if not sent.value("title").strip() and otherwise:
        sent.values["title"] = otherwise[:LONGEST_TITLE]
    said: Description = filled(Description, read(DESCRIPTION, sent) | {"serves": served(sent.values)})
    return said


def _form(kind: PieceForm, sent: FilledForm) -> str:
    return render_template(
        "candidate/portfolio/keep.html",
        kind=kind.value,
        f=sent,
        accepted=ANY,
        largest=largest(),
        unfinished=unfinished(None) if kind is PieceForm.FILE else [],
        sending_version=sending_version(spoken()),
        at="pieces.show_all",
        **_competences(frozenset(sent.values.getlist("serves"))),
    )


def _again(kind: PieceForm, sent: FilledForm, wrong: Refused | InvalidForm) -> ResponseReturnValue:
    """Return the form with what was typed and its errors; raise NotFound again."""
    if isinstance(wrong, NotFound):
        raise wrong
    if isinstance(wrong, InvalidForm):
        sent.errors = {name: said[language() == "fr"] for name, said in wrong.errors.items()}
        return _form(kind, sent), UNFIT
    note_refusal(STATUS[wrong.kind], wrong.slug())
    sent.refusal = wrong
    return _form(kind, sent), STATUS[wrong.kind]


def _kept(recorded: Recorded, piece: PieceId) -> ResponseReturnValue:
    return arrived(url_for("pieces.show", piece=piece), recorded, "pieces.keep")


def _competences(ticked: frozenset[str]) -> dict[str, Any]:
    """Return the competences of the form, the selected ones, and those of certifications that it does not show."""
    found = sheets(mine())
    shown = {f"{sheet.code}:{each.number}" for sheet in found for each in sheet.competences}
    return {"sheets": found, "ticked": ticked, "besides": sorted(ticked - shown)}


def _titles() -> Mapping[UUID, str]:
    """Return the names of the user's candidacies by their ids, the newest first."""
    names = {each.framework: each.title for each in certifications(acquis().database, limit=None)}
    return {each.candidacy: f"{names[each.framework]} ({each.route})" for each in mine()}
