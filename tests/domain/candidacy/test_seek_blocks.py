"""The option that a candidate chooses, and its change."""

from __future__ import annotations

import pytest

from domain.candidacy.candidacy import Candidacy, NotAdmissible
from domain.candidacy.candidacy_life import BeingDecided, TitleStands
from domain.candidacy.facts import BlocksSought, CandidacyOpened
from domain.candidacy.seeking import NoSuchBlock, OneOption
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.framework.definition import Route
from domain.ports import EvidenceId
from domain.refusal import Refused
from tests.given.domain.options import PUBLISHED
from tests.given.domain.people import (
    AS_MARIE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    RULEBOOK,
    admissible,
    before_the_jury,
    ended,
    granted,
    heard,
    known,
    planned,
    pronounced,
    ruled,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario, newest_unlawful, rebuilt


def application(*blocks: int, option: str | None = None) -> OpenCandidacy:
    return OpenCandidacy(
        candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE, blocks=blocks, option=option
    )


def seeking(*blocks: int, option: str | None = None) -> At:
    opening = CandidacyOpened(
        candidate=MARIE,
        framework=FRAMEWORK,
        rulebook=RULEBOOK,
        route=Route.VAE,
        opened_on=JURY_DAY,
        blocks=blocks,
        option=option,
    )
    return At(MARIE_VAE, (opening,))


@pytest.mark.parametrize(
    ("apply", "blocks", "option"),
    [
        (application(option="A"), (), "A"),
        (application(1, 2), (1, 2), "A"),
        (application(4), (4,), "B"),
        (application(1, 3), (1, 3), None),
        (application(1, 3, option="B"), (1, 3), "B"),
    ],
    ids=["the whole with one", "blocks imply one", "one block does", "common blocks imply none", "or one is said"],
)
def test_candidate_chooses_an_option_or_their_blocks_imply_one(
    scenario: Scenario, apply: OpenCandidacy, blocks: tuple[int, ...], option: str | None
) -> None:
    scenario.given(PUBLISHED)
    scenario.when(apply, by=AS_MARIE)
    (fact,) = scenario.then_recorded(CandidacyOpened)
    assert isinstance(fact, CandidacyOpened)
    assert (fact.blocks, fact.option) == (blocks, option)
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize(
    "apply",
    [application(), application(1, 2, 4), application(2, option="B"), application(option="C")],
    ids=["none chosen", "blocks of two", "a block of another", "an unknown one"],
)
def test_blocks_of_two_options_or_no_option_are_refused_with_the_options_to_choose_from(
    scenario: Scenario, apply: OpenCandidacy
) -> None:
    scenario.given(PUBLISHED)
    scenario.when(apply, by=AS_MARIE)
    scenario.then_refused(OneOption, "A", "B")
    outcome = scenario.outcome
    assert isinstance(outcome, OneOption)
    assert [each.fr for each in outcome.violations] == [
        "Option A : Option A « Images », blocs 2.",
        "Option B : Option B « Textes », blocs 4.",
    ]


def test_option_is_refused_when_the_sheet_has_none(scenario: Scenario) -> None:
    scenario.when(application(option="A"), by=AS_MARIE)
    scenario.then_refused(OneOption)


def test_replay_finds_a_choice_of_blocks_of_two_options(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    (opening,) = seeking(2, 4).facts
    assert scenario.forged(MARIE_VAE, opening, by=AS_MARIE) == ["one-option"]


@pytest.mark.parametrize(
    ("now", "blocks", "option", "then"),
    [
        (seeking(option="A"), (), "B", ((), "B")),
        (seeking(1, 2, option="A"), (), None, ((), "A")),
        (seeking(1, 2, option="A"), (1, 4), None, ((1, 4), "B")),
        (seeking(1), (1, 2), None, ((1, 2), "A")),
        (seeking(1, 3, option="A"), (1, 2, 3), None, ((1, 2, 3), "A")),
    ],
)
def test_candidate_seeks_more_blocks_or_another_option(
    scenario: Scenario, now: At, blocks: tuple[int, ...], option: str | None, then: tuple[tuple[int, ...], str]
) -> None:
    scenario.given(PUBLISHED, now)
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=blocks, option=option), by=AS_MARIE)
    scenario.then(BlocksSought(blocks=then[0], option=then[1], sought_on=JURY_DAY))
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize(
    ("now", "blocks", "option", "refusal"),
    [
        (seeking(1, 2, option="A"), (4,), None, NoSuchBlock),
        (seeking(1, 2, option="A"), (1, 2, 4), None, OneOption),
        (seeking(1, 2, option="A"), (1, 2), "B", OneOption),
        (seeking(1), (), None, OneOption),
        (seeking(option="A"), (), "A", NoSuchBlock),
        (seeking(option="A"), (), None, NoSuchBlock),
        (seeking(option="A"), (1, 4), "B", NoSuchBlock),
    ],
    ids=["a common block left", "both", "not with that one", "the whole with none", "the same", "as is", "narrowed"],
)
def test_candidate_cannot_seek_fewer_blocks_or_two_options(
    scenario: Scenario, now: At, blocks: tuple[int, ...], option: str | None, refusal: type[Refused]
) -> None:
    scenario.given(PUBLISHED, now)
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=blocks, option=option), by=AS_MARIE)
    scenario.then_refused(refusal)


