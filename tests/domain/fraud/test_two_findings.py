"""Several findings of fraud on one candidacy: what is restored when they are lifted, and who answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from domain.appeal.facts import ComplaintGround, ReviewRequested
from domain.appeal.review import JudgeInOwnCause, NoReviewUnderWay, ReviewOutOfTime
from domain.candidacy.candidacy import DossierFrozen
from domain.candidacy.credit import Credit
from domain.candidacy.facts import BlockCarriedOver, CountedElsewhere, CreditFell, CreditRestored
from domain.commands.appeal.request_review import RequestReview
from domain.commands.candidacy.satisfy_block import SatisfyBlock
from domain.commands.deadlines.notify_annulment import NotifyAnnulment
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.commands.fraud.answer_finding import AnswerFinding
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.note_finding_ruling import NoteFindingRuling
from domain.commands.fraud.question_finding import QuestionFinding
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.deadlines.facts import AnnulmentNotified, NotificationChannel, ResultNotified
from domain.deadlines.notice import AlreadyNotified, Notice, NoticeMisdated
from domain.evidence.facts import EvidenceWithdrawn
from domain.fact import Fact, Personal, Retention
from domain.framework.facts import EquivalenceAdmitted
from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FindingAnswered,
    FindingJudged,
    FindingLifted,
    FindingQuestioned,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    SanctionPronounced,
)
from domain.fraud.fraud import Fraud, KeyedSanction, NotDecidedYet
from domain.jury.annulled_decision import AlreadyAnnulled, Cause
from domain.jury.facts import (
    DecisionAnnulled,
    DecisionRestored,
    ResultsReleased,
    SessionOpened,
    TitleFell,
    TitleRestored,
)
from domain.people.facts import ErasureGround
from domain.ports import Actor, EvidenceId, Recorded, Role, SessionId
from domain.privacy.erasure import RetentionReason, circumstances
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.fraud_rules import FraudBody, FraudRules, Sanction, SanctionKind
from domain.standing.disclosure import disclosed, unexplained
from domain.standing.what_if import Supposed, what_if
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    CV,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    PANEL,
    PAUL,
    RNCP31936,
    RULEBOOK,
    RULES,
    SIGNED,
    actor,
    annulled,
    applied,
    as_reader,
    before_the_jury,
    cleared,
    ended,
    granted,
    heard,
    known,
    person,
    plan,
    planned,
    pronounced,
    put_in,
    registered,
    ruled,
    summoned,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

WARNING = Sanction(code="A", kind=SanctionKind.WARNING, label_fr="Avertissement", label_en="Warning")
OUT = Sanction(code="E", kind=SanctionKind.EXCLUSION, label_fr="Exclusion", label_en="Exclusion", months=24)
CERTIFIER = FraudRules(decided_by=FraudBody.CERTIFIER, hearing_days=8, sanctions=(WARNING, OUT), source="x")
ZELDA, YVON = person("zelda"), person("yvon")
AS_ZELDA, AS_YVON = actor(ZELDA, Role.REGISTRAR), actor(YVON, Role.REGISTRAR)
MAY, FOUND, LIFTED = date(2022, 5, 16), date(2022, 9, 1), date(2022, 12, 1)
AGAIN = SessionId(known("session of May"))


@pytest.fixture
def scene(scenario: Scenario) -> Scenario:
    scenario.given(registered(ZELDA, Role.REGISTRAR), registered(YVON, Role.REGISTRAR))
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=replace(RULES, fraud=CERTIFIER)),)))
    return scenario


def found(scene: Scenario, *withdraws: SessionId, evidence: tuple[EvidenceId, ...] = ()) -> UUID:
    """Report a fraud by Paul, miss the hearing, and find the fraud by Zelda; return its case."""
    case = uuid4()
    report = FraudReported(
        case=case,
        candidacy=MARIE_VAE,
        reported_by=PAUL,
        session=None,
        sitting=None,
        evidence=evidence,
        competences=(21,),
        statement=Personal("x", MARIE),
    )
    told = FraudToldToCandidate(case=case, candidacy=MARIE_VAE, hearing_on=FOUND)
    came = CandidateHeardOnFraud(case=case, candidacy=MARIE_VAE, heard_on=FOUND, came=False)
    scene.given(At(Fraud.id_of(MARIE), (report, told, came)))
    decide = DecideFraud(candidacy=MARIE_VAE, case=case, found=True, reason="x", withdraws=withdraws)
    scene.when_annulled(decide, by=AS_ZELDA, on=FOUND)
    return case


def lift(scene: Scenario, case: UUID, sanction: str | None = None) -> tuple[Fact, ...]:
    """Annul the finding by a court; return the facts that follow."""
    ruling = NoteFindingRuling(
        candidacy=MARIE_VAE,
        case=case,
        court="Tribunal judiciaire de Paris",
        ruled_on=LIFTED,
        reference="RG 22/0007",
        annuls=True,
        sanction=sanction,
    )
    scene.when_annulled(ruling, by=AS_YVON, on=LIFTED)
    assert isinstance(scene.outcome, Recorded)
    judged, lifted, *again = scene.outcome.facts
    assert isinstance(judged, FindingJudged)
    assert isinstance(lifted, FindingLifted)
    assert scene.wrong() == []
    return tuple(again)


def kinds(facts: Iterable[Fact]) -> list[type[Fact]]:
    return [type(fact) for fact in facts]


# One decision, two frauds


def test_decision_annulled_for_two_frauds_is_restored_once_both_are_lifted(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    first = found(scene, JUNE)
    scene.then_recorded(FraudFound, DecisionAnnulled)
    second = found(scene, JUNE)
    scene.then_recorded(FraudFound)
    assert lift(scene, first) == ()
    assert kinds(lift(scene, second)) == [DecisionRestored, TitleRestored]


def test_decision_annulled_by_a_court_cannot_be_annulled_for_fraud(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE), annulled(MARIE_VAE))
    found(scene, JUNE)
    scene.then_refused(NotDecidedYet)


# One certification, one title


def counted_in_another(scene: Scenario) -> None:
    """Count the blocks of June by another route, whose jury pronounces the title in March."""
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH))
    scene.given(granted(MARIE_VAE, 1, 2, 3, 4), ended(), applied(MARIE_FI))
    carried = (
        BlockCarriedOver(
            candidacy=MARIE_FI,
            block=number,
            earlier=MARIE_VAE,
            framework=FRAMEWORK,
            blocks=(number,),
            sessions=(JUNE,),
            granted_on=JURY_DAY,
        )
        for number in (1, 2, 3, 4)
    )
    scene.given(At(Credit.id_of(MARIE_FI), tuple(carried)))
    scene.given(At(Credit.id_of(MARIE_VAE), (CountedElsewhere(candidacy=MARIE_VAE, later=MARIE_FI),)))
    scene.given(*before_the_jury(MARIE_FI, session=MARCH), heard(MARIE_FI, MARCH), pronounced(MARIE_FI, MARCH))
    scene.given(ended(MARCH))


def test_second_of_two_titles_of_a_certification_is_not_restored(scene: Scenario) -> None:
    counted_in_another(scene)
    first = found(scene, JUNE)
    scene.then_recorded(FraudFound, DecisionAnnulled, *[CreditFell] * 4, TitleFell)
    scene.given(planned(AGAIN, plan(MAY)), *summoned(AGAIN, MARIE_VAE))
    scene.given(At(AGAIN, (SessionOpened(present=PANEL, opened_on=MAY),)))
    scene.given(heard(MARIE_VAE, AGAIN), ruled(MARIE_VAE, ENOUGH, session=AGAIN))
    scene.given(granted(MARIE_VAE, 1, 2, 3, 4, session=AGAIN), pronounced(MARIE_VAE, AGAIN))
    scene.given(At(AGAIN, (CLOSED, SIGNED, ResultsReleased(released_on=MAY))))
    second = found(scene, JUNE, AGAIN)
    scene.then_recorded(FraudFound, DecisionAnnulled)
    assert lift(scene, first) == ()
    again = lift(scene, second)
    assert kinds(again) == [DecisionRestored, DecisionRestored, TitleRestored, *[CreditRestored] * 4]
    assert TitleRestored(session=AGAIN, candidacy=MARIE_VAE) in again


# A block satisfied by a forged piece

PROVED = SatisfyBlock(candidacy=MARIE_VAE, block=2, equivalence=1, evidence=CV, obtained_on=date(2019, 7, 5))
EQUIVALENCE = EquivalenceAdmitted(number=1, certification="RNCP00001", part="BC02", blocks=(2,), ground="x")


def proof_forged(scene: Scenario) -> UUID:
    scene.given(At(FRAMEWORK, (EQUIVALENCE,)), *vae_filed(MARIE_VAE), put_in(MARIE_VAE, CV), cleared(MARIE_VAE, CV))
    scene.when(PROVED, by=AS_RENEE)
    case = found(scene, evidence=(CV,))
    scene.then_recorded(FraudFound, CreditFell)
    return case


def test_piece_of_a_fallen_block_cannot_be_withdrawn_and_its_credit_is_restored(scene: Scenario) -> None:
    case = proof_forged(scene)
    scene.when(WithdrawEvidence(candidacy=MARIE_VAE, evidence=CV), by=AS_MARIE, on=FOUND)
    scene.then_refused(DossierFrozen)
    assert scene.forged(CV, EvidenceWithdrawn(candidacy=MARIE_VAE), by=AS_MARIE) == ["dossier-frozen"]
    assert kinds(lift(scene, case)) == [CreditRestored]


def test_credit_is_restored_even_when_a_jury_has_granted_the_block_since(scene: Scenario) -> None:
    """If that jury's decision fell, the block would still be won by the credit."""
    case = proof_forged(scene)
    scene.given(*before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 2))
    scene.given(ended())
    assert kinds(lift(scene, case)) == [CreditRestored]
    assert scene.log.find(Credit, Credit.id_of(MARIE_VAE)).blocks == {2}


