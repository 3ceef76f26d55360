"""Sign-up of a person as a candidate by their own act."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.commands.people.register_person import RegisterPerson
from domain.commands.people.sign_up import SignUp
from domain.fact import Personal
from domain.people.facts import Registered, RoleGranted
from domain.people.person import PersonAlreadyRegistered
from domain.ports import OPERATOR, Actor, PersonId, Role
from domain.refusal import Forbidden
from tests.given.domain.people import AS_MARIE, AS_RENEE, MARIE
from tests.given.domain.scenario import At, Scenario

ZOE = PersonId(uuid4())
AS_ZOE = Actor(person=ZOE, role=Role.CANDIDATE)
SIGN_UP = SignUp(name="Zoé Nouvelle", email="zoe@example.org")


def registered(who: PersonId) -> Registered:
    return Registered(name=Personal("x", who), email=Personal("y", who))


def test_person_who_signs_up_becomes_a_candidate(scenario: Scenario) -> None:
    scenario.when(SIGN_UP, by=AS_ZOE)
    _, granted = scenario.then_recorded(Registered, RoleGranted)
    assert granted == RoleGranted(role=Role.CANDIDATE)
    newest = scenario.store.told[-2:]
    assert {(told.stamp.stream, told.stamp.by, told.stamp.role) for told in newest} == {(ZOE, ZOE, "candidate")}
    assert scenario.refused_again() == []


def test_registered_person_cannot_sign_up_again(scenario: Scenario) -> None:
    scenario.when(SIGN_UP, by=AS_MARIE)
    scenario.then_refused(PersonAlreadyRegistered)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.REGISTRAR, Role.JUROR, Role.SYSTEM])
def test_person_cannot_sign_up_with_another_role(scenario: Scenario, role: Role) -> None:
    scenario.when(SIGN_UP, by=Actor(person=None if role is Role.SYSTEM else ZOE, role=role))
    scenario.then_refused(Forbidden)


def test_replay_finds_a_person_who_signed_up_with_a_higher_role(scenario: Scenario) -> None:
    for role in (Role.REGISTRAR, Role.ADMIN, Role.JUROR):
        found = scenario.forged_together(At(ZOE, (registered(ZOE), RoleGranted(role=role))), by=AS_ZOE)
        assert found == ["decided-otherwise"], role


def test_replay_finds_a_second_role_at_sign_up(scenario: Scenario) -> None:
    facts = (registered(ZOE), RoleGranted(role=Role.CANDIDATE), RoleGranted(role=Role.JUROR))
    assert scenario.forged_together(At(ZOE, facts[:2]), by=AS_ZOE) == []
    assert scenario.forged_together(At(ZOE, facts), by=AS_ZOE) == ["decided-otherwise"]


def test_replay_finds_a_candidate_who_registers_another_person(scenario: Scenario) -> None:
    facts = (registered(ZOE), RoleGranted(role=Role.CANDIDATE))
    assert scenario.forged_together(At(ZOE, facts), by=AS_MARIE) == ["person-already-registered"]


def test_replay_finds_a_registered_person_who_grants_themselves_a_role(scenario: Scenario) -> None:
    scenario.when(RegisterPerson(name="Zoé"), by=AS_RENEE)
    who = PersonId(scenario.store.told[-1].stamp.stream)
    themself = Actor(person=who, role=Role.CANDIDATE)
    assert scenario.forged(who, RoleGranted(role=Role.CANDIDATE), by=themself) == ["decided-otherwise"]


def test_replay_finds_a_role_granted_by_a_candidate(scenario: Scenario) -> None:
    scenario.when(RegisterPerson(name="Zoé"), by=OPERATOR)
    who = PersonId(scenario.store.told[-1].stamp.stream)
    assert scenario.forged(who, RoleGranted(role=Role.CANDIDATE), by=AS_MARIE) == ["decided-otherwise"]
    assert scenario.forged(MARIE, RoleGranted(role=Role.JUROR), by=AS_MARIE) == ["decided-otherwise"]
