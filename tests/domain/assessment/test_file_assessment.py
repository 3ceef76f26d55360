"""Filing of an assessment, from when the jury may read it."""

from __future__ import annotations

from domain.assessment.assessment import AssessmentAlreadyFiled, NotAssigned, NothingAssessed
from domain.assessment.facts import AssessmentFiled
from domain.commands.assessment.file_assessment import FileAssessment
from domain.refusal import NotFound
from tests.given.domain.people import AS_ASTRID, AS_OSCAR, ASTRID, MARIE_FI, OSCAR, applied, assigned, marked
from tests.given.domain.scenario import Scenario

FILE = FileAssessment(candidacy=MARIE_FI, assessor=ASTRID)
ASSIGNED = (applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]))


def test_assessment_with_a_mark_is_filed_once(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED, marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False))
    scenario.when(FILE, by=AS_ASTRID)
    scenario.then(AssessmentFiled(candidacy=MARIE_FI, assessor=ASTRID))
    scenario.when(FILE, by=AS_ASTRID)
    scenario.then_refused(AssessmentAlreadyFiled)


def test_assessment_without_a_mark_cannot_be_filed(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED)
    scenario.when(FILE, by=AS_ASTRID)
    scenario.then_refused(NothingAssessed)


def test_assessment_of_another_assessor_is_not_found_when_filing(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED, marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False))
    scenario.when(FILE, by=AS_OSCAR)
    scenario.then_refused(NotFound)


def test_assessor_who_is_not_assigned_cannot_file(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED)
    scenario.when(FileAssessment(candidacy=MARIE_FI, assessor=OSCAR), by=AS_OSCAR)
    scenario.then_refused(NotAssigned)