# A review under way


def question(case: UUID, sanction: str | None = None) -> QuestionFinding:
    return QuestionFinding(
        candidacy=MARIE_VAE,
        case=case,
        ground=ComplaintGround.PROCEDURAL,
        statement="Mauvais dossier.",
        sanction=sanction,
    )


def answer(case: UUID) -> AnswerFinding:
    return AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=False, reason="x")


def held(scene: Scenario) -> set[RetentionReason | None]:
    found = circumstances(scene.log, MARIE, (MARIE_VAE,), ())
    return {fate.why for fate in found.plan((Retention.PAPERS,), ErasureGround.REQUEST, LIFTED)}


def test_data_of_the_candidate_cannot_be_erased_while_a_review_of_the_finding_is_open(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = found(scene)
    assert held(scene) == {None}
    scene.when(question(case), by=AS_MARIE, on=FOUND)
    assert held(scene) == {RetentionReason.QUESTIONED}
    scene.when(answer(case), by=AS_YVON, on=LIFTED)
    scene.then_recorded(FindingAnswered)
    assert held(scene) == {None}


@pytest.mark.parametrize("about", [None, "A"])
def test_review_of_a_finding_or_sanction_ends_when_a_court_annuls_it(scene: Scenario, about: str | None) -> None:
    scene.given(*won(MARIE_VAE))
    case = sanctioned(scene, AS_ZELDA)
    scene.when(question(case, about), by=AS_MARIE, on=FOUND)
    lift(scene, case, about)
    assert held(scene) == {None}
    scene.when(answer(case), by=AS_RENEE, on=LIFTED)
    scene.then_refused(NoReviewUnderWay)


def test_review_of_a_sanction_stays_open_when_a_court_annuls_another(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = sanctioned(scene, AS_ZELDA)
    scene.when(question(case, "E"), by=AS_MARIE, on=FOUND)
    lift(scene, case, "A")
    assert held(scene) == {RetentionReason.QUESTIONED}
    scene.when(answer(case), by=AS_RENEE, on=LIFTED)
    scene.then_recorded(FindingAnswered)


# Who answers


def sanctioned(scene: Scenario, *by: Actor) -> UUID:
    """Pronounce a warning and an exclusion, by these persons in turn."""
    case = found(scene)
    for asked, who in zip((KeyedSanction(code="A"), KeyedSanction(code="E", months=12)), by * 2, strict=False):
        scene.when(PronounceSanction(candidacy=MARIE_VAE, case=case, sanction=asked, reason="x"), by=who, on=FOUND)
        scene.then_recorded(SanctionPronounced)
    return case


@pytest.mark.parametrize(("about", "refused"), [("A", True), ("E", False), (None, True)])
def test_review_cannot_be_answered_by_the_person_who_decided_what_is_questioned(
    scene: Scenario, about: str | None, *, refused: bool
) -> None:
    scene.given(*won(MARIE_VAE))
    case = sanctioned(scene, AS_YVON, AS_ZELDA)
    scene.when(question(case, about), by=AS_MARIE, on=FOUND)
    scene.when(answer(case), by=AS_YVON, on=LIFTED)
    if refused:
        scene.then_refused(JudgeInOwnCause, YVON)
        said = FindingAnswered(case=case, candidacy=MARIE_VAE, accepted=False, reason=Personal("x", MARIE))
        assert scene.forged(Fraud.id_of(MARIE), said, by=AS_YVON, on=LIFTED) == ["judge-in-own-cause"]
        scene.when(answer(case), by=AS_RENEE, on=LIFTED)
    scene.then_recorded(FindingAnswered)


# Notices to the candidate

NOTIFY = NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST)


def test_annulment_for_fraud_cannot_be_notified_on_a_day_before_it(scene: Scenario) -> None:
    """The time to question the finding runs from that notice: it would be over before the fraud was found."""
    scene.given(*won(MARIE_VAE))
    case = found(scene, JUNE)
    told = NotifyAnnulment(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST)
    scene.when(replace(told, notified_on=FOUND - timedelta(days=1)), by=AS_RENEE, on=FOUND)
    scene.then_refused(NoticeMisdated)
    before = AnnulmentNotified(
        session=JUNE,
        candidacy=MARIE_VAE,
        notified_on=FOUND - timedelta(days=1),
        channel=NotificationChannel.POST,
        cause=Cause.FRAUD,
        remedies=RULES.remedies,
        annulment=1,
    )
    assert scene.forged(Notice.id_of(JUNE, MARIE_VAE), before, by=AS_RENEE, on=FOUND) == ["notice-misdated"]
    scene.when(replace(told, notified_on=FOUND), by=AS_RENEE, on=FOUND + timedelta(days=30))
    scene.then_recorded(AnnulmentNotified)
    assert scene.wrong() == []
    scene.when(question(case), by=AS_MARIE, on=FOUND + timedelta(days=45))
    scene.then_recorded(FindingQuestioned)


def told_to_have_fallen(scene: Scenario) -> UUID:
    scene.given(*won(MARIE_VAE))
    scene.when(NOTIFY, by=AS_RENEE)
    case = found(scene, JUNE)
    told = NotifyAnnulment(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST)
    scene.when(told, by=AS_RENEE, on=FOUND)
    scene.then_recorded(AnnulmentNotified)
    return case


def test_restored_result_is_notified_again_after_the_notice_of_its_annulment(scene: Scenario) -> None:
    lift(scene, told_to_have_fallen(scene))
    scene.when(NOTIFY, by=AS_RENEE, on=LIFTED)
    scene.then_recorded(ResultNotified)
    assert scene.wrong() == []
    scene.when(NOTIFY, by=AS_RENEE, on=LIFTED)
    scene.then_refused(AlreadyNotified)


@pytest.mark.parametrize("told", [True, False])
def test_restored_result_can_be_questioned_until_it_is_notified_again(scene: Scenario, *, told: bool) -> None:
    """Its time ran out while it was annulled."""
    scene.given(*won(MARIE_VAE))
    if told:
        scene.when(NOTIFY, by=AS_RENEE)
    case, ask = (
        found(scene, JUNE),
        RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="x"),
    )
    scene.when(ask, by=AS_MARIE, on=FOUND)
    scene.then_refused(AlreadyAnnulled)
    lift(scene, case)
    scene.when(ask, by=AS_MARIE, on=LIFTED)
    scene.then_recorded(ReviewRequested)
    scene.when(NOTIFY, by=AS_RENEE, on=LIFTED)
    scene.then_recorded(ResultNotified)
    scene.when(NOTIFY, by=AS_RENEE, on=LIFTED)
    scene.then_refused(AlreadyNotified)
    assert scene.wrong() == []


