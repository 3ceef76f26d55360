"""Report of the stages that each candidacy has reached, with their days, as far as released."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from domain.assessment.facts import AssessmentFiled, AssessmentReopened
from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    AdmissibilityReconsidered,
    BlocksSought,
    CandidacyOpened,
    CandidacyResumed,
    CandidateSummoned,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
    RouteChanged,
    ValidationFileSubmitted,
)
from domain.deadlines.facts import ResultNotified
from domain.jury.facts import (
    Attendance,
    CandidateListed,
    DeliberationOpened,
    ReleaseResumed,
    ResultsReleased,
    SessionCancelled,
    SessionOpened,
)
from domain.ports import SessionId
from domain.register.facts import (
    AwardDeclared,
    CertificateIssued,
    RegisterEntered,
    TitleReinstated,
    TitleWithdrawn,
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

OWN: Final = (
    CandidacyOpened,
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileCompleted,
    AdmissibilityDecided,
    AdmissibilityCorrected,
    AdmissibilityReconsidered,
    AdmissibilityImplied,
    AdmissibilityLapsed,
    AdmissibilityKept,
    RouteChanged,
    BlocksSought,
    CandidacyResumed,
    ValidationFileSubmitted,
    CandidateSummoned,
    CandidateListed,
    SessionCancelled,
    ResultNotified,
    RegisterEntered,
    TitleWithdrawn,
    TitleReinstated,
    CertificateIssued,
    AwardDeclared,
)


class Reached(NamedTuple):
    """A stage reached on a day; `attempt` counts the juries before which the candidacy was called."""

    stage: str
    attempt: int
    session: SessionId | None
    on: date


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per stage reached, in order."""
    before: date | None = None
    for each in (*_towards(case), *_juries(case), *_afterwards(case)):
        days = (each.on - before).days if before else None
        yield case.candidacy, each.stage, each.attempt, case.opened.framework, each.session, each.on, days
        before = each.on


def _towards(case: Case) -> Iterator[Reached]:
    """Yield the stages before any jury, of the present journey."""
    yield Reached("opened", 0, None, case.opened.opened_on)
    file = case.time.file
    if file.received_on:
        yield Reached("feasibility_filed", 0, None, file.received_on)
        if file.complete:
            ended = (pause.ended_on for pause in file.pauses if pause.ended_on)
            yield Reached("feasibility_complete", 0, None, max(ended, default=file.received_on))
    decided_on = _decided_on(case)
    if decided_on and case.admissible is not None:
        yield Reached("admissibility_decided", 0, None, decided_on)


def _decided_on(case: Case) -> date | None:
    for told in reversed(case.dated):
        match told.fact:
            case AdmissibilityDecided(decided_on=decided_on):
                return decided_on
            case AdmissibilityImplied(ended_on=ended_on):
                return ended_on + timedelta(days=1)
            case _:
                pass
    return None


def juries(case: Case) -> Iterator[tuple[int, SessionId]]:
    """Return the juries before which the candidacy was called, by attempt, without cancelled ones and commissions."""
    called = (each for each in case.sessions if case.time.decides(each) and not case.time.called_off(each))
    return enumerate(called, 1)


def _juries(case: Case) -> Iterator[Reached]:
    """Yield the stages of each jury: the file before it, and the rest once its results are released."""
    called = dict(juries(case))
    days = _Days(case, {session: attempt for attempt, session in called.items()})
    for attempt in range(1, len(called) + 2):
        session = called.get(attempt)
        known = session is not None and case.fold.knows(session)
        if filed_on := days.filed.get(attempt):
            yield Reached("validation_filed", attempt, session if known else None, filed_on)
        if session is None:
            break
        if not known:  # a candidate of a released session without a result is under suspicion
            continue
        if called_on := days.called.get(session):
            yield Reached("called", attempt, session, called_on)
        heard = case.attendance.get(session) is Attendance.PRESENT
        found = (
            ("assessed", days.assessed.get(session) if heard else None),
            ("jury_held", (case.time.said(session).heard_on or case.fold.held_on(session)) if heard else None),
            ("results_released", days.released.get(session)),
            ("result_notified", case.time.notified_on(session)),
        )
        yield from (Reached(stage, attempt, session, on) for stage, on in found if on)


class _Days:
    """The days on which the file was filed, by attempt; and by session, the summons, the assessments, the release."""

    def __init__(self, case: Case, attempts: dict[SessionId, int]) -> None:
        self.filed: dict[int, date] = {}
        self.called: dict[UUID, date] = {}
        self.assessed: dict[UUID, date] = {}
        self.released: dict[UUID, date] = {}
        filed: dict[UUID, date] = {}
        before = 0
        for fact, stream, on in case.dated:
            match fact:
                case ValidationFileSubmitted(filed_on=filed_on):
                    self.filed[before + 1] = filed_on
                case CandidateSummoned(session=session):
                    self.called[session] = on
                    before = attempts.get(session, before)
                case AssessmentFiled(assessor=assessor):
                    filed[assessor] = on
                case AssessmentReopened(assessor=assessor):
                    filed.pop(assessor, None)
                case SessionOpened() if filed and case.time.decides(SessionId(stream)):
                    self.assessed[stream] = max(filed.values())
                    filed.clear()
                case ResultsReleased(released_on=released_on):
                    self.released[stream] = released_on
                case ReleaseResumed(released_on=released_on, candidacy=candidacy) if candidacy == case.candidacy:
                    self.released |= {stream: released_on} if released_on else {}
                case _:
                    pass


