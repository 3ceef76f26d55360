"""The clock is declared right by the operator or an administrator, for a reason."""

from __future__ import annotations

from domain.commands.organisation.accept_clock import AcceptClock
from domain.organisation.facts import ClockAccepted
from domain.organisation.organisation import ClockReasonMissing
from domain.ports import OPERATOR
from domain.refusal import Forbidden
from tests.given.domain.people import AS_ADA, AS_RENEE
from tests.given.domain.scenario import Scenario

ACCEPTS = AcceptClock(up_to=12, reason="NTP was off for a day")


def test_operator_and_administrator_declare_the_clock_right(scenario: Scenario) -> None:
    for actor in (OPERATOR, AS_ADA):
        scenario.when(ACCEPTS, by=actor)
        scenario.then(ClockAccepted(up_to=12, reason="NTP was off for a day"))


def test_a_registrar_may_not_declare_the_clock_right(scenario: Scenario) -> None:
    scenario.when(ACCEPTS, by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_a_clock_is_not_declared_right_without_a_reason(scenario: Scenario) -> None:
    scenario.when(AcceptClock(up_to=12, reason=" "), by=OPERATOR)
    scenario.then_refused(ClockReasonMissing)