def test_time_limit_does_not_run_before_the_restored_result_is_notified_again(scene: Scenario) -> None:
    lift(scene, told_to_have_fallen(scene))
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="x")
    scene.when(ask, by=AS_MARIE, on=LIFTED)
    scene.then_recorded(ReviewRequested)


# What if the finding had not been lifted


@pytest.mark.parametrize("gone", [FindingJudged, FindingLifted])
def test_restoration_is_absent_from_what_if_without_the_lifting(scene: Scenario, gone: type[Fact]) -> None:
    scene.given(*won(MARIE_VAE))
    lift(scene, found(scene, JUNE))
    at = next(each.stamp.position for each in scene.store.told if isinstance(each.fact, gone))
    answer = what_if(RNCP31936, RULES, scene.store.told, Supposed(without=frozenset({at})))
    fell = ["FindingLifted", "DecisionRestored", "TitleRestored"]
    assert [each.fact for each in answer.fell] == fell[gone is FindingLifted :]
    assert (answer.now.outcome, answer.then.outcome) == ("full", "in_progress")


# Time limit to question a finding

TOLD_ON, LAST_DAY, LATE = date(2022, 9, 10), date(2022, 11, 10), date(2023, 9, 1)
"""Two months, as the rulebook gives for a review."""


def told_on(scene: Scenario) -> UUID:
    scene.given(*won(MARIE_VAE))
    case = found(scene, JUNE)
    told = NotifyAnnulment(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST)
    scene.when(told, by=AS_RENEE, on=TOLD_ON)
    scene.then_recorded(AnnulmentNotified)
    return case


