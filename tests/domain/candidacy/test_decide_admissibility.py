"""Decision on the admissibility of a VAE candidacy."""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import (
    AdmissibilityOnlyInVae,
    OwnWork,
    ReceivedInTheFuture,
    RefusedWithoutReason,
)
from domain.candidacy.facts import AdmissibilityDecided, FileCounted
from domain.candidacy.feasibility import ReceivedTooEarly, SilenceAdmits
from domain.candidacy.verdict import AdmissibilityAlreadyDecided
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.fact import Personal
from domain.people.facts import RoleGranted
from domain.ports import CandidacyId, Role
from domain.replay.judge import replay
from tests.given.domain.law import THE_LAW
from tests.given.domain.people import (
    AS_RENEE,
    JURY_DAY,
    LATER_DAY,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    actor,
    admissible,
    applied,
)
from tests.given.domain.scenario import At, Scenario


def verdict(candidacy: CandidacyId, received: date = JURY_DAY) -> DecideAdmissibility:
    return DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=received)


def test_registrar_declares_a_vae_candidacy_admissible(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE), by=AS_RENEE)
    scenario.then(AdmissibilityDecided(admissible=True, file_received_on=JURY_DAY, decided_on=JURY_DAY))


def test_admissibility_cannot_be_decided_outside_vae(scenario: Scenario) -> None:
    """Code du travail R335_7-2."""
    scenario.given(applied(MARIE_FI))
    scenario.when(verdict(MARIE_FI), by=AS_RENEE)
    scenario.then_refused(AdmissibilityOnlyInVae)


def test_replay_finds_a_refusal_with_a_reason_lawful(scenario: Scenario) -> None:
    """The replay does not know what the reason says, only that there is one."""
    scenario.given(applied(MARIE_VAE))
    said = DecideAdmissibility(
        candidacy=MARIE_VAE, admissible=False, file_received_on=JURY_DAY, reason="Expérience trop courte."
    )
    scenario.when(said, by=AS_RENEE)
    scenario.then_recorded(AdmissibilityDecided)
    last = len(scenario.store.told)
    assert last not in {each.position for each in replay(scenario.store.told)}


def test_admissibility_cannot_be_decided_twice(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AdmissibilityAlreadyDecided)


def test_day_of_receipt_cannot_be_in_the_future(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE, LATER_DAY), by=AS_RENEE)
    scenario.then_refused(ReceivedInTheFuture)


def test_registrar_cannot_decide_on_their_own_candidacy(scenario: Scenario) -> None:
    scenario.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)), applied(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE), by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


def refusal(received: date = JURY_DAY, reason: str | None = "Expérience trop courte.") -> DecideAdmissibility:
    return DecideAdmissibility(candidacy=MARIE_VAE, admissible=False, file_received_on=received, reason=reason)


def test_refusal_is_too_late_two_months_after_the_file_even_when_no_file_was_keyed(scenario: Scenario) -> None:
    """Code du travail R335_7-2: two months from the day of the file, whenever the certifier records it."""
    scenario.given(THE_LAW, applied(MARIE_VAE))
    scenario.when(refusal(date(2021, 4, 14)), by=AS_RENEE)
    scenario.then_refused(SilenceAdmits)
    fact = AdmissibilityDecided(
        admissible=False, file_received_on=date(2021, 4, 14), reason=Personal("x", MARIE), decided_on=JURY_DAY
    )
    assert scenario.forged(MARIE_VAE, fact, by=AS_RENEE) == ["silence-admits"]
    scenario.when(refusal(date(2021, 4, 15)), by=AS_RENEE)
    scenario.then_recorded(FileCounted, AdmissibilityDecided)
    assert scenario.wrong() == []


def test_late_decision_in_favour_of_the_candidate_is_recorded(scenario: Scenario) -> None:
    scenario.given(THE_LAW, applied(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE, date(2021, 1, 5)), by=AS_RENEE)
    scenario.then_recorded(FileCounted, AdmissibilityDecided)
    assert scenario.wrong() == []


def test_refusal_needs_a_reason(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    for blank in (None, " "):
        scenario.when(refusal(reason=blank), by=AS_RENEE)
        scenario.then_refused(RefusedWithoutReason)
    unsaid = AdmissibilityDecided(admissible=False, file_received_on=JURY_DAY, decided_on=JURY_DAY)
    assert scenario.forged(MARIE_VAE, unsaid, by=AS_RENEE) == ["refused-without-reason"]


def test_decision_states_the_gaps_and_what_may_fill_them(scenario: Scenario) -> None:
    """Code du travail R6412-4, al. 2: gaps are enough to refuse, and a candidate may be admitted with some."""
    scenario.given(applied(MARIE_VAE))
    gaps, advice = "Bloc 4 : aucune activité déclarée.", "Une formation au bloc 4."
    for favourable in (False, True):
        decide = DecideAdmissibility(
            candidacy=MARIE_VAE,
            admissible=favourable,
            file_received_on=JURY_DAY,
            gaps=gaps,
            recommendations=advice,
        )
        scenario.when(decide, by=AS_RENEE)
        scenario.then(
            AdmissibilityDecided(
                admissible=favourable,
                file_received_on=JURY_DAY,
                decided_on=JURY_DAY,
                gaps=Personal(gaps, MARIE),
                recommendations=Personal(advice, MARIE),
            )
        )
        assert scenario.wrong() == []
        scenario.take_back()


def test_file_cannot_be_received_before_the_registration_admits(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(verdict(MARIE_VAE, date(2018, 12, 17)), by=AS_RENEE)
    scenario.then_refused(ReceivedTooEarly)
    early = AdmissibilityDecided(admissible=True, file_received_on=date(2018, 12, 17), decided_on=JURY_DAY)
    assert scenario.forged(MARIE_VAE, early, by=AS_RENEE) == ["received-too-early"]
    scenario.when(verdict(MARIE_VAE, date(2018, 12, 18)), by=AS_RENEE)
    scenario.then_recorded(AdmissibilityDecided)
