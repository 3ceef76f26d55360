"""Pronouncement of a title by a jury."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import AlreadyDecided
from domain.commands.jury.record_decision import RecordDecision
from domain.framework.block_rule import all_of, any_of
from domain.framework.facts import FrameworkPublished
from domain.jury.deliberation import KeyedByAnother
from domain.jury.facts import TitlePronounced
from domain.jury.granting import BlocksMissing
from domain.jury.vote import VoteOutcome
from tests.given.domain.people import (
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE_VAE,
    RNCP31936,
    before_the_jury,
    ended,
    granted,
    heard,
    pronounced,
    ruled,
    unanimous,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

HEARD = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH))
PRONOUNCE = RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=JUNE, candidacy=MARIE_VAE)
LATER = (*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))


def test_title_is_pronounced_once_when_all_four_blocks_are_granted(scenario: Scenario) -> None:
    scenario.given(*HEARD, granted(MARIE_VAE, 1, 2, 3, 4))
    scenario.when(PRONOUNCE, by=AS_PAUL)
    scenario.then(unanimous(MARIE_VAE, JUNE), TitlePronounced(session=JUNE, candidacy=MARIE_VAE))
    scenario.when(PRONOUNCE, by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_title_cannot_be_pronounced_with_three_of_four_blocks(scenario: Scenario, missing: int) -> None:
    """RNCP 31936: the blocks together are the certification."""
    scenario.given(*HEARD, granted(MARIE_VAE, *({1, 2, 3, 4} - {missing})))
    scenario.when(PRONOUNCE, by=AS_PAUL)
    scenario.then_refused(BlocksMissing, missing)


def test_title_counts_the_blocks_granted_by_an_earlier_jury(scenario: Scenario) -> None:
    scenario.given(*HEARD, granted(MARIE_VAE, 1, 3), ended(), *LATER, granted(MARIE_VAE, 2, 4, session=MARCH))
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MARCH, candidacy=MARIE_VAE),
        by=AS_PAUL,
        on=LATER_DAY,
    )
    scenario.then(unanimous(MARIE_VAE, MARCH), TitlePronounced(session=MARCH, candidacy=MARIE_VAE))


def test_title_cannot_be_pronounced_again_by_a_later_jury(scenario: Scenario) -> None:
    scenario.given(*HEARD, granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE), ended(), *LATER)
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MARCH, candidacy=MARIE_VAE),
        by=AS_PAUL,
        on=LATER_DAY,
    )
    scenario.then_refused(AlreadyDecided)


def test_title_cannot_be_pronounced_by_the_registrar(scenario: Scenario) -> None:
    scenario.given(*HEARD, granted(MARIE_VAE, 1, 2, 3, 4))
    scenario.when(PRONOUNCE, by=AS_RENEE)
    scenario.then_refused(KeyedByAnother)


OPTIONS = FrameworkPublished(
    definition=replace(RNCP31936, title_rule=all_of(1, any_of(all_of(2, 3), all_of(3, 4))), required_blocks=(1, 3))
)


@pytest.mark.parametrize("blocks", [(1, 2, 3), (1, 3, 4), (1, 2, 3, 4)])
def test_title_with_options_is_pronounced_on_either_branch(scenario: Scenario, blocks: tuple[int, ...]) -> None:
    """BTS SIO: BC01 and (BC02 and BC03, or BC04 and BC05)."""
    scenario.given(At(FRAMEWORK, (OPTIONS,)), *HEARD, granted(MARIE_VAE, *blocks))
    scenario.when(PRONOUNCE, by=AS_PAUL)
    scenario.then(unanimous(MARIE_VAE, JUNE), TitlePronounced(session=JUNE, candidacy=MARIE_VAE))


@pytest.mark.parametrize(
    ("blocks", "missing"),
    [((2, 3, 4), (1,)), ((1, 2, 4), (3,)), ((1, 3), (2,)), ((1,), (2, 3)), ((), (1, 2, 3))],
)
def test_refusal_of_a_title_with_options_names_the_blocks_missing_of_the_nearest_branch(
    scenario: Scenario, blocks: tuple[int, ...], missing: tuple[int, ...]
) -> None:
    scenario.given(At(FRAMEWORK, (OPTIONS,)), *HEARD, granted(MARIE_VAE, *blocks))
    scenario.when(PRONOUNCE, by=AS_PAUL)
    scenario.then_refused(BlocksMissing, *missing)
