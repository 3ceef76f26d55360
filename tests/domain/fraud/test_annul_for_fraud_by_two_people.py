"""Annulments and sanctions for fraud that need two people, also where the jury decides."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.appeal.annulment import AnnulmentOutdated, AnnulmentWaits
from domain.appeal.facts import (
    AnnulmentConfirmed,
    AnnulmentProposed,
    AnnulmentRejected,
    ComplaintGround,
    Consequence,
    Effect,
)
from domain.appeal.review import JudgeInOwnCause
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.reject_annulment import RejectAnnulment
from domain.commands.fraud.answer_finding import AnswerFinding
from domain.commands.fraud.note_finding_ruling import NoteFindingRuling
from domain.commands.fraud.question_finding import QuestionFinding
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.commands.people.declare_sole_registrar import DeclareSoleRegistrar
from domain.commands.register.enter_register import EnterRegister
from domain.fact import Fact
from domain.fraud.facts import (
    FindingAnswered,
    FindingJudged,
    FindingLifted,
    FraudDismissed,
    FraudFound,
    SanctionPronounced,
)
from domain.fraud.fraud import (
    ConfirmedByTheJury,
    Fraud,
    FraudVoteMissaid,
    KeyedSanction,
    NoFraudUnderWay,
    NotDecidedYet,
    ReporterDoesNotDecide,
)
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionAnnulled, DecisionRestored, ReleaseResumed, TitleRestored
from domain.jury.vote import VoteOutcome
from domain.people.two_people import ConfirmedAlone
from domain.ports import OPERATOR, Actor, Role
from domain.register.facts import TitleReinstated, TitleWithdrawn
from domain.rulebook.fraud_rules import FraudBody
from domain.standing.disclosure import disclosed
from tests.given.domain.fraud_procedure import CERTIFIER, HEARING, decide, reported, ruled_by, told_and_heard
from tests.given.domain.people import (
    AS_ADA,
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    JUNE,
    MARIE,
    MARIE_VAE,
    NADIA,
    PAUL,
    RENEE,
    SIGNED,
    actor,
    as_reader,
    before_the_jury,
    granted,
    heard,
    person,
    registered,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

ZELDA, YVON = person("zelda"), person("yvon")
AS_ZELDA, AS_YVON = actor(ZELDA, Role.REGISTRAR), actor(YVON, Role.REGISTRAR)


@pytest.fixture
def scene(scenario: Scenario) -> Scenario:
    """The certifier decides on fraud; there are three registrars."""
    scenario.given(registered(ZELDA, Role.REGISTRAR), registered(YVON, Role.REGISTRAR))
    return ruled_by(scenario, CERTIFIER)


@pytest.fixture
def by_jury(scenario: Scenario) -> Scenario:
    """The jury decides on fraud; there are three registrars."""
    scenario.given(registered(ZELDA, Role.REGISTRAR), registered(YVON, Role.REGISTRAR))
    return ruled_by(scenario, replace(CERTIFIER, decided_by=FraudBody.JURY))


def titled(scenario: Scenario) -> UUID:
    """Give Marie a title entered in the register, report a fraud by Renée, and hear Marie."""
    scenario.given(*won(MARIE_VAE))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    case = reported(scenario)
    told_and_heard(scenario, case)
    return case


def confirm(case: UUID) -> ConfirmAnnulment:
    return ConfirmAnnulment(candidacy=MARIE_VAE, about=case)


def void(case: UUID, vote: VoteOutcome | None = None) -> PronounceSanction:
    asked = KeyedSanction(code="N", competences=(21,))
    return PronounceSanction(candidacy=MARIE_VAE, case=case, sanction=asked, reason="x", vote=vote)


def annulled(scenario: Scenario) -> bool:
    return scenario.log.find(Deliberation, Deliberation.id_of(JUNE, MARIE_VAE)).annulled


def test_finding_that_annuls_a_decision_is_proposed_and_confirmed_by_another_registrar(scene: Scenario) -> None:
    case = titled(scene)
    scene.when(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    (proposed,) = scene.then_recorded(AnnulmentProposed)
    assert isinstance(proposed, AnnulmentProposed)
    assert [each.effect for each in proposed.consequences] == [Effect.DECISION_FALLS, Effect.NUMBER_WITHDRAWN]
    assert (proposed.case, proposed.withdraws, proposed.vote) == (case, (JUNE,), None)
    assert not annulled(scene)
    scene.when(confirm(case), by=AS_ZELDA)
    scene.then_refused(ConfirmedAlone)
    scene.when(confirm(case), by=AS_RENEE)
    scene.then_refused(ReporterDoesNotDecide)
    scene.when(confirm(case), by=AS_YVON)
    _, found, *_ = scene.then_recorded(AnnulmentConfirmed, FraudFound, DecisionAnnulled, TitleWithdrawn)
    assert isinstance(found, FraudFound)
    assert (found.found_by, found.confirmed_by) == (ZELDA, YVON)
    assert scene.log.find(Fraud, Fraud.id_of(MARIE)).cases[case].judges == {RENEE, ZELDA, YVON}


def test_finding_that_annuls_nothing_needs_one_person(scene: Scenario) -> None:
    case = titled(scene)
    scene.when(decide(case), by=AS_ZELDA)
    (found,) = scene.then_recorded(FraudFound)
    assert isinstance(found, FraudFound)
    assert found.confirmed_by is None
    scene.take_back()
    scene.when(decide(case, found=False), by=AS_ZELDA)
    scene.then_recorded(FraudDismissed)


def test_case_cannot_be_decided_otherwise_while_an_annulment_is_pending(scene: Scenario) -> None:
    case = titled(scene)
    scene.when(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    for other in (decide(case, found=False), decide(case)):
        scene.when(other, by=AS_YVON)
        scene.then_refused(AnnulmentWaits, case)
    scene.when(RejectAnnulment(candidacy=MARIE_VAE, about=case, reason="x"), by=AS_YVON)
    scene.then_recorded(AnnulmentRejected)
    scene.when(decide(case, found=False), by=AS_ZELDA)
    scene.then_recorded(FraudDismissed)
    scene.when(decide(case), by=AS_ZELDA)
    scene.then_refused(NoFraudUnderWay)


def test_annulment_for_fraud_cannot_be_confirmed_once_the_jury_took_its_decision_back(scene: Scenario) -> None:
    """Its results were not released yet: the jury sits again on what it had decided."""
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), granted(MARIE_VAE, 1))
    scene.given(At(JUNE, (CLOSED, SIGNED)))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    scene.then_recorded(AnnulmentProposed)
    back = TakeBackDecision(session=JUNE, candidacy=MARIE_VAE, reason="Erreur de saisie.")
    scene.when(back, by=AS_PAUL, on=HEARING)
    assert not isinstance(scene.outcome, Exception), scene.outcome
    scene.when(confirm(case), by=AS_YVON)
    scene.then_refused(NotDecidedYet)


def test_annulment_for_fraud_cannot_be_confirmed_once_the_title_was_entered_in_the_register(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    scene.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scene.when(confirm(case), by=AS_YVON)
    scene.then_refused(AnnulmentOutdated, case)


def test_withheld_result_is_released_when_the_annulment_is_confirmed(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), granted(MARIE_VAE, 1))
    scene.given(At(JUNE, (CLOSED, SIGNED)))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    scene.when(confirm(case), by=AS_YVON)
    scene.then_recorded(AnnulmentConfirmed, FraudFound, DecisionAnnulled, ReleaseResumed)


def test_sanction_that_voids_marks_needs_two_people_and_a_warning_one(scene: Scenario) -> None:
    case = titled(scene)
    scene.when(decide(case), by=AS_ZELDA)
    warned = PronounceSanction(candidacy=MARIE_VAE, case=case, sanction=KeyedSanction(code="A"), reason="x")
    scene.when(warned, by=AS_ZELDA)
    scene.then_recorded(SanctionPronounced)
    scene.when(void(case), by=AS_ZELDA)
    (proposed,) = scene.then_recorded(AnnulmentProposed)
    assert isinstance(proposed, AnnulmentProposed)
    marks = Consequence(effect=Effect.MARKS_VOID, candidacy=MARIE_VAE, numbers=(21,))
    assert (proposed.sanction, proposed.consequences) == ("N", (marks,))
    fraud = scene.log.find(Fraud, Fraud.id_of(MARIE))
    assert fraud.voided(MARIE_VAE) == frozenset()
    scene.when(confirm(case), by=AS_ZELDA)
    scene.then_refused(ConfirmedAlone)
    scene.when(confirm(case), by=AS_YVON)
    _, pronounced = scene.then_recorded(AnnulmentConfirmed, SanctionPronounced)
    assert isinstance(pronounced, SanctionPronounced)
    assert (pronounced.pronounced_by, pronounced.confirmed_by) == (ZELDA, YVON)
    assert scene.log.find(Fraud, Fraud.id_of(MARIE)).voided(MARIE_VAE) == {21}


def test_fraud_voted_by_a_jury_is_confirmed_by_a_registrar_without_a_seat(by_jury: Scenario) -> None:
    case = titled(by_jury)
    for vote in (None, VoteOutcome.NONE):
        by_jury.when(decide(case, withdraws=(JUNE,), vote=vote), by=AS_PAUL)
        by_jury.then_refused(FraudVoteMissaid)
    by_jury.when(decide(case, withdraws=(JUNE,), vote=VoteOutcome.UNANIMOUS), by=AS_PAUL)
    (proposed,) = by_jury.then_recorded(AnnulmentProposed)
    assert isinstance(proposed, AnnulmentProposed)
    assert (proposed.vote, proposed.proposed_by) == (VoteOutcome.UNANIMOUS, PAUL)
    by_jury.given(At(NADIA, registered(NADIA, Role.REGISTRAR).facts[-1:]))
    by_jury.when(confirm(case), by=actor(NADIA, Role.REGISTRAR))
    by_jury.then_refused(ConfirmedByTheJury, NADIA)
    by_jury.when(confirm(case), by=AS_RENEE)
    by_jury.then_refused(ReporterDoesNotDecide)
    by_jury.when(confirm(case), by=AS_ZELDA)
    _, found, *_ = by_jury.then_recorded(AnnulmentConfirmed, FraudFound, DecisionAnnulled, TitleWithdrawn)
    assert isinstance(found, FraudFound)
    assert (found.body, found.vote) == (FraudBody.JURY, VoteOutcome.UNANIMOUS)
    assert (found.found_by, found.confirmed_by) == (PAUL, ZELDA)
    by_jury.when(void(case), by=AS_PAUL)
    by_jury.then_refused(FraudVoteMissaid)
    by_jury.when(void(case, VoteOutcome.MAJORITY), by=AS_PAUL)
    by_jury.when(confirm(case), by=AS_ZELDA)
    _, pronounced = by_jury.then_recorded(AnnulmentConfirmed, SanctionPronounced)
    assert getattr(pronounced, "vote", None) is VoteOutcome.MAJORITY


def test_sole_registrar_who_chaired_the_jury_cannot_confirm_its_finding(by_jury: Scenario) -> None:
    case = titled(by_jury)
    by_jury.given(At(PAUL, registered(PAUL, Role.REGISTRAR).facts[-1:]))
    by_jury.when(DeclareSoleRegistrar(reason="Une seule personne travaille ici.", registrar=PAUL), by=AS_ADA)
    by_jury.when(decide(case, withdraws=(JUNE,), vote=VoteOutcome.MAJORITY), by=AS_PAUL)
    by_jury.when(confirm(case), by=Actor(person=PAUL, role=Role.REGISTRAR, proved=True))
    by_jury.then_refused(ConfirmedByTheJury, PAUL)


def test_finding_by_the_certifier_cannot_have_a_vote(scene: Scenario) -> None:
    case = titled(scene)
    scene.when(decide(case, vote=VoteOutcome.MAJORITY), by=AS_ZELDA)
    scene.then_refused(FraudVoteMissaid)


@pytest.mark.parametrize("casts", [True, False])
def test_chair_settles_a_tie_on_a_fraud_only_when_the_rulebook_gives_a_casting_vote(
    scenario: Scenario, casts: bool
) -> None:
    ruled_by(scenario, replace(CERTIFIER, decided_by=FraudBody.JURY), casting_vote=casts)
    case = titled(scenario)
    scenario.when(decide(case, vote=VoteOutcome.CASTING_VOTE), by=AS_PAUL)
    if casts:
        scenario.then_recorded(FraudFound)
    else:
        scenario.then_refused(FraudVoteMissaid)


def fallen(scene: Scenario) -> UUID:
    """Annul Marie's title for a fraud found by Zelda and confirmed by Yvon, and request a review of it."""
    case = titled(scene)
    scene.when(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    scene.when(confirm(case), by=AS_YVON)
    asks = QuestionFinding(candidacy=MARIE_VAE, case=case, ground=ComplaintGround.PROCEDURAL, statement="x")
    scene.when(asks, by=AS_MARIE)
    return case


def test_finding_is_lifted_by_two_people_of_whom_the_first_did_not_decide_it(scene: Scenario) -> None:
    """The person who confirms the lifting may have found the fraud: they revise their own finding on another's
    answer."""
    case = fallen(scene)
    answer = AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=True, reason="x")
    for judge in (AS_RENEE, AS_ZELDA, AS_YVON):
        scene.when(answer, by=judge)
        scene.then_refused(JudgeInOwnCause)
    other = person("wanda")
    scene.given(registered(other, Role.REGISTRAR))
    scene.when(answer, by=actor(other, Role.REGISTRAR))
    (proposed,) = scene.then_recorded(AnnulmentProposed)
    assert isinstance(proposed, AnnulmentProposed)
    assert [each.effect for each in proposed.consequences] == [
        *(Effect.FINDING_LIFTED, Effect.DECISION_RESTORED, Effect.TITLE_RESTORED, Effect.NUMBER_REINSTATED)
    ]
    assert annulled(scene)
    scene.when(confirm(case), by=actor(other, Role.REGISTRAR))
    scene.then_refused(ConfirmedAlone)
    scene.when(confirm(case), by=AS_ZELDA)
    scene.then_recorded(
        *(AnnulmentConfirmed, FindingAnswered, FindingLifted, DecisionRestored, TitleRestored, TitleReinstated)
    )


