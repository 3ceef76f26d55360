"""Who can be named to assess?"""

from __future__ import annotations

from domain.candidacy import AssessorAssigned, NoMarkerInVae, OwnWork, UnknownCompetence
from domain.commands.assign_assessor import AssignAssessor
from domain.person import RoleGranted, RoleNotHeld
from domain.ports import CandidacyId, PersonId, Role
from tests.domain.harness import At, Scenario
from tests.domain.people import AS_RENEE, ASTRID, MARIE, MARIE_FI, MARIE_VAE, PAUL, applied


def naming(who: PersonId, *competences: int, candidacy: CandidacyId = MARIE_FI) -> AssignAssessor:
    return AssignAssessor(candidacy=candidacy, assessor=who, competences=competences)


def test_an_assessor_is_named_for_competences(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(naming(ASTRID, 2, 1, 2), by=AS_RENEE)
    scenario.then(AssessorAssigned(assessor=ASTRID, competences=(1, 2)))


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
