"""When is a shortfall of balance accepted?"""

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


def test_a_shortfall_that_the_seats_show_is_accepted(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=MEN))
    scenario.when(derogate("panel-balance-panel"), by=AS_RENEE)
    scenario.then_recorded(PanelDerogationGranted)


def test_a_balance_that_is_kept_needs_none(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(derogate("panel-balance-panel"), by=AS_RENEE)
    scenario.then_refused(DerogationNotNeeded)


def test_nothing_but_balance_is_derogated_to(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=MEN[:2]))
    scenario.when(derogate("panel-size"), by=AS_RENEE)
    scenario.then_refused(DerogationNotNeeded)
