"""Routes for attestations: requests, issue, texts (attestations)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.register.issue_attestation import IssueAttestation
from domain.commands.register.request_attestation import RequestAttestation
from domain.fact import fields_of
from domain.ports import CandidacyId, Role
from domain.register.attestations import Attestations
from domain.register.facts import Attestation, AttestationIssued
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed
from webapi.api import Adds, Resource, adds, tagged
from webapi.explain.attestation import attested
from webapi.privacy.disclosure import DisclosedDossier, personal, view

bp = Resource("attestations", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/attestations")

KIND = validate.OneOf(list(Attestation))


class AttestationItem(Schema):
    """An attestation as issued: data and text, with the candidate's name of that day if it can be decrypted."""

    position = fields.Integer(required=True)
    attestation = fields.String(required=True, validate=KIND)
    issued_on = fields.Date(required=True)
    days = fields.List(
        fields.Date(), required=True, metadata={"description": "The days of the events that it attests."}
    )
    blocks = fields.List(fields.Integer(), required=True)
    number = fields.Integer(required=True, allow_none=True)
    fr = fields.String(required=True)
    en = fields.String(required=True)


class AttestationsAnswer(Schema):
    """The attestations of one candidacy: those requested, and those issued, in order."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    asked = fields.List(fields.String(validate=KIND), required=True)
    items = fields.List(fields.Nested(AttestationItem), required=True)


@bp.get("")
@bp.response(200, AttestationsAnswer)
@allowed(Role.CANDIDATE, Role.REGISTRAR, Role.AUDITOR)
def list_attestations(candidacy: UUID) -> ResponseReturnValue:
    """Show the attestations requested, and the texts of those issued (attestations)."""
    read, stream = view(candidacy), Attestations.id_of(CandidacyId(candidacy))
    found = read.so_far(Attestations, stream)
    content = {
        "id": stream,
        "version": found.version,
        "asked": sorted(found.asked),
        "items": [
            _item(told, told.fact, read) for told in read.shown(stream) if isinstance(told.fact, AttestationIssued)
        ],
    }
    return tagged(content, found.version)


def _item(told: DossierFact, fact: AttestationIssued, read: DisclosedDossier) -> dict[str, Any]:
    holder = personal(told)["holder"] if fact.holder else None
    words = {language: attested(fact, read.framework, holder, language) for language in ("fr", "en")}
    return {"position": told.stamp.position, **fields_of(fact), **words}


@bp.sends("/requests", RequestAttestation, adds(Adds.ONCE))
def request_attestation() -> None:
    """Request an attestation: of the certification, of blocks, or for a leave (demander une attestation)."""


@bp.sends("", IssueAttestation, adds(Adds.ONCE))
def issue_attestation() -> None:
    """Issue a requested attestation, with the state of today (délivrer une attestation)."""
