"""Marie wins three blocks of four in June; she comes back in March for the missing one only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.assessment.assessment import AssessmentAlreadyFiled
from domain.candidacy.candidacy import AlreadyDecided
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CompetenceRuled
from domain.jury.presence import NoAttemptLeft
from domain.jury.ruling import NotReady, Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId
from domain.rulebook.retake_rules import CarryOver, Retakes, RetakeScope, RetakeTooLate
from domain.rulebook.rules import Rules
from domain.rulebook.session_rules import SessionRules
from domain.standing.standing import BlockState, Outcome
from tests.given.domain.marks import EXAM
from tests.given.domain.people import AS_ASTRID, AS_PAUL, ASTRID, OSCAR
from tests.given.stories.exams import MARKED, Exams

MAY, JUNE, FEBRUARY, MARCH = date(2021, 5, 3), date(2021, 6, 15), date(2022, 2, 1), date(2022, 3, 1)
BLOCK_3 = (21, 22, 23, 24, 25)
KEPT = CarryOver(scope=RetakeScope.COMPETENCE, months=12, source="règlement, art. 12")
WITHIN = Retakes(months=12, source="règlement, art. 11")
KEEPING = replace(EXAM, carry_over=KEPT, retakes=WITHIN, sessions=SessionRules(attempts=2))
LOSING = replace(KEEPING, carry_over=replace(KEPT, scope=RetakeScope.NONE))
SILENT = replace(KEEPING, carry_over=None)


def partial(rules: Rules) -> tuple[Exams, CandidacyId]:
    """Grant in June everything but competences 24 and 25, hence not block 3, whose mandatory ones are 21 and 25."""
    story = Exams(MAY, rules)
    marie = story.enrols(MAY)
    for assessor in (ASTRID, OSCAR):
        story.named(MAY, marie, assessor)
        story.marks(MAY, marie, assessor, dict.fromkeys(MARKED, "12") | {24: "7", 25: "8"})
    session = story.before(MAY, JUNE, marie)
    story.rules_on(JUNE, session, marie, {number: number not in {24, 25} for number in MARKED})
    story.decides_blocks(JUNE, session, marie, {1: True, 2: True, 3: False, 4: True})
    story.ends(JUNE, session, marie)
    assert story.standing(provisional=False).outcome is Outcome.PARTIAL
    return story, marie


def test_retake_covers_only_the_missing_competences_and_completes_the_title() -> None:
    story, marie = partial(KEEPING)
    for assessor in (ASTRID, OSCAR):
        story.marks(FEBRUARY, marie, assessor, {24: "9", 25: "13"})
    session = story.before(FEBRUARY, MARCH, marie)

    again = RuleCompetences(session=session, candidacy=marie, rulings=(Ruling(competence=1, acquired=True),))
    story.scene.when(again, by=AS_PAUL, on=MARCH)
    story.scene.then_refused(AlreadyDecided, 1)
    won = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=session,
        candidacy=marie,
        decisions=(BlockDecision(block=1, granted=False),),
    )
    story.scene.when(won, by=AS_PAUL, on=MARCH)
    story.scene.then_refused(AlreadyDecided, 1)

    story.rules_on(MARCH, session, marie, {number: number != 24 for number in BLOCK_3})
    story.decides_blocks(MARCH, session, marie, {3: True})
    story.ends(MARCH, session, marie, title=True)

    standing = story.standing(provisional=False)
    assert (standing.outcome, standing.title_on) == (Outcome.FULL, MARCH)
    assert [block.decided_on for block in standing.blocks] == [JUNE, JUNE, MARCH, JUNE]
    assert story.unlawful == []


@pytest.mark.parametrize("rules", [LOSING, SILENT], ids=["the rulebook keeps none", "the rulebook is silent"])
def test_whole_block_is_marked_again_when_the_rulebook_keeps_no_mark(rules: Rules) -> None:
    story, marie = partial(rules)
    other = AssessCompetence(candidacy=marie, competence=1, mark="15")
    story.scene.when(other, by=AS_ASTRID, on=FEBRUARY)
    story.scene.then_refused(AssessmentAlreadyFiled)
    for assessor in (ASTRID, OSCAR):
        story.marks(FEBRUARY, marie, assessor, {25: "13"})
    session = story.before(FEBRUARY, MARCH, marie)
    kept = RuleCompetences(session=session, candidacy=marie, rulings=(Ruling(competence=21, acquired=True),))
    story.scene.when(kept, by=AS_PAUL, on=MARCH)
    story.scene.then_refused(NotReady, 21)
    assert story.unlawful == []


def test_same_assessors_can_mark_the_block_again_when_the_rulebook_is_silent() -> None:
    story, marie = partial(SILENT)
    for assessor in (ASTRID, OSCAR):
        story.marks(FEBRUARY, marie, assessor, dict.fromkeys(BLOCK_3, "13"))
    session = story.before(FEBRUARY, MARCH, marie)
    story.rules_on(MARCH, session, marie, dict.fromkeys(BLOCK_3, True))
    story.decides_blocks(MARCH, session, marie, {3: True})
    story.ends(MARCH, session, marie, title=True)
    assert {told.fact.attempt for told in story.facts if isinstance(told.fact, CompetenceRuled)} == {1, 2}
    assert story.standing(provisional=False).outcome is Outcome.FULL
    assert story.unlawful == []


def test_replay_detects_a_ruling_on_lapsed_marks() -> None:
    story, marie = partial(SILENT)
    session = story.before(FEBRUARY, MARCH, marie)
    ruled = CompetenceRuled(session=session, candidacy=marie, competence=21, acquired=True, attempt=2)
    here = Deliberation.id_of(session, marie)
    assert story.scene.forged(here, ruled, by=AS_PAUL, on=MARCH) == ["not-ready"]


def test_kept_marks_lapse_after_the_months_of_the_rulebook() -> None:
    """The certifier gives two years to come back, but keeps marks for one year."""
    story, marie = partial(replace(KEEPING, retakes=replace(WITHIN, months=24)))
    late = date(2022, 6, 16)
    session = story.before(FEBRUARY, late, marie)
    ruling = RuleCompetences(session=session, candidacy=marie, rulings=(Ruling(competence=21, acquired=True),))
    story.scene.when(ruling, by=AS_PAUL, on=late)
    story.scene.then_refused(NotReady, 21)
    assert story.unlawful == []


def test_kept_marks_count_on_the_day_of_a_paper_session_and_not_when_it_is_keyed() -> None:
    story, marie = partial(KEEPING)
    for assessor in (ASTRID, OSCAR):
        story.marks(FEBRUARY, marie, assessor, {24: "9", 25: "13"})
    held, keyed = date(2022, 6, 10), date(2022, 9, 5)
    session = story.on_paper(held, keyed, marie)
    rulings = tuple(Ruling(competence=number, acquired=number != 24, reason="x") for number in BLOCK_3)
    story.on(keyed, RuleCompetences(session=session, candidacy=marie, rulings=rulings))
    story.on(
        keyed,
        RecordDecision(
            outcome=VoteOutcome.UNANIMOUS,
            session=session,
            candidacy=marie,
            decisions=(BlockDecision(block=3, granted=True),),
        ),
    )
    assert story.unlawful == []


def test_retake_is_refused_after_two_attempts_or_twelve_months() -> None:
    story, marie = partial(KEEPING)
    with pytest.raises(AssertionError, match=RetakeTooLate.__name__):
        story.before(FEBRUARY, date(2022, 6, 16), marie)
    session = story.before(FEBRUARY, MARCH, marie)
    for assessor in (ASTRID, OSCAR):
        story.marks(MARCH, marie, assessor, {24: "5", 25: "5"})
    story.rules_on(MARCH, session, marie, {number: number not in {24, 25} for number in BLOCK_3})
    story.decides_blocks(MARCH, session, marie, {3: False})
    story.ends(MARCH, session, marie)
    with pytest.raises(AssertionError, match=NoAttemptLeft.__name__):
        story.before(MARCH, date(2022, 4, 1), marie)
    line = story.standing(provisional=False).blocks[2]
    assert (line.state, line.decided_on, line.missing_mandatory) == (BlockState.NOT_GRANTED, MARCH, (25,))
    assert story.unlawful == []
