"""Registrar's corrections, notes and permissions in a dossier, and the candidate's papers that they key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.candidacy.credit import Credit
from domain.candidacy.facts import KeptFor
from domain.commands.candidacy.accept_rulebook import AcceptRulebook
from domain.commands.candidacy.authorise_late_decision import AuthoriseLateDecision
from domain.commands.candidacy.carry_over_blocks import CarryOverBlocks
from domain.commands.candidacy.correct_beginning import CorrectBeginning
from domain.commands.candidacy.correct_receipt_day import CorrectReceiptDay
from domain.commands.candidacy.keep_admissibility import KeepAdmissibility
from domain.commands.candidacy.lapse_admissibility import LapseAdmissibility
from domain.commands.candidacy.lapse_candidacy import LapseCandidacy
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.satisfy_block import SatisfyBlock
from domain.commands.candidacy.state_training_entry import StateTrainingEntry
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.candidacy.withdraw_credit import WithdrawCredit
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.framework.registration import LateCause
from domain.jury.access import run
from domain.ports import CandidacyId, Command, EvidenceId, Role
from webapi.accounts.authentication import actor, allowed
from webapi.current import acquis
from webapi.forms import Many
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk
from webapi.pages.filled import InvalidForm
from webapi.pages.reader.dossier import DossierView, shown
from webapi.pages.registrar.own_work import not_ones_own
from webapi.problems import language

bp = Desk("management", __name__, url_prefix="/candidacies/<uuid:candidacy>/management", only=Role.REGISTRAR)

NO_PIECE: Final = {"evidence": ("Tick one piece at least.", "Cochez une pièce au moins.")}
NO_BLOCK: Final = {"satisfies": ("Choose what it satisfies.", "Choisissez ce qu'elle satisfait.")}


@bp.get("")
@allowed(Role.REGISTRAR)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show what can be corrected, accepted, noted or keyed in a dossier now."""
    dossier, candidacy_id = shown(candidacy), CandidacyId(candidacy)
    with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
        with not_ones_own():
            found = run(log, candidacy_id)
        framework = log.load(Framework, found.terms.framework)
        counted = sorted(log.find(Credit, Credit.id_of(candidacy_id)).blocks)
        may = {name for name, command in _next(dossier, candidacy_id) if refusal(log, command) is None}
        late = [each for each in LateCause if refusal(log, _authorise(candidacy_id, each)) is None]
    spoken = language() != "fr"
    return render_template(
        "registrar/management.html",
        dossier=dossier,
        found=found,
        vae=found.terms.route is Route.VAE,
        may=may,
        late=[(each.value, each.said[spoken]) for each in late],
        kept_for=[(each.value, each.said[spoken]) for each in KeptFor],
        counted=counted,
        satisfiable=[
            (f"{each.number}-{block}", each, block)
            for each in framework.equivalences
            for block in each.blocks
            if block not in counted
        ],
    )


def _next(dossier: DossierView, candidacy_id: CandidacyId) -> Iterator[tuple[str, Command]]:
    """Yield the acts that may be possible, to test each."""
    pieces, today = tuple(EvidenceId(piece.id) for piece in dossier.free), acquis().clock.today()
    yield "lapse", LapseCandidacy(candidacy=candidacy_id)
    yield "lapse_admissibility", LapseAdmissibility(candidacy=candidacy_id)
    yield "keep", KeepAdmissibility(candidacy=candidacy_id, ground=KeptFor.REASON, reason="?")
    yield "carry", CarryOverBlocks(candidacy=candidacy_id)
    yield "entered", StateTrainingEntry(candidacy=candidacy_id, entered_on=today)
    yield "accept", AcceptRulebook(candidacy=candidacy_id, signed_on=today)
    yield "withdraw", WithdrawCandidacy(candidacy=candidacy_id, received_on=today)
    yield "resume", ResumeCandidacy(candidacy=candidacy_id)
    yield "file", SubmitValidationFile(candidacy=candidacy_id, evidence=pieces)


def _authorise(candidacy_id: CandidacyId, cause: LateCause) -> AuthoriseLateDecision:
    return AuthoriseLateDecision(candidacy=candidacy_id, cause=cause, ground="?")


# Papers


@bp.act("/rulebook", AcceptRulebook, show, done="Acceptation du règlement enregistrée.")
def accept(candidacy: UUID) -> None:
    """Key the day on which the candidate accepted the rulebook on paper."""


@bp.act("/validation-file", SubmitValidationFile, show, done="Dossier de validation déposé.", signs=True,
        evidence=Many(1, 500))  # fmt: skip
def file(candidacy: UUID) -> None:
    """File the validation file that came on paper, with the pieces that it lists."""
    del candidacy
    if not request.form.getlist("evidence"):
        raise InvalidForm(NO_PIECE)


@bp.act("/withdrawal", WithdrawCandidacy, show, done="Retrait de la candidature enregistré.")
def withdraw(candidacy: UUID) -> None:
    """Key a letter of withdrawal from the candidate."""


@bp.act("/resumption", ResumeCandidacy, show, done="Candidature reprise.")
def resume(candidacy: UUID) -> None:
    """Resume a candidacy, as the candidate asks."""


# Corrections


@bp.act("/beginning", CorrectBeginning, show, done="Début du parcours corrigé.")
def correct_beginning(candidacy: UUID) -> None:
    """Correct the day on which the parcours began."""


@bp.act("/receipt", CorrectReceiptDay, show, done="Jour de réception corrigé.")
def correct_receipt(candidacy: UUID) -> None:
    """Correct the day received of a feasibility file that came by post."""


# Permissions and notes


@bp.act("/admissibility/keeping", KeepAdmissibility, show, done="Recevabilité maintenue.")
def keep(candidacy: UUID) -> None:
    """Accept a reason that keeps an admissibility from lapsing."""


@bp.act("/admissibility/lapse", LapseAdmissibility, show, done="Caducité de la recevabilité constatée.")
def lapse_admissibility(candidacy: UUID) -> None:
    """Record that an admissibility lapsed."""


@bp.act("/lapse", LapseCandidacy, show, done="Caducité de la candidature constatée.")
def lapse(candidacy: UUID) -> None:
    """Record that the candidacy's period ran out."""


@bp.act("/late-decision", AuthoriseLateDecision, show, done="Autorisation enregistrée.")
def authorise(candidacy: UUID) -> None:
    """Authorise a late decision, or a late certificate."""


@bp.act("/training", StateTrainingEntry, show, done="Entrée en formation enregistrée.")
def enter_training(candidacy: UUID) -> None:
    """State the day on which the candidate entered training."""


# Blocks that count from elsewhere


@bp.act("/carried", CarryOverBlocks, show, done="Blocs repris.")
def carry(candidacy: UUID) -> None:
    """Count blocks of earlier candidacies that did not count yet."""


@bp.act("/satisfied", SatisfyBlock, show, done="Bloc reconnu par équivalence.", without=("equivalence", "block"))
def satisfy(candidacy: UUID) -> dict[str, Any]:
    """Count a block by another certification."""
    del candidacy
    equivalence, mark, block = request.form.get("satisfies", "").partition("-")
    if not mark or not all(each.isascii() and each.isdigit() and len(each) < 5 for each in (equivalence, block)):  # noqa: PLR2004  (9999)
        raise InvalidForm(NO_BLOCK)
    return {"equivalence": int(equivalence), "block": int(block)}


@bp.act("/credited/<int:block>/withdrawal", WithdrawCredit, show, done="Bloc retiré.")
def withdraw_credit(candidacy: UUID, block: int) -> None:
    """Withdraw a block that counted from elsewhere by mistake."""
