"""Resumable uploads from a candidate's browser, over several requests (tus), within the browser's session.

The protocol is the same as for programs, except for the cookie and the CSRF header. Refusals are JSON, in the user's
language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from adapters.operations.uploads import Upload
from domain.ports import Role
from domain.refusal import NotFound
from webapi.accounts.authentication import actor, allowed
from webapi.api import intent
from webapi.current import acquis
from webapi.evidence.finish_upload import AsEvidence, finish
from webapi.evidence.sending import sending_script
from webapi.evidence.tus import (
    asked_for,
    cancelled,
    ended,
    headers,
    of_mine,
    opened,
    received,
    say_tus,
    shown,
    stated,
)
from webapi.evidence.upload_stream import uploads
from webapi.pages.visitor import check_token, let_in, private
from webapi.requests import Body, Id, checked, read_json
from webapi.words.spoken import spoken

EVIDENCE: Final = "/candidacies/<uuid:candidacy>/uploads"
KEPT: Final = "/portfolio/uploads"
"""The address for files that go into the user's portfolio and to no candidacy."""

bp = Blueprint("upload", __name__)
bp.before_request(let_in)
bp.after_request(private)
bp.after_request(say_tus)


class UploadedPieceBody(Body):
    """The competences that an uploaded file shows, and the piece that it replaces."""

    competences = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 9999)), required=True, validate=validate.Length(1, 500)
    )
    replaces = Id(load_default=None, allow_none=True)


PIECE: Final = UploadedPieceBody()


@bp.post(EVIDENCE)
@bp.post(KEPT)
@allowed(Role.CANDIDATE)
def begin(candidacy: UUID | None = None) -> ResponseReturnValue:
    """Open an upload; a request repeated with the same Idempotency-Key opens one only."""
    upload = opened(candidacy, intent(asked_for()))
    where = url_for("upload.show", candidacy=candidacy, upload=upload.id)
    return Response(status=201, headers=headers(upload) | {"Location": where})


@bp.get(f"{KEPT}/words.js")
@allowed(Role.CANDIDATE)
def words() -> Response:
    """Return the texts of the pages' upload script, in the user's language."""
    answer = Response(sending_script(spoken()), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


@bp.get(f"{EVIDENCE}/<uuid:upload>")
@bp.get(f"{KEPT}/<uuid:upload>")
@allowed(Role.CANDIDATE)
def show(upload: UUID, candidacy: UUID | None = None) -> ResponseReturnValue:
    """Return how much was received; HEAD succeeds only while the upload can be continued."""
    found = _check_candidacy(candidacy, shown(upload))
    return {"state": found.state, "offset": found.taken, "length": found.length}, 200, headers(found)


@bp.patch(f"{EVIDENCE}/<uuid:upload>")
@bp.patch(f"{KEPT}/<uuid:upload>")
@allowed(Role.CANDIDATE)
@uploads
def go_on(upload: UUID, candidacy: UUID | None = None) -> ResponseReturnValue:
    """Receive more of the file; the CSRF token is in a header."""
    check_token(request.headers.get("X-CSRFToken", ""))
    _check_candidacy(candidacy, of_mine(upload))
    return Response(status=204, headers=headers(received(upload)))


@bp.delete(f"{EVIDENCE}/<uuid:upload>")
@bp.delete(f"{KEPT}/<uuid:upload>")
@allowed(Role.CANDIDATE)
def end(upload: UUID, candidacy: UUID | None = None) -> ResponseReturnValue:
    """Cancel the upload, and delete what was received."""
    _check_candidacy(candidacy, of_mine(upload))
    ended(upload)
    return Response(status=204)


@bp.post(f"{EVIDENCE}/<uuid:upload>/cancellation")
@bp.post(f"{KEPT}/<uuid:upload>/cancellation")
@allowed(Role.CANDIDATE)
def cancel(upload: UUID, candidacy: UUID | None = None) -> ResponseReturnValue:
    """Cancel the upload from a form's button; a repeated request has no further effect."""
    desk, page = ("candidacy", "show") if candidacy else ("pieces", "choose")
    done = f"{desk}.cancelled" if cancelled(_check_candidacy(candidacy, of_mine(upload))) else None
    return redirect(url_for(f"{desk}.{page}", candidacy=candidacy, done=done), 303)


@bp.post(f"{EVIDENCE}/<uuid:upload>/piece")
@allowed(Role.CANDIDATE)
def put_in(candidacy: UUID, upload: UUID) -> ResponseReturnValue:
    """Add the uploaded file as evidence for these competences; a repeated request gets the same answer."""
    _check_candidacy(candidacy, of_mine(upload))
    wanted: dict[str, Any] = checked(PIECE, read_json(request))
    asked = AsEvidence(candidacy=candidacy, competences=tuple(wanted["competences"]), replaces=wanted["replaces"])
    recorded, evidence = finish(upload, asked)
    return {"position": recorded.position, "id": str(evidence)}, 201


@dataclass(frozen=True, kw_only=True)
class StartedUpload:
    """An unfinished upload; its sender recognises it by the file's name, length and time."""

    id: UUID
    name: str | None
    modified: int | None
    length: int
    taken: int
    expires_at: datetime


def unfinished(candidacy: UUID | None) -> list[StartedUpload]:
    """Return the visitor's unfinished uploads for this candidacy, or for their portfolio."""
    if actor().role is not Role.CANDIDATE:
        return []
    return [_begun(each) for each in acquis().uploads.unfinished(candidacy, actor().who)]


def _begun(upload: Upload) -> StartedUpload:
    said = stated(upload)
    return StartedUpload(
        id=upload.id,
        name=said.name if said else None,
        modified=said.modified if said else None,
        length=upload.length,
        taken=upload.taken,
        expires_at=upload.expires_at,
    )


def _check_candidacy(candidacy: UUID | None, upload: Upload) -> Upload:
    """Return the upload; raise NotFound if it belongs to another candidacy."""
    if upload.candidacy != candidacy:
        raise NotFound(upload.id)
    return upload
