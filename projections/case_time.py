"""Which times run about one dossier? What the domain's clocks ask, read from its facts as they come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from domain.attendance import AttendanceCorrected
from domain.candidacy import (
    AdmissibilityDecided,
    Candidacy,
    CandidacyOpened,
    CandidateSummoned,
    ValidationFileSubmitted,
)
from domain.candidacy_life import CandidacyLapsed, CandidacyResumed, CandidacyWithdrawn, RouteChanged
from domain.clocks import Clock, Duty, Sitting, running
from domain.deliberation import DecisionAnnulled, DeliberationOpened, TitleFell, TitlePronounced
from domain.fact import Fact
from domain.feasibility import (
    AdmissibilityImplied,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
)
from domain.jury import ResultsReleased, SessionOpened, SessionPlanned
from domain.notice import ResultNotified
from domain.ports import CandidacyId, SessionId
from domain.rectified import DecisionRectified
from domain.reminder import ReminderGiven
from domain.session_course import SessionCancelled

OWN = (
    CandidacyOpened,
    AdmissibilityDecided,
    AdmissibilityImplied,
    FeasibilityFileSubmitted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileCompleted,
    RouteChanged,
    CandidacyWithdrawn,
    CandidacyLapsed,
    CandidacyResumed,
    ValidationFileSubmitted,
    CandidateSummoned,
)
"""The facts of the candidacy's own stream by which its time goes."""
OTHERS = (
    SessionPlanned,
    SessionOpened,
    SessionCancelled,
    ResultsReleased,
    DeliberationOpened,
    AttendanceCorrected,
    TitlePronounced,
    TitleFell,
    DecisionAnnulled,
    DecisionRectified,
    ResultNotified,
    ReminderGiven,
)
TIMED = (*OWN, *OTHERS)


class CaseTime:
    """The times of one dossier while its facts are read."""

    __slots__ = (
        "_candidacy",
        "_commissions",
        "_decided",
        "_opened",
        "_over",
        "_rectified",
        "_reminded",
        "_titled",
        "_told",
    )

    def __init__(self, candidacy: UUID) -> None:
        """Begin with nothing."""
        self._candidacy = Candidacy(id=CandidacyId(candidacy))
        self._commissions: set[UUID] = set()
        """They decide nothing: no time runs from them."""
        self._opened: dict[UUID, date] = {}
        self._over: set[UUID] = set()
        self._decided: set[SessionId] = set()
        self._titled: set[SessionId] = set()
        self._rectified: dict[SessionId, int] = {}
        self._told: dict[SessionId, int] = {}
        self._reminded: dict[tuple[Duty, SessionId | None], date] = {}

    def read(self, fact: Fact, stream: UUID) -> None:  # noqa: C901  (one case a fact)
        """Read one more fact, recorded in `stream`."""
        match fact:
            case SessionPlanned(reports_to=jury):
                self._commissions |= {stream} if jury is not None else set()
            case SessionOpened(opened_on=opened_on):
                self._opened[stream] = opened_on
            case SessionCancelled() | ResultsReleased():
                self._over.add(stream)
            case DeliberationOpened(session=session):
                self._decided.add(session)
            case AttendanceCorrected(session=session):
                self._decided.discard(session)
            case TitlePronounced(session=session):
                self._titled.add(session)
            case TitleFell(session=session):
                self._titled.discard(session)
            case DecisionAnnulled(session=session):
                self._titled.discard(session)
                self._decided.discard(session)
            case DecisionRectified(session=session):
                self._rectified[session] = self._rectified.get(session, 0) + 1
            case ResultNotified(session=session, rectification=rectification):
                self._told[session] = rectification
            case ReminderGiven(duty=duty, session=about, ends_on=ends_on):
                self._reminded[duty, about] = ends_on
            case _:
                self._candidacy = self._candidacy.evolve(fact)  # type: ignore[arg-type]  # one of `OWN`

    def running(self) -> Iterator[tuple[Clock, date | None]]:
        """The times that run, each with the last day of which a reminder was given last, if one was."""
        juries = (each for each in self._candidacy.sessions if each not in self._commissions)
        for clock in running(self._candidacy, map(self._sitting, juries)):
            yield clock, self._reminded.get((clock.duty, clock.session))

    @property
    def began_on(self) -> date:
        """The day on which the journey by the present route began."""
        return self._candidacy.terms.began_on

    def _sitting(self, session: SessionId) -> Sitting:
        return Sitting(
            session=session,
            opened_on=self._opened.get(session),
            over=session in self._over,
            decided=session in self._decided,
            titled=session in self._titled,
            notified=self._told.get(session, -1) >= self._rectified.get(session, 0),
        )
