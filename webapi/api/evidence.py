"""Routes for evidence: submitting, listing, redirecting, withdrawing, downloading."""

from __future__ import annotations

from typing import IO, Any, cast
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, missing, validate, validates_schema

from adapters.files.stated import stated_name
from adapters.files.store import Checks
from domain.candidacy.candidacy import OwnWork
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.ports import CandidacyId, EvidenceId, Log, PieceId, Recorded, Role
from domain.refusal import Violation
from domain.rulebook.evidence_rules import EvidenceAllowance, EvidenceCheck, PieceForm, QuotaExceeded
from webapi.accounts.authentication import READERS, actor, allowed, reading
from webapi.api import LOCATION, Adds, RecordedAnswer, Resource, adds, answer, intent, ruled, send, signs, tagged
from webapi.api.openapi import also
from webapi.current import acquis
from webapi.evidence import reading_copies
from webapi.evidence.allowance import allowance, room
from webapi.evidence.downloads import ELSEWHERE, handed_out
from webapi.evidence.filing_check import filing
from webapi.evidence.finish_upload import AsEvidence, finish
from webapi.evidence.link_or_statement import (
    LONGEST_LINK,
    LONGEST_STATEMENT,
    LONGEST_TITLE,
    link,
    received,
    statement,
)
from webapi.evidence.pieces import piece_to_read, piece_to_show, pieces_listed
from webapi.evidence.portfolio import put_in_copy
from webapi.evidence.store_piece import SubmissionDetails, about_whom, body_of, put_in
from webapi.evidence.upload_stream import MultipartUpload, uploads
from webapi.forms import text
from webapi.privacy.disclosure import view
from webapi.problems import language
from webapi.requests import LARGEST_NUMBER, ONE, TWICE, Body, Id, StrictInteger, Text, checked, read_json, wrong
from webapi.words.check_sentence import unfit

