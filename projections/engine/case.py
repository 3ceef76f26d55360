"""One dossier folded from its facts: the standing's fold, and the further state that the read models need."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, get_args
from uuid import UUID

import msgspec

from domain.appeal.facts import RectificationFact, ReviewFact
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.candidacy_life import Ending
from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    AdmissibilityReconsidered,
    AdvisorNamed,
    AdvisorReleased,
    AssessorAssigned,
    AssessorReleased,
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
    RouteChanged,
    ValidationFileSubmitted,
)
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceFact,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.fact import Fact
from domain.framework.definition import Definition, Route
from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FindingLifted,
    FraudDismissed,
    FraudFound,
    FraudReported,
    SanctionPronounced,
)
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    BlockGranted,
    BlockNotGranted,
    CandidateFreed,
    CandidateNotHeard,
    CompetenceProposed,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DeliberationOpened,
    DeliberationReopened,
    JurorRecused,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SessionOpened,
    SummonsFell,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.ports import FrameworkId, PersonId, RulebookId, SessionId
from domain.register.facts import (
    CorrectionMade,
    CorrectionRefused,
    PapersFact,
    RegisterEntered,
    TitleReinstated,
    TitleWithdrawn,
)
from domain.rulebook.law import Law
from domain.rulebook.rules import Rules
from domain.standing.disclosure import RELEASING, KnownDecisions
from domain.standing.standing import Fold
from projections.engine.case_duties import Duties
from projections.engine.case_evidence import Pieces
from projections.engine.case_time import TIMED, CaseTime
from projections.engine.history import History

STANDING = (
    CandidacyOpened,
    BlocksSought,
    EvidenceSubmitted,
    EvidenceRedirected,
    EvidenceWithdrawn,
    EvidenceCleared,
    EvidenceRejected,
    EvidenceQuarantined,
    ValidationFileSubmitted,
    CompetenceAssessed,
    AssessmentFiled,
    AssessmentReopened,
    AssessorAssigned,
    AssessorReleased,
    JurorRecused,
    DeliberationReopened,
    DecisionTakenBack,
    CompetenceProposed,
    CandidateFreed,
    CompetenceRuled,
    BlockGranted,
    BlockNotGranted,
    TitlePronounced,
    DecisionAnnulled,
    TitleFell,
    DecisionRestored,
    TitleRestored,
    DecisionRectified,
    BlockCarriedOver,
    BlockSatisfied,
    CreditFell,
    CreditRestored,
    SessionOpened,
    ResultsReleased,
    ReleaseWithheld,
    ReleaseResumed,
    SanctionPronounced,
    FindingLifted,
)
"""The facts that the standing's fold reads; a test checks this list."""
BESIDE = (
    AdmissibilityDecided,
    AdmissibilityCorrected,
    AdmissibilityReconsidered,
    AdmissibilityImplied,
    AdmissibilityLapsed,
    AdmissibilityKept,
    RouteChanged,
    CandidacyWithdrawn,
    CandidacyLapsed,
    CandidacyResumed,
    AdvisorNamed,
    AdvisorReleased,
    CandidateSummoned,
    DeliberationOpened,
    CandidateNotHeard,
    SummonsFell,
    AttendanceCorrected,
    RegisterEntered,
    TitleWithdrawn,
    TitleReinstated,
)
_BOTH = (
    CompetenceAssessed,
    BlocksSought,
    EvidenceSubmitted,
    ValidationFileSubmitted,
    EvidenceWithdrawn,
    AssessorAssigned,
    AssessorReleased,
    AssessmentFiled,
    AssessmentReopened,
)
AFTERWARDS = (
    *get_args(PapersFact),
    *get_args(ReviewFact),
    *get_args(RectificationFact),
    FraudReported,
    CandidateHeardOnFraud,
    FraudFound,
    FraudDismissed,
)
"""The facts that follow a decision, or contest it: few dossiers have any."""
DATED = frozenset(
    fact.__name__
    for fact in (
        *AFTERWARDS,
        AdmissibilityDecided,
        AdmissibilityCorrected,
        AdmissibilityReconsidered,
        AdmissibilityImplied,
        ValidationFileSubmitted,
        CandidateSummoned,
        AssessmentFiled,
        AssessmentReopened,
        SessionOpened,
        ResultsReleased,
        ReleaseResumed,
        SanctionPronounced,
        FindingLifted,
        RegisterEntered,
        TitleWithdrawn,
        TitleReinstated,
        CorrectionMade,
        CorrectionRefused,
    )
)
"""The names of the facts that a case stores with the day of their recording."""
ELSEWHERE = frozenset(fact.__name__ for fact in (*BESIDE, *_BOTH))
"""The facts that change more than the standing's fold; all others skip the matching of classes."""
OPENED = CandidacyOpened.__name__
PIECES = frozenset(fact.__name__ for fact in (EvidenceSubmitted, *get_args(EvidenceFact)))
TIME = frozenset(fact.__name__ for fact in TIMED)
RELEASES = frozenset(fact.__name__ for fact in RELEASING)
FOLDED = tuple(sorted(fact.__name__ for fact in STANDING))
"""The names of the facts that the standing's fold reads."""
READS = tuple(sorted(fact.__name__ for fact in {*STANDING, *BESIDE, *TIMED, *RELEASING, *AFTERWARDS}))
"""The names of the facts that a case reads; others are not even decoded."""


