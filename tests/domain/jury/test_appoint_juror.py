"""Appointment of jurors to a session."""

from __future__ import annotations

from domain.commands.jury.appoint_juror import AppointJuror
from domain.jury.facts import JurorAppointed
from domain.jury.session import AlreadyAppointed, SessionNotPlanned
from domain.people.person import RoleNotHeld
from domain.ports import PersonId
from tests.given.domain.people import AS_RENEE, ASTRID, JUNE, NADIA, SACHA, SEATS, opened, planned
from tests.given.domain.scenario import Scenario


def appoint(who: PersonId, *, chair: bool = False) -> AppointJuror:
    return AppointJuror(session=JUNE, juror=who, chair=chair)


def test_juror_cannot_be_appointed_twice_to_a_session(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=SEATS[:1]))
    scenario.when(appoint(NADIA), by=AS_RENEE)
    scenario.then_recorded(JurorAppointed)
    scenario.when(appoint(NADIA), by=AS_RENEE)
    scenario.then_refused(AlreadyAppointed)


def test_second_chair_cannot_be_appointed(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=SEATS[:1]))
    scenario.when(appoint(NADIA, chair=True), by=AS_RENEE)
    scenario.then_refused(AlreadyAppointed)


def test_person_without_the_juror_role_cannot_be_appointed(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(appoint(ASTRID), by=AS_RENEE)
    scenario.then_refused(RoleNotHeld)


def test_juror_cannot_be_appointed_after_the_opening(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=SEATS[:6]), opened(JUNE))
    scenario.when(appoint(SACHA), by=AS_RENEE)
    scenario.then_refused(SessionNotPlanned)
