"""Decisions on blocks recorded by the chair."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import AlreadyDecided
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.framework.block_rule import BlockRule, all_of, any_of
from domain.framework.facts import FrameworkPublished
from domain.jury.facts import BlockGranted, BlockNotGranted, DecisionVoted
from domain.jury.granting import BlockNotAssessed, BlockRuleMet, BlockRuleNotMet, UnknownBlock
from domain.jury.ruling import NotReady, ReasonRequired
from domain.jury.vote import VoteOutcome, VoteWithoutDecision
from domain.ports import SessionId
from domain.replay.judge import replay
from tests.given.domain.people import (
    AS_PAUL,
    ASTRID,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE_FI,
    MARIE_VAE,
    RNCP31936,
    applied,
    before_the_jury,
    ended,
    granted,
    heard,
    marked,
    not_granted,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario


def decide(*decisions: tuple[int, bool], reason: str | None = "manque", session: SessionId = JUNE) -> RecordDecision:
    said = tuple(BlockDecision(block=number, granted=yes, reason=reason) for number, yes in decisions)
    return RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=MARIE_VAE, decisions=said)


HEARD = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))


def test_block_whose_rule_is_met_is_granted(scenario: Scenario) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, ENOUGH))
    scenario.when(decide((1, True), (3, True)), by=AS_PAUL)
    scenario.then_recorded(DecisionVoted, BlockGranted, BlockGranted)


def test_block_one_is_refused_with_five_of_nine_but_without_the_mandatory_seventh(scenario: Scenario) -> None:
    """RNCP 31936, block 1: "5 compétences sur 9 dont les compétences obligatoires: 4, 7 et 9"."""
    scenario.given(*HEARD, ruled(MARIE_VAE, [1, 2, 3, 4, 9], [5, 6, 7, 8]))
    scenario.when(decide((1, True)), by=AS_PAUL)
    scenario.then_refused(BlockRuleNotMet, 1)
    scenario.when(decide((1, False)), by=AS_PAUL)
    scenario.then_recorded(DecisionVoted, BlockNotGranted)


def test_block_cannot_be_granted_with_its_mandatory_competences_but_below_its_threshold(scenario: Scenario) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, [4, 7, 9, 1]))
    scenario.when(decide((1, True)), by=AS_PAUL)
    scenario.then_refused(BlockRuleNotMet)


def test_request_records_no_decision_when_one_of_them_breaks_a_rule(scenario: Scenario) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, [21, 22, 25]))
    scenario.when(decide((3, True), (4, True)), by=AS_PAUL)
    scenario.then_refused(BlockNotAssessed, 4)


def test_block_cannot_be_granted_on_rulings_of_an_earlier_jury(scenario: Scenario) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, [21, 22, 25]), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.when(decide((3, True), session=MARCH), by=AS_PAUL, on=LATER_DAY)
    scenario.then_refused(BlockNotAssessed)


def test_block_cannot_be_granted_on_marks_without_rulings(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), *before_the_jury(MARIE_FI), heard(MARIE_FI))
    scenario.given(marked(MARIE_FI, ASTRID, *((number, "acquired") for number in range(1, 31))))
    grant = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=JUNE,
        candidacy=MARIE_FI,
        decisions=(BlockDecision(block=3, granted=True),),
    )
    scenario.when(grant, by=AS_PAUL)
    scenario.then_refused(BlockNotAssessed)


def test_block_whose_rule_is_met_cannot_be_refused(scenario: Scenario) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, ENOUGH))
    scenario.when(decide((3, False)), by=AS_PAUL)
    scenario.then_refused(BlockRuleMet)


def test_block_cannot_be_refused_before_all_of_its_competences_are_ruled_on(scenario: Scenario) -> None:
    """The absence of a ruling is not a ruling."""
    scenario.given(*HEARD, ruled(MARIE_VAE, [21], [22, 23, 24]))
    scenario.when(decide((3, False)), by=AS_PAUL)
    scenario.then_refused(NotReady)


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_block_cannot_be_refused_without_a_reason(scenario: Scenario, blank: str | None) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, [21], [22, 23, 24, 25]))
    scenario.when(decide((3, False), reason=blank), by=AS_PAUL)
    scenario.then_refused(ReasonRequired)


@pytest.mark.parametrize("second", [True, False])
def test_block_cannot_be_decided_twice(scenario: Scenario, second: bool) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 3))
    scenario.when(decide((3, second)), by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)
    scenario.when(decide((4, True), (4, second)), by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)


def test_block_not_granted_can_be_won_before_a_later_jury_and_a_granted_one_is_kept(scenario: Scenario) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 3), not_granted(MARIE_VAE, 4), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(ruled(MARIE_VAE, ENOUGH, session=MARCH))
    scenario.when(decide((3, False), session=MARCH), by=AS_PAUL, on=LATER_DAY)
    scenario.then_refused(AlreadyDecided)
    scenario.when(decide((4, True), session=MARCH), by=AS_PAUL, on=LATER_DAY)
    scenario.then_recorded(DecisionVoted, BlockGranted)


def test_block_whose_rule_is_a_tree_is_granted_only_when_one_of_its_branches_is_met(scenario: Scenario) -> None:
    tree = all_of(21, any_of(all_of(22, 23), all_of(24, 25)))
    blocks = tuple(replace(b, rule=BlockRule.of_tree(tree)) if b.number == 3 else b for b in RNCP31936.blocks)
    optional = At(FRAMEWORK, (FrameworkPublished(definition=replace(RNCP31936, blocks=blocks)),))
    scenario.given(optional, *HEARD, ruled(MARIE_VAE, [21, 22, 24], [23, 25]))
    scenario.when(decide((3, True)), by=AS_PAUL)
    scenario.then_refused(BlockRuleNotMet, 3)
    scenario.given(ruled(MARIE_VAE, [25]))
    scenario.when(decide((3, False)), by=AS_PAUL)
    scenario.then_refused(BlockRuleMet)
    scenario.when(decide((3, True)), by=AS_PAUL)
    scenario.then_recorded(DecisionVoted, BlockGranted)
    assert not [each for each in replay(scenario.store.told) if each.position > scenario.head]


def test_decision_must_be_on_at_least_one_block_of_the_framework(scenario: Scenario) -> None:
    scenario.given(*HEARD)
    scenario.when(decide(), by=AS_PAUL)
    scenario.then_refused(VoteWithoutDecision)
    scenario.when(decide((5, True)), by=AS_PAUL)
    scenario.then_refused(UnknownBlock)
