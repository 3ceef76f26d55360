"""Who lets stand what the watch found in the log, and what is there to accept?"""

from __future__ import annotations

from domain.commands.organisation.accept_doubt import AcceptDoubt
from domain.organisation.facts import DoubtAccepted, Doubted
from domain.organisation.organisation import NothingInDoubt
from domain.ports import OPERATOR
from domain.refusal import Forbidden
from tests.given.domain.people import AS_ADA
from tests.given.domain.scenario import Scenario

FOUND = (Doubted(slug="line-changed", place="position 12", digest="00ff"),)


def test_the_operator_accepts_each_finding_at_its_place_for_a_reason(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=FOUND, reason="a drill"), by=OPERATOR)
    scenario.then(DoubtAccepted(findings=FOUND, reason="a drill"))


def test_nothing_is_accepted_where_nothing_is_in_doubt(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=(), reason="a drill"), by=OPERATOR)
    scenario.then_refused(NothingInDoubt)


def test_nothing_is_accepted_without_a_reason(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=FOUND, reason=" "), by=OPERATOR)
    scenario.then_refused(NothingInDoubt)


def test_an_administrator_accepts_none(scenario: Scenario) -> None:
    scenario.when(AcceptDoubt(findings=FOUND, reason="a drill"), by=AS_ADA)
    scenario.then_refused(Forbidden)
