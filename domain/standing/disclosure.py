"""What may this reader see of a dossier? One filter, on top of the facts, for every standing and history.

Nobody but the panel of a session and the registrar sees what it ruled before it is closed, its minutes signed and its
results released. Marks are opinions for the jury: hidden until handed in, then for the panel that decides on them,
and for all who may read the dossier once that session's results are released.

What one may read follows from one's role and from the file under which one comes. What is one's own, under whichever
file, one reads as its candidate does at most: a link between two files takes rights away, and gives none.
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
"""Facts that speak of jurors and assessors, or of what is only proposed: not the candidate's to be told."""
QUESTIONING = (ReviewRequested, ReviewAnswered, CourtRuled, TitleWithdrawn, TitleReinstated)
"""What passes between the candidate, the certifier and a court: a new jury judges the work, not the complaint.

A withdrawal from the register is part of it: its reason is the answer's, or leads to the court's ruling.
"""
AT_A_SITTING = (CandidateExpected, *get_args(SitterFact))
"""What was seen of a candidate at an épreuve: not for those who mark its papers, which bear numbers and no names."""
REPORTED = (IncidentReported, PaperCollected)
"""What a jury that rules on the work does not read of a sitting: what somebody reported decides nothing."""
CONFIDENTIAL = (AccommodationRequested, AccommodationRefused, NirGiven)
"""What passes between the candidate and the disability officer, of which others see the measures granted, and no
reason; and the candidate's national number, which is only sent on with the declaration of their award.
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
"""What is between the candidate and who keeps the register: nobody judges by it."""
SUSPECTED = (
    FraudReported,
    FraudToldToCandidate,
    CandidateHeardOnFraud,
    FraudFound,
    FraudDismissed,
    SanctionPronounced,
    *get_args(FindingFact),
)
"""What is said of a candidate's cheating: the panel's to read, and theirs once they were told; one's own report."""
COMPLAINED = (FindingQuestioned, FindingAnswered, FindingJudged)
"""What passes of a finding between the candidate, the certifier and a court: no panel's, as of `QUESTIONING`.

That it was lifted the panel reads, which has read that it was found; not why (`unexplained`).
"""
ANNULLING = (AnnulmentProposed, AnnulmentConfirmed, AnnulmentRejected)
"""What waits to be annulled: for those who run or audit the dossier, for a fraud also for the panel; never theirs.

What was confirmed is told by what was recorded with it.
"""
WITH_A_CASE: Final[tuple[type[Any], ...]] = (*SUSPECTED, *ANNULLING)
"""What has a `case` of fraud that it is about; what is proposed of a jury's decision has none."""
WAITING = (ReleaseWithheld, ReleaseResumed)
"""That a result waits says that a fraud was reported: for those who may read of it."""

KEPT_FROM: dict[Role, tuple[type[Fact], ...]] = {
    Role.ASSESSOR: (*AT_A_SITTING, SelfAssessmentFiled),
    Role.JUROR: (SelfAssessmentFiled,),
}
"""What whoever marks or judges is not told, wherever it stands: what candidates say of their own level, for one."""

T = TypeVar("T", bound=RecordedFact)


