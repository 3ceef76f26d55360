"""The delay of a summons before a jury or an épreuve, and the candidate's waiver of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.enrolment import NothingToWaive, SignedInTheFuture, SummonedTooLate
from domain.candidacy.facts import CalledToSitting, CandidateSummoned, SummonsDelayWaived
from domain.commands.candidacy.waive_summons_delay import WaiveSummonsDelay
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.exam.facts import CandidateExpected
from domain.jury.access import PaperExpected
from domain.jury.facts import CandidateListed
from domain.ports import Role
from domain.refusal import NotFound
from domain.rulebook.enrolment_rules import EnrolmentRules, SummonsDelay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rules import Rules
from tests.given.domain.epreuves import BASILE, BASILE_FI, CASES, CASES_RULES, EPREUVES, PLAN, SITTING
from tests.given.domain.marks import EXAM, EXAM_RULEBOOK, acquis
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    AS_SAMIR,
    JUNE,
    MARIE_FI,
    actor,
    applied,
    plan,
    planned,
    summoned,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario

TEN_DAYS = replace(EXAM, enrolment=EnrolmentRules(summons=SummonsDelay(days=10, source="règlement, art. 8")))
CALL = SummonCandidate(session=JUNE, candidacy=MARIE_FI)
WAIVE = WaiveSummonsDelay(candidacy=MARIE_FI, session=JUNE)
LATE, IN_TIME = date(2021, 6, 6), date(2021, 6, 5)
"""Nine days and ten before the jury of 15 June."""
STANDS = (*acquis(TEN_DAYS), applied(MARIE_FI, EXAM_RULEBOOK), planned(JUNE, plan(rulebook=EXAM_RULEBOOK)))


@pytest.mark.parametrize(("day", "refused"), [(LATE, True), (IN_TIME, False)])
def test_candidate_must_be_called_before_a_jury_as_early_as_the_rulebook_says(
    scenario: Scenario, *, day: date, refused: bool
) -> None:
    scenario.given(*STANDS)
    scenario.when(CALL, by=AS_RENEE, on=day)
    if refused:
        scenario.then_refused(SummonedTooLate, 10)
    else:
        scenario.then_recorded(CandidateListed, CandidateSummoned)
        scenario.take_back()
    called = summoned(JUNE, MARIE_FI)
    assert scenario.forged_together(*called, by=AS_RENEE, on=day) == (["summoned-too-late"] if refused else [])


def test_summons_has_no_delay_when_the_rulebook_sets_none(scenario: Scenario) -> None:
    scenario.given(*acquis(), *STANDS[-2:])
    scenario.when(CALL, by=AS_RENEE, on=date(2021, 6, 15))
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_candidate_waives_the_delay_for_one_session(scenario: Scenario) -> None:
    scenario.given(*STANDS)
    scenario.when(WAIVE, by=AS_MARIE, on=LATE)
    scenario.then(SummonsDelayWaived(session=JUNE, waived_on=LATE))
    scenario.when(CALL, by=AS_RENEE, on=LATE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_delay_that_is_kept_over_or_already_waived_cannot_be_waived(scenario: Scenario) -> None:
    scenario.given(*STANDS)
    for day in (IN_TIME, date(2021, 6, 16)):
        scenario.when(WAIVE, by=AS_MARIE, on=day)
        scenario.then_refused(NothingToWaive)
    scenario.given(At(MARIE_FI, (SummonsDelayWaived(session=JUNE, waived_on=LATE),)))
    scenario.when(WAIVE, by=AS_MARIE, on=LATE)
    scenario.then_refused(NothingToWaive)


def test_delay_is_waived_by_nobody_but_the_candidate_or_the_registrar_with_a_signed_paper(scenario: Scenario) -> None:
    scenario.given(*STANDS)
    scenario.when(WAIVE, by=AS_SAMIR, on=LATE)
    scenario.then_refused(NotFound)
    scenario.when(WAIVE, by=AS_RENEE, on=LATE)
    scenario.then_refused(PaperExpected)
    scenario.when(replace(WAIVE, signed_on=date(2021, 6, 7)), by=AS_RENEE, on=LATE)
    scenario.then_refused(SignedInTheFuture)
    scenario.when(replace(WAIVE, signed_on=IN_TIME), by=AS_RENEE, on=LATE)
    scenario.then(SummonsDelayWaived(session=JUNE, waived_on=IN_TIME, on_paper=True))


A_WEEK = replace(CASES_RULES, enrolment=EnrolmentRules(sitting_summons=SummonsDelay(days=7, source="art. 8")))
TO_SIT = CallToSitting(sitting=SITTING, candidacy=BASILE_FI)
AGREE = WaiveSummonsDelay(candidacy=BASILE_FI, sitting=SITTING)
AS_BASILE = actor(BASILE, Role.CANDIDATE)
SIX_DAYS, SEVEN_DAYS = date(2021, 6, 9), date(2021, 6, 8)
"""Before the épreuve of 15 June."""


def called_to_sit(scenario: Scenario, rules: Rules) -> None:
    published = At(CASES, (RulebookPublished(rules=rules),))
    scenario.given(*(published if at.stream == CASES else at for at in EPREUVES), At(SITTING, (PLAN,)))


@pytest.mark.parametrize(("day", "refused"), [(SIX_DAYS, True), (SEVEN_DAYS, False)])
def test_candidate_must_be_called_to_an_epreuve_as_early_as_the_rulebook_says(
    scenario: Scenario, *, day: date, refused: bool
) -> None:
    called_to_sit(scenario, A_WEEK)
    scenario.when(TO_SIT, by=AS_RENEE, on=day)
    if refused:
        scenario.then_refused(SummonedTooLate, 7)
    else:
        scenario.then_recorded(CandidateExpected, CalledToSitting)


def test_delay_before_a_jury_does_not_apply_to_an_epreuve(scenario: Scenario) -> None:
    called_to_sit(scenario, replace(CASES_RULES, enrolment=TEN_DAYS.enrolment))
    scenario.when(TO_SIT, by=AS_RENEE, on=SIX_DAYS)
    scenario.then_recorded(CandidateExpected, CalledToSitting)


def test_candidate_waives_the_delay_of_an_epreuve_once_and_only_when_it_is_short(scenario: Scenario) -> None:
    called_to_sit(scenario, A_WEEK)
    scenario.when(AGREE, by=AS_BASILE, on=SEVEN_DAYS)
    scenario.then_refused(NothingToWaive)
    scenario.when(WaiveSummonsDelay(candidacy=BASILE_FI), by=AS_BASILE, on=SIX_DAYS)
    scenario.then_refused(NothingToWaive)
    scenario.when(AGREE, by=AS_BASILE, on=SIX_DAYS)
    scenario.then(SummonsDelayWaived(session=None, sitting=SITTING, waived_on=SIX_DAYS))
    scenario.when(AGREE, by=AS_BASILE, on=SIX_DAYS)
    scenario.then_refused(NothingToWaive)
    scenario.when(TO_SIT, by=AS_RENEE, on=SIX_DAYS)
    scenario.then_recorded(CandidateExpected, CalledToSitting)


def test_replay_requires_the_delay_of_an_epreuve_or_its_waiver(scenario: Scenario) -> None:
    called_to_sit(scenario, A_WEEK)
    expected = CandidateExpected(candidacy=BASILE_FI, candidate=BASILE, blocks=(1,))
    waived = SummonsDelayWaived(session=None, sitting=SITTING, waived_on=SIX_DAYS)
    called = [At(BASILE_FI, (CalledToSitting(sitting=SITTING),))]
    assert verdict(scenario, SITTING, expected, AS_RENEE, SEVEN_DAYS, also=called) is None
    assert verdict(scenario, SITTING, expected, AS_RENEE, SIX_DAYS, also=called) == "summoned-too-late"
    assert verdict(scenario, BASILE_FI, waived, AS_BASILE, SEVEN_DAYS) == "nothing-to-waive"
    assert verdict(scenario, BASILE_FI, waived, AS_BASILE, SIX_DAYS) is None
    scenario.given(At(BASILE_FI, (waived,)))
    assert verdict(scenario, SITTING, expected, AS_RENEE, SIX_DAYS, also=called) is None
