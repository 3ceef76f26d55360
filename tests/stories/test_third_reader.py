"""Two readers lie five points apart: a third reader's mark decides; or one reads again, or proves to be a trainer."""

from __future__ import annotations

from datetime import date

from domain.assessment.agreement import ThirdReaderNotCalled
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.people.declare_tie import DeclareTie
from domain.jury.facts import CompetenceRuled
from domain.jury.ruling import NotReady, Ruling
from domain.people.facts import Tie
from domain.ports import CandidacyId, SessionId
from domain.standing.standing import CompetenceState
from tests.given.domain.marks import AS_IRIS, IRIS, TOM
from tests.given.domain.people import AS_PAUL, AS_RENEE, ASTRID, MARIE, OSCAR
from tests.given.stories.exams import Exams

MAY, LATER, JURY = date(2021, 5, 3), date(2021, 5, 20), date(2021, 6, 15)
REST = dict.fromkeys((2, 3, 4, 5, 6, 7, 8, 9), "12")


def five_apart() -> tuple[Exams, CandidacyId, SessionId]:
    """Mark block 1: Astrid and Oscar agree on all but competence 7 (8 and 13, where three points are allowed)."""
    story = Exams(MAY)
    marie = story.enrols(MAY)
    for assessor, mark in ((ASTRID, "8"), (OSCAR, "13")):
        story.named(MAY, marie, assessor, range(1, 10))
        story.marks(MAY, marie, assessor, {1: "11"} | REST | {7: mark})
    return story, marie, story.before(LATER, JURY, marie)


def third(marie: CandidacyId, *competences: int) -> AssignAssessor:
    return AssignAssessor(candidacy=marie, assessor=IRIS, competences=competences, third_reader=True)


def seven(session: SessionId, marie: CandidacyId) -> RuleCompetences:
    said = Ruling(competence=7, acquired=True)
    return RuleCompetences(session=session, candidacy=marie, rulings=(said,))


def test_jury_cannot_rule_before_the_third_reader_whose_mark_then_replaces_both() -> None:
    story, marie, session = five_apart()
    assert story.standing().competences[6].state is CompetenceState.NO_EVIDENCE, "disputed is not assessed"
    story.scene.when(seven(session, marie), by=AS_PAUL, on=JURY)
    story.scene.then_refused(NotReady, 7)
    story.scene.when(third(marie, 6, 7), by=AS_RENEE, on=JURY)
    story.scene.then_refused(ThirdReaderNotCalled)
    story.on(JURY, third(marie, 7))
    story.on(JURY, AssessCompetence(candidacy=marie, competence=7, mark="9.5"), AS_IRIS)
    story.scene.when(seven(session, marie), by=AS_PAUL, on=JURY)
    story.scene.then_refused(NotReady, 7)
    story.on(JURY, FileAssessment(candidacy=marie, assessor=IRIS), AS_IRIS)
    line = story.standing().competences[6]
    assert (line.state, line.acquired, len(line.positions)) == (CompetenceState.ASSESSED, False, 1)
    story.rules_on(JURY, session, marie, dict.fromkeys(range(1, 10), True), reason="dossier relu en session")
    departures = {
        told.fact.competence: told.fact.departs_from
        for told in story.facts
        if isinstance(told.fact, CompetenceRuled) and told.fact.departs_from
    }
    assert departures == {7: "9.5"}
    story.decides_blocks(JURY, session, marie, {1: True})
    story.ends(JURY, session, marie)
    assert story.unlawful == []


def test_third_reader_is_not_needed_when_an_assessor_corrects_her_mark() -> None:
    story, marie, session = five_apart()
    story.on(JURY, third(marie, 7))
    story.on(JURY, ReopenAssessment(candidacy=marie, assessor=ASTRID, reason="deux points oubliés"))
    story.marks(JURY, marie, ASTRID, {7: "10"})
    line = story.standing().competences[6]
    assert (line.state, line.acquired, len(line.positions)) == (CompetenceState.ASSESSED, True, 2)
    story.on(JURY, seven(session, marie), AS_PAUL)
    assert story.unlawful == []


def test_marks_of_an_assessor_who_trained_the_candidate_no_longer_count() -> None:
    """Oscar says so in the jury's week: his marks no longer count, and Tom reads instead."""
    story, marie, session = five_apart()
    story.on(JURY, DeclareTie(person=OSCAR, candidate=MARIE, tie=Tie.TRAINED))
    story.scene.when(seven(session, marie), by=AS_PAUL, on=JURY)
    story.scene.then_refused(NotReady, 7)
    story.on(JURY, ReleaseAssessor(candidacy=marie, assessor=OSCAR, reason="formateur de la candidate"))
    assert story.standing().competences[0].state is CompetenceState.NO_EVIDENCE
    story.named(JURY, marie, TOM, range(1, 10))
    story.marks(JURY, marie, TOM, {1: "11"} | REST | {7: "10"})
    assert story.standing().competences[6].acquired is False, "8 and 10 agree to 9"
    story.rules_on(JURY, session, marie, {7: False})
    assert isinstance(ruled := story.facts[-1].fact, CompetenceRuled)
    assert ruled.departs_from is None
    assert story.unlawful == []
