"""Marie submits one file a year for one certification, and three in all; files for blocks do not count.

Code du travail R6412-3 (LEGIARTI000048700019), al. 2 and 3. Before 2024, and outside the portal, R335-7 of the
education code said the same, as far as it was read. A submitted file counts even if it was refused or withdrawn;
files that other certifiers received count as the candidate declares them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import (
    FeasibilityFileSubmitted,
)
from domain.candidacy.feasibility import ReceivedTooEarly
from domain.candidacy.filings import YearlyFilesReached
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.ports import CandidacyId
from tests.given.domain.people import AS_MARIE, AS_RENEE, AS_SAMIR, MARIE, SAMIR
from tests.given.stories.acts import Stage
from tests.given.stories.files_of_a_year import CODES, DECEMBER, JANUARY, JUNE, NEXT_YEAR, counted, files, house
from tests.given.stories.portal import on_the_portal, signs_up


def is_one_too_many(stage: Stage, day: date, candidacy: CandidacyId, elsewhere: int | None = None) -> None:
    stage.scene.when(SubmitFeasibilityFile(candidacy=candidacy, elsewhere=elsewhere), by=AS_MARIE, on=day)
    refused = stage.scene.then_refused(YearlyFilesReached, day.year)
    assert refused.violations[0].source.startswith("Code du travail, article R6412-3")


@pytest.mark.parametrize("refused_first", [True, False])
def test_second_file_for_the_same_certification_is_refused_until_the_next_year(*, refused_first: bool) -> None:
    stage = house()
    candidacy = files(stage, JANUARY, 40001)
    if refused_first:
        no = DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=JANUARY, gaps="Bloc 4.")
        stage.on(JANUARY, no)
    stage.on(JUNE, WithdrawCandidacy(candidacy=candidacy), AS_MARIE)
    stage.on(JUNE, ResumeCandidacy(candidacy=candidacy), AS_MARIE)
    is_one_too_many(stage, DECEMBER, candidacy)
    stage.on(NEXT_YEAR, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    assert stage.unlawful == []


def test_fourth_file_of_a_year_is_refused_counting_those_declared_elsewhere() -> None:
    stage = house()
    for number in CODES[:3]:
        files(stage, JUNE, number, elsewhere=0)
    is_one_too_many(stage, JUNE, signs_up(stage, JUNE, 40004))
    assert stage.unlawful == []

    other = house()
    files(other, JANUARY, 40001, elsewhere=1)
    second = signs_up(other, JUNE, 40002)
    is_one_too_many(other, JUNE, second, elsewhere=2)
    other.on(JUNE, SubmitFeasibilityFile(candidacy=second, elsewhere=1), AS_MARIE)
    declared = [told.fact.elsewhere for told in other.facts if isinstance(told.fact, FeasibilityFileSubmitted)]
    assert declared == [1, 1]
    assert other.unlawful == []


@pytest.mark.parametrize("declared", [None, 0, 1])
def test_files_declared_elsewhere_count_until_the_end_of_the_year(declared: int | None) -> None:
    """R6412-3, al. 2: two elsewhere and one here make three, whatever the next file declares."""
    stage = house()
    files(stage, JANUARY, 40001, elsewhere=2)
    is_one_too_many(stage, JUNE, signs_up(stage, JUNE, 40002), elsewhere=declared)
    files(stage, NEXT_YEAR, 40003)
    assert stage.unlawful == []


def test_file_for_some_blocks_is_neither_counted_nor_refused() -> None:
    """R6412-3, al. 3; a candidate who names every block seeks the certification."""
    stage = house()
    for number in CODES[:2]:
        some = signs_up(stage, JANUARY, number, blocks=(1, 3))
        stage.on(JANUARY, SubmitFeasibilityFile(candidacy=some), AS_MARIE)
    assert counted(stage) == []
    whole = signs_up(stage, JUNE, 40003, blocks=(1, 2, 3, 4))
    stage.on(JUNE, SubmitFeasibilityFile(candidacy=whole, elsewhere=2), AS_MARIE)
    assert counted(stage) == [(whole, JUNE)]
    a_block = signs_up(stage, JUNE, 40004, blocks=(2,))
    stage.on(JUNE, SubmitFeasibilityFile(candidacy=a_block, elsewhere=2), AS_MARIE)
    assert stage.unlawful == []


@pytest.mark.parametrize("decided", [False, True])
@pytest.mark.parametrize("blocks", [(), (1, 2, 3, 4)])
def test_candidate_for_blocks_must_file_again_to_seek_the_whole_certification(
    *, decided: bool, blocks: tuple[int, ...]
) -> None:
    """R6412-3, al. 2 and 3, and R6412-1: the whole certification needs a file of its own, which counts in its
    year.
    """
    stage = house()
    candidacy = signs_up(stage, JANUARY, 40001, blocks=(1,))
    stage.on(JANUARY, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    if decided:
        stage.on(JANUARY, DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=JANUARY))
    stage.on(JUNE, SeekBlocks(candidacy=candidacy, blocks=blocks), AS_MARIE)
    admits = DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=JANUARY)
    stage.scene.when(admits, by=AS_RENEE, on=JUNE)
    stage.scene.then_refused(ReceivedTooEarly)
    assert stage.scene.log.find(Candidacy, candidacy).admissible is None
    stage.on(JUNE, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    stage.on(JUNE, replace(admits, file_received_on=JUNE))
    assert counted(stage) == [(candidacy, JUNE)]
    assert stage.unlawful == []


def test_candidate_for_blocks_cannot_seek_the_whole_when_the_yearly_limit_is_reached() -> None:
    stage = house()
    a_block = signs_up(stage, JANUARY, 40004, blocks=(1,))
    stage.on(JANUARY, SubmitFeasibilityFile(candidacy=a_block), AS_MARIE)
    for number in CODES[:3]:
        files(stage, JANUARY, number)
    whole = SeekBlocks(candidacy=a_block, blocks=())
    stage.scene.when(whole, by=AS_MARIE, on=JUNE)
    stage.scene.then_refused(YearlyFilesReached, 2026)
    stage.on(JUNE, replace(whole, blocks=(1, 2)), AS_MARIE)
    stage.on(NEXT_YEAR, whole, AS_MARIE)
    stage.on(NEXT_YEAR, SubmitFeasibilityFile(candidacy=a_block), AS_MARIE)
    assert stage.unlawful == []


def test_yearly_limit_counts_the_files_of_linked_duplicates_together() -> None:
    stage = house()
    files(stage, JANUARY, 40001)
    files(stage, JANUARY, 40002)
    files(stage, JANUARY, 40003, SAMIR)
    fourth = signs_up(stage, JANUARY, 40004, SAMIR)
    submit = SubmitFeasibilityFile(candidacy=fourth)
    stage.on_both(JUNE, LinkDuplicate(person=MARIE, other=SAMIR, reason="Même naissance."))
    stage.scene.when(submit, by=AS_SAMIR, on=JUNE)
    stage.scene.then_refused(YearlyFilesReached, 2026)
    stage.on(JUNE, UnlinkDuplicate(person=MARIE, other=SAMIR, reason="Deux sœurs."))
    stage.on(JUNE, submit, AS_SAMIR)
    assert stage.unlawful == []


@pytest.mark.parametrize("began_on", [date(2023, 12, 4), date(2024, 3, 4)])
def test_yearly_limit_applies_by_the_former_text_before_2024_or_outside_the_portal(began_on: date) -> None:
    """R335-7 of the education code, known in part."""
    stage = on_the_portal(began_on, *CODES)
    for number in CODES[:3]:
        files(stage, began_on, number)
    stage.scene.when(SubmitFeasibilityFile(candidacy=signs_up(stage, began_on, 40004)), by=AS_MARIE, on=began_on)
    refused = stage.scene.then_refused(YearlyFilesReached, began_on.year)
    assert "R335-7" in refused.violations[0].source
