"""Facts that fall in what-if with a fact that they depend on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.appeal.annulment import Annulments
from domain.appeal.facts import (
    AnnulmentConfirmed,
    AnnulmentProposed,
    ComplaintGround,
    CourtRuled,
    RectificationApproved,
    RectificationProposed,
    ReviewAnswered,
    ReviewRequested,
)
from domain.appeal.rectification import Rectification
from domain.appeal.review import Review
from domain.candidacy.facts import AssessorAssigned, BlocksSought, CalledToSitting, ValidationFileSubmitted
from domain.exam.facts import CandidateExpected
from domain.fact import Personal
from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FindingAnswered,
    FindingQuestioned,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    SanctionPronounced,
)
from domain.fraud.fraud import Fraud
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionRectified, DecisionRestored
from domain.ports import SittingId
from domain.register.certificates import Papers
from domain.register.facts import (
    BlockCertified,
    CertificateStruck,
    DuplicateIssued,
    Loss,
    RegisterEntered,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
    TitleWithdrawn,
)
from domain.register.register import Register
from domain.rulebook.fraud_rules import FraudBody, SanctionKind
from domain.standing.what_if import Supposed, what_if
from tests.given.domain.epreuves import PLAN
from tests.given.domain.known_facts import SESSIONS, told
from tests.given.domain.people import (
    ASTRID,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    MARCH,
    MARIE,
    MARIE_FI,
    RENEE,
    RNCP31936,
    RULES,
    annulled,
    applied,
    ended,
    granted,
    heard,
    not_granted,
    pronounced,
    ruled,
)
from tests.given.domain.scenario import At

WON = (applied(MARIE_FI), *SESSIONS, ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4), pronounced(MARIE_FI))
WORDS, SAT, CASE = Personal("x", MARIE), date(2021, 6, 15), UUID(int=7)
EPREUVE = SittingId(UUID(int=8))
REPORT = FraudReported(
    case=CASE,
    candidacy=MARIE_FI,
    reported_by=ASTRID,
    session=None,
    sitting=None,
    evidence=(),
    competences=(1,),
    statement=WORDS,
)
FOUND = FraudFound(
    case=CASE,
    candidacy=MARIE_FI,
    body=FraudBody.CERTIFIER,
    rested=(),
    withdraws=(JUNE,),
    reason=WORDS,
    found_by=RENEE,
)
WARNED = SanctionPronounced(
    case=CASE,
    candidacy=MARIE_FI,
    sanction="A",
    kind=SanctionKind.WARNING,
    competences=(),
    until=None,
    reason=WORDS,
    juries=(),
    pronounced_by=RENEE,
)
ASKED = ReviewRequested(
    session=JUNE, candidacy=MARIE_FI, ground=ComplaintGround.PROCEDURAL, asked_on=SAT, statement=WORDS
)
ACCEPTED = ReviewAnswered(session=JUNE, candidacy=MARIE_FI, accepted=True, reason=WORDS)
RULING = CourtRuled(session=JUNE, candidacy=MARIE_FI, court="TA", ruled_on=SAT, reference=WORDS, annuls=True)
QUASHED = replace(RULING, annuls=False, quashes=True)
PROPOSED = RectificationProposed(
    session=JUNE, candidacy=MARIE_FI, rulings=(), blocks=(), title=None, proposed_by=ASTRID, reason=WORDS
)
ANNULS = AnnulmentProposed(
    candidacy=MARIE_FI, session=JUNE, cause=Cause.REVIEW, proposed_by=RENEE, consequences=(), reason=WORDS
)
CONFIRMED = AnnulmentConfirmed(candidacy=MARIE_FI, cause=Cause.REVIEW, session=JUNE, proposed_by=RENEE)
FOR_FRAUD = replace(ANNULS, session=None, case=CASE, cause=Cause.FRAUD)
BY_TWO = replace(CONFIRMED, session=None, case=CASE)
ANNULLING = Annulments.id_of(MARIE_FI)
APPROVED = RectificationApproved(session=JUNE, candidacy=MARIE_FI)
RECTIFIED = DecisionRectified(
    session=JUNE,
    candidacy=MARIE_FI,
    rulings=(),
    granted=(),
    not_granted=(),
    title=None,
    proposed_by=ASTRID,
    reason=WORDS,
    rectified_on=date(2021, 6, 15),
    made_known=True,
)
ENTERED = RegisterEntered(number=1, candidacy=MARIE_FI, candidate=MARIE, framework=FRAMEWORK, obtained_on=SAT)
CERTIFIED = BlockCertified(
    candidacy=MARIE_FI, block=1, session=JUNE, obtained_on=SAT, issued_on=SAT, corrections=0, holder=WORDS
)
COPY = DuplicateIssued(candidacy=MARIE_FI, block=1, number=None, copy=1, loss=Loss.LOST, issued_on=SAT)
ANEW = ReissuedForCivilStatus(candidacy=MARIE_FI, block=1, number=None, issued_on=SAT, corrections=1, holder=WORDS)
REPLACED = ReissuedForMaterialError(
    candidacy=MARIE_FI, block=None, number=1, edition=2, issued_on=SAT, corrections=1, holder=WORDS
)
STRUCK = CertificateStruck(number=1, candidacy=MARIE_FI, edition=1, issued_on=SAT, replacement=2, struck_on=SAT)
TOLD = FraudToldToCandidate(case=CASE, candidacy=MARIE_FI, hearing_on=SAT)
HEARD = CandidateHeardOnFraud(case=CASE, candidacy=MARIE_FI, heard_on=SAT, came=False)
QUESTIONED = FindingQuestioned(
    case=CASE, candidacy=MARIE_FI, sanction=None, ground=ComplaintGround.PROCEDURAL, asked_on=SAT, statement=WORDS
)
ANSWERED = FindingAnswered(case=CASE, candidacy=MARIE_FI, accepted=False, reason=WORDS)
GRANTS = replace(RECTIFIED, session=MARCH, granted=(1,))
OUT = TitleWithdrawn(number=1, candidacy=MARIE_FI, reason=WORDS)
CALLED = CalledToSitting(sitting=EPREUVE)
BY_NUMBER = AssessorAssigned(assessor=ASTRID, competences=(1,), sitting=EPREUVE)
FRAUD, REVIEW, DECIDED = Fraud.id_of(MARIE), Review.id_of(JUNE, MARIE_FI), Deliberation.id_of(JUNE, MARIE_FI)
RECTIFYING, PAPERS = Rectification.id_of(JUNE, MARIE_FI), Papers.id_of(MARIE_FI)
RESTORED = DecisionRestored(session=JUNE, candidacy=MARIE_FI, restored_on=date(2021, 6, 15))

RESTS: dict[str, tuple[tuple[At, ...], str, tuple[str, ...]]] = {
    "a finding on what was reported": ((At(FRAUD, (REPORT, FOUND)),), "FraudReported", ("FraudFound",)),
    "a sanction on the finding": ((At(FRAUD, (REPORT, FOUND, WARNED)),), "FraudFound", ("SanctionPronounced",)),
    "what it withdraws": ((At(FRAUD, (REPORT, FOUND)), annulled(MARIE_FI)), "FraudFound", ("DecisionAnnulled",)),
    "an answer on what was asked": ((At(REVIEW, (ASKED, ACCEPTED)),), "ReviewRequested", ("ReviewAnswered",)),
    "what it annuls": (
        (At(REVIEW, (ASKED, ACCEPTED)), annulled(MARIE_FI)),
        "ReviewAnswered",
        ("DecisionAnnulled",),
    ),
    "a court's ruling on the release": (
        (At(REVIEW, (RULING,)), annulled(MARIE_FI)),
        "ResultsReleased",
        ("CourtRuled", "DecisionAnnulled"),
    ),
    "what a higher court quashes": (
        (At(REVIEW, (RULING,)), annulled(MARIE_FI), At(REVIEW, (QUASHED,)), At(DECIDED, (RESTORED,))),
        "CourtRuled",
        ("DecisionAnnulled", "CourtRuled", "DecisionRestored"),
    ),
    "what stands again on its fall": (
        (annulled(MARIE_FI), At(DECIDED, (RESTORED,))),
        "DecisionAnnulled",
        ("DecisionRestored",),
    ),
    "a rectification on its proposal": (
        (At(RECTIFYING, (PROPOSED, APPROVED)), At(DECIDED, (RECTIFIED,))),
        "RectificationProposed",
        ("RectificationApproved", "DecisionRectified"),
    ),
    "what is confirmed on its proposal": (
        (At(ANNULLING, (ANNULS, CONFIRMED)), At(REVIEW, (ASKED, ACCEPTED)), annulled(MARIE_FI)),
        "AnnulmentProposed",
        ("AnnulmentConfirmed", "ReviewAnswered", "DecisionAnnulled"),
    ),
    "what falls for a fraud on the second person": (
        (At(FRAUD, (REPORT,)), At(ANNULLING, (FOR_FRAUD, BY_TWO)), At(FRAUD, (replace(FOUND, confirmed_by=ASTRID),))),
        "AnnulmentConfirmed",
        ("FraudFound",),
    ),
    "a certificate on the grant": (
        (At(PAPERS, (CERTIFIED,)),),
        "BlockGranted",
        ("TitlePronounced", "BlockCertified"),
    ),
    "a duplicate on the certificate": ((At(PAPERS, (CERTIFIED, COPY)),), "BlockCertified", ("DuplicateIssued",)),
    "a paper issued anew on it": ((At(PAPERS, (CERTIFIED, ANEW)),), "BlockCertified", ("ReissuedForCivilStatus",)),
    "a duplicate of the title on the register": (
        (At(Register.id_of(FRAMEWORK), (ENTERED,)), At(PAPERS, (replace(COPY, block=None, number=1),))),
        "RegisterEntered",
        ("DuplicateIssued",),
    ),
    "a certificate struck, and what replaces it, on the register": (
        (At(Register.id_of(FRAMEWORK), (ENTERED, STRUCK)), At(PAPERS, (REPLACED,))),
        "RegisterEntered",
        ("CertificateStruck", "ReissuedForMaterialError"),
    ),
    "a finding on the hearing": (
        (At(FRAUD, (REPORT, TOLD, HEARD, FOUND)),),
        "CandidateHeardOnFraud",
        ("FraudFound",),
    ),
    "an answer on what was questioned": (
        (At(FRAUD, (REPORT, FOUND, QUESTIONED, ANSWERED)),),
        "FindingQuestioned",
        ("FindingAnswered",),
    ),
    "a certificate on the rectification that grants": (
        (At(DECIDED, (GRANTS,)), At(PAPERS, (replace(CERTIFIED, session=MARCH),))),
        "DecisionRectified",
        ("BlockCertified",),
    ),
    "a withdrawal from the register on the rectification": (
        (At(Register.id_of(FRAMEWORK), (ENTERED,)), At(DECIDED, (RECTIFIED,)), At(Register.id_of(FRAMEWORK), (OUT,))),
        "DecisionRectified",
        ("TitleWithdrawn",),
    ),
    "a call to the sitting on its list": (
        (At(EPREUVE, (PLAN, CandidateExpected(candidacy=MARIE_FI, candidate=MARIE))), At(MARIE_FI, (CALLED,))),
        "CandidateExpected",
        ("CalledToSitting",),
    ),
    "a marker by number on the sitting": (
        (At(EPREUVE, (PLAN,)), At(MARIE_FI, (BY_NUMBER,))),
        "SittingPlanned",
        ("AssessorAssigned",),
    ),
}


@pytest.mark.parametrize(("more", "gone", "fell"), RESTS.values(), ids=RESTS)
def test_fact_falls_with_the_fact_that_it_depends_on(more: tuple[At, ...], gone: str, fell: tuple[str, ...]) -> None:
    facts = told(*WON, ended(), *more)
    position = next(each.stamp.position for each in facts if type(each.fact).__name__ == gone)
    answer = what_if(RNCP31936, RULES, facts, Supposed(without=frozenset({position})))
    assert tuple(each.fact for each in answer.fell) == fell


def test_decision_falls_with_the_blocks_sought_and_deliberation_with_the_file() -> None:
    """Blocks no longer sought cannot be decided, and no jury takes up a candidate without a file."""
    sought = At(MARIE_FI, (BlocksSought(blocks=(1,), sought_on=date(2021, 6, 15)),))
    file = At(MARIE_FI, (ValidationFileSubmitted(evidence=(), filed_on=date(2021, 6, 15)),))
    facts = told(applied(MARIE_FI), *SESSIONS, sought, file, heard(MARIE_FI), not_granted(MARIE_FI, 1))
    for gone, fell in ((BlocksSought, "BlockNotGranted"), (ValidationFileSubmitted, "DeliberationOpened")):
        position = next(each.stamp.position for each in facts if isinstance(each.fact, gone))
        answer = what_if(RNCP31936, RULES, facts, Supposed(without=frozenset({position})))
        assert fell in {each.fact for each in answer.fell}


def test_register_entry_falls_with_the_rectification_that_gave_the_title() -> None:
    titled = At(DECIDED, (replace(RECTIFIED, title=True),))
    entered = At(Register.id_of(FRAMEWORK), (ENTERED,))
    facts = told(
        applied(MARIE_FI), *SESSIONS, ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4), titled, ended(), entered
    )
    position = next(each.stamp.position for each in facts if isinstance(each.fact, DecisionRectified))
    answer = what_if(RNCP31936, RULES, facts, Supposed(without=frozenset({position})))
    assert [each.fact for each in answer.fell] == ["RegisterEntered"]
