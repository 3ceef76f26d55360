"""Withdrawal of a role."""

from __future__ import annotations

from domain.commands.people.withdraw_role import WithdrawRole
from domain.people.facts import RoleWithdrawn
from domain.people.person import RoleNotHeld
from domain.ports import Role
from tests.given.domain.people import AS_ADA, SAMIR
from tests.given.domain.scenario import Scenario


def test_held_role_is_withdrawn(scenario: Scenario) -> None:
    scenario.when(WithdrawRole(person=SAMIR, role=Role.CANDIDATE), by=AS_ADA)
    scenario.then(RoleWithdrawn(role=Role.CANDIDATE))


def test_role_not_held_cannot_be_withdrawn(scenario: Scenario) -> None:
    scenario.when(WithdrawRole(person=SAMIR, role=Role.JUROR), by=AS_ADA)
    scenario.then_refused(RoleNotHeld)
