"""Filter of the facts of a dossier that a reader may see, applied before every standing and history.

Only the panel of a session and the registrar see its rulings before it is closed, its minutes signed and its results
released. Marks are opinions for the jury: hidden until handed in, then visible to the panel that decides on them, and
to all readers of the dossier once that session's results are released. What a user may read follows from their role
and from the file they log in with. Of their own dossier, under any file, they read at most what its candidate reads:
a link between two files takes rights away, and gives none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, get_args
from uuid import UUID

from domain.appeal.facts import (
    AnnulmentConfirmed,
    AnnulmentProposed,
    AnnulmentRejected,
    CourtRuled,
    RectificationApproved,
    RectificationProposed,
    RectificationRejected,
    ReviewAnswered,
    ReviewRequested,
)
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.facts import (
    AdmissibilityKept,
    AdvisorNamed,
    AdvisorReleased,
    AssessorAssigned,
    AssessorReleased,
    CandidacyOpened,
)
from domain.deadlines.facts import AnnulmentNotified, ReminderGiven, ResultNotified
from domain.evidence.facts import SelfAssessmentFiled
from domain.exam.facts import (
    AccommodationRefused,
    AccommodationRequested,
    CandidateExpected,
    IncidentReported,
    PaperCollected,
    SitterFact,
)
from domain.fact import Fact, RecordedFact
from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FindingAnswered,
    FindingFact,
    FindingJudged,
    FindingLifted,
    FindingQuestioned,
    FraudDismissed,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    SanctionPronounced,
)
from domain.jury.annulled_decision import Cause
from domain.jury.facts import (
    AttendanceCorrected,
    BlockGranted,
    BlockNotGranted,
    CandidateArrived,
    CandidateFreed,
    CandidateListed,
    CandidateNotHeard,
    CandidateReferred,
    CandidateTakenBack,
    ChairReplaced,
    CompetenceProposed,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionConfirmed,
    DecisionDeferred,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DecisionVoted,
    DeliberationOpened,
    DeliberationReopened,
    JurorAppointed,
    JurorRecused,
    JurorRemoved,
    KeyedFromPaper,
    MemberLeft,
    MemberLeftDeliberation,
    MemberNotedAbsent,
    MemberReturned,
    MemberSignedIn,
    MinutesSignatureRefused,
    PanelDerogationGranted,
    PanelOfOneSexExplained,
    RecusalDeclared,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    SessionReopened,
    SubstituteSeated,
    SummonsFell,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.ports import Actor, PersonId, Role, SessionId
from domain.refusal import NotFound
from domain.register.facts import (
    AttestationIssued,
    AttestationRequested,
    BlockCertified,
    CertificateIssued,
    CertificateStruck,
    DeclarationFact,
    DuplicateIssued,
    NirGiven,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
    TitleReinstated,
    TitleWithdrawn,
)

DELIBERATED = (
    JurorRecused,
    RecusalDeclared,
    DeliberationReopened,
    DecisionTakenBack,
    DecisionConfirmed,
    KeyedFromPaper,
    MemberLeftDeliberation,
    DeliberationOpened,
    CandidateArrived,
    CandidateNotHeard,
    AttendanceCorrected,
    CandidateReferred,
    DecisionVoted,
    DecisionDeferred,
    CompetenceProposed,
    CompetenceRuled,
    BlockGranted,
    BlockNotGranted,
    TitlePronounced,
    DecisionAnnulled,
    TitleFell,
    DecisionRestored,
    TitleRestored,
    DecisionRectified,
    RectificationProposed,
    RectificationApproved,
    RectificationRejected,
)
MARKED = (CompetenceAssessed, AssessmentFiled)
JURY_ONLY = (
    JurorRecused,
    RecusalDeclared,
    DeliberationReopened,
    DecisionTakenBack,
    DecisionConfirmed,
    KeyedFromPaper,
    MemberSignedIn,
    MemberNotedAbsent,
    MemberLeft,
    MemberReturned,
    MemberLeftDeliberation,
    SessionReopened,
    JurorRemoved,
    ChairReplaced,
    PanelDerogationGranted,
    PanelOfOneSexExplained,
    DecisionVoted,
    MinutesSignatureRefused,
    RectificationProposed,
    RectificationApproved,
    RectificationRejected,
    AssessorReleased,
    AssessmentReopened,
)
"""Facts about jurors and assessors, or about proposals, which the candidate does not see."""
QUESTIONING = (ReviewRequested, ReviewAnswered, CourtRuled, TitleWithdrawn, TitleReinstated)
"""Exchanges between the candidate, the certifier and a court: a new jury judges the work, not the complaint.

