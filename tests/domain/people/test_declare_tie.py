"""Declaration and withdrawal of a tie between a juror and a candidate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.commands.people.declare_tie import DeclareTie
from domain.commands.people.withdraw_tie import WithdrawTie
from domain.fact import Personal
from domain.people.facts import RoleGranted, Tie, TieDeclared, TieWithdrawn
from domain.people.person import Person, TieAlreadyDeclared, TieNotDeclared, TieOfAnother, TieUnreasoned
from domain.ports import Actor, Role
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import replay
from tests.given.domain.people import (
    AS_ASTRID,
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    MARIE,
    NADIA,
    PAUL,
    actor,
    tied,
)
from tests.given.domain.scenario import At, Scenario

TIE = DeclareTie(person=PAUL, candidate=MARIE, tie=Tie.ADVISED)


@pytest.mark.parametrize("actor", [AS_PAUL, AS_RENEE])
def test_tie_is_declared_by_the_juror_or_the_registrar(scenario: Scenario, actor: Actor) -> None:
    scenario.when(TIE, by=actor)
    scenario.then(TieDeclared(candidate=MARIE, tie=Tie.ADVISED, declared_by=actor.who))


@pytest.mark.parametrize("actor", [AS_NADIA, AS_ASTRID])
def test_tie_cannot_be_declared_by_another_juror_or_an_assessor(scenario: Scenario, actor: Actor) -> None:
    scenario.when(TIE, by=actor)
    scenario.then_refused(NotFound)


@pytest.mark.parametrize("actor", [AS_MARIE, AS_SAMIR])
def test_tie_cannot_be_declared_by_a_candidate(scenario: Scenario, actor: Actor) -> None:
    """Otherwise any candidate could empty the panel that is to rule on them; they inform the registrar instead."""
    scenario.when(TIE, by=actor)
    scenario.then_refused(Forbidden)


def test_tie_cannot_be_declared_twice(scenario: Scenario) -> None:
    scenario.given(tied(PAUL, MARIE))
    scenario.when(TIE, by=AS_RENEE)
    scenario.then_refused(TieAlreadyDeclared)


BACK = WithdrawTie(person=PAUL, candidate=MARIE, tie=Tie.ADVISED, reason="Saisi sur la mauvaise personne.")


@pytest.mark.parametrize(("declared", "withdrawn"), [(AS_PAUL, AS_PAUL), (AS_PAUL, AS_RENEE), (AS_RENEE, AS_RENEE)])
def test_tie_is_withdrawn_by_its_declarer_or_the_registrar_and_can_be_declared_again(
    scenario: Scenario, declared: Actor, withdrawn: Actor
) -> None:
    scenario.when(TIE, by=declared)
    scenario.when(BACK, by=withdrawn)
    scenario.then(
        TieWithdrawn(candidate=MARIE, tie=Tie.ADVISED, reason=Personal("Saisi sur la mauvaise personne.", PAUL))
    )
    assert scenario.log.load(Person, PAUL).ties == {}
    assert any(isinstance(told.fact, TieDeclared) for told in scenario.store.told), "as of before, it stood"
    assert [found for found in replay(scenario.store.told) if found.position >= len(scenario.store.told) - 1] == []
    scenario.when(BACK, by=withdrawn)
    scenario.then_refused(TieNotDeclared)
    scenario.when(TIE, by=AS_RENEE)
    scenario.then_recorded(TieDeclared)


def test_tie_cannot_be_withdrawn_by_the_juror_when_the_registrar_declared_it(scenario: Scenario) -> None:
    scenario.when(TIE, by=AS_RENEE)
    scenario.when(BACK, by=AS_PAUL)
    scenario.then_refused(TieOfAnother)
    scenario.given(tied(NADIA, MARIE))
    scenario.when(replace(BACK, person=NADIA), by=AS_NADIA)
    scenario.then_refused(TieOfAnother)
    scenario.when(replace(BACK, person=NADIA), by=AS_PAUL)
    scenario.then_refused(NotFound)
    scenario.when(replace(BACK, reason=" "), by=AS_RENEE)
    scenario.then_refused(TieUnreasoned)
    scenario.when(replace(BACK, tie=Tie.FAMILY), by=AS_RENEE)
    scenario.then_refused(TieNotDeclared)


def test_registrar_cannot_withdraw_a_tie_of_their_own(scenario: Scenario) -> None:
    scenario.given(At(PAUL, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(TIE, by=AS_RENEE)
    scenario.when(BACK, by=actor(PAUL, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


def test_replay_finds_a_forged_withdrawal_of_a_tie(scenario: Scenario) -> None:
    scenario.when(TIE, by=AS_RENEE)
    scenario.when(BACK, by=AS_RENEE)
    *before, last = scenario.store.told
    stamp = last.stamp
    for forged, rule in (
        (replace(stamp, by=PAUL, role=Role.JUROR.value), "tie-of-another"),
        (replace(stamp, by=NADIA, role=Role.JUROR.value), "not-found"),
    ):
        found = {
            each.rule for each in replay([*before, replace(last, stamp=forged)]) if each.position == stamp.position
        }
        assert found == {rule}
    assert "tie-not-declared" in {each.rule for each in replay([*before[:-1], last])}
    said = before[-1]
    assert isinstance(said.fact, TieDeclared)
    as_another = replace(said, fact=replace(said.fact, declared_by=PAUL))
    assert "decided-otherwise" in {each.rule for each in replay([*before[:-1], as_another])}
