"""Acceptance by the operator or an administrator of integrity findings in the log."""

from __future__ import annotations

from domain.commands.organisation.accept_doubt import AcceptDoubt
from domain.organisation.facts import DoubtAccepted, Doubted
from domain.organisation.organisation import NothingInDoubt
from domain.ports import OPERATOR
from domain.refusal import Forbidden
from tests.given.domain.people import AS_ADA, AS_RENEE
from tests.given.domain.scenario import Scenario

FOUND = (Doubted(slug="line-changed", place="position 12", digest="00ff"),)


def test_operator_accepts_findings_at_their_places_with_a_reason(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=FOUND, reason="a drill"), by=OPERATOR)
    scenario.then(DoubtAccepted(findings=FOUND, reason="a drill"))


def test_acceptance_is_refused_when_there_is_no_finding(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=(), reason="a drill"), by=OPERATOR)
    scenario.then_refused(NothingInDoubt)


def test_acceptance_is_refused_without_a_reason(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=FOUND, reason=" "), by=OPERATOR)
    scenario.then_refused(NothingInDoubt)


def test_administrator_accepts_findings_too(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=FOUND, reason="a drill"), by=AS_ADA)
    scenario.then(DoubtAccepted(findings=FOUND, reason="a drill"))


def test_registrar_cannot_accept_findings(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=FOUND, reason="a drill"), by=AS_RENEE)
    scenario.then_refused(Forbidden)
