"""Suspension, resumption and end of a registration, and their effect on candidacies under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.calendar import PastUnconfirmed
from domain.candidacy.candidacy import OwnWork
from domain.candidacy.candidacy_life import Expired, LateDecisionWithoutGround
from domain.candidacy.facts import CandidacyOpened, LateDecisionAuthorised
from domain.commands.candidacy.authorise_late_decision import AuthoriseLateDecision
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.end_registration import EndRegistration
from domain.commands.framework.resume_registration import ResumeRegistration
from domain.commands.framework.suspend_registration import SuspendRegistration
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.framework.definition import Route
from domain.framework.facts import RegistrationEnded, RegistrationResumed, RegistrationSuspended
from domain.framework.framework import OutsideRegistration
from domain.framework.registration import GroundMissing, IssuanceOver, LateCause, Registration, RegistrationMisdated
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockGranted, DecisionVoted, DeliberationOpened
from domain.jury.vote import VoteOutcome
from domain.people.facts import RoleGranted
from domain.ports import Command, Role
from domain.refusal import Forbidden
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    PANEL,
    RNCP31936,
    RULEBOOK,
    actor,
    applied,
    before_the_jury,
    heard,
    plan,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario, newest_unlawful

HERE = Registration.id_of(FRAMEWORK)
APPLY = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE)
AUTHORISE = AuthoriseLateDecision(candidacy=MARIE_VAE, cause=LateCause.END, ground="L6113-9, décision du 2 juin")
CAUSES = {RegistrationSuspended: LateCause.SUSPENSION, RegistrationEnded: LateCause.END}
TAKE_UP = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)


def suspend(on: date, ground: str = "arrêté du 1er juin") -> SuspendRegistration:
    return SuspendRegistration(framework=FRAMEWORK, suspended_on=on, ground=ground)


def resume(on: date) -> ResumeRegistration:
    return ResumeRegistration(framework=FRAMEWORK, resumed_on=on, ground="arrêté du 1er septembre")


def end(on: date, issuance: date | None = None) -> EndRegistration:
    return EndRegistration(framework=FRAMEWORK, ends_on=on, ground="arrêté", issuance_ends_on=issuance)


SUSPENDED = RegistrationSuspended(framework=FRAMEWORK, suspended_on=date(2021, 6, 1), ground="arrêté")
ENDED = RegistrationEnded(framework=FRAMEWORK, ends_on=date(2021, 5, 31), ground="arrêté")


def test_registration_is_suspended_and_resumed(scenario: Scenario) -> None:
    scenario.when(suspend(date(2021, 6, 1)), by=AS_RENEE)
    scenario.then_recorded(RegistrationSuspended)
    assert newest_unlawful(scenario) == set()
    scenario.when(resume(date(2021, 9, 1)), by=AS_RENEE)
    scenario.then_recorded(RegistrationResumed)
    assert newest_unlawful(scenario) == set()
    held = Registration(id=HERE).evolve(SUSPENDED)
    back = held.evolve(RegistrationResumed(framework=FRAMEWORK, resumed_on=date(2021, 9, 1), ground="x"))
    days = {date(2021, 5, 31): True, date(2021, 6, 1): False, date(2021, 8, 31): False, date(2021, 9, 1): True}
    assert {day: back.runs(day, RNCP31936) for day in days} == days


def test_issuance_may_end_on_the_same_day_as_the_registration(scenario: Scenario) -> None:
    scenario.when(end(date(2022, 6, 1), date(2022, 6, 1)), by=AS_RENEE)
    scenario.then_recorded(RegistrationEnded)


def test_registration_ends_before_its_stated_day_with_a_separate_last_day_of_issuance(scenario: Scenario) -> None:
    scenario.when(end(date(2022, 6, 1), date(2022, 12, 31)), by=AS_RENEE)
    scenario.then_recorded(RegistrationEnded)
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize(
    ("anew", "on", "issuance"),
    [
        (end(date(2022, 7, 1)), date(2022, 6, 1), date(2022, 12, 31)),
        (end(date(2022, 7, 1), date(2022, 7, 1)), date(2022, 6, 1), date(2022, 7, 1)),
        (end(date(2022, 6, 1), date(2023, 1, 31)), date(2022, 12, 31), date(2023, 1, 31)),
        (end(date(2022, 7, 1)), date(2022, 6, 2), None),
        (end(date(2022, 7, 1), date(2022, 7, 1)), date(2022, 6, 2), None),
        (end(date(2022, 6, 1), date(2023, 1, 31)), date(2023, 1, 1), None),
        (end(date(2023, 1, 1)), date(2021, 6, 15), None),
        (end(date(2022, 6, 1), date(2022, 12, 31)), date(2021, 6, 15), None),
    ],
    ids=[
        "on its last day",
        "both days on one",
        "issuance once it has ended",
        "once it has ended",
        "both once it has ended",
        "issuance once that has ended",
        "past the last day of issuance",
        "nothing new",
    ],
)
def test_last_days_can_be_changed_until_they_have_passed(
    scenario: Scenario, anew: EndRegistration, on: date, issuance: date | None
) -> None:
    scenario.when(end(date(2022, 6, 1), date(2022, 12, 31)), by=AS_RENEE)
    scenario.when(anew, by=AS_RENEE, on=on)
    if issuance is None:
        scenario.then_refused(RegistrationMisdated)
        return
    scenario.then(
        RegistrationEnded(framework=FRAMEWORK, ends_on=anew.ends_on, ground="arrêté", issuance_ends_on=issuance)
    )
    assert newest_unlawful(scenario) == set()


def test_past_last_day_must_be_confirmed(scenario: Scenario) -> None:
    for past in (end(date(2021, 6, 14)), end(date(2021, 6, 1), date(2021, 6, 14))):
        scenario.when(past, by=AS_RENEE)
        scenario.then_refused(PastUnconfirmed)
    scenario.when(end(date(2021, 6, 15)), by=AS_RENEE)
    scenario.then_recorded(RegistrationEnded)
    scenario.take_back()
    scenario.when(replace(end(date(2021, 6, 14)), confirms_past=True), by=AS_RENEE)
    scenario.then_recorded(RegistrationEnded)
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize(
    "command",
    [
        end(date(2023, 12, 19)),
        end(date(2018, 12, 17)),
        end(date(2022, 6, 1), date(2022, 5, 31)),
        resume(date(2021, 6, 1)),
        suspend(date(2023, 12, 19)),
    ],
    ids=["after its stated end", "before it began", "issuance before the end", "not suspended", "already over"],
)
def test_impossible_days_of_a_registration_are_refused(scenario: Scenario, command: Command) -> None:
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(RegistrationMisdated)


def test_registration_cannot_be_suspended_twice_or_resumed_before_its_suspension(scenario: Scenario) -> None:
    scenario.given(At(HERE, (SUSPENDED,)))
    scenario.when(suspend(date(2021, 7, 1)), by=AS_RENEE)
    scenario.then_refused(RegistrationMisdated)
    scenario.when(resume(date(2021, 5, 31)), by=AS_RENEE)
    scenario.then_refused(RegistrationMisdated)


def test_registration_cannot_be_suspended_from_a_day_before_an_earlier_suspension_was_over(
    scenario: Scenario,
) -> None:
    resumed = RegistrationResumed(framework=FRAMEWORK, resumed_on=date(2021, 9, 1), ground="arrêté")
    scenario.given(At(HERE, (SUSPENDED, resumed)))
    scenario.when(suspend(date(2021, 5, 3)), by=AS_RENEE)
    scenario.then_refused(RegistrationMisdated)
    scenario.when(suspend(date(2021, 9, 1)), by=AS_RENEE)
    scenario.then_recorded(RegistrationSuspended)


def test_suspension_needs_a_text_and_cannot_be_recorded_by_a_candidate(scenario: Scenario) -> None:
    scenario.when(suspend(date(2021, 6, 1), " "), by=AS_RENEE)
    scenario.then_refused(GroundMissing)
    scenario.when(suspend(date(2021, 6, 1)), by=AS_MARIE)
    scenario.then_refused(Forbidden)


@pytest.mark.parametrize("fact", [SUSPENDED, ENDED], ids=["suspended", "ended"])
def test_application_is_refused_while_the_registration_is_suspended_or_ended(
    scenario: Scenario, fact: RegistrationSuspended | RegistrationEnded
) -> None:
    scenario.given(At(HERE, (fact,)))
    scenario.when(APPLY, by=AS_MARIE)
    scenario.then_refused(OutsideRegistration)
    scenario.when(APPLY, by=AS_MARIE, on=date(2021, 5, 31))
    scenario.then_recorded(CandidacyOpened)


@pytest.mark.parametrize("fact", [SUSPENDED, ENDED], ids=["suspended", "ended"])
def test_65_deliberation_is_refused_while_suspended_or_ended_unless_authorised_for_that_cause(
    scenario: Scenario, fact: RegistrationSuspended | RegistrationEnded
) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), At(HERE, (fact,)))
    scenario.when(TAKE_UP, by=AS_PAUL)
    refused = scenario.then_refused(Expired)
    assert refused.slug() == "expired"
    for cause in LateCause:
        if cause is not CAUSES[type(fact)]:
            scenario.when(replace(AUTHORISE, cause=cause), by=AS_RENEE)
            scenario.when(TAKE_UP, by=AS_PAUL)
            scenario.then_refused(Expired)
    taken_up = DeliberationOpened(session=JUNE, candidacy=MARIE_VAE, panel=tuple(sorted(PANEL)))
    assert scenario.forged(Deliberation.id_of(JUNE, MARIE_VAE), taken_up, by=AS_PAUL) == ["expired"]
    scenario.when(replace(AUTHORISE, cause=CAUSES[type(fact)]), by=AS_RENEE)
    scenario.then(
        LateDecisionAuthorised(ground="L6113-9, décision du 2 juin", authorised_on=JURY_DAY, cause=CAUSES[type(fact)])
    )
    assert newest_unlawful(scenario) == set()
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert newest_unlawful(scenario) == set()


def test_deliberation_is_refused_after_the_last_day_stated_on_the_sheet(scenario: Scenario) -> None:
    late = date(2024, 1, 15)
    jury = before_the_jury(MARIE_VAE, plan=plan(late), came=False)
    opened_late = At(JUNE, (jury[-1].facts[0].__class__(present=jury[-1].facts[0].present, opened_on=late),))  # type: ignore[attr-defined, call-arg]
    scenario.given(*vae_filed(MARIE_VAE), *jury[:-1], opened_late)
    scenario.when(TAKE_UP, by=AS_PAUL, on=late)
    scenario.then_refused(Expired)


def test_decision_is_refused_when_the_registration_ended_before_the_day_of_the_session(scenario: Scenario) -> None:
    """The day on which the session opened counts, not the day on which the end was keyed."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, range(21, 26)))
    grant = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=JUNE,
        candidacy=MARIE_VAE,
        decisions=(BlockDecision(block=3, granted=True),),
    )
    scenario.given(At(HERE, (ENDED,)))
    scenario.when(grant, by=AS_PAUL)
    scenario.then_refused(Expired)
    scenario.given(At(HERE, ()))
    scenario.when(AUTHORISE, by=AS_RENEE)
    scenario.when(grant, by=AS_PAUL)
    scenario.then_recorded(DecisionVoted, BlockGranted)


