"""Scan of the signed minutes of a session held on paper: upload from the page, and download."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from domain.ports import Request, Role
from domain.refusal import Refused
from webapi.accounts.authentication import actor, allowed, reading
from webapi.current import acquis
from webapi.evidence.scan_of_minutes import put_in
from webapi.evidence.scanned_minutes import scanned
from webapi.evidence.upload_stream import uploads
from webapi.intent import Intent
from webapi.pages.candidate.candidacy import UploadForm
from webapi.pages.desk import Desk, arrived, shown_with
from webapi.pages.filled import UNFIT, FilledForm
from webapi.pages.registrar.juries.composing import show
from webapi.pages.registrar.juries.sessions import ours
from webapi.pages.visitor import check_token
from webapi.problems import STATUS, Answered, note_refusal
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("scan", __name__, url_prefix="/registrar/sessions/<uuid:session>/transcription")

LONGEST_REASON: Final = 2000

bp.done["transcribe"] = phrase("Copie du procès-verbal déposée.")


@bp.post("")
@allowed(Role.REGISTRAR)
@uploads
def put(session: UUID) -> ResponseReturnValue:
    """Upload the signed minutes; a refusal is shown in the session's page."""
    ours(reading(), session)  # raises before the file is read
    upload = UploadForm(request)
    check_token((upload.before("csrf_token") or [""])[0])
    sent = FilledForm(name="transcribe", sent=True)

    def build_request(body: bytes, fields: dict[str, list[str]]) -> Request:
        sent.values = MultiDict(fields)
        given = Intent(
            actor=actor(),
            way=f"{request.method} {request.path}",
            key=sent.value("form"),
            body=body,
            shown=_version(sent.value("version")),
        )
        return acquis().request(given)

    try:
        recorded = put_in(session, lambda: upload, _reason, build_request)
    except Refused as refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
        sent.values, sent.refusal = MultiDict(upload.first()), refusal
        return shown_with(sent, show, {"session": session}, STATUS[refusal.kind])
    return arrived(url_for("composing.show", session=session), recorded, "scan.transcribe")


def _reason(fields: dict[str, list[str]]) -> str | None:
    said = "".join(fields.get("reason", ())).strip()
    return said[:LONGEST_REASON] or None


def _version(given: str) -> int:
    """Return the version shown; raise Answered (422) for a form without it, which is not from this site."""
    version = whole_number(given)
    if version is None:
        raise Answered(UNFIT)
    return version


@bp.get("/content")
@allowed(Role.REGISTRAR)
def content(session: UUID) -> ResponseReturnValue:
    """Download the scan."""
    ours(reading(), session)
    return scanned(session)
