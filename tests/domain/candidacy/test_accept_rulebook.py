"""Acceptance of the rulebook by the candidate, where the rulebook asks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.candidacy.enrolment import (
    RulebookAlreadyAccepted,
    RulebookNotAccepted,
    SignedBeforeRegistration,
    SignedInTheFuture,
)
from domain.candidacy.facts import AssessorAssigned, CandidacyOpened, RulebookAccepted, ValidationFileSubmitted
from domain.commands.candidacy.accept_rulebook import AcceptRulebook
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.framework.definition import Route
from domain.jury.access import PaperExpected
from domain.jury.facts import CandidateListed
from domain.people.facts import RoleGranted
from domain.ports import Command, Role
from domain.refusal import NotFound
from domain.rulebook.enrolment_rules import Acceptance, EnrolmentRules
from tests.given.domain.marks import EXAM, EXAM_RULEBOOK, acquis
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    AS_SAMIR,
    ASTRID,
    CV,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_FI,
    actor,
    applied,
    plan,
    planned,
    put_in,
)
from tests.given.domain.scenario import At, Scenario

ASKED = replace(EXAM, enrolment=EnrolmentRules(acceptance=Acceptance(source="règlement, art. 1")))
APPLY = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=EXAM_RULEBOOK, route=Route.FI)
ACCEPT = AcceptRulebook(candidacy=MARIE_FI)
ACCEPTED = RulebookAccepted(rulebook=EXAM_RULEBOOK, accepted_on=JURY_DAY)


def test_candidate_accepts_the_rulebook_with_their_application(scenario: Scenario) -> None:
    scenario.given(*acquis(ASKED))
    scenario.when(APPLY, by=AS_MARIE)
    scenario.then_refused(RulebookNotAccepted)
    scenario.when(replace(APPLY, accepts_rulebook=True), by=AS_MARIE)
    opened, accepted = scenario.then_recorded(CandidacyOpened, RulebookAccepted)
    assert (type(opened), accepted) == (CandidacyOpened, ACCEPTED)


def test_acceptance_is_not_required_by_a_rulebook_that_does_not_ask_for_it(scenario: Scenario) -> None:
    scenario.given(*acquis(EXAM))
    scenario.when(APPLY, by=AS_MARIE)
    scenario.then_recorded(CandidacyOpened)


def steps() -> tuple[tuple[Command, type[object]], ...]:
    return (
        (AssignAssessor(candidacy=MARIE_FI, assessor=ASTRID, competences=(1,)), AssessorAssigned),
        (SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV,)), ValidationFileSubmitted),
        (SummonCandidate(session=JUNE, candidacy=MARIE_FI), CandidateListed),
    )


@pytest.mark.parametrize("step", range(3))
def test_candidacy_opened_by_a_registrar_is_blocked_until_the_candidate_accepts_the_rulebook(
    scenario: Scenario, step: int
) -> None:
    command, fact = steps()[step]
    scenario.given(*acquis(ASKED), planned(JUNE, plan(rulebook=EXAM_RULEBOOK)))
    scenario.when(APPLY, by=AS_RENEE)
    scenario.then_recorded(CandidacyOpened)
    scenario.given(put_in(MARIE_FI, CV, 1))
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(RulebookNotAccepted)
    scenario.when(ACCEPT, by=AS_MARIE)
    scenario.then(ACCEPTED)
    scenario.when(command, by=AS_RENEE)
    assert not isinstance(scenario.outcome, Exception)
    assert fact in {type(told.fact) for told in scenario.store.told}


def test_rulebook_cannot_be_accepted_twice(scenario: Scenario) -> None:
    scenario.given(*acquis(ASKED), applied(MARIE_FI, EXAM_RULEBOOK), At(MARIE_FI, (ACCEPTED,)))
    scenario.when(ACCEPT, by=AS_MARIE)
    scenario.then_refused(RulebookAlreadyAccepted)


def test_rulebook_cannot_be_accepted_by_another_person_or_without_the_channel_expected(scenario: Scenario) -> None:
    scenario.given(*acquis(ASKED), applied(MARIE_FI, EXAM_RULEBOOK))
    scenario.when(ACCEPT, by=AS_SAMIR)
    scenario.then_refused(NotFound)
    scenario.when(ACCEPT, by=AS_RENEE)
    scenario.then_refused(PaperExpected)
    scenario.when(replace(ACCEPT, signed_on=date(2021, 2, 1)), by=AS_MARIE)
    scenario.then_refused(PaperExpected)


def test_registrar_keys_an_acceptance_signed_on_paper_with_its_day(scenario: Scenario) -> None:
    scenario.given(*acquis(ASKED), applied(MARIE_FI, EXAM_RULEBOOK))
    scenario.when(replace(ACCEPT, signed_on=date(2021, 6, 16)), by=AS_RENEE)
    scenario.then_refused(SignedInTheFuture)
    scenario.when(replace(ACCEPT, signed_on=date(2021, 6, 1)), by=AS_RENEE)
    scenario.then(RulebookAccepted(rulebook=EXAM_RULEBOOK, accepted_on=date(2021, 6, 1), on_paper=True))


def test_registrar_cannot_key_the_paper_of_their_own_acceptance(scenario: Scenario) -> None:
    scenario.given(*acquis(ASKED), applied(MARIE_FI, EXAM_RULEBOOK), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(replace(ACCEPT, signed_on=date(2021, 6, 1)), by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


@pytest.mark.parametrize(("signed_on", "sound"), [(date(2014, 12, 22), True), (date(2014, 12, 21), False)])
def test_paper_signed_before_the_registration_took_effect_is_refused(
    scenario: Scenario, *, signed_on: date, sound: bool
) -> None:
    """A training may begin before the registration is published, and its rules be signed at that time."""
    scenario.given(*acquis(ASKED), applied(MARIE_FI, EXAM_RULEBOOK))
    scenario.when(replace(ACCEPT, signed_on=signed_on), by=AS_RENEE)
    on_paper = RulebookAccepted(rulebook=EXAM_RULEBOOK, accepted_on=signed_on, on_paper=True)
    if sound:
        scenario.then(on_paper)
    else:
        scenario.then_refused(SignedBeforeRegistration)
        assert scenario.forged(MARIE_FI, on_paper, by=AS_RENEE) == ["signed-before-registration"]
