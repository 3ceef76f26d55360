"""Who may say that a juror and a candidate are tied?"""

from __future__ import annotations

import pytest

from domain.commands.declare_tie import DeclareTie
from domain.person import Tie, TieAlreadyDeclared, TieDeclared
from domain.ports import Actor
from domain.refusal import Forbidden, NotFound
from tests.domain.harness import Scenario
from tests.domain.people import AS_ASTRID, AS_MARIE, AS_NADIA, AS_PAUL, AS_RENEE, AS_SAMIR, MARIE, PAUL, tied

TIE = DeclareTie(person=PAUL, candidate=MARIE, tie=Tie.ADVISED)


@pytest.mark.parametrize("actor", [AS_PAUL, AS_RENEE])
def test_the_juror_or_the_registrar_declares_it(scenario: Scenario, actor: Actor) -> None:
    scenario.when(TIE, by=actor)
    scenario.then(TieDeclared(candidate=MARIE, tie=Tie.ADVISED))


@pytest.mark.parametrize("actor", [AS_NADIA, AS_ASTRID])
def test_nobody_else_declares_it(scenario: Scenario, actor: Actor) -> None:
    scenario.when(TIE, by=actor)
    scenario.then_refused(NotFound)


@pytest.mark.parametrize("actor", [AS_MARIE, AS_SAMIR])
def test_a_candidate_tells_the_registrar(scenario: Scenario, actor: Actor) -> None:
    """Otherwise any candidate could empty the panel that is to rule on them."""
    scenario.when(TIE, by=actor)
    scenario.then_refused(Forbidden)


def test_the_same_tie_is_declared_once(scenario: Scenario) -> None:
    scenario.given(tied(PAUL, MARIE))
    scenario.when(TIE, by=AS_RENEE)
    scenario.then_refused(TieAlreadyDeclared)