def _afterwards(case: Case) -> Iterator[Reached]:
    """Yield the stages after a released title that is in force."""
    title = case.fold.pronounced(provisional=False)
    obtained_on = case.fold.day_of(title)
    if title is None or obtained_on is None:
        return
    entered = [told.on for told in case.dated if isinstance(told.fact, RegisterEntered)]
    found = (
        ("registered", entered[-1] if entered and case.registered is not None else None),
        ("certificate_issued", case.time.delivered_on(obtained_on)),
        ("declared", case.time.declared_on(title.session)),
    )
    yield from (Reached(stage, 0, None, on) for stage, on in found if on)


REPORTED_STAGES = CaseOverTime("reported_stages", 4, rows, names(*OWN, *MADE_KNOWN), names(*SAID))
NOT_OF_A_JURY: Final = BilingualText(
    "l'étape ne mène à aucun jury, ou à un jury dont le résultat n'est pas publié",
    "the stage leads to no jury, or to one whose result is not released",
)
ATTEMPT: Final = ViewColumn(
    name="attempt",
    sql="h.attempt",
    kind="smallint",
    means=BilingualText(
        "Rang du jury parmi ceux devant lesquels la candidature a été convoquée, sessions annulées ou dessaisies non "
        "comprises ; 0 pour ce qui n'est pas d'un jury.",
        "Rank of the jury among those before which the candidacy was called, sessions called off or that let it go "
        "not counted; 0 for what is not of a jury.",
    ),
    of=(CandidateSummoned,),
)
VIEW: Final = ReportingView(
    name="v1_stages",
    row=BilingualText(
        "Une ligne par candidature et étape atteinte ; celles d'un jury paraissent à la publication de ses "
        "résultats.",
        "One row per candidacy and stage reached; those of a jury appear once its results are released.",
    ),
    tables=f"projection.reported_stages h {CATALOGUE}",
    keys=("candidacy", "stage", "attempt"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        ViewColumn(
            name="stage",
            sql="h.stage",
            kind="text",
            means=BilingualText(
                "opened (ouverture), feasibility_filed (dossier de faisabilité reçu), feasibility_complete "
                "(complet), "
                "admissibility_decided (recevabilité décidée, ou acquise par silence), validation_filed (dossier de "
                "validation déposé), called (convocation devant un jury), assessed (dernière évaluation rendue avant "
                "l'ouverture de ce jury), jury_held (jury réuni, le candidat présent), results_released (résultats "
                "publiés), result_notified (résultat notifié), registered (titre inscrit au registre), "
                "certificate_issued (parchemin délivré), declared (titre déclaré au compte personnel de formation).",
                "opened, feasibility_filed (received), feasibility_complete, admissibility_decided (or won by "
                "silence), validation_filed, called (before a jury), assessed (the last assessment handed in before "
                "that jury opened), jury_held (the candidate present), results_released, result_notified, registered "
                "(title entered in the register), certificate_issued, declared (to the training account).",
            ),
            of=(*OWN, SessionOpened, AssessmentFiled, AssessmentReopened, DeliberationOpened, *MADE_KNOWN),
        ),
        ATTEMPT,
        ViewColumn(
            name="session",
            sql="h.session",
            kind="uuid",
            means=BilingualText("La session de ce jury (v1_sessions).", "The session of that jury (v1_sessions)."),
            of=(CandidateSummoned,),
            null=NOT_OF_A_JURY,
        ),
        ViewColumn(
            name="reached_on",
            sql="h.reached_on",
            kind="date",
            means=BilingualText(
                "Jour de l'étape, tel que le fait le porte : réception, dépôt, jury, publication, notification.",
                "Day of the stage as its fact bears it: receipt, filing, jury, release, notice.",
            ),
            of=(*OWN, SessionOpened, AssessmentFiled, *MADE_KNOWN),
            unit=BilingualText("jour", "day"),
        ),
        ViewColumn(
            name="days",
            sql="h.days",
            kind="integer",
            means=BilingualText(
                "Jours depuis l'étape précédente qui a été atteinte, dans l'ordre de la liste ; négatif où un fait a "
                "été daté avant celui qui le précède.",
                "Days since the stage before it that was reached, in the order of the list; negative where a fact "
                "bears a day before that of the stage before.",
            ),
            of=OWN,
            unit=BilingualText("jours", "days"),
            null=BilingualText("aucune étape ne précède", "no stage comes before it"),
        ),
    ),
)
