"""Which requests for review wait for an answer, which rectifications for a second person, how are they settled?"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.appeal.facts import Ground, ReviewAnswered, ReviewRequested
from domain.appeal.rectification import Rectification
from domain.appeal.review import Review
from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.reject_rectification import RejectRectification
from domain.framework.framework import Framework
from domain.jury.access import run
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Role, SessionId
from projections.appeal.rectifications import rectifications
from projections.appeal.reviews import reviews
from projections.reading import DossierFact
from webapi.accounts.authentication import acquis, actor, allowed, reader
from webapi.edge.intent import Intent
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk
from webapi.pages.filled import Unfit
from webapi.privacy.disclosure import names, personal, stream
from webapi.problems import Answered, Message

bp = Desk("appeals", __name__, url_prefix="/registrar/appeals")

MOST: Final = 200
GROUNDS: Final = {each.value: each.said for each in Ground}
"""What a request complains of, in French and in English."""


@bp.get("")
@allowed(Role.REGISTRAR)
def list_questioned() -> ResponseReturnValue:
    """List what waits: requests for review, and rectifications."""
    asked = reviews(acquis().database, waits=True, limit=MOST)
    proposed = rectifications(acquis().database, waits=True, files=reader().files, limit=MOST)
    with acquis().store.attempt(acquis().request(Intent(actor=actor())), frozenset()) as log:
        decisions = {(each.session, each.candidacy) for each in asked}
        decisions |= {(each.session, each.candidacy) for each in proposed}
        candidacies = log.find_all(Candidacy, sorted({candidacy for _, candidacy in decisions}))
        juries = log.find_all(JurySession, sorted({session for session, _ in decisions}))
    by_id = {each.id: each.terms.candidate for each in candidacies}
    return render_template(
        "registrar/appeals.html",
        asked=[each for each in asked if by_id[CandidacyId(each.candidacy)] not in reader().files],
        proposed=proposed,
        candidates=by_id,
        called=names(set(by_id.values())),
        held={each.id: each.planned.held_on for each in juries},
        grounds=GROUNDS,
    )


@bp.get("/<uuid:session>/<uuid:candidacy>")
@allowed(Role.REGISTRAR)
def show(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show what questions one decision, what is proposed to be put right in it, and how it is settled."""
    here = SessionId(session), CandidacyId(candidacy)
    with acquis().store.attempt(acquis().request(Intent(actor=actor())), frozenset()) as log:
        try:
            applied = run(log, here[1])
        except OwnWork as own:
            raise Answered(403, Message.as_rule(OwnWork)) from own
        jury = log.load(JurySession, here[0])
        framework = log.load(Framework, applied.terms.framework).content
        review, rectification = (
            log.find(Review, Review.id_of(*here)),
            log.find(Rectification, Rectification.id_of(*here)),
        )
        why_not = {
            "answer": refusal(log, AnswerReview(session=here[0], candidacy=here[1], accepted=False, reason="?")),
            "approve": refusal(log, ApproveRectification(session=here[0], candidacy=here[1], reason="?")),
        }
    told = stream(Review.id_of(*here))
    people = {applied.terms.candidate, *((rectification.proposed.proposed_by,) if rectification.proposed else ())}
    return render_template(
        "registrar/appeal.html",
        session=jury,
        candidacy=applied,
        framework=framework,
        review=review,
        rectification=rectification,
        said=[_said(each) for each in told if isinstance(each.fact, ReviewRequested | ReviewAnswered)],
        called=names(people),
        grounds=GROUNDS,
        why_not=why_not,
        proposal=_reason(stream(Rectification.id_of(*here))),
    )


def _said(told: DossierFact) -> tuple[DossierFact, dict[str, str | None]]:
    return told, personal(told)


def _reason(told: list[DossierFact]) -> str:
    return (personal(told[-1]).get("reason") or "") if told else ""


@bp.act(
    "/<uuid:session>/<uuid:candidacy>/answer",
    AnswerReview,
    show,
    done="Réponse enregistrée.",
    without=("minuted",),
    signs=True,
)
def answer(session: UUID, candidacy: UUID) -> None:
    """Reject a request for review with reasons, or accept it and annul the decision: neither is meant by silence."""
    del session, candidacy
    if request.form.get("accepted") not in {"true", "false"}:
        raise Unfit({"accepted": ("Reject the request, or accept it.", "Rejetez la demande, ou acceptez-la.")})


@bp.act(
    "/<uuid:session>/<uuid:candidacy>/approval",
    ApproveRectification,
    show,
    done="Rectification approuvée.",
    only=Role.REGISTRAR,
)
def approve(session: UUID, candidacy: UUID) -> None:
    """Agree that a decision was keyed wrongly."""


@bp.act(
    "/<uuid:session>/<uuid:candidacy>/rejection",
    RejectRectification,
    show,
    done="Rectification rejetée.",
    only=Role.REGISTRAR,
)
def reject(session: UUID, candidacy: UUID) -> None:
    """Leave the decision as it was keyed."""
