"""Routes for the scan of the signed minutes of a session held on paper."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.jury.access import run_session
from domain.ports import Role, SessionId
from webapi.accounts.authentication import allowed, reading
from webapi.api import RecordedAnswer, Resource, answer, intent, signs
from webapi.current import acquis
from webapi.evidence.downloads import ELSEWHERE
from webapi.evidence.scan_of_minutes import put_in
from webapi.evidence.scanned_minutes import scanned
from webapi.evidence.upload_stream import MultipartUpload, uploads
from webapi.requests import Text, checked

bp = Resource("transcriptions", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/transcription")


class ScanForm(Schema):
    """The reason to replace a wrong scan, which is kept; none for the first scan."""

    reason = fields.List(Text(1, 2000), load_default=list, validate=validate.Length(max=1))


class ScanUpload(ScanForm):
    """The form with its file, for the OpenAPI document."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


@bp.post("")
@bp.doc(requestBody={"content": {"multipart/form-data": {"schema": ScanUpload}}, "required": True})
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@uploads
@signs
def transcribe_minutes(session: UUID) -> ResponseReturnValue:
    """Submit the signed minutes of a session held on paper (transcrire): multipart, `file`; it is encrypted.

    If-Match: the session's version, which says whether a scan exists that this one replaces.
    """
    run_session(reading(), SessionId(session))  # before the file is read
    recorded = put_in(
        session, lambda: MultipartUpload(request), _reason, lambda body, _: acquis().request(intent(body))
    )
    return answer(recorded, session)


def _reason(fields_: dict[str, list[str]]) -> str | None:
    return next(iter(checked(ScanForm(), fields_)["reason"]), None)


@bp.get("/content")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@bp.alt_response(307, description=ELSEWHERE)
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="application/octet-stream")
@allowed(Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
def download_transcription(session: UUID) -> ResponseReturnValue:
    """Download the scan: members present and registrar; the auditor once no result waits."""
    return scanned(session)
