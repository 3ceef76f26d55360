"""Routes for uploads over several requests, on unreliable connections (tus 1.0)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from adapters.operations.uploads import Upload
from domain.ports import Role
from webapi.accounts.authentication import allowed, without_command
from webapi.api import LOCATION, Adds, Resource, adds, intent, repeatable
from webapi.api.openapi import also
from webapi.evidence import tus
from webapi.evidence.tus import MEDIA_TYPE, asked_for, ended, headers, opened, received, say_tus, shown
from webapi.evidence.upload_stream import uploads

bp = Resource("uploads", __name__, url_prefix="/api/v1/uploads/<uuid:upload>")
begin = Resource("begun-uploads", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/uploads")
keep = Resource("begun-portfolio-uploads", __name__, url_prefix="/api/v1/portfolio/uploads")
for each in (bp, begin, keep):
    each.after_request(say_tus)

OWNERS = (Role.CANDIDATE, Role.REGISTRAR)
STATES = ("receiving", "checking", "ready", "refused", "quarantined", "ended")
TUS = {"in": "header", "name": "Tus-Resumable", "required": True, "schema": {"type": "string", "enum": ["1.0.0"]}}


def _header(name: str, description: str, *, required: bool = True, number: bool = True) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0} if number else {"type": "string"}
    return {"in": "header", "name": name, "required": required, "schema": schema, "description": description}


LENGTH = _header("Upload-Length", "Bytes of the file.")
METADATA = _header(
    "Upload-Metadata",
    "`filename`, `modified` in milliseconds since 1970, `replaces` (the piece to replace): values in Base64.",
    required=False,
    number=False,
)
OFFSET = _header("Upload-Offset", "The offset at which the body begins.")
CHECKSUM = _header(
    "Upload-Checksum",
    "`sha1` or `sha256`, a space, the digest of the body in Base64.",
    required=False,
    number=False,
)


def _answer_header(name: str, description: str) -> dict[str, Any]:
    return {name: {"description": description, "schema": {"type": "string"}}}


SPOKEN = _answer_header("Tus-Resumable", "The version of tus.")
HOW_FAR = {
    **SPOKEN,
    **_answer_header("Upload-Offset", "The number of bytes kept: the offset of the next body."),
    **_answer_header("Upload-Length", "Bytes of the file."),
    **_answer_header("Upload-Expires", "The time until which the upload can be continued."),
}


class UploadAnswer(Schema):
    """An upload, for its sender; the name is null once the file is submitted or the upload has ended."""

    id = fields.UUID(required=True)
    candidacy = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Null: for the sender's own portfolio."}
    )
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    name = fields.String(required=True, allow_none=True)
    length = fields.Integer(required=True, metadata={"description": "Bytes of the file."})
    offset = fields.Integer(required=True, metadata={"description": "The number of bytes kept."})
    expires_at = fields.AwareDateTime(required=True)
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "The slug of the rule that refused it."}
    )
    evidence = fields.UUID(required=True, allow_none=True, metadata={"description": "The piece made from it."})


@begin.post("")
@begin.doc(parameters=[TUS, LENGTH, METADATA])
@begin.response(201, UploadAnswer, headers=LOCATION | HOW_FAR)
@allowed(*OWNERS)
@without_command
@repeatable
@also(410, 412, 429)
@adds(Adds.MORE)
def begin_upload(candidacy: UUID) -> ResponseReturnValue:
    """Open an upload (tus: creation), to which PATCH then sends at its Location; its length is reserved."""
    return _begun(candidacy)


@keep.post("")
@keep.doc(parameters=[TUS, LENGTH, METADATA])
@keep.response(201, UploadAnswer, headers=LOCATION | HOW_FAR)
@allowed(Role.CANDIDATE)
@without_command
@repeatable
@also(410, 412, 429)
@adds(Adds.MORE)
def begin_upload_to_portfolio() -> ResponseReturnValue:
    """Open an upload for the caller's own portfolio; `POST /portfolio` then keeps the file."""
    return _begun(None)


def _begun(candidacy: UUID | None) -> ResponseReturnValue:
    upload = opened(candidacy, intent(asked_for()))
    return told(upload), 201, headers(upload) | {"Location": url_for("uploads.show_upload", upload=upload.id)}


@bp.get("")
@bp.response(200, UploadAnswer, headers=HOW_FAR)
@allowed(*OWNERS)
@also(410, 412)
def show_upload(upload: UUID) -> ResponseReturnValue:
    """Show the progress and result of an upload; HEAD (tus) only while it can be continued."""
    found = shown(upload)
    return told(found), 200, headers(found)


@bp.patch("")
@bp.doc(
    parameters=[TUS, OFFSET, CHECKSUM],
    requestBody={"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}, "required": True},
)
@bp.response(204, headers=HOW_FAR)
@allowed(*OWNERS)
@without_command
@uploads
@also(410, 423, 460)
@adds(Adds.PLACED)
def go_on_with_upload(upload: UUID) -> ResponseReturnValue:
    """Send the file, or more of it (tus: PATCH); bytes received before an interruption are kept."""
    return Response(status=204, headers=headers(received(upload)))


@bp.delete("")
@bp.doc(parameters=[TUS])
@bp.response(204, headers=SPOKEN)
@allowed(*OWNERS)
@without_command
@also(410, 423)
@adds(Adds.NAMED)
def end_upload(upload: UUID) -> ResponseReturnValue:
    """End an upload (tus: termination) and delete its bytes."""
    ended(upload)
    return Response(status=204)


def told(upload: Upload) -> dict[str, Any]:
    """Return an upload as its sender sees it."""
    stated = tus.stated(upload)
    return {
        "id": upload.id,
        "candidacy": upload.candidacy,
        "state": "ended" if upload.expired and upload.state in {"receiving", "checking"} else upload.state,
        "name": stated and stated.name,
        "length": upload.length,
        "offset": upload.taken,
        "expires_at": upload.expires_at,
        "reason": upload.reason,
        "evidence": upload.evidence,
    }
