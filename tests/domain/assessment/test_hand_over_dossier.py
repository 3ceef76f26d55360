"""When does an assessor hand a dossier over, and what is known of the tie that is why?"""

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


def test_it_is_handed_over_with_the_tie_that_is_why(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9"), handed=False))
    scenario.when(TRAINED, by=AS_ASTRID)
    scenario.then_recorded(TieDeclared, AssessorReleased)
    scenario.when(TRAINED, by=AS_ASTRID)
    scenario.then_refused(NotAssigned)


def test_a_tie_that_stands_is_not_declared_twice(scenario: Scenario) -> None:
    scenario.given(*before_marks(), tied(ASTRID, MARIE, Tie.TRAINED))
    scenario.when(TRAINED, by=AS_ASTRID)
    scenario.then_recorded(AssessorReleased)


def test_without_a_tie_for_a_reason_alone(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1]))
    scenario.when(ILL, by=AS_OSCAR)
    scenario.then_refused(NotAssigned)
    scenario.when(ILL, by=AS_ASTRID)
    scenario.then_recorded(AssessorReleased)


def test_what_was_filed_is_the_jury_s_but_for_who_may_not_mark(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9")))
    for kept in (ILL, replace(TRAINED, tie=Tie.ADVISED)):
        scenario.when(kept, by=AS_ASTRID)
        scenario.then_refused(AssessmentAlreadyFiled)
    scenario.when(TRAINED, by=AS_ASTRID)
    scenario.then_recorded(TieDeclared, AssessorReleased)
