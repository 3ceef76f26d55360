"""When is a VAE candidacy admissible?"""

from __future__ import annotations

from datetime import date

from domain.candidacy import (
    AdmissibilityDecided,
    AdmissibilityOnlyInVae,
    AlreadyDecided,
    OwnWork,
    ReceivedInTheFuture,
)
from domain.commands.decide_admissibility import DecideAdmissibility
from domain.person import RoleGranted
from domain.ports import CandidacyId, Role
from domain.replay import replay
from tests.domain.harness import At, Scenario
from tests.domain.people import AS_RENEE, JURY_DAY, LATER_DAY, MARIE, MARIE_FI, MARIE_VAE, actor, admissible, applied


def verdict(candidacy: CandidacyId, received: date = JURY_DAY) -> DecideAdmissibility:
    return DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=received)


def test_the_registrar_declares_a_vae_candidacy_admissible(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE), by=AS_RENEE)
    scenario.then(AdmissibilityDecided(admissible=True, file_received_on=JURY_DAY, decided_on=JURY_DAY))


def test_only_vae_has_an_admissibility_step(scenario: Scenario) -> None:
    """Code du travail L6412-2."""
    scenario.given(applied(MARIE_FI))
    scenario.when(verdict(MARIE_FI), by=AS_RENEE)
    scenario.then_refused(AdmissibilityOnlyInVae)


def test_a_reason_given_makes_it_no_less_lawful(scenario: Scenario) -> None:
    """The replay does not know what the reason says, only that there is one."""
    scenario.given(applied(MARIE_VAE))
    said = DecideAdmissibility(
        candidacy=MARIE_VAE, admissible=False, file_received_on=JURY_DAY, reason="Expérience trop courte."
    )
    scenario.when(said, by=AS_RENEE)
    scenario.then_recorded(AdmissibilityDecided)
    last = len(scenario.store.told)
    assert last not in {each.position for each in replay(scenario.store.told)}


def test_it_is_decided_once(scenario: Scenario) -> None:
    """REFUSALS 64, first half."""
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)


def test_a_file_is_not_received_tomorrow(scenario: Scenario) -> None:
    """REFUSALS 63: dates that a client sends."""
    scenario.given(applied(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE, LATER_DAY), by=AS_RENEE)
    scenario.then_refused(ReceivedInTheFuture)


def test_a_registrar_who_is_the_candidate_does_not_admit_themselves(scenario: Scenario) -> None:
    scenario.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)), applied(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE), by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