A withdrawal from the register is part of them: its reason is the answer's, or leads to the court's ruling.
"""
AT_A_SITTING = (CandidateExpected, *get_args(SitterFact))
"""Observations about a candidate at an épreuve, hidden from the markers, who see numbers and no names."""
REPORTED = (IncidentReported, PaperCollected)
"""Facts of a sitting that a jury ruling on the work does not read: a report decides nothing."""
CONFIDENTIAL = (AccommodationRequested, AccommodationRefused, NirGiven)
"""Exchanges between the candidate and the disability officer, of which others see the measures granted without a
reason; and the candidate's national number, which is only sent with the declaration of their award.
"""
PAPERS = (
    ResultNotified,
    AnnulmentNotified,
    CertificateIssued,
    BlockCertified,
    DuplicateIssued,
    ReissuedForCivilStatus,
    AttestationRequested,
    AttestationIssued,
    ReissuedForMaterialError,
    CertificateStruck,
    *get_args(DeclarationFact),
)
"""Exchanges between the candidate and the register keeper, irrelevant to those who judge."""
SUSPECTED = (
    FraudReported,
    FraudToldToCandidate,
    CandidateHeardOnFraud,
    FraudFound,
    FraudDismissed,
    SanctionPronounced,
    *get_args(FindingFact),
)
"""Facts about a candidate's fraud: for the panel, for the candidate once informed, and for the author of a report."""
COMPLAINED = (FindingQuestioned, FindingAnswered, FindingJudged)
"""Exchanges about a finding between the candidate, the certifier and a court: not for a panel, as `QUESTIONING`.

The panel, which read the finding, reads that it was lifted; not why (`unexplained`).
"""
ANNULLING = (AnnulmentProposed, AnnulmentConfirmed, AnnulmentRejected)
"""Pending annulments: for those who manage or audit the dossier, and for the panel if for fraud; never the candidate.

The facts recorded with a confirmation disclose it.
"""
WITH_A_CASE: Final[tuple[type[Any], ...]] = (*SUSPECTED, *ANNULLING)
"""Facts about a `case` of fraud; a proposal about a jury's decision has none."""
WAITING = (ReleaseWithheld, ReleaseResumed)
"""Facts that show that a result is withheld, hence that a fraud was reported: for those who may read of it."""

KEPT_FROM: dict[Role, tuple[type[Fact], ...]] = {
    Role.ASSESSOR: (*AT_A_SITTING, SelfAssessmentFiled),
    Role.JUROR: (SelfAssessmentFiled,),
}
"""Facts hidden from those who mark or judge: for example what candidates say of their own level."""

T = TypeVar("T", bound=RecordedFact)


