"""Dependencies between the facts of a dossier: which could not have been recorded without some others.

A ruling requires that its jury started on the candidate, which requires that its session opened, which requires that
it was planned. This module does not check whether a panel would have been lawful, or a rule met, without those facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, get_args
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
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    AdmissibilityNotified,
    AdmissibilityReconsidered,
    AssessorAssigned,
    BlockCarriedOver,
    BlockSatisfied,
    BlocksSought,
    CalledToSitting,
    CandidacyOpened,
    CandidateSummoned,
    CreditFell,
    CreditRestored,
    EvidenceSubmitted,
    ValidationFileSubmitted,
)
from domain.deadlines.facts import AnnulmentNotified, ResultNotified
from domain.exam.facts import CandidateExpected, SittingPlanned
from domain.fact import Fact, RecordedFact
from domain.framework.definition import Definition
from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FindingAnswered,
    FindingFact,
    FindingJudged,
    FindingLifted,
    FindingQuestioned,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    SanctionPronounced,
)
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    CandidateListed,
    CandidateReferred,
    CompetenceProposed,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionConfirmed,
    DecisionDeferred,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DecisionVoted,
    DeliberationFact,
    DeliberationOpened,
    DeliberationReopened,
    JurorRecused,
    MinutesSigned,
    RecusalDeclared,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    SessionReopened,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.register.facts import (
    Attestation,
    AttestationIssued,
    AttestationRequested,
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

Token = tuple[object, ...]
"""A state that a fact provides and others need: a session is planned, an assessor is assigned."""

_DELIBERATED: Final = get_args(DeliberationFact)
_SAID: Final = (
    CompetenceRuled | CompetenceProposed | BlockGranted | BlockNotGranted | TitlePronounced | DecisionVoted
    | DecisionDeferred | DecisionAnnulled | DeliberationReopened | DecisionTakenBack | DecisionConfirmed
    | RecusalDeclared
)  # fmt: skip
_AFTER_OPENING: Final = SessionClosed | MinutesSigned | ResultsReleased | SessionReopened


def depending(
    facts: Sequence[RecordedFact], left: Iterable[RecordedFact], framework: Definition
) -> list[RecordedFact]:
    """Return the facts of `left` without those that need something no longer provided, and so on."""
    ever = {token for told in facts for token in _gives(told)}
    kept = list(left)
    while True:
        given = {token for told in kept for token in _gives(told)}
        stands = [told for told in kept if not _lacks(told, framework, ever - given)]
        if len(stands) == len(kept):
            return stands
        kept = stands


def _lacks(told: RecordedFact, framework: Definition, gone: Collection[Token]) -> bool:
    return bool(gone) and any(token in gone for token in _needs(told, framework))


def _gives(told: RecordedFact) -> Iterator[Token]:  # noqa: C901, PLR0912  (one case a fact)
    fact, stream = told.fact, told.stamp.stream
    match fact:
        case CandidacyOpened(blocks=blocks) | BlocksSought(blocks=blocks):
            yield from (("sought", block) for block in blocks)
        case SessionPlanned() | SittingPlanned():
            yield "planned", stream
        case SessionOpened():
            yield "opened", stream
        case SessionClosed():
            yield "closed", stream
        case MinutesSigned():
            yield "signed", stream
        case ResultsReleased():
            yield "released", stream
            yield ("released",)
        case ValidationFileSubmitted():
            yield ("filed",)
        case CandidateListed(candidacy=candidacy):
            yield "listed", stream, candidacy
        case CandidateSummoned(session=session):
            yield "called", session
        case CandidateExpected(candidacy=candidacy):
            yield "expected", stream, candidacy
        case DeliberationOpened(session=session):
            yield "taken up", session
        case AdmissibilityDecided(admissible=admissible):
            yield ("admissibility decided",)
            if admissible:
                yield ("admissible",)
        case AdmissibilityImplied():
            yield ("admissible",)
        case AssessorAssigned(assessor=assessor):
            yield "assessor", assessor
        case EvidenceSubmitted(evidence=evidence):
            yield "piece", evidence
        case BlockCarriedOver(block=block) | BlockSatisfied(block=block):
            yield "credit", block
        case _:
            yield from _gives_of_decisions(fact)


def _gives_of_decisions(fact: Fact) -> Iterator[Token]:  # noqa: C901, PLR0912  (one case a fact)
    match fact:
        case BlockGranted(session=session, block=block):
            yield "granted", session, block
        case TitlePronounced():
            yield ("title",)
        case DecisionRestored(session=session):
            yield "stands again", session
        case TitleRestored():
            yield ("title again",)
        case AnnulmentProposed(about=about):
            yield "annulment proposed", about
        case AnnulmentConfirmed(about=about):
            yield "annulment confirmed", about
        case RectificationProposed(session=session):
            yield "proposed", session
        case RectificationApproved(session=session):
            yield "approved", session
        case DecisionRectified(session=session, granted=granted, title=title):
            yield from (("granted", session, block) for block in granted)
            yield ("title",) if title else ("fall",)
        case DecisionAnnulled(session=session):
            yield "annulled", session
            yield ("fall",)
        case TitleFell() | CreditFell():
            yield ("fall",)
        case ReviewRequested(session=session):
            yield "review", session
        case ReviewAnswered(accepted=True, rectifies=False) | CourtRuled(annuls=True):
            yield "cause", fact.session
        case CourtRuled(session=session, quashes=True):
            yield ("lifted",)
            yield "restores", session
        case RegisterEntered(number=number):
            yield "number", number
        case AwardDeclared():
            yield ("declared",)
        case CorrectionRequested(correction=correction):
            yield "correction", correction
        case BlockCertified(block=block):
            yield "paper", block
        case AttestationRequested(attestation=attestation):
            yield "asked", attestation
        case _:
            yield from _gives_of_frauds(fact)


def _gives_of_frauds(fact: Fact) -> Iterator[Token]:
    match fact:
        case FraudReported(case=case):
            yield "case", case
        case FraudToldToCandidate(case=case):
            yield "told", case
        case CandidateHeardOnFraud(case=case):
            yield "heard", case
        case FraudFound(case=case, withdraws=sessions):
            yield "found", case
            yield from (("cause", session) for session in sessions)
        case FindingQuestioned(case=case):
            yield "questioned", case
        case FindingAnswered(accepted=True) | FindingJudged(annuls=True):
            yield "due", fact.case
        case FindingLifted(restores=sessions):
            yield ("lifted",)
            yield from (("restores", session) for session in sessions)
        case _:
            pass


def _needs(told: RecordedFact, framework: Definition) -> Iterator[Token]:
    fact: Any = told.fact
    if not isinstance(fact, SessionPlanned | SittingPlanned):
        yield "planned", told.stamp.stream
    if isinstance(fact, _AFTER_OPENING):
        yield "opened", told.stamp.stream
    if isinstance(session := getattr(fact, "session", None), UUID):
        yield "planned", session
    if isinstance(fact, _DELIBERATED):
        yield "called", fact.session
    if isinstance(fact, _SAID):
        yield "opened", fact.session
        yield "taken up", fact.session
    if isinstance(fact, JurorRecused | CandidateReferred):
        yield "opened", fact.session
    if isinstance(case := getattr(fact, "case", None), UUID) and not isinstance(fact, FraudReported):
        yield "case", case
    if isinstance(fact, FindingFact | SanctionPronounced):
        yield "found", fact.case
    yield from _needs_a_second_person(fact)
    yield from _needs_before_the_jury(fact, told.stamp.stream)
    yield from _needs_of_decisions(fact, framework)


def _needs_a_second_person(fact: Fact) -> Iterator[Token]:
    match fact:
        case AnnulmentConfirmed(about=about) | AnnulmentRejected(about=about):
            yield "annulment proposed", about
        case ReviewAnswered(accepted=True, rectifies=False) | CourtRuled(annuls=True):
            yield "annulment confirmed", fact.session
        case (
            FraudFound(confirmed_by=UUID())
            | SanctionPronounced(confirmed_by=UUID())
            | FindingAnswered(accepted=True)
            | FindingJudged(annuls=True)
        ):
            yield "annulment confirmed", fact.case
        case _:
            pass


def _needs_before_the_jury(fact: Fact, stream: UUID) -> Iterator[Token]:  # noqa: C901  (one case a fact)
    match fact:
        case AdmissibilityLapsed() | AdmissibilityKept():
            yield ("admissible",)
        case AdmissibilityNotified() | AdmissibilityCorrected() | AdmissibilityReconsidered():
            yield ("admissibility decided",)
        case CandidateSummoned(session=session):
            yield "listed", session, stream
            yield ("admissible",)
        case DeliberationOpened(session=session):
            yield "opened", session
            yield ("filed",)
        case MinutesSigned():
            yield "closed", stream
        case ResultsReleased():
            yield "signed", stream
        case CalledToSitting(sitting=sitting):
            yield "planned", sitting
            yield "expected", sitting, stream
        case AssessorAssigned(sitting=UUID() as sitting):
            yield "planned", sitting
        case CompetenceAssessed() | AssessmentFiled() | AssessmentReopened():
            yield "assessor", fact.assessor
        case BlockSatisfied(evidence=evidence):
            yield "piece", evidence
        case CreditFell(block=block) | CreditRestored(block=block):
            yield "credit", block
        case _:
            yield "piece", stream


def _needs_of_decisions(fact: Fact, framework: Definition) -> Iterator[Token]:  # noqa: C901, PLR0912  (as above)
    match fact:
        case CompetenceRuled(competence=competence):
            yield "sought", framework.block_of[competence].number
        case BlockGranted(block=block) | BlockNotGranted(block=block):
            yield "sought", block
        case DecisionAnnulled(session=session):
            yield "cause", session
        case AnnulmentNotified(session=session):
            yield "annulled", session
        case RectificationProposed(session=session):
            yield "taken up", session
        case RectificationApproved() | RectificationRejected():
            yield "proposed", fact.session
        case DecisionRectified(session=session):
            yield "proposed", session
            yield "approved", session
        case ResultNotified(session=session) | ReviewRequested(session=session):
            yield "released", session
            yield "taken up", session
        case CourtRuled(session=session, quashes=quashes):
            yield "released", session
            yield "taken up", session
            if quashes:
                yield "annulled", session
        case AnnulmentProposed(session=UUID() as session):
            yield "taken up", session
        case ReviewAnswered(session=session):
            yield "review", session
        case BlockCertified(session=session, block=block):
            yield "granted", session, block
        case RegisterEntered():
            yield ("title",)
            yield ("released",)
        case TitleWithdrawn(number=number):
            yield "number", number
            yield ("fall",)
        case TitleReinstated(number=number):
            yield "number", number
            yield ("lifted",)
            yield ("title again",)
        case _:
            yield from _needs_of_papers(fact)


def _needs_of_papers(fact: Fact) -> Iterator[Token]:
    match fact:
        case CertificateIssued(number=number) | CertificateStruck(number=number) | AwardDeclared(number=number):
            yield "number", number
        case AttestationIssued(attestation=attestation, number=number):
            yield "asked", attestation
            if number is not None:
                yield "number", number
            if attestation is Attestation.ADMISSIBILITY:
                yield ("admissible",)
        case CorrectionRequested():
            yield ("declared",)
        case CorrectionMade(correction=correction) | CorrectionRefused(correction=correction):
            yield "correction", correction
        case DuplicateIssued() | ReissuedForCivilStatus() | ReissuedForMaterialError():
            yield ("number", fact.number) if fact.block is None else ("paper", fact.block)
        case _:
            yield from _needs_of_frauds(fact)


def _needs_of_frauds(fact: Fact) -> Iterator[Token]:
    match fact:
        case CandidateHeardOnFraud(case=case):
            yield "told", case
        case FraudFound(case=case):
            yield "heard", case
        case FindingAnswered(case=case):
            yield "questioned", case
        case FindingLifted(case=case):
            yield "due", case
        case DecisionRestored(session=session):
            yield "annulled", session
            yield "restores", session
        case TitleRestored(session=session):
            yield ("lifted",)
            yield "stands again", session
        case CreditRestored():
            yield ("lifted",)
        case _:
            pass
