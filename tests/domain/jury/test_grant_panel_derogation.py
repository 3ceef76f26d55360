"""Derogations from the balance of a panel."""

from __future__ import annotations

from dataclasses import replace

from domain.commands.jury.grant_panel_derogation import GrantPanelDerogation
from domain.framework.jury_rule import Sex
from domain.jury.facts import PanelDerogationGranted
from domain.jury.session import DerogationNotNeeded
from tests.given.domain.people import AS_RENEE, JUNE, SEATS, planned
from tests.given.domain.scenario import Scenario


def derogate(rule: str) -> GrantPanelDerogation:
    return GrantPanelDerogation(session=JUNE, rule=rule, reason="motif", proof="recherches")


MEN = tuple(replace(seat, sex=Sex.M) for seat in SEATS)


def test_derogation_is_granted_for_an_imbalance_of_the_seats(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=MEN))
    scenario.when(derogate("panel-balance-panel"), by=AS_RENEE)
    scenario.then_recorded(PanelDerogationGranted)


def test_derogation_is_refused_when_the_balance_is_kept(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(derogate("panel-balance-panel"), by=AS_RENEE)
    scenario.then_refused(DerogationNotNeeded)


def test_derogation_is_refused_from_any_rule_but_a_balance(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=MEN[:2]))
    scenario.when(derogate("panel-size"), by=AS_RENEE)
    scenario.then_refused(DerogationNotNeeded)
