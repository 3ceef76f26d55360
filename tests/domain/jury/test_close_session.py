"""Closing of a session."""

from __future__ import annotations

from domain.commands.jury.close_session import CloseSession
from domain.jury.deliberation import NotAllDecided
from domain.jury.facts import SessionClosed
from domain.jury.session import SessionNotOpen
from tests.given.domain.people import (
    AS_RENEE,
    JUNE,
    LUC,
    MARIE_VAE,
    before_the_jury,
    granted,
    heard,
    pronounced,
    recused,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import NOON, Meanwhile, Scenario

CLOSE = CloseSession(session=JUNE)
CALLED = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
HEARD = (*CALLED, heard(MARIE_VAE))
SEEKING = (*CALLED, heard(MARIE_VAE, sought=(3,)))


def test_session_closes_once_every_block_ruled_on_is_decided(scenario: Scenario) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, [21, 22, 25]))
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then_refused(NotAllDecided, MARIE_VAE)
    scenario.given(granted(MARIE_VAE, 3))
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then(SessionClosed(at=NOON))
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then_refused(SessionNotOpen)


def test_session_does_not_close_on_a_candidate_neither_heard_nor_absent(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then_refused(NotAllDecided)


def test_session_stays_open_when_a_ruling_is_recorded_while_it_closes(scenario: Scenario) -> None:
    scenario.given(*HEARD)
    scenario.when(Meanwhile(CLOSE, lambda: scenario.given(ruled(MARIE_VAE, [21]))), by=AS_RENEE)
    assert isinstance(scenario.outcome, NotAllDecided)


def test_session_does_not_close_on_a_candidate_heard_but_not_decided(scenario: Scenario) -> None:
    scenario.given(*SEEKING)
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then_refused(NotAllDecided, MARIE_VAE)


def test_session_does_not_close_on_a_candidate_whose_rulings_fell_when_a_member_stepped_out(
    scenario: Scenario,
) -> None:
    scenario.given(*SEEKING, ruled(MARIE_VAE, [21, 22, 25]), recused(MARIE_VAE, LUC))
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then_refused(NotAllDecided, MARIE_VAE)


def test_session_that_only_pronounces_a_title_closes(scenario: Scenario) -> None:
    """The blocks were granted before; the title is the only decision of this session."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), pronounced(MARIE_VAE))
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then(SessionClosed(at=NOON))
