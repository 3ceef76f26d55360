"""What was so on a day, by what is known now? Each fact speaks of a day of its own, whenever it was recorded.

"Known then" leaves out what was recorded later (`as_of`). "True then", here, asks of every fact known which day it
speaks of: a jury's decision transcribed in July from the minutes of March was so in March, and a decision of March
that was annulled in June was never so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final, TypeVar
from uuid import UUID

from domain.accommodation import AccommodationGranted, AccommodationRefused, AccommodationRequested
from domain.assessment import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.attendance import (
    AttendanceCorrected,
    CandidateNotHeard,
    CandidateSignedIn,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    SummonsFell,
)
from domain.candidacy import (
    AdmissibilityDecided,
    AssessorAssigned,
    AssessorReleased,
    CalledToSitting,
    CandidacyOpened,
    CandidateSummoned,
    EvidenceSubmitted,
    ValidationFileSubmitted,
)
from domain.candidacy_life import (
    AdvisorNamed,
    AdvisorReleased,
    BlocksSought,
    CandidacyLapsed,
    CandidacyResumed,
    CandidacyWithdrawn,
    LateDecisionAuthorised,
    RouteChanged,
)
from domain.career import AffiliationStated, QualityRecognised
from domain.certifiers import CertifierNamed
from domain.connection import ConnectionLost, ConnectionRestored, JurorConnected
from domain.credit import BlockCarriedOver, BlockSatisfied, CountedElsewhere, CreditFell, CreditRestored
from domain.deliberation import DeliberationOpened, JurorRecused
from domain.enrolment import RulebookAccepted, SummonsDelayWaived
from domain.evidence import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.fact import Fact, Told
from domain.fallen import DecisionAnnulled, DecisionRestored, TitleFell, TitleRestored
from domain.feasibility import (
    AdmissibilityImplied,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
)
from domain.finding import FindingAnswered, FindingJudged, FindingLifted, FindingQuestioned
from domain.framework import FrameworkPublished, RouteOpened
from domain.fraud import (
    CandidateHeardOnFraud,
    FraudDismissed,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    SanctionPronounced,
)
from domain.granting import BlockGranted, BlockNotGranted, TitlePronounced
from domain.institution import (
    HabilitationEnded,
    HabilitationGranted,
    HabilitationResumed,
    HabilitationSuspended,
    OrganisationRegistered,
)
from domain.jury import (
    CandidateListed,
    JurorAppointed,
    MinutesSigned,
    PanelDerogationGranted,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    SubstituteSeated,
)
from domain.law import RuleSetPublished, RuleSetRepealed
from domain.notice import AnnulmentNotified, ResultNotified
from domain.organisation import AuditExported, CheckpointKeyEndorsed, DoubtAccepted, LegalHoldLifted, LegalHoldPlaced
from domain.paper import KeyedFromPaper
from domain.papers import BlockCertified, CertificateIssued, DuplicateIssued, ReissuedForCivilStatus
from domain.person import (
    DuplicateLinked,
    DuplicateUnlinked,
    IdentityCorrected,
    PersonErased,
    PersonExported,
    Registered,
    RoleGranted,
    RoleWithdrawn,
    TieDeclared,
    TieWithdrawn,
)
from domain.proposal import CompetenceProposed
from domain.quota import PlaceTaken
from domain.rectification import RectificationApproved, RectificationProposed, RectificationRejected
from domain.rectified import DecisionRectified
from domain.register import RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.registration import RegistrationEnded, RegistrationResumed, RegistrationSuspended
from domain.reminder import ReminderGiven
from domain.reopened import DeliberationReopened
from domain.reserve import ReleaseResumed, ReleaseWithheld
from domain.review import CourtRuled, ReviewAnswered, ReviewRequested
from domain.rulebook import RulebookPublished
from domain.ruling import CompetenceRuled
from domain.session_course import (
    CandidateFreed,
    ChairReplaced,
    CommissionNamed,
    MinutesSignatureRefused,
    MinutesTranscribed,
    SessionCancelled,
    SessionPostponed,
    SessionReopened,
)
from domain.sitting import (
    AttendanceSigned,
    CandidateExpected,
    CaseHandedOver,
    IdentityChecked,
    IncidentReported,
    InvigilatorReplaced,
    MarkerNamed,
    PaperCollected,
    SittingCancelled,
    SittingClosed,
    SittingOpened,
    SittingPlanned,
)
from domain.succession import (
    CorrespondenceAdmitted,
    CorrespondenceWithdrawn,
    EquivalenceAdmitted,
    FrameworkRetired,
)
from domain.vote import CandidateReferred, DecisionDeferred, DecisionVoted


class Own(Enum):
    """A day that no field of the fact gives."""

    ACT = "act"
    """Doing it and recording it are one act: the day the command ran."""
    JURY = "jury"
    """The day of the jury session that it names, as that session was opened: whatever a jury decides is of that day,
    and what annuls or corrects a decision goes back to it (an annulled decision is deemed never to have been: Conseil
    d'État, 11 May 2004, AC!, known without having been read)."""


@dataclass(frozen=True)
class After:
    """The day after the one that this field gives: what its last day had to pass for."""

    field: str


ACT, JURY = Own
OWN_DAY: Final[Mapping[type[Fact], Own | After | str]] = {
    FrameworkPublished: ACT,
    RouteOpened: "opened_on",
    CorrespondenceAdmitted: ACT,
    CorrespondenceWithdrawn: "withdrawn_on",
    EquivalenceAdmitted: ACT,
    FrameworkRetired: "retired_on",
    RulebookPublished: ACT,
    RuleSetPublished: ACT,  # its own dates say whom it binds, not when it became known here
    RuleSetRepealed: ACT,
    Registered: ACT,
    IdentityCorrected: ACT,
    RoleGranted: ACT,
    RoleWithdrawn: ACT,
    TieDeclared: ACT,
    TieWithdrawn: ACT,
    AffiliationStated: ACT,  # its own days say when the person worked there
    QualityRecognised: ACT,
    PersonErased: ACT,
    PersonExported: ACT,
    DuplicateLinked: ACT,
    DuplicateUnlinked: ACT,
    CandidacyOpened: "opened_on",
    PlaceTaken: ACT,
    RulebookAccepted: "accepted_on",
    SummonsDelayWaived: "waived_on",
    ReminderGiven: ACT,
    CandidacyWithdrawn: "withdrawn_on",
    CandidacyLapsed: ACT,  # its last day had passed before: that it lapsed is said when it is said
    CandidacyResumed: "resumed_on",
    RouteChanged: "changed_on",
    BlocksSought: "sought_on",
    AdvisorNamed: "named_on",
    AdvisorReleased: "released_on",
    LateDecisionAuthorised: "authorised_on",
    FeasibilityFileSubmitted: "received_on",
    ReceiptDayCorrected: ACT,  # the file was received before; that it was keyed wrongly came to be known
    FeasibilityFileFoundIncomplete: "found_on",
    FeasibilityFileCompleted: "received_on",
    AdmissibilityImplied: After("ended_on"),  # silence admits once its last day has passed, noticed when it may be
    RegistrationSuspended: "suspended_on",
    RegistrationResumed: "resumed_on",
    RegistrationEnded: ACT,  # it sets a day to come, or one that was
    AdmissibilityDecided: ACT,  # the file was received before; the verdict is of its own day
    EvidenceSubmitted: ACT,
    ValidationFileSubmitted: ACT,
    AssessorAssigned: ACT,
    AssessorReleased: ACT,
    CandidateSummoned: ACT,
    EvidenceRedirected: ACT,
    EvidenceWithdrawn: ACT,
    EvidenceCleared: ACT,
    EvidenceRejected: ACT,  # `replace_by` is a day to come
    EvidenceQuarantined: ACT,
    CompetenceAssessed: ACT,
    AssessmentFiled: ACT,
    AssessmentReopened: ACT,
    SessionPlanned: ACT,  # it plans a day, and is no less true before it
    JurorAppointed: ACT,
    SubstituteSeated: ACT,
    CandidateListed: ACT,
    PanelDerogationGranted: ACT,
    SessionOpened: "opened_on",
    SessionClosed: ACT,
    MinutesSigned: ACT,
    MinutesSignatureRefused: ACT,
    SessionPostponed: ACT,
    SessionCancelled: ACT,
    CommissionNamed: ACT,
    CandidateFreed: ACT,
    MinutesTranscribed: "transcribed_on",
    SessionReopened: ACT,
    ChairReplaced: ACT,
    ResultsReleased: "released_on",
    JurorRecused: JURY,
    DeliberationReopened: JURY,
    KeyedFromPaper: ACT,
    DeliberationOpened: JURY,
    RemoteHearingOffered: ACT,
    RemoteHearingAnswered: ACT,
    CandidateSignedIn: JURY,
    CandidateNotHeard: JURY,
    AttendanceCorrected: JURY,
    SummonsFell: "fell_on",
    JurorConnected: ACT,
    ConnectionLost: ACT,
    ConnectionRestored: ACT,
    CandidateReferred: JURY,
    DecisionVoted: JURY,
    DecisionDeferred: JURY,
    CompetenceProposed: JURY,
    CompetenceRuled: JURY,
    BlockGranted: JURY,
    BlockNotGranted: JURY,
    TitlePronounced: JURY,
    DecisionAnnulled: JURY,
    TitleFell: JURY,
    DecisionRestored: JURY,
    TitleRestored: JURY,
    BlockCarriedOver: ACT,  # it was won before; that it counts here is the certifier's act
    BlockSatisfied: ACT,
    CountedElsewhere: ACT,
    CreditFell: "since",  # as if it never had counted
    CreditRestored: "since",
    ReviewRequested: "asked_on",
    ReviewAnswered: ACT,
    CourtRuled: "ruled_on",
    RectificationProposed: ACT,
    RectificationApproved: ACT,
    RectificationRejected: ACT,
    DecisionRectified: JURY,
    ReleaseWithheld: ACT,
    ReleaseResumed: "released_on",
    FraudReported: ACT,
    FraudToldToCandidate: ACT,
    CandidateHeardOnFraud: "heard_on",
    FraudFound: ACT,
    FraudDismissed: ACT,
    SanctionPronounced: ACT,
    FindingQuestioned: "asked_on",
    FindingAnswered: ACT,
    FindingJudged: "ruled_on",
    FindingLifted: "lifted_on",
    ResultNotified: "notified_on",
    AnnulmentNotified: "notified_on",
    CertificateIssued: "issued_on",
    BlockCertified: "issued_on",
    DuplicateIssued: "issued_on",
    ReissuedForCivilStatus: "issued_on",
    RegisterEntered: ACT,  # `obtained_on` is the jury's day: the number was given when it was given
    TitleWithdrawn: ACT,
    TitleReinstated: ACT,
    CheckpointKeyEndorsed: ACT,
    AuditExported: ACT,
    DoubtAccepted: ACT,
    LegalHoldPlaced: ACT,
    LegalHoldLifted: ACT,
    OrganisationRegistered: ACT,
    CertifierNamed: ACT,
    HabilitationGranted: "first_day",
    HabilitationSuspended: "first_day",
    HabilitationResumed: "resumed_on",
    HabilitationEnded: "last_day",
    SittingPlanned: ACT,
    CandidateExpected: ACT,
    CalledToSitting: ACT,
    CaseHandedOver: "handed_on",
    SittingOpened: "opened_on",
    IdentityChecked: ACT,  # the sitting is open on its own day only, and so are those below
    AttendanceSigned: ACT,
    IncidentReported: ACT,
    PaperCollected: ACT,
    SittingClosed: ACT,
    SittingCancelled: ACT,
    InvigilatorReplaced: ACT,
    MarkerNamed: ACT,
    AccommodationRequested: ACT,
    AccommodationGranted: ACT,
    AccommodationRefused: ACT,
}
"""Of which day each kind of fact speaks: the name of its own date, or where it is found. A test asks it of all facts.

A date that is not there is the day of the act.
"""

RELEASING: Final = (ResultsReleased, ReleaseWithheld, ReleaseResumed)
"""What says who may know what a jury decided: asked of today, whatever day is asked about."""

T = TypeVar("T", bound=Told)


def own_day(told: Told, sessions: Mapping[UUID, date]) -> date:
    """The day that a fact speaks of, given the days on which jury sessions were opened."""
    says = next(OWN_DAY[kind] for kind in type(told.fact).__mro__ if kind in OWN_DAY)
    found: date | None
    match says:
        case Own.ACT:
            found = None
        case Own.JURY:
            found = sessions.get(getattr(told.fact, "session"))  # noqa: B009  (a test holds those facts to having one)
        case After(field=last):
            found = getattr(told.fact, last) + timedelta(days=1)
        case str():
            found = getattr(told.fact, says)
    return found or told.stamp.on


def true_on(day: date, facts: Sequence[T]) -> list[T]:
    """Those facts of a dossier that speak of that day or an earlier one; none before the candidacy was opened."""
    sessions = days_of_sessions(facts)
    found = [told for told in facts if own_day(told, sessions) <= day]
    return found if any(isinstance(told.fact, CandidacyOpened) for told in found) else []


def counted_on(day: date, facts: Sequence[T]) -> list[T]:
    """What a standing of that day is folded from, by what is known now.

    A release says who may know, not what is so: the block that a jury granted in March, and made known in April, was
    won in March. Who may see it is asked of today's releases.
    """
    true = {told.stamp.position for told in true_on(day, facts)}
    return [told for told in facts if told.stamp.position in true or (true and isinstance(told.fact, RELEASING))]


def days_of_sessions(facts: Iterable[Told]) -> dict[UUID, date]:
    """The days on which the sessions of a dossier were opened."""
    return {told.stamp.stream: told.fact.opened_on for told in facts if isinstance(told.fact, SessionOpened)}
