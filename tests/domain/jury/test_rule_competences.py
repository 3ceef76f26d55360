"""Rulings of a jury on competences, and the reasons they need."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from domain.candidacy.candidacy import AlreadyDecided, UnknownCompetence
from domain.commands.jury.rule_competences import RuleCompetences
from domain.framework.scale import AgreementRule
from domain.jury.facts import CompetenceRuled
from domain.jury.ruling import NotReady, ReasonRequired, RuledTwice, Ruling
from domain.jury.session import NotOnThePanel, SessionNotOpen
from domain.people.facts import Tie
from domain.ports import CandidacyId
from tests.given.domain.marks import EXAM, IRIS, TAKEN_UP, agreeing, before_marks, third
from tests.given.domain.people import (
    AS_ELSA,
    AS_PAUL,
    ASTRID,
    CLOSED,
    ENOUGH,
    GENTLE_RULEBOOK,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    OSCAR,
    applied,
    assigned,
    before_the_jury,
    ended,
    granted,
    heard,
    marked,
    plan,
    ruled,
    tied,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario


def rule(*rulings: Ruling, candidacy: CandidacyId = MARIE_VAE) -> RuleCompetences:
    return RuleCompetences(session=JUNE, candidacy=candidacy, rulings=rulings)


def yes(number: int, reason: str | None = None) -> Ruling:
    return Ruling(competence=number, acquired=True, reason=reason)


def no(number: int, reason: str | None = None) -> Ruling:
    return Ruling(competence=number, acquired=False, reason=reason)


VAE = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
FI = (applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]), *before_the_jury(MARIE_FI), heard(MARIE_FI))


def test_jury_rules_directly_in_vae(scenario: Scenario) -> None:
    scenario.given(*VAE, heard(MARIE_VAE))
    scenario.when(rule(yes(1), no(2, "non démontrée")), by=AS_PAUL)
    scenario.then_recorded(CompetenceRuled, CompetenceRuled)


def test_competence_cannot_be_ruled_on_before_the_hearing(scenario: Scenario) -> None:
    scenario.given(*VAE)
    scenario.when(rule(yes(1)), by=AS_PAUL)
    scenario.then_refused(NotReady)


def test_competence_assessed_by_epreuves_cannot_be_ruled_on_without_a_filed_mark(scenario: Scenario) -> None:
    """The absence of a mark is not a mark, and a mark not filed does not count."""
    scenario.given(*FI, marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False))
    scenario.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(NotReady)
    scenario.given(marked(MARIE_FI, ASTRID))
    scenario.when(rule(yes(2), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(NotReady)
    scenario.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then(CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=1, acquired=True, attempt=1))


def test_unmarked_competence_can_be_ruled_on_when_the_rulebook_allows_it(scenario: Scenario) -> None:
    gentle = plan(rulebook=GENTLE_RULEBOOK)
    scenario.given(applied(MARIE_FI, GENTLE_RULEBOOK), *before_the_jury(MARIE_FI, plan=gentle), heard(MARIE_FI))
    scenario.when(rule(yes(2), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_recorded(CompetenceRuled)


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_jury_overturns_a_mark_only_with_a_reason(scenario: Scenario, blank: str | None) -> None:
    scenario.given(*FI, marked(MARIE_FI, ASTRID, (1, "partly")))
    scenario.when(rule(yes(1, blank), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(ReasonRequired)
    scenario.when(rule(yes(1, "entretien"), candidacy=MARIE_FI), by=AS_PAUL)
    (fact,) = scenario.then_recorded(CompetenceRuled)
    assert isinstance(fact, CompetenceRuled)
    assert fact.departs_from == "partly"


def test_competence_not_acquired_needs_a_reason(scenario: Scenario) -> None:
    scenario.given(*VAE, heard(MARIE_VAE))
    scenario.when(rule(yes(1), no(2)), by=AS_PAUL)
    scenario.then_refused(ReasonRequired, 2)


def test_request_cannot_rule_twice_on_a_competence(scenario: Scenario) -> None:
    scenario.given(*VAE, heard(MARIE_VAE))
    scenario.when(rule(yes(7), no(7, "non")), by=AS_PAUL)
    scenario.then_refused(RuledTwice, 7)


def test_competence_outside_the_framework_cannot_be_ruled_on(scenario: Scenario) -> None:
    scenario.given(*VAE, heard(MARIE_VAE))
    for rulings in ((), (yes(31),)):
        scenario.when(rule(*rulings), by=AS_PAUL)
        scenario.then_refused(UnknownCompetence)


def test_member_outside_the_panel_cannot_rule(scenario: Scenario) -> None:
    scenario.given(*VAE, heard(MARIE_VAE))
    scenario.when(rule(yes(1)), by=AS_ELSA)
    scenario.then_refused(NotOnThePanel)


def test_competence_of_a_decided_block_cannot_be_ruled_on_again(scenario: Scenario) -> None:
    scenario.given(*VAE, heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 3))
    scenario.when(rule(no(23, "non")), by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)


def test_competence_of_a_block_granted_by_an_earlier_jury_cannot_be_ruled_on_again(scenario: Scenario) -> None:
    scenario.given(*VAE, heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 3), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    again = RuleCompetences(session=MARCH, candidacy=MARIE_VAE, rulings=(no(21, "non"),))
    scenario.when(again, by=AS_PAUL, on=LATER_DAY)
    scenario.then_refused(AlreadyDecided)


def test_competence_cannot_be_ruled_on_once_the_session_is_closed(scenario: Scenario) -> None:
    scenario.given(*VAE, heard(MARIE_VAE), At(JUNE, (CLOSED,)))
    scenario.when(rule(yes(1)), by=AS_PAUL)
    scenario.then_refused(SessionNotOpen)


# --- several assessors


def pair(one: str, other: str) -> tuple[At, At]:
    return marked(MARIE_FI, ASTRID, (1, one)), marked(MARIE_FI, OSCAR, (1, other))


def test_ruling_departs_from_the_agreed_mark_and_not_from_one_assessors(scenario: Scenario) -> None:
    scenario.given(*before_marks(), *pair("9", "12"), *TAKEN_UP)
    scenario.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then(CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=1, acquired=True, attempt=1))
    scenario.when(rule(no(1, "copie lue"), candidacy=MARIE_FI), by=AS_PAUL)
    (fact,) = scenario.then_recorded(CompetenceRuled)
    assert isinstance(fact, CompetenceRuled)
    assert fact.departs_from == "10.5"


def test_departure_from_the_agreed_mark_needs_a_reason(scenario: Scenario) -> None:
    scenario.given(*before_marks(), *pair("9", "10"), *TAKEN_UP)
    scenario.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(ReasonRequired)


def test_competence_cannot_be_ruled_on_until_as_many_assessors_have_marked_as_the_rulebook_says(
    scenario: Scenario,
) -> None:
    scenario.given(*before_marks(agreeing(AgreementRule.MEAN)), pair("9", "12")[0], *TAKEN_UP)
    scenario.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(NotReady)


def test_competence_cannot_be_ruled_on_while_a_third_reader_is_needed(scenario: Scenario) -> None:
    for rules in (EXAM, replace(EXAM, unmarked_may_be_ruled=True)):
        scene = Scenario(today=scenario.today, store=copy.deepcopy(scenario.store))
        scene.given(*before_marks(rules), *pair("8", "12"), *TAKEN_UP)
        scene.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
        scene.then_refused(NotReady)
        scene.given(third(IRIS, 1), marked(MARIE_FI, IRIS, (1, "11")))
        scene.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
        scene.then_recorded(CompetenceRuled)


def test_competence_can_be_ruled_on_before_all_have_marked_when_the_rulebook_allows_it(scenario: Scenario) -> None:
    scenario.given(*before_marks(replace(EXAM, unmarked_may_be_ruled=True)), pair("8", "12")[0], *TAKEN_UP)
    scenario.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then(CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=1, acquired=True, attempt=1))


def test_mark_of_an_assessor_who_trained_the_candidate_does_not_count(scenario: Scenario) -> None:
    """The rulebook forbids it: the jury waits until another assessor has marked in their place."""
    scenario.given(*before_marks(), *pair("12", "13"), *TAKEN_UP, tied(OSCAR, MARIE, Tie.TRAINED))
    scenario.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(NotReady)
    scenario.given(assigned(MARIE_FI, IRIS, [1]), marked(MARIE_FI, IRIS, (1, "11")))
    scenario.when(rule(yes(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_recorded(CompetenceRuled)


def test_competence_not_acquired_according_to_the_mark_needs_no_other_reason(scenario: Scenario) -> None:
    scenario.given(*FI, marked(MARIE_FI, ASTRID, (1, "partly"), (2, "acquired")))
    scenario.when(rule(no(1), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then(CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=1, acquired=False, attempt=1))
    scenario.when(rule(no(2), candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(ReasonRequired, 2)
