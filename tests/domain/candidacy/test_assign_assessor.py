"""Assignment of assessors and third readers to a candidacy."""

from __future__ import annotations

from dataclasses import replace

from domain.assessment.agreement import ThirdReaderNotCalled
from domain.assessment.assessment import AssessorTied
from domain.candidacy.candidacy import NoMarkerInVae, OwnWork, UnknownCompetence
from domain.candidacy.facts import AdvisorNamed, AssessorAssigned
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.people.facts import RoleGranted, Tie
from domain.people.person import RoleNotHeld
from domain.ports import CandidacyId, PersonId, Role
from tests.given.domain.marks import EXAM, EXAM_RULEBOOK, IRIS, acquis, before_marks
from tests.given.domain.people import (
    AS_RENEE,
    ASTRID,
    ATELIER,
    JURY_DAY,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    OSCAR,
    PAUL,
    applied,
    marked,
    tied,
    works,
)
from tests.given.domain.scenario import At, Scenario


def naming(who: PersonId, *competences: int, candidacy: CandidacyId = MARIE_FI) -> AssignAssessor:
    return AssignAssessor(candidacy=candidacy, assessor=who, competences=competences)


def test_assessor_is_assigned_to_competences(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(naming(ASTRID, 2, 1, 2), by=AS_RENEE)
    scenario.then(AssessorAssigned(assessor=ASTRID, competences=(1, 2), ties=()))


def test_assessor_cannot_be_assigned_in_vae(scenario: Scenario) -> None:
    """In VAE the jury rules directly, without earlier marks."""
    scenario.given(applied(MARIE_VAE))
    scenario.when(naming(ASTRID, 1, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(NoMarkerInVae)


def test_candidate_cannot_be_their_own_assessor(scenario: Scenario) -> None:
    scenario.given(At(MARIE, (RoleGranted(role=Role.ASSESSOR),)), applied(MARIE_FI))
    scenario.when(naming(MARIE, 1), by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_person_without_the_assessor_role_cannot_be_assigned(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(naming(PAUL, 1), by=AS_RENEE)
    scenario.then_refused(RoleNotHeld)


def test_assessor_cannot_be_assigned_to_a_competence_outside_the_framework(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(naming(ASTRID, 31), by=AS_RENEE)
    scenario.then_refused(UnknownCompetence)


# --- a third reader


def third(who: PersonId, *competences: int) -> AssignAssessor:
    return AssignAssessor(candidacy=MARIE_FI, assessor=who, competences=competences, third_reader=True)


def test_third_reader_is_assigned_only_where_two_filed_marks_are_too_far_apart(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "8"), (2, "8")))
    scenario.when(third(IRIS, 1), by=AS_RENEE)
    scenario.then_refused(ThirdReaderNotCalled)
    scenario.given(marked(MARIE_FI, OSCAR, (1, "11.5"), (2, "11")))
    scenario.when(third(IRIS, 1, 2), by=AS_RENEE)
    scenario.then_refused(ThirdReaderNotCalled)
    scenario.when(third(IRIS, 1), by=AS_RENEE)
    scenario.then(AssessorAssigned(assessor=IRIS, competences=(1,), third_reader=True, ties=()))


def test_tie_that_the_rulebook_does_not_name_bars_neither_the_mark_nor_the_third_reader(scenario: Scenario) -> None:
    """Astrid worked where Marie did: her mark counts, and with Oscar's it calls for a third reader."""
    looked_at = AssessorAssigned(assessor=ASTRID, competences=(1, 2), ties=(Tie.COLLEAGUE,))
    scenario.given(*before_marks(), At(MARIE_FI, (looked_at,)), works(ASTRID, ATELIER), works(MARIE, ATELIER))
    scenario.given(marked(MARIE_FI, ASTRID, (1, "8")), marked(MARIE_FI, OSCAR, (1, "11.5")))
    scenario.when(third(IRIS, 1), by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)
    assert scenario.wrong() == []


def test_third_reader_cannot_be_one_of_the_two_assessors(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "8")), marked(MARIE_FI, OSCAR, (1, "15")))
    scenario.when(third(OSCAR, 1), by=AS_RENEE)
    scenario.then_refused(ThirdReaderNotCalled)


def test_third_reader_cannot_be_assigned_when_the_rulebook_has_none(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), marked(MARIE_FI, ASTRID, (1, "acquired")))
    scenario.when(third(OSCAR, 1), by=AS_RENEE)
    scenario.then_refused(ThirdReaderNotCalled)


# --- ties


def test_trainer_of_the_candidate_cannot_be_assigned_when_the_rulebook_forbids_it(scenario: Scenario) -> None:
    scenario.given(*before_marks(), tied(IRIS, MARIE, Tie.TRAINED))
    scenario.when(naming(IRIS, 1), by=AS_RENEE)
    scenario.then_refused(AssessorTied, IRIS)


def test_assessor_with_a_tie_that_the_rulebook_does_not_name_can_be_assigned(scenario: Scenario) -> None:
    scenario.given(*before_marks(), tied(IRIS, MARIE, Tie.ADVISED))
    scenario.when(naming(IRIS, 1), by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)


def test_trainer_of_the_candidate_can_be_assigned_when_the_rulebook_forbids_nothing(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), tied(ASTRID, MARIE, Tie.TRAINED))
    scenario.when(naming(ASTRID, 1), by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)


def test_advisor_of_the_candidate_cannot_be_assigned_when_the_rulebook_bars_advisors(scenario: Scenario) -> None:
    """The tie is found as a juror's is: from the advisor named in the candidacy, without a declaration."""
    scenario.given(*acquis(replace(EXAM, ties_bar_assessors=(Tie.ADVISED,))), applied(MARIE_FI, EXAM_RULEBOOK))
    scenario.given(At(MARIE_FI, (AdvisorNamed(advisor=IRIS, named_on=JURY_DAY),)))
    scenario.when(AssignAssessor(candidacy=MARIE_FI, assessor=IRIS, competences=(1,)), by=AS_RENEE)
    scenario.then_refused(AssessorTied, IRIS)
    assert scenario.forged(MARIE_FI, AssessorAssigned(assessor=IRIS, competences=(1,)), by=AS_RENEE) != []
