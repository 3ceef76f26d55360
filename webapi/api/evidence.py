"""How is evidence put in, listed, redirected, taken back and downloaded over HTTP?"""

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
    "A newer version has the room of the piece whose place it takes: name that one in the address, ?replaces=…",
    "Une nouvelle version a la place de la preuve qu'elle remplace : nommez celle-ci dans l'adresse, ?replaces=…",
    "",
)


class EvidenceForm(Body):
    """A piece of evidence, as multipart: its file, the competences it serves, one field each, what it replaces."""

    competences = fields.List(StrictInteger(validate=validate.Range(1, 9999)), required=True, validate=SOME)
    replaces = fields.List(
        Id(),
        load_default=list,
        validate=validate.Length(max=1),
        metadata={
            "description": "The earlier piece of which this one is a newer version. In a dossier that is full, name "
            "it in the address (`?replaces=`): whether there is room is known before a body is read."
        },
    )


FORM = EvidenceForm()


class EvidenceUpload(EvidenceForm):
    """The same with its file, as it is documented."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class EvidenceNamed(Body):
    """A piece of evidence, as JSON: what it is, exactly one of four, and the competences it serves.

    An upload that brought its file, a piece of the candidate's portfolio, an address, or a text; the last two have a
    title.
    """

    upload = Id(metadata={"description": "The upload that brought the file, all of it."})
    piece = Id(
        metadata={
            "description": "The piece of the candidate's own portfolio of which a copy is put in, by them alone."
        }
    )
    link = Text(
        1,
        LONGEST_LINK,
        metadata={
            "description": "An http or https address. What it leads to is never fetched, nor frozen by filing."
        },
    )
    statement = fields.String(
        validate=validate.Length(1, LONGEST_STATEMENT),
        metadata={"description": "What the candidate writes, in plain text."},
    )
    title = Text(
        1,
        LONGEST_TITLE,
        metadata={"description": "What a link or a statement is called; an upload has its name."},
    )
    competences = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 9999)), required=True, validate=SOME
    )
    replaces = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "The earlier piece of which this one is a newer version."},
    )
    digest = fields.String(
        load_default=None,
        allow_none=True,
        validate=[validate.Length(equal=64), validate.Regexp("^[0-9a-f]{64}$")],
        metadata={"description": "SHA-256 of the upload, in hexadecimal: nothing else is put in."},
    )

    @validates_schema
    def _one(self, data: dict[str, Any], **_options: Any) -> None:
        """One of the four, and what belongs to it."""
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
    """What is known of a piece before its body is read."""

    replaces = fields.UUID(
        load_default=None,
        metadata={
            "description": "The earlier piece of which this one is a newer version, as the body may name it too: "
            "named here, its room counts as left before a file is read, so that a dossier that is full takes one."
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
        metadata={"description": "Each piece's version as it was shown; a piece left out was at 0."},
    )


class EvidenceItem(Schema):
    """A piece of evidence; name and digest are null once erased, and the name where assessors are told none."""

    id = fields.UUID(required=True)
    competences = fields.List(fields.Integer(), required=True)
    name = fields.String(required=True, allow_none=True, metadata={"description": "As its sender named it."})
    media_type = fields.String(
        required=True, metadata={"description": "By its first bytes, and by its content once it is checked."}
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
            "description": "Where its check stands. Others than its candidate have a piece once it is cleared."
        },
    )
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The rule for which its check refused it, by its name; null otherwise."},
    )
    reason_in_words = fields.Function(
        lambda piece: piece.reason and unfit(piece.reason, language()),
        required=True,
        metadata={"type": ["string", "null"], "description": "The same as a sentence, in the reader's language."},
    )
    scanned = fields.Boolean(
        required=True, metadata={"description": "Whether a virus scanner saw it; what the server made needs none."}
    )
    replaceable_until = fields.Date(
        required=True,
        allow_none=True,
        metadata={
            "description": "The last day on which it may be replaced in the filed file; null where it may not."
        },
    )
    pages = fields.Integer(required=True, allow_none=True, metadata={"description": "Null where not counted."})
    replaces = fields.UUID(required=True, allow_none=True, metadata={"description": "Its older version."})
    replaced_by = fields.UUID(required=True, allow_none=True, metadata={"description": "Its newer version."})
    position = fields.Integer(required=True)
    version = fields.Integer(
        required=True, metadata={"description": "Of its own stream: 0 until it is redirected, withdrawn or checked."}
    )


class CopyPage(Schema):
    """One page of a reading copy, whose picture is at `copy/pages/{number}`."""

    number = fields.Integer(required=True)
    width = fields.Integer(required=True, metadata={"description": "Points of the picture."})
    height = fields.Integer(required=True, metadata={"description": "Points of the picture."})
    picture = fields.Boolean(required=True, metadata={"description": "Whether there is one."})
    text = fields.String(required=True, metadata={"description": "What is written on it; empty where none was read."})


class CopyLink(Schema):
    """Where a link leads, which nobody here has looked at."""

    ascii = fields.String(required=True)
    given = fields.String(required=True)


class CopyItem(Schema):
    """The reading copy of a piece."""

    state = fields.String(required=True, validate=validate.OneOf(["pending", "ready", "unavailable"]))
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Why it is not ready: a slug."})
    sentence = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The reason, or what must be known of the copy, in the reader's language."},
    )
    kind = fields.String(required=True, allow_none=True, validate=validate.OneOf(["pages", "text", "media", "link"]))
    pages = fields.List(fields.Nested(CopyPage), required=True)
    of = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Pages of the piece: the first may be all here."}
    )
    text = fields.String(required=True, allow_none=True)
    media_type = fields.String(
        required=True, allow_none=True, metadata={"description": "Of what is at `copy/media`."}
    )
    link = fields.Nested(CopyLink, required=True, allow_none=True)


class EvidenceRoom(Schema):
    """What may still be put in for this candidacy, by its rulebook; null: as much as one likes; no type: any."""

    largest = fields.Integer(required=True, metadata={"description": "Bytes of one piece."})
    pieces = fields.Integer(required=True, allow_none=True, metadata={"description": "How many more pieces."})
    size = fields.Integer(required=True, allow_none=True, metadata={"description": "Bytes of them all."})
    types = fields.List(fields.String(), required=True, metadata={"description": "Media types."})


class EvidenceList(Schema):
    """The pieces of one candidacy, oldest first, and what whoever may put some in may still put in."""

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
    """Put in a piece of evidence (déposer une preuve): multipart, `file` and one `competences` field each.

    Or JSON: the `upload` that brought the file, which is put in once however often it is asked; a `piece` of the
    portfolio, copied here; a `link` or a written `statement`, of which the server makes a file.
    """
    put = _named if request.is_json else _sent
    recorded, evidence = put(CandidacyId(candidacy), query["replaces"])
    content, status, headers = answer(recorded, candidacy)
    return content | {"id": evidence}, status, headers | {"Location": f"{request.path}/{evidence}"}


def _sent(candidacy: CandidacyId, named: UUID | None) -> tuple[Recorded, EvidenceId]:
    """The file of a multipart body, which is read once there is room for it, that of what it replaces included."""
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
    """What refuses the file; where there is no room, who named no older piece in the address is told to."""
    try:
        return room(candidacy, intent(b""), EvidenceId(named) if named else None, log)
    except QuotaExceeded as full:
        raise full if named else QuotaExceeded(candidacy, violations=(*full.violations, IN_ITS_PLACE)) from full


def _named(candidacy: CandidacyId, named: UUID | None) -> tuple[Recorded, EvidenceId]:
    """What an upload brought, what the portfolio holds, or what the body itself does: an address or a text."""
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
    """The piece that address and body name as replaced; raises 422 where they name two."""
    older = {each for each in named if each is not None}
    if len(older) > 1:
        raise wrong([("replaces", TWICE)])
    return EvidenceId(older.pop()) if older else None


@bp.get("")
@bp.response(200, EvidenceList)
@allowed(*READERS)
def list_evidence(candidacy: UUID) -> ResponseReturnValue:
    """List the evidence of a candidacy; the ETag is the candidacy's version, each piece has its own."""
    read = view(candidacy)
    return tagged({"items": pieces_listed(read), "room": _room(candidacy)}, read.version)


