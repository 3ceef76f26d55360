"""Two assessors file a candidate's marks at the same instant: both count, neither waits, in either order."""

from __future__ import annotations

from datetime import date

import pytest

from domain.assessment.assessment import AssessmentAlreadyFiled, NotAssigned
from domain.assessment.facts import AssessmentFiled, AssessmentReopened
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.framework.scale import AgreementRule
from domain.jury.facts import BlockGranted, BlockNotGranted, CompetenceRuled, DecisionVoted
from domain.jury.ruling import NotReady, Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, PersonId, Role
from domain.replay.judge import replay
from domain.standing.disclosure import disclosed
from domain.standing.standing import CompetenceState
from tests.given.domain.marks import agreeing
from tests.given.domain.people import AS_ASTRID, AS_OSCAR, AS_PAUL, AS_RENEE, ASTRID, OSCAR, actor, as_reader
from tests.given.domain.scenario import Meanwhile
from tests.given.stories.exams import Exams

MAY, JURY = date(2021, 5, 3), date(2021, 6, 15)


def drafted(astrid: str = "9", oscar: str = "12") -> tuple[Exams, CandidacyId]:
    """Mark competence 1 as Astrid and Oscar, where the mean counts, before either has filed."""
    story = Exams(MAY, agreeing(AgreementRule.MEAN))
    marie = story.enrols(MAY)
    for assessor, mark in ((ASTRID, astrid), (OSCAR, oscar)):
        story.named(MAY, marie, assessor)
        by = actor(assessor, Role.ASSESSOR)
        story.on(MAY, AssessCompetence(candidacy=marie, competence=1, mark=mark), by)
    return story, marie


def filing(marie: CandidacyId, assessor: PersonId) -> FileAssessment:
    return FileAssessment(candidacy=marie, assessor=assessor)


@pytest.mark.parametrize(("first", "second"), [(ASTRID, OSCAR), (OSCAR, ASTRID)])
def test_jury_reads_the_same_mark_whichever_assessor_files_first(first: PersonId, second: PersonId) -> None:
    story, marie = drafted()
    other = actor(second, Role.ASSESSOR)
    at_once = Meanwhile(filing(marie, first), lambda: story.on(MAY, filing(marie, second), other))
    story.on(MAY, at_once, actor(first, Role.ASSESSOR))
    assert at_once.runs == 1, "each writes their own stream: nobody waits"
    assert [type(told.fact) for told in story.facts[-2:]] == [AssessmentFiled, AssessmentFiled]
    line = story.standing().competences[0]
    assert (line.state, line.acquired, len(line.positions)) == (CompetenceState.ASSESSED, True, 2)
    session = story.before(MAY, JURY, marie)
    story.rules_on(JURY, session, marie, {1: False})
    ruled = story.facts[-1].fact
    assert isinstance(ruled, CompetenceRuled)
    assert ruled.departs_from == "10.5"
    assert story.unlawful == []


def test_assessors_cannot_read_each_other_and_the_jury_cannot_rule_until_both_filed() -> None:
    story, marie = drafted()
    story.on(MAY, filing(marie, ASTRID), AS_ASTRID)
    for assessor, whose in ((AS_ASTRID, ASTRID), (AS_OSCAR, OSCAR)):
        marks = [told.fact for told in disclosed(as_reader(assessor), story.facts) if hasattr(told.fact, "mark")]
        assert {getattr(mark, "assessor", None) for mark in marks} == {whose}
    assert story.standing().competences[0].state is CompetenceState.NO_EVIDENCE
    session = story.before(MAY, JURY, marie)
    ruling = RuleCompetences(
        session=session, candidacy=marie, rulings=(Ruling(competence=1, acquired=True, reason="x"),)
    )
    story.scene.when(ruling, by=AS_PAUL, on=JURY)
    story.scene.then_refused(NotReady)


