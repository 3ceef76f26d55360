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
    Opening,
    ValidationFileSubmitted,
)
from domain.candidacy_life import CandidacyLapsed, CandidacyResumed, CandidacyWithdrawn, RouteChanged
from domain.clocks import Clock, Duty, Sitting, running
from domain.credit import Credit, CreditFell
from domain.deliberation import Cause, DecisionAnnulled, DeliberationOpened, TitleFell, TitlePronounced
from domain.fact import Fact
from domain.feasibility import (
    AdmissibilityImplied,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
)
from domain.jury import CandidateListed, ResultsReleased, SessionOpened, SessionPlanned
from domain.notice import ResultNotified
from domain.ports import CandidacyId, SessionId
from domain.rectified import DecisionRectified
from domain.reminder import ReminderGiven
from domain.reserve import ReleaseResumed, ReleaseWithheld
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
    CandidateListed,
    SessionOpened,
    SessionCancelled,
    ResultsReleased,
    ReleaseWithheld,
    ReleaseResumed,
    DeliberationOpened,
    AttendanceCorrected,
    TitlePronounced,
    TitleFell,
    DecisionAnnulled,
    DecisionRectified,
    CreditFell,
    ResultNotified,
    ReminderGiven,
)
TIMED = (*OWN, *OTHERS)


class CaseTime:
    """The times of one dossier while its facts are read."""

    __slots__ = (
        "_cancelled",
        "_candidacy",
        "_commissions",
        "_credit",
        "_decided",
        "_opened",
        "_owing",
        "_rectified",
        "_released",
        "_reminded",
        "_renewal",
        "_resumed",
        "_titled",
        "_told",
        "_withheld",
    )

    def __init__(self, candidacy: UUID) -> None:
        """Begin with nothing."""
        self._candidacy = Candidacy(id=CandidacyId(candidacy))
        self._credit = Credit(id=Credit.id_of(CandidacyId(candidacy)))
        self._commissions: set[UUID] = set()
        """They decide nothing: no time runs from them."""
        self._opened: dict[UUID, date] = {}
        self._cancelled: set[UUID] = set()
        self._released: set[UUID] = set()
        self._withheld: set[UUID] = set()
        self._owing: set[UUID] = set()
        self._renewal: dict[UUID, CandidateListed] = {}
        self._resumed: dict[UUID, date] = {}
        self._decided: set[SessionId] = set()
        self._titled: set[SessionId] = set()
        self._rectified: dict[SessionId, int] = {}
        self._told: dict[SessionId, int] = {}
        self._reminded: dict[tuple[Duty, SessionId | None], date] = {}

    def read(self, fact: Fact, stream: UUID) -> None:  # noqa: C901, PLR0912  (one case a fact)
        """Read one more fact, recorded in `stream`."""
        match fact:
            case SessionPlanned(reports_to=jury):
                self._commissions |= {stream} if jury is not None else set()
            case SessionOpened(opened_on=opened_on):
                self._opened[stream] = opened_on
            case CandidateListed(candidacy=candidacy) if candidacy == self._candidacy.id:
                self._renewal |= {stream: fact} if fact.renews or fact.barred else {}
            case SessionCancelled():
                self._cancelled.add(stream)
                self._renewal.pop(stream, None)
            case ResultsReleased():
                self._released.add(stream)
            case ReleaseWithheld(candidacy=candidacy):
                self._withheld |= {stream} if candidacy == self._candidacy.id else set()
            case ReleaseResumed(candidacy=candidacy, released_on=released_on):
                if candidacy == self._candidacy.id:
                    self._withheld.discard(stream)
                    self._resumed |= {stream: released_on} if released_on else {}
            case DeliberationOpened(session=session):
                self._decided.add(session)
            case AttendanceCorrected(session=session):
                self._decided.discard(session)
            case TitlePronounced(session=session):
                self._titled.add(session)
            case TitleFell(session=session):
                self._titled.discard(session)
            case DecisionAnnulled(session=session, cause=cause):
                self._owing |= {session} if cause is not Cause.FRAUD else set()
                self._renewal.pop(session, None)
                self._titled.discard(session)
                self._decided.discard(session)
            case DecisionRectified(session=session):
                self._rectified[session] = self._rectified.get(session, 0) + 1
            case CreditFell():
                self._credit = self._credit.evolve(fact)
            case ResultNotified(session=session, rectification=rectification):
                self._told[session] = rectification
            case ReminderGiven(duty=duty, session=about, ends_on=ends_on):
                self._reminded[duty, about] = ends_on
            case _ if isinstance(fact, OWN):
                self._candidacy = self._candidacy.evolve(fact)

    def running(self) -> Iterator[tuple[Clock, date | None]]:
        """The times that run, each with the last day of which a reminder was given last, if one was."""
        juries = (each for each in self._candidacy.sessions if each not in self._commissions)
        for clock in running(self._candidacy, map(self._sitting, juries), self._credit.fell_on):
            yield clock, self._reminded.get((clock.duty, clock.session))

    @property
    def terms(self) -> Opening:
        """What the candidacy is for, by its present route."""
        return self._candidacy.terms

    def _sitting(self, session: SessionId) -> Sitting:
        return Sitting(
            session=session,
            opened_on=self._opened.get(session),
            over=session in self._cancelled or session in self._released - self._withheld,
            resumed_on=self._resumed.get(session),
            decided=session in self._decided,
            titled=session in self._titled,
            owing=session in self._owing,
            renewal=self._renewal.get(session),
            notified=self._told.get(session, -1) >= self._rectified.get(session, 0),
        )
