"""Retirement of a framework version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from domain.calendar import PastUnconfirmed
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.retire_framework import RetireFramework
from domain.framework.definition import Route
from domain.framework.facts import FrameworkRetired
from domain.framework.succession import AlreadyRetired, RetiredInThePast, VersionRetired
from domain.ports import OPERATOR
from domain.refusal import Forbidden
from domain.replay.judge import replay
from tests.given.domain.people import AS_MARIE, AS_RENEE, FRAMEWORK, JURY_DAY, MARIE, MARIE_VAE, RULEBOOK, applied
from tests.given.domain.scenario import Scenario

TOMORROW = JURY_DAY + timedelta(days=1)
OPEN = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI)


def retire(on: date = TOMORROW) -> RetireFramework:
    return RetireFramework(framework=FRAMEWORK, retired_on=on, ground="remplacé")


def test_retired_version_admits_no_candidate_but_candidacies_under_way_continue(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    start = len(scenario.store.told)
    scenario.when(retire(), by=AS_RENEE)
    scenario.then(FrameworkRetired(retired_on=TOMORROW, ground="remplacé"))
    scenario.when(OPEN, by=AS_MARIE, on=TOMORROW)
    scenario.then_refused(VersionRetired)
    scenario.when(OPEN, by=AS_MARIE, on=JURY_DAY)
    assert not isinstance(scenario.outcome, Exception), "the day before"
    going_on = DecideAdmissibility(candidacy=MARIE_VAE, admissible=True, file_received_on=JURY_DAY)
    scenario.when(going_on, by=AS_RENEE, on=TOMORROW)
    assert not isinstance(scenario.outcome, Exception)
    assert [each for each in replay(scenario.store.told) if each.position > start] == []


def test_version_is_retired_in_the_past_only_by_the_operator_who_confirms_it(
    scenario: Scenario,
) -> None:
    scenario.when(retire(), by=AS_MARIE)
    scenario.then_refused(Forbidden)
    yesterday = retire(JURY_DAY - timedelta(days=1))
    scenario.when(replace(yesterday, confirms_past=True), by=AS_RENEE)
    scenario.then_refused(RetiredInThePast)
    scenario.when(yesterday, by=OPERATOR)
    scenario.then_refused(PastUnconfirmed, "2021-06-14")
    scenario.when(replace(yesterday, confirms_past=True), by=OPERATOR)
    scenario.then_recorded(FrameworkRetired)
    assert scenario.wrong() == []
    scenario.when(retire(), by=AS_RENEE)
    scenario.then_refused(AlreadyRetired)


def test_day_of_retirement_can_be_changed_until_it_has_come(scenario: Scenario) -> None:
    later = TOMORROW + timedelta(days=30)
    scenario.when(retire(), by=AS_RENEE)
    scenario.when(retire(later), by=AS_RENEE)
    scenario.then(FrameworkRetired(retired_on=later, ground="remplacé"))
    scenario.when(OPEN, by=AS_MARIE, on=TOMORROW)
    assert not isinstance(scenario.outcome, Exception), "it admits again until the later day"
    assert scenario.wrong() == []
    for on, refusal in ((later - timedelta(days=1), None), (later, AlreadyRetired)):
        scenario.when(retire(later + timedelta(days=1)), by=AS_RENEE, on=on)
        if refusal:
            scenario.then_refused(refusal)
        else:
            scenario.then_recorded(FrameworkRetired)
            scenario.take_back()
    forged = FrameworkRetired(retired_on=later, ground="x")
    assert scenario.forged(FRAMEWORK, forged, by=AS_RENEE, on=later) == ["already-retired"]
