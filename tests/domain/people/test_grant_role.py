"""Granting of a role."""

from __future__ import annotations

from domain.commands.people.grant_role import GrantRole
from domain.people.facts import RoleGranted, RoleWithdrawn
from domain.people.person import RoleAlreadyGranted
from domain.ports import Role
from tests.given.domain.people import AS_ADA, SAMIR
from tests.given.domain.scenario import At, Scenario


def test_role_cannot_be_granted_twice(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.CANDIDATE), by=AS_ADA)
    scenario.then_refused(RoleAlreadyGranted)


def test_withdrawn_role_can_be_granted_again(scenario: Scenario) -> None:
    scenario.given(At(SAMIR, (RoleWithdrawn(role=Role.CANDIDATE),)))
    scenario.when(GrantRole(person=SAMIR, role=Role.CANDIDATE), by=AS_ADA)
    scenario.then(RoleGranted(role=Role.CANDIDATE))
