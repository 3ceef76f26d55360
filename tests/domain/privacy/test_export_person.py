"""Who is handed out what is held about a person, and who hears of it?"""

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
def test_that_a_person_s_data_were_handed_out_stands_on_their_stream_with_who_in_which_role(
    scenario: Scenario, actor: Actor
) -> None:
    scenario.when(MARIES, by=actor)
    scenario.then(PersonExported())
    newest = scenario.store.told[-1].stamp
    assert (newest.stream, newest.by, newest.role) == (MARIE, actor.person, actor.role.value)
    assert newest.position not in {unlawful.position for unlawful in replay(scenario.store.told)}


@pytest.mark.parametrize("actor", [AS_NADIA, AS_PAUL, AS_SAMIR])
def test_nobody_else_is_handed_them(scenario: Scenario, actor: Actor) -> None:
    scenario.when(MARIES, by=actor)
    scenario.then_refused(NotFound)


def test_nobody_s_data_are_handed_out(scenario: Scenario) -> None:
    scenario.when(ExportPerson(person=PersonId(known("nobody"))), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_a_log_in_which_somebody_else_was_handed_them_is_found_out(scenario: Scenario) -> None:
    scenario.when(MARIES, by=AS_MARIE)
    scenario.then_recorded(PersonExported)
    *before, last = scenario.store.told
    lied = replace(last, stamp=replace(last.stamp, by=AS_SAMIR.person, role=Role.AUDITOR.value))
    assert last.stamp.position in {unlawful.position for unlawful in replay([*before, lied])}
