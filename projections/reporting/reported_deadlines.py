"""Report of the certifier's duties: their last days, and whether they were met, as far as released."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    AdmissibilityNotified,
    AdmissibilityReconsidered,
    BeginningCorrected,
    BlocksSought,
    CandidacyLapsed,
    CandidacyResumed,
    CandidacyWithdrawn,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
    RouteChanged,
    ValidationFileSubmitted,
)
from domain.deadlines.facts import AnnulmentNotified, ResultNotified
from domain.jury.facts import SessionCancelled, SessionOpened
from domain.register.facts import (
    AwardDeclared,
    CertificateIssued,
    CorrectionMade,
    CorrectionRefused,
    CorrectionRequested,
    DeclarationFact,
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
from projections.reporting.reported_candidacies import MADE_KNOWN, SAID, names
from projections.reporting.reported_stages import ATTEMPT, juries

FILE: Final = (
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileCompleted,
)
DECIDED: Final = (AdmissibilityDecided, AdmissibilityImplied)
LIFE: Final = (
    AdmissibilityNotified,
    AdmissibilityCorrected,
    AdmissibilityReconsidered,
    AdmissibilityLapsed,
    AdmissibilityKept,
    BeginningCorrected,
    RouteChanged,
    BlocksSought,
    CandidacyWithdrawn,
    CandidacyLapsed,
    CandidacyResumed,
    ValidationFileSubmitted,
    SessionCancelled,
)
TOLD: Final = (ResultNotified, AnnulmentNotified, CertificateIssued, *get_args(DeclarationFact))


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per time limit, past or running; of one that restarted, the newest state."""
    attempts = {session: attempt for attempt, session in juries(case)}
    for (duty, session, since), owed in case.duties.look(case).items():
        yield (
            case.candidacy,
            duty,
            attempts.get(session, 0) if session else 0,
            since,
            case.opened.framework,
            session,
            owed.ends_on,
            owed.rule_set,
            owed.state,
            owed.done_on,
            owed.kept,
        )


REPORTED_DEADLINES = CaseOverTime(
    "reported_deadlines", 4, rows, names(*FILE, *DECIDED, *LIFE, *TOLD, *MADE_KNOWN), names(*SAID)
)
DAY: Final = BilingualText("jour", "day")
BEGINS: Final = (
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
    AdmissibilityCorrected,
    AdmissibilityReconsidered,
    ValidationFileSubmitted,
    SessionOpened,
    CertificateIssued,
    CorrectionRequested,
    *MADE_KNOWN,
)
DOES: Final = (AdmissibilityDecided, SessionOpened, ResultNotified, AwardDeclared, CorrectionMade, CorrectionRefused)
VIEW: Final = ReportingView(
    name="v1_deadlines",
    row=BilingualText(
        "Une ligne par candidature, échéance du certificateur et départ de son délai. Ce qu'un jury décide ne fait "
        "courir ni cesser un délai ici qu'une fois publié.",
        "One row per candidacy, duty of the certifier and start of its time. What a jury decides makes no time "
        "run or "
        "stop here before its release.",
    ),
    tables=f"projection.reported_deadlines h {CATALOGUE}",
    keys=("candidacy", "duty", "attempt", "since"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        ViewColumn(
            name="duty",
            sql="h.duty",
            kind="text",
            means=BilingualText(
                "Ce qui est dû : admissibility (décider de la recevabilité), jury (réunir le jury), notice (notifier "
                "le résultat), declaration (déclarer le titre) ou correction (répondre à une demande de correction).",
                "What is due: admissibility (decide on it), jury (hold one), notice (of the result), declaration (of "
                "the title) or correction (answer a request for one).",
            ),
            of=BEGINS,
        ),
        ATTEMPT,
        ViewColumn(
            name="session",
            sql="h.session",
            kind="uuid",
            means=BilingualText(
                "La session de jury dont il s'agit (v1_sessions).", "The jury session it is about (v1_sessions)."
            ),
            of=(SessionOpened, *MADE_KNOWN),
            null=BilingualText("ce n'est pas l'échéance d'une session", "the duty is not of one session"),
        ),
        ViewColumn(
            name="since",
            sql="h.since",
            kind="date",
            means=BilingualText("Jour d'où le délai se compte.", "Day from which the time is counted."),
            of=BEGINS,
            unit=DAY,
        ),
        ViewColumn(
            name="ends_on",
            sql="h.ends_on",
            kind="date",
            means=BilingualText(
                "Dernier jour, pauses comprises, selon le règlement et la loi publiée au plus tard à la "
                "position d'où "
                "vaut la ligne.",
                "Last day, pauses included, by the rulebook and the law as published no later than the position from "
                "which the row holds.",
            ),
            of=(*BEGINS, FeasibilityFileFoundIncomplete, FeasibilityFileCompleted, BeginningCorrected),
            unit=DAY,
            null=BilingualText(
                "aucun texte n'en donne, ou des pièces manquent au dossier",
                "no text gives one, or pieces of the file are missing",
            ),
        ),
        ViewColumn(
            name="rule_set",
            sql="h.rule_set",
            kind="text",
            means=BilingualText("Le texte qui le dit.", "The text that says so."),
            of=BEGINS,
            null=BilingualText("aucun texte n'en donne", "no text gives one"),
        ),
        ViewColumn(
            name="state",
            sql="h.state",
            kind="text",
            means=BilingualText(
                "running (court), done (fait), silent (le silence a décidé) ou stopped (sans objet, ou suspendu).",
                "running, done, silent (silence decided), or stopped (nothing is due any more, or for the time "
                "being).",
            ),
            of=(*BEGINS, *DOES, *LIFE, AdmissibilityImplied),
        ),
        ViewColumn(
            name="met_on",
            sql="h.met_on",
            kind="date",
            means=BilingualText(
                "Jour où ce fut fait, la première fois.", "Day on which it was done, the first time."
            ),
            of=DOES,
            unit=DAY,
            null=BilingualText("ce n'est pas fait, ou pas publié", "it is not done, or not released"),
        ),
        ViewColumn(
            name="kept",
            sql="h.kept",
            kind="boolean",
            means=BilingualText("Fait au plus tard le dernier jour.", "Done on the last day at the latest."),
            of=(*DOES, AdmissibilityImplied),
            null=BilingualText(
                "le délai court encore, a cessé, ou n'a pas de dernier jour : comparez ends_on au jour qui vous "
                "importe",
                "the time still runs, stopped, or has no last day: compare ends_on with the day that matters to you",
            ),
        ),
    ),
)
