"""Seating of a substitute in place of a titular member."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.jury.facts import SubstituteSeated
from domain.jury.session import SessionNotPlanned, SubstituteQuality
from domain.ports import PersonId
from domain.replay.judge import replay
from tests.given.domain.people import AS_RENEE, ELSA, EMMA, JUNE, JURY_DAY, KARIM, LUC, NADIA, SACHA, opened, planned
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario


def stand_in(substitute: PersonId, replaced: PersonId) -> SeatSubstitute:
    return SeatSubstitute(session=JUNE, substitute=substitute, replaced=replaced)


def test_substitute_of_the_same_quality_takes_the_seat(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(stand_in(ELSA, EMMA), by=AS_RENEE)
    scenario.then(SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY))


def test_substitute_cannot_be_seated_before_the_day(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(stand_in(ELSA, EMMA), by=AS_RENEE, on=JURY_DAY - timedelta(days=1))
    scenario.then_refused(SubstituteQuality)
    scenario.when(stand_in(ELSA, EMMA), by=AS_RENEE)
    last = scenario.store.told[-1]

    def unlawful(seated_on: date, on: date) -> set[str]:
        fact: Any = last.fact
        forged = replace(last, fact=replace(fact, seated_on=seated_on), stamp=replace(last.stamp, on=on))
        found = replay([*scenario.store.told[:-1], forged])
        return {each.rule for each in found if each.position == last.stamp.position}

    ahead = JURY_DAY - timedelta(days=90)
    assert unlawful(JURY_DAY, JURY_DAY) == set()
    assert unlawful(ahead, ahead) == {"substitute-quality"}
    assert unlawful(JURY_DAY, ahead) == {"substitute-quality"}


@pytest.mark.parametrize(("substitute", "replaced"), [(ELSA, KARIM), (ELSA, NADIA), (NADIA, LUC), (ELSA, SACHA)])
def test_seat_cannot_be_taken_by_a_member_of_another_quality_or_no_substitute(
    scenario: Scenario, substitute: PersonId, replaced: PersonId
) -> None:
    scenario.given(planned(JUNE))
    scenario.when(stand_in(substitute, replaced), by=AS_RENEE)
    scenario.then_refused(SubstituteQuality)
    seated = SubstituteSeated(substitute=substitute, replaced=replaced, seated_on=JURY_DAY)
    assert verdict(scenario, JUNE, seated, AS_RENEE) == "substitute-quality"


def test_substitute_cannot_be_seated_twice(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), At(JUNE, (SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY),)))
    scenario.when(stand_in(ELSA, EMMA), by=AS_RENEE)
    scenario.then_refused(SubstituteQuality)


def test_substitute_cannot_be_seated_once_the_session_is_open(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), opened(JUNE))
    scenario.when(stand_in(ELSA, EMMA), by=AS_RENEE)
    scenario.then_refused(SessionNotPlanned)
