"""Rectification of a decision that was keyed wrongly: proposal, approval, and effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.appeal.facts import ComplaintGround, RectificationApproved, RectificationProposed, RectificationRejected
from domain.appeal.rectification import (
    Minuted,
    NoRectificationUnderWay,
    NothingToRectify,
    NotTheirsToRectify,
    Rectification,
    RectificationUnderWay,
    RectificationUnreasoned,
    SecondApprover,
)
from domain.appeal.review import NotAMaterialError
from domain.candidacy.candidacy import AlreadyDecided, OwnWork, UnknownCompetence
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.reject_rectification import RejectRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.register.certify_block import CertifyBlock
from domain.fact import Personal
from domain.jury.annulled_decision import AlreadyAnnulled
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CompetenceRuled, DecisionRectified, TitleFell
from domain.jury.granting import BlockRuleMet, BlockRuleNotMet, BlocksMissing, UnknownBlock
from domain.jury.rectified_decision import Corrected, MinutedBlock
from domain.jury.ruling import NotReady, RuledTwice
from domain.jury.session import MinutesNotSigned
from domain.people.facts import RoleGranted
from domain.ports import Actor, Role
from domain.refusal import Forbidden, NotFound, Refused, StaleVersion
from domain.register.certificates import PaperAlreadyIssued
from domain.register.facts import BlockCertified, RegisterEntered
from domain.replay.judge import replay
from domain.standing.standing import Standing, standing
from domain.standing.what_if import Supposed, what_if
from tests.given.domain.keyed_wrongly import EVERYTHING, PROPOSE, SAYS, keyed
from tests.given.domain.people import (
    AS_ELSA,
    AS_MARC,
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PAUL,
    RENEE,
    RNCP31936,
    RULES,
    SAMIR_VAE,
    SIGNED,
    actor,
    annulled,
    before_the_jury,
    ended,
    granted,
    heard,
    not_granted,
    person,
    pronounced,
    recused,
    registered,
    ruled,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

ZELDA = person("zelda")
APPROVE = ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x")
REJECT = RejectRectification(session=JUNE, candidacy=MARIE_VAE, reason="x")
TITLE = replace(PROPOSE, minuted=Minuted(rulings={27: True}, title=True))


def minuted(**said: object) -> ProposeRectification:
    return replace(PROPOSE, minuted=Minuted(**{"rulings": {}, **said}))  # type: ignore[arg-type]


def stands(scenario: Scenario, *, provisional: bool = False) -> Standing:
    return standing(RNCP31936, RULES, scenario.store.told, provisional=provisional)


def blocks(scenario: Scenario, *, provisional: bool = False) -> list[int]:
    lines = stands(scenario, provisional=provisional).blocks
    return [line.number for line in lines if line.state == "granted"]


def test_rectification_states_what_was_keyed_what_the_minutes_say_and_what_follows(scenario: Scenario) -> None:
    scenario.given(*keyed())
    scenario.when(PROPOSE, by=AS_RENEE)
    corrected = (Corrected(competence=27, keyed=False, minuted=True),)
    why = Personal("x", MARIE)
    proposed = RectificationProposed(
        session=JUNE,
        candidacy=MARIE_VAE,
        rulings=corrected,
        blocks=(),
        title=None,
        proposed_by=RENEE,
        reason=why,
    )
    scenario.then(proposed)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then(
        RectificationApproved(session=JUNE, candidacy=MARIE_VAE),
        DecisionRectified(
            session=JUNE,
            candidacy=MARIE_VAE,
            rulings=corrected,
            granted=(4,),
            not_granted=(),
            title=None,
            proposed_by=RENEE,
            reason=why,
            rectified_on=scenario.today,
            made_known=True,
        ),
    )
    assert (stands(scenario).outcome, blocks(scenario)) == ("partial", [1, 2, 3, 4])


def test_rectification_that_grants_the_last_block_pronounces_the_title_only_when_the_minutes_do(
    scenario: Scenario,
) -> None:
    scenario.given(*keyed())
    for command, by in ((PROPOSE, AS_RENEE), (APPROVE, AS_PAUL)):
        scenario.when(command, by=by)
    assert stands(scenario).title_on is None
    scenario.when(minuted(title=True), by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified, RegisterEntered)
    assert stands(scenario).outcome == "full"


@pytest.mark.parametrize(("competence", "lost"), [(26, (4,)), (5, ())])
def test_block_granted_by_a_rectification_falls_in_what_if_without_a_ruling_that_it_needs(
    scenario: Scenario, competence: int, lost: tuple[int, ...]
) -> None:
    scenario.given(*keyed())
    for command, by in ((PROPOSE, AS_RENEE), (APPROVE, AS_PAUL)):
        scenario.when(command, by=by)
    facts = scenario.store.told
    (position,) = [
        told.stamp.position
        for told in facts
        if isinstance(told.fact, CompetenceRuled) and told.fact.competence == competence
    ]
    answer = what_if(RNCP31936, RULES, facts, Supposed(without=frozenset({position})))
    assert answer.lost == lost


def test_rectification_before_the_release_is_recorded_and_stays_hidden(scenario: Scenario) -> None:
    scenario.given(*keyed(released=False))
    scenario.when(TITLE, by=AS_PAUL)
    scenario.when(APPROVE, by=AS_RENEE)
    scenario.then_recorded(
        RectificationApproved, DecisionRectified
    )  # the title is entered in the register after the release
    assert blocks(scenario, provisional=True) == [1, 2, 3, 4]
    assert stands(scenario).outcome == "in_progress"
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    assert stands(scenario).outcome == "full"


def test_title_of_another_jury_falls_with_a_block_keyed_by_mistake(scenario: Scenario) -> None:
    acquired = (21, 22, 25)
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, acquired, (23, 24)), granted(MARIE_VAE, 3), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 1, 2, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(minuted(rulings={21: False}), by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified, TitleFell)
    assert (stands(scenario).outcome, blocks(scenario)) == ("partial", [1, 2, 4])


def test_rectification_of_an_older_jury_does_not_override_the_latest_jury(scenario: Scenario) -> None:
    """For a block not granted, the standing shows the rulings of the jury that ruled last on it."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, (26,), (27, 28, 29, 30)), not_granted(MARIE_VAE, 4), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(ruled(MARIE_VAE, (27, 29), (26, 28, 30), session=MARCH))
    scenario.given(not_granted(MARIE_VAE, 4, session=MARCH), ended(MARCH))
    before = next(line for line in stands(scenario).blocks if line.number == 4)
    scenario.when(minuted(rulings={30: True}), by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified)
    assert next(line for line in stands(scenario).blocks if line.number == 4) == before