@dataclass(slots=True)
class _Panel:
    """The members of one session: holders of seats, then those who signed in, without those who stepped out."""

    seats: set[PersonId] = field(default_factory=set)
    stand_ins: dict[PersonId, PersonId] = field(default_factory=dict)
    recused: set[PersonId] = field(default_factory=set)
    released: bool = False
    withheld: bool = False
    opened: bool = False
    gone: bool = False
    unexamined: bool = False
    reports_to: SessionId | None = None
    reported_to: SessionId | None = None

    @property
    def out(self) -> bool:
        return self.released and not self.withheld

    def let_go(self) -> None:
        """Record that a commission freed the candidate: no jury reads its work, unless one inherits it."""
        self.reported_to, self.reports_to = self.reports_to, None
        self.gone, self.unexamined = True, not self.opened

    def take_back(self) -> None:
        """Record that it took the candidate back before it opened, as if it had never freed them."""
        self.reports_to, self.gone, self.unexamined = self.reported_to, False, False

    def replace(self, titular: PersonId, substitute: PersonId) -> None:
        """Record that a substitute took a titular member's seat."""
        self.stand_ins[titular] = substitute
        self.seats = self.seats - {titular} | {substitute}

    def remove(self, juror: PersonId) -> None:
        """Record that a member lost their seat, which undoes a substitution in which they took part."""
        taken = {titular: each for titular, each in self.stand_ins.items() if juror in {titular, each}}
        self.stand_ins = {titular: each for titular, each in self.stand_ins.items() if titular not in taken}
        self.seats = (self.seats - set(taken.values()) | taken.keys()) - {juror}

    @property
    def members(self) -> frozenset[PersonId]:
        return frozenset() if self.unexamined else frozenset(self.seats - self.recused)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The reader, their role, and all their files, as linked now."""

    actor: Actor
    files: frozenset[PersonId]

    @property
    def person(self) -> PersonId | None:
        """The file with which they logged in."""
        return self.actor.person

    @property
    def role(self) -> Role:
        """The role in which they read."""
        return self.actor.role

    def is_one_of(self, people: Iterable[PersonId]) -> bool:
        """Return whether they are one of these people, under any of their files."""
        return not self.files.isdisjoint(people)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """The people related to a dossier: its candidate, advisor and assessors, and the panels of its juries."""

    candidate: PersonId | None
    advisor: PersonId | None
    assessors: frozenset[PersonId]
    panels: dict[SessionId, frozenset[PersonId]]
    released: frozenset[SessionId]
    overseers: dict[SessionId, SessionId] = field(default_factory=dict)
    """For each commission, the open jury that it reports to and that sees its rulings."""
    withheld: frozenset[SessionId] = frozenset()
    """The sessions whose decision on this candidate waits for a procedure."""
    recused: dict[SessionId, frozenset[PersonId]] = field(default_factory=dict)
    """Those who stepped out of each session for this candidate; they are out under each of their files."""

    def theirs(self, reader: Reader) -> bool:
        """Return whether the dossier is the reader's own, under any of their files."""
        return self.candidate in reader.files

    def sits(self, reader: Reader, session: SessionId) -> bool:
        """Return whether this reader sits, as a juror, in that session for this candidate."""
        sits = reader.role is Role.JUROR and reader.person in self.panels.get(session, ())
        return sits and not self.theirs(reader) and not reader.is_one_of(self.recused.get(session, ()))

    def judges(self, reader: Reader) -> bool:
        """Return whether this reader sits, as a juror, on one of its juries."""
        return any(self.sits(reader, session) for session in self.panels)

    def runs(self, reader: Reader) -> bool:
        """Return whether this reader manages the dossier for the certifier; never their own."""
        return reader.role is Role.OPERATOR or (reader.role is Role.REGISTRAR and not self.theirs(reader))

    def audits(self, reader: Reader) -> bool:
        """Return whether this reader audits the dossier; never their own."""
        return reader.role is Role.AUDITOR and not self.theirs(reader)

    def sees(self, reader: Reader, session: SessionId) -> bool:
        """Return whether this reader sees what that session ruled."""
        if session in self.released or self.runs(reader):
            return True
        jury = self.overseers.get(session)
        return self.sits(reader, session) or (jury is not None and self.sits(reader, jury))


