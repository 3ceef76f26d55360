"""Marking of a competence by an assessor."""

from __future__ import annotations

from domain.assessment.assessment import AssessmentAlreadyFiled, AssessorTied, NotAssigned
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.candidacy import OwnWork, UnknownCompetence
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.people.facts import Tie
from domain.ports import CandidacyId, Recorded
from domain.rulebook.rules import UnknownMark
from tests.given.domain.marks import before_marks
from tests.given.domain.people import (
    AS_ASTRID,
    AS_OSCAR,
    ASTRID,
    CV,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    applied,
    assigned,
    known,
    marked,
    put_in,
    tied,
)
from tests.given.domain.scenario import Scenario


def mark(number: int = 1, said: str = "acquired", candidacy: CandidacyId = MARIE_FI) -> AssessCompetence:
    return AssessCompetence(candidacy=candidacy, competence=number, mark=said)


ASSIGNED = (applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]))


def test_assigned_assessor_marks_on_the_scale_of_the_rulebook(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED)
    scenario.when(mark(said="partly"), by=AS_ASTRID)
    scenario.then(CompetenceAssessed(candidacy=MARIE_FI, assessor=ASTRID, competence=1, mark="partly"))


def test_command_names_the_stream_of_the_assessment_for_prefetching(scenario: Scenario) -> None:
    """The store prefetches the streams that a command names; the mark is recorded in this one."""
    scenario.given(*ASSIGNED)
    scenario.when(mark(), by=AS_ASTRID)
    assert isinstance(scenario.outcome, Recorded)
    assert mark().reads(AS_ASTRID) == tuple(scenario.outcome.versions)


def test_assessor_who_is_not_assigned_cannot_mark(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED)
    scenario.when(mark(), by=AS_OSCAR)
    scenario.then_refused(NotAssigned)


def test_assessor_cannot_mark_a_competence_that_they_were_not_assigned(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED)
    scenario.when(mark(3), by=AS_ASTRID)
    scenario.then_refused(NotAssigned)


def test_competence_outside_the_framework_is_unknown(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED)
    scenario.when(mark(31), by=AS_ASTRID)
    scenario.then_refused(UnknownCompetence)


def test_mark_outside_the_scale_is_unknown(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED)
    scenario.when(mark(said="excellent"), by=AS_ASTRID)
    scenario.then_refused(UnknownMark)


def test_assessor_cannot_mark_evidence_that_they_submitted(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED, put_in(MARIE_FI, CV, 1, by=ASTRID))
    scenario.when(mark(), by=AS_ASTRID)
    scenario.then_refused(OwnWork)


def test_assessor_cannot_mark_in_vae(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(mark(candidacy=MARIE_VAE), by=AS_ASTRID)
    scenario.then_refused(NotAssigned)


def test_dossier_not_assigned_and_dossier_that_does_not_exist_are_refused_alike(scenario: Scenario) -> None:
    """The answer must not disclose whether there is such a dossier."""
    for candidacy in (CandidacyId(known("nothing")), MARIE_FI):
        scenario.when(mark(candidacy=candidacy), by=AS_ASTRID)
        scenario.then_refused(NotAssigned, ASTRID)
        scenario.when(FileAssessment(candidacy=candidacy, assessor=ASTRID), by=AS_ASTRID)
        scenario.then_refused(NotAssigned, ASTRID)
        if candidacy != MARIE_FI:
            scenario.given(applied(MARIE_FI))


def test_filed_assessment_cannot_be_changed(scenario: Scenario) -> None:
    scenario.given(*ASSIGNED, marked(MARIE_FI, ASTRID, (1, "acquired")))
    scenario.when(mark(2), by=AS_ASTRID)
    scenario.then_refused(AssessmentAlreadyFiled)


def test_points_are_marks_when_the_rulebook_has_them(scenario: Scenario) -> None:
    scenario.given(*before_marks())
    scenario.when(mark(said="12.5"), by=AS_ASTRID)
    scenario.then(CompetenceAssessed(candidacy=MARIE_FI, assessor=ASTRID, competence=1, mark="12.5"))
    scenario.when(mark(said="20.5"), by=AS_ASTRID)
    scenario.then_refused(UnknownMark)


def test_trainer_of_the_candidate_cannot_mark_or_file_when_the_rulebook_forbids_it(scenario: Scenario) -> None:
    """A tie declared after the assignment bars the assessor from that day."""
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "12"), handed=False))
    scenario.given(tied(ASTRID, MARIE, Tie.TRAINED))
    scenario.when(mark(2, "12"), by=AS_ASTRID)
    scenario.then_refused(AssessorTied, ASTRID)
    scenario.when(FileAssessment(candidacy=MARIE_FI, assessor=ASTRID), by=AS_ASTRID)
    scenario.then_refused(AssessorTied, ASTRID)
