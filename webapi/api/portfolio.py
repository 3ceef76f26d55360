"""Routes for a user's own portfolio: keeping, describing, reading, removing pieces."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, Any, Final, cast
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, missing

from adapters.files.stated import stated_name
from domain.commands.evidence.describe_piece import DescribePiece
from domain.evidence.portfolio import Description
from domain.ports import PieceId, Recorded, Role
from domain.rulebook.evidence_rules import EvidenceCheck, PieceForm
from webapi.accounts.authentication import allowed
from webapi.api import LOCATION, Adds, RecordedAnswer, Resource, adds, answer, intent, ruled, tagged
from webapi.api.evidence import CopyItem
from webapi.api.openapi import also
from webapi.evidence import reading_copies
from webapi.evidence.downloads import ELSEWHERE, handed_out
from webapi.evidence.finish_upload import AsKept, finish
from webapi.evidence.link_or_statement import LONGEST_LINK, LONGEST_STATEMENT, LONGEST_TITLE, link, statement
from webapi.evidence.portfolio import body_of, discard, file_to_read, keep, kept_piece, portfolio, received
from webapi.evidence.portfolio_zip import CameIn, came_in, leaving
from webapi.evidence.upload_stream import MultipartUpload, uploads
from webapi.forms import Detail, Many, filled, form, text
from webapi.problems import language
from webapi.requests import ONE, TWICE, Body, Day, checked, read_json, whole_number, wrong
from webapi.words.check_sentence import unfit

bp = Resource("portfolio", __name__, url_prefix="/api/v1/portfolio")

DETAILS: Final[dict[str, Detail]] = {
    "title": text(LONGEST_TITLE),
    "employer": text(200, "The employer or place of the work."),
    "mission": text(200, "The mission, post or activity."),
    "reflection": text(20_000, "The person's analysis."),
    "serves": Many(0, 20),
}


@dataclass(frozen=True, kw_only=True)
class KeptPieceBody:
    """A piece to keep as JSON: one of upload, link and text, with its description."""

    said: Description
    upload: UUID | None = None
    link: str | None = None
    statement: str | None = None


FORM: Final = form(Description, **DETAILS)()
NAMED: Final = form(
    KeptPieceBody,
    **DETAILS,
    upload="The completed upload of the file.",
    link=text(LONGEST_LINK, "An http or https address, whose content is never fetched."),
    statement=text(LONGEST_STATEMENT, "The person's text, without markup."),
)


class PieceUpload(Body):
    """A file to keep, as multipart, with its description; only `serves` may be repeated."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    title = fields.String(metadata={"description": "The title; by default the file's name."})
    dated = Day(metadata={"description": "The day of the piece."})
    employer = fields.String()
    mission = fields.String()
    reflection = fields.String()
    serves = fields.List(
        fields.String(),
        metadata={
            "description": "One field for each certification: code and numbers of competences, such as RNCP31936:4,7."
        },
    )


class ServesItem(Schema):
    """Competences that a piece serves, by their numbers in a certification."""

    certification = fields.String(required=True)
    competences = fields.List(fields.Integer(), required=True)


class PutIntoItem(Schema):
    """A candidacy to which a copy of the piece was submitted."""

    candidacy = fields.UUID(required=True)
    evidence = fields.UUID(required=True)


