"""Candidate's results: decisions, blocks granted, remedies, certificates and attestations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from domain.appeal.facts import ComplaintGround, ReviewAnswered, ReviewRequested
from domain.appeal.review import Review
from domain.commands.appeal.request_review import RequestReview
from domain.commands.register.request_attestation import RequestAttestation
from domain.deadlines.notice import Notice
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Role
from domain.refusal import NotFound
from domain.register.attestations import Attestations
from domain.register.facts import Attestation, AttestationIssued
from domain.rulebook.rules import Remedy, RemedyKind
from webapi.accounts.authentication import allowed
from webapi.explain.attestation import attested
from webapi.explain.explanation import OUTCOMES
from webapi.explain.paper_check import number_of
from webapi.pages.desk import Desk
from webapi.pages.reader.course import course
from webapi.pages.reader.dossier import DossierView, Hearing, shown
from webapi.pages.visitor import our_address
from webapi.privacy.disclosure import DisclosedDossier, personal
from webapi.privacy.issued_papers import borne_by, papers_of
from webapi.problems import language
from webapi.words import phrase

bp = Desk("result", __name__, url_prefix="/candidacies/<uuid:candidacy>")

GROUNDS = {
    ComplaintGround.MATERIAL: phrase("Une erreur matérielle : nom, date, total, ligne du procès-verbal"),
    ComplaintGround.PROCEDURAL: phrase("Une irrégularité : la façon dont la décision a été prise"),
}
"""Grounds of a request for review; the jury's judgement of the work is not a ground."""


@dataclass(frozen=True, kw_only=True)
class Open:
    """A remedy and its last day; None while no time limit runs."""

    remedy: Remedy
    until: date | None

    def over(self, today: date) -> bool:
        """Return whether the last day has passed."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, kw_only=True)
class ContestState:
    """Remedies against the last decision, the requests that were made and their answers."""

    hearing: Hearing
    notified_on: date | None
    remedies: tuple[Open, ...]
    waits: bool
    annulled: bool
    asked: tuple[tuple[date, ComplaintGround, str | None], ...]
    answered: tuple[tuple[date, bool, str | None], ...]

    @property
    def review(self) -> Open | None:
        """Return how a review is requested, if the rulebook provides for one."""
        return next((each for each in self.remedies if each.remedy.way is RemedyKind.REVIEW), None)


@bp.get("/result")
@allowed(Role.CANDIDATE)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the decisions, block by block, with reasons, certificates and remedies."""
    dossier = shown(candidacy)
    known = [each for each in dossier.hearings if each.known_on]
    read = dossier.read
    attestations = read.so_far(Attestations, Attestations.id_of(CandidacyId(candidacy)))
    return render_template(
        "candidate/result.html",
        dossier=dossier,
        course=course(dossier),
        known=known[-1] if known else None,
        questioned=questioned(dossier, known[-1]) if known else None,
        papers=[each for each in papers_of(read) if each["stands"]],
        issued=_issued(read),
        waiting=sorted(attestations.asked),
        grounds=GROUNDS,
        kinds=Attestation,
        outcomes=OUTCOMES,
        at="dossiers.list_candidacies",
    )


@bp.act(
    "/sessions/<uuid:session>/review",
    RequestReview,
    show,
    done="Demande de réexamen envoyée.",
    without=("received_on", "letter"),
    only=Role.CANDIDATE,
)
def request_review(candidacy: UUID, session: UUID) -> None:
    """Request a review of a jury's decision."""


@bp.act(
    "/attestations",
    RequestAttestation,
    show,
    done="Attestation demandée : elle paraîtra ici quand le certificateur l'aura délivrée.",
    without=("received_on",),
    only=Role.CANDIDATE,
)
def request_attestation(candidacy: UUID) -> None:
    """Request an attestation."""


@bp.get("/papers/<int:paper>")
@allowed(Role.CANDIDATE)
def show_paper(candidacy: UUID, paper: int) -> ResponseReturnValue:
    """Show one certificate or attestation as it was issued, for printing."""
    dossier = shown(candidacy)
    found = next((each for each in papers_of(dossier.read) if each["position"] == paper and each["stands"]), None)
    attestation = next((each for each in _issued(dossier.read) if each["position"] == paper), None)
    if found is None and attestation is None:
        raise NotFound(paper)
    block = dossier.definition.by_number.get(found["block"]) if found and found["block"] else None
    return render_template(
        "candidate/paper.html",
        dossier=dossier,
        paper=found,
        borne=borne_by(dossier.read, paper) if found else None,
        block=block,
        checked_at=our_address(url_for("paper_check.ask")),
        checked_by=number_of(paper),
        attestation=attestation,
        at="dossiers.list_candidacies",
    )


def questioned(dossier: DossierView, hearing: Hearing) -> ContestState:
    """Return the remedies against this jury's decision, their last days, and the requests that were made."""
    read, hearing_id = dossier.read, (hearing.session, CandidacyId(dossier.id))
    stream = Review.id_of(*hearing_id)
    found, jury = read.so_far(Review, stream), read.so_far(JurySession, hearing.session)
    notice, said = (
        read.so_far(Notice, Notice.id_of(*hearing_id)),
        read.so_far(Deliberation, Deliberation.id_of(*hearing_id)),
    )
    since, calendar = notice.known_on(jury, hearing_id[1], said), read.rules.journeys.calendar
    remedies = notice.told.remedies if notice.told else read.rules.remedies
    told = read.shown(stream)
    return ContestState(
        hearing=hearing,
        notified_on=notice.told.notified_on if notice.told else None,
        remedies=tuple(Open(remedy=each, until=each.ends(since, calendar) if since else None) for each in remedies),
        waits=found.under_way is not None,
        annulled=found.annuls is not None,
        asked=tuple(
            (each.fact.asked_on, each.fact.ground, personal(each).get("statement"))
            for each in told
            if isinstance(each.fact, ReviewRequested)
        ),
        answered=tuple(
            (each.stamp.on, each.fact.accepted, personal(each).get("reason"))
            for each in told
            if isinstance(each.fact, ReviewAnswered)
        ),
    )


def _issued(read: DisclosedDossier) -> list[dict[str, Any]]:
    """Return the attestations that were issued, each in words."""
    told = [(each, each.fact) for each in read.seen if isinstance(each.fact, AttestationIssued)]
    return [
        {
            "position": each.stamp.position,
            "kind": fact.attestation,
            "issued_on": fact.issued_on,
            "words": attested(fact, read.framework, personal(each).get("holder"), language()),
        }
        for each, fact in told
    ]
