"""What one command recorded is decided again together: where appends interleave, break off, or are half elsewhere."""

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
    """These facts, numbered as they come."""
    return [replace(each, stamp=replace(each.stamp, position=n)) for n, each in enumerate(facts, 1)]


@pytest.fixture
def two_calls(scenario: Scenario) -> tuple[list[RecordedFact], list[RecordedFact]]:
    """What is known, and two calls that have nothing to do with one another: two facts each."""
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE), planned(MARCH))
    before = list(scenario.store.told)
    for call in CALLS:
        scenario.when(call, by=AS_RENEE)
        scenario.then_recorded(CandidateListed, CandidateSummoned)
    return before, scenario.store.told[len(before) :]


def test_appends_whose_facts_came_between_each_other_s_are_decided_each_as_it_is(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    before, (listed, summoned, other_listed, other_summoned) = two_calls
    mixed = [listed, other_listed, other_summoned, summoned]
    assert [each for each in replay(in_order([*before, *mixed])) if each.position > len(before)] == []


def test_what_moves_while_a_command_records_it_cannot_have_relied_on(scenario: Scenario) -> None:
    """A role that was given only once somebody had begun to act in it: the store would have refused to record."""
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


def test_two_people_record_nothing_together(two_calls: tuple[list[RecordedFact], list[RecordedFact]]) -> None:
    before, (listed, summoned, *_) = two_calls
    by_ada = replace(summoned, stamp=replace(summoned.stamp, by=AS_ADA.person))
    facts = [*before, listed, by_ada]
    assert Unlawful(len(facts), "decided-otherwise") in list(replay(facts))


def test_a_fact_left_out_at_the_end_is_said_to_be_missing(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    before, (listed, summoned, *_) = two_calls
    found = [each for each in replay([*before, listed]) if each.position > len(before)]
    assert found == [Unfinished(listed.stamp.position, "decided-otherwise", listed.stamp)]
    alone = [each for each in replay(in_order([*before, summoned])) if each.position > len(before)]
    assert [type(each) for each in alone] == [Unlawful], "what goes before it is missing: that is no end"


def test_what_was_recorded_once_is_not_recorded_again(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    before, (listed, summoned, *_) = two_calls
    twice = in_order([*before, listed, summoned, listed, summoned])
    found = {each.position: each.rule for each in replay(twice)}
    assert found.keys() & set(range(len(before) + 1, len(twice) + 1)) >= {len(before) + 3}


def test_in_part_of_a_log_what_is_elsewhere_is_not_missed(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    """Of a call, the session alone is here, or the candidacy alone; what it rests on is here."""
    before, (listed, summoned, *_) = two_calls
    everything = {told.stamp.stream for told in before} | {Candidacy(id=MARIE_VAE).id, JurySession(id=JUNE).id}
    for here, gone in ((listed, summoned), (summoned, listed)):
        facts = [told for told in [*before, here] if told.stamp.stream != gone.stamp.stream]
        found = list(replay_in_part(facts, everything - {gone.stamp.stream}))
        at_it = [each for each in found if each.position == here.stamp.position]
        assert at_it == [Unchecked(here.stamp.position, gone.stamp.stream)], "it rests on the other stream too"


def test_a_stream_is_new_only_under_the_id_that_its_append_gave_it(scenario: Scenario) -> None:
    plan = PlanSession(
        framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE, held_on=LATER_DAY, place="Paris", places=10
    )
    scenario.when(plan, by=AS_RENEE)
    (planned_,) = scenario.store.told[scenario.head :]
    elsewhere = replace(planned_, stamp=replace(planned_.stamp, stream=MARCH))
    assert Unlawful(planned_.stamp.position, "decided-otherwise") in list(
        replay([*scenario.store.told[: scenario.head], elsewhere])
    )


def test_whoever_registers_and_grants_in_one_append_does_so_on_one_stream(scenario: Scenario) -> None:
    scenario.when(RegisterPerson(name="Zoé", given=(Role.JUROR,)), by=AS_ADA)
    scenario.then_recorded(Registered, RoleGranted)
    registered, granted = scenario.store.told[scenario.head :]
    astray = replace(granted, stamp=replace(granted.stamp, stream=AS_RENEE.who))
    found = replay([*scenario.store.told[: scenario.head], registered, astray])
    assert Unlawful(granted.stamp.position, "decided-otherwise") in list(found)


def test_nobody_writes_to_a_stream_while_another_command_is_recording_there(
    two_calls: tuple[list[RecordedFact], list[RecordedFact]],
) -> None:
    """Both would have been decided as if the other were not there."""
    before, (listed, summoned, *_) = two_calls
    other = uuid4()
    twice = [replace(each, stamp=replace(each.stamp, append_id=other)) for each in (listed, summoned)]
    for mixed in ([listed, *twice, summoned], [listed, twice[0], summoned, twice[1]]):
        found = {each.position: each.rule for each in replay(in_order([*before, *mixed]))}
        assert found.get(len(before) + 2) == OTHERWISE


def test_nobody_goes_on_to_a_stream_that_another_command_wrote_since_they_began(
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


def test_a_day_that_no_calendar_goes_beyond_is_told_like_any_other_forgery(scenario: Scenario) -> None:
    """One such fact would else end the check, and hide all that is wrong after it."""
    scenario.given(*vae_filed(MARIE_VAE))
    implied = AdmissibilityImplied(ended_on=LATER_DAY, found_on=date.max, rule_set="livre IV")
    assert scenario.forged(MARIE_VAE, implied, by=SYSTEM, on=date.max) == [OTHERWISE]
