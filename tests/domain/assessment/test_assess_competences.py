"""Marking of several competences in one request, all or none."""

from __future__ import annotations

from dataclasses import replace

from domain.assessment.assessment import AssessmentAlreadyFiled, MarkedTwice, NotAssigned, Opinion
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.candidacy.candidacy import OwnWork, UnknownCompetence
from domain.commands.assessment.assess_competences import AssessCompetences
from domain.commands.assessment.file_assessment import FileAssessment
from domain.ports import Recorded
from domain.refusal import Refused
from domain.rulebook.rules import UnknownMark
from tests.given.domain.people import (
    AS_ASTRID,
    AS_OSCAR,
    ASTRID,
    CV,
    MARIE_FI,
    RNCP31936,
    applied,
    assigned,
    marked,
    put_in,
)
from tests.given.domain.scenario import Scenario

ALL = tuple(sorted(RNCP31936.numbers))


def marks(*numbers: int, said: str = "acquired") -> AssessCompetences:
    return AssessCompetences(
        candidacy=MARIE_FI, marks=tuple(Opinion(competence=number, mark=said) for number in numbers)
    )


def test_thirty_competences_are_marked_in_one_request(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, ALL))
    scenario.when(marks(*ALL), by=AS_ASTRID)
    scenario.then(
        *(
            CompetenceAssessed(candidacy=MARIE_FI, assessor=ASTRID, competence=number, mark="acquired")
            for number in ALL
        )
    )
    assert isinstance(scenario.outcome, Recorded)
    assert marks(1).reads(AS_ASTRID) == tuple(scenario.outcome.versions)


def test_no_competence_is_marked_when_one_is_refused_and_every_refused_one_is_named(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]))
    wrong = (
        Opinion(competence=1, mark="acquired"),
        Opinion(competence=2, mark="excellent"),
        Opinion(competence=3, mark="acquired"),
        Opinion(competence=31, mark="acquired"),
    )
    scenario.when(AssessCompetences(candidacy=MARIE_FI, marks=wrong), by=AS_ASTRID)
    scenario.then_refused(UnknownMark)
    assert isinstance(scenario.outcome, Refused)
    named = [(each.rule, each.en) for each in scenario.outcome.violations]
    assert named == [
        ("marks[1]", f"Competence 2: {UnknownMark.sentence('en')}"),
        ("marks[2]", f"Competence 3: {NotAssigned.sentence('en')}"),
        ("marks[3]", f"Competence 31: {UnknownCompetence.sentence('en')}"),
    ]
    assert scenario.outcome.violations[1].fr == f"Compétence 3 : {NotAssigned.fr}"


def test_competence_cannot_be_marked_twice_in_one_request(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]))
    scenario.when(marks(1, 2, 1), by=AS_ASTRID)
    scenario.then_refused(MarkedTwice, 1)


def test_refusal_that_does_not_depend_on_the_competence_is_given_once(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]))
    scenario.when(marks(1, 2), by=AS_OSCAR)
    scenario.then_refused(NotAssigned)
    assert isinstance(scenario.outcome, Refused)
    assert scenario.outcome.violations == ()
    scenario.given(put_in(MARIE_FI, CV, 1, by=ASTRID))
    scenario.when(marks(1, 2), by=AS_ASTRID)
    scenario.then_refused(OwnWork)


def test_competences_of_a_filed_assessment_cannot_be_marked(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]), marked(MARIE_FI, ASTRID, (1, "acquired")))
    scenario.when(marks(1, 2), by=AS_ASTRID)
    scenario.then_refused(AssessmentAlreadyFiled)


def test_remaining_marks_are_recorded_and_filed_in_one_request_all_or_none(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]))
    scenario.given(marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False))
    hand_in = FileAssessment(
        candidacy=MARIE_FI, assessor=ASTRID, marks=(Opinion(competence=2, mark="not_acquired", comment="Peu."),)
    )
    scenario.when(replace(hand_in, marks=(Opinion(competence=2, mark="excellent"),)), by=AS_ASTRID)
    scenario.then_refused(UnknownMark)
    scenario.when(hand_in, by=AS_ASTRID)
    scenario.then_recorded(CompetenceAssessed, AssessmentFiled)
    scenario.when(hand_in, by=AS_ASTRID)
    scenario.then_refused(AssessmentAlreadyFiled)
