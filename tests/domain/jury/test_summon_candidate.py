"""Who can be called before which jury?"""

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


def test_the_summons_stands_on_the_session_and_on_the_candidacy(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then(CandidateListed(candidacy=MARIE_FI, candidate=MARIE, tied=()), CandidateSummoned(session=JUNE))


def test_a_vae_candidate_is_not_called_before_the_validation_file_is_filed(scenario: Scenario) -> None:
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


def test_a_file_of_another_route_does_not_bring_a_vae_candidate_before_a_jury(scenario: Scenario) -> None:
    piece = EvidenceId(known("file of training"))
    to_vae = RouteChanged(route=Route.VAE, changed_on=JURY_DAY)
    scenario.given(planned(JUNE), applied(MARIE_FI), put_in(MARIE_FI, piece), filed(MARIE_FI, piece))
    scenario.given(At(MARIE_FI, (to_vae,)), admissible(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(NoValidationFile)


def test_a_session_held_on_paper_takes_candidates_whose_file_was_on_paper(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, replace(plan(), on_paper=True)), applied(MARIE_VAE), admissible(MARIE_VAE))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_a_session_hears_no_more_than_its_places(scenario: Scenario) -> None:
    scenario.given(
        planned(JUNE, plan(places=1)), applied(MARIE_FI), *vae_filed(SAMIR_VAE), *summoned(JUNE, SAMIR_VAE)
    )
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(SessionFull)


def test_one_session_at_a_time_until_its_results_are_released(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), *before_the_jury(MARIE_FI), ended(JUNE, released=False), planned(MARCH))
    again = SummonCandidate(session=MARCH, candidacy=MARIE_FI)
    scenario.when(again, by=AS_RENEE)
    scenario.then_refused(AlreadySummoned)
    scenario.given(At(JUNE, (RELEASED,)))
    scenario.when(again, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_a_jury_of_another_rulebook_does_not_hear_the_candidate(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, plan(rulebook=GENTLE_RULEBOOK)), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(WrongRulebook)


def test_a_jury_of_another_framework_does_not_hear_the_candidate(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, replace(plan(), framework=FrameworkId(UUID(int=1)))), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(WrongFramework)


def test_the_jury_of_another_route_does_not_hear_the_candidate(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, plan(jury="J2")), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(WrongJury)


def test_nobody_is_called_once_the_session_is_open(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), opened(JUNE), applied(MARIE_FI))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(SessionNotPlanned)


def test_one_who_holds_the_title_is_not_called_again(scenario: Scenario) -> None:
    """Nothing could be decided there, and the session could never close for the others."""
    won = (heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE))
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *won, ended(), planned(MARCH))
    scenario.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)


def test_nobody_is_both_seated_and_called_in_one_session(scenario: Scenario) -> None:
    """A juror is never the candidate."""
    scenario.given(applied(MARIE_FI), planned(JUNE, seats=(*SEATS, seat(MARIE, Sex.F))))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_FI), by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_neither_of_the_two_facts_bears_the_candidate_s_own_name(scenario: Scenario) -> None:
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
