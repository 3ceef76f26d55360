"""Follow-up of a decision: notice, requests for review, rectification and court rulings; and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.appeal.annulment import Annulments
from domain.appeal.facts import ComplaintGround, CourtRuled, ReviewAnswered, ReviewRequested
from domain.appeal.rectification import Rectification, minutes_of
from domain.appeal.review import Review
from domain.candidacy.candidacy import Candidacy
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.reject_rectification import RejectRectification
from domain.commands.deadlines.notify_annulment import NotifyAnnulment
from domain.commands.deadlines.notify_result import NotifyResult
from domain.deadlines.facts import NotificationChannel
from domain.deadlines.notice import Notice
from domain.framework.framework import Framework
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.rectified_decision import MinutedBlock
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Recorded, Role, SessionId
from domain.refusal import Refused
from projections.appeal.annulments import annulments
from projections.appeal.rectifications import rectifications
from projections.appeal.reviews import reviews
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed, reader, reading
from webapi.current import acquis
from webapi.forms import form
from webapi.juries.dry_run import refusal
from webapi.notifications.result_letter import tell_advisors
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm, InvalidForm, read
from webapi.pages.registrar.annulment_link import review_of
from webapi.pages.registrar.own_work import not_ones_own
from webapi.pages.registrar.several import send_each
from webapi.privacy.disclosure import names, personal, stream
from webapi.problems import language

bp = Desk("appeals", __name__, url_prefix="/registrar/appeals", only=Role.REGISTRAR)

MOST: Final = 200
GROUNDS: Final = {each.value: each.said for each in ComplaintGround}
"""The ground of a complaint, in French and in English."""
RULED: Final = {
    "stands": {"annuls": False},
    "annulled": {"annuls": True},
    "quashed": {"annuls": False, "quashes": True},
}
"""The court's ruling on a decision, by the value of the form."""
SAID: Final = {"true": True, "false": False}
"""The minutes' version of something that was keyed wrongly; unchanged values are not in the form."""


@bp.get("")
@allowed(Role.REGISTRAR)
def list_questioned() -> ResponseReturnValue:
    """List what waits: requests for review, rectifications and annulments."""
    asked = reviews(acquis().database, waits=True, limit=MOST)
    proposed = rectifications(acquis().database, waits=True, files=reader().files, limit=MOST)
    annulling = annulments(acquis().database, files=reader().files, limit=MOST)
    log = reading()
    decisions = {(each.session, each.candidacy) for each in asked}
    decisions |= {(each.session, each.candidacy) for each in proposed}
    waiting = {(each.session, each.candidacy) for each in annulling}
    applied = {candidacy for _, candidacy in decisions} | {each.candidacy for each in annulling}
    candidacies = log.find_all(Candidacy, sorted(applied))
    juries = log.find_all(JurySession, sorted({session for session, _ in decisions}))
    by_id = {each.id: each.terms.candidate for each in candidacies}
    return render_template(
        "registrar/appeals.html",
        asked=[
            each
            for each in asked
            if by_id[CandidacyId(each.candidacy)] not in reader().files
            and (each.session, each.candidacy) not in waiting
        ],
        annulling=annulling,
        causes={each.value: each.said for each in Cause},
        proposed=proposed,
        candidates=by_id,
        called=names(set(by_id.values())),
        held={each.id: each.planned.held_on for each in juries},
        grounds=GROUNDS,
    )