bp = Resource("evidence", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/evidence")
files = Resource("validation-files", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/validation-files")

OWNERS = (Role.CANDIDATE, Role.REGISTRAR)
SOME = validate.Length(1, 500)
IN_ITS_PLACE = Violation(
    "replaces",
    "A newer version uses the space of the piece that it replaces: name that piece in the address, ?replaces=…",
    "Une nouvelle version a la place de la preuve qu'elle remplace : nommez celle-ci dans l'adresse, ?replaces=…",
    "",
)


class EvidenceForm(Body):
    """A piece of evidence as multipart: its file, one `competences` field for each competence, the piece replaced."""

    competences = fields.List(StrictInteger(validate=validate.Range(1, 9999)), required=True, validate=SOME)
    replaces = fields.List(
        Id(),
        load_default=list,
        validate=validate.Length(max=1),
        metadata={
            "description": "The earlier piece that this one replaces. If the dossier is full, name it in the address "
            "(`?replaces=`): space is checked before the body is read."
        },
    )


FORM = EvidenceForm()


class EvidenceUpload(EvidenceForm):
    """The form with its file, for the OpenAPI document."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class EvidenceNamed(Body):
    """A piece of evidence as JSON: one of four contents, and the competences that it serves.

    The content is an upload that brought its file, a piece of the candidate's portfolio, a link, or a text. The last
    two have a title.
    """

    upload = Id(metadata={"description": "The completed upload of the file."})
    piece = Id(
        metadata={"description": "The piece of the candidate's own portfolio to copy; only the candidate may do so."}
    )
    link = Text(
        1,
        LONGEST_LINK,
        metadata={
            "description": "An http or https address. Its content is never fetched, and filing does not freeze it."
        },
    )
    statement = fields.String(
        validate=validate.Length(1, LONGEST_STATEMENT),
        metadata={"description": "The candidate's text, without markup."},
    )
    title = Text(
        1,
        LONGEST_TITLE,
        metadata={"description": "The title of a link or a text; an upload has its name."},
    )
    competences = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 9999)), required=True, validate=SOME
    )
    replaces = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "The earlier piece that this one replaces."},
    )
    digest = fields.String(
        load_default=None,
        allow_none=True,
        validate=[validate.Length(equal=64), validate.Regexp("^[0-9a-f]{64}$")],
        metadata={"description": "SHA-256 of the upload, in hexadecimal; another file is refused."},
    )

    @validates_schema
    def _one(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse anything but one content with its own fields."""
        given = {"upload", "piece", "link", "statement"} & data.keys()
        if len(given) != 1:
            raise ValidationError(ONE, "link")
        if ("title" in data) is bool({"upload", "piece"} & given):
            raise ValidationError(
                ONE if "title" in data else fields.Field.default_error_messages["required"], "title"
            )
        if data["digest"] and "upload" not in given:
            raise ValidationError(ONE, "digest")


NAMED = EvidenceNamed()


class EvidenceQuery(Schema):
    """Parameters that are read before the body."""

    replaces = fields.UUID(
        load_default=None,
        metadata={
            "description": "The earlier piece that this one replaces; the body may name it too. Named here, its "
            "space "
            "counts as free before the file is read, so that a full dossier accepts the new version."
        },
    )


class FileBody(Body):
    """The pieces that the validation file lists."""

    evidence = fields.List(Id(), required=True, validate=validate.Length(1, 500))
    versions = fields.Dict(
        keys=Id(),
        values=fields.Integer(strict=True, validate=validate.Range(0, LARGEST_NUMBER)),
        load_default=None,
        allow_none=True,
        metadata={"description": "The version of each piece as shown; 0 for a piece left out."},
    )


class EvidenceItem(Schema):
    """A piece of evidence; name and digest are null once erased, and the name is null for assessors who get none."""

    id = fields.UUID(required=True)
    competences = fields.List(fields.Integer(), required=True)
    name = fields.String(required=True, allow_none=True, metadata={"description": "The name that its sender gave."})
    media_type = fields.String(
        required=True, metadata={"description": "By the first bytes, then by the content once checked."}
    )
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    digest = fields.String(required=True, allow_none=True, metadata={"description": "SHA-256, hexadecimal."})
    submitted_by = fields.UUID(required=True)
    submitted_on = fields.Date(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["free", "filed", "withdrawn"]))
    form = fields.Enum(PieceForm, by_value=True, required=True)
    check = fields.Enum(
        EvidenceCheck,
        by_value=True,
        required=True,
        metadata={
            "description": "The state of its check. Readers other than the candidate get the file once it is cleared."
        },
    )
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The name of the rule by which the check refused it; null otherwise."},
    )
    reason_in_words = fields.Function(
        lambda piece: piece.reason and unfit(piece.reason, language()),
        required=True,
        metadata={"type": ["string", "null"], "description": "The reason as a sentence, in the reader's language."},
    )
    scanned = fields.Boolean(
        required=True,
        metadata={"description": "Whether a virus scanner checked it; files that the server made need none."},
    )
    replaceable_until = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day on which it may be replaced in the filed file; null if it may not."},
    )
    pages = fields.Integer(required=True, allow_none=True, metadata={"description": "Null if not counted."})
    replaces = fields.UUID(required=True, allow_none=True, metadata={"description": "Its older version."})
    replaced_by = fields.UUID(required=True, allow_none=True, metadata={"description": "Its newer version."})
    position = fields.Integer(required=True)
    version = fields.Integer(
        required=True,
        metadata={"description": "The version of the piece: 0 until it is redirected, withdrawn or checked."},
    )


class CopyPage(Schema):
    """A page of a reading copy, whose image is at `copy/pages/{number}`."""

    number = fields.Integer(required=True)
    width = fields.Integer(required=True, metadata={"description": "Points of the image."})
    height = fields.Integer(required=True, metadata={"description": "Points of the image."})
    picture = fields.Boolean(required=True, metadata={"description": "Whether there is an image."})
    text = fields.String(required=True, metadata={"description": "The text of the page; empty if none was found."})


class CopyLink(Schema):
    """The target of a link, which the server has not visited."""

    ascii = fields.String(required=True)
    given = fields.String(required=True)