def test_ruling_is_refused_when_marks_are_reopened_meanwhile() -> None:
    story, marie = drafted()
    story.on(MAY, filing(marie, ASTRID), AS_ASTRID)
    story.on(MAY, filing(marie, OSCAR), AS_OSCAR)
    session = story.before(MAY, JURY, marie)
    ruling = RuleCompetences(session=session, candidacy=marie, rulings=(Ruling(competence=1, acquired=True),))
    reopening = ReopenAssessment(candidacy=marie, assessor=OSCAR, reason="grille mal lue")
    overtaken = Meanwhile(ruling, lambda: story.on(JURY, reopening, AS_RENEE))
    story.scene.when(overtaken, by=AS_PAUL, on=JURY)
    assert isinstance(story.scene.outcome, NotReady)
    story.on(JURY, filing(marie, OSCAR), AS_OSCAR)
    story.on(JURY, ruling, AS_PAUL)
    assert story.unlawful == []


@pytest.mark.parametrize("granted", [True, False], ids=["granted", "refused"])
def test_block_cannot_be_decided_on_a_mark_reopened_after_the_ruling(granted: bool) -> None:
    """Oscar's twelve becomes a six: the jury, which had read a mean of ten and a half, rules again."""
    story, marie = drafted()
    for assessor in (ASTRID, OSCAR):
        for number in range(2, 10):
            mark = AssessCompetence(candidacy=marie, competence=number, mark="12")
            story.on(MAY, mark, actor(assessor, Role.ASSESSOR))
        story.on(MAY, filing(marie, assessor), actor(assessor, Role.ASSESSOR))
    session = story.before(MAY, JURY, marie)
    said = dict.fromkeys(range(1, 10), granted)
    story.rules_on(JURY, session, marie, said)
    story.on(JURY, ReopenAssessment(candidacy=marie, assessor=OSCAR, reason="grille mal lue"))
    decision = BlockDecision(block=1, granted=granted, reason="x")
    decide = RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=marie, decisions=(decision,))
    story.scene.when(decide, by=AS_PAUL, on=JURY)
    story.scene.then_refused(NotReady, 1)
    story.on(JURY, AssessCompetence(candidacy=marie, competence=1, mark="6"), AS_OSCAR)
    story.on(JURY, filing(marie, OSCAR), AS_OSCAR)
    if granted:  # seven and a half means not acquired: the jury departs from another mark
        story.scene.when(decide, by=AS_PAUL, on=JURY)
        story.scene.then_refused(NotReady, 1)
        story.rules_on(JURY, session, marie, {1: True})
    story.on(JURY, decide, AS_PAUL)
    assert story.unlawful == []
    decided = [told for told in story.facts if isinstance(told.fact, DecisionVoted | BlockGranted | BlockNotGranted)]
    early = [told for told in story.facts if told not in decided]
    back = next(n for n, told in enumerate(early) if isinstance(told.fact, AssessmentReopened))
    forged = [*early[: back + 1], *decided, *early[back + 1 :]]
    assert (decided[0].stamp.position, NotReady.slug()) in {(each.position, each.rule) for each in replay(forged)}


def test_assessor_released_while_filing_is_either_filed_or_released() -> None:
    story, marie = drafted()
    release = ReleaseAssessor(candidacy=marie, assessor=ASTRID, reason="souffrante")
    overtaken = Meanwhile(filing(marie, ASTRID), lambda: story.on(MAY, release, AS_RENEE))
    story.scene.when(overtaken, by=AS_ASTRID, on=MAY)
    assert isinstance(story.scene.outcome, NotAssigned)
    other = ReleaseAssessor(candidacy=marie, assessor=OSCAR, reason="souffrant")
    overtaken = Meanwhile(other, lambda: story.on(MAY, filing(marie, OSCAR), AS_OSCAR))
    story.scene.when(overtaken, by=AS_RENEE, on=MAY)
    assert isinstance(story.scene.outcome, AssessmentAlreadyFiled)
    assert story.unlawful == []
