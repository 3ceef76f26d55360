"""The advisor of a candidate, and the tie that accompanying creates."""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.candidacy_life import AdvisorAlreadyNamed, CandidacyEnded, NoAdvisor
from domain.candidacy.facts import AdvisorNamed, AdvisorReleased, CandidacyWithdrawn
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.release_advisor import ReleaseAdvisor
from domain.people.facts import RoleGranted
from domain.people.person import RoleNotHeld
from domain.ports import Role
from tests.given.domain.people import ADELE, AS_MARIE, AS_RENEE, JURY_DAY, MARIE, MARIE_VAE, PAUL, SAMIR, applied
from tests.given.domain.scenario import At, Scenario, newest_unlawful, rebuilt

NAME = NameAdvisor(candidacy=MARIE_VAE, advisor=ADELE)
NAMED = AdvisorNamed(advisor=ADELE, named_on=JURY_DAY)
GONE = AdvisorReleased(advisor=ADELE, released_on=JURY_DAY)


def test_advisor_is_named_by_the_candidate(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(NAME, by=AS_MARIE)
    scenario.then(NAMED)
    assert newest_unlawful(scenario) == set()


def test_next_advisor_named_by_the_registrar_replaces_the_first(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (NAMED,)), At(PAUL, (RoleGranted(role=Role.ADVISOR),)))
    scenario.when(NameAdvisor(candidacy=MARIE_VAE, advisor=PAUL), by=AS_RENEE)
    scenario.then(GONE, AdvisorNamed(advisor=PAUL, named_on=JURY_DAY))
    assert newest_unlawful(scenario) == set()


def test_advisor_must_hold_the_role_and_be_another_person_than_the_candidate(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE, (RoleGranted(role=Role.ADVISOR),)))
    scenario.when(NameAdvisor(candidacy=MARIE_VAE, advisor=SAMIR), by=AS_MARIE)
    scenario.then_refused(RoleNotHeld)
    scenario.when(NameAdvisor(candidacy=MARIE_VAE, advisor=MARIE), by=AS_MARIE)
    scenario.then_refused(OwnWork)


def test_advisor_cannot_be_named_twice_or_released_when_there_is_none(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(ReleaseAdvisor(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then_refused(NoAdvisor)
    scenario.given(At(MARIE_VAE, (NAMED,)))
    scenario.when(NAME, by=AS_MARIE)
    scenario.then_refused(AdvisorAlreadyNamed)


def test_released_advisor_is_still_tied_to_the_candidate(scenario: Scenario) -> None:
    """This is a tie for any later jury (former R335-8; D6412-6)."""
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (NAMED,)))
    scenario.when(ReleaseAdvisor(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then(GONE)
    assert newest_unlawful(scenario) == set()
    running = rebuilt(Candidacy(id=MARIE_VAE), scenario.store.facts(MARIE_VAE))
    assert running.life.advisor is None
    assert running.life.advised_by == {ADELE}


def test_advisor_cannot_be_released_once_the_candidacy_is_over(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (NAMED, CandidacyWithdrawn(withdrawn_on=JURY_DAY))))
    scenario.when(ReleaseAdvisor(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then_refused(CandidacyEnded)
