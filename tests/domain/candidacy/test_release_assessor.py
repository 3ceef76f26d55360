"""Release of an assessor, and the fate of their marks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.assessment.assessment import AssessmentAlreadyFiled, NotAssigned
from domain.assessment.facts import AssessmentFiled
from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.facts import AssessorAssigned, AssessorReleased
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.jury.marks_before_the_jury import marks_before_the_jury
from domain.commands.people.withdraw_tie import WithdrawTie
from domain.fact import Personal
from domain.people.facts import RoleGranted, Tie
from domain.ports import PersonId, Role
from domain.refusal import NotFound
from domain.standing.disclosure import disclosed
from domain.standing.standing import standing
from tests.given.domain.marks import EXAM, IRIS, before_marks
from tests.given.domain.people import (
    AS_ASTRID,
    AS_MARIE,
    AS_RENEE,
    ASTRID,
    JURY_DAY,
    MARIE,
    MARIE_FI,
    OSCAR,
    RNCP31936,
    actor,
    as_reader,
    assigned,
    marked,
    tied,
)
from tests.given.domain.scenario import At, Scenario


def release(assessor: PersonId = ASTRID) -> ReleaseAssessor:
    return ReleaseAssessor(candidacy=MARIE_FI, assessor=assessor, reason="souffrante")


RELEASED = AssessorReleased(assessor=ASTRID, reason=Personal("souffrante", ASTRID))


def test_assessor_released_before_filing_can_no_longer_mark_or_read_the_dossier(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9"), handed=False))
    scenario.when(release(), by=AS_RENEE)
    scenario.then(RELEASED)
    scenario.when(AssessCompetence(candidacy=MARIE_FI, competence=1, mark="12"), by=AS_ASTRID)
    scenario.then_refused(NotAssigned)
    with pytest.raises(NotFound):
        disclosed(as_reader(AS_ASTRID), scenario.store.told)
    assert AssessorReleased not in {type(told.fact) for told in disclosed(as_reader(AS_MARIE), scenario.store.told)}


def test_assessor_who_has_filed_cannot_be_released(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9")))
    scenario.when(release(), by=AS_RENEE)
    scenario.then_refused(AssessmentAlreadyFiled)


def test_assessor_who_has_filed_is_released_when_a_tie_bars_them_and_their_mark_no_longer_counts(
    scenario: Scenario,
) -> None:
    filed = (marked(MARIE_FI, ASTRID, (1, "9")), marked(MARIE_FI, OSCAR, (1, "12")))
    scenario.given(*before_marks(), *filed, tied(ASTRID, MARIE, Tie.ADVISED))
    scenario.when(release(), by=AS_RENEE)
    scenario.then_refused(AssessmentAlreadyFiled)
    scenario.given(tied(ASTRID, MARIE, Tie.TRAINED))
    assert standing(RNCP31936, EXAM, scenario.store.told).competences[0].state == "assessed"
    scenario.when(release(), by=AS_RENEE)
    scenario.then(RELEASED)
    assert standing(RNCP31936, EXAM, scenario.store.told).competences[0].state == "no_evidence"
    scenario.given(assigned(MARIE_FI, IRIS, [1]), marked(MARIE_FI, IRIS, (1, "11")))
    line = standing(RNCP31936, EXAM, scenario.store.told).competences[0]
    assert (line.state, line.acquired, len(line.positions)) == ("assessed", True, 2)


def test_assessor_who_is_not_assigned_cannot_be_released(scenario: Scenario) -> None:
    scenario.given(*before_marks())
    scenario.when(release(IRIS), by=AS_RENEE)
    scenario.then_refused(NotAssigned)


def test_registrar_cannot_release_an_assessor_of_their_own_candidacy(scenario: Scenario) -> None:
    scenario.given(*before_marks(), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(release(), by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


def test_assessor_assigned_again_marks_again(scenario: Scenario) -> None:
    plain = replace(EXAM, ties_bar_assessors=())
    scenario.given(*before_marks(plain))
    scenario.when(release(OSCAR), by=AS_RENEE)
    scenario.given(assigned(MARIE_FI, OSCAR, [1]), marked(MARIE_FI, OSCAR, (1, "8")))
    scenario.given(marked(MARIE_FI, ASTRID, (1, "10")))
    line = standing(RNCP31936, plain, scenario.store.told).competences[0]
    assert (line.state, line.acquired) == ("assessed", False)


AGAIN = AssignAssessor(candidacy=MARIE_FI, assessor=ASTRID, competences=(2,))
ALONE = replace(EXAM, markings=())


def read(scenario: Scenario) -> set[int]:
    """Return the competences with a mark that the jury reads; check that the standing calls the same ones
    assessed."""
    marks = marks_before_the_jury(scenario.log.find, scenario.log.find(Candidacy, MARIE_FI), ALONE, JURY_DAY)
    lines = standing(RNCP31936, ALONE, scenario.store.told).competences
    found = {number for number in RNCP31936.numbers if marks.of(number)}
    assert {line.number for line in lines if line.state == "assessed"} == found
    return found


def test_marks_filed_before_a_withdrawn_tie_count_again_once_the_assessor_is_assigned_again(
    scenario: Scenario,
) -> None:
    scenario.given(
        *before_marks(ALONE), marked(MARIE_FI, ASTRID, (1, "9"), (2, "12")), tied(ASTRID, MARIE, Tie.TRAINED)
    )
    scenario.when(release(), by=AS_RENEE)
    assert read(scenario) == set()
    scenario.when(WithdrawTie(person=ASTRID, candidate=MARIE, tie=Tie.TRAINED, reason="une autre Marie"), by=AS_RENEE)
    scenario.when(AGAIN, by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)
    assert read(scenario) == {2}
    scenario.when(replace(AGAIN, competences=(1,)), by=AS_RENEE)
    assert read(scenario) == {1, 2}


def test_marks_given_before_a_release_count_once_assigned_again_and_filed(scenario: Scenario) -> None:
    scenario.given(*before_marks(ALONE), marked(MARIE_FI, ASTRID, (2, "9"), handed=False))
    scenario.when(release(), by=AS_RENEE)
    scenario.when(AGAIN, by=AS_RENEE)
    assert read(scenario) == set()
    scenario.when(FileAssessment(candidacy=MARIE_FI, assessor=ASTRID), by=AS_ASTRID)
    scenario.then_recorded(AssessmentFiled)
    assert read(scenario) == {2}
