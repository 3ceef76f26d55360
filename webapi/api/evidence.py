"""How is evidence put in, listed, redirected, taken back and downloaded over HTTP?"""

from __future__ import annotations

from typing import IO, Any, cast
from uuid import UUID

import msgspec
from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from adapters.files.folder import Incoming
from domain.candidacy import EvidenceSubmitted, ValidationFileSubmitted
from domain.commands.redirect_evidence import RedirectEvidence
from domain.commands.submit_evidence import SubmitEvidence
from domain.commands.submit_validation_file import SubmitValidationFile
from domain.commands.withdraw_evidence import WithdrawEvidence
from domain.evidence import EvidenceRedirected, EvidenceWithdrawn, Received
from domain.ports import CandidacyId, EvidenceId, Recorded, Role
from domain.refusal import NotFound, Refused
from webapi.api import RecordedAnswer, Resource, answer, intent, send, signs, tagged
from webapi.auth import READERS, actor, allowed, house
from webapi.reading import dossier, personal, version_of
from webapi.requests import Body, Text, checked
from webapi.uploads import Upload, attachment, uploads
from webapi.wiring import evidence_id

bp = Resource("evidence", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/evidence")
files = Resource("validation-files", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/validation-files")

OWNERS = (Role.CANDIDATE, Role.REGISTRAR)
SERVE_AS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
SOME = validate.Length(1, 500)


class EvidenceForm(Body):
    """A piece of evidence, as multipart: the file, and the competences it serves, one field each."""

    competences = fields.List(fields.Integer(validate=validate.Range(1, 9999)), required=True, validate=SOME)


FORM = EvidenceForm()


class EvidenceUpload(EvidenceForm):
    """The same with its file, as it is documented."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class RedirectBody(Body):
    """The competences that the piece serves from now on."""

    competences = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 9999)), required=True, validate=SOME
    )


class WithdrawBody(Body):
    """Why it is taken back, if one wants to say."""

    reason = Text(1, 2000, load_default=None, allow_none=True)


class FileBody(Body):
    """The pieces that the validation file lists."""

    evidence = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 500))


class EvidenceItem(Schema):
    """A piece of evidence; name and digest are null once erased."""

    id = fields.UUID(required=True)
    competences = fields.List(fields.Integer(), required=True)
    name = fields.String(required=True, allow_none=True, metadata={"description": "As its sender named it."})
    media_type = fields.String(required=True, metadata={"description": "As detected from its content."})
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    digest = fields.String(required=True, allow_none=True, metadata={"description": "SHA-256, hexadecimal."})
    submitted_by = fields.UUID(required=True)
    submitted_on = fields.Date(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["free", "filed", "withdrawn"]))
    position = fields.Integer(required=True)


class EvidenceList(Schema):
    """The pieces of one candidacy, oldest first."""

    items = fields.List(fields.Nested(EvidenceItem), required=True)


@bp.post("")
@bp.doc(requestBody={"content": {"multipart/form-data": {"schema": EvidenceUpload}}, "required": True})
@bp.response(201, RecordedAnswer)
@allowed(*OWNERS)
@uploads
def submit_evidence(candidacy: UUID) -> ResponseReturnValue:
    """Put in a piece of evidence (déposer une preuve): multipart, `file` and one `competences` field each."""
    upload = Upload(request)
    with house().files.receive(cast("IO[bytes]", upload)) as incoming:
        form = checked(FORM, upload.fields())
        recorded, evidence = _submit(CandidacyId(candidacy), incoming, upload.name, tuple(form["competences"]))
    content, status, headers = answer(recorded, candidacy)
    return content | {"id": evidence}, status, headers | {"Location": f"{request.path}/{evidence}"}


def _submit(
    candidacy: CandidacyId, incoming: Incoming, name: str, competences: tuple[int, ...]
) -> tuple[Recorded, EvidenceId]:
    """Keep the file, then record the fact: a recorded piece always has its file, a refused one leaves none."""
    what = msgspec.json.encode([incoming.digest, name, sorted(set(competences))])
    asked = house().request(intent(SubmitEvidence, what))
    evidence = EvidenceId(evidence_id(asked))
    kept = house().files.keep(incoming, evidence)
    file = Received(media_type=incoming.media_type, size=incoming.size, digest=incoming.digest, name=name)
    command = SubmitEvidence(candidacy=candidacy, evidence=evidence, competences=competences, file=file)
    try:
        return house().execute(command, asked), evidence
    except Refused:
        if kept:
            house().files.discard(evidence)
        raise


@bp.get("")
@bp.response(200, EvidenceList)
@allowed(*READERS)
def list_evidence(candidacy: UUID) -> ResponseReturnValue:
    """List the evidence of a candidacy; the ETag is the candidacy's version."""
    found = _pieces(candidacy)
    return tagged({"items": list(found.values())}, version_of(candidacy, dossier(candidacy)))


@bp.post("/<uuid:evidence>/redirections")
@bp.arguments(RedirectBody)
@bp.response(201, RecordedAnswer)
@allowed(*OWNERS)
def redirect_evidence(body: dict[str, Any], candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Let a piece serve other competences (réorienter une preuve)."""
    competences = tuple(body["competences"])
    return send(
        RedirectEvidence(candidacy=CandidacyId(candidacy), evidence=EvidenceId(evidence), competences=competences)
    )


@bp.post("/<uuid:evidence>/withdrawal")
@bp.arguments(WithdrawBody)
@bp.response(201, RecordedAnswer)
@allowed(*OWNERS)
@signs
def withdraw_evidence(body: dict[str, Any], candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Take back a piece that is not filed (retirer une preuve); If-Match: the candidacy's version."""
    return send(
        WithdrawEvidence(candidacy=CandidacyId(candidacy), evidence=EvidenceId(evidence), reason=body["reason"])
    )


@bp.get("/<uuid:evidence>/content")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="application/octet-stream")
@allowed(*READERS)
def download_evidence(candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Download a piece, always as an attachment; Range is served."""
    piece = _pieces(candidacy).get(evidence)
    if piece is None or (piece["state"] == "withdrawn" and actor().role in {Role.ASSESSOR, Role.JUROR}):
        raise NotFound(evidence)
    with house().files.open(EvidenceId(evidence)) as content:
        path = content.name
    response: Response = send_file(
        path, mimetype=piece["media_type"], conditional=True, etag=str(evidence), last_modified=None, max_age=0
    )
    response.headers.update(SERVE_AS)
    response.headers["Content-Disposition"] = attachment(piece["name"] or str(evidence))
    return response


@files.post("")
@files.arguments(FileBody)
@files.response(201, RecordedAnswer)
@allowed(*OWNERS)
@signs
def file_validation_file(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """File the validation file, which freezes what it lists (déposer le dossier de validation).

    If-Match: the candidacy's version.
    """
    command = SubmitValidationFile(
        candidacy=CandidacyId(candidacy), evidence=tuple(EvidenceId(each) for each in body["evidence"])
    )
    return send(command)


def _pieces(candidacy: UUID) -> dict[UUID, dict[str, Any]]:
    """The pieces of a dossier as the reader may see them, oldest first."""
    found: dict[UUID, dict[str, Any]] = {}
    for told in dossier(candidacy):
        match told.fact:
            case EvidenceSubmitted(evidence=evidence) as fact:
                opened = personal(told)
                found[evidence] = {
                    "id": evidence,
                    "competences": fact.competences,
                    "name": opened["name"],
                    "media_type": fact.media_type,
                    "size": fact.size,
                    "digest": opened["digest"],
                    "submitted_by": fact.submitted_by,
                    "submitted_on": told.stamp.on,
                    "state": "free",
                    "position": told.stamp.position,
                }
            case EvidenceRedirected(competences=competences):
                found[told.stamp.stream]["competences"] = competences
            case EvidenceWithdrawn():
                found[told.stamp.stream]["state"] = "withdrawn"
            case ValidationFileSubmitted(evidence=listed):
                for piece in listed:
                    found[piece]["state"] = "filed"
            case _:
                pass
    return found
