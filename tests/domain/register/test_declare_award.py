"""Declaration of a title to the training account (CPF), and requests for correction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.commands.register.declare_award import DeclareAward
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.make_correction import MakeCorrection
from domain.commands.register.note_correction_request import NoteCorrectionRequest
from domain.commands.register.refuse_correction import RefuseCorrection
from domain.deadlines.deadline import Duty
from domain.deadlines.due import deadlines
from domain.fact import Personal
from domain.people.facts import DuplicateLinked
from domain.people.unnamed import NumberInClear
from domain.ports import OPERATOR, Command
from domain.refusal import Forbidden
from domain.register.certificates import NotHeld
from domain.register.declaration import (
    AlreadyDeclared,
    CorrectionUnreasoned,
    Declaration,
    DeclarationMisdated,
    NoSuchCorrection,
    NotDeclared,
)
from domain.register.facts import (
    AwardDeclared,
    CorrectionMade,
    CorrectionRefused,
    CorrectionRequested,
    DeclarationFact,
)
from domain.replay.judge import replay
from domain.standing.disclosure import disclosed
from tests.given.domain.law import CPF
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    RENEE,
    as_reader,
    won,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario

JULY, SUMMER = date(2021, 7, 5), date(2021, 8, 2)
ASKED, ANSWERED = date(2025, 2, 10), date(2025, 5, 10)
DECLARE = DeclareAward(candidacy=MARIE_VAE, reference="lot 12")
CERTIFICATE = IssueCertificate(candidacy=MARIE_VAE)
REQUEST = NoteCorrectionRequest(candidacy=MARIE_VAE, requested_on=ASKED, asks="Le nom d'usage.")
CORRECT = MakeCorrection(candidacy=MARIE_VAE, correction=1)
REFUSE = RefuseCorrection(candidacy=MARIE_VAE, correction=1, reason="Le nom est celui de l'acte de naissance.")


@pytest.fixture
def titled(scenario: Scenario) -> Scenario:
    scenario.given(CPF, *won(MARIE_VAE))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    return scenario


@pytest.fixture
def asked(titled: Scenario) -> Scenario:
    titled.when(DECLARE, by=AS_RENEE, on=JULY)
    titled.when(REQUEST, by=AS_RENEE, on=ASKED)
    titled.then_recorded(CorrectionRequested)
    return titled


def due(scenario: Scenario, duty: Duty) -> list[tuple[date, date, str | None]]:
    found = deadlines(scenario.log.find(Candidacy, MARIE_VAE), scenario.log.find)
    return [(each.clock.since, each.ends_on, each.rule_set) for each in found if each.clock.duty is duty]


def lawful(scenario: Scenario) -> bool:
    kinds = get_args(DeclarationFact)
    ours = {told.stamp.position for told in scenario.store.told if isinstance(told.fact, kinds)}
    return bool(ours) and not [found for found in replay(scenario.store.told) if found.position in ours]


def test_title_is_declared_once(titled: Scenario) -> None:
    titled.when(replace(DECLARE, declared_on=SUMMER), by=AS_RENEE, on=date(2021, 8, 3))
    declared = AwardDeclared(candidacy=MARIE_VAE, number=1, session=JUNE, declared_on=SUMMER, reference="lot 12")
    titled.then(declared)  # due from 1 July 2021: a title of June has no deadline
    assert lawful(titled)
    titled.when(DECLARE, by=AS_RENEE, on=date(2021, 8, 4))
    titled.then_refused(AlreadyDeclared)


def test_reference_of_a_declaration_cannot_contain_a_national_number(titled: Scenario) -> None:
    titled.when(replace(DECLARE, reference="lot 12 2 55 08 14 168 025 38"), by=AS_RENEE, on=SUMMER)
    titled.then_refused(NumberInClear)


def test_declaration_is_due_from_the_day_of_the_certificate_until_it_is_made(titled: Scenario) -> None:
    """R6113-17-2: « à compter de la date de délivrance »."""
    assert due(titled, Duty.DECLARATION) == []
    titled.when(CERTIFICATE, by=AS_RENEE, on=JULY)
    assert due(titled, Duty.DECLARATION) == [(JULY, date(2021, 10, 5), "CT-R6113-17-2-2021-lu")]
    titled.when(DECLARE, by=OPERATOR, on=date(2021, 10, 6))
    (declared,) = titled.then_recorded(AwardDeclared)
    assert isinstance(declared, AwardDeclared)
    assert (declared.due_on, declared.rule_set, declared.late) == (date(2021, 10, 5), "CT-R6113-17-2-2021-lu", True)
    assert due(titled, Duty.DECLARATION) == []
    assert lawful(titled)


def test_title_that_is_not_in_the_register_cannot_be_declared(scenario: Scenario) -> None:
    scenario.given(CPF, *won(MARIE_VAE))
    scenario.when(DECLARE, by=AS_RENEE)
    scenario.then_refused(NotHeld)


@pytest.mark.parametrize("day", [date(2021, 6, 14), date(2021, 8, 4)])
def test_declaration_cannot_be_dated_before_the_release_or_in_the_future(titled: Scenario, day: date) -> None:
    titled.when(replace(DECLARE, declared_on=day), by=AS_RENEE, on=date(2021, 8, 3))
    titled.then_refused(DeclarationMisdated)


@pytest.mark.parametrize("day", [date(2025, 5, 10), date(2025, 5, 11)])
def test_correction_is_due_within_three_months_of_its_request(asked: Scenario, day: date) -> None:
    """R6113-17-2 al. 2: three months « à compter de la date de la demande »."""
    assert due(asked, Duty.CORRECTION) == [(ASKED, ANSWERED, "CT-R6113-17-2-2025")]
    asked.when(CORRECT, by=AS_RENEE, on=day)
    made = CorrectionMade(
        candidacy=MARIE_VAE, correction=1, made_on=day, due_on=ANSWERED, rule_set="CT-R6113-17-2-2025"
    )
    asked.then(made)
    assert made.late == (day > ANSWERED)
    assert due(asked, Duty.CORRECTION) == []
    assert lawful(asked)


def test_correction_is_refused_with_a_reason_and_answered_once(asked: Scenario) -> None:
    """R6113-17-2 al. 2: « l'informer des raisons pour lesquelles la demande est infondée »."""
    asked.when(replace(REFUSE, reason=" "), by=AS_RENEE, on=ANSWERED)
    asked.then_refused(CorrectionUnreasoned)
    asked.when(REFUSE, by=AS_RENEE, on=ANSWERED)
    refused = CorrectionRefused(
        candidacy=MARIE_VAE,
        correction=1,
        refused_on=ANSWERED,
        reason=Personal(REFUSE.reason, MARIE),
        due_on=ANSWERED,
        rule_set="CT-R6113-17-2-2025",
    )
    asked.then(refused)
    assert not refused.late
    for again in (CORRECT, REFUSE, replace(CORRECT, correction=2)):
        asked.when(again, by=AS_RENEE, on=ANSWERED)
        asked.then_refused(NoSuchCorrection)
    assert lawful(asked)


