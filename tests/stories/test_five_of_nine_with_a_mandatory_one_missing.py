"""Five competences of block 1 acquired, and the mandatory competence 7 not.

RNCP 31936: "Le bloc 1 est certifié avec l'acquisition de 5 compétences sur 9 dont les compétences obligatoires: 4, 7
et 9".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.framework.block_rule import Gap
from domain.jury.facts import CompetenceRuled
from domain.jury.granting import BlockRuleMet, BlockRuleNotMet
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, SessionId
from domain.rulebook.retake_rules import CarryOver, RetakeScope
from domain.standing.standing import BlockState, Outcome
from domain.standing.what_if import Supposed, what_if
from domain.standing.why import why
from tests.given.domain.marks import EXAM
from tests.given.domain.people import AS_PAUL, ASTRID, OSCAR, RNCP31936
from tests.given.stories.exams import Exams

MAY, JUNE, MARCH = date(2021, 5, 3), date(2021, 6, 15), date(2022, 3, 1)
FIVE = {1, 2, 3, 4, 9}
BLOCK_1 = range(1, 10)
RULES = replace(EXAM, carry_over=CarryOver(scope=RetakeScope.COMPETENCE, months=24, source="règlement"))


def five_of_nine() -> tuple[Exams, CandidacyId, SessionId]:
    story = Exams(MAY, RULES)
    marie = story.enrols(MAY)
    for assessor in (ASTRID, OSCAR):
        story.named(MAY, marie, assessor, BLOCK_1)
        story.marks(MAY, marie, assessor, {number: "12" if number in FIVE else "6" for number in BLOCK_1})
    session = story.before(MAY, JUNE, marie)
    story.rules_on(JUNE, session, marie, {number: number in FIVE for number in BLOCK_1})
    return story, marie, session


def test_block_is_refused_and_explained_when_a_mandatory_competence_is_missing() -> None:
    story, marie, session = five_of_nine()
    grant = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=session,
        candidacy=marie,
        decisions=(BlockDecision(block=1, granted=True),),
    )
    story.scene.when(grant, by=AS_PAUL, on=JUNE)
    story.scene.then_refused(BlockRuleNotMet, 1)
    story.decides_blocks(JUNE, session, marie, {1: False})
    story.ends(JUNE, session, marie)

    block = why(RNCP31936, RULES, story.facts, provisional=False).blocks[0]
    assert (block.state, block.met, block.missing) == (BlockState.NOT_GRANTED, False, (Gap(numbers=(7,)),))
    ruled = {told.stamp.position for told in story.facts if isinstance(told.fact, CompetenceRuled)}
    assert all(ruled & set(line.positions) for line in block.competences), "each line cites the jury's ruling"
    supposed = what_if(RNCP31936, RULES, story.facts, Supposed(acquired=frozenset({7})))
    assert (supposed.gained, supposed.lost) == ((1,), ())
    assert story.unlawful == []


def test_block_cannot_be_refused_once_the_jury_departs_from_the_missing_mark() -> None:
    story, marie, session = five_of_nine()
    story.rules_on(JUNE, session, marie, {7: True}, reason="dossier relu en session")
    assert isinstance(fact := story.facts[-1].fact, CompetenceRuled)
    assert fact.departs_from == "6"
    refuse = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=session,
        candidacy=marie,
        decisions=(BlockDecision(block=1, granted=False),),
    )
    story.scene.when(refuse, by=AS_PAUL, on=JUNE)
    story.scene.then_refused(BlockRuleMet, 1)
    story.decides_blocks(JUNE, session, marie, {1: True})
    story.ends(JUNE, session, marie)
    assert story.standing(provisional=False).outcome is Outcome.PARTIAL
    assert story.unlawful == []


def test_retake_covers_only_the_missing_competence_when_the_rulebook_keeps_marks() -> None:
    story, marie, session = five_of_nine()
    story.decides_blocks(JUNE, session, marie, {1: False})
    story.ends(JUNE, session, marie)
    assert story.standing(provisional=False).outcome is Outcome.NONE
    for assessor in (ASTRID, OSCAR):
        story.marks(MARCH, marie, assessor, {7: "11"})
    second = story.before(MARCH, MARCH, marie)
    story.rules_on(MARCH, second, marie, dict.fromkeys((*sorted(FIVE), 7), True))
    story.decides_blocks(MARCH, second, marie, {1: True})
    story.ends(MARCH, second, marie)
    line = story.standing(provisional=False).blocks[0]
    assert (line.state, line.decided_on, line.acquired) == (BlockState.GRANTED, MARCH, 6)
    assert story.unlawful == []