class PieceItem(Schema):
    """A piece of the portfolio."""

    id = fields.UUID(required=True, attribute="file.id")
    title = fields.String(required=True)
    dated = fields.Date(required=True, allow_none=True)
    employer = fields.String(required=True, allow_none=True)
    mission = fields.String(required=True, allow_none=True)
    reflection = fields.String(required=True, allow_none=True)
    serves = fields.List(fields.Nested(ServesItem), required=True)
    put_into = fields.List(fields.Nested(PutIntoItem), required=True)
    name = fields.String(required=True, attribute="file.name")
    form = fields.Enum(PieceForm, by_value=True, required=True, attribute="file.form")
    media_type = fields.String(required=True, attribute="file.media_type")
    size = fields.Integer(required=True, attribute="file.size", metadata={"description": "Bytes."})
    digest = fields.String(required=True, attribute="file.digest", metadata={"description": "SHA-256, hexadecimal."})
    pages = fields.Integer(required=True, allow_none=True, attribute="file.pages")
    kept_on = fields.Date(required=True, attribute="file.submitted_on")
    check = fields.Enum(EvidenceCheck, by_value=True, required=True, attribute="file.check")
    reason = fields.String(required=True, allow_none=True, attribute="file.reason")
    reason_in_words = fields.Function(
        lambda kept: kept.file.reason and unfit(kept.file.reason, language()),
        required=True,
        metadata={"type": ["string", "null"], "description": "The reason as a sentence, in the reader's language."},
    )
    position = fields.Integer(required=True, attribute="file.position")
    version = fields.Integer(required=True, attribute="file.version")


class PieceList(Schema):
    """All pieces of the portfolio, in the order of keeping."""

    items = fields.List(fields.Nested(PieceItem), required=True)


@bp.get("")
@bp.response(200, PieceList)
@allowed(Role.CANDIDATE)
def list_pieces() -> dict[str, Any]:
    """List the caller's portfolio."""
    return {"items": portfolio()}


@bp.post("")
@bp.doc(
    requestBody={
        "content": {
            "multipart/form-data": {"schema": PieceUpload},
            "application/json": {"schema": NAMED},
        },
        "required": True,
    }
)
@bp.response(201, RecordedAnswer, headers=LOCATION)
@allowed(Role.CANDIDATE)
@uploads
@also(410, 423, 460)
@adds(Adds.MORE)
def keep_piece() -> ResponseReturnValue:
    """Keep a piece in the caller's portfolio (garder une pièce): multipart with its `file`, or JSON.

    JSON names the `upload` that brought the file (kept once, however often it is requested), a `link` or a
    `statement`. The piece belongs to no candidacy until a copy of it is submitted. The title is by default the file's
    name.
    """
    recorded, piece = _named() if request.is_json else _sent()
    content, status, headers = answer(recorded, piece)
    return content, status, headers | {"Location": f"{request.path}/{piece}"}


def _sent() -> tuple[Recorded, PieceId]:
    upload = MultipartUpload(request)
    with received(cast("IO[bytes]", upload), upload.type_of) as incoming:
        said = filled(Description, checked(FORM, {"title": upload.name[:LONGEST_TITLE]} | _fields(upload.fields())))
        body = body_of(incoming, upload.name, PieceForm.FILE, said)
        return keep(incoming, upload.name, PieceForm.FILE, said, intent(body))


def _fields(given: dict[str, list[str]]) -> dict[str, Any]:
    """Return the fields of a multipart body in the form of JSON, without empty ones.

    Raises 422 for a repeated field.
    """
    if twice := [(name, TWICE) for name, values in given.items() if len(values) > 1 and name != "serves"]:
        raise wrong(twice)
    said: dict[str, Any] = {name: values[0] for name, values in given.items() if values[0]}
    return said | ({"serves": [_served(each) for each in given["serves"] if each]} if "serves" in given else {})


def _served(said: str) -> dict[str, Any]:
    """Return the value of one `serves` field; invalid numbers are kept, so that the schema refuses them."""
    code, _, numbers = said.partition(":")
    return {
        "certification": code,
        "competences": [each if (n := whole_number(each)) is None else n for each in numbers.split(",")],
    }


def _named() -> tuple[Recorded, PieceId]:
    given = read_json(request)
    body: KeptPieceBody = filled(KeptPieceBody, checked(NAMED(), {} if given is missing else given))
    if sum(each is not None for each in (body.upload, body.link, body.statement)) != 1:
        raise wrong([("link", ONE)])
    if body.upload is not None:
        recorded, piece = finish(body.upload, AsKept(said=body.said))
        return recorded, PieceId(piece)
    written = statement(body.statement) if body.statement is not None else link(str(body.link))
    name = stated_name(body.said.title)
    with received(io.BytesIO(written.content), written.typed) as incoming:
        return keep(incoming, name, written.form, body.said, intent(body_of(incoming, name, written.form, body.said)))


