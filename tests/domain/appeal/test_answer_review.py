"""Answers to requests for review."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.appeal.facts import AnnulmentProposed, ComplaintGround, ReviewAnswered, ReviewRequested
from domain.appeal.refold import founded
from domain.appeal.review import JudgeInOwnCause, NoReviewUnderWay, Review, Unreasoned
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.request_review import RequestReview
from domain.commands.register.enter_register import EnterRegister
from domain.fact import Personal
from domain.framework.block_rule import all_of, any_of
from domain.jury.annulled_decision import AlreadyAnnulled, Cause
from domain.jury.decision import JuryDecision
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionAnnulled, TitleFell
from domain.people.facts import DuplicateLinked, RoleGranted
from domain.ports import PersonId, Role
from domain.refusal import Forbidden, NotFound, StaleVersion
from domain.register.facts import RegisterEntered, TitleWithdrawn
from domain.register.register import AlreadyEntered, Register, TitleNotReleased
from domain.replay.judge import replay
from domain.standing.standing import Standing, standing
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    ELSA,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PAUL,
    RENEE,
    RNCP31936,
    RULES,
    SAMIR,
    SAMIR_VAE,
    actor,
    annulled,
    before_the_jury,
    ended,
    granted,
    heard,
    not_granted,
    pronounced,
    ruled,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

WHY = "La juré était sa formatrice."
ASK = RequestReview(
    session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="Un juré m'a formée."
)
CONFIRM = ConfirmAnnulment(candidacy=MARIE_VAE, about=JUNE)
REJECT = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=False, reason=WHY)
ACCEPT = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason=WHY)
FELL = DecisionAnnulled(session=JUNE, candidacy=MARIE_VAE, cause=Cause.REVIEW, annulled_on=JURY_DAY)


def answered(*, accepted: bool) -> ReviewAnswered:
    return ReviewAnswered(session=JUNE, candidacy=MARIE_VAE, accepted=accepted, reason=Personal(WHY, MARIE))


def stands(scenario: Scenario, upto: int | None = None) -> Standing:
    hers = [told for told in scenario.store.told if getattr(told.fact, "candidacy", MARIE_VAE) == MARIE_VAE]
    return standing(RNCP31936, RULES, hers[:upto], provisional=False)


def test_rejected_review_gives_a_reason_and_leaves_the_decision_unchanged(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    before = stands(scenario)
    scenario.when(ASK, by=AS_MARIE)
    scenario.when(REJECT, by=AS_RENEE)
    scenario.then(answered(accepted=False))
    assert stands(scenario) == before


def test_accepted_review_annuls_everything_that_the_jury_decided_on_the_candidate(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    known = len(scenario.store.told)
    scenario.when(ASK, by=AS_MARIE)
    scenario.when_annulled(ACCEPT, by=AS_RENEE)
    scenario.then(answered(accepted=True), FELL)
    now = stands(scenario)
    assert (now.outcome, now.title_on) == ("in_progress", None)
    assert {line.state for line in now.blocks} == {"not_decided"}
    assert {line.state for line in now.competences} <= {"evidenced", "no_evidence"}
    assert stands(scenario, upto=known).outcome == "full", "as of before the annulment it still shows what was"


def test_accepted_review_leaves_the_decisions_on_other_candidates_unchanged(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), *before_the_jury(MARIE_VAE, SAMIR_VAE))
    scenario.given(*(heard(each) for each in (MARIE_VAE, SAMIR_VAE)))
    scenario.given(*(granted(each, 1, 2, 3, 4) for each in (MARIE_VAE, SAMIR_VAE)))
    scenario.given(pronounced(SAMIR_VAE), ended())
    scenario.when(ASK, by=AS_MARIE)
    scenario.when_annulled(ACCEPT, by=AS_RENEE)
    scenario.then(answered(accepted=True), FELL)
    scenario.when(EnterRegister(candidacy=SAMIR_VAE), by=AS_RENEE)
    scenario.then_recorded(RegisterEntered)


def test_blocks_granted_by_another_jury_are_kept_when_a_decision_is_annulled(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(granted(MARIE_VAE, 1, 3), not_granted(MARIE_VAE, 2, 4), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 2, session=MARCH), ended(MARCH))
    scenario.when(ASK, by=AS_MARIE)
    scenario.when_annulled(ACCEPT, by=AS_RENEE)
    scenario.then(answered(accepted=True), FELL)
    now = stands(scenario)
    assert (now.outcome, [line.state for line in now.blocks if line.number == 2]) == ("partial", ["granted"])
    assert [line.number for line in now.blocks if line.state == "granted"] == [2]


def test_annulled_title_leaves_the_register_and_its_number_is_never_given_again(scenario: Scenario) -> None:
    register = Register.id_of(FRAMEWORK)
    samir = RegisterEntered(number=2, candidacy=SAMIR_VAE, candidate=SAMIR, framework=FRAMEWORK, obtained_on=JURY_DAY)
    scenario.given(*won(MARIE_VAE))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.given(At(register, (samir,)))
    scenario.when(ASK, by=AS_MARIE)
    scenario.when_annulled(ACCEPT, by=AS_RENEE)
    withdrawn = TitleWithdrawn(number=1, candidacy=MARIE_VAE, reason=Personal(WHY, MARIE), declaration_due=True)
    scenario.then(answered(accepted=True), FELL, withdrawn)
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(TitleNotReleased)
    # a new jury with other members pronounces the title again
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 1, 2, 3, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    (entered,) = scenario.then_recorded(RegisterEntered)
    assert isinstance(entered, RegisterEntered)
    assert entered.number == 3
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadyEntered)


def test_title_that_rested_on_an_annulled_block_falls_but_the_blocks_of_its_jury_are_kept(scenario: Scenario) -> None:
    """The jury that pronounced the title relied on the blocks granted by the other."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, (21, 22, 25)), granted(MARIE_VAE, 1, 3), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 2, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    assert stands(scenario).outcome == "full"
    scenario.when(ASK, by=AS_MARIE)
    scenario.when_annulled(ACCEPT, by=AS_RENEE)
    withdrawn = TitleWithdrawn(number=1, candidacy=MARIE_VAE, reason=Personal(WHY, MARIE), declaration_due=True)
    scenario.then(answered(accepted=True), FELL, TitleFell(session=MARCH, candidacy=MARIE_VAE), withdrawn)
    now = stands(scenario)
    assert (now.outcome, now.title_on) == ("partial", None)
    assert [line.number for line in now.blocks if line.state == "granted"] == [2, 4]


