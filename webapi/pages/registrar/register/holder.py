"""One candidate's titles and blocks: entry in the register, certificates, attestations and declaration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from domain.candidacy.candidacy import Candidacy
from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.declare_award import DeclareAward
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.give_nir import GiveNir
from domain.commands.register.issue_attestation import IssueAttestation
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.make_correction import MakeCorrection
from domain.commands.register.note_correction_request import NoteCorrectionRequest
from domain.commands.register.refuse_correction import RefuseCorrection
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.commands.register.reissue_for_material_error import ReissueForMaterialError
from domain.framework.framework import Framework
from domain.jury.access import run
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Command, Log, Role
from domain.register.attestations import Attestations
from domain.register.certificates import Papers
from domain.register.declaration import Declaration
from domain.register.facts import CorrectionRequested, Loss
from domain.register.national_number import EXAMPLE
from domain.register.register import Register
from projections.register.papers import issued
from webapi.accounts.authentication import allowed, reading
from webapi.current import acquis
from webapi.forms import text
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk
from webapi.pages.registrar.own_work import not_ones_own
from webapi.privacy.disclosure import names, personal, stream
from webapi.words import phrase

bp = Desk("holder", __name__, url_prefix="/registrar/register/<uuid:candidacy>", only=Role.REGISTRAR)

LOSSES: Final = {Loss.LOST: phrase("perdu"), Loss.STOLEN: phrase("volé"), Loss.DESTROYED: phrase("détruit")}
ANEW: Final[dict[str, type[ReissueForCivilStatus | ReissueForMaterialError]]] = {
    "reissue": ReissueForCivilStatus,
    "replace": ReissueForMaterialError,
}
"""The commands that issue a certificate again after two people have corrected an identity."""
PAPERS: Final = {
    "certificate": phrase("Parchemin"),
    "block_certificate": phrase("Attestation de bloc"),
    "duplicate": phrase("Duplicata"),
    "reissue": phrase("Parchemin à l'état civil corrigé"),
    "replacement": phrase("Parchemin rectifié"),
}


@bp.get("")
@allowed(Role.REGISTRAR)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show what a candidate holds, and the possible acts."""
    candidacy_id = CandidacyId(candidacy)
    log = reading()
    with not_ones_own():
        applied = run(log, candidacy_id)
    framework = log.load(Framework, applied.terms.framework)
    blocks = _granted(log, applied)
    entry = log.find(Register, Register.id_of(applied.terms.framework)).entries.get(candidacy_id)
    why_not = {name: refusal(log, command) for name, command in _next(candidacy_id)}
    certify = [block for block in blocks if refusal(log, CertifyBlock(candidacy=candidacy_id, block=block)) is None]
    papers, asked = (
        log.find(Papers, Papers.id_of(candidacy_id)),
        log.find(Attestations, Attestations.id_of(candidacy_id)).asked,
    )
    declaration = log.find(Declaration, Declaration.id_of(candidacy_id))
    anew = {
        name: [block for block in papers.of if refusal(log, command(candidacy=candidacy_id, block=block)) is None]
        for name, command in ANEW.items()
    }
    takes_nir = refusal(log, GiveNir(candidacy=candidacy_id, number=EXAMPLE)) is None
    return render_template(
        "registrar/holder.html",
        candidacy=applied,
        name=names([applied.terms.candidate])[applied.terms.candidate],
        framework=framework.content,
        blocks=blocks,
        entry=entry,
        why_not=why_not,
        certify=certify,
        duplicable=list(papers.of),
        anew=anew,
        takes_nir=takes_nir,
        asked=sorted(asked),
        papers=issued(acquis().database, candidacy),
        kinds=PAPERS,
        losses=LOSSES,
        declaration=declaration,
        asks=_asks(candidacy_id),
    )


def _granted(log: Log, applied: Candidacy) -> list[int]:
    """Return the blocks that juries granted and whose results were released."""
    juries = log.find_all(JurySession, applied.sessions)
    said = log.find_all(Deliberation, [Deliberation.id_of(each.id, applied.id) for each in juries])
    known = (each for jury, each in zip(juries, said, strict=True) if jury.released_to(applied.id))
    return sorted({block for each in known for block in each.granted})


def _next(candidacy: CandidacyId) -> Iterator[tuple[str, Command]]:
    yield "enter", EnterRegister(candidacy=candidacy)
    yield "certify", IssueCertificate(candidacy=candidacy)
    yield "declare", DeclareAward(candidacy=candidacy, reference="1")


def _asks(candidacy: CandidacyId) -> dict[int, str]:
    """Return the text of each request for correction; empty once erased."""
    told = stream(Declaration.id_of(candidacy))
    return {
        each.fact.correction: personal(each).get("asks") or ""
        for each in told
        if isinstance(each.fact, CorrectionRequested)
    }


@bp.act("/entry", EnterRegister, show, done="Titre inscrit au registre.")
def enter(candidacy: UUID) -> None:
    """Enter the title in the register."""


@bp.act("/certificate", IssueCertificate, show, done="Parchemin délivré.")
def certify(candidacy: UUID) -> None:
    """Issue the certificate."""


@bp.act("/blocks/<int:block>/certificate", CertifyBlock, show, done="Attestation de bloc délivrée.")
def certify_block(candidacy: UUID, block: int) -> None:
    """Issue the certificate of a block."""


@bp.act("/duplicates", IssueDuplicate, show, done="Duplicata délivré.")
def duplicate(candidacy: UUID) -> None:
    """Issue a duplicate of a certificate that was lost."""


@bp.act("/reissues", ReissueForCivilStatus, show, done="Document réédité sous son numéro.")
def reissue(candidacy: UUID) -> None:
    """Issue a certificate again after a change of civil status."""


@bp.act("/replacements", ReissueForMaterialError, show, done="Document réédité ; le premier est annulé.")
def replace(candidacy: UUID) -> None:
    """Issue a certificate again because it showed a misspelt identity."""


@bp.act("/national-number", GiveNir, show, done="NIR enregistré.")
def give_nir(candidacy: UUID) -> None:
    """Key the candidate's national number."""


@bp.act("/attestations", IssueAttestation, show, done="Attestation délivrée.")
def attest(candidacy: UUID) -> None:
    """Issue an attestation that was requested."""


@bp.act("/declaration", DeclareAward, show, done="Déclaration enregistrée.", reference=text(200))
def declare(candidacy: UUID) -> None:
    """Record that the title was declared."""


@bp.act("/corrections", NoteCorrectionRequest, show, done="Demande de correction notée.")
def ask_correction(candidacy: UUID) -> None:
    """Record that a correction was requested."""


@bp.act("/corrections/<int:correction>/made", MakeCorrection, show, done="Correction transmise.")
def correct(candidacy: UUID, correction: int) -> None:
    """Record that the corrected data were sent."""


@bp.act("/corrections/<int:correction>/refusal", RefuseCorrection, show, done="Refus de corriger enregistré.")
def refuse_correction(candidacy: UUID, correction: int) -> None:
    """Record that the request was refused as unfounded, and why."""