def test_authorisation_for_one_suspension_does_not_cover_a_later_one(scenario: Scenario) -> None:
    over = RegistrationResumed(framework=FRAMEWORK, resumed_on=date(2021, 6, 10), ground="x")
    again = replace(SUSPENDED, suspended_on=date(2021, 6, 12))
    early = LateDecisionAuthorised(ground="x", authorised_on=date(2021, 6, 5), cause=LateCause.SUSPENSION)
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), At(HERE, (SUSPENDED, over, again)))
    scenario.given(At(MARIE_VAE, (early,)))
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(Expired)
    scenario.when(replace(AUTHORISE, cause=LateCause.SUSPENSION), by=AS_RENEE)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert scenario.wrong() == []


def test_authorisation_needs_a_ground_and_cannot_be_the_registrars_own(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(replace(AUTHORISE, ground=" "), by=AS_RENEE)
    scenario.then_refused(LateDecisionWithoutGround)
    scenario.when(AUTHORISE, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
    scenario.when(AUTHORISE, by=AS_RENEE)
    scenario.then_recorded(LateDecisionAuthorised)


def test_certificates_are_issued_until_the_earlier_last_day_of_issuance() -> None:
    stated = RegistrationEnded(
        framework=FRAMEWORK, ends_on=date(2022, 6, 1), ground="x", issuance_ends_on=date(2022, 12, 31)
    )
    found = Registration(id=HERE).evolve(stated)
    found.check_issues(date(2022, 12, 31), RNCP31936)
    with pytest.raises(IssuanceOver):
        found.check_issues(date(2023, 1, 1), RNCP31936)
    Registration(id=HERE).evolve(ENDED).check_issues(date(2030, 1, 1), RNCP31936)
    Registration(id=HERE).check_issues(date(2030, 1, 1), RNCP31936)
    for sheet, last in ((date(2021, 12, 31), date(2021, 12, 31)), (date(2025, 1, 1), date(2022, 12, 31))):
        dated = replace(RNCP31936, registration=replace(RNCP31936.registration, last_issuance_on=sheet))
        assert found.last_issuance(dated) == last, "the sooner of the sheet's and the one stated since"
        assert Registration(id=HERE).last_issuance(dated) == sheet
