"""The running time limits of one dossier: the input of the domain's clocks, read from its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import get_args
from uuid import UUID

from domain.candidacy.admissibility_lapse import STEPS
from domain.candidacy.candidacy import Candidacy, Opening
from domain.candidacy.credit import Credit
from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    AdmissibilityNotified,
    AdmissibilityReconsidered,
    BeginningCorrected,
    BlockCarriedOver,
    BlockSatisfied,
    BlocksSought,
    CandidacyLapsed,
    CandidacyOpened,
    CandidacyResumed,
    CandidacyWithdrawn,
    CandidateSummoned,
    CreditFell,
    CreditRestored,
    EvidenceSubmitted,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
    RouteChanged,
    TrainingEntered,
    ValidationFileSubmitted,
)
from domain.candidacy.feasibility import FeasibilityFile
from domain.deadlines.deadline import Duty, RunningPeriod, SessionTimes, running
from domain.deadlines.facts import AnnulmentNotified, ReminderGiven, ResultNotified
from domain.deadlines.notice import Notice
from domain.fact import Fact
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    BlockGranted,
    CandidateFreed,
    CandidateListed,
    CandidateNotHeard,
    CandidateReferred,
    CandidateTakenBack,
    DecisionAnnulled,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DeliberationOpened,
    DeliberationReopened,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SessionCancelled,
    SessionOpened,
    SessionPlanned,
    SummonsFell,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.ports import CandidacyId, SessionId
from domain.register.certificates import Papers
from domain.register.declaration import Declaration
from domain.register.facts import CertificateIssued, DeclarationFact

OWN = (
    CandidacyOpened,
    AdmissibilityDecided,
    AdmissibilityNotified,
    AdmissibilityCorrected,
    AdmissibilityReconsidered,
    AdmissibilityImplied,
    AdmissibilityLapsed,
    AdmissibilityKept,
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileCompleted,
    RouteChanged,
    BeginningCorrected,
    BlocksSought,
    CandidacyWithdrawn,
    CandidacyLapsed,
    CandidacyResumed,
    TrainingEntered,
    ValidationFileSubmitted,
    CandidateSummoned,
    *STEPS,
)
"""The facts of the candidacy's own stream that affect its time limits."""
SAID = (
    DeliberationOpened,
    DeliberationReopened,
    DecisionTakenBack,
    CandidateNotHeard,
    SummonsFell,
    AttendanceCorrected,
    CandidateReferred,
    BlockGranted,
    TitlePronounced,
    TitleFell,
    DecisionAnnulled,
    DecisionRestored,
    TitleRestored,
    DecisionRectified,
)
"""The facts by which a jury's decision starts or stops a time limit."""
OTHERS = (
    *SAID,
    SessionPlanned,
    CandidateListed,
    SessionOpened,
    SessionCancelled,
    CandidateFreed,
    CandidateTakenBack,
    ResultsReleased,
    ReleaseWithheld,
    ReleaseResumed,
    BlockCarriedOver,
    BlockSatisfied,
    CreditFell,
    CreditRestored,
    ResultNotified,
    AnnulmentNotified,
    ReminderGiven,
    CertificateIssued,
    *get_args(DeclarationFact),
)
TIMED = (*OWN, *OTHERS)


