"""Replacement of the invigilator of a sitting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import NotByNumber, OwnWork
from domain.candidacy.facts import AssessorAssigned
from domain.commands.candidacy.name_marker import NameMarker
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.cancel_sitting import CancelSitting
from domain.commands.exam.replace_invigilator import ReplaceInvigilator
from domain.exam.facts import InvigilatorReplaced, MarkerNamed, SittingClosed, SittingOpened
from domain.exam.sitting import NotInTheirPlace, SittingOver
from domain.fact import Personal
from domain.people.facts import DuplicateLinked, RoleGranted
from domain.people.person import RoleNotHeld
from domain.ports import PersonId, Role
from domain.refusal import Forbidden, NotFound
from tests.given.domain.epreuves import AS_OLIVE, BASILE, BASILE_FI, CALLED, DAY, EPREUVES, OLIVE, PLAN, SITTING
from tests.given.domain.people import AS_RENEE, ASTRID, MARC, RENEE, actor, person, registered
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario
from tests.given.domain.sitting_acts import CHECK, CLOSE, COLLECT, COME, LEAVE, OPEN, lawful

OTTO = person("otto")
AS_OTTO = actor(OTTO, Role.INVIGILATOR)
STAND_IN = ReplaceInvigilator(sitting=SITTING, replaced=OLIVE, invigilator=OTTO, reason="Souffrante.")
REPLACED = InvigilatorReplaced(replaced=OLIVE, invigilator=OTTO, reason=Personal("Souffrante.", OLIVE))


@pytest.fixture
def called(scenario: Scenario) -> Scenario:
    """A sitting to which candidates are called, on its day, and another invigilator."""
    scenario.given(*EPREUVES, CALLED, registered(OTTO, Role.INVIGILATOR))
    scenario.today = DAY
    return scenario


def test_replacement_before_the_sitting_opens_it_instead_of_the_first_invigilator(called: Scenario) -> None:
    called.when(STAND_IN, by=AS_RENEE)
    called.then(REPLACED)
    called.when(OPEN, by=AS_OLIVE)
    called.then_refused(NotFound)
    called.when(OPEN, by=AS_OTTO)
    called.then_recorded(SittingOpened)
    lawful(called, 2)


def test_replacement_during_the_sitting_continues_it_with_what_was_noted_before(called: Scenario) -> None:
    for command in (OPEN, CHECK, COME):
        called.when(command, by=AS_OLIVE)
    called.when(STAND_IN, by=AS_RENEE)
    called.when(COLLECT, by=AS_OLIVE)
    called.then_refused(NotFound)
    for rest in (COLLECT, LEAVE, CLOSE):
        called.when(rest, by=AS_OTTO)
    called.then(SittingClosed())
    lawful(called, 6)
    called.when(NameMarker(sitting=SITTING, assessor=ASTRID), by=AS_RENEE)
    called.then_recorded(MarkerNamed, AssessorAssigned)


@pytest.mark.parametrize("watcher", [OLIVE, OTTO], ids=["who watched before", "who watched last"])
def test_invigilator_replaced_or_replacing_cannot_mark_the_papers(called: Scenario, watcher: PersonId) -> None:
    called.given(At(watcher, (RoleGranted(role=Role.ASSESSOR),)))
    for command in (OPEN, CHECK, COME, COLLECT, LEAVE):
        called.when(command, by=AS_OLIVE)
    called.when(STAND_IN, by=AS_RENEE)
    called.when(CLOSE, by=AS_OTTO)
    called.when(NameMarker(sitting=SITTING, assessor=watcher), by=AS_RENEE)
    called.then_refused(NotByNumber)


@pytest.mark.parametrize(
    "amiss",
    [replace(STAND_IN, replaced=OTTO), replace(STAND_IN, invigilator=OLIVE), replace(STAND_IN, replaced=RENEE)],
    ids=["who does not watch yet", "by themselves", "who never watched"],
)
def test_present_invigilator_is_the_only_one_who_can_be_replaced_and_by_another(
    called: Scenario, amiss: ReplaceInvigilator
) -> None:
    called.when(amiss, by=AS_RENEE)
    called.then_refused(NotInTheirPlace)


def test_replacement_must_be_an_invigilator_and_no_candidate_of_the_sitting(called: Scenario) -> None:
    called.when(replace(STAND_IN, invigilator=MARC), by=AS_RENEE)
    called.then_refused(RoleNotHeld)
    called.given(At(OTTO, (DuplicateLinked(other=BASILE, reason=Personal("x", BASILE)),)))
    called.when(STAND_IN, by=AS_RENEE)
    called.then_refused(NotInTheirPlace)
    assert verdict(called, SITTING, REPLACED, AS_RENEE, DAY) == "not-in-their-place"


def test_former_invigilator_of_a_sitting_cannot_be_called_to_it(scenario: Scenario) -> None:
    scenario.given(*EPREUVES, At(SITTING, (PLAN, REPLACED)))
    scenario.given(At(BASILE, (DuplicateLinked(other=OLIVE, reason=Personal("x", OLIVE)),)))
    scenario.when(CallToSitting(sitting=SITTING, candidacy=BASILE_FI), by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_invigilator_is_replaced_only_by_the_registrar_and_before_the_sitting_is_over(called: Scenario) -> None:
    called.when(STAND_IN, by=AS_OLIVE)
    called.then_refused(Forbidden)
    assert verdict(called, SITTING, REPLACED, AS_OLIVE, DAY) is not None
    called.when(CancelSitting(sitting=SITTING, reason="x"), by=AS_RENEE)
    called.when(STAND_IN, by=AS_RENEE)
    called.then_refused(SittingOver)
    assert verdict(called, SITTING, REPLACED, AS_RENEE, DAY) == "sitting-over"


def test_replay_refuses_a_replacement_who_is_no_invigilator(called: Scenario) -> None:
    called.given(registered(MARC, Role.JUROR))
    assert verdict(called, SITTING, REPLACED, AS_RENEE, DAY) is None
    assert verdict(called, SITTING, replace(REPLACED, invigilator=MARC), AS_RENEE, DAY) == "role-not-held"
