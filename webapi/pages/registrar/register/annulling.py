"""Review of an annulment that was proposed: its consequences, its proposal and its confirmation."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentProposed
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.reject_annulment import RejectAnnulment
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Recorded, Role
from webapi.accounts.authentication import allowed, reading
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk
from webapi.pages.juror.decision_seen import VOTES
from webapi.pages.registrar.own_work import not_ones_own
from webapi.pages.second_person import addresses, confirmation, proof_asked, prove
from webapi.privacy.disclosure import names, personal, stream
from webapi.words import phrase

bp = Desk(
    "annulling",
    __name__,
    url_prefix="/candidacies/<uuid:candidacy>/annulments/<uuid:about>",
    only=Role.REGISTRAR,
)
bp.done["proposed"] = phrase("Annulation proposée : une seconde personne la confirme.")
OF_DECISION: Final = {
    Cause.REVIEW: phrase("accepter le réexamen et annuler la décision"),
    Cause.COURT: phrase("enregistrer la décision de justice et annuler la décision"),
}
OF_CASE: Final = {
    Cause.REVIEW: phrase("accepter la contestation et lever ce qui est contesté"),
    Cause.COURT: phrase("enregistrer la décision de justice et lever ce qu'elle annule"),
    Cause.FRAUD: phrase("constater la fraude et retirer ce qui en dépend"),
}
VOID: Final = phrase("sanctionner et annuler ces notes")


@bp.get("")
@allowed(Role.REGISTRAR)
def show(candidacy: UUID, about: UUID) -> ResponseReturnValue:
    """Show the consequences of a proposed annulment; once it is settled, redirect to the decision or the case."""
    log, candidacy_id = reading(), CandidacyId(candidacy)
    with not_ones_own():
        applied = run(log, candidacy_id)
    waiting = log.find(Annulments, Annulments.id_of(candidacy_id))
    proposed = waiting.waiting.get(about)
    if proposed is None:
        return redirect(_home(candidacy, about))
    sessions = {each.session for each in proposed.consequences if each.session}
    held = {each.id: each.planned.held_on for each in log.find_all(JurySession, sorted(sessions))}
    told = next(each for each in reversed(stream(Annulments.id_of(candidacy_id))) if each.fact == proposed)
    ids: dict[str, Any] = {"candidacy": candidacy, "about": about}
    found = confirmation(proposed.proposed_by)
    stops = refusal(log, ConfirmAnnulment(candidacy=candidacy_id, about=about)) if found.theirs else None
    return render_template(
        "registrar/annulling.html",
        candidacy=applied,
        framework=log.load(Framework, applied.terms.framework).content,
        name=names([applied.terms.candidate])[applied.terms.candidate],
        proposed=proposed,
        proposed_on=told.stamp.on,
        said=personal(told),
        vote=VOTES.get(proposed.vote) if proposed.vote else None,
        held=held,
        home=_home(candidacy, about),
        label=_label(proposed),
        c=found,
        stops=stops,
        version=waiting.version,
        urls=addresses("annulling", **ids),
        at="register.show",
        proof=proof_asked(url_for("annulling.show", **ids)),
    )


def _label(proposed: AnnulmentProposed) -> str:
    """Return the label of the button: what is confirmed."""
    if proposed.session:
        return OF_DECISION[proposed.cause]
    return VOID if proposed.competences else OF_CASE[proposed.cause]


def _home(candidacy: UUID, about: UUID) -> str:
    """Return the address of the decision or the fraud case that the annulment concerns."""
    log = reading()
    applied = run(log, CandidacyId(candidacy))
    if about in log.find(Fraud, Fraud.id_of(applied.terms.candidate)).cases:
        return url_for("fraud_cases.show", candidacy=candidacy)
    return url_for("appeals.show", session=about, candidacy=candidacy)


def _to_home(_: Recorded | None, candidacy: UUID, about: UUID) -> str:
    return _home(candidacy, about)


@bp.act("/confirmation", ConfirmAnnulment, show, done="Annulation confirmée.", lead=_to_home)
def confirm(candidacy: UUID, about: UUID) -> None:
    """Confirm what another person proposed."""


@bp.act("/alone", ConfirmAnnulment, show, done="Annulation confirmée.", lead=_to_home)
def confirm_alone(candidacy: UUID, about: UUID) -> None:
    """Confirm alone, after a proof of identity, if the certifier has one registrar only."""
    del candidacy, about
    prove()


@bp.act("/rejection", RejectAnnulment, show, done="La proposition est écartée.", lead=_to_home)
def reject(candidacy: UUID, about: UUID) -> None:
    """Reject the proposal: the decision stays as it is."""
