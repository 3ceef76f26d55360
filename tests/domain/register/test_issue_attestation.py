"""Attestations issued at the candidate's request (R6412-7, R6422-2, R6422-5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.candidacy.facts import AdmissibilityDecided, AdmissibilityImplied
from domain.commands.register.issue_attestation import IssueAttestation
from domain.commands.register.request_attestation import RequestAttestation
from domain.fact import Personal
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateNotHeard, DeliberationOpened
from domain.people.facts import RoleGranted
from domain.ports import Role
from domain.refusal import NotFound
from domain.register.attestations import (
    AttestationAsked,
    AttestationNotAsked,
    Attestations,
    NothingToAttest,
    RequestMisdated,
)
from domain.register.certificates import NotHeld
from domain.register.facts import Attestation, AttestationIssued, AttestationRequested, RegisterEntered
from domain.register.register import Register
from domain.standing.disclosure import disclosed
from tests.given.domain.people import (
    APPLIED_ON,
    AS_MARIE,
    AS_NADIA,
    AS_RENEE,
    AS_SAMIR,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    PANEL,
    actor,
    annulled,
    applied,
    as_reader,
    before_the_jury,
    ended,
    granted,
    heard,
    not_granted,
    pronounced,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario, newest_unlawful

LATER = date(2021, 7, 1)
NAMED = Personal("x", MARIE)
PARTLY = (
    *vae_filed(MARIE_VAE),
    *before_the_jury(MARIE_VAE),
    heard(MARIE_VAE),
    granted(MARIE_VAE, 1, 3),
    not_granted(MARIE_VAE, 2, 4),
)
ENTERED = At(
    Register.id_of(FRAMEWORK),
    (RegisterEntered(number=7, candidacy=MARIE_VAE, candidate=MARIE, framework=FRAMEWORK, obtained_on=JURY_DAY),),
)


def ask(kind: Attestation, letter: date | None = None) -> RequestAttestation:
    return RequestAttestation(candidacy=MARIE_VAE, attestation=kind, received_on=letter)


def issue(kind: Attestation) -> IssueAttestation:
    return IssueAttestation(candidacy=MARIE_VAE, attestation=kind)


def asked(*kinds: Attestation) -> At:
    facts = [AttestationRequested(candidacy=MARIE_VAE, attestation=each, requested_on=JURY_DAY) for each in kinds]
    return At(Attestations.id_of(MARIE_VAE), tuple(facts))


def test_attestation_is_requested_by_the_candidate_or_by_a_letter_with_its_day_r6412_7(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(ask(Attestation.BLOCKS), by=AS_MARIE)
    scenario.then(AttestationRequested(candidacy=MARIE_VAE, attestation=Attestation.BLOCKS, requested_on=JURY_DAY))
    assert newest_unlawful(scenario) == set()
    scenario.when(ask(Attestation.BLOCKS), by=AS_MARIE)
    scenario.then_refused(AttestationAsked)
    scenario.when(ask(Attestation.ADMISSIBILITY, APPLIED_ON), by=AS_RENEE)
    scenario.then(
        AttestationRequested(candidacy=MARIE_VAE, attestation=Attestation.ADMISSIBILITY, requested_on=APPLIED_ON)
    )
    assert newest_unlawful(scenario) == set()
    for command, by in (
        (ask(Attestation.PARTICIPATION, APPLIED_ON), AS_MARIE),
        (ask(Attestation.PARTICIPATION, LATER), AS_RENEE),
    ):
        scenario.when(command, by=by)
        scenario.then_refused(RequestMisdated)
    scenario.when(ask(Attestation.PARTICIPATION), by=AS_SAMIR)
    scenario.then_refused(NotFound)


def test_attestation_is_issued_once_for_each_request_r6412_7(scenario: Scenario) -> None:
    scenario.given(*PARTLY, ended())
    scenario.when(issue(Attestation.BLOCKS), by=AS_RENEE)
    scenario.then_refused(AttestationNotAsked)
    for _ in range(2):
        scenario.when(ask(Attestation.BLOCKS), by=AS_MARIE, on=LATER)
        scenario.when(issue(Attestation.BLOCKS), by=AS_RENEE, on=LATER)
        scenario.then(
            AttestationIssued(
                candidacy=MARIE_VAE,
                attestation=Attestation.BLOCKS,
                issued_on=LATER,
                days=(JURY_DAY, JURY_DAY),
                blocks=(1, 3),
                holder=NAMED,
            )
        )
        assert newest_unlawful(scenario) == set()
    scenario.when(issue(Attestation.BLOCKS), by=AS_RENEE, on=LATER)
    scenario.then_refused(AttestationNotAsked)


def test_blocks_are_attested_only_once_released_and_while_they_are_held_r6412_7(scenario: Scenario) -> None:
    scenario.given(*PARTLY, asked(Attestation.BLOCKS))
    scenario.when(issue(Attestation.BLOCKS), by=AS_RENEE)
    scenario.then_refused(NothingToAttest)
    scenario.given(ended(), annulled(MARIE_VAE))
    scenario.when(issue(Attestation.BLOCKS), by=AS_RENEE)
    scenario.then_refused(NothingToAttest)


def test_certification_is_attested_with_its_register_number_r6412_7(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE), ended(), asked(Attestation.CERTIFICATION))
    scenario.when(issue(Attestation.CERTIFICATION), by=AS_RENEE)
    scenario.then_refused(NotHeld)
    scenario.given(ENTERED)
    scenario.when(issue(Attestation.CERTIFICATION), by=AS_RENEE, on=LATER)
    scenario.then(
        AttestationIssued(
            candidacy=MARIE_VAE,
            attestation=Attestation.CERTIFICATION,
            issued_on=LATER,
            days=(JURY_DAY,),
            number=7,
            holder=NAMED,
        )
    )
    assert newest_unlawful(scenario) == set()


DECIDED = AdmissibilityDecided(admissible=True, file_received_on=APPLIED_ON, decided_on=date(2021, 2, 1))
IMPLIED = AdmissibilityImplied(ended_on=date(2021, 3, 4), found_on=date(2021, 3, 5), rule_set="x")


@pytest.mark.parametrize(
    ("fact", "since"),
    [(DECIDED, date(2021, 2, 1)), (IMPLIED, date(2021, 3, 5)), (replace(DECIDED, admissible=False), None)],
    ids=["decided", "implied: the day after the last one", "not admissible"],
)
def test_admissibility_is_attested_with_its_first_day_r6422_2(
    scenario: Scenario, fact: AdmissibilityDecided | AdmissibilityImplied, since: date | None
) -> None:
    """Code du travail R6422-2: "tout document attestant de la recevabilité"."""
    scenario.given(applied(MARIE_VAE), asked(Attestation.ADMISSIBILITY))
    scenario.when(issue(Attestation.ADMISSIBILITY), by=AS_RENEE)
    scenario.then_refused(NothingToAttest)
    scenario.given(At(MARIE_VAE, (fact,)))
    scenario.when(issue(Attestation.ADMISSIBILITY), by=AS_RENEE)
    if since is None:
        scenario.then_refused(NothingToAttest)
        return
    (issued,) = scenario.then_recorded(AttestationIssued)
    assert isinstance(issued, AttestationIssued)
    assert issued.days == (since,)
    assert newest_unlawful(scenario) == set()


def test_participation_is_attested_with_the_day_of_the_jury_even_before_the_release_r6422_5(
    scenario: Scenario,
) -> None:
    """Code du travail R6422-5: it says nothing of the results."""
    scenario.given(*PARTLY, asked(Attestation.PARTICIPATION))
    scenario.when(issue(Attestation.PARTICIPATION), by=AS_RENEE)
    scenario.then(
        AttestationIssued(
            candidacy=MARIE_VAE,
            attestation=Attestation.PARTICIPATION,
            issued_on=JURY_DAY,
            days=(JURY_DAY,),
            holder=NAMED,
        )
    )
    assert newest_unlawful(scenario) == set()


def test_participation_is_attested_with_the_candidates_own_day_of_several_r6422_5(
    scenario: Scenario,
) -> None:
    """Code du travail R6422-5: "tout justificatif attestant de sa participation", for the day on leave."""
    second = date(2021, 6, 16)
    taken_up = DeliberationOpened(session=JUNE, candidacy=MARIE_VAE, panel=PANEL, sought=(), heard_on=second)
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), asked(Attestation.PARTICIPATION))
    scenario.given(At(Deliberation.id_of(JUNE, MARIE_VAE), (taken_up,)))
    scenario.when(issue(Attestation.PARTICIPATION), by=AS_RENEE, on=second)
    (issued,) = scenario.then_recorded(AttestationIssued)
    assert isinstance(issued, AttestationIssued)
    assert issued.days == (second,)
    assert newest_unlawful(scenario) == set()
    scenario.take_back()
    wrong = replace(issued, days=(JURY_DAY,))
    assert scenario.forged(Attestations.id_of(MARIE_VAE), wrong, by=AS_RENEE, on=second) == ["decided-otherwise"]


def test_participation_cannot_be_attested_to_an_absent_candidate_r6422_5(scenario: Scenario) -> None:
    absent = CandidateNotHeard(session=JUNE, candidacy=MARIE_VAE, attendance=Attendance.ABSENT)
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), asked(Attestation.PARTICIPATION))
    scenario.given(At(Deliberation.id_of(JUNE, MARIE_VAE), (absent,)))
    scenario.when(issue(Attestation.PARTICIPATION), by=AS_RENEE)
    scenario.then_refused(NothingToAttest)


def test_attestation_cannot_be_issued_by_the_candidate_and_is_hidden_from_jurors(scenario: Scenario) -> None:
    scenario.given(*PARTLY, ended(), asked(Attestation.BLOCKS), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(issue(Attestation.BLOCKS), by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
    scenario.when(issue(Attestation.BLOCKS), by=AS_RENEE)
    for reader, sees in ((AS_MARIE, True), (AS_RENEE, True), (AS_NADIA, False)):
        seen = disclosed(as_reader(reader), scenario.store.told)
        assert any(isinstance(each.fact, AttestationIssued) for each in seen) is sees