class CopyItem(Schema):
    """The reading copy of a piece."""

    state = fields.String(required=True, validate=validate.OneOf(["pending", "ready", "unavailable"]))
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it is not ready, as a slug."}
    )
    sentence = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The reason, or a note about the copy, in the reader's language."},
    )
    kind = fields.String(required=True, allow_none=True, validate=validate.OneOf(["pages", "text", "media", "link"]))
    pages = fields.List(fields.Nested(CopyPage), required=True)
    of = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The number of pages of the piece; the copy may hold only the first ones."},
    )
    text = fields.String(required=True, allow_none=True)
    media_type = fields.String(required=True, allow_none=True, metadata={"description": "The type of `copy/media`."})
    link = fields.Nested(CopyLink, required=True, allow_none=True)


class EvidenceRoom(Schema):
    """What the rulebook still allows for this candidacy; null: no limit; no types: any type."""

    largest = fields.Integer(required=True, metadata={"description": "Bytes of one piece."})
    pieces = fields.Integer(required=True, allow_none=True, metadata={"description": "How many more pieces."})
    size = fields.Integer(required=True, allow_none=True, metadata={"description": "Bytes of them all."})
    types = fields.List(fields.String(), required=True, metadata={"description": "Media types."})


class EvidenceList(Schema):
    """The pieces of one candidacy, oldest first, and what the reader may still submit."""

    items = fields.List(fields.Nested(EvidenceItem), required=True)
    room = fields.Nested(EvidenceRoom, required=True, allow_none=True)


