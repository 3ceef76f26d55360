"""Feasibility files counted in a year, and their limit (Code du travail R6412-3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import (
    FeasibilityFileSubmitted,
    FileCounted,
    FilingChannel,
    NoticeChannel,
    ReceiptDayCorrected,
)
from domain.candidacy.filings import Filings, YearlyFilesReached
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.correct_receipt_day import CorrectReceiptDay
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.lapse_admissibility import LapseAdmissibility
from domain.commands.candidacy.notify_admissibility import NotifyAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.execute import execute
from domain.framework.definition import Route
from domain.framework.facts import FrameworkPublished
from domain.ports import CandidacyId, Request
from domain.replay.judge import replay
from tests.given.domain.options import SHEET
from tests.given.domain.people import AS_MARIE, AS_RENEE, AS_SAMIR, MARIE, RULEBOOK, SAMIR, known
from tests.given.domain.scenario import NOON, At, Meanwhile
from tests.given.stories.acts import Stage
from tests.given.stories.files_of_a_year import CODES, DECEMBER, JANUARY, JUNE, NEXT_YEAR, counted, files, house
from tests.given.stories.portal import framework, sheet, signs_up


def years(stage: Stage) -> list[int]:
    """Return the years of Marie's files that count now."""
    return [each.received_on.year for each in stage.scene.log.find(Filings, Filings.id_of(MARIE)).counted]


@pytest.mark.parametrize("linked", [False, True])
def test_last_place_of_the_year_cannot_be_taken_by_two_submissions_at_once(*, linked: bool) -> None:
    stage = house()
    files(stage, JANUARY, 40001)
    files(stage, JANUARY, 40002)
    third, who = signs_up(stage, JANUARY, 40003), AS_SAMIR if linked else AS_MARIE
    fourth = signs_up(stage, JANUARY, 40004, SAMIR if linked else MARIE)
    if linked:
        stage.on_both(JANUARY, LinkDuplicate(person=MARIE, other=SAMIR, reason="Même naissance."))

    def meanwhile() -> None:
        request = Request(actor=who, append_id=known("meanwhile"), today=JUNE, hour=NOON)
        execute(SubmitFeasibilityFile(candidacy=fourth), stage.scene.store, request)

    during = Meanwhile(SubmitFeasibilityFile(candidacy=third), meanwhile)
    stage.scene.when(during, by=AS_MARIE, on=JUNE)
    assert isinstance(stage.scene.outcome, YearlyFilesReached)
    assert [candidacy for candidacy, _ in counted(stage)][2:] == [fourth]


def test_day_of_receipt_corrected_into_another_year_counts_there_even_above_the_limit() -> None:
    """The correction states the truth; a file above the limit is then declared inadmissible."""
    stage = house()
    candidacy = signs_up(stage, JANUARY, 40001)
    stage.on(NEXT_YEAR, SubmitFeasibilityFile(candidacy=candidacy, received_on=NEXT_YEAR))
    correct = CorrectReceiptDay(candidacy=candidacy, received_on=DECEMBER, reason="Le cachet de la poste.")
    for number in CODES[1:]:
        posted = SubmitFeasibilityFile(candidacy=signs_up(stage, JANUARY, number), received_on=DECEMBER)
        stage.on(NEXT_YEAR, posted)
    stage.on(NEXT_YEAR, correct)
    assert [type(told.fact) for told in stage.facts[-2:]] == [FileCounted, ReceiptDayCorrected]
    assert years(stage) == [2026] * 4
    assert stage.unlawful == []
    stage.on(NEXT_YEAR, replace(correct, received_on=NEXT_YEAR))
    assert years(stage) == [2027, 2026, 2026, 2026]
    assert stage.unlawful == []


def test_file_keyed_only_with_its_decision_counts_and_is_not_admitted_above_the_limit() -> None:
    stage = house()
    for number in CODES[:3]:
        keyed_late = DecideAdmissibility(
            candidacy=signs_up(stage, JANUARY, number), admissible=True, file_received_on=JANUARY
        )
        stage.on(JUNE, keyed_late)
    fourth = signs_up(stage, JANUARY, 40004)
    admits = DecideAdmissibility(candidacy=fourth, admissible=True, file_received_on=JUNE)
    stage.scene.when(admits, by=AS_RENEE, on=JUNE)
    stage.scene.then_refused(YearlyFilesReached, 2026)
    stage.on(JUNE, replace(admits, admissible=False, reason="Quatrième dossier de l'année."))
    assert len(counted(stage)) == 4
    assert stage.unlawful == []


