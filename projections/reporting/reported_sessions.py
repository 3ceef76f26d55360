"""Report of jury sessions: their dates, numbers of candidates, and whether their results are released."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.jury.facts import (
    CandidateFreed,
    CandidateListed,
    CandidateTakenBack,
    ResultsReleased,
    SessionCancelled,
    SessionOpened,
    SessionPlanned,
    SessionPostponed,
)
from domain.jury.session import JurySession, SessionStage
from projections.engine.before import Before
from projections.engine.projection import Facts, Row, StreamOverTime
from projections.reporting.contract import CATALOGUE, CERTIFICATION, BilingualText, ReportingView, ViewColumn
from projections.reporting.reported_candidacies import names

MOVED_BY: Final = (
    SessionPlanned,
    SessionPostponed,
    SessionCancelled,
    CandidateListed,
    CandidateFreed,
    CandidateTakenBack,
    SessionOpened,
    ResultsReleased,
)
AS_REPORTED: Final = {
    SessionStage.PLANNED: "planned",
    SessionStage.OPEN: "held",
    SessionStage.CLOSED: "held",
    SessionStage.SIGNED: "held",
    SessionStage.RELEASED: "released",
    SessionStage.CANCELLED: "cancelled",
}
"""Between opening and release the stage does not change: minutes signed again would reveal a changed ruling."""


def rows(session: JurySession, _facts: Facts, _before: Before) -> Iterator[Row]:
    """Yield one row per session."""
    plan = session.planned
    yield (
        session.id,
        plan.framework,
        plan.jury,
        plan.held_on,
        plan.place,
        plan.remote,
        plan.on_paper,
        plan.reports_to,
        plan.places,
        len(session.listed),
        AS_REPORTED[session.stage],
        session.opened_on,
        session.released_on,
    )


REPORTED_SESSIONS = StreamOverTime("reported_sessions", 1, JurySession, rows, names(*MOVED_BY))
SESSION: Final = ViewColumn(
    name="session",
    sql="h.session",
    kind="uuid",
    means=BilingualText("Identifiant de la session de jury.", "Identifier of the jury session."),
    of=(SessionPlanned,),
)
DAY: Final = BilingualText("jour", "day")
CANDIDACIES: Final = BilingualText("candidatures", "candidacies")
VIEW: Final = ReportingView(
    name="v1_sessions",
    row=BilingualText(
        "Une ligne par session de jury ou commission d'évaluation. Les présents, les absents et ce qui fut "
        "accordé se "
        "comptent dans v1_hearings.",
        "One row per jury session or evaluation commission. Who was present or absent, and what was granted, is "
        "counted in v1_hearings.",
    ),
    tables=f"projection.reported_sessions h {CATALOGUE}",
    keys=("session",),
    columns=(
        SESSION,
        *CERTIFICATION,
        ViewColumn(
            name="jury",
            sql="h.jury",
            kind="text",
            means=BilingualText(
                "Nom, dans le référentiel, de la composition de jury qui s'applique.",
                "Name, in the framework, of the jury's composition that applies.",
            ),
            of=(SessionPlanned,),
        ),
        ViewColumn(
            name="commission",
            sql="h.reports_to is not null",
            kind="boolean",
            means=BilingualText(
                "C'est une commission d'évaluation, qui n'accorde rien, et non un jury.",
                "It is an evaluation commission, which grants nothing, and no jury.",
            ),
            of=(SessionPlanned,),
        ),
        ViewColumn(
            name="reports_to",
            sql="h.reports_to",
            kind="uuid",
            means=BilingualText(
                "La session du jury auquel la commission rend compte.",
                "The session of the jury that the commission reports to.",
            ),
            of=(SessionPlanned,),
            null=BilingualText("c'est un jury", "it is a jury"),
        ),
        ViewColumn(
            name="held_on",
            sql="h.held_on",
            kind="date",
            means=BilingualText(
                "Jour pour lequel elle est convoquée, reports compris.",
                "Day for which it was called, or to which it was put off.",
            ),
            of=(SessionPlanned, SessionPostponed),
            unit=DAY,
        ),
        ViewColumn(
            name="place",
            sql="h.place",
            kind="text",
            means=BilingualText("Lieu.", "Place."),
            of=(SessionPlanned,),
        ),
        ViewColumn(
            name="remote",
            sql="h.remote",
            kind="boolean",
            means=BilingualText("Elle se tient à distance.", "It is held remotely."),
            of=(SessionPlanned,),
        ),
        ViewColumn(
            name="on_paper",
            sql="h.on_paper",
            kind="boolean",
            means=BilingualText(
                "Elle s'est tenue sur papier, et est transcrite de son procès-verbal.",
                "It was held on paper and is transcribed from its minutes.",
            ),
            of=(SessionPlanned,),
        ),
        ViewColumn(
            name="stage",
            sql="h.stage",
            kind="text",
            means=BilingualText(
                "planned (convoquée), held (ouverte ou close, résultats non publiés), released (résultats "
                "publiés) ou "
                "cancelled (annulée).",
                "planned, held (open or closed, results not released), released or cancelled.",
            ),
            of=(SessionPlanned, SessionOpened, ResultsReleased, SessionCancelled),
        ),
        ViewColumn(
            name="places",
            sql="h.places",
            kind="smallint",
            means=BilingualText("Candidats qu'elle peut entendre.", "Candidates whom it can hear."),
            of=(SessionPlanned,),
            unit=CANDIDACIES,
        ),
        ViewColumn(
            name="listed",
            sql="h.listed",
            kind="smallint",
            means=BilingualText("Candidatures inscrites sur sa liste.", "Candidacies on its list."),
            of=(CandidateListed, CandidateFreed, CandidateTakenBack),
            unit=CANDIDACIES,
        ),
        ViewColumn(
            name="opened_on",
            sql="h.opened_on",
            kind="date",
            means=BilingualText(
                "Jour où elle s'est ouverte : celui de ses décisions.", "Day of its opening: of its decisions."
            ),
            of=(SessionOpened,),
            unit=DAY,
            null=BilingualText("elle ne s'est pas ouverte", "it has not opened"),
        ),
        ViewColumn(
            name="released_on",
            sql="h.released_on",
            kind="date",
            means=BilingualText(
                "Jour de la publication de ses résultats.", "Day on which its results were released."
            ),
            of=(ResultsReleased,),
            unit=DAY,
            null=BilingualText(
                "ils ne sont pas publiés ; ceux d'une commission le sont avec ceux du jury",
                "they are not released; those of a commission are with the jury's",
            ),
        ),
    ),
)