def test_court_ruling_that_lifts_a_finding_needs_confirmation_unless_noted_by_the_operator(scene: Scenario) -> None:
    case = fallen(scene)
    ruling = NoteFindingRuling(
        candidacy=MARIE_VAE, case=case, court="TA", ruled_on=HEARING, reference="1", annuls=True
    )
    scene.when(ruling, by=AS_ZELDA, on=HEARING)
    scene.then_recorded(AnnulmentProposed)
    scene.when(confirm(case), by=AS_YVON, on=HEARING)
    facts = (FindingJudged, FindingLifted, DecisionRestored, TitleRestored, TitleReinstated)
    scene.then_recorded(AnnulmentConfirmed, *facts)
    scene.take_back()
    scene.when(RejectAnnulment(candidacy=MARIE_VAE, about=case, reason="x"), by=AS_YVON, on=HEARING)
    scene.when(ruling, by=OPERATOR, on=HEARING)
    scene.then_recorded(*facts)


def test_rejected_review_of_a_finding_needs_one_person(scene: Scenario) -> None:
    case = fallen(scene)
    other = person("wanda")
    scene.given(registered(other, Role.REGISTRAR))
    rejected = AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=False, reason="x")
    scene.when(rejected, by=actor(other, Role.REGISTRAR))
    scene.then_recorded(FindingAnswered)