@lru_cache(maxsize=4096)
def as_uuid(text: str) -> UUID:
    """Return the UUID of a text; msgspec parses it in a fifth of the time that the class takes."""
    return msgspec.convert(text, UUID)


class PublicationLookup(Protocol):
    """Interface to published content, by stream; it never changes."""

    def definition(self, framework: FrameworkId, /) -> Definition: ...
    def rules(self, rulebook: RulebookId, /) -> Rules: ...
    def law(self, position: int, /) -> Law: ...


class Dated(NamedTuple):
    """A fact with its stream and the day of its recording."""

    fact: Fact
    stream: UUID
    on: date


@dataclass(slots=True)
class Assigned:
    """An assessor's task (empty after they stepped down), their marks, and whether these are filed."""

    competences: set[int] = field(default_factory=set)
    marks: dict[int, int] = field(default_factory=dict)
    """The position of the last mark, by competence."""
    filed_at: int | None = None
    positions: list[int] = field(default_factory=list)

    @property
    def filed(self) -> bool:
        """True if all their marks are filed."""
        return self.filed_at is not None and self.filed_at > max(self.marks.values(), default=0)


class Case:
    """One dossier while its facts are read, in the order in which they were linked to it."""

    __slots__ = (
        "admissible",
        "advisor",
        "assessors",
        "attendance",
        "called_at",
        "candidacy",
        "dated",
        "duties",
        "ended",
        "evidence",
        "filed_by",
        "fold",
        "histories",
        "known",
        "markers",
        "on",
        "opened",
        "pieces",
        "positions",
        "published",
        "registered",
        "registered_at",
        "sessions",
        "since",
        "time",
        "turns",
        "whole",
    )
    fold: Fold
    opened: CandidacyOpened

    def __init__(self, candidacy: UUID, published: PublicationLookup) -> None:
        """Start empty; the first fact of a dossier is its opening."""
        self.candidacy = candidacy
        self.published = published
        self.admissible: bool | None = None
        self.ended: Ending | None = None
        self.advisor: PersonId | None = None
        self.filed_by: set[Route] = set()
        self.registered: int | None = None
        self.registered_at: int | None = None
        self.sessions: list[SessionId] = []
        self.attendance: dict[SessionId, Attendance] = {}
        self.evidence: set[UUID] = set()
        """The pieces submitted and not withdrawn."""
        self.assessors: dict[PersonId, Assigned] = {}
        self.markers: dict[PersonId, tuple[UUID, Assigned]] = {}
        """The assessors who mark a paper of this dossier by number, with the sitting: never shown with it."""
        self.called_at = 0
        """The position at which the candidacy was last called before a jury."""
        self.positions: list[int] = []
        self.time = CaseTime(candidacy)
        self.pieces = Pieces()
        self.duties = Duties()
        self.dated: list[Dated] = []
        """The facts of the types in `DATED`, in order."""
        self.on, self.since = date.min, 0
        """The day on which the newest fact that changes rows over time was recorded, and the position from which it
        counts."""
        self.histories: dict[str, History] = {}
        """The history of the rows of tables over time, by table."""
        self.known = KnownDecisions()
        self.turns = 0
        """The number of facts read that are not about a piece."""
        self.whole: tuple[int, tuple[Any, ...]] = 0, ()
        """The value of `turns` at which the row of `reported_candidacies` was computed, and that row, without its
        number of pieces."""

    @property
    def filed(self) -> bool:
        """True if a validation file was filed for the current route."""
        return self.opened.route in self.filed_by

    def read(self, fact: Fact, stream: str, position: int) -> None:
        """Read one more fact, recorded in `stream` at `position`."""
        name, where = type(fact).__name__, as_uuid(stream)
        if name == OPENED:
            self._opened(fact, position)
        self.fold.read(fact, where, position)
        if name in DATED:
            self.dated.append(Dated(fact, where, self.on))
        if name in PIECES:
            self.pieces.read(fact, where)
        else:
            self.turns += 1
        if name in ELSEWHERE:
            self._beside(fact, where, position)
        if name in TIME:
            self.time.read(fact, where)
        if name in RELEASES:
            self.known.read(fact, where, position)

    def read_standing(self, fact: Fact, stream: str, position: int) -> None:
        """Read one more fact into the standing's fold alone."""
        if type(fact).__name__ == OPENED:
            self._opened(fact, position)
        self.fold.read(fact, as_uuid(stream), position)

    def _opened(self, fact: Fact, position: int) -> None:
        if isinstance(fact, CandidacyOpened):
            self.opened = fact
            self.fold = Fold(self.published.definition(fact.framework), self.published.rules(fact.rulebook))
            self.positions.append(position)

    def _beside(self, fact: Fact, stream: UUID, position: int) -> None:  # noqa: C901, PLR0912  (one case a fact)
        match fact:  # the most frequent first
            case (
                CompetenceAssessed(assessor=assessor)
                | AssessmentFiled(assessor=assessor)
                | AssessmentReopened(assessor=assessor)
            ):
                self._assessed(fact, assessor, position)
            case EvidenceSubmitted(evidence=evidence):
                self.evidence.add(evidence)
            case EvidenceWithdrawn():
                self.evidence.discard(stream)
            case ValidationFileSubmitted():
                self.filed_by.add(self.opened.route)
                self.positions.append(position)
            case AdmissibilityDecided(admissible=admissible):
                self.admissible = admissible
                self.positions.append(position)
            case AdvisorNamed(advisor=advisor):
                self.advisor = advisor
                self.positions.append(position)
            case AdvisorReleased():
                self.advisor = None
                self.positions.append(position)
            case AssessorAssigned(assessor=assessor, competences=competences, sitting=None):
                assigned = self.assessors.setdefault(assessor, Assigned())
                assigned.competences.update(competences)
                assigned.positions.append(position)
            case AssessorAssigned(assessor=assessor, competences=competences, sitting=sitting) if sitting:
                _, assigned = self.markers.setdefault(assessor, (sitting, Assigned()))
                assigned.competences.update(competences)
                assigned.positions.append(position)
            case AssessorReleased(assessor=assessor):
                for assigned in self._assigned(assessor):
                    assigned.competences.clear()  # `filed_at` is kept in case they are assigned again
            case CandidateSummoned(session=session):
                self.sessions.append(session)
                self.called_at = position
                self.positions.append(position)
            case DeliberationOpened(session=session):
                self.attendance[session] = Attendance.PRESENT
            case AttendanceCorrected(session=session):
                self.attendance.pop(session, None)
            case CandidateNotHeard(session=session, attendance=attendance):
                self.attendance[session] = attendance
            case SummonsFell(session=session):
                self.attendance[session] = Attendance.EXCLUDED
            case RegisterEntered(number=number) | TitleReinstated(number=number):
                self.registered, self.registered_at = number, position
                self.positions.append(position)
            case TitleWithdrawn():
                self.registered = self.registered_at = None
                self.positions.append(position)
            case _:
                self._on_its_way(fact, position)

    def _assigned(self, assessor: PersonId) -> list[Assigned]:
        """Return an assessor's tasks in this dossier: the named one, and the paper marked by number."""
        named, by_number = self.assessors.get(assessor), self.markers.get(assessor)
        return [each for each in (named, by_number and by_number[1]) if each]

    def _assessed(self, fact: Fact, assessor: PersonId, position: int) -> None:
        for assigned in self._assigned(assessor):
            match fact:
                case CompetenceAssessed(competence=competence):
                    assigned.marks[competence] = position
                case AssessmentFiled():
                    assigned.filed_at = position
                    assigned.positions.append(position)
                case _:
                    assigned.filed_at = None
                    assigned.positions.append(position)

    def _on_its_way(self, fact: Fact, position: int) -> None:
        """Read a fact about the candidacy itself."""
        match fact:
            case AdmissibilityImplied() | AdmissibilityKept():
                self.admissible = True
            case AdmissibilityLapsed() | AdmissibilityCorrected() | AdmissibilityReconsidered():
                self.admissible = None
            case RouteChanged(route=route):
                self.opened, self.admissible = replace(self.opened, route=route), self.admissible or None
            case BlocksSought(blocks=blocks, option=option):
                changes = self.opened.option not in {None, option}
                if changes or fact.anew:
                    self.admissible = None
                    left = {Route.VAE, self.opened.route} if changes else {Route.VAE}
                    self.filed_by -= left
                self.opened = replace(self.opened, blocks=blocks, option=option)
            case CandidacyWithdrawn():
                self.ended = Ending.WITHDRAWN
            case CandidacyLapsed():
                self.ended = Ending.LAPSED
            case CandidacyResumed():
                self.ended, self.admissible = None, self.admissible or None
            case _:
                return
        self.positions.append(position)
