"""Opening of a candidacy: person, route, day and rulebook."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.candidacy import Candidacy, CandidacyAlreadyOpen
from domain.candidacy.facts import CandidacyOpened
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.framework.definition import Route
from domain.framework.facts import FrameworkPublished
from domain.framework.framework import Framework, OutsideRegistration, RouteClosed, RouteNotReady
from domain.framework.registration import Registration
from domain.ports import FrameworkId, PersonId, RulebookId
from domain.refusal import NotFound
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import AnotherCertifier, Rulebook, RulebookSuperseded
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    AS_SAMIR,
    FRAMEWORK,
    GENTLE_RULEBOOK,
    JURY_DAY,
    MARIE,
    MARIE_FI,
    PAUL,
    RNCP31936,
    RULEBOOK,
    RULES,
    VAE_OPENED,
    applied,
)
from tests.given.domain.scenario import At, Scenario, fact_of

LATER_EFFECT = FrameworkId(Framework.id_of("RNCP31936", 2))


def application(route: Route, who: PersonId = MARIE) -> OpenCandidacy:
    return OpenCandidacy(candidate=who, framework=FRAMEWORK, rulebook=RULEBOOK, route=route)


@pytest.mark.parametrize("route", [Route.FI, Route.FC, Route.CQ, Route.VAE])
def test_candidate_applies_by_an_open_route(scenario: Scenario, route: Route) -> None:
    scenario.when(application(route), by=AS_MARIE)
    scenario.then_recorded(CandidacyOpened)


def test_application_by_a_closed_route_is_refused(scenario: Scenario) -> None:
    """RNCP 31936, table of routes: "En contrat d'apprentissage: non"."""
    scenario.when(application(Route.CA), by=AS_MARIE)
    scenario.then_refused(RouteClosed)


def test_application_by_a_route_not_opened_yet_is_refused(scenario: Scenario) -> None:
    scenario.when(application(Route.CL), by=AS_MARIE)
    scenario.then_refused(RouteNotReady)
    scenario.when(application(Route.VAE), by=AS_MARIE, on=date(2019, 1, 6))
    scenario.then_refused(RouteNotReady)
    scenario.when(application(Route.VAE), by=AS_MARIE, on=date(2019, 1, 7))
    scenario.then_recorded(CandidacyOpened)


@pytest.mark.parametrize("day", [date(2018, 12, 17), date(2014, 12, 22), date(2023, 12, 19)])
def test_application_outside_the_registration_is_refused(scenario: Scenario, day: date) -> None:
    """RNCP 31936: published on 18 December 2018, ends on 18 December 2023; the earlier effect admits nobody.

    Code du travail L6113-5: a certification is registered for five years at most.
    """
    scenario.when(application(Route.FI), by=AS_MARIE, on=day)
    scenario.then_refused(OutsideRegistration)


@pytest.mark.parametrize("day", [date(2018, 12, 18), date(2023, 12, 18)])
def test_application_is_accepted_on_the_first_and_last_day_of_the_registration(scenario: Scenario, day: date) -> None:
    scenario.when(application(Route.FI), by=AS_MARIE, on=day)
    scenario.then_recorded(CandidacyOpened)


def test_candidate_cannot_open_two_candidacies_by_the_same_route(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(application(Route.FI), by=AS_RENEE)
    scenario.then_refused(CandidacyAlreadyOpen)
    scenario.when(application(Route.FC), by=AS_RENEE)
    scenario.then_recorded(CandidacyOpened)


def test_candidate_cannot_apply_for_another_person(scenario: Scenario) -> None:
    scenario.when(application(Route.FI), by=AS_SAMIR)
    scenario.then_refused(NotFound)


def test_candidacy_cannot_be_opened_for_a_person_who_is_no_candidate(scenario: Scenario) -> None:
    scenario.when(application(Route.FI, PAUL), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_application_under_the_rulebook_of_another_certifier_is_refused(scenario: Scenario) -> None:
    lenient = replace(RULES, certifier="Somebody else", quorum=1)
    elsewhere = RulebookId(Rulebook.id_of(lenient.certifier, lenient.version))
    scenario.given(At(elsewhere, (RulebookPublished(rules=lenient),)))
    scenario.when(replace(application(Route.FI), rulebook=elsewhere), by=AS_MARIE)
    scenario.then_refused(AnotherCertifier)


def test_application_under_a_superseded_version_of_the_rulebook_is_refused(scenario: Scenario) -> None:
    scenario.when(replace(application(Route.FI), rulebook=GENTLE_RULEBOOK), by=AS_MARIE)
    scenario.then_refused(RulebookSuperseded)
    opening = replace(fact_of(applied(MARIE_FI), CandidacyOpened), opened_on=JURY_DAY)
    assert scenario.forged(MARIE_FI, opening, by=AS_MARIE) == []
    older = replace(opening, rulebook=GENTLE_RULEBOOK)
    assert scenario.forged(MARIE_FI, older, by=AS_MARIE) == ["rulebook-superseded"]


def in_effect_from(day: date) -> At:
    """Publish the same sheet as another version whose effect begins on that day."""
    later = replace(RNCP31936, version=2, registration=replace(RNCP31936.registration, effect_from=day))
    return At(LATER_EFFECT, (FrameworkPublished(definition=later), VAE_OPENED))


def test_application_before_the_effect_of_a_registration_is_refused_even_after_its_publication(
    scenario: Scenario,
) -> None:
    scenario.given(in_effect_from(date(2022, 1, 1)))
    apply = replace(application(Route.FI), framework=LATER_EFFECT)
    scenario.when(apply, by=AS_MARIE, on=date(2021, 12, 31))
    scenario.then_refused(OutsideRegistration)
    opening = fact_of(applied(MARIE_FI), CandidacyOpened)
    opened = replace(opening, framework=LATER_EFFECT, opened_on=JURY_DAY)
    where = Candidacy.id_of(MARIE, LATER_EFFECT, Route.FI)
    assert scenario.forged(where, opened, by=AS_MARIE) == ["outside-registration"]
    scenario.when(apply, by=AS_MARIE, on=date(2022, 1, 1))
    scenario.then_recorded(CandidacyOpened)
    assert scenario.wrong() == []


def test_registration_does_not_run_before_its_effect() -> None:
    later = replace(RNCP31936, registration=replace(RNCP31936.registration, effect_from=date(2022, 1, 1)))
    untouched = Registration(id=Registration.id_of(FRAMEWORK))
    assert [untouched.runs(day, later) for day in (date(2021, 12, 31), date(2022, 1, 1))] == [False, True]
    assert untouched.runs(date(2016, 1, 1), RNCP31936), "an earlier effect lets decide of what was earned since (A17)"
