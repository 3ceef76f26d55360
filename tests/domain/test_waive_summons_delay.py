"""Is a candidate called in time, and may they agree to less?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.access import PaperExpected
from domain.candidacy import CandidateSummoned
from domain.commands.summon_candidate import SummonCandidate
from domain.commands.waive_summons_delay import WaiveSummonsDelay
from domain.enrolment import (
    EnrolmentRules,
    NothingToWaive,
    SignedInTheFuture,
    SummonedTooLate,
    SummonsDelay,
    SummonsDelayWaived,
)
from domain.jury import CandidateListed
from domain.refusal import NotFound
from tests.domain.assessing import EXAM, EXAM_RULEBOOK, house
from tests.domain.harness import At, Scenario
from tests.domain.people import (
    AS_MARIE,
    AS_RENEE,
    AS_SAMIR,
    JUNE,
    MARIE_FI,
    applied,
    plan,
    planned,
)

TEN_DAYS = replace(EXAM, enrolment=EnrolmentRules(summons=SummonsDelay(days=10, source="règlement, art. 8")))
CALL = SummonCandidate(session=JUNE, candidacy=MARIE_FI)
WAIVE = WaiveSummonsDelay(candidacy=MARIE_FI, session=JUNE)
LATE, IN_TIME = date(2021, 6, 6), date(2021, 6, 5)
"""Nine days and ten before the jury of 15 June."""
STANDS = (*house(TEN_DAYS), applied(MARIE_FI, EXAM_RULEBOOK), planned(JUNE, plan(rulebook=EXAM_RULEBOOK)))


@pytest.mark.parametrize(("day", "refused"), [(LATE, True), (IN_TIME, False)])
def test_a_candidate_is_called_as_many_days_before_as_the_rulebook_says(
    scenario: Scenario, *, day: date, refused: bool
) -> None:
    scenario.given(*STANDS)
    scenario.when(CALL, by=AS_RENEE, on=day)
    if refused:
        scenario.then_refused(SummonedTooLate, 10)
    else:
        scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_a_rulebook_that_says_nothing_sets_no_delay(scenario: Scenario) -> None:
    scenario.given(*house(), *STANDS[-2:])
    scenario.when(CALL, by=AS_RENEE, on=date(2021, 6, 15))
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_unless_the_candidate_agrees_to_it_for_that_session(scenario: Scenario) -> None:
    scenario.given(*STANDS)
    scenario.when(WAIVE, by=AS_MARIE, on=LATE)
    scenario.then(SummonsDelayWaived(session=JUNE, waived_on=LATE))
    scenario.when(CALL, by=AS_RENEE, on=LATE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_there_is_nothing_to_waive_in_time_afterwards_or_twice(scenario: Scenario) -> None:
    scenario.given(*STANDS)
    for day in (IN_TIME, date(2021, 6, 16)):
        scenario.when(WAIVE, by=AS_MARIE, on=day)
        scenario.then_refused(NothingToWaive)
    scenario.given(At(MARIE_FI, (SummonsDelayWaived(session=JUNE, waived_on=LATE),)))
    scenario.when(WAIVE, by=AS_MARIE, on=LATE)
    scenario.then_refused(NothingToWaive)


def test_nobody_else_agrees_for_them_but_on_a_paper_that_they_signed(scenario: Scenario) -> None:
    scenario.given(*STANDS)
    scenario.when(WAIVE, by=AS_SAMIR, on=LATE)
    scenario.then_refused(NotFound)
    scenario.when(WAIVE, by=AS_RENEE, on=LATE)
    scenario.then_refused(PaperExpected)
    scenario.when(replace(WAIVE, signed_on=date(2021, 6, 7)), by=AS_RENEE, on=LATE)
    scenario.then_refused(SignedInTheFuture)
    scenario.when(replace(WAIVE, signed_on=IN_TIME), by=AS_RENEE, on=LATE)
    scenario.then(SummonsDelayWaived(session=JUNE, waived_on=IN_TIME, on_paper=True))