def relation(facts: Iterable[RecordedFact]) -> Relation:
    """Return the people related to a dossier, read from its facts."""
    candidate: PersonId | None = None
    advisor: PersonId | None = None
    assessors: set[PersonId] = set()
    panels: dict[SessionId, _Panel] = {}
    for told in facts:
        match told.fact:
            case CandidacyOpened(candidate=candidate):
                pass
            case AdvisorNamed(advisor=named):
                advisor = named
            case AdvisorReleased():
                advisor = None
            case AssessorAssigned(assessor=assessor, sitting=None):  # markers by number do not know whose it is
                assessors.add(assessor)
            case AssessorReleased(assessor=assessor):
                assessors.discard(assessor)
            case _:
                _seat(told.fact, told.stamp.stream, panels)
    return Relation(
        candidate=candidate,
        advisor=advisor,
        assessors=frozenset(assessors),
        panels={session: panel.members for session, panel in panels.items()},
        released=frozenset(session for session, panel in panels.items() if _out(panel, panels)),
        overseers={
            session: panel.reports_to
            for session, panel in panels.items()
            if panel.reports_to and panel.reports_to in panels and panels[panel.reports_to].opened
        },
        withheld=frozenset(session for session, panel in panels.items() if panel.withheld),
        recused={session: frozenset(panel.recused) for session, panel in panels.items()},
    )


def _seat(fact: Fact, stream: UUID, panels: dict[SessionId, _Panel]) -> None:  # noqa: C901, PLR0912  (one case a fact)
    """Update the members of a session by one of its facts."""
    session = fact.session if isinstance(fact, JurorRecused) else SessionId(stream)
    match fact:
        case SessionPlanned(reports_to=jury) if jury is not None:
            panels.setdefault(session, _Panel()).reports_to = jury
        case JurorAppointed(juror=juror, substitute=False):
            panels.setdefault(session, _Panel()).seats.add(juror)
        case SubstituteSeated(substitute=substitute, replaced=replaced):
            panels.setdefault(session, _Panel()).replace(replaced, substitute)
        case JurorRemoved(juror=juror):
            panels.setdefault(session, _Panel()).remove(juror)
        case SessionOpened(present=present):
            panel = panels.setdefault(session, _Panel())
            panel.seats, panel.opened = set(present), True
        case MemberSignedIn(juror=juror) if session in panels and panels[session].opened:  # late members
            panels[session].seats.add(juror)
        case JurorRecused(juror=juror):
            panels.setdefault(session, _Panel()).recused.add(juror)
        case ResultsReleased():
            panels.setdefault(session, _Panel()).released = True
        case CandidateFreed():
            panels.setdefault(session, _Panel()).let_go()
        case CandidateTakenBack():
            panels.setdefault(session, _Panel()).take_back()
        case CandidateListed(inherits=inherits):
            for commission in inherits:
                panels.setdefault(session, _Panel())
                panels.setdefault(commission, _Panel()).reports_to = session
        case ReleaseWithheld() | ReleaseResumed():
            panels.setdefault(session, _Panel()).withheld = isinstance(fact, ReleaseWithheld)
        case _:
            pass


def _out(panel: _Panel, panels: dict[SessionId, _Panel]) -> bool:
    """Return whether a panel's rulings are released: with the jury that it reports to or that inherits its work."""
    if panel.gone:
        return panel.reports_to is not None and panels[panel.reports_to].out
    jury = panels.get(panel.reports_to, panel) if panel.reports_to else panel
    return panel.out and jury.out


RELEASING = (
    SessionPlanned,
    CandidateListed,
    CandidateFreed,
    CandidateTakenBack,
    SessionOpened,
    ResultsReleased,
    ReleaseWithheld,
    ReleaseResumed,
)
"""Facts that decide when a session's results on a candidacy are known."""


@dataclass(slots=True)
class KnownDecisions:
    """The position from which each session's decision on one candidacy is known to all; it stays known."""

    since: dict[SessionId, int] = field(default_factory=dict)
    _panels: dict[SessionId, _Panel] = field(default_factory=dict)

    def read(self, fact: Fact, stream: UUID, position: int) -> None:
        """Read one more fact of the dossier; facts other than those in `RELEASING` are ignored."""
        if not isinstance(fact, RELEASING):
            return
        _seat(fact, stream, self._panels)
        for session, panel in self._panels.items():
            if session not in self.since and _out(panel, self._panels):
                self.since[session] = position