def test_replay_finds_a_file_that_was_not_counted_and_one_above_the_limit() -> None:
    stage = house()
    candidacy = files(stage, JANUARY, 40001)
    submitted = stage.facts[-1]
    without = [told for told in stage.facts if not isinstance(told.fact, FileCounted)]
    assert {each.position: each.rule for each in replay(without)}.get(submitted.stamp.position) == "decided-otherwise"
    again = FeasibilityFileSubmitted(received_on=JUNE, channel=FilingChannel.PORTAL)
    stage.on(JUNE, WithdrawCandidacy(candidacy=candidacy), AS_MARIE)
    stage.on(JUNE, ResumeCandidacy(candidacy=candidacy), AS_MARIE)
    assert stage.scene.forged(candidacy, again, by=AS_MARIE, on=JUNE) == ["yearly-files-reached"]


def with_options(stage: Stage) -> None:
    """Give the first certification two options: block 2, or block 4."""
    like = replace(SHEET, code="RNCP40001", registration=sheet(40001).registration)
    stage.scene.given(At(framework(40001), (FrameworkPublished(definition=like),)))


def applies(stage: Stage, *blocks: int, option: str | None = None) -> CandidacyId:
    apply = OpenCandidacy(
        candidate=MARIE,
        framework=framework(40001),
        rulebook=RULEBOOK,
        route=Route.VAE,
        began_on=JANUARY,
        blocks=blocks,
        option=option,
    )
    stage.on(JANUARY, apply, AS_MARIE)
    candidacy = Candidacy.id_of(MARIE, framework(40001), Route.VAE)
    stage.on(JANUARY, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    return candidacy


def test_file_for_all_blocks_of_an_option_counts_as_one_for_the_title() -> None:
    """R6412-3, last paragraph: a file for blocks is exempt; all the blocks of an option are a certification."""
    for blocks, counts in (((1, 3), 0), ((1, 2, 3), 1)):
        stage = house()
        with_options(stage)
        applies(stage, *blocks)
        assert len(counted(stage)) == counts


def of_a_block(stage: Stage) -> CandidacyId:
    """Admit Marie in January for block 1 of the last certification, then submit three other files."""
    a_block = signs_up(stage, JANUARY, CODES[3], blocks=(1,))
    stage.on(JANUARY, SubmitFeasibilityFile(candidacy=a_block), AS_MARIE)
    stage.on(JANUARY, DecideAdmissibility(candidacy=a_block, admissible=True, file_received_on=JANUARY))
    stage.on(JANUARY, NotifyAdmissibility(candidacy=a_block, channel=NoticeChannel.POST))
    for number in CODES[:3]:
        files(stage, JANUARY, number)
    return a_block


def test_lapsed_admissibility_for_a_block_does_not_lift_the_limit_for_the_whole_title() -> None:
    """R6412-4, al. 4: the limit does not apply to the same file presented again; that of the whole title is
    another."""
    stage = house()
    a_block = of_a_block(stage)
    stage.on(DECEMBER, LapseAdmissibility(candidacy=a_block))
    stage.scene.when(SeekBlocks(candidacy=a_block, blocks=()), by=AS_MARIE, on=DECEMBER)
    stage.scene.then_refused(YearlyFilesReached, 2026)


def test_admissibility_for_a_block_is_not_carried_over_to_the_whole_title_by_another_route() -> None:
    stage = house()
    a_block = of_a_block(stage)
    stage.on(JUNE, ChangeRoute(candidacy=a_block, route=Route.FC), AS_MARIE)
    stage.on(JUNE, SeekBlocks(candidacy=a_block, blocks=()), AS_MARIE)
    stage.on(JUNE, ChangeRoute(candidacy=a_block, route=Route.VAE, began_on=JANUARY), AS_MARIE)
    assert stage.scene.log.find(Candidacy, a_block).admissible is None
    stage.scene.when(SubmitFeasibilityFile(candidacy=a_block), by=AS_MARIE, on=JUNE)
    stage.scene.then_refused(YearlyFilesReached, 2026)
    assert stage.unlawful == []


def test_option_cannot_be_changed_when_its_file_would_exceed_the_yearly_limit() -> None:
    """R6412-3: one file a year for a certification, whichever its option; the first file is kept."""
    stage = house()
    with_options(stage)
    candidacy = applies(stage, option="A")
    to_b = SeekBlocks(candidacy=candidacy, blocks=(), option="B")
    stage.scene.when(to_b, by=AS_MARIE, on=JUNE)
    stage.scene.then_refused(YearlyFilesReached, 2026)
    assert stage.scene.log.find(Candidacy, candidacy).feasibility.received_on == JANUARY
    stage.on(NEXT_YEAR, to_b, AS_MARIE)
    stage.on(NEXT_YEAR, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    assert years(stage) == [2026, 2027]
    assert stage.unlawful == []