def test_proposed_annulment_for_fraud_is_shown_to_the_panel_but_not_to_the_candidate(by_jury: Scenario) -> None:
    case = titled(by_jury)
    by_jury.when(decide(case, withdraws=(JUNE,), vote=VoteOutcome.MAJORITY), by=AS_PAUL)

    def shown(who: Actor) -> bool:
        facts = disclosed(as_reader(who), by_jury.store.told)
        return any(isinstance(told.fact, AnnulmentProposed) for told in facts)

    assert [shown(who) for who in (AS_NADIA, AS_PAUL, AS_ZELDA, AS_MARIE)] == [True, True, True, False]


def test_proposed_lifting_of_a_finding_is_hidden_from_the_panel(scene: Scenario) -> None:
    """Its reason is the answer to the complaint, which a panel does not read."""
    case = fallen(scene)
    other = person("wanda")
    scene.given(registered(other, Role.REGISTRAR))
    start = len(scene.store.told)
    answer = AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=True, reason="x")
    scene.when(answer, by=actor(other, Role.REGISTRAR))
    scene.when(confirm(case), by=AS_ZELDA)

    def shown(who: Actor) -> set[type[Fact]]:
        facts = disclosed(as_reader(who), scene.store.told)
        return {type(told.fact) for told in facts if told.stamp.position > start}

    two = {AnnulmentProposed, AnnulmentConfirmed}
    assert two <= shown(AS_ZELDA)
    assert two.isdisjoint(shown(AS_PAUL))
    assert FindingLifted in shown(AS_PAUL)