@dataclass(slots=True)
class _Panel:
    """Who sits in one session: the seats held, then those who signed in, less who stepped out for this candidate."""

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
        """A commission let the candidate go: its work is no jury's to read, unless one inherits it."""
        self.reported_to, self.reports_to = self.reports_to, None
        self.gone, self.unexamined = True, not self.opened

    def take_back(self) -> None:
        """It took the candidate back before it opened: it is as if it had not let them go."""
        self.reports_to, self.gone, self.unexamined = self.reported_to, False, False

    def replace(self, titular: PersonId, substitute: PersonId) -> None:
        """A substitute took a titular member's seat."""
        self.stand_ins[titular] = substitute
        self.seats = self.seats - {titular} | {substitute}

    def remove(self, juror: PersonId) -> None:
        """A member lost their seat: a substitution in which they took part falls with it."""
        taken = {titular: each for titular, each in self.stand_ins.items() if juror in {titular, each}}
        self.stand_ins = {titular: each for titular, each in self.stand_ins.items() if titular not in taken}
        self.seats = (self.seats - set(taken.values()) | taken.keys()) - {juror}

    @property
    def members(self) -> frozenset[PersonId]:
        return frozenset() if self.unexamined else frozenset(self.seats - self.recused)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads, in which of their roles, and all the files that are theirs, as they are linked now."""

    actor: Actor
    files: frozenset[PersonId]

    @property
    def person(self) -> PersonId | None:
        """The file under which they come."""
        return self.actor.person

    @property
    def role(self) -> Role:
        """The role in which they come."""
        return self.actor.role

    def is_one_of(self, people: Iterable[PersonId]) -> bool:
        """Whether they are one of these people, under whichever of their files."""
        return not self.files.isdisjoint(people)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What ties people to a dossier: whose it is, who accompanies or assesses it, who sits on which of its juries."""

    candidate: PersonId | None
    advisor: PersonId | None
    assessors: frozenset[PersonId]
    panels: dict[SessionId, frozenset[PersonId]]
    released: frozenset[SessionId]
    overseers: dict[SessionId, SessionId] = field(default_factory=dict)
    """The jury, once it is open, that a commission reports to: it sees what each of them ruled."""
    withheld: frozenset[SessionId] = frozenset()
    """The sessions whose decision on this candidate waits for a procedure."""
    recused: dict[SessionId, frozenset[PersonId]] = field(default_factory=dict)
    """Who stepped out of which session for this candidate: they are out under each of their files."""

    def theirs(self, reader: Reader) -> bool:
        """Whether the dossier is the reader's own, under whichever of their files."""
        return self.candidate in reader.files

    def sits(self, reader: Reader, session: SessionId) -> bool:
        """Whether this reader sits, as a juror, in that session for this candidate."""
        sits = reader.role is Role.JUROR and reader.person in self.panels.get(session, ())
        return sits and not self.theirs(reader) and not reader.is_one_of(self.recused.get(session, ()))

    def judges(self, reader: Reader) -> bool:
        """Whether this reader sits, as a juror, on one of its juries."""
        return any(self.sits(reader, session) for session in self.panels)

    def runs(self, reader: Reader) -> bool:
        """Whether this reader runs the dossier for the certifier: never one's own."""
        return reader.role is Role.OPERATOR or (reader.role is Role.REGISTRAR and not self.theirs(reader))

    def audits(self, reader: Reader) -> bool:
        """Whether this reader audits the dossier: never one's own."""
        return reader.role is Role.AUDITOR and not self.theirs(reader)

    def sees(self, reader: Reader, session: SessionId) -> bool:
        """Whether this reader sees what that session ruled."""
        if session in self.released or self.runs(reader):
            return True
        jury = self.overseers.get(session)
        return self.sits(reader, session) or (jury is not None and self.sits(reader, jury))


def relation(facts: Iterable[RecordedFact]) -> Relation:
    """Read from the facts themselves who has to do with a dossier."""
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
            case AssessorAssigned(assessor=assessor, sitting=None):  # who marks by number is not told whose it is
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
    """Follow who sits in a session, as one of its facts says."""
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
        case MemberSignedIn(juror=juror) if session in panels and panels[session].opened:  # who came late sits too
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
    """Whether what a panel ruled is made known: with the jury that it reports to or that inherits its work."""
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
"""What decides from when on a session's results on a candidacy are known."""


@dataclass(slots=True)
class Known:
    """From which position on is what each session decided of one candidacy known to all? It stays known."""

    since: dict[SessionId, int] = field(default_factory=dict)
    _panels: dict[SessionId, _Panel] = field(default_factory=dict)

    def read(self, fact: Fact, stream: UUID, position: int) -> None:
        """Read one more fact of its dossier; all but those `RELEASING` are passed over."""
        if not isinstance(fact, RELEASING):
            return
        _seat(fact, stream, self._panels)
        for session, panel in self._panels.items():
            if session not in self.since and _out(panel, self._panels):
                self.since[session] = position