def asked(case: UUID, on: date, sanction: str | None = None) -> tuple[QuestionFinding, FindingQuestioned]:
    fact = FindingQuestioned(
        case=case,
        candidacy=MARIE_VAE,
        sanction=sanction,
        ground=ComplaintGround.MATERIAL,
        asked_on=on,
        statement=Personal("x", MARIE),
    )
    return replace(question(case, sanction), ground=ComplaintGround.MATERIAL), fact


def test_finding_can_be_questioned_until_the_last_day_from_the_notice_of_the_annulment(
    scene: Scenario,
) -> None:
    case = told_on(scene)
    late = LAST_DAY + timedelta(days=1)
    command, fact = asked(case, late)
    scene.when(command, by=AS_MARIE, on=late)
    refused = scene.then_refused(ReviewOutOfTime, case)
    assert [each.en for each in refused.violations] == ["The time limit ended on 2022-11-10."]
    assert scene.forged(Fraud.id_of(MARIE), fact, by=AS_MARIE, on=late) == ["review-out-of-time"]
    scene.when(command, by=AS_MARIE, on=LAST_DAY)
    scene.then_recorded(FindingQuestioned)
    assert scene.wrong() == []


def test_sanction_without_a_recorded_notice_can_be_questioned_at_any_time(scene: Scenario) -> None:
    case = told_on(scene)
    warned = PronounceSanction(candidacy=MARIE_VAE, case=case, sanction=KeyedSanction(code="A"), reason="x")
    scene.when(warned, by=AS_ZELDA, on=TOLD_ON)
    scene.when(asked(case, LATE, "A")[0], by=AS_MARIE, on=LATE)
    scene.then_recorded(FindingQuestioned)


