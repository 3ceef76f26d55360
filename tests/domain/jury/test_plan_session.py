"""Planning of a jury session."""

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
def test_session_is_planned_with_the_jury_rule_of_its_route(scenario: Scenario, places: int) -> None:
    scenario.when(call(places=places), by=AS_RENEE)
    scenario.then(replace(PLANS[MARCH], places=places, remote=False))


def test_session_cannot_be_planned_for_a_closed_route(scenario: Scenario) -> None:
    scenario.when(call(Route.CA), by=AS_RENEE)
    scenario.then_refused(RouteClosed)


@pytest.mark.parametrize("places", [0, -1, 91])
def test_session_cannot_be_planned_outside_one_to_ninety_places(scenario: Scenario, places: int) -> None:
    scenario.when(call(places=places), by=AS_RENEE)
    scenario.then_refused(SessionSize)


def test_session_cannot_be_planned_in_the_past(scenario: Scenario) -> None:
    """A title is obtained on the day of its jury, which may not be backdated."""
    scenario.when(call(held_on=date(2021, 6, 14)), by=AS_RENEE)
    scenario.then_refused(SessionInThePast)


def test_starting_hour_and_joining_link_of_a_session_are_kept_when_given(scenario: Scenario) -> None:
    link = "https://salle.example/r/12?mot=a"
    scenario.when(replace(call(), starts_at=time(9), joining_link=link), by=AS_RENEE)
    scenario.then(replace(PLANS[MARCH], starts_at=time(9), joining_link=link))


def test_joining_link_must_be_a_safe_address_without_a_password(scenario: Scenario) -> None:
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
