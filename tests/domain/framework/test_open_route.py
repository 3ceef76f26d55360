"""Opening of a route of access."""

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


def test_route_without_modalities_on_the_sheet_opens_with_those_of_the_certifier(scenario: Scenario) -> None:
    scenario.when(opening(Route.CL, modality("CL", Route.CL)), by=AS_RENEE)
    scenario.then_recorded(RouteOpened)


def test_route_without_modalities_on_the_sheet_cannot_open_without_any(scenario: Scenario) -> None:
    scenario.when(opening(Route.CL), by=AS_RENEE)
    scenario.then_refused(RouteNotReady)


def test_route_closed_on_the_sheet_cannot_be_opened(scenario: Scenario) -> None:
    """RNCP 31936: apprenticeship is not open."""
    scenario.when(opening(Route.CA, modality("CA", Route.CA)), by=AS_RENEE)
    scenario.then_refused(RouteClosed)


def test_route_cannot_be_opened_twice(scenario: Scenario) -> None:
    scenario.when(opening(Route.VAE, modality("V2", Route.VAE)), by=AS_RENEE)
    scenario.then_refused(RouteAlreadyOpen)


def test_route_can_be_opened_in_the_past_only_by_the_operator(scenario: Scenario) -> None:
    """The operator takes over an opening of the past; a registrar cannot backdate."""
    past = replace(opening(Route.CL, modality("CL", Route.CL)), opened_on=JURY_DAY - timedelta(days=1))
    scenario.when(past, by=AS_RENEE)
    scenario.then_refused(RouteOpenedInThePast)
    scenario.when(past, by=OPERATOR)
    scenario.then_recorded(RouteOpened)


@pytest.mark.parametrize(("opened_on", "sound"), [(date(2014, 12, 22), True), (date(2014, 12, 21), False)])
def test_route_cannot_be_opened_before_the_effect_of_the_registration(
    scenario: Scenario, *, opened_on: date, sound: bool
) -> None:
    """RNCP 31936: "avec effet du 22 décembre 2014", published four years later."""
    past = replace(opening(Route.CL, modality("CL", Route.CL)), opened_on=opened_on)
    scenario.when(past, by=OPERATOR)
    if sound:
        scenario.then_recorded(RouteOpened)
    else:
        scenario.then_refused(RouteBeforeRegistration)


def test_route_cannot_be_opened_before_the_year_planned_on_the_sheet() -> None:
    """RNCP 31936: "Par expérience dispositif VAE prévu en 2018"."""
    framework = Framework(id=FRAMEWORK, definition=read(shipped("rncp31936.yaml")))
    vae = (modality("V2", Route.VAE),)
    with pytest.raises(RouteBeforeRegistration):
        framework.open_route(Route.VAE, date(2017, 12, 31), "décision", vae)
    assert framework.open_route(Route.VAE, date(2018, 1, 1), "décision", vae).opened_on == date(2018, 1, 1)


def test_modalities_must_name_existing_competences_and_leave_every_block_reachable(scenario: Scenario) -> None:
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


def test_block_with_a_mean_is_reachable_when_its_mandatory_competences_are_assessed() -> None:
    mean = mean_of(1000, 2000, {21: 1, 22: 2}, mandatory=(25,))
    blocks = tuple(replace(each, rule=BlockRule.of_tree(mean)) if each.number == 3 else each for each in BLOCKS)
    definition = replace(RNCP31936, blocks=blocks)
    assert list(amiss(definition, [modality("CL", Route.CL)], [Route.CL])) == []
    without = replace(modality("CL", Route.CL), competences=tuple(n for n in range(1, 31) if n != 25))
    (found,) = amiss(definition, [without], [Route.CL])
    assert found.en == "By the route CL the rule of block 3 can never be met: no modality assesses 25."


def test_competence_assessed_by_two_modalities_must_be_declared_alongside(scenario: Scenario) -> None:
    two = (modality("CL-1", Route.CL), modality("CL-2", Route.CL))
    scenario.when(opening(Route.CL, *two), by=AS_RENEE)
    (amiss,) = scenario.then_refused(ModalitiesAmiss).violations
    assert amiss.rule == "modalities[1]"
    assert amiss.en == "Competence 1 is assessed by CL-1 too: say so by alongside: [CL-1]."
    assert amiss.fr == "La compétence 1 est aussi évaluée par CL-1 ; dites : alongside: [CL-1]."
    scenario.when(opening(Route.CL, two[0], replace(two[1], alongside=("CL-1",))), by=AS_RENEE)
    scenario.then_recorded(RouteOpened)