def test_title_is_kept_when_the_annulled_jury_granted_none_of_its_blocks(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(not_granted(MARIE_VAE, 1, 2, 3, 4), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 1, 2, 3, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.when(ASK, by=AS_MARIE)
    scenario.when_annulled(ACCEPT, by=AS_RENEE)
    scenario.then(answered(accepted=True), FELL)
    assert stands(scenario).outcome == "full"


@pytest.mark.parametrize(
    ("granted_here", "granted_elsewhere", "falls"),
    [((3, 4), (1, 2), False), ((3, 4), (1,), False), ((3, 4), (2,), True), ((4,), (1, 2), True)],
    ids=["all", "by the other option", "without block 1", "no option whole"],
)
def test_title_with_options_falls_only_when_no_option_is_complete_any_more(
    granted_here: tuple[int, ...], granted_elsewhere: tuple[int, ...], falls: bool
) -> None:
    options = replace(RNCP31936, title_rule=all_of(1, any_of(all_of(2, 3), all_of(3, 4))), required_blocks=(1, 3))
    title = Deliberation(id=uuid4(), decision=JuryDecision(title=True, granted=frozenset(granted_here)))
    other = Deliberation(id=uuid4(), decision=JuryDecision(granted=frozenset(granted_elsewhere)))
    assert founded(options, title, (title, other), frozenset()) != falls
    counted = founded(options, title, (title,), frozenset(granted_elsewhere))
    assert counted != falls, "a block that counts from elsewhere is as good"


def test_review_that_was_not_requested_or_already_answered_cannot_be_answered(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(ACCEPT, by=AS_RENEE)
    scenario.then_refused(NoReviewUnderWay)
    scenario.when(ASK, by=AS_MARIE)
    scenario.when(REJECT, by=AS_RENEE)
    scenario.when(ACCEPT, by=AS_RENEE)
    scenario.then_refused(NoReviewUnderWay)


def test_answer_to_a_review_needs_a_reason(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(ASK, by=AS_MARIE)
    blank = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=False, reason="  ")
    scenario.when(blank, by=AS_RENEE)
    scenario.then_refused(Unreasoned)


def test_review_of_a_decision_annulled_by_a_court_can_only_be_rejected(
    scenario: Scenario,
) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(ASK, by=AS_MARIE)
    scenario.given(annulled(MARIE_VAE))
    scenario.when(ACCEPT, by=AS_RENEE)
    scenario.then_refused(AlreadyAnnulled)
    scenario.when(REJECT, by=AS_RENEE)
    scenario.then(answered(accepted=False))


def test_answer_to_a_review_is_refused_when_the_request_changed_since_it_was_shown(scenario: Scenario) -> None:
    """The registrar read the first request; it was answered, and another was made, in the meantime."""
    scenario.given(*won(MARIE_VAE))
    for command, by in ((ASK, AS_MARIE), (REJECT, AS_RENEE), (ASK, AS_MARIE)):
        scenario.when(command, by=by)
    scenario.when(ACCEPT, by=AS_RENEE, shown=1)
    scenario.then_refused(StaleVersion)
    scenario.when_annulled(ACCEPT, by=AS_RENEE, shown=3)
    scenario.then_recorded(ReviewAnswered, DecisionAnnulled)


def test_candidate_cannot_answer_a_review(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(ASK, by=AS_MARIE)
    scenario.when(ACCEPT, by=AS_MARIE)
    scenario.then_refused(Forbidden)


def test_review_of_a_session_that_never_heard_the_candidate_is_not_found(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(AnswerReview(session=MARCH, candidacy=MARIE_VAE, accepted=True, reason=WHY), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_review_has_a_stream_of_its_own(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(ASK, by=AS_MARIE)
    assert [type(fact) for fact in scenario.store.facts(Review.id_of(JUNE, MARIE_VAE))] == [ReviewRequested]
    assert ReviewRequested not in {type(f) for f in scenario.store.facts(Deliberation.id_of(JUNE, MARIE_VAE))}


@pytest.mark.parametrize("member", [PAUL, ELSA], ids=["member", "substitute"])
def test_review_cannot_be_answered_or_confirmed_by_a_member_of_the_jury(scenario: Scenario, member: PersonId) -> None:
    scenario.given(won(MARIE_VAE), At(member, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(ASK, by=AS_MARIE)
    for answer in (ACCEPT, REJECT):
        scenario.when(answer, by=actor(member, Role.REGISTRAR))
        scenario.then_refused(JudgeInOwnCause, member)
    scenario.when(ACCEPT, by=AS_RENEE)
    scenario.then_recorded(AnnulmentProposed)
    *before, proposed = scenario.store.told
    by_them = replace(proposed, stamp=replace(proposed.stamp, by=member))
    assert [found.rule for found in replay([*before, by_them])][-1:] == ["judge-in-own-cause"]
    scenario.when(CONFIRM, by=actor(member, Role.REGISTRAR))
    scenario.then_refused(JudgeInOwnCause, member)


def test_review_cannot_be_answered_by_a_member_of_the_jury_under_another_file(scenario: Scenario) -> None:
    scenario.given(won(MARIE_VAE))
    scenario.when(ASK, by=AS_MARIE)
    scenario.given(At(RENEE, (DuplicateLinked(other=PAUL, reason=Personal("x", PAUL)),)))
    scenario.when(ACCEPT, by=AS_RENEE)
    scenario.then_refused(JudgeInOwnCause, PAUL)