TO_B = SeekBlocks(candidacy=MARIE_VAE, blocks=(), option="B")
FILED = (seeking(option="A"), *vae_filed(MARIE_VAE)[1:])


def test_vae_candidate_who_changes_option_must_be_admitted_and_file_again(scenario: Scenario) -> None:
    """Code du travail R6412-1: a candidate is admissible by what the référentiel of the certification asks."""
    scenario.given(PUBLISHED, *FILED)
    scenario.when(TO_B, by=AS_MARIE)
    scenario.then_recorded(BlocksSought)
    found = rebuilt(Candidacy(id=MARIE_VAE), scenario.store.facts(MARIE_VAE))
    assert (found.admissible, found.filed, found.feasibility.anew_on) == (None, False, JURY_DAY)
    piece = EvidenceId(known(f"piece of {MARIE_VAE}"))
    scenario.when(SubmitValidationFile(candidacy=MARIE_VAE, evidence=(piece,)), by=AS_MARIE)
    scenario.then_refused(NotAdmissible)
    scenario.given(admissible(MARIE_VAE))
    scenario.when(SubmitValidationFile(candidacy=MARIE_VAE, evidence=(piece,)), by=AS_MARIE)
    assert not isinstance(scenario.outcome, Exception)


def test_vae_candidate_who_seeks_more_blocks_of_the_same_option_stays_admissible(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, seeking(1, option="A"), admissible(MARIE_VAE))
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=(1, 2)), by=AS_MARIE)
    assert rebuilt(Candidacy(id=MARIE_VAE), scenario.store.facts(MARIE_VAE)).admissible


@pytest.mark.parametrize("blocks", [(), (1, 2, 3)])
def test_vae_candidate_for_blocks_who_seeks_the_title_must_be_admitted_and_file_again(
    scenario: Scenario, blocks: tuple[int, ...]
) -> None:
    """Code du travail R6412-1: admissible by the référentiel of what is aimed at, which was one block."""
    scenario.given(PUBLISHED, seeking(1, option="A"), *vae_filed(MARIE_VAE)[1:])
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=blocks), by=AS_MARIE)
    scenario.then(BlocksSought(blocks=blocks, option="A", sought_on=JURY_DAY, anew=True))
    found = rebuilt(Candidacy(id=MARIE_VAE), scenario.store.facts(MARIE_VAE))
    assert (found.admissible, found.filed, found.feasibility.anew_on) == (None, False, JURY_DAY)
    assert newest_unlawful(scenario) == set()


def test_title_cannot_be_sought_once_called_before_a_jury_for_some_blocks(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, seeking(1, option="A"), *vae_filed(MARIE_VAE)[1:])
    scenario.given(planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=()), by=AS_MARIE)
    scenario.then_refused(BeingDecided)


def test_option_cannot_be_changed_once_called_before_a_jury(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, *FILED, planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(TO_B, by=AS_MARIE)
    scenario.then_refused(BeingDecided)


def test_option_can_be_changed_after_a_jury_that_granted_no_title(scenario: Scenario) -> None:
    decided = (*before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1, 3))
    scenario.given(PUBLISHED, *FILED, *decided, ended())
    scenario.when(TO_B, by=AS_MARIE)
    scenario.then(BlocksSought(blocks=(), option="B", sought_on=JURY_DAY, anew=True))


def test_option_cannot_be_changed_once_the_title_is_won(scenario: Scenario) -> None:
    decided = (*before_the_jury(MARIE_VAE), heard(MARIE_VAE), granted(MARIE_VAE, 1, 2, 3), pronounced(MARIE_VAE))
    scenario.given(PUBLISHED, *FILED, *decided, ended())
    scenario.when(TO_B, by=AS_MARIE)
    scenario.then_refused(TitleStands)


def test_refusal_to_change_option_does_not_disclose_a_title_not_released(scenario: Scenario) -> None:
    decided = (*before_the_jury(MARIE_VAE), granted(MARIE_VAE, 1, 2, 3), pronounced(MARIE_VAE))
    scenario.given(PUBLISHED, *FILED, *decided)
    scenario.when(TO_B, by=AS_MARIE)
    scenario.then_refused(BeingDecided)