def may_read(reader: Reader, ties: Relation) -> bool:
    """Return whether the reader may read the dossier: their own, one they advise, assess or judge, or all by role."""
    match reader.role:
        case Role.REGISTRAR | Role.AUDITOR | Role.OPERATOR:
            return True
        case Role.CANDIDATE:
            return reader.person == ties.candidate
        case Role.ADVISOR:
            return reader.person is not None and reader.person == ties.advisor and not ties.theirs(reader)
        case Role.ASSESSOR:
            return reader.person in ties.assessors and not ties.theirs(reader)
        case Role.JUROR:
            return ties.judges(reader)
        case _:
            return False


def sees_provisional(reader: Reader, ties: Relation) -> bool:
    """Return whether the reader sees results before release: the registrar, or a panel that has yet to release."""
    return ties.runs(reader) or any(
        session not in ties.released and ties.sees(reader, session) for session in ties.panels
    )


def disclosed(reader: Reader, facts: Sequence[T], ties: Relation | None = None) -> list[T]:
    """Return the facts that this reader may see; raise NotFound when they may not read the dossier.

    What is confided to the disability officer, or for the declaration, is shown only under the candidate's own file.
    `ties` is the relation made by these facts, if already known.
    """
    ties = ties or relation(facts)
    check_readable(reader, ties)
    confided = reader.person == ties.candidate
    facts = [told for told in facts if confided or not isinstance(told.fact, CONFIDENTIAL)]
    if ties.runs(reader):
        return facts
    handed, audits, judges = _handed_over(facts), ties.audits(reader), ties.judges(reader)
    theirs, marks = ties.theirs(reader), reader.role is Role.ASSESSOR
    told_of = {told.fact.case for told in facts if isinstance(told.fact, FraudToldToCandidate)}
    knows = audits or judges or (theirs and bool(told_of))

    def shown(told: RecordedFact) -> bool:
        fact = told.fact
        if isinstance(fact, MARKED):
            own = marks and fact.assessor == reader.person
            return own or any(ties.sees(reader, session) for session in handed(fact.assessor, told.stamp.position))
        if isinstance(fact, AssessmentReopened) and marks and fact.assessor == reader.person:
            return True
        if isinstance(fact, WITH_A_CASE):
            own = isinstance(fact, FraudReported) and fact.reported_by == reader.person and not theirs
            panel = judges and not isinstance(fact, COMPLAINED) and not _proposes_otherwise(fact)
            known = theirs and fact.case in told_of and not isinstance(fact, ANNULLING)
            return own or known or audits or panel
        if _tells_of_waiting(told, ties):
            return knows
        if isinstance(fact, KEPT_FROM.get(reader.role, ())):
            return False
        unjudged = isinstance(fact, (ReminderGiven, SummonsFell, *QUESTIONING, *PAPERS, *REPORTED))
        if unjudged:
            advised = isinstance(fact, ResultNotified) and fact.advisor is not None and fact.advisor == reader.person
            return audits or advised or (theirs and not isinstance(fact, ReminderGiven))
        if _tells_the_marker(told, reader, ties) or (isinstance(fact, JURY_ONLY) and not (audits or judges)):
            return False
        return not isinstance(fact, DELIBERATED) or ties.sees(reader, fact.session)

    return [told for told in facts if shown(told)]


def _proposes_otherwise(fact: Fact) -> bool:
    """Return whether a fact is about an annulment that a review or a court asks for, rather than a panel."""
    return isinstance(fact, ANNULLING) and fact.cause is not Cause.FRAUD


