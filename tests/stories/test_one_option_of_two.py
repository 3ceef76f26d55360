"""Marie seeks the title with its first option: her jury does not decide the other's block, and the register names
hers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.appeal.rectification import Minuted
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import BlockNotSought
from domain.candidacy.facts import BlockCarriedOver, BlocksSought
from domain.candidacy.seeking import OneOption
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.issue_certificate import IssueCertificate
from domain.framework.definition import Route
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionDeferred, DecisionRectified, DeliberationOpened, TitlePronounced
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, SessionId
from domain.register.carrying_over import titled_elsewhere
from domain.register.facts import CertificateIssued, RegisterEntered
from domain.standing.standing import BlockState, Outcome, standing
from domain.standing.what_if import Supposed, what_if
from domain.standing.why import why
from tests.given.domain.options import PUBLISHED, SHEET
from tests.given.domain.people import AS_MARIE, AS_PAUL, FRAMEWORK, MARIE, MARIE_VAE, PANEL, RULEBOOK, RULES
from tests.given.stories.acts import Stage

MAY, JUNE, MARCH = date(2021, 5, 3), date(2021, 6, 15), date(2022, 3, 1)
COMMON, IMAGES, WORDS = (*range(1, 10), *range(21, 26)), tuple(range(10, 21)), tuple(range(26, 31))
GRANTED, NOT_DECIDED, NOT_SOUGHT = BlockState.GRANTED, BlockState.NOT_DECIDED, BlockState.NOT_SOUGHT


def house() -> Stage:
    story = Stage(MAY)
    story.scene.given(PUBLISHED)
    return story


def applies(story: Stage, option: str) -> CandidacyId:
    apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE, option=option)
    story.on(MAY, apply, AS_MARIE)
    files(story, MAY)
    return Candidacy.id_of(MARIE, FRAMEWORK, Route.VAE)


def files(story: Stage, day: date) -> None:
    story.on(day, DecideAdmissibility(candidacy=MARIE_VAE, admissible=True, file_received_on=day))
    piece = story.puts_in(day, MARIE_VAE)
    story.on(day, SubmitValidationFile(candidacy=MARIE_VAE, evidence=(piece,)), AS_MARIE)


def states(story: Stage) -> list[BlockState]:
    return [line.state for line in standing(SHEET, RULES, story.facts).blocks]


def test_application_without_one_option_is_refused_with_the_list_of_options() -> None:
    story = house()
    for blocks in ((), (1, 2, 4)):
        apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE, blocks=blocks)
        story.scene.when(apply, by=AS_MARIE, on=MAY)
        story.scene.then_refused(OneOption, "A", "B")


def test_jury_decides_the_blocks_of_the_chosen_option_and_the_certificate_names_it() -> None:
    """R6412-1: a candidate is admitted by the requirements of the référentiel of the certification that they seek."""
    story = house()
    marie = applies(story, "A")
    assert states(story) == [NOT_DECIDED, NOT_DECIDED, NOT_DECIDED, NOT_SOUGHT]

    session = story.jury(MAY, JUNE)
    story.on(JUNE, SummonCandidate(session=session, candidacy=marie))
    story.opens_with(JUNE, session, PANEL)
    story.takes_up(JUNE, session, marie, AS_PAUL)
    taken_up = story.facts[-1].fact
    assert isinstance(taken_up, DeliberationOpened)
    assert taken_up.sought == (1, 2, 3)

    other = RuleCompetences(session=session, candidacy=marie, rulings=(Ruling(competence=26, acquired=True),))
    story.scene.when(other, by=AS_PAUL, on=JUNE)
    story.scene.then_refused(BlockNotSought, 4)

    rulings = tuple(Ruling(competence=number, acquired=True) for number in (*COMMON, *IMAGES))
    story.on(JUNE, RuleCompetences(session=session, candidacy=marie, rulings=rulings), AS_PAUL)
    decisions = tuple(BlockDecision(block=number, granted=True) for number in (1, 2, 3))
    story.on(
        JUNE,
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=marie, decisions=decisions),
        AS_PAUL,
    )
    story.on(
        JUNE, RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=marie), AS_PAUL
    )
    pronounced = story.facts[-1].fact
    assert pronounced == TitlePronounced(session=session, candidacy=marie, option="A")
    ends(story, JUNE, session)

    story.on(JUNE, EnterRegister(candidacy=marie))
    entered = story.facts[-1].fact
    assert isinstance(entered, RegisterEntered)
    assert entered.option_title == "Option A « Images »"
    story.on(JUNE, IssueCertificate(candidacy=marie))
    certificate = story.facts[-1].fact
    assert isinstance(certificate, CertificateIssued)
    assert certificate.option_title == "Option A « Images »"

    assert states(story) == [GRANTED, GRANTED, GRANTED, NOT_SOUGHT]
    told = why(SHEET, RULES, story.facts)
    assert (told.outcome, told.title.option_title) == (Outcome.FULL, "Option A « Images »")
    assert told.blocks[3].missing == ()
    assert story.unlawful == []


def ends(story: Stage, day: date, session: SessionId) -> None:
    story.on(day, CloseSession(session=session))
    story.on(day, SignMinutes(session=session), AS_PAUL)
    story.on(day, ReleaseResults(session=session))


def test_candidate_who_changes_option_keeps_the_common_blocks() -> None:
    """R6412-1: her admissibility is decided again for the other option; no jury decides the first any more."""
    story = house()
    marie = applies(story, "A")
    story.decides(JUNE, story.jury(MAY, JUNE), marie, SHEET, (*COMMON, 10))
    assert states(story)[1] is BlockState.NOT_GRANTED
    missing = why(SHEET, RULES, story.facts).title.missing
    assert [gap.numbers for gap in missing] == [(2,)], "nothing of the other option"

    story.on(MARCH, SeekBlocks(candidacy=marie, blocks=(), option="B"), AS_MARIE)
    assert story.facts[-1].fact == BlocksSought(blocks=(), option="B", sought_on=MARCH, anew=True)
    assert states(story) == [GRANTED, NOT_SOUGHT, GRANTED, NOT_DECIDED]
    files(story, MARCH)
    second = story.jury(MARCH, MARCH)
    story.decides(MARCH, second, marie, SHEET, WORDS, title=True)
    story.on(MARCH, EnterRegister(candidacy=marie))
    entered = story.facts[-1].fact
    assert isinstance(entered, RegisterEntered)
    assert entered.option_title == "Option B « Textes »"
    assert story.unlawful == []


PROPOSES = ProposeRectification(
    session=SessionId(UUID(int=0)),
    candidacy=MARIE_VAE,
    minuted=Minuted(rulings=dict.fromkeys(IMAGES[1:], True), title=True),
    reason="Option A acquise au procès-verbal.",
)


@pytest.mark.parametrize("proposed_before", [False, True])
def test_title_of_the_first_option_can_be_rectified_after_a_change_of_option(
    proposed_before: bool,
) -> None:
    """R6412-7: the jury decides on the certification sought when it was called; its title names that option.

    It was keyed without block 2; the content of the minutes does not depend on what she sought afterwards.
    """
    story = house()
    marie = applies(story, "A")
    session = story.jury(MAY, JUNE)
    story.decides(JUNE, session, marie, SHEET, (*COMMON, 10))
    propose = replace(PROPOSES, session=session)
    if proposed_before:
        story.on(JUNE, propose)
    story.on(MARCH, SeekBlocks(candidacy=marie, blocks=(), option="B"), AS_MARIE)
    if not proposed_before:
        story.on(MARCH, propose)
    story.on(MARCH, ApproveRectification(session=session, candidacy=marie, reason="x"), AS_PAUL)
    rectified, entered = (each.fact for each in story.facts[-2:])
    assert isinstance(rectified, DecisionRectified)
    assert (rectified.granted, rectified.title, rectified.option) == ((2,), True, "A")
    assert rectified.says()[0].endswith("bloc 2 accordé, titre prononcé (option A).")
    assert isinstance(entered, RegisterEntered)
    assert entered.option_title == "Option A « Images »"
    decided = story.scene.log.find(Deliberation, Deliberation.id_of(session, marie))
    assert (decided.title, decided.decision.option) == (True, "A")
    now, told = standing(SHEET, RULES, story.facts), why(SHEET, RULES, story.facts).title
    assert (now.outcome, now.option, now.title_option) == (Outcome.FULL, "B", "A"), "she seeks B, and her title has A"
    assert (told.pronounced, told.option_title, told.met, told.missing) == (True, "Option A « Images »", True, ())
    unentered = Supposed(without=frozenset({story.facts[-1].stamp.position}))
    assert not what_if(SHEET, RULES, story.facts, unentered).title_lost, "it rests on the blocks of its own option"
    assert story.unlawful == []


def test_block_of_another_option_does_not_complete_the_title() -> None:
    story = house()
    marie = applies(story, "B")
    story.decides(JUNE, story.jury(MAY, JUNE), marie, SHEET, (*range(1, 10), 21, *WORDS))
    story.on(MARCH, SeekBlocks(candidacy=marie, blocks=(), option="A"), AS_MARIE)
    files(story, MARCH)
    story.decides(MARCH, story.jury(MARCH, MARCH), marie, SHEET, (10, *range(21, 26)))
    assert states(story) == [GRANTED, BlockState.NOT_GRANTED, GRANTED, GRANTED]
    title = why(SHEET, RULES, story.facts).title
    assert (title.met, [gap.numbers for gap in title.missing]) == (False, [(2,)])
    assert not any(isinstance(told.fact, DecisionDeferred) for told in story.facts), "no title was due"
    assert story.unlawful == []


def test_holder_of_one_option_can_seek_the_other_by_another_route() -> None:
    """A title with another option is another title: the common blocks count, and each title is independent."""
    story = house()
    marie = applies(story, "A")
    story.decides(JUNE, story.jury(MAY, JUNE), marie, SHEET, (*COMMON, *IMAGES), title=True)
    story.on(JUNE, EnterRegister(candidacy=marie))
    again = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI, option="B")
    story.on(MARCH, again, AS_MARIE)
    second = Candidacy.id_of(MARIE, FRAMEWORK, Route.FI)
    counted = {told.fact.block for told in story.facts if isinstance(told.fact, BlockCarriedOver)}
    assert counted >= {1, 3}
    assert not titled_elsewhere(story.scene.log.find, story.scene.log.load(Candidacy, second), "B")
    assert story.unlawful == []