def test_block_granted_by_another_jury_since_keeps_its_session_and_day_after_a_rectification(
    scenario: Scenario,
) -> None:
    certify = CertifyBlock(candidacy=MARIE_VAE, block=4)
    scenario.given(*keyed(), *before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(ruled(MARIE_VAE, (26, 27, 28), (29, 30), session=MARCH))
    scenario.given(granted(MARIE_VAE, 4, session=MARCH), ended(MARCH))
    scenario.when(certify, by=AS_RENEE, on=LATER_DAY)
    scenario.then_recorded(BlockCertified)
    told_on = LATER_DAY + timedelta(days=1)
    scenario.when(PROPOSE, by=AS_RENEE, on=told_on)
    scenario.when(APPROVE, by=AS_PAUL, on=told_on)
    scenario.then_recorded(RectificationApproved, DecisionRectified)
    for provisional in (True, False):
        line = next(each for each in stands(scenario, provisional=provisional).blocks if each.number == 4)
        assert (line.state, line.session, line.decided_on) == ("granted", MARCH, LATER_DAY)
    scenario.when(certify, by=AS_RENEE, on=told_on)
    scenario.then_refused(PaperAlreadyIssued)


@pytest.mark.parametrize(
    ("says", "refusal"),
    [
        ({}, NothingToRectify),
        ({"rulings": {27: False}}, NothingToRectify),
        ({"title": False}, NothingToRectify),
        ({"blocks": (MinutedBlock(block=1, granted=True),)}, NothingToRectify),
        ({"rulings": {31: True}}, UnknownCompetence),
        ({"blocks": (MinutedBlock(block=9, granted=True),)}, UnknownBlock),
        ({"blocks": (MinutedBlock(block=1, granted=True), MinutedBlock(block=1, granted=False))}, RuledTwice),
        ({"blocks": (MinutedBlock(block=4, granted=True),)}, BlockRuleNotMet),
        ({"blocks": (MinutedBlock(block=1, granted=False),)}, BlockRuleMet),
        ({"rulings": {29: True}, "title": True}, BlocksMissing),
    ],
)
def test_rectification_must_change_something_and_respect_the_rules(
    scenario: Scenario, says: dict[str, object], refusal: type[Refused]
) -> None:
    scenario.given(*keyed())
    scenario.when(minuted(**says), by=AS_RENEE)
    scenario.then_refused(refusal)


def test_ruling_that_agrees_with_the_minutes_cannot_be_rectified(scenario: Scenario) -> None:
    scenario.given(*keyed())
    scenario.when(minuted(rulings={26: True}), by=AS_RENEE)
    scenario.then_refused(NothingToRectify)


def test_block_not_fully_ruled_on_cannot_be_decided_by_a_rectification(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, (21, 22, 25), (23, 24)), granted(MARIE_VAE, 3), ended())
    scenario.when(minuted(rulings={1: True}), by=AS_RENEE)
    scenario.then_refused(NotReady, 1)


