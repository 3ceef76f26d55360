"""When does a route of access open?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.framework_file import read, shipped
from domain.commands.framework.open_route import OpenRoute
from domain.framework.assessable import ModalitiesAmiss, amiss
from domain.framework.block_rule import BlockRule, mean_of
from domain.framework.definition import Modality, Route
from domain.framework.facts import RouteOpened
from domain.framework.framework import (
    Framework,
    RouteAlreadyOpen,
    RouteBeforeRegistration,
    RouteClosed,
    RouteNotReady,
    RouteOpenedInThePast,
)
from domain.ports import OPERATOR
from tests.given.domain.people import AS_RENEE, BLOCKS, FRAMEWORK, JURY_DAY, RNCP31936, modality
from tests.given.domain.scenario import Scenario


def opening(route: Route, *modalities: Modality) -> OpenRoute:
    return OpenRoute(framework=FRAMEWORK, route=route, opened_on=JURY_DAY, ground="décision", modalities=modalities)


def test_a_route_without_modalities_on_the_sheet_opens_with_the_certifier_s(scenario: Scenario) -> None:
    scenario.when(opening(Route.CL, modality("CL", Route.CL)), by=AS_RENEE)
    scenario.then_recorded(RouteOpened)


def test_a_route_without_modalities_on_the_sheet_does_not_open_without_any(scenario: Scenario) -> None:
    scenario.when(opening(Route.CL), by=AS_RENEE)
    scenario.then_refused(RouteNotReady)


def test_a_route_that_the_sheet_does_not_open_stays_closed(scenario: Scenario) -> None:
    """RNCP 31936: apprenticeship is not open."""
    scenario.when(opening(Route.CA, modality("CA", Route.CA)), by=AS_RENEE)
    scenario.then_refused(RouteClosed)


def test_a_route_is_opened_once(scenario: Scenario) -> None:
    scenario.when(opening(Route.VAE, modality("V2", Route.VAE)), by=AS_RENEE)
    scenario.then_refused(RouteAlreadyOpen)


def test_only_the_operator_takes_over_an_opening_of_the_past(scenario: Scenario) -> None:
    """A registrar dates nothing back."""
    past = replace(opening(Route.CL, modality("CL", Route.CL)), opened_on=JURY_DAY - timedelta(days=1))
    scenario.when(past, by=AS_RENEE)
    scenario.then_refused(RouteOpenedInThePast)
    scenario.when(past, by=OPERATOR)
    scenario.then_recorded(RouteOpened)


@pytest.mark.parametrize(("opened_on", "sound"), [(date(2014, 12, 22), True), (date(2014, 12, 21), False)])
def test_and_none_of_before_the_registration_had_any_effect(
    scenario: Scenario, *, opened_on: date, sound: bool
) -> None:
    """RNCP 31936: "avec effet du 22 décembre 2014", published four years later."""
    past = replace(opening(Route.CL, modality("CL", Route.CL)), opened_on=opened_on)
    scenario.when(past, by=OPERATOR)
    if sound:
        scenario.then_recorded(RouteOpened)
    else:
        scenario.then_refused(RouteBeforeRegistration)


def test_nor_before_the_year_for_which_the_sheet_plans_the_route() -> None:
    """RNCP 31936: "Par expérience dispositif VAE prévu en 2018"."""
    framework = Framework(id=FRAMEWORK, definition=read(shipped("rncp31936.yaml")))
    vae = (modality("V2", Route.VAE),)
    with pytest.raises(RouteBeforeRegistration):
        framework.open_route(Route.VAE, date(2017, 12, 31), "décision", vae)
    assert framework.open_route(Route.VAE, date(2018, 1, 1), "décision", vae).opened_on == date(2018, 1, 1)


def test_modalities_name_competences_that_are_there_and_leave_no_block_out_of_reach(scenario: Scenario) -> None:
    stranger = replace(modality("CL", Route.CL), competences=(*range(1, 31), 31))
    scenario.when(opening(Route.CL, stranger), by=AS_RENEE)
    refused = scenario.then_refused(ModalitiesAmiss)
    assert [(each.rule, each.en) for each in refused.violations] == [
        ("modalities[0]", "The framework has no competence 31.")
    ]
    some = replace(modality("CL", Route.CL), competences=tuple(range(1, 30)))
    scenario.when(
        opening(Route.CL, replace(some, competences=tuple(n for n in range(1, 31) if n != 27))), by=AS_RENEE
    )
    refused = scenario.then_refused(ModalitiesAmiss)
    assert [each.en for each in refused.violations] == [
        "By the route CL the rule of block 4 can never be met: no modality assesses 27."
    ]
    scenario.when(opening(Route.CL, some), by=AS_RENEE)
    scenario.then_recorded(RouteOpened)


def test_a_block_that_a_mean_makes_is_within_reach_when_all_that_is_mandatory_is_assessed() -> None:
    mean = mean_of(1000, 2000, {21: 1, 22: 2}, mandatory=(25,))
    blocks = tuple(replace(each, rule=BlockRule.of_tree(mean)) if each.number == 3 else each for each in BLOCKS)
    definition = replace(RNCP31936, blocks=blocks)
    assert list(amiss(definition, [modality("CL", Route.CL)], [Route.CL])) == []
    without = replace(modality("CL", Route.CL), competences=tuple(n for n in range(1, 31) if n != 25))
    (found,) = amiss(definition, [without], [Route.CL])
    assert found.en == "By the route CL the rule of block 3 can never be met: no modality assesses 25."


def test_a_competence_that_two_modalities_assess_says_so(scenario: Scenario) -> None:
    two = (modality("CL-1", Route.CL), modality("CL-2", Route.CL))
    scenario.when(opening(Route.CL, *two), by=AS_RENEE)
    (amiss,) = scenario.then_refused(ModalitiesAmiss).violations
    assert amiss.rule == "modalities[1]"
    assert amiss.en == "Competence 1 is assessed by CL-1 too: say so by alongside: [CL-1]."
    assert amiss.fr == "La compétence 1 est aussi évaluée par CL-1 ; dites : alongside: [CL-1]."
    scenario.when(opening(Route.CL, two[0], replace(two[1], alongside=("CL-1",))), by=AS_RENEE)
    scenario.then_recorded(RouteOpened)
