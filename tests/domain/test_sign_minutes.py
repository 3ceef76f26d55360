"""Who signs the minutes, and when?"""

from __future__ import annotations

from domain.commands.sign_minutes import SignMinutes
from domain.jury import MinutesAlreadySigned, MinutesSigned, NotTheChair, SessionNotOpen
from tests.domain.harness import At, Scenario
from tests.domain.people import AS_NADIA, AS_PAUL, CLOSED, JUNE, PAUL, before_the_jury

SIGN = SignMinutes(session=JUNE)


def test_the_chair_signs_a_closed_session_once(scenario: Scenario) -> None:
    scenario.given(*before_the_jury(), At(JUNE, (CLOSED,)))
    scenario.when(SIGN, by=AS_NADIA)
    scenario.then_refused(NotTheChair)
    scenario.when(SIGN, by=AS_PAUL)
    scenario.then(MinutesSigned(signed_by=PAUL))
    scenario.when(SIGN, by=AS_PAUL)
    scenario.then_refused(MinutesAlreadySigned)


def test_an_open_session_is_not_signed(scenario: Scenario) -> None:
    scenario.given(*before_the_jury())
    scenario.when(SIGN, by=AS_PAUL)
    scenario.then_refused(SessionNotOpen)
