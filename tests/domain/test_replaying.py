"""Replay of appends: interleaved, unfinished, or partly in streams that are absent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import AdmissibilityImplied, CandidateSummoned
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.register_person import RegisterPerson
from domain.fact import RecordedFact
from domain.framework.definition import Route
from domain.jury.facts import CandidateListed
from domain.jury.session import JurySession
from domain.people.facts import Registered, RoleGranted
from domain.ports import OPERATOR, SYSTEM, PersonId, Role
from domain.replay.judge import OTHERWISE, Unchecked, Unfinished, Unlawful, replay, replay_in_part
from tests.given.domain.people import (
    AS_ADA,
    AS_MARIE,
    AS_RENEE,
    FRAMEWORK,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE_VAE,
    RULEBOOK,
    SAMIR_VAE,
    planned,
    vae_filed,
)
from tests.given.domain.scenario import Scenario

CALLS = (SummonCandidate(session=JUNE, candidacy=MARIE_VAE), SummonCandidate(session=MARCH, candidacy=SAMIR_VAE))


def in_order(facts: Iterable[RecordedFact]) -> list[RecordedFact]:
    """Return these facts with consecutive positions."""
    return [replace(each, stamp=replace(each.stamp, position=n)) for n, each in enumerate(facts, 1)]


@pytest.fixture
def two_calls(scenario: Scenario) -> tuple[list[RecordedFact], list[RecordedFact]]:
    """Two independent summonses of two facts each, and the facts before them."""
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE), planned(MARCH))
    before = list(scenario.store.told)
    for call in CALLS:
        scenario.when(call, by=AS_RENEE)
        scenario.then_recorded(CandidateListed, CandidateSummoned)
    return before, scenario.store.told[len(before) :]


def test_interleaved_appends_are_each_decided_as_a_whole(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    before, (listed, summoned, other_listed, other_summoned) = two_calls
    mixed = [listed, other_listed, other_summoned, summoned]
    assert [each for each in replay(in_order([*before, *mixed])) if each.position > len(before)] == []


def test_replay_refuses_a_command_that_relied_on_a_fact_recorded_during_it(scenario: Scenario) -> None:
    """A role was granted only after the person had begun to act in it: the store would have refused."""
    scenario.when(RegisterPerson(name="Zoé", given=(Role.CANDIDATE,)), by=AS_ADA)
    zoe = PersonId(scenario.store.told[-1].stamp.stream)
    before = list(scenario.store.told)
    scenario.when(GrantRole(person=zoe, role=Role.ADMIN), by=OPERATOR)
    (granted,) = scenario.store.told[scenario.head :]
    by_zoe = replace(AS_ADA, person=zoe)
    scenario.when(RegisterPerson(name="Yvon", given=(Role.JUROR,)), by=by_zoe)
    registered, given = scenario.store.told[scenario.head :]
    for later, rules in (([granted, registered, given], []), ([registered, granted, given], [OTHERWISE])):
        found = replay(in_order([*before, *later]))
        assert [each.rule for each in found if each.position > len(before)] == rules


def test_replay_refuses_an_append_by_two_people(two_calls: tuple[list[RecordedFact], list[RecordedFact]]) -> None:
    before, (listed, summoned, *_) = two_calls
    by_ada = replace(summoned, stamp=replace(summoned.stamp, by=AS_ADA.person))
    facts = [*before, listed, by_ada]
    assert Unlawful(len(facts), "decided-otherwise") in list(replay(facts))


def test_replay_reports_an_append_without_its_last_fact_as_unfinished(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    before, (listed, summoned, *_) = two_calls
    found = [each for each in replay([*before, listed]) if each.position > len(before)]
    assert found == [Unfinished(listed.stamp.position, "decided-otherwise", listed.stamp)]
    alone = [each for each in replay(in_order([*before, summoned])) if each.position > len(before)]
    assert [type(each) for each in alone] == [Unlawful], "what goes before it is missing: that is no end"


def test_replay_refuses_an_append_recorded_twice(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    before, (listed, summoned, *_) = two_calls
    twice = in_order([*before, listed, summoned, listed, summoned])
    found = {each.position: each.rule for each in replay(twice)}
    assert found.keys() & set(range(len(before) + 1, len(twice) + 1)) >= {len(before) + 3}


def test_replay_of_a_part_reports_facts_that_rest_on_absent_streams_as_unchecked(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    """Only the session or only the candidacy of a summons is present, with everything that it rests on."""
    before, (listed, summoned, *_) = two_calls
    everything = {told.stamp.stream for told in before} | {Candidacy(id=MARIE_VAE).id, JurySession(id=JUNE).id}
    for here, gone in ((listed, summoned), (summoned, listed)):
        facts = [told for told in [*before, here] if told.stamp.stream != gone.stamp.stream]
        found = list(replay_in_part(facts, everything - {gone.stamp.stream}))
        at_it = [each for each in found if each.position == here.stamp.position]
        assert at_it == [Unchecked(here.stamp.position, gone.stamp.stream)], "it rests on the other stream too"


def test_replay_refuses_a_new_stream_under_an_id_that_its_append_did_not_give(scenario: Scenario) -> None:
    plan = PlanSession(
        framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE, held_on=LATER_DAY, place="Paris", places=10
    )
    scenario.when(plan, by=AS_RENEE)
    (planned_,) = scenario.store.told[scenario.head :]
    elsewhere = replace(planned_, stamp=replace(planned_.stamp, stream=MARCH))
    assert Unlawful(planned_.stamp.position, "decided-otherwise") in list(
        replay([*scenario.store.told[: scenario.head], elsewhere])
    )


def test_replay_refuses_a_role_recorded_on_another_stream_than_its_registration(scenario: Scenario) -> None:
    scenario.when(RegisterPerson(name="Zoé", given=(Role.JUROR,)), by=AS_ADA)
    scenario.then_recorded(Registered, RoleGranted)
    registered, granted = scenario.store.told[scenario.head :]
    astray = replace(granted, stamp=replace(granted.stamp, stream=AS_RENEE.who))
    found = replay([*scenario.store.told[: scenario.head], registered, astray])
    assert Unlawful(granted.stamp.position, "decided-otherwise") in list(found)


def test_replay_refuses_two_appends_interleaved_on_the_same_stream(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    """Each would have been decided without the other."""
    before, (listed, summoned, *_) = two_calls
    other = uuid4()
    twice = [replace(each, stamp=replace(each.stamp, append_id=other)) for each in (listed, summoned)]
    for mixed in ([listed, *twice, summoned], [listed, twice[0], summoned, twice[1]]):
        found = {each.position: each.rule for each in replay(in_order([*before, *mixed]))}
        assert found.get(len(before) + 2) == OTHERWISE


def test_replay_refuses_an_append_that_continues_on_a_stream_changed_since_it_began(
    scenario: Scenario, two_calls: tuple[list[RecordedFact], list[RecordedFact]]
) -> None:
    before, (listed, summoned, *_) = two_calls
    scenario.take_back(len(before))
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    (withdrawn,) = scenario.store.told[len(before) :]
    for later, rules in (
        ([withdrawn, listed, summoned], "candidacy-ended"),
        ([listed, withdrawn, summoned], OTHERWISE),
    ):
        found = replay(in_order([*before, *later]))
        assert [each.rule for each in found if each.position > len(before)] == [rules]


def test_replay_reports_the_last_date_of_the_calendar_as_any_other_forgery(scenario: Scenario) -> None:
    """Otherwise one such fact would end the check and hide everything wrong after it."""
    scenario.given(*vae_filed(MARIE_VAE))
    implied = AdmissibilityImplied(ended_on=LATER_DAY, found_on=date.max, rule_set="livre IV")
    assert scenario.forged(MARIE_VAE, implied, by=SYSTEM, on=date.max) == [OTHERWISE]