class CaseTime:
    """The time limits of one dossier while its facts are read."""

    __slots__ = (
        "_cancelled",
        "_candidacy",
        "_commissions",
        "_credit",
        "_declaration",
        "_let_go",
        "_opened",
        "_papers",
        "_released",
        "_reminded",
        "_renewal",
        "_resumed",
        "_said",
        "_told",
        "_withheld",
    )

    def __init__(self, candidacy: UUID) -> None:
        """Start empty."""
        self._candidacy = Candidacy(id=CandidacyId(candidacy))
        self._credit = Credit(id=Credit.id_of(CandidacyId(candidacy)))
        self._commissions: set[UUID] = set()
        """Sessions of commissions: they decide nothing and start no time limit; nothing lapses before they end."""
        self._opened: dict[UUID, date] = {}
        self._cancelled: set[UUID] = set()
        self._released: set[UUID] = set()
        self._withheld: set[UUID] = set()
        self._renewal: dict[UUID, CandidateListed] = {}
        self._let_go: dict[UUID, CandidateListed] = {}
        self._resumed: dict[UUID, date] = {}
        self._said: dict[SessionId, Deliberation] = {}
        self._told: dict[SessionId, Notice] = {}
        self._papers = Papers(id=Papers.id_of(CandidacyId(candidacy)))
        self._declaration = Declaration(id=Declaration.id_of(CandidacyId(candidacy)))
        self._reminded: dict[tuple[Duty, SessionId | None], date] = {}

    def read(self, fact: Fact, stream: UUID) -> None:  # noqa: C901, PLR0912  (one case a fact)
        """Read one more fact, recorded in `stream`."""
        match fact:
            case EvidenceSubmitted() if self._candidacy.unused_since is None:
                pass  # no time limit depends on the pieces: one only shows that an admissibility is used
            case SessionPlanned(reports_to=jury):
                self._commissions |= {stream} if jury is not None else set()
            case SessionOpened(opened_on=opened_on):
                self._opened[stream] = opened_on
            case CandidateListed(candidacy=candidacy) if candidacy == self._candidacy.id:
                self._renewal |= {stream: fact} if fact.renews else {}
            case CandidateFreed(candidacy=candidacy) if candidacy != self._candidacy.id:
                pass
            case CandidateTakenBack(candidacy=candidacy):
                if candidacy == self._candidacy.id:
                    self._cancelled.discard(stream)
                    self._renewal |= {stream: let_go} if (let_go := self._let_go.pop(stream, None)) else {}
            case SessionCancelled() | CandidateFreed():
                self._cancelled.add(stream)
                if renewal := self._renewal.pop(stream, None):
                    self._let_go[stream] = renewal
            case ResultsReleased():
                self._released.add(stream)
            case ReleaseWithheld(candidacy=candidacy):
                self._withheld |= {stream} if candidacy == self._candidacy.id else set()
            case ReleaseResumed(candidacy=candidacy, released_on=released_on):
                if candidacy == self._candidacy.id:
                    self._withheld.discard(stream)
                    self._resumed |= {stream: released_on} if released_on else {}
            case _ if isinstance(fact, SAID):
                self._said[fact.session] = self.said(fact.session).evolve(fact)
            case BlockCarriedOver() | BlockSatisfied() | CreditFell() | CreditRestored():
                self._credit = self._credit.evolve(fact)
            case ResultNotified() | AnnulmentNotified():
                self._told[fact.session] = self._notice(fact.session).evolve(fact)
            case CertificateIssued():
                self._papers = self._papers.evolve(fact)
            case _ if isinstance(fact, DeclarationFact):
                self._declaration = self._declaration.evolve(fact)
            case ReminderGiven(duty=duty, session=about, ends_on=ends_on):
                self._reminded[duty, about] = ends_on
            case _ if isinstance(fact, OWN):
                self._candidacy = self._candidacy.evolve(fact)

    def running(self) -> Iterator[tuple[RunningPeriod, date | None]]:
        """Yield the running time limits, each with the last day given in its last reminder, if any."""
        sittings = map(self._sitting, self._candidacy.sessions)
        for clock in running(self._candidacy, sittings, self._credit, self._declaration):
            yield clock, self._reminded.get((clock.duty, clock.session))

    def known(self, knows: Callable[[SessionId], bool]) -> Iterator[RunningPeriod]:
        """Return the running time limits, computed only from decisions of juries for which `knows` is true."""
        sittings = (self._sitting(session, said=knows(session)) for session in self._candidacy.sessions)
        return running(self._candidacy, sittings, self._credit, self._declaration)

    @property
    def file(self) -> FeasibilityFile:
        """The feasibility file of the current attempt at the certification."""
        return self._candidacy.feasibility

    @property
    def filed_on(self) -> date | None:
        """The day on which a validation file was filed for the current route."""
        return self._candidacy.filed_on

    def called_off(self, session: SessionId) -> bool:
        """Return whether a session was cancelled, or this candidate taken off its list."""
        return session in self._cancelled

    def notified_on(self, session: SessionId) -> date | None:
        """Return when the candidate was first notified of that jury's decision, since its last annulment."""
        notice = self._notice(session)
        first = notice.days[0] if notice.days else notice.told
        return first.notified_on if first else None

    def delivered_on(self, obtained_on: date) -> date | None:
        """Return when the certificate of the title obtained on that day was issued."""
        return self._papers.delivered.get(obtained_on)

    def declared_on(self, session: SessionId) -> date | None:
        """Return when that session's title was declared."""
        return self._declaration.declared.get(session)

    @property
    def terms(self) -> Opening:
        """The terms of the candidacy, for its current route."""
        return self._candidacy.terms

    def decides(self, session: SessionId) -> bool:
        """Return whether a session is that of a jury, which decides; a commission only reports to a jury."""
        return session not in self._commissions

    def terms_before(self, session: SessionId) -> Opening:
        """Return the terms of the candidacy when it came before that jury."""
        return self._candidacy.called_as.get(session) or self.terms

    def said(self, session: SessionId) -> Deliberation:
        """Return that jury's decision on the candidacy, as far as time limits depend on it."""
        return self._said.get(session) or Deliberation(id=Deliberation.id_of(session, self._candidacy.id))

    def _notice(self, session: SessionId) -> Notice:
        """Return what the candidate was notified of that jury's decision."""
        return self._told.get(session) or Notice(id=Notice.id_of(session, self._candidacy.id))

    def _sitting(self, session: SessionId, *, said: bool = True) -> SessionTimes:
        here = SessionTimes(
            session=session,
            opened_on=self._opened.get(session),
            over=session in self._cancelled or session in self._released - self._withheld,
            resumed_on=self._resumed.get(session),
            renewal=self._renewal.get(session),
        )
        if not (said and self.decides(session)):
            return here
        return self._decided(here, self.said(session), self._notice(session))

    def _decided(self, here: SessionTimes, said: Deliberation, notice: Notice) -> SessionTimes:
        """Return the times of a jury's session, with its decision and the notices of it."""
        return replace(
            here,
            heard_on=said.heard_on,
            decided=said.attendance is Attendance.PRESENT and not said.annulled,
            titled=said.title,
            owing=said.blamed,
            renewal=None if said.annulled else here.renewal,
            notified=notice.tells(said),
            met=said.met,
            referred=said.referred,
            granted=said.granted,
            taken=notice.taken(said),
            delivered_on=self.delivered_on(here.opened_on) if here.opened_on else None,
            declared=here.session in self._declaration.declared,
        )
