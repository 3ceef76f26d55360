"""Facts and commands of a fraud procedure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.fraud.facts import CandidateHeardOnFraud, FraudReported, FraudToldToCandidate
from domain.fraud.fraud import Matter
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, SessionId
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.fraud_rules import FraudBody, FraudRules, Sanction, SanctionKind
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.people import AS_RENEE, MARIE_VAE, RULEBOOK, RULES
from tests.given.domain.scenario import At, Scenario

WARNING = Sanction(code="A", kind=SanctionKind.WARNING, label_fr="Avertissement", label_en="Warning")
VOID = Sanction(code="N", kind=SanctionKind.MARKS_VOID, label_fr="Nullité", label_en="Marks void")
OUT = Sanction(code="E", kind=SanctionKind.EXCLUSION, label_fr="Exclusion", label_en="Exclusion", months=24)
CERTIFIER = FraudRules(decided_by=FraudBody.CERTIFIER, hearing_days=8, sanctions=(WARNING, VOID, OUT), source="x")
REPORT = ReportFraud(candidacy=MARIE_VAE, matter=Matter(competences=(21, 22)), statement="Copié.")
HEARING = date(2021, 6, 23)


def ruled_by(scenario: Scenario, fraud: FraudRules, *, casting_vote: bool = RULES.casting_vote) -> Scenario:
    rules = replace(RULES, fraud=fraud, casting_vote=casting_vote)
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=rules),)))
    assert Rulebook.id_of("IMCI", 2) == RULEBOOK
    return scenario


def reported(scenario: Scenario, command: ReportFraud = REPORT, by: Actor = AS_RENEE) -> UUID:
    scenario.when(command, by=by)
    fact = getattr(scenario.outcome, "facts", (None,))[0]
    assert isinstance(fact, FraudReported), scenario.outcome
    return fact.case


def told_and_heard(scenario: Scenario, case: UUID, statement: str | None = "J'ai tout écrit.") -> None:
    scenario.when(TellOfFraud(candidacy=MARIE_VAE, case=case, hearing_on=HEARING), by=AS_RENEE)
    scenario.then_recorded(FraudToldToCandidate)
    scenario.when(HearOnFraud(candidacy=MARIE_VAE, case=case, statement=statement), by=AS_RENEE, on=HEARING)
    scenario.then_recorded(CandidateHeardOnFraud)


def decide(
    case: UUID,
    *,
    found: bool = True,
    withdraws: Iterable[SessionId] = (),
    why: str = "x",
    vote: VoteOutcome | None = None,
) -> DecideFraud:
    return DecideFraud(candidacy=MARIE_VAE, case=case, found=found, reason=why, withdraws=tuple(withdraws), vote=vote)
