"""Summons of a candidate before a jury."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.candidacy.candidacy import AlreadyDecided, AlreadySummoned, NoValidationFile, OwnWork
from domain.candidacy.facts import CandidateSummoned, RouteChanged
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.framework.definition import Route
from domain.framework.jury_rule import Sex
from domain.jury.facts import CandidateListed
from domain.jury.session import SessionFull, SessionNotPlanned, WrongFramework, WrongJury, WrongRulebook
from domain.people.facts import RoleGranted
from domain.ports import EvidenceId, FrameworkId, Role
from domain.replay.judge import replay
from tests.given.domain.people import (
    AS_RENEE,
    ENOUGH,
    GENTLE_RULEBOOK,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    RELEASED,
    SAMIR_VAE,
    SEATS,
    admissible,
    applied,
    before_the_jury,
    ended,
    filed,
    granted,
    heard,
    known,
    opened,
    plan,
    planned,
    pronounced,
    put_in,
    ruled,
    seat,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

CALL = SummonCandidate(session=JUNE, candidacy=MARIE_FI)


def test_summons_is_recorded_in_the_session_and_in_the_candidacy(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then(CandidateListed(candidacy=MARIE_FI, candidate=MARIE, tied=()), CandidateSummoned(session=JUNE))


def test_vae_candidate_cannot_be_summoned_before_filing_the_validation_file(scenario: Scenario) -> None:
    """Code du travail R6412-5: the certifier sets the day on which the filed file is presented."""
    call = SummonCandidate(session=JUNE, candidacy=MARIE_VAE)
    scenario.given(planned(JUNE), applied(MARIE_VAE), admissible(MARIE_VAE))
    scenario.when(call, by=AS_RENEE)
    scenario.then_refused(NoValidationFile)
    called = CandidateSummoned(session=JUNE)
    assert "no-validation-file" in scenario.forged(MARIE_VAE, called, by=AS_RENEE)
    piece = EvidenceId(known("livret 2"))
    scenario.given(put_in(MARIE_VAE, piece), filed(MARIE_VAE, piece))
    scenario.when(call, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_vae_candidate_cannot_be_summoned_with_a_file_of_another_route(scenario: Scenario) -> None:
    piece = EvidenceId(known("file of training"))
    to_vae = RouteChanged(route=Route.VAE, changed_on=JURY_DAY)
    scenario.given(planned(JUNE), applied(MARIE_FI), put_in(MARIE_FI, piece), filed(MARIE_FI, piece))
    scenario.given(At(MARIE_FI, (to_vae,)), admissible(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(NoValidationFile)


def test_session_held_on_paper_accepts_candidates_without_a_validation_file(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, replace(plan(), on_paper=True)), applied(MARIE_VAE), admissible(MARIE_VAE))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_candidate_cannot_be_summoned_to_a_full_session(scenario: Scenario) -> None:
    scenario.given(
        planned(JUNE, plan(places=1)), applied(MARIE_FI), *vae_filed(SAMIR_VAE), *summoned(JUNE, SAMIR_VAE)
    )
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(SessionFull)


def test_candidate_cannot_be_summoned_to_another_session_before_the_results_are_released(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), *before_the_jury(MARIE_FI), ended(JUNE, released=False), planned(MARCH))
    again = SummonCandidate(session=MARCH, candidacy=MARIE_FI)
    scenario.when(again, by=AS_RENEE)
    scenario.then_refused(AlreadySummoned)
    scenario.given(At(JUNE, (RELEASED,)))
    scenario.when(again, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_candidate_cannot_be_summoned_before_a_jury_of_another_rulebook(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, plan(rulebook=GENTLE_RULEBOOK)), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(WrongRulebook)


def test_candidate_cannot_be_summoned_before_a_jury_of_another_framework(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, replace(plan(), framework=FrameworkId(UUID(int=1)))), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(WrongFramework)


def test_candidate_cannot_be_summoned_before_a_jury_of_another_route(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, plan(jury="J2")), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(WrongJury)


def test_candidate_cannot_be_summoned_once_the_session_is_open(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), opened(JUNE), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(SessionNotPlanned)


def test_candidate_who_holds_the_title_cannot_be_summoned_again(scenario: Scenario) -> None:
    """The jury could decide nothing, and the session could never close for the others."""
    won = (heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE))
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *won, ended(), planned(MARCH))
    scenario.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)


def test_juror_of_a_session_cannot_be_summoned_as_its_candidate(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), planned(JUNE, seats=(*SEATS, seat(MARIE, Sex.F))))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_FI), by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_replay_refuses_a_summons_recorded_by_the_candidate(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    before = list(scenario.store.told)
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    theirs = [replace(told, stamp=replace(told.stamp, by=MARIE)) for told in scenario.store.told[len(before) :]]
    refused = {found.position for found in replay([*before, *theirs])}
    assert len(theirs) == 2
    assert theirs[0].stamp.position in refused
    for n, half in enumerate(theirs):
        mixed = [*scenario.store.told[len(before) :]]
        mixed[n] = half
        assert half.stamp.position in {found.position for found in replay([*before, *mixed])} or n == 0
