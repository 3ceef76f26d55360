"""Routes for certificates, block certificates, duplicates and reissues."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.commands.register.reissue_for_material_error import ReissueForMaterialError
from domain.ports import CandidacyId, Role
from domain.register.certificates import Papers
from domain.register.facts import (
    Loss,
    PapersFact,
)
from projections.register.papers import KINDS
from webapi.accounts.authentication import allowed
from webapi.api import Adds, Resource, adds, tagged
from webapi.privacy.disclosure import version_of, view
from webapi.privacy.issued_papers import papers_of

bp = Resource("papers", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/papers")

BLOCK = validate.Range(1, 9999)


class PaperItem(Schema):
    """A paper; `stands` says whether it is valid: what it certifies is still held, and no reissue has replaced it.

    `struck_on`: the day on which it was struck for a material error; the next edition annuls and replaces it.
    """

    position = fields.Integer(required=True)
    paper = fields.String(required=True, validate=validate.OneOf(list(KINDS.values())))
    block = fields.Integer(required=True, allow_none=True)
    number = fields.Integer(required=True, allow_none=True)
    obtained_on = fields.Date(required=True, allow_none=True)
    option_title = fields.String(
        required=True, allow_none=True, metadata={"description": "The title's option, in the sheet's words."}
    )
    issued_on = fields.Date(required=True)
    edition = fields.Integer(
        required=True, metadata={"description": "Counts the papers of the same title or block, without copies."}
    )
    struck_on = fields.Date(required=True, allow_none=True)
    copy = fields.Integer(required=True, allow_none=True)
    loss = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Loss)))
    stands = fields.Boolean(required=True)
    personal = fields.Dict(required=True, metadata={"description": "Its holder; null once erased."})
    unread = fields.Dict(required=True, metadata={"description": "Fields that cannot be decrypted, with the reason."})


class PapersAnswer(Schema):
    """All papers issued for one candidacy, in order."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    items = fields.List(fields.Nested(PaperItem), required=True)


@bp.get("")
@bp.response(200, PapersAnswer)
@allowed(Role.CANDIDATE, Role.REGISTRAR, Role.AUDITOR)
def list_papers(candidacy: UUID) -> ResponseReturnValue:
    """List the papers issued for a candidacy (parchemin, attestations, duplicatas, rééditions)."""
    read, stream = view(candidacy), Papers.id_of(CandidacyId(candidacy))
    version = version_of(stream, [each for each in read.seen if isinstance(each.fact, PapersFact)])
    return tagged({"id": stream, "version": version, "items": papers_of(read)}, version)


@bp.sends("/certificate", IssueCertificate, adds(Adds.ONCE))
def issue_certificate() -> None:
    """Issue the certificate of a title in the register (délivrer le parchemin)."""


@bp.sends("/blocks", CertifyBlock, adds(Adds.ONCE))
def certify_block() -> None:
    """Issue the certificate of a block (délivrer une attestation de bloc)."""


@bp.sends("/duplicates", IssueDuplicate, adds(Adds.MORE))
def issue_duplicate() -> None:
    """Issue a duplicate of a lost certificate (délivrer un duplicata)."""


@bp.sends("/replacements", ReissueForMaterialError, adds(Adds.MORE))
def replace_misspelt() -> None:
    """Reissue a certificate with a misspelt name, after two people have corrected the identity (rééditer).

    Its number stays; the first edition is struck, and the register says which edition replaces which.
    """


@bp.sends("/reissues", ReissueForCivilStatus, adds(Adds.MORE))
def reissue() -> None:
    """Reissue a certificate under its number, after a change of civil status (rééditer)."""