def test_finding_can_be_questioned_at_any_time_when_nothing_fell_or_no_notice_was_given(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    for case in (found(scene), found(scene, JUNE)):
        scene.when(asked(case, LATE)[0], by=AS_MARIE, on=LATE)
        scene.then_recorded(FindingQuestioned)


def test_time_limit_does_not_run_from_a_notice_of_another_fraud(scene: Scenario) -> None:
    told_on(scene)
    second = found(scene, JUNE)
    scene.when(asked(second, LATE)[0], by=AS_MARIE, on=LATE)
    scene.then_recorded(FindingQuestioned)


def test_time_limit_does_not_run_from_a_notice_without_the_remedy_of_a_review(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = found(scene, JUNE)
    told = AnnulmentNotified(
        session=JUNE,
        candidacy=MARIE_VAE,
        notified_on=TOLD_ON,
        channel=NotificationChannel.POST,
        cause=Cause.FRAUD,
        remedies=(),
        annulment=1,
    )
    scene.given(At(Notice.id_of(JUNE, MARIE_VAE), (told,)))
    scene.when(asked(case, LATE)[0], by=AS_MARIE, on=LATE)
    scene.then_recorded(FindingQuestioned)


# Disclosure to the panel


def test_panel_reads_that_a_finding_was_lifted_but_not_the_complaint_about_it(scene: Scenario) -> None:
    """The same holds for a review: a jury judges the work and not the complaint."""
    scene.given(*won(MARIE_VAE))
    case = found(scene)
    scene.when(question(case), by=AS_MARIE, on=FOUND)
    scene.when(answer(case), by=AS_YVON, on=LIFTED)
    lift(scene, case)

    def read(who: Actor) -> set[type[Fact]]:
        complaint = {FindingQuestioned, FindingAnswered, FindingJudged, FindingLifted}
        return {type(each.fact) for each in disclosed(as_reader(who), scene.store.told)} & complaint

    assert read(AS_PAUL) == {FindingLifted}
    lifted = next(each.fact for each in scene.store.told if isinstance(each.fact, FindingLifted))
    assert [unexplained(as_reader(who), lifted) for who in (AS_PAUL, AS_MARIE)] == [True, False]
    everything = {FindingQuestioned, FindingAnswered, FindingJudged, FindingLifted}
    assert read(AS_MARIE) == read(AS_RENEE) == read(actor(ZELDA, Role.AUDITOR)) == everything


def test_restored_result_cannot_be_notified_on_a_day_before_its_restoration(scene: Scenario) -> None:
    """The time to question it runs from that notice: it would be over before the decision was restored."""
    lift(scene, told_to_have_fallen(scene))
    scene.when(replace(NOTIFY, notified_on=LIFTED - timedelta(days=1)), by=AS_RENEE, on=LIFTED)
    scene.then_refused(NoticeMisdated)
