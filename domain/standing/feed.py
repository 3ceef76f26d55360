"""What does the feed tell outside of the house, of which facts, and from when on?

What is named here, and nothing else: a fact of a new kind is told to nobody until somebody writes it down. Marks and
who gives them, votes, proposals to rectify, accommodations, the national number, fraud and what waits for it, what
happens at a sitting and who is called to one, portfolios, self-assessments, people's roles, ties and careers are
never told.
"""

from __future__ import annotations

from typing import Final

from domain.appeal.facts import CourtRuled, ReviewAnswered, ReviewRequested
from domain.candidacy.facts import (
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    BeginningCorrected,
    BlockCarriedOver,
    BlockSatisfied,
    BlocksSought,
    CandidacyLapsed,
    CandidacyOpened,
    CandidacyResumed,
    CandidacyWithdrawn,
    CandidateSummoned,
    CountedElsewhere,
    CreditFell,
    CreditRestored,
    EvidenceSubmitted,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    FileCounted,
    PlaceTaken,
    ReceiptDayCorrected,
    RouteChanged,
    RulebookAccepted,
    TrainingEntered,
    ValidationFileSubmitted,
)
from domain.deadlines.facts import AnnulmentNotified, ResultNotified
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.exam.facts import SittingCancelled, SittingClosed, SittingOpened, SittingPlanned
from domain.fact import Fact
from domain.framework.facts import (
    CorrespondenceAdmitted,
    CorrespondenceWithdrawn,
    EquivalenceAdmitted,
    FrameworkPublished,
    FrameworkRetired,
    PortalEntered,
    RegistrationEnded,
    RegistrationResumed,
    RegistrationSuspended,
    RouteOpened,
)
from domain.jury.facts import (
    AttendanceCorrected,
    BlockGranted,
    BlockNotGranted,
    CandidateListed,
    CandidateNotHeard,
    CandidateReferred,
    CandidateSignedIn,
    CommissionNamed,
    CompetenceProposed,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionDeferred,
    DecisionRectified,
    DecisionRestored,
    DeliberationOpened,
    DeliberationReopened,
    JurorAppointed,
    JurorRecused,
    MinutesSigned,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    ResultsReleased,
    SessionCancelled,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    SessionPostponed,
    SubstituteSeated,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.organisation.facts import (
    CertifierNamed,
    HabilitationEnded,
    HabilitationGranted,
    HabilitationReported,
    HabilitationResumed,
    HabilitationSuspended,
    NirCollectionDecided,
    OrganisationRegistered,
)
from domain.people.facts import BirthAndSexStated, IdentityCorrected, PersonErased, Registered
from domain.register.facts import (
    AwardDeclared,
    BlockCertified,
    CertificateIssued,
    CertificateStruck,
    CorrectionMade,
    CorrectionRefused,
    CorrectionRequested,
    DuplicateIssued,
    RegisterEntered,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
    TitleReinstated,
    TitleWithdrawn,
)
from domain.rulebook.facts import RulebookPublished, RuleSetPublished, RuleSetRepealed

GENERATION: Final = 1
"""To be raised where a version tells kinds of facts that another one does not: its cursors are others."""
AT_ONCE: Final[tuple[type[Fact], ...]] = (
    FrameworkPublished,
    RouteOpened,
    CorrespondenceAdmitted,
    CorrespondenceWithdrawn,
    EquivalenceAdmitted,
    FrameworkRetired,
    RegistrationSuspended,
    RegistrationResumed,
    RegistrationEnded,
    PortalEntered,
    RulebookPublished,
    RuleSetPublished,
    RuleSetRepealed,
    OrganisationRegistered,
    CertifierNamed,
    NirCollectionDecided,
    HabilitationGranted,
    HabilitationSuspended,
    HabilitationResumed,
    HabilitationEnded,
    HabilitationReported,
    Registered,
    BirthAndSexStated,
    IdentityCorrected,
    PersonErased,
    CandidacyOpened,
    BeginningCorrected,
    RulebookAccepted,
    FeasibilityFileSubmitted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileCompleted,
    ReceiptDayCorrected,
    PlaceTaken,
    FileCounted,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityLapsed,
    AdmissibilityKept,
    TrainingEntered,
    RouteChanged,
    BlocksSought,
    BlockCarriedOver,
    BlockSatisfied,
    CountedElsewhere,
    CreditFell,
    CreditRestored,
    EvidenceSubmitted,
    EvidenceRedirected,
    EvidenceWithdrawn,
    EvidenceCleared,
    EvidenceRejected,
    EvidenceQuarantined,
    ValidationFileSubmitted,
    SittingPlanned,
    SittingOpened,
    SittingClosed,
    SittingCancelled,
    CandidacyWithdrawn,
    CandidacyLapsed,
    CandidacyResumed,
    SessionPlanned,
    CommissionNamed,
    JurorAppointed,
    SessionPostponed,
    SessionCancelled,
    SubstituteSeated,
    SessionOpened,
    SessionClosed,
    MinutesSigned,
    ResultsReleased,
    RegisterEntered,
    TitleWithdrawn,
    TitleReinstated,
    CertificateIssued,
    BlockCertified,
    DuplicateIssued,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
    CertificateStruck,
    AwardDeclared,
    CorrectionRequested,
    CorrectionMade,
    CorrectionRefused,
)
"""What is told as soon as it is sealed: it says of no candidate what a jury that has not released its results does.

Papers and entries in the register are made of released results only.
"""
AT_RELEASE: Final[tuple[type[Fact], ...]] = (
    CandidateListed,
    CandidateSummoned,
    RemoteHearingOffered,
    RemoteHearingAnswered,
    CandidateSignedIn,
    CandidateNotHeard,
    AttendanceCorrected,
    CandidateReferred,
    DeliberationOpened,
    JurorRecused,
    DeliberationReopened,
    CompetenceProposed,
    CompetenceRuled,
    BlockGranted,
    BlockNotGranted,
    TitlePronounced,
    DecisionDeferred,
    DecisionRectified,
    DecisionAnnulled,
    TitleFell,
    DecisionRestored,
    TitleRestored,
    ResultNotified,
    AnnulmentNotified,
    ReviewRequested,
    ReviewAnswered,
    CourtRuled,
)
"""What ties a candidacy to a session: told once what that session decided of it is known (`disclosure.Known`).

Also that it is before that session at all. A result that is withheld says that somebody suspects a fraud: of whom the
others' results are known and theirs is not, it could be read, if it were known that they were among them. Those who
are called to the same épreuves come before the same jury: who is called to a sitting is not told at all.
"""
LEFT_OUT: Final[dict[type[Fact], frozenset[str]]] = {
    AdmissibilityKept: frozenset({"ground", "reason"}),
    Registered: frozenset({"sex"}),
    BirthAndSexStated: frozenset({"sex"}),
    IdentityCorrected: frozenset({"document", "sex"}),
    EvidenceSubmitted: frozenset({"submitted_by", "from_piece"}),
    EvidenceCleared: frozenset({"scanner"}),
    EvidenceQuarantined: frozenset({"scanner"}),
    SittingPlanned: frozenset({"subject", "invigilator"}),
    SessionPlanned: frozenset({"joining_link"}),
    SessionClosed: frozenset({"signatories"}),
    MinutesSigned: frozenset({"signed_by", "digest"}),
    CandidateListed: frozenset({"barred", "advisors", "tied"}),
    CandidateSignedIn: frozenset({"document"}),
    CandidateNotHeard: frozenset({"attendance"}),
    DeliberationOpened: frozenset({"panel"}),
    JurorRecused: frozenset({"juror", "reason"}),
    DeliberationReopened: frozenset({"without", "reason"}),
    CompetenceProposed: frozenset({"departs_from"}),
    CompetenceRuled: frozenset({"departs_from"}),
    DecisionRectified: frozenset({"proposed_by"}),
    DecisionAnnulled: frozenset({"cause"}),
    AnnulmentNotified: frozenset({"cause"}),
    CreditFell: frozenset({"fall"}),
    ResultNotified: frozenset({"advisor"}),
}
"""Fields that are never told, nor what would say the same.

Assessors' marks; ties of people, who accompanies whom; who stepped out and why, which the panel of one candidate
beside that of the session would say; who did not sign the minutes; that a fraud was found, which is one of the causes
for which a decision falls, and that somebody is excluded for it, which is one of the reasons not to have come; which
subject is set, before it is; what opens a meeting; which scanner watches the house; what was stated
for statistics only.
"""
LEADS_TO_A_PERSON: Final[dict[type[Fact], frozenset[str]]] = {
    RegisterEntered: frozenset({"number"}),
    CertificateIssued: frozenset({"number"}),
    DuplicateIssued: frozenset({"number"}),
    ReissuedForCivilStatus: frozenset({"number"}),
    ReissuedForMaterialError: frozenset({"number"}),
    CertificateStruck: frozenset({"number"}),
    TitleWithdrawn: frozenset({"number"}),
    TitleReinstated: frozenset({"number"}),
    AwardDeclared: frozenset({"number", "reference"}),
}
"""Fields that stand in clear in the log and are told as what was written about people is.

Whoever sees a certificate reads on it a name and the number of the register: by that they would find the dossier.
"""
