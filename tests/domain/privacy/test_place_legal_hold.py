"""Placing of a legal hold on a person's data."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

from domain.commands.organisation.place_legal_hold import PlaceLegalHold
from domain.fact import Personal, Retention
from domain.organisation.facts import LegalHoldPlaced
from domain.organisation.organisation import HoldNamesNoClass, Organisation
from domain.ports import PersonId
from domain.refusal import Forbidden, NotFound
from tests.domain.test_replay_reviews import made
from tests.given.domain.people import AS_MARIE, AS_RENEE, MARIE, known
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import Scenario

SENT = known("a request")


def test_registrar_places_a_legal_hold_on_the_papers_and_decisions_of_a_dispute(scenario: Scenario) -> None:
    classes = (Retention.PAPERS, Retention.DECISION, Retention.PAPERS)
    scenario.when(
        PlaceLegalHold(person=MARIE, classes=classes, ground="Recours du 3 mars"), by=AS_RENEE, append_id=SENT
    )
    hold: UUID = uuid5(SENT, "hold")
    kept = (Retention.DECISION, Retention.PAPERS)
    scenario.then(LegalHoldPlaced(hold=hold, person=MARIE, classes=kept, ground=Personal("Recours du 3 mars", MARIE)))
    (placed,) = scenario.store.facts(Organisation.keeper())
    assert isinstance(placed, LegalHoldPlaced)
    other = replace(placed, hold=made("hold"))
    assert verdict(scenario, Organisation.keeper(), other, AS_RENEE) is None
    assert verdict(scenario, Organisation.keeper(), placed, AS_RENEE) == "decided-otherwise"
    assert verdict(scenario, known("anywhere else"), other, AS_RENEE) == "decided-otherwise"
    twice = replace(other, classes=(*classes,))
    assert verdict(scenario, Organisation.keeper(), twice, AS_RENEE) == "decided-otherwise"


def test_legal_hold_must_name_a_class_and_a_registered_person(scenario: Scenario) -> None:
    scenario.when(PlaceLegalHold(person=MARIE, classes=(), ground="x"), by=AS_RENEE)
    scenario.then_refused(HoldNamesNoClass)
    nobody = PersonId(known("nobody"))
    scenario.when(PlaceLegalHold(person=nobody, classes=(Retention.PAPERS,), ground="x"), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_legal_hold_cannot_be_placed_by_a_candidate(scenario: Scenario) -> None:
    scenario.when(PlaceLegalHold(person=MARIE, classes=(Retention.PAPERS,), ground="x"), by=AS_MARIE)
    scenario.then_refused(Forbidden)
