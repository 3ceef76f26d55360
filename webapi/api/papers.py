"""How are certificates, block certificates, duplicates and reissues issued over HTTP, and which were?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.commands.register.reissue_for_material_error import ReissueForMaterialError
from domain.fact import Fact
from domain.ports import CandidacyId, Role
from domain.register.certificates import Papers
from domain.register.facts import (
    BlockCertified,
    CertificateIssued,
    DuplicateIssued,
    Loss,
    PapersFact,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
)
from projections.reading import DossierFact
from projections.register.papers import KINDS
from webapi.accounts.authentication import allowed
from webapi.api import Adds, Resource, adds, tagged
from webapi.privacy.disclosure import View, personal, plain, registered, unread, version_of, view

bp = Resource("papers", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/papers")

REISSUES = (ReissuedForCivilStatus, ReissuedForMaterialError)
NAMING = (CertificateIssued, BlockCertified, *REISSUES)
"""The papers that name their holder; a duplicate is another's, word for word."""
BLOCK = validate.Range(1, 9999)


class PaperItem(Schema):
    """One paper; `stands` says whether what it certifies is still held, and no reissue has replaced it.

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
        required=True, metadata={"description": "Counts what was issued of the same title or block, copies apart."}
    )
    struck_on = fields.Date(required=True, allow_none=True)
    copy = fields.Integer(required=True, allow_none=True)
    loss = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Loss)))
    stands = fields.Boolean(required=True)
    personal = fields.Dict(required=True, metadata={"description": "Its holder; null once erased."})
    unread = fields.Dict(required=True, metadata={"description": "What does not open, and why."})


class PapersAnswer(Schema):
    """All that was issued of one candidacy, in order."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    items = fields.List(fields.Nested(PaperItem), required=True)


@bp.get("")
@bp.response(200, PapersAnswer)
@allowed(Role.CANDIDATE, Role.REGISTRAR, Role.AUDITOR)
def list_papers(candidacy: UUID) -> ResponseReturnValue:
    """List the papers issued of a candidacy (parchemin, attestations, duplicatas, rééditions)."""
    read, stream = view(candidacy), Papers.id_of(CandidacyId(candidacy))
    version = version_of(stream, [each for each in read.seen if isinstance(each.fact, PapersFact)])
    return tagged({"id": stream, "version": version, "items": papers_of(read)}, version)


def papers_of(read: View) -> list[dict[str, Any]]:
    """All that was issued of a candidacy, as its reader may see it, in order."""
    told = [each for each in read.seen if isinstance(each.fact, PapersFact)]
    return [_item(each, told, read) for each in told]


@dataclass(frozen=True, kw_only=True)
class Borne:
    """What a paper bears: whose it is, and since when they hold what it certifies; None of what was erased."""

    holder: str | None
    born: str | None
    obtained_on: date


def borne_by(read: View, position: int) -> Borne:
    """The words of the paper at this position: a duplicate's are those of the paper that was lost."""
    every = [each for each in read.seen if isinstance(each.fact, PapersFact) and each.stamp.position <= position]
    told = every[-1]
    named = [each for each in every if isinstance(each.fact, NAMING) and _block(each) == _block(told)]
    certificate, said = _first(told, every), personal(named[-1])
    return Borne(holder=said["holder"], born=said.get("born"), obtained_on=certificate.obtained_on)


def _block(told: DossierFact) -> int | None:
    return getattr(told.fact, "block", None)


def _item(told: DossierFact, every: list[DossierFact], read: View) -> dict[str, Any]:
    fact: Any = told.fact
    said = plain(fact)
    same = [each for each in every if _speaks_of(each.fact) == _speaks_of(fact)]
    anew = [
        each.fact for each in same if isinstance(each.fact, REISSUES) and each.stamp.position > told.stamp.position
    ]
    struck = anew[0] if anew and isinstance(anew[0], ReissuedForMaterialError) else None
    return {
        "position": told.stamp.position,
        "paper": next(called for kind, called in KINDS.items() if isinstance(fact, kind)),
        "block": said.get("block"),
        "number": said.get("number"),
        "obtained_on": getattr(fact, "obtained_on", None),
        "option_title": getattr(_first(told, every), "option_title", None),
        "issued_on": fact.issued_on,
        "edition": sum(not isinstance(each.fact, DuplicateIssued) for each in same) - len(anew),
        "struck_on": struck and struck.issued_on,
        "copy": said.get("copy"),
        "loss": said.get("loss"),
        "stands": not anew and _held(_first(told, every), read),
        "personal": personal(told),
        "unread": unread(told),
    }


def _speaks_of(fact: Fact) -> tuple[Any, ...]:
    """The number of the title, or the block and the session that granted it."""
    return getattr(fact, "number", None), getattr(fact, "block", None), getattr(fact, "session", None)


def _first(told: DossierFact, every: list[DossierFact]) -> CertificateIssued | BlockCertified:
    """The certificate that a duplicate or a reissue goes back to; itself for a certificate."""
    before = [
        each.fact
        for each in every
        if each.stamp.position <= told.stamp.position
        and isinstance(each.fact, CertificateIssued | BlockCertified)
        and _block(each) == _block(told)
    ]
    return before[-1]


def _held(certificate: PapersFact, read: View) -> bool:
    """Whether what a certificate says is still so."""
    if isinstance(certificate, CertificateIssued):
        return registered(read.known) == certificate.number
    if isinstance(certificate, BlockCertified):
        line = next(line for line in read.standing.blocks if line.number == certificate.block)
        return (line.state, line.session) == ("granted", certificate.session)
    return False


@bp.sends("/certificate", IssueCertificate, adds(Adds.ONCE))
def issue_certificate() -> None:
    """Issue the certificate of a title in the register (délivrer le parchemin)."""


@bp.sends("/blocks", CertifyBlock, adds(Adds.ONCE))
def certify_block() -> None:
    """Issue the certificate of a block (délivrer une attestation de bloc)."""


@bp.sends("/duplicates", IssueDuplicate, adds(Adds.MORE))
def issue_duplicate() -> None:
    """Issue again a certificate that was lost (délivrer un duplicata)."""


@bp.sends("/replacements", ReissueForMaterialError, adds(Adds.MORE))
def replace_misspelt() -> None:
    """Issue a certificate anew that misspelt its holder, once two people put that right (rééditer).

    Its number stays; the first is struck, and the register says which edition replaces which.
    """


@bp.sends("/reissues", ReissueForCivilStatus, adds(Adds.MORE))
def reissue() -> None:
    """Issue a certificate anew, under its number, after a change of civil status (rééditer)."""
