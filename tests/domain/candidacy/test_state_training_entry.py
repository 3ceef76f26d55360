"""The day on which a candidate entered training, which keeps the benefit of an ended registration (L6113-9 al.
2)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.candidacy_life import NotInTraining, TrainingMisdated
from domain.candidacy.facts import CandidacyOpened, TrainingEntered
from domain.commands.candidacy.state_training_entry import StateTrainingEntry
from domain.framework.definition import Route
from domain.people.facts import RoleGranted
from domain.ports import Role
from tests.given.domain.people import (
    APPLIED_ON,
    AS_RENEE,
    FRAMEWORK,
    JURY_DAY,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    RULEBOOK,
    actor,
    applied,
)
from tests.given.domain.scenario import At, Scenario, newest_unlawful

STATE = StateTrainingEntry(candidacy=MARIE_FI, entered_on=APPLIED_ON)


def test_training_entry_is_stated_and_the_last_statement_counts(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(STATE, by=AS_RENEE)
    scenario.then(TrainingEntered(entered_on=APPLIED_ON))
    scenario.when(StateTrainingEntry(candidacy=MARIE_FI, entered_on=JURY_DAY), by=AS_RENEE)
    assert scenario.log.load(Candidacy, MARIE_FI).in_time_from == JURY_DAY
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize(
    "entered_on",
    [date(2021, 6, 16), date(2014, 12, 21)],
    ids=["a day that has not come", "before the registration had effect"],
)
def test_training_entry_must_be_a_past_day_within_the_registration(scenario: Scenario, entered_on: date) -> None:
    """L6113-9 al. 2: "en cours de validité au moment de leur entrée en formation"."""
    scenario.given(applied(MARIE_FI))
    scenario.when(StateTrainingEntry(candidacy=MARIE_FI, entered_on=entered_on), by=AS_RENEE)
    scenario.then_refused(TrainingMisdated)
    forged = TrainingEntered(entered_on=entered_on)
    assert scenario.forged(MARIE_FI, forged, by=AS_RENEE) == ["training-misdated"]


def test_training_entry_is_refused_in_vae_and_for_an_independent_candidate(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(StateTrainingEntry(candidacy=MARIE_VAE, entered_on=APPLIED_ON), by=AS_RENEE)
    scenario.then_refused(NotInTraining)
    alone = Candidacy.id_of(MARIE, FRAMEWORK, Route.CL)
    opened = CandidacyOpened(
        candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.CL, opened_on=APPLIED_ON
    )
    scenario.given(At(alone, (opened,)))
    scenario.when(StateTrainingEntry(candidacy=alone, entered_on=APPLIED_ON), by=AS_RENEE)
    scenario.then_refused(NotInTraining)


def test_registrar_cannot_state_their_own_training_entry(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(STATE, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
