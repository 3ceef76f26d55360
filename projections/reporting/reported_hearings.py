"""Report of each candidacy before each jury whose results are released, attempt by attempt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.candidacy.facts import CandidateSummoned
from domain.jury.facts import (
    AttendanceCorrected,
    BlockGranted,
    CandidateNotHeard,
    DecisionAnnulled,
    DecisionRestored,
    DeliberationOpened,
    SessionCancelled,
    SummonsFell,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
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
from projections.reporting.reported_candidacies import MADE_KNOWN, ROUTE, SAID, names
from projections.reporting.reported_stages import ATTEMPT, juries


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per jury whose results are released."""
    for attempt, session in juries(case):
        if case.fold.knows(session):
            said = case.time.said(session)
            yield (
                case.candidacy,
                session,
                case.opened.framework,
                attempt,
                case.time.terms_before(session).route,
                case.attendance.get(session),
                len(said.granted),
                said.title,
                bool(said.annulled),
            )


REPORTED_HEARINGS = CaseOverTime("reported_hearings", 2, rows, names(*MADE_KNOWN, SessionCancelled), names(*SAID))
VIEW: Final = ReportingView(
    name="v1_hearings",
    row=BilingualText(
        "Une ligne par candidature et jury dont les résultats sont publiés, le candidat venu ou non : les "
        "présents et "
        "les absents d'une session se comptent ici.",
        "One row per candidacy and jury whose results are released, whether the candidate came or not: who was "
        "present at a session, and who was absent, is counted here.",
    ),
    tables=f"projection.reported_hearings h {CATALOGUE}",
    keys=("candidacy", "session"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        ViewColumn(
            name="session",
            sql="h.session",
            kind="uuid",
            means=BilingualText("La session de ce jury (v1_sessions).", "The session of that jury (v1_sessions)."),
            of=(CandidateSummoned, *MADE_KNOWN),
        ),
        ATTEMPT,
        ViewColumn(name="route", sql="h.route", kind="text", means=ROUTE.means, of=(CandidateSummoned,)),
        ViewColumn(
            name="attendance",
            sql="h.attendance",
            kind="text",
            means=BilingualText(
                "Venue devant ce jury : present, absent, excused (excusé) ou excluded (exclu).",
                "Whether the candidate came: present, absent, excused or excluded.",
            ),
            of=(DeliberationOpened, CandidateNotHeard, SummonsFell, AttendanceCorrected),
            null=BilingualText("rien n'est noté", "nothing was noted"),
        ),
        ViewColumn(
            name="blocks_granted",
            sql="h.blocks_granted",
            kind="smallint",
            means=BilingualText(
                "Blocs que ce jury a accordés, et dont la décision vaut.",
                "Blocks that this jury granted, whose decision stands.",
            ),
            of=(BlockGranted, *MADE_KNOWN),
            unit=BilingualText("blocs", "blocks"),
        ),
        ViewColumn(
            name="title",
            sql="h.title",
            kind="boolean",
            means=BilingualText(
                "Ce jury a prononcé le titre, et il vaut.", "This jury pronounced the title, and it stands."
            ),
            of=(TitlePronounced, TitleFell, TitleRestored, *MADE_KNOWN),
        ),
        ViewColumn(
            name="annulled",
            sql="h.annulled",
            kind="boolean",
            means=BilingualText("Sa décision est annulée.", "Its decision is annulled."),
            of=(DecisionAnnulled, DecisionRestored),
        ),
    ),
)
