"""Yearly places of a route."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.candidacy.facts import CandidacyOpened, CandidacyResumed, CandidacyWithdrawn, PlaceTaken, RouteChanged
from domain.candidacy.quota import Places, QuotaReached
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.execute import execute
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.ports import FrameworkId, PersonId, Request, RulebookId
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.journey_rules import JourneyRules, YearlyPlaces
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.people import (
    AS_MARIE,
    AS_SAMIR,
    FRAMEWORK,
    JURY_DAY,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    RULES,
    SAMIR,
    applied,
    known,
)
from tests.given.domain.scenario import NOON, At, Meanwhile, Scenario, newest_unlawful

ONE_PLACE = YearlyPlaces(route=Route.VAE, places=1, source="art. 4")
LIMITED = replace(RULES, version=3, journeys=JourneyRules(yearly_places=(ONE_PLACE,)))
RULEBOOK_3 = RulebookId(Rulebook.id_of("IMCI", 3))
PUBLISHED = At(RULEBOOK_3, (RulebookPublished(rules=LIMITED),))


def apply(who: PersonId, route: Route = Route.VAE) -> OpenCandidacy:
    return OpenCandidacy(candidate=who, framework=FRAMEWORK, rulebook=RULEBOOK_3, route=route)


def test_candidate_without_a_place_left_must_wait_for_another_year(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(apply(MARIE), by=AS_MARIE)
    scenario.then_recorded(PlaceTaken, CandidacyOpened)
    assert newest_unlawful(scenario) == set()
    scenario.when(apply(SAMIR), by=AS_SAMIR)
    refused = scenario.then_refused(QuotaReached, 1)
    assert refused.violations[0].source == "art. 4"
    scenario.when(apply(SAMIR), by=AS_SAMIR, on=date(2022, 1, 1))
    scenario.then_recorded(PlaceTaken, CandidacyOpened)
    assert newest_unlawful(scenario) == set()


def test_application_by_a_route_without_a_limit_takes_no_place(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    for who, by in ((MARIE, AS_MARIE), (SAMIR, AS_SAMIR)):
        scenario.when(apply(who, Route.FC), by=by)
        scenario.then_recorded(CandidacyOpened)


def test_places_are_counted_by_version_route_and_year() -> None:
    other = FrameworkId(Framework.id_of("RNCP31936", 2))
    streams = {
        Places.id_of(framework, route, year)
        for framework in (FRAMEWORK, other)
        for route in (Route.VAE, Route.FC)
        for year in (2021, 2022)
    }
    assert len(streams) == 8


def test_change_to_a_limited_route_takes_a_place(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, applied(MARIE_FI, RULEBOOK_3))
    scenario.when(ChangeRoute(candidacy=MARIE_FI, route=Route.VAE), by=AS_MARIE)
    scenario.then_recorded(PlaceTaken, RouteChanged)
    assert newest_unlawful(scenario) == set()
    scenario.when(apply(SAMIR), by=AS_SAMIR)
    scenario.then_refused(QuotaReached)


def test_candidacy_that_returns_to_a_limited_route_in_the_same_year_keeps_its_place(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, applied(MARIE_FI, RULEBOOK_3))
    for route, recorded in (
        (Route.VAE, (PlaceTaken, RouteChanged)),
        (Route.FC, (RouteChanged,)),
        (Route.VAE, (RouteChanged,)),
    ):
        scenario.when(ChangeRoute(candidacy=MARIE_FI, route=route), by=AS_MARIE)
        scenario.then_recorded(*recorded)
    assert newest_unlawful(scenario) == set()


def test_place_of_a_withdrawn_candidacy_stays_taken(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(apply(MARIE), by=AS_MARIE)
    scenario.given(At(MARIE_VAE, (CandidacyWithdrawn(withdrawn_on=JURY_DAY),)))
    scenario.when(apply(SAMIR), by=AS_SAMIR)
    scenario.then_refused(QuotaReached)
    scenario.when(ResumeCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then_recorded(CandidacyResumed)
    assert len(scenario.store.facts(Places.id_of(FRAMEWORK, Route.VAE, 2021))) == 1
    assert newest_unlawful(scenario) == set()


def test_last_place_cannot_be_taken_by_two_candidates_at_once(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)

    def meanwhile() -> None:
        request = Request(actor=AS_SAMIR, append_id=known("meanwhile"), today=JURY_DAY, hour=NOON)
        execute(apply(SAMIR), scenario.store, request)

    during = Meanwhile(apply(MARIE), meanwhile)
    scenario.when(during, by=AS_MARIE)
    assert isinstance(scenario.outcome, QuotaReached)


def test_replay_finds_a_candidacy_opened_without_taking_its_place(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(apply(MARIE), by=AS_MARIE)
    opened = scenario.store.told[-1]
    without = [told for told in scenario.store.told if not isinstance(told.fact, PlaceTaken)]
    assert {each.position: each.rule for each in replay(without)}.get(opened.stamp.position) == "decided-otherwise"
