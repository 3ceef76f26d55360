"""Registration of a person with their roles."""

from __future__ import annotations

import pytest

from domain.commands.people.register_person import RegisterPerson
from domain.people.facts import Registered, RoleGranted
from domain.ports import Role
from domain.refusal import Forbidden
from tests.given.domain.people import AS_ADA, AS_RENEE
from tests.given.domain.scenario import Scenario


def test_registrar_registers_a_person_with_each_role_once(scenario: Scenario) -> None:
    scenario.when(RegisterPerson(name="Alix", given=(Role.JUROR, Role.CANDIDATE, Role.JUROR)), by=AS_RENEE)
    facts = scenario.then_recorded(Registered, RoleGranted, RoleGranted)
    assert facts[1:] == (RoleGranted(role=Role.CANDIDATE), RoleGranted(role=Role.JUROR))


@pytest.mark.parametrize(
    "role", [Role.REGISTRAR, Role.ADMIN, Role.AUDITOR, Role.REPORTER, Role.OPERATOR, Role.SYSTEM]
)
def test_registrar_cannot_give_a_higher_role(scenario: Scenario, role: Role) -> None:
    scenario.when(RegisterPerson(name="Alix", given=(role,)), by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_person_cannot_be_registered_as_operator(scenario: Scenario) -> None:
    scenario.when(RegisterPerson(name="Alix", given=(Role.OPERATOR,)), by=AS_ADA)
    scenario.then_refused(Forbidden)
