"""Summons of several candidates before a jury, all or none."""

from __future__ import annotations

from domain.candidacy.candidacy import NoValidationFile
from domain.candidacy.facts import CandidateSummoned
from domain.commands.jury.summon_candidates import NobodyChosen, NobodySummoned, SummonCandidates
from domain.jury.facts import CandidateListed
from domain.jury.session import SessionFull
from domain.refusal import Refused
from tests.given.domain.people import (
    AS_RENEE,
    JUNE,
    MARIE,
    MARIE_VAE,
    SAMIR_VAE,
    admissible,
    applied,
    plan,
    planned,
    vae_filed,
)
from tests.given.domain.scenario import Scenario

BOTH = SummonCandidates(session=JUNE, candidacies=(MARIE_VAE, SAMIR_VAE))


def why(scenario: Scenario) -> tuple[str, ...]:
    """Return the rules that the refusal names."""
    assert isinstance(scenario.outcome, Refused)
    return tuple(each.rule for each in scenario.outcome.violations)


def test_candidates_chosen_together_are_all_summoned(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, plan(places=2)), *vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE))
    scenario.when(BOTH, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateListed, CandidateSummoned, CandidateSummoned)
    assert scenario.wrong() == []


def test_no_candidate_is_summoned_when_the_places_are_too_few(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, plan(places=1)), *vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE))
    scenario.when(BOTH, by=AS_RENEE)
    scenario.then_refused(SessionFull)
    assert why(scenario) == ("session-full",)


def test_no_candidate_is_summoned_when_one_cannot_be_and_the_refusal_names_them(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), applied(MARIE_VAE), admissible(MARIE_VAE), *vae_filed(SAMIR_VAE))
    scenario.when(BOTH, by=AS_RENEE)
    scenario.then_refused(NobodySummoned)
    assert why(scenario) == (NoValidationFile.slug(),)
    assert isinstance(scenario.outcome, Refused)
    (them,) = scenario.outcome.violations[0].missing
    assert them.of == (MARIE,)


def test_summons_of_an_empty_list_or_a_repeated_candidate_is_refused(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), *vae_filed(MARIE_VAE))
    for chosen in ((), (MARIE_VAE, MARIE_VAE)):
        scenario.when(SummonCandidates(session=JUNE, candidacies=chosen), by=AS_RENEE)
        scenario.then_refused(NobodyChosen)
