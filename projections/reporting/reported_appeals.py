"""Report of appeals against juries' decisions: reviews, court rulings, rectifications, and their outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.appeal.facts import (
    CourtRuled,
    RectificationApproved,
    RectificationProposed,
    RectificationRejected,
    ReviewAnswered,
    ReviewRequested,
)
from domain.ports import SessionId
from projections.engine.case import Case
from projections.engine.projection import CaseOverTime, Row
from projections.reporting.contract import (
    CANDIDACY,
    CATALOGUE,
    CERTIFICATION,
    BilingualText,
    ReportingView,
    ViewColumn,
)
from projections.reporting.reported_candidacies import MADE_KNOWN, names

REVIEWED: Final = (ReviewRequested, ReviewAnswered, CourtRuled)
RECTIFIED: Final = (RectificationProposed, RectificationApproved, RectificationRejected)


@dataclass
class _Appeal:
    session: SessionId
    kind: str
    number: int
    ground: str | None = None
    asked_on: date | None = None
    answered_on: date | None = None
    outcome: str | None = None

    def answer(self, on: date, outcome: str) -> None:
        self.answered_on, self.outcome = on, outcome


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per request, ruling and proposal about a released decision."""
    for each in _appeals(case):
        if case.fold.knows(each.session):
            days = (each.answered_on - each.asked_on).days if each.answered_on and each.asked_on else None
            yield (
                case.candidacy,
                each.session,
                each.kind,
                each.number,
                case.opened.framework,
                each.ground,
                each.asked_on,
                each.answered_on,
                days,
                each.outcome,
            )


def _appeals(case: Case) -> list[_Appeal]:
    """Return all appeals of a dossier, in order; those of one session are numbered by kind."""
    found: list[_Appeal] = []
    newest: dict[tuple[SessionId, str], _Appeal] = {}
    numbers: Counter[tuple[SessionId, str]] = Counter()

    def begin(session: SessionId, kind: str, ground: str | None, asked_on: date | None) -> _Appeal:
        numbers[session, kind] += 1
        begun = _Appeal(session, kind, numbers[session, kind], ground, asked_on)
        newest[session, kind] = begun
        found.append(begun)
        return begun

    def answer(session: SessionId, kind: str, on: date, outcome: str) -> None:
        if asked := newest.get((session, kind)):
            asked.answer(on, outcome)

    for fact, _, on in case.dated:
        match fact:
            case ReviewRequested(session=session, ground=ground, asked_on=asked_on):
                begin(session, "review", ground, asked_on)
            case ReviewAnswered(session=session, accepted=accepted, rectifies=rectifies):
                outcome = "rectified" if rectifies else "annulled" if accepted else "rejected"
                answer(session, "review", on, outcome)
            case CourtRuled(session=session, ruled_on=ruled_on, annuls=annuls, quashes=quashes):
                outcome = "restored" if quashes else "annulled" if annuls else "rejected"
                begin(session, "court", None, None).answer(ruled_on, outcome)
            case RectificationProposed(session=session):
                begin(session, "rectification", None, on)
            case RectificationApproved(session=session) | RectificationRejected(session=session):
                outcome = "rectified" if isinstance(fact, RectificationApproved) else "rejected"
                answer(session, "rectification", on, outcome)
            case _:
                pass
    return found


REPORTED_APPEALS = CaseOverTime("reported_appeals", 4, rows, names(*REVIEWED, *MADE_KNOWN), names(*RECTIFIED))
DAY: Final = BilingualText("jour", "day")
WAITS: Final = BilingualText("la réponse est attendue", "the answer is awaited")
VIEW: Final = ReportingView(
    name="v1_appeals",
    row=BilingualText(
        "Une ligne par demande de réexamen, décision de justice ou rectification proposée, sur une décision publiée.",
        "One row per request for review, court ruling or proposed rectification, of a released decision.",
    ),
    tables=f"projection.reported_appeals h {CATALOGUE}",
    keys=("candidacy", "session", "kind", "number"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        ViewColumn(
            name="session",
            sql="h.session",
            kind="uuid",
            means=BilingualText(
                "La session dont la décision est en cause (v1_sessions).",
                "The session whose decision is questioned (v1_sessions).",
            ),
            of=(ReviewRequested, CourtRuled, RectificationProposed),
        ),
        ViewColumn(
            name="kind",
            sql="h.kind",
            kind="text",
            means=BilingualText(
                "review (demande de réexamen du candidat), court (décision de justice) ou rectification (saisie "
                "remise "
                "en accord avec le procès-verbal).",
                "review (the candidate's request), court (a court's ruling) or rectification (what was keyed "
                "put right "
                "as the minutes say).",
            ),
            of=(ReviewRequested, CourtRuled, RectificationProposed),
        ),
        ViewColumn(
            name="number",
            sql="h.number",
            kind="smallint",
            means=BilingualText(
                "Rang parmi ceux du même genre, sur cette décision.",
                "Rank among those of the same kind, on that decision.",
            ),
            of=(ReviewRequested, CourtRuled, RectificationProposed),
        ),
        ViewColumn(
            name="ground",
            sql="h.ground",
            kind="text",
            means=BilingualText(
                "Motif de la demande de réexamen : material (erreur matérielle) ou procedural (procédure).",
                "Ground of the request for review: material (a material error) or procedural.",
            ),
            of=(ReviewRequested,),
            null=BilingualText("ce n'est pas une demande de réexamen", "it is no request for review"),
        ),
        ViewColumn(
            name="asked_on",
            sql="h.asked_on",
            kind="date",
            means=BilingualText(
                "Jour de la demande, ou de la proposition de rectification.",
                "Day of the request, or on which the rectification was proposed.",
            ),
            of=(ReviewRequested, RectificationProposed),
            unit=DAY,
            null=BilingualText(
                "d'une décision de justice, le jour de la requête n'est pas connu",
                "of a court's ruling, the day on which it was asked is not known",
            ),
        ),
        ViewColumn(
            name="answered_on",
            sql="h.answered_on",
            kind="date",
            means=BilingualText(
                "Jour de la réponse, de la décision de justice, ou de l'approbation.",
                "Day of the answer, of the court's ruling, or of the approval.",
            ),
            of=(ReviewAnswered, CourtRuled, RectificationApproved, RectificationRejected),
            unit=DAY,
            null=WAITS,
        ),
        ViewColumn(
            name="days",
            sql="h.days",
            kind="integer",
            means=BilingualText("Jours de la demande à la réponse.", "Days from the request to the answer."),
            of=(ReviewAnswered, RectificationApproved, RectificationRejected),
            unit=BilingualText("jours", "days"),
            null=BilingualText(
                "la réponse est attendue, ou le jour de la demande inconnu",
                "the answer is awaited, or the day of the request is not known",
            ),
        ),
        ViewColumn(
            name="outcome",
            sql="h.outcome",
            kind="text",
            means=BilingualText(
                "rejected (rejet : la décision demeure), annulled (annulation), rectified (rectification) ou "
                "restored "
                "(annulation cassée : la décision vaut de nouveau).",
                "rejected (the decision stands), annulled, rectified, or restored (its annulment was quashed).",
            ),
            of=(ReviewAnswered, CourtRuled, RectificationApproved, RectificationRejected),
            null=WAITS,
        ),
        ViewColumn(
            name="under_way",
            sql="h.outcome is null",
            kind="boolean",
            means=BilingualText("La réponse est attendue.", "The answer is awaited."),
            of=(*REVIEWED, *RECTIFIED),
        ),
    ),
)