@bp.post("")
@bp.doc(
    requestBody={
        "content": {
            "multipart/form-data": {"schema": EvidenceUpload},
            "application/json": {"schema": EvidenceNamed},
        },
        "required": True,
    }
)
@bp.arguments(EvidenceQuery, location="query")
@bp.response(201, RecordedAnswer, headers=LOCATION)
@allowed(*OWNERS)
@uploads
@also(410, 423, 460)
@adds(Adds.NAMED)
def submit_evidence(query: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Submit a piece of evidence (déposer une preuve): multipart with `file` and one `competences` field for each.

    Or JSON: the `upload` that brought the file, which is submitted once however often it is requested; a `piece` of
    the portfolio, which is copied; a `link` or a `statement`, from which the server makes a file.
    """
    put = _named if request.is_json else _sent
    recorded, evidence = put(CandidacyId(candidacy), query["replaces"])
    content, status, headers = answer(recorded, candidacy)
    return content | {"id": evidence}, status, headers | {"Location": f"{request.path}/{evidence}"}


def _sent(candidacy: CandidacyId, named: UUID | None) -> tuple[Recorded, EvidenceId]:
    """Submit the file of a multipart body, which is read only if there is space for it."""
    log = reading()
    check = _room_for(candidacy, named, log)
    upload = MultipartUpload(request)
    person = about_whom(candidacy, log)
    with acquis().files.receive(cast("IO[bytes]", upload), person, check, upload.type_of) as incoming:
        form = checked(FORM, upload.fields())
        older = _one(named, next(iter(form["replaces"]), None))
        said = SubmissionDetails(name=upload.name, competences=tuple(form["competences"]), replaces=older)
        return put_in(candidacy, incoming, said, intent(body_of(incoming, said)))


def _room_for(candidacy: CandidacyId, named: UUID | None, log: Log | None = None) -> Checks:
    """Return the checks of the file; a refusal for lack of space says to name the piece replaced in the address."""
    try:
        return room(candidacy, intent(b""), EvidenceId(named) if named else None, log)
    except QuotaExceeded as full:
        raise full if named else QuotaExceeded(candidacy, violations=(*full.violations, IN_ITS_PLACE)) from full


def _named(candidacy: CandidacyId, named: UUID | None) -> tuple[Recorded, EvidenceId]:
    """Submit an upload, a piece of the portfolio, a link or a text."""
    given = read_json(request)
    body = checked(NAMED, {} if given is missing else given)
    competences, older = tuple(body["competences"]), _one(named, body["replaces"])
    if "upload" in body:
        wanted = AsEvidence(candidacy=candidacy, competences=competences, digest=body["digest"], replaces=older)
        recorded, evidence = finish(body["upload"], wanted)
        return recorded, EvidenceId(evidence)
    if "piece" in body:
        check = _room_for(candidacy, older)
        return put_in_copy(candidacy, PieceId(body["piece"]), competences, older, check=check, asked=intent)
    written = link(body["link"]) if "link" in body else statement(body["statement"])
    said = SubmissionDetails(
        name=stated_name(body["title"]), competences=competences, form=written.form, replaces=older
    )
    with received(written, candidacy) as incoming:
        return put_in(candidacy, incoming, said, intent(body_of(incoming, said)))


def _one(*named: UUID | None) -> EvidenceId | None:
    """Return the piece that address and body name as replaced; raises 422 if they name two."""
    older = {each for each in named if each is not None}
    if len(older) > 1:
        raise wrong([("replaces", TWICE)])
    return EvidenceId(older.pop()) if older else None


@bp.get("")
@bp.response(200, EvidenceList)
@allowed(*READERS)
def list_evidence(candidacy: UUID) -> ResponseReturnValue:
    """List the evidence of a candidacy; the ETag is the candidacy's version, each piece has its own version."""
    read = view(candidacy)
    return tagged({"items": pieces_listed(read), "room": _room(candidacy)}, read.version)


def _room(candidacy: UUID) -> EvidenceAllowance | None:
    """Return what the reader may still submit; None if they may not."""
    if actor().role not in OWNERS:
        return None
    try:
        return allowance(CandidacyId(candidacy))
    except OwnWork:  # the registrar's own dossier: other registrars enter its papers
        return None


@bp.sends("/<uuid:evidence>/redirections", RedirectEvidence, signs)
def redirect_evidence() -> None:
    """Change the competences that a piece serves (réorienter une preuve); If-Match: the candidacy's version."""


@bp.sends("/<uuid:evidence>/withdrawal", WithdrawEvidence, signs, reason=text(2000))
def withdraw_evidence() -> None:
    """Withdraw a piece that is not filed (retirer une preuve); If-Match: the candidacy's version."""


@bp.get("/<uuid:evidence>/content")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the detected type
@bp.alt_response(307, description=ELSEWHERE)
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
@allowed(*READERS)
@ruled
def download_evidence(candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Download a piece, always as an attachment; supports Range; 410 once it is erased.

    Nobody gets a piece in quarantine (409). Only its candidate gets one whose check is not finished or refused it
    (409 `under-check`, `refused-at-check`). Readers other than the candidate get one without a virus scan only if the
    rulebook allows it (403 `not-scanned`).
    """
    return handed_out(piece_to_read(candidacy, evidence))


@bp.get("/<uuid:evidence>/copy")
@bp.response(200, CopyItem)
@allowed(*READERS)
@ruled
@also(410)
def show_copy(candidacy: UUID, evidence: UUID) -> reading_copies.CopyShown:
    """Show the content of a piece's reading copy (copie de lecture), or why it is missing.

    The copy is made from the piece so that it can be read without active content; it is not evidence itself. A piece
    that is being checked has no copy yet; one that was refused or is in quarantine has none. Assessors and jurors see
    neither.
    """
    return reading_copies.shown(piece_to_show(candidacy, evidence))


@bp.get("/<uuid:evidence>/copy/pages/<int:page>")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="image/webp")
@allowed(*READERS)
@ruled
@also(410)
def show_copy_page(candidacy: UUID, evidence: UUID, page: int) -> ResponseReturnValue:
    """Show a page of the reading copy as an image; pages count from 1; 404 for a page that does not exist."""
    return reading_copies.page_picture(piece_to_read(candidacy, evidence), page)


@bp.get("/<uuid:evidence>/copy/media")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the re-encoded type
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
@allowed(*READERS)
@ruled
def play_copy(candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Play film or sound, re-encoded; supports Range; 404 for any other piece."""
    return reading_copies.media(piece_to_read(candidacy, evidence))


@files.post("")
@files.arguments(FileBody)
@files.response(201, RecordedAnswer)
@allowed(*OWNERS)
@signs
def file_validation_file(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """File the validation file, which freezes the pieces that it lists (déposer le dossier de validation).

    If-Match: the candidacy's version, which fixes the set of pieces. The competences of a piece have its own version:
    with `versions` from the list of evidence, a piece redirected since is refused (412).
    """
    listed = [EvidenceId(each) for each in body["evidence"]]
    if body["versions"] is None:
        return send(SubmitValidationFile(candidacy=CandidacyId(candidacy), evidence=tuple(listed)))
    return send(filing(candidacy, {each: body["versions"].get(each, 0) for each in listed}))
