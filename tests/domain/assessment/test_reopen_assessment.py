"""Reopening of a filed assessment, and the effect on its marks."""

from __future__ import annotations

import copy

from domain.assessment.assessment import AssessmentNotFiled, AssessmentRead, NotAssigned
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.candidacy import OwnWork
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.commands.jury.rule_competences import RuleCompetences
from domain.fact import Personal
from domain.jury.facts import CompetenceRuled
from domain.jury.ruling import NotReady, Ruling
from domain.people.facts import RoleGranted
from domain.ports import PersonId, Role
from domain.standing.standing import standing
from tests.given.domain.marks import EXAM, TAKEN_UP, before_marks
from tests.given.domain.people import (
    AS_ASTRID,
    AS_PAUL,
    AS_RENEE,
    ASTRID,
    JUNE,
    MARIE,
    MARIE_FI,
    OSCAR,
    RNCP31936,
    actor,
    annulled,
    granted,
    marked,
    not_granted,
    ruled,
)
from tests.given.domain.scenario import At, Scenario

BOTH = (marked(MARIE_FI, ASTRID, (1, "9")), marked(MARIE_FI, OSCAR, (1, "11")))
RULING = RuleCompetences(session=JUNE, candidacy=MARIE_FI, rulings=(Ruling(competence=1, acquired=True),))


def reopening(assessor: PersonId = ASTRID) -> ReopenAssessment:
    return ReopenAssessment(candidacy=MARIE_FI, assessor=assessor, reason="grille mal lue")


def test_reopened_assessment_gives_a_reason_and_counts_again_once_filed_again(scenario: Scenario) -> None:
    scenario.given(*before_marks(), *BOTH, *TAKEN_UP)
    scenario.when(reopening(), by=AS_RENEE)
    about = Personal("grille mal lue", MARIE)
    scenario.then(AssessmentReopened(candidacy=MARIE_FI, assessor=ASTRID, reason=about))
    scenario.when(RULING, by=AS_PAUL)
    scenario.then_refused(NotReady)
    scenario.when(AssessCompetence(candidacy=MARIE_FI, competence=1, mark="12"), by=AS_ASTRID)
    scenario.then(CompetenceAssessed(candidacy=MARIE_FI, assessor=ASTRID, competence=1, mark="12"))
    scenario.when(FileAssessment(candidacy=MARIE_FI, assessor=ASTRID), by=AS_ASTRID)
    scenario.then(AssessmentFiled(candidacy=MARIE_FI, assessor=ASTRID))
    scenario.when(RULING, by=AS_PAUL)
    scenario.then(CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=1, acquired=True, attempt=1))


def test_marks_of_a_reopened_assessment_do_not_count(scenario: Scenario) -> None:
    scenario.given(*before_marks(), *BOTH)
    line = standing(RNCP31936, EXAM, scenario.store.told).competences[0]
    assert (line.state, line.acquired) == ("assessed", True)
    scenario.when(reopening(), by=AS_RENEE)
    assert standing(RNCP31936, EXAM, scenario.store.told).competences[0].state == "no_evidence"


def test_assessment_not_filed_cannot_be_reopened(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9"), handed=False))
    scenario.when(reopening(), by=AS_RENEE)
    scenario.then_refused(AssessmentNotFiled)


def test_assessment_of_a_person_not_assigned_cannot_be_reopened(scenario: Scenario) -> None:
    scenario.given(*before_marks())
    scenario.when(reopening(PersonId(MARIE)), by=AS_RENEE)
    scenario.then_refused(NotAssigned)


def test_assessment_cannot_be_reopened_once_a_jury_has_decided_every_block_that_it_marks(scenario: Scenario) -> None:
    for decision in (granted(MARIE_FI, 1), not_granted(MARIE_FI, 1)):
        scene = Scenario(today=scenario.today, store=copy.deepcopy(scenario.store))
        scene.given(*before_marks(), *BOTH, *TAKEN_UP, ruled(MARIE_FI, [1]), decision)
        scene.when(reopening(), by=AS_RENEE)
        scene.then_refused(AssessmentRead)


def test_assessment_can_be_reopened_while_a_block_is_undecided_or_after_an_annulment(scenario: Scenario) -> None:
    more = marked(MARIE_FI, ASTRID, (1, "9"), (10, "9"))
    scenario.given(*before_marks(), more, *TAKEN_UP, granted(MARIE_FI, 1))
    scenario.when(reopening(), by=AS_RENEE)
    scenario.then_recorded(AssessmentReopened)
    scenario.given(marked(MARIE_FI, ASTRID), granted(MARIE_FI, 2))
    scenario.when(reopening(), by=AS_RENEE)
    scenario.then_refused(AssessmentRead)
    scenario.given(annulled(MARIE_FI))
    scenario.when(reopening(), by=AS_RENEE)
    scenario.then_recorded(AssessmentReopened)


def test_registrar_cannot_reopen_an_assessment_of_their_own_candidacy(scenario: Scenario) -> None:
    scenario.given(*before_marks(), *BOTH, At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(reopening(), by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