def test_correction_requested_before_2025_has_no_deadline(titled: Scenario) -> None:
    titled.when(DECLARE, by=AS_RENEE, on=JULY)
    titled.when(replace(REQUEST, requested_on=SUMMER), by=AS_RENEE, on=SUMMER)
    titled.then_recorded(CorrectionRequested)
    assert due(titled, Duty.CORRECTION) == []
    titled.when(CORRECT, by=AS_RENEE, on=ANSWERED)
    titled.then(CorrectionMade(candidacy=MARIE_VAE, correction=1, made_on=ANSWERED))


def test_two_requests_for_correction_have_a_deadline_each(asked: Scenario) -> None:
    later = date(2025, 3, 3)
    asked.when(replace(REQUEST, requested_on=later), by=AS_RENEE, on=later)
    assert [since for since, *_ in due(asked, Duty.CORRECTION)] == [ASKED, later]
    asked.when(CORRECT, by=AS_RENEE, on=later)
    assert [since for since, *_ in due(asked, Duty.CORRECTION)] == [later]


def test_correction_needs_a_declaration_and_days_in_order(titled: Scenario) -> None:
    titled.when(REQUEST, by=AS_RENEE, on=ASKED)
    titled.then_refused(NotDeclared)
    titled.when(DECLARE, by=AS_RENEE, on=JULY)
    for command in (replace(REQUEST, requested_on=JURY_DAY), replace(REQUEST, requested_on=date(2025, 2, 11))):
        titled.when(command, by=AS_RENEE, on=ASKED)
        titled.then_refused(DeclarationMisdated)
    titled.when(REQUEST, by=AS_RENEE, on=ASKED)
    for answer in (replace(CORRECT, made_on=SUMMER), replace(REFUSE, refused_on=date(2025, 6, 1))):
        titled.when(answer, by=AS_RENEE, on=ANSWERED)
        titled.then_refused(DeclarationMisdated)


@pytest.mark.parametrize("command", [DECLARE, REQUEST, CORRECT, REFUSE])
def test_declarations_and_corrections_cannot_be_recorded_by_or_for_the_candidate_themselves(
    asked: Scenario, command: Command
) -> None:
    asked.when(command, by=AS_MARIE, on=ANSWERED)
    asked.then_refused(Forbidden)
    asked.given(At(RENEE, (DuplicateLinked(other=MARIE, reason=Personal("x", RENEE)),)))
    asked.when(command, by=AS_RENEE, on=ANSWERED)
    asked.then_refused(OwnWork)


def test_declaration_is_shown_to_the_candidate_and_the_registrar_but_not_to_jurors(asked: Scenario) -> None:
    asked.when(REFUSE, by=AS_RENEE, on=ANSWERED)
    facts = [
        told
        for told in asked.store.told
        if told.stamp.stream == MARIE_VAE
        or getattr(told.fact, "candidacy", None) == MARIE_VAE
        or told.stamp.stream == JUNE
    ]
    kinds = {AwardDeclared, CorrectionRequested, CorrectionRefused}
    for reader, sees in ((AS_MARIE, kinds), (AS_RENEE, kinds), (AS_PAUL, set())):
        shown = {type(told.fact) for told in disclosed(as_reader(reader), facts)}
        assert shown & kinds == sees


def test_replay_finds_a_forged_declaration(titled: Scenario) -> None:
    told = AwardDeclared(candidacy=MARIE_VAE, number=1, session=JUNE, declared_on=JULY, reference="lot 12")
    stream = Declaration.id_of(MARIE_VAE)
    assert verdict(titled, stream, told, AS_RENEE, JULY) is None
    for forged in (replace(told, number=7), replace(told, session=MARCH), replace(told, due_on=SUMMER)):
        assert verdict(titled, stream, forged, AS_RENEE, JULY) == "decided-otherwise"
    assert verdict(titled, stream, replace(told, declared_on=SUMMER), AS_RENEE, JULY) == "declaration-misdated"
