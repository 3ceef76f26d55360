"""When does an admissibility lapse, what keeps it, and who says so? (caducité : Code du travail R6412-4, al. 4)"""

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


def test_the_certifier_may_note_it_and_nobody_else() -> None:
    stage, candidacy = admitted()
    stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=AS_MARIE, on=AFTER)
    stage.scene.then_refused(Forbidden)
    stage.on(AFTER, LapseAdmissibility(candidacy=candidacy), AS_RENEE)
    assert stage.unlawful == []


def test_the_replay_finds_a_lapse_of_another_day_or_since_another() -> None:
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
def test_one_step_or_a_legitimate_reason_keeps_it_for_good(step: Callable[[Stage, CandidacyId], None]) -> None:
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
def test_to_come_back_is_no_step_and_what_ran_out_meanwhile_lapses_then(back_on: date) -> None:
    """R6412-4, al. 4: steps provided for in the file or following from the recommendations."""
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
def test_nor_is_another_route_and_back(began_on: date | None) -> None:
    """R6412-4, al. 4: who comes back goes on with the parcours that was left, and is led off no portal."""
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


def test_once_a_new_file_came_it_is_that_one_which_is_decided() -> None:
    stage, candidacy = lapsed()
    stage.on(AFTER, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    stage.scene.when(kept(candidacy), by=AS_RENEE, on=AFTER)
    stage.scene.then_refused(AdmissibilityNotAtStake)
    assert isinstance(stage.facts[-1].fact, FeasibilityFileSubmitted)


def test_outside_the_portal_nothing_lapses_by_law() -> None:
    stage, candidacy = admitted(portal=False)
    assert due(stage, candidacy, Duty.STEP) is None
    stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=SYSTEM, on=date(2028, 1, 1))
    stage.scene.then_refused(AdmissibilityStands)


def test_it_is_kept_with_an_account_of_why(scenario: Scenario) -> None:
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
def test_what_was_confided_of_it_is_not_told_to_who_judges_or_accompanies(role: Role, told: bool) -> None:
    fact = AdmissibilityKept(ground=KeptFor.REASON, kept_on=LAST, reason=Personal(ILL, MARIE))
    assert unexplained(as_reader(actor(MARIE, role)), fact) is told