@bp.get("/<uuid:session>/<uuid:candidacy>")
@allowed(Role.REGISTRAR)
def show(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show the requests about one decision, the proposals to put it right, and the possible acts."""
    key = SessionId(session), CandidacyId(candidacy)
    log = reading()
    with not_ones_own():
        applied = run(log, key[1])
    jury = log.load(JurySession, key[0])
    framework = log.load(Framework, applied.terms.framework).content
    review, rectification = (
        log.find(Review, Review.id_of(*key)),
        log.find(Rectification, Rectification.id_of(*key)),
    )
    said = log.find(Deliberation, Deliberation.id_of(*key))
    notice = log.find(Notice, Notice.id_of(*key))
    by_day: dict[str, Any] = {"session": key[0], "candidacy": key[1], "channel": NotificationChannel.PORTAL}
    why_not = {
        "notify": refusal(log, NotifyResult(**by_day)),
        "notify_annulment": refusal(log, NotifyAnnulment(**by_day)),
        "propose": _why_not_propose(log, *key),
        "answer": refusal(log, AnswerReview(session=key[0], candidacy=key[1], accepted=False, reason="?")),
        "approve": refusal(log, ApproveRectification(session=key[0], candidacy=key[1], reason="?")),
    }
    told = stream(Review.id_of(*key))
    people = {applied.terms.candidate, *((rectification.proposed.proposed_by,) if rectification.proposed else ())}
    return render_template(
        "registrar/appeal.html",
        session=jury,
        candidacy=applied,
        framework=framework,
        texts={each.number: each.text for each in framework.competences},
        review=review,
        rectification=rectification,
        said=[_with_texts(each) for each in told if isinstance(each.fact, ReviewRequested | ReviewAnswered)],
        rulings=[each for each in told if isinstance(each.fact, CourtRuled)],
        called=names(people),
        grounds=GROUNDS,
        why_not=why_not,
        deliberation=said,
        notice=notice,
        channels=[
            (each.value, each.said[language() != "fr"])
            for each in NotificationChannel
            if each is not NotificationChannel.EMAIL
        ],
        proposal=_reason(stream(Rectification.id_of(*key))),
        annulment=log.find(Annulments, Annulments.id_of(key[1])).waiting.get(key[0]),
    )


def _why_not_propose(log: Log, session: SessionId, candidacy: CandidacyId) -> Refused | None:
    """Return why no rectification of this decision can be proposed now; None if one can."""
    try:
        minutes_of(log, session, candidacy).check_rectifiable()
    except Refused as refused:
        return refused
    return None


def _with_texts(told: DossierFact) -> tuple[DossierFact, dict[str, str | None]]:
    return told, personal(told)


def _reason(told: list[DossierFact]) -> str:
    return (personal(told[-1]).get("reason") or "") if told else ""


def _to_decision(recorded: Recorded | None, session: UUID, candidacy: UUID) -> str:
    return review_of(recorded) or url_for("appeals.show", session=session, candidacy=candidacy)


@bp.act(
    "/<uuid:session>/<uuid:candidacy>/answer",
    AnswerReview,
    show,
    done="Réponse enregistrée.",
    lead=_to_decision,
    without=("minuted",),
    signs=True,
)
def answer(session: UUID, candidacy: UUID) -> None:
    """Answer a request for review: reject it with reasons, or accept it and annul the decision; no default exists."""
    del session, candidacy
    if request.form.get("accepted") not in {"true", "false"}:
        raise InvalidForm({"accepted": ("Reject the request, or accept it.", "Rejetez la demande, ou acceptez-la.")})


@bp.act("/<uuid:session>/<uuid:candidacy>/approval", ApproveRectification, show, done="Rectification approuvée.")
def approve(session: UUID, candidacy: UUID) -> None:
    """Approve the rectification of a decision that was keyed wrongly."""


@bp.act("/<uuid:session>/<uuid:candidacy>/rejection", RejectRectification, show, done="Rectification rejetée.")
def reject(session: UUID, candidacy: UUID) -> None:
    """Reject the rectification: the decision stays as it was keyed."""


@bp.act(
    "/<uuid:session>/<uuid:candidacy>/proposal",
    ProposeRectification,
    show,
    done="Rectification proposée : une seconde personne l'approuve, procès-verbal en main.",
    signs=True,
    without=("rulings", "blocks", "title", "marks"),
)
def propose(session: UUID, candidacy: UUID) -> dict[str, Any]:
    """Propose a rectification, from the values in which the signed minutes differ from what was keyed."""
    del session, candidacy
    rulings = dict(_chosen("ruling"))
    marks = {number: said for number in rulings if (said := request.form.get(f"mark-{number}", "").strip()[:40])}
    blocks = tuple(MinutedBlock(block=number, granted=said) for number, said in _chosen("block"))
    return {"rulings": rulings, "blocks": blocks, "title": SAID.get(request.form.get("title", "")), "marks": marks}


def _chosen(kind: str) -> Iterator[tuple[int, bool]]:
    for name, value in request.form.items():
        number = name.removeprefix(f"{kind}-")
        if value in SAID and name != number and number.isascii() and number.isdigit() and len(number) < 5:  # noqa: PLR2004  (9999)
            yield int(number), SAID[value]


@bp.act(
    "/<uuid:session>/<uuid:candidacy>/court-rulings",
    NoteCourtRuling,
    show,
    done="Décision de justice enregistrée.",
    lead=_to_decision,
    without=("annuls", "quashes"),
)
def note_ruling(session: UUID, candidacy: UUID) -> dict[str, Any]:
    """Record that a court upheld the decision, annulled it, or quashed its annulment."""
    del session, candidacy
    ruled = request.form.get("ruled", "")
    if ruled not in RULED:
        raise InvalidForm({"ruled": ("Say what the court ruled.", "Dites ce que le tribunal a jugé.")})
    return RULED[ruled]


@bp.form("/<uuid:session>/<uuid:candidacy>/notice", show, Role.REGISTRAR, done="Notification enregistrée.")
def notify(sent: FilledForm, session: UUID, candidacy: UUID) -> Recorded | None:
    """Record that the candidate was notified of the decision, with the remedies."""
    how = read(form(NotifyResult, "session", "candidacy")(), sent)
    recorded = send_each(sent, [NotifyResult(session=SessionId(session), candidacy=CandidacyId(candidacy), **how)])
    if recorded:
        tell_advisors(acquis(), recorded)
    return recorded


@bp.act("/<uuid:session>/<uuid:candidacy>/annulment-notice", NotifyAnnulment, show, done="Notification enregistrée.")
def notify_annulment(session: UUID, candidacy: UUID) -> None:
    """Record that the candidate was notified of the annulment of the decision."""
