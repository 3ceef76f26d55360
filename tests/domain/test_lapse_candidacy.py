"""When does a candidacy lapse?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy import CandidateSummoned, OwnWork
from domain.candidacy_life import CandidacyEnded, CandidacyLapsed, NotLapsed
from domain.commands.lapse_candidacy import LapseCandidacy
from domain.deliberation import Cause
from domain.journey_rules import JourneyRules
from domain.jury import CandidateListed
from domain.person import RoleGranted
from domain.ports import SYSTEM, Actor, Role, RulebookId
from domain.replay import replay
from domain.rulebook import Rulebook, RulebookPublished
from tests.domain.harness import At, Scenario
from tests.domain.people import (
    AS_RENEE,
    CLOSED,
    ENOUGH,
    JUNE,
    MARCH,
    MARIE,
    MARIE_VAE,
    PANEL,
    RELEASED,
    RENEWED_SEATS,
    RULES,
    SIGNED,
    actor,
    admissible,
    annulled,
    applied,
    before_the_jury,
    ended,
    granted,
    heard,
    opened,
    planned,
    pronounced,
    ruled,
    summoned,
    vae_filed,
    won,
)

SIX = replace(RULES, version=3, journeys=JourneyRules(lapses_after_months=6))
SIX_MONTHS = RulebookId(Rulebook.id_of("IMCI", 3))
PUBLISHED = At(SIX_MONTHS, (RulebookPublished(rules=SIX),))
LAPSE = LapseCandidacy(candidacy=MARIE_VAE)


@pytest.mark.parametrize("by", [SYSTEM, AS_RENEE], ids=["the system", "the registrar"])
def test_it_lapses_the_day_after_its_period(scenario: Scenario, by: Actor) -> None:
    scenario.given(PUBLISHED, applied(MARIE_VAE, SIX_MONTHS))
    scenario.when(LAPSE, by=by, on=date(2021, 7, 4))
    scenario.then_refused(NotLapsed)
    scenario.when(LAPSE, by=by, on=date(2021, 7, 5))
    scenario.then(CandidacyLapsed(since=date(2021, 1, 4), last_day=date(2021, 7, 4)))
    assert [each for each in replay(scenario.store.told) if each.position > scenario.head] == []


def test_where_the_rulebook_states_no_period_it_never_does(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 7, 5))
    scenario.then_refused(NotLapsed)


def test_one_that_waits_for_a_jury_does_not(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(LAPSE, by=SYSTEM, on=date(2022, 7, 5))
    scenario.then_refused(NotLapsed)


def test_nor_one_with_its_title(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 7, 5))
    scenario.then_refused(NotLapsed)


def test_each_step_counts_a_jury_s_session_too(scenario: Scenario) -> None:
    partly = (heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), *partly)
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 12, 15))
    scenario.then_refused(NotLapsed)
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 12, 16))
    scenario.then(CandidacyLapsed(since=date(2021, 6, 15), last_day=date(2021, 12, 15)))


@pytest.mark.parametrize(("cause", "lapses"), [(Cause.COURT, False), (Cause.REVIEW, False), (Cause.FRAUD, True)])
def test_one_whose_decision_was_annulled_for_no_fault_of_theirs_is_owed_a_jury(
    scenario: Scenario, cause: Cause, lapses: bool
) -> None:
    """Else an annulment two years on would end the candidacy the day after, for what the jury did."""
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE), ended())
    scenario.given(annulled(MARIE_VAE, cause=cause))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 1, 5))
    if lapses:
        scenario.then_recorded(CandidacyLapsed)
    else:
        scenario.then_refused(NotLapsed)


def test_until_that_jury_is_over(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended(), annulled(MARIE_VAE))
    scenario.given(planned(MARCH, seats=RENEWED_SEATS))
    listed = CandidateListed(candidacy=MARIE_VAE, candidate=MARIE, barred=PANEL)
    scenario.given(At(MARCH, (listed,)), At(MARIE_VAE, (CandidateSummoned(session=MARCH),)))
    scenario.given(opened(MARCH), At(MARCH, (CLOSED, SIGNED, RELEASED)))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 1, 5))
    scenario.then_recorded(CandidacyLapsed)


def test_run_twice_it_lapses_once(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, applied(MARIE_VAE, SIX_MONTHS), admissible(MARIE_VAE))
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 7, 5))
    scenario.then_recorded(CandidacyLapsed)
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 7, 6))
    scenario.then_refused(CandidacyEnded)


def test_nobody_lets_their_own_lapse(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(LAPSE, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