def _room(candidacy: UUID) -> EvidenceAllowance | None:
    """What the reader may still put in; None where that is nothing of theirs to do."""
    if actor().role not in OWNERS:
        return None
    try:
        return allowance(CandidacyId(candidacy))
    except OwnWork:  # a registrar reads on what others key for them
        return None


@bp.sends("/<uuid:evidence>/redirections", RedirectEvidence, signs)
def redirect_evidence() -> None:
    """Let a piece serve other competences (réorienter une preuve); If-Match: the candidacy's version."""


@bp.sends("/<uuid:evidence>/withdrawal", WithdrawEvidence, signs, reason=text(2000))
def withdraw_evidence() -> None:
    """Take back a piece that is not filed (retirer une preuve); If-Match: the candidacy's version."""


@bp.get("/<uuid:evidence>/content")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the type that was detected
@bp.alt_response(307, description=ELSEWHERE)
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
@allowed(*READERS)
@ruled
def download_evidence(candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Download a piece, always as an attachment; Range is served; 410 once it was erased.

    One in quarantine is handed to nobody (409); one whose check is not over, or refused it, to its candidate alone
    (409 `under-check`, `refused-at-check`); one that no scanner saw to others than the candidate where the
    rulebook lets them open it (403 `not-scanned`).
    """
    return handed_out(piece_to_read(candidacy, evidence))


@bp.get("/<uuid:evidence>/copy")
@bp.response(200, CopyItem)
@allowed(*READERS)
@ruled
@also(410)
def show_copy(candidacy: UUID, evidence: UUID) -> reading_copies.CopyShown:
    """Show what the reading copy of a piece holds (copie de lecture), or why there is none.

    It is made from the piece, to be read where nothing in it can act; it is no evidence itself. A piece that is being
    checked has none yet, one that was refused or is in quarantine has none; whoever judges is shown neither.
    """
    return reading_copies.shown(piece_to_show(candidacy, evidence))


@bp.get("/<uuid:evidence>/copy/pages/<int:page>")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="image/webp")
@allowed(*READERS)
@ruled
@also(410)
def show_copy_page(candidacy: UUID, evidence: UUID, page: int) -> ResponseReturnValue:
    """Show a page of the reading copy as a picture; pages are counted from 1, and 404 is one that it has not."""
    return reading_copies.page_picture(piece_to_read(candidacy, evidence), page)


@bp.get("/<uuid:evidence>/copy/media")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # what it was re-encoded to
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
@allowed(*READERS)
@ruled
def play_copy(candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Play film or sound as it was re-encoded; Range is served; 404 of a piece that is neither."""
    return reading_copies.media(piece_to_read(candidacy, evidence))


@files.post("")
@files.arguments(FileBody)
@files.response(201, RecordedAnswer)
@allowed(*OWNERS)
@signs
def file_validation_file(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """File the validation file, which freezes what it lists (déposer le dossier de validation).

    If-Match: the candidacy's version, which says which pieces there are. Where each piece now serves stands on the
    piece: with `versions`, as the list of evidence gave them, one redirected since is refused (412).
    """
    listed = [EvidenceId(each) for each in body["evidence"]]
    if body["versions"] is None:
        return send(SubmitValidationFile(candidacy=CandidacyId(candidacy), evidence=tuple(listed)))
    return send(filing(candidacy, {each: body["versions"].get(each, 0) for each in listed}))
