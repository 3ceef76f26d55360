"""Export of the data held about a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.commands.people.export_person import ExportPerson
from domain.people.facts import PersonExported
from domain.ports import OPERATOR, Actor, PersonId, Role
from domain.refusal import NotFound
from domain.replay.judge import replay
from tests.given.domain.people import AS_MARIE, AS_NADIA, AS_PAUL, AS_RENEE, AS_SAMIR, MARIE, known
from tests.given.domain.scenario import Scenario

MARIES = ExportPerson(person=MARIE)


@pytest.mark.parametrize("actor", [AS_MARIE, AS_RENEE, OPERATOR])
def test_export_of_a_persons_data_is_recorded_with_who_received_it_in_which_role(
    scenario: Scenario, actor: Actor
) -> None:
    scenario.when(MARIES, by=actor)
    scenario.then(PersonExported())
    newest = scenario.store.told[-1].stamp
    assert (newest.stream, newest.by, newest.role) == (MARIE, actor.person, actor.role.value)
    assert newest.position not in {unlawful.position for unlawful in replay(scenario.store.told)}


@pytest.mark.parametrize("actor", [AS_NADIA, AS_PAUL, AS_SAMIR])
def test_data_of_a_person_cannot_be_exported_by_a_juror_or_another_candidate(
    scenario: Scenario, actor: Actor
) -> None:
    scenario.when(MARIES, by=actor)
    scenario.then_refused(NotFound)


def test_export_of_an_unknown_person_is_not_found(scenario: Scenario) -> None:
    scenario.when(ExportPerson(person=PersonId(known("nobody"))), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_replay_finds_an_export_by_another_person(scenario: Scenario) -> None:
    scenario.when(MARIES, by=AS_MARIE)
    scenario.then_recorded(PersonExported)
    *before, last = scenario.store.told
    lied = replace(last, stamp=replace(last.stamp, by=AS_SAMIR.person, role=Role.AUDITOR.value))
    assert last.stamp.position in {unlawful.position for unlawful in replay([*before, lied])}
