"""Which session can be called?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from domain.commands.jury.plan_session import PlanSession
from domain.framework.definition import Route
from domain.framework.framework import RouteClosed
from domain.jury.session import JoiningLinkUnfit, SessionInThePast, SessionSize
from tests.given.domain.people import AS_RENEE, FRAMEWORK, LATER_DAY, MARCH, PLANS, RULEBOOK
from tests.given.domain.scenario import Scenario


def call(route: Route = Route.FI, held_on: date = LATER_DAY, places: int = 10) -> PlanSession:
    return PlanSession(
        framework=FRAMEWORK, rulebook=RULEBOOK, route=route, held_on=held_on, place="Paris", places=places
    )


@pytest.mark.parametrize("places", [1, 90])
def test_a_session_is_called_under_the_jury_of_the_route(scenario: Scenario, places: int) -> None:
    scenario.when(call(places=places), by=AS_RENEE)
    scenario.then(replace(PLANS[MARCH], places=places, remote=False))


def test_no_jury_sits_for_a_closed_route(scenario: Scenario) -> None:
    scenario.when(call(Route.CA), by=AS_RENEE)
    scenario.then_refused(RouteClosed)


@pytest.mark.parametrize("places", [0, -1, 91])
def test_a_session_hears_from_one_to_ninety_candidates(scenario: Scenario, places: int) -> None:
    scenario.when(call(places=places), by=AS_RENEE)
    scenario.then_refused(SessionSize)


def test_a_session_is_not_called_for_yesterday(scenario: Scenario) -> None:
    """A title is obtained on the day of its jury, which nobody may date back."""
    scenario.when(call(held_on=date(2021, 6, 14)), by=AS_RENEE)
    scenario.then_refused(SessionInThePast)


def test_its_hour_and_where_to_join_it_are_kept_if_they_are_said(scenario: Scenario) -> None:
    link = "https://salle.example/r/12?mot=a"
    scenario.when(replace(call(), starts_at=time(9), joining_link=link), by=AS_RENEE)
    scenario.then(replace(PLANS[MARCH], starts_at=time(9), joining_link=link))


def test_one_joins_it_at_a_safe_address_without_a_password(scenario: Scenario) -> None:
    for link in (
        "http://salle.example/r",
        "https://",
        "https://rose:secret@salle.example/",
        "https://salle.example/r 12",
        "javascript:https://salle.example/",
        "https://salle.example/" + "r" * 2000,
    ):
        scenario.when(replace(call(), joining_link=link), by=AS_RENEE)
        scenario.then_refused(JoiningLinkUnfit)
