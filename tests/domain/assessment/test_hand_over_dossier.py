"""Handing over of a dossier by its assessor, with the tie or the reason."""

from __future__ import annotations

from dataclasses import replace

from domain.assessment.assessment import AssessmentAlreadyFiled, NotAssigned
from domain.candidacy.facts import AssessorReleased
from domain.commands.assessment.hand_over_dossier import HandOverDossier
from domain.people.facts import Tie, TieDeclared
from tests.given.domain.marks import before_marks
from tests.given.domain.people import AS_ASTRID, AS_OSCAR, ASTRID, MARIE, MARIE_FI, applied, assigned, marked, tied
from tests.given.domain.scenario import Scenario

TRAINED = HandOverDossier(candidacy=MARIE_FI, tie=Tie.TRAINED, reason="Je l'ai formée.")
ILL = HandOverDossier(candidacy=MARIE_FI, reason="Souffrante.")


def test_dossier_is_handed_over_with_the_declaration_of_a_tie(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9"), handed=False))
    scenario.when(TRAINED, by=AS_ASTRID)
    scenario.then_recorded(TieDeclared, AssessorReleased)
    scenario.when(TRAINED, by=AS_ASTRID)
    scenario.then_refused(NotAssigned)


def test_tie_already_declared_is_not_declared_again_at_the_hand_over(scenario: Scenario) -> None:
    scenario.given(*before_marks(), tied(ASTRID, MARIE, Tie.TRAINED))
    scenario.when(TRAINED, by=AS_ASTRID)
    scenario.then_recorded(AssessorReleased)


def test_dossier_is_handed_over_for_a_reason_without_a_tie(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1]))
    scenario.when(ILL, by=AS_OSCAR)
    scenario.then_refused(NotAssigned)
    scenario.when(ILL, by=AS_ASTRID)
    scenario.then_recorded(AssessorReleased)


def test_filed_assessment_can_be_handed_over_only_for_a_tie_that_bars_the_assessor(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9")))
    for kept in (ILL, replace(TRAINED, tie=Tie.ADVISED)):
        scenario.when(kept, by=AS_ASTRID)
        scenario.then_refused(AssessmentAlreadyFiled)
    scenario.when(TRAINED, by=AS_ASTRID)
    scenario.then_recorded(TieDeclared, AssessorReleased)