def unexplained(reader: Reader, fact: Fact) -> bool:
    """Return whether a fact is shown to this reader without its texts, such as why a finding was lifted.

    That reason answers the candidate's complaint. A juror reads about a fraud only as a member of the panel. What a
    candidate confided so that their admissibility is kept is shown to those who manage or audit the dossier.
    """
    if isinstance(fact, AdmissibilityKept):
        return reader.role in {Role.JUROR, Role.ASSESSOR, Role.ADVISOR}
    return isinstance(fact, FindingLifted) and reader.role is Role.JUROR


def nameless(reader: Reader, told: RecordedFact) -> bool:
    """Return whether, under anonymous assessment, a fact is shown to this reader without its texts.

    An assessor sees nobody's name in any case, but names of files, titles and reasons may contain one. They see what
    they wrote themselves.
    """
    return reader.role is Role.ASSESSOR and told.stamp.by not in reader.files


def _tells_the_marker(told: RecordedFact, reader: Reader, ties: Relation) -> bool:
    """Return whether a fact reveals, before any result is known, the author of a paper to its marker."""
    fact = told.fact
    mine = isinstance(fact, AssessorAssigned) and fact.sitting is not None and fact.assessor in reader.files
    return mine and not ties.released


def _tells_of_waiting(told: RecordedFact, ties: Relation) -> bool:
    """Return whether a fact shows that a result is withheld, directly or because the others' are known."""
    fact = told.fact
    return isinstance(fact, WAITING) or (isinstance(fact, ResultsReleased) and told.stamp.stream in ties.withheld)


@dataclass(frozen=True, kw_only=True)
class CountedFacts:
    """The facts that count for a reader, and whether unreleased ones do: the input of any fold for them."""

    facts: Sequence[RecordedFact]
    provisional: bool


def counted(reader: Reader, facts: Sequence[RecordedFact], ties: Relation | None = None) -> CountedFacts:
    """Return the facts that count for this reader; raise NotFound when they may not read the dossier.

    All facts are folded, so that a recusal, which the candidate is not shown, still voids earlier rulings; rulings of
    sessions that this reader may not see are removed first. `ties` as in `disclosed`.
    """
    ties = ties or relation(facts)
    check_readable(reader, ties)
    if not sees_provisional(reader, ties):
        return CountedFacts(facts=facts, provisional=False)
    if ties.runs(reader):
        return CountedFacts(facts=facts, provisional=True)
    handed = _handed_over(facts)

    def counts(told: RecordedFact) -> bool:
        fact = told.fact
        if isinstance(fact, MARKED):
            return any(ties.sees(reader, session) for session in handed(fact.assessor, told.stamp.position))
        return not isinstance(fact, DELIBERATED) or ties.sees(reader, fact.session)

    return CountedFacts(facts=[told for told in facts if counts(told)], provisional=True)


def check_readable(reader: Reader, ties: Relation) -> None:
    """Raise NotFound when there is no dossier with these ties, or this reader may not read it."""
    if not ties.candidate or not may_read(reader, ties):
        raise NotFound


def _handed_over(facts: Iterable[RecordedFact]) -> Callable[[PersonId, int], list[SessionId]]:
    """Return a function that gives the sessions that decide on an assessor's mark at a position.

    These are the sessions not yet closed at the first filing after it that was not handed back.
    """
    filings: dict[PersonId, list[int]] = {}
    sessions: dict[SessionId, int | None] = {}
    for told in facts:
        match told.fact:
            case AssessmentFiled(assessor=assessor):
                filings.setdefault(assessor, []).append(told.stamp.position)
            case AssessmentReopened(assessor=assessor):
                filings.get(assessor, [0]).pop()
            case JurorAppointed():
                sessions.setdefault(SessionId(told.stamp.stream), None)
            case SessionClosed():
                sessions[SessionId(told.stamp.stream)] = told.stamp.position
            case _:
                pass

    def handed(assessor: PersonId, position: int) -> list[SessionId]:
        filed = next((at for at in filings.get(assessor, ()) if at >= position), None)
        if filed is None:
            return []
        return [session for session, closed in sessions.items() if closed is None or closed > filed]

    return handed
