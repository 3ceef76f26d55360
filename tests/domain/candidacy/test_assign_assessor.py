"""Who can be named to assess?"""

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


def test_an_assessor_is_named_for_competences(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(naming(ASTRID, 2, 1, 2), by=AS_RENEE)
    scenario.then(AssessorAssigned(assessor=ASTRID, competences=(1, 2), ties=()))


def test_nobody_is_named_in_vae(scenario: Scenario) -> None:
    """In VAE the jury rules directly, with no prior marker."""
    scenario.given(applied(MARIE_VAE))
    scenario.when(naming(ASTRID, 1, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(NoMarkerInVae)


def test_the_candidate_is_not_their_own_assessor(scenario: Scenario) -> None:
    scenario.given(At(MARIE, (RoleGranted(role=Role.ASSESSOR),)), applied(MARIE_FI))
    scenario.when(naming(MARIE, 1), by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_only_an_assessor_is_named(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(naming(PAUL, 1), by=AS_RENEE)
    scenario.then_refused(RoleNotHeld)


def test_only_competences_of_the_framework_are_assigned(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(naming(ASTRID, 31), by=AS_RENEE)
    scenario.then_refused(UnknownCompetence)


# --- a third reader


def third(who: PersonId, *competences: int) -> AssignAssessor:
    return AssignAssessor(candidacy=MARIE_FI, assessor=who, competences=competences, third_reader=True)


def test_a_third_reader_is_named_where_two_filed_marks_lie_too_far_apart(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "8"), (2, "8")))
    scenario.when(third(IRIS, 1), by=AS_RENEE)
    scenario.then_refused(ThirdReaderNotCalled)
    scenario.given(marked(MARIE_FI, OSCAR, (1, "11.5"), (2, "11")))
    scenario.when(third(IRIS, 1, 2), by=AS_RENEE)
    scenario.then_refused(ThirdReaderNotCalled)
    scenario.when(third(IRIS, 1), by=AS_RENEE)
    scenario.then(AssessorAssigned(assessor=IRIS, competences=(1,), third_reader=True, ties=()))


def test_a_tie_that_the_rulebook_does_not_name_bars_none_of_them(scenario: Scenario) -> None:
    """Astrid worked where Marie did: her mark counts, and calls for a third reader with Oscar's."""
    looked_at = AssessorAssigned(assessor=ASTRID, competences=(1, 2), ties=(Tie.COLLEAGUE,))
    scenario.given(*before_marks(), At(MARIE_FI, (looked_at,)), works(ASTRID, ATELIER), works(MARIE, ATELIER))
    scenario.given(marked(MARIE_FI, ASTRID, (1, "8")), marked(MARIE_FI, OSCAR, (1, "11.5")))
    scenario.when(third(IRIS, 1), by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)
    assert scenario.wrong() == []


def test_a_third_reader_is_not_one_of_the_two(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "8")), marked(MARIE_FI, OSCAR, (1, "15")))
    scenario.when(third(OSCAR, 1), by=AS_RENEE)
    scenario.then_refused(ThirdReaderNotCalled)


def test_where_the_rulebook_has_no_third_reader_none_is_named(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), marked(MARIE_FI, ASTRID, (1, "acquired")))
    scenario.when(third(OSCAR, 1), by=AS_RENEE)
    scenario.then_refused(ThirdReaderNotCalled)


# --- ties


def test_a_trainer_of_the_candidate_is_not_named_where_the_rulebook_forbids_it(scenario: Scenario) -> None:
    scenario.given(*before_marks(), tied(IRIS, MARIE, Tie.TRAINED))
    scenario.when(naming(IRIS, 1), by=AS_RENEE)
    scenario.then_refused(AssessorTied, IRIS)


def test_another_tie_or_another_rulebook_lets_them_mark(scenario: Scenario) -> None:
    scenario.given(*before_marks(), tied(IRIS, MARIE, Tie.ADVISED))
    scenario.when(naming(IRIS, 1), by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)


def test_and_so_does_a_rulebook_that_forbids_nothing(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), tied(ASTRID, MARIE, Tie.TRAINED))
    scenario.when(naming(ASTRID, 1), by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)


def test_an_advisor_is_tied_as_a_juror_is_where_the_rulebook_bars_it(scenario: Scenario) -> None:
    """Found as a juror's ties are: by accompanying the candidate, with nothing declared."""
    scenario.given(*acquis(replace(EXAM, ties_bar_assessors=(Tie.ADVISED,))), applied(MARIE_FI, EXAM_RULEBOOK))
    scenario.given(At(MARIE_FI, (AdvisorNamed(advisor=IRIS, named_on=JURY_DAY),)))
    scenario.when(AssignAssessor(candidacy=MARIE_FI, assessor=IRIS, competences=(1,)), by=AS_RENEE)
    scenario.then_refused(AssessorTied, IRIS)
    assert scenario.forged(MARIE_FI, AssessorAssigned(assessor=IRIS, competences=(1,)), by=AS_RENEE) != []
