"""Addresses set by the registrar, and confirmed by the system."""

from __future__ import annotations

from domain.candidacy.candidacy import OwnWork
from domain.commands.people.state_address import StateAddress
from domain.fact import Personal
from domain.people.facts import AddressStated, RoleGranted
from domain.people.person import AddressUnsaid
from domain.ports import SYSTEM, Role
from domain.refusal import Forbidden
from tests.given.domain.people import AS_MARIE, AS_RENEE, MARIE
from tests.given.domain.scenario import At, Scenario

ADDRESS = "marie@example.org"
SET = StateAddress(person=MARIE, email=ADDRESS)


def test_address_is_set_by_the_registrar_and_confirmed_by_the_system(scenario: Scenario) -> None:
    scenario.when(SET, by=AS_RENEE)
    scenario.then(AddressStated(email=Personal(ADDRESS, MARIE), confirmed=False))
    scenario.when(SET, by=SYSTEM)
    scenario.then(AddressStated(email=Personal(ADDRESS, MARIE), confirmed=True))
    assert scenario.wrong() == []


def test_empty_address_is_refused(scenario: Scenario) -> None:
    scenario.when(StateAddress(person=MARIE, email=" "), by=AS_RENEE)
    scenario.then_refused(AddressUnsaid)


def test_address_cannot_be_set_by_the_candidate_or_by_a_registrar_for_an_administrator(scenario: Scenario) -> None:
    scenario.when(SET, by=AS_MARIE)
    scenario.then_refused(Forbidden)
    scenario.given(At(MARIE, (RoleGranted(role=Role.ADMIN),)))
    scenario.when(SET, by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_registrar_cannot_set_their_own_address(scenario: Scenario) -> None:
    scenario.when(StateAddress(person=AS_RENEE.who, email=ADDRESS), by=AS_RENEE)
    scenario.then_refused(OwnWork)