def test_title_pronounced_by_another_jury_cannot_be_pronounced_by_a_rectification(scenario: Scenario) -> None:
    scenario.given(*keyed(), *before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(TITLE, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)


def test_rectification_cannot_be_proposed_before_the_minutes_are_signed(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, (), EVERYTHING), not_granted(MARIE_VAE, 1, 2, 3, 4), At(JUNE, (CLOSED,)))
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.then_refused(MinutesNotSigned)
    scenario.given(At(JUNE, (SIGNED,)))
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.then_recorded(RectificationProposed)


def test_rectification_is_refused_on_an_annulled_or_missing_decision(scenario: Scenario) -> None:
    scenario.given(*keyed(), annulled(MARIE_VAE))
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.then_refused(AlreadyAnnulled)
    scenario.given(*vae_filed(SAMIR_VAE), *before_the_jury(SAMIR_VAE, session=MARCH), ended(MARCH))
    scenario.when(replace(PROPOSE, session=MARCH, candidacy=SAMIR_VAE), by=AS_RENEE)
    scenario.then_refused(NotReady)
    scenario.when(replace(PROPOSE, session=MARCH), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_rectification_cannot_be_approved_once_the_decision_is_annulled(scenario: Scenario) -> None:
    scenario.given(*keyed())
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.given(annulled(MARIE_VAE))
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_refused(AlreadyAnnulled)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(AS_MARIE, Forbidden), (AS_NADIA, NotTheirsToRectify), (AS_ELSA, NotTheirsToRectify), (AS_MARC, NotFound)],
    ids=["the candidate", "a member", "a substitute", "somebody on no jury of hers"],
)
@pytest.mark.parametrize("command", [PROPOSE, APPROVE, REJECT], ids=lambda command: type(command).__name__)
def test_rectification_is_refused_to_everyone_but_the_signing_chair_and_the_registrar(
    scenario: Scenario, command: ProposeRectification, who: Actor, refusal: type[Refused]
) -> None:
    scenario.given(*keyed())
    if command is not PROPOSE:
        scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(command, by=who)
    scenario.then_refused(refusal)


def test_rectification_cannot_be_proposed_by_a_chair_recused_for_the_candidate(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), recused(MARIE_VAE, PAUL))
    scenario.given(heard(MARIE_VAE), ruled(MARIE_VAE, (), EVERYTHING), not_granted(MARIE_VAE, 1, 2, 3, 4), ended())
    scenario.when(PROPOSE, by=AS_PAUL)
    scenario.then_refused(NotTheirsToRectify)


