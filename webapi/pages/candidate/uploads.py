"""How does a candidate's browser send a file over several requests, and go on after a break? By tus, in its session.

The same as programs do, but for the cookie and the CSRF header; what is refused is told as JSON, in the reader's
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

from adapters.desk.uploads import Upload
from adapters.files.stated import unseal
from domain.ports import Role
from domain.refusal import NotFound
from webapi.accounts.authentication import acquis, actor, allowed
from webapi.api import intent
from webapi.evidence.finish_upload import Wanted, finish
from webapi.evidence.tus import asked_for, cancelled, ended, headers, of_mine, opened, received, say_tus, shown
from webapi.evidence.upload_stream import uploads
from webapi.pages.visitor import check_token, let_in, private
from webapi.requests import Body, Id, checked, read_json

bp = Blueprint("upload", __name__, url_prefix="/candidacies/<uuid:candidacy>/uploads")
bp.before_request(let_in)
bp.after_request(private)
bp.after_request(say_tus)


class Piece(Body):
    """What a file that has come is put in as."""

    competences = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 9999)), required=True, validate=validate.Length(1, 500)
    )
    replaces = Id(load_default=None, allow_none=True)


PIECE: Final = Piece()


@bp.post("")
@allowed(Role.CANDIDATE)
def begin(candidacy: UUID) -> ResponseReturnValue:
    """Open an upload, once however often it is asked with the same Idempotency-Key."""
    upload = opened(candidacy, intent(asked_for()))
    where = url_for("upload.show", candidacy=candidacy, upload=upload.id)
    return Response(status=201, headers=headers(upload) | {"Location": where})


@bp.get("/<uuid:upload>")
@allowed(Role.CANDIDATE)
def show(candidacy: UUID, upload: UUID) -> ResponseReturnValue:
    """Show how far it has come; HEAD only as long as it can be gone on with."""
    found = _here(candidacy, shown(upload))
    return {"state": found.state, "offset": found.taken, "length": found.length}, 200, headers(found)


@bp.patch("/<uuid:upload>")
@allowed(Role.CANDIDATE)
@uploads
def go_on(candidacy: UUID, upload: UUID) -> ResponseReturnValue:
    """Receive more of it; its token comes in a header."""
    check_token(request.headers.get("X-CSRFToken", ""))
    _here(candidacy, of_mine(upload))
    return Response(status=204, headers=headers(received(upload)))


@bp.delete("/<uuid:upload>")
@allowed(Role.CANDIDATE)
def end(candidacy: UUID, upload: UUID) -> ResponseReturnValue:
    """End it; what had come of it goes."""
    _here(candidacy, of_mine(upload))
    ended(upload)
    return Response(status=204)


@bp.post("/<uuid:upload>/cancellation")
@allowed(Role.CANDIDATE)
def cancel(candidacy: UUID, upload: UUID) -> ResponseReturnValue:
    """End it by a form's button; once is as good as twice."""
    done = "candidacy.cancelled" if cancelled(_here(candidacy, of_mine(upload))) else None
    return redirect(url_for("candidacy.show", candidacy=candidacy, done=done), 303)


@bp.post("/<uuid:upload>/piece")
@allowed(Role.CANDIDATE)
def put_in(candidacy: UUID, upload: UUID) -> ResponseReturnValue:
    """Put in what has come, for these competences; asked again it is answered as the first time."""
    _here(candidacy, of_mine(upload))
    wanted: dict[str, Any] = checked(PIECE, read_json(request))
    asked = Wanted(competences=tuple(wanted["competences"]), replaces=wanted["replaces"])
    recorded, evidence = finish(candidacy, upload, asked)
    return {"position": recorded.position, "id": str(evidence)}, 201


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A file that its sender began to send: by its name, length and time they know it again."""

    id: UUID
    name: str | None
    modified: int | None
    length: int
    taken: int
    expires_at: datetime


def unfinished(candidacy: UUID) -> list[Begun]:
    """What the visitor has begun to send here, and not put in."""
    if actor().role is not Role.CANDIDATE:
        return []
    return [_begun(each) for each in acquis().uploads.unfinished(candidacy, actor().who)]


def _begun(upload: Upload) -> Begun:
    stated = unseal(upload.about, acquis().vault, upload.candidate)
    return Begun(
        id=upload.id,
        name=stated.name if stated else None,
        modified=stated.modified if stated else None,
        length=upload.length,
        taken=upload.taken,
        expires_at=upload.expires_at,
    )


def _here(candidacy: UUID, upload: Upload) -> Upload:
    if upload.candidacy != candidacy:
        raise NotFound(upload.id)
    return upload
