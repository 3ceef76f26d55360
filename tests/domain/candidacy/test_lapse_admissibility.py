"""Lapse of an admissibility, and what prevents it (caducité : Code du travail R6412-4, al. 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.admissibility_lapse import AdmissibilityNotAtStake, AdmissibilityStands, KeptWithoutReason
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import CandidacyEnded
from domain.candidacy.facts import (
    AdmissibilityKept,
    AdmissibilityLapsed,
    FeasibilityFileSubmitted,
    KeptFor,
)
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.lapse_admissibility import LapseAdmissibility
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.deadlines.deadline import Duty
from domain.fact import Personal
from domain.framework.definition import Route
from domain.ports import SYSTEM, CandidacyId, Role
from domain.refusal import Forbidden
from domain.standing.disclosure import unexplained
from tests.given.domain.people import (
    ADELE,
    AS_MARIE,
    AS_RENEE,
    MARIE,
    MARIE_VAE,
    actor,
    admissible,
    applied,
    as_reader,
)
from tests.given.domain.scenario import Scenario
from tests.given.stories.acts import Stage
from tests.given.stories.portal import due
from tests.given.stories.unused_admissibility import ADMITTED, AFTER, ILL, LAST, RECEIVED, admitted, kept, lapsed


def test_lapse_of_an_admissibility_is_noted_by_the_certifier_and_not_by_the_candidate() -> None:
    stage, candidacy = admitted()
    stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=AS_MARIE, on=AFTER)
    stage.scene.then_refused(Forbidden)
    stage.on(AFTER, LapseAdmissibility(candidacy=candidacy), AS_RENEE)
    assert stage.unlawful == []


def test_replay_finds_a_lapse_with_a_wrong_day() -> None:
    stage, candidacy = admitted()
    for wrong in (
        AdmissibilityLapsed(since=ADMITTED, last_day=date(2026, 10, 17), rule_set="CT-R6412-4-2024"),
        AdmissibilityLapsed(since=RECEIVED, last_day=LAST, rule_set="CT-R6412-4-2024"),
    ):
        assert stage.scene.forged(candidacy, wrong, by=SYSTEM, on=AFTER) == ["decided-otherwise"]
    early = AdmissibilityLapsed(since=ADMITTED, last_day=LAST, rule_set="CT-R6412-4-2024")
    assert stage.scene.forged(candidacy, early, by=SYSTEM, on=LAST) == ["admissibility-stands"]


def _puts_in(stage: Stage, candidacy: CandidacyId) -> None:
    stage.puts_in(LAST, candidacy)


def _names_an_advisor(stage: Stage, candidacy: CandidacyId) -> None:
    stage.on(LAST, NameAdvisor(candidacy=candidacy, advisor=ADELE), AS_MARIE)


def _is_excused(stage: Stage, candidacy: CandidacyId) -> None:
    stage.on(LAST, kept(candidacy))


def _trained_elsewhere(stage: Stage, candidacy: CandidacyId) -> None:
    stage.on(AFTER, kept(candidacy, KeptFor.STEP))


@pytest.mark.parametrize("step", [_puts_in, _names_an_advisor, _is_excused, _trained_elsewhere])
def test_admissibility_does_not_lapse_after_one_step_or_for_a_legitimate_reason(
    step: Callable[[Stage, CandidacyId], None],
) -> None:
    stage, candidacy = admitted()
    step(stage, candidacy)
    assert due(stage, candidacy, Duty.STEP) is None
    stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=SYSTEM, on=date(2028, 1, 1))
    stage.scene.then_refused(AdmissibilityStands)
    stage.scene.when(kept(candidacy), by=AS_RENEE, on=date(2028, 1, 1))
    stage.scene.then_refused(AdmissibilityNotAtStake)
    assert stage.scene.log.find(Candidacy, candidacy).admissible
    assert stage.unlawful == []


@pytest.mark.parametrize("back_on", [LAST, date(2027, 3, 1)])
def test_resuming_a_candidacy_is_no_step_that_keeps_the_admissibility(back_on: date) -> None:
    """R6412-4, al. 4: the steps are those provided for in the file or following from the recommendations."""
    stage, candidacy = admitted()
    stage.on(ADMITTED, WithdrawCandidacy(candidacy=candidacy), AS_MARIE)
    stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=SYSTEM, on=AFTER)
    stage.scene.then_refused(CandidacyEnded)
    stage.on(back_on, ResumeCandidacy(candidacy=candidacy), AS_MARIE)
    found = due(stage, candidacy, Duty.STEP)
    assert found is not None
    assert found.ends_on == LAST
    stage.on(max(back_on, AFTER), LapseAdmissibility(candidacy=candidacy), SYSTEM)
    assert stage.scene.log.find(Candidacy, candidacy).admissible is None
    stage.on(max(back_on, AFTER), SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    assert stage.unlawful == []


@pytest.mark.parametrize("began_on", [None, RECEIVED])
def test_changing_route_and_back_is_no_step_that_keeps_the_admissibility(began_on: date | None) -> None:
    """R6412-4, al. 4: a candidate who returns continues the parcours that they left, on the portal."""
    stage, candidacy = admitted()
    stage.on(ADMITTED, ChangeRoute(candidacy=candidacy, route=Route.FC), AS_MARIE)
    assert due(stage, candidacy, Duty.STEP) is None
    stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=SYSTEM, on=AFTER)
    stage.scene.then_refused(AdmissibilityStands)
    back = ChangeRoute(candidacy=candidacy, route=Route.VAE, began_on=began_on)
    stage.on(AFTER, back, AS_MARIE)
    found = due(stage, candidacy, Duty.STEP)
    assert found is not None
    assert found.ends_on == LAST
    late = date(2027, 1, 4)
    stage.on(late, LapseAdmissibility(candidacy=candidacy), SYSTEM)
    for change in (replace(back, route=Route.FI, began_on=None), back):
        stage.on(late, change, AS_MARIE)
    assert not stage.scene.log.find(Candidacy, candidacy).admissible
    assert stage.unlawful == []


def test_lapsed_admissibility_cannot_be_kept_once_a_new_file_was_submitted() -> None:
    stage, candidacy = lapsed()
    stage.on(AFTER, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    stage.scene.when(kept(candidacy), by=AS_RENEE, on=AFTER)
    stage.scene.then_refused(AdmissibilityNotAtStake)
    assert isinstance(stage.facts[-1].fact, FeasibilityFileSubmitted)


def test_admissibility_outside_the_portal_does_not_lapse() -> None:
    stage, candidacy = admitted(portal=False)
    assert due(stage, candidacy, Duty.STEP) is None
    stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=SYSTEM, on=date(2028, 1, 1))
    stage.scene.then_refused(AdmissibilityStands)


def test_admissibility_is_kept_only_when_granted_and_with_a_reason(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(kept(MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AdmissibilityNotAtStake)
    scenario.given(admissible(MARIE_VAE))
    scenario.when(replace(kept(MARIE_VAE), reason=" "), by=AS_RENEE)
    scenario.then_refused(KeptWithoutReason)
    scenario.when(kept(MARIE_VAE), by=AS_RENEE)
    scenario.then_recorded(AdmissibilityKept)
    assert scenario.wrong() == []


@pytest.mark.parametrize(
    ("role", "told"), [(Role.JUROR, True), (Role.ADVISOR, True), (Role.AUDITOR, False), (Role.CANDIDATE, False)]
)
def test_reason_for_keeping_an_admissibility_is_hidden_from_jurors_and_advisors(role: Role, told: bool) -> None:
    fact = AdmissibilityKept(ground=KeptFor.REASON, kept_on=LAST, reason=Personal(ILL, MARIE))
    assert unexplained(as_reader(actor(MARIE, role)), fact) is told