def test_rectification_cannot_be_proposed_by_a_registrar_who_is_the_candidate(scenario: Scenario) -> None:
    scenario.given(*keyed(), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(PROPOSE, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


@pytest.mark.parametrize("who", [AS_RENEE, AS_PAUL], ids=["registrar", "chair"])
def test_rectification_cannot_be_approved_by_its_proposer(scenario: Scenario, who: Actor) -> None:
    scenario.given(*keyed())
    scenario.when(PROPOSE, by=who)
    scenario.when(APPROVE, by=who)
    scenario.then_refused(SecondApprover)


def test_rectification_cannot_be_approved_by_its_proposer_in_another_role(scenario: Scenario) -> None:
    scenario.given(*keyed(), At(PAUL, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(PROPOSE, by=AS_PAUL)
    scenario.when(APPROVE, by=actor(PAUL, Role.REGISTRAR))
    scenario.then_refused(SecondApprover)


def test_rectification_cannot_be_approved_by_its_proposer_under_another_file(scenario: Scenario) -> None:
    scenario.given(*keyed(), registered(ZELDA, Role.REGISTRAR))
    linked = LinkDuplicate(person=ZELDA, other=PAUL, reason="x")
    scenario.when_both(linked, by=AS_RENEE)
    scenario.when(PROPOSE, by=AS_PAUL)
    scenario.when(APPROVE, by=actor(ZELDA, Role.REGISTRAR))
    scenario.then_refused(SecondApprover)
    scenario.when(APPROVE, by=AS_RENEE)
    scenario.then_recorded(RectificationApproved, DecisionRectified)


def test_rectification_is_decided_only_when_proposed_and_proposed_one_at_a_time(scenario: Scenario) -> None:
    scenario.given(*keyed())
    for command in (APPROVE, REJECT):
        scenario.when(command, by=AS_PAUL)
        scenario.then_refused(NoRectificationUnderWay)
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(TITLE, by=AS_PAUL)
    scenario.then_refused(RectificationUnderWay)
    scenario.when(REJECT, by=AS_PAUL)
    scenario.then(RectificationRejected(session=JUNE, candidacy=MARIE_VAE, reason=Personal("x", MARIE)))
    assert blocks(scenario) == [1, 2, 3]
    scenario.when(TITLE, by=AS_PAUL)
    scenario.when(REJECT, by=AS_PAUL)  # the proposer may reject their own proposal
    scenario.then_recorded(RectificationRejected)


@pytest.mark.parametrize("command", [PROPOSE, APPROVE, REJECT], ids=lambda command: type(command).__name__)
def test_every_step_of_a_rectification_needs_a_reason(scenario: Scenario, command: ProposeRectification) -> None:
    scenario.given(*keyed())
    if command is not PROPOSE:
        scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(replace(command, reason=" "), by=AS_PAUL)
    scenario.then_refused(RectificationUnreasoned)


def test_rectification_is_refused_when_the_decision_or_the_proposal_changed_since_it_was_shown(
    scenario: Scenario,
) -> None:
    scenario.given(*keyed())
    shown = len(scenario.store.facts(Deliberation.id_of(JUNE, MARIE_VAE)))
    scenario.when(PROPOSE, by=AS_RENEE, shown=shown - 1)
    scenario.then_refused(StaleVersion)
    scenario.when(PROPOSE, by=AS_RENEE, shown=shown)
    for command, by in ((REJECT, AS_RENEE), (TITLE, AS_RENEE)):
        scenario.when(command, by=by)
    scenario.when(APPROVE, by=AS_PAUL, shown=1)
    scenario.then_refused(StaleVersion, Rectification.id_of(JUNE, MARIE_VAE))
    scenario.when(APPROVE, by=AS_PAUL, shown=3)
    scenario.then_recorded(RectificationApproved, DecisionRectified, RegisterEntered)


def test_review_for_a_procedural_fault_cannot_be_answered_by_a_rectification(scenario: Scenario) -> None:
    scenario.given(*keyed())
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="x")
    answer = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x", minuted=SAYS)
    scenario.when(ask, by=AS_MARIE)
    scenario.when(answer, by=AS_RENEE)
    scenario.then_refused(NotAMaterialError)
    scenario.when(replace(answer, minuted=None, accepted=False), by=AS_RENEE)
    scenario.when(replace(ask, ground=ComplaintGround.MATERIAL), by=AS_MARIE)
    scenario.when(replace(answer, accepted=False), by=AS_RENEE)
    scenario.then_refused(NotAMaterialError)


def test_rectification_cannot_be_approved_by_the_registrar_who_answered_the_review(scenario: Scenario) -> None:
    scenario.given(*keyed())
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="x")
    answer = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x", minuted=SAYS)
    scenario.when(ask, by=AS_MARIE)
    scenario.when(answer, by=AS_RENEE)
    scenario.when(APPROVE, by=AS_RENEE)
    scenario.then_refused(SecondApprover)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified)


def test_rectification_that_changes_no_block_changes_neither_title_nor_register(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(minuted(rulings={3: True}), by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified)


def test_replay_refuses_a_rectification_proposed_by_the_candidate_or_for_another_jury(
    scenario: Scenario,
) -> None:
    scenario.given(*keyed(), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(PROPOSE, by=AS_RENEE)
    (proposed,) = scenario.then_recorded(RectificationProposed)
    scenario.take_back()
    assert isinstance(proposed, RectificationProposed)
    stream = Rectification.id_of(JUNE, MARIE_VAE)
    assert scenario.forged(stream, proposed, by=AS_RENEE) == []
    own = replace(proposed, proposed_by=MARIE)
    assert scenario.forged(stream, own, by=actor(MARIE, Role.REGISTRAR)) == ["own-work"]
    elsewhere = replace(proposed, session=MARCH)
    assert scenario.forged(Rectification.id_of(MARCH, MARIE_VAE), elsewhere, by=AS_RENEE) == ["not-found"]


def test_replay_finds_a_forged_rectification(scenario: Scenario) -> None:
    scenario.given(*keyed())
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    *told, last = scenario.store.told
    start = last.stamp.position

    def verdict(**changes: object) -> list[str]:
        changed = replace(last, fact=replace(last.fact, **changes))
        return [each.rule for each in replay([*told, changed]) if each.position == start]

    assert verdict() == []
    assert verdict(granted=(4,), not_granted=(1,)) == ["decided-otherwise"]
    assert verdict(title=True) == ["decided-otherwise"]
    assert verdict(proposed_by=PAUL) == ["decided-otherwise"]
    assert verdict(rulings=()) == ["decided-otherwise"]
    by_proposer = replace(last, stamp=replace(last.stamp, by=RENEE, role=Role.REGISTRAR.value))
    assert [each.rule for each in replay([*told, by_proposer]) if each.position == start] == ["decided-otherwise"]
    twice = replace(last, stamp=replace(last.stamp, position=start + 1, version=last.stamp.version + 1))
    assert [each.rule for each in replay([*told, last, twice]) if each.position > start] == [
        "no-rectification-under-way"
    ]