def may_read(reader: Reader, ties: Relation) -> bool:
    """Whether this dossier exists for this reader: their own, one they accompany, assess or judge, or all by role."""
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
    """Whether this reader sees something before its release: the registrar, or a panel that still has to release."""
    return ties.runs(reader) or any(
        session not in ties.released and ties.sees(reader, session) for session in ties.panels
    )


def disclosed(reader: Reader, facts: Sequence[T], ties: Relation | None = None) -> list[T]:
    """Keep the facts that this reader may see; raises NotFound when the dossier is not theirs to read.

    What is confided to the disability officer, or to be declared, is opened under the very file of its candidate.
    `ties`: the relation that these facts make, where it is known already.
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
    """Return whether a fact is about an annulment that a review or a court asks for, and not a panel."""
    return isinstance(fact, ANNULLING) and fact.cause is not Cause.FRAUD


def unexplained(reader: Reader, fact: Fact) -> bool:
    """Whether a fact is shown to this reader without its words: why a finding was lifted answered the complaint.

    A juror reads of a fraud as a member of the panel only. What a candidate confided, for their admissibility to be
    kept, is told to who runs or audits the dossier.
    """
    if isinstance(fact, AdmissibilityKept):
        return reader.role in {Role.JUROR, Role.ASSESSOR, Role.ADVISOR}
    return isinstance(fact, FindingLifted) and reader.role is Role.JUROR


def nameless(reader: Reader, told: RecordedFact) -> bool:
    """Whether, where the rulebook asks for anonymous assessment, a fact is shown to this reader without its words.

    An assessor is told nobody's name in any case; names of files, titles and reasons may hold one. What they wrote
    they read.
    """
    return reader.role is Role.ASSESSOR and told.stamp.by not in reader.files


def _tells_the_marker(told: RecordedFact, reader: Reader, ties: Relation) -> bool:
    """Whether a fact says to who marks a paper by its number whose it is, before any result is known."""
    fact = told.fact
    mine = isinstance(fact, AssessorAssigned) and fact.sitting is not None and fact.assessor in reader.files
    return mine and not ties.released


def _tells_of_waiting(told: RecordedFact, ties: Relation) -> bool:
    """Whether a fact says that a result waits: that it does, or that the others' are known while it is not."""
    fact = told.fact
    return isinstance(fact, WAITING) or (isinstance(fact, ResultsReleased) and told.stamp.stream in ties.withheld)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The facts that count for a reader, and whether those not released do: what any fold for them starts from."""

    facts: Sequence[RecordedFact]
    provisional: bool


def counted(reader: Reader, facts: Sequence[RecordedFact], ties: Relation | None = None) -> Counted:
    """What counts for this reader; raises NotFound when the dossier is not theirs to read. `ties`: as in `disclosed`.

    The whole is folded, so that a recusal, which the candidate is not shown, still voids what was ruled before it;
    what sessions ruled that this reader may not see is left out before.
    """
    ties = ties or relation(facts)
    check_readable(reader, ties)
    if not sees_provisional(reader, ties):
        return Counted(facts=facts, provisional=False)
    if ties.runs(reader):
        return Counted(facts=facts, provisional=True)
    handed = _handed_over(facts)

    def counts(told: RecordedFact) -> bool:
        fact = told.fact
        if isinstance(fact, MARKED):
            return any(ties.sees(reader, session) for session in handed(fact.assessor, told.stamp.position))
        return not isinstance(fact, DELIBERATED) or ties.sees(reader, fact.session)

    return Counted(facts=[told for told in facts if counts(told)], provisional=True)


def check_readable(reader: Reader, ties: Relation) -> None:
    """Raise NotFound when a dossier with these ties is none, or not this reader's to read."""
    if not ties.candidate or not may_read(reader, ties):
        raise NotFound


def _handed_over(facts: Iterable[RecordedFact]) -> Callable[[PersonId, int], list[SessionId]]:
    """Which sessions decided, or decide, on a mark of an assessor at a position.

    Those not yet closed when it was filed: by the first filing after it that was not handed back.
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
