"""Lifting of a legal hold."""

from __future__ import annotations

from domain.commands.organisation.lift_legal_hold import LiftLegalHold
from domain.fact import Personal, Retention
from domain.organisation.facts import LegalHoldLifted, LegalHoldPlaced
from domain.organisation.organisation import NoSuchHold, Organisation
from domain.refusal import Forbidden
from tests.given.domain.people import AS_ADA, AS_RENEE, MARIE, known
from tests.given.domain.scenario import At, Scenario

HOLD = known("a hold")
PLACED = At(
    Organisation.keeper(),
    (LegalHoldPlaced(hold=HOLD, person=MARIE, classes=(Retention.PAPERS,), ground=Personal("x", MARIE)),),
)


def test_legal_hold_is_lifted_once(scenario: Scenario) -> None:
    scenario.given(PLACED)
    scenario.when(LiftLegalHold(hold=HOLD), by=AS_ADA)
    scenario.then(LegalHoldLifted(hold=HOLD))
    scenario.when(LiftLegalHold(hold=HOLD), by=AS_ADA)
    scenario.then_refused(NoSuchHold)


def test_legal_hold_cannot_be_lifted_by_a_registrar(scenario: Scenario) -> None:
    scenario.given(PLACED)
    scenario.when(LiftLegalHold(hold=HOLD), by=AS_RENEE)
    scenario.then_refused(Forbidden)