@bp.get("/export")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@allowed(Role.CANDIDATE)
def export_portfolio() -> Response:
    """Download the caller's portfolio (exporter): a ZIP with an offline page, `portfolio.json`, the files."""
    return leaving()


class ArchiveUpload(Body):
    """A portfolio as a ZIP: an export from here, or Leap2A (Mahara)."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class NotKeptItem(Schema):
    """A piece of the archive that was not kept."""

    title = fields.String(required=True)
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The name of the rule; null: the portfolio already has the piece."},
    )


class CameInAnswer(Schema):
    """The result of an import."""

    kept = fields.Function(lambda came: len(came.kept), required=True, metadata={"type": "integer"})
    not_kept = fields.List(fields.Nested(NotKeptItem), required=True)


@bp.post("/import")
@bp.doc(requestBody={"content": {"multipart/form-data": {"schema": ArchiveUpload}}, "required": True})
@bp.response(200, CameInAnswer)
@allowed(Role.CANDIDATE)
@uploads
@adds(Adds.MORE)
def import_portfolio() -> CameIn:
    """Import a portfolio (importer): a ZIP exported from here, or Leap2A; existing pieces are not kept twice."""
    upload = MultipartUpload(request)
    found = came_in(cast("IO[bytes]", upload))
    upload.fields()
    return found


@bp.get("/<uuid:piece>")
@bp.response(200, PieceItem)
@allowed(Role.CANDIDATE)
def show_piece(piece: UUID) -> ResponseReturnValue:
    """Show a piece of the caller's portfolio."""
    found = kept_piece(piece)
    return tagged(found, found.file.version)


@bp.sends("/<uuid:piece>/description", DescribePiece, adds(Adds.OWN), shows="", **DETAILS)
def describe_piece() -> None:
    """Replace a piece's description: title, day, context, reflection, competences (décrire une pièce)."""


@bp.post("/<uuid:piece>/removal")
@bp.response(201, RecordedAnswer)
@allowed(Role.CANDIDATE)
@adds(Adds.ONCE)
def discard_piece(piece: UUID) -> ResponseReturnValue:
    """Remove a piece from the portfolio for good (supprimer); its file is destroyed, submitted copies stay."""
    return answer(discard(PieceId(piece), intent()), piece)


@bp.get("/<uuid:piece>/content")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the detected type
@bp.alt_response(307, description=ELSEWHERE)
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
@allowed(Role.CANDIDATE)
@ruled
def download_piece(piece: UUID) -> ResponseReturnValue:
    """Download a piece, always as an attachment; a piece in quarantine is refused (409)."""
    return handed_out(file_to_read(piece))


@bp.get("/<uuid:piece>/copy")
@bp.response(200, CopyItem)
@allowed(Role.CANDIDATE)
def show_copy(piece: UUID) -> reading_copies.CopyShown:
    """Show the content of a piece's reading copy (copie de lecture), or why it is missing."""
    return reading_copies.shown(kept_piece(piece).file)


@bp.get("/<uuid:piece>/copy/pages/<int:page>")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="image/webp")
@allowed(Role.CANDIDATE)
@ruled
def show_copy_page(piece: UUID, page: int) -> ResponseReturnValue:
    """Show a page of the reading copy as an image; pages count from 1; 404 for a page that does not exist."""
    return reading_copies.page_picture(file_to_read(piece), page)


@bp.get("/<uuid:piece>/copy/media")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the re-encoded type
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
@allowed(Role.CANDIDATE)
@ruled
def play_copy(piece: UUID) -> ResponseReturnValue:
    """Play film or sound, re-encoded; supports Range; 404 for any other piece."""
    return reading_copies.media(file_to_read(piece))
