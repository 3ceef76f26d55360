"""Withdrawal of a piece of evidence."""

from __future__ import annotations

from domain.candidacy.candidacy import DossierFrozen
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.evidence.evidence import EvidenceAlreadyWithdrawn
from domain.evidence.facts import EvidenceWithdrawn
from domain.refusal import NotFound
from tests.given.domain.people import AS_MARIE, AS_SAMIR, CV, MARIE_FI, SAMIR_VAE, applied, filed, put_in
from tests.given.domain.scenario import Scenario

WITHDRAW = WithdrawEvidence(candidacy=MARIE_FI, evidence=CV)


def test_piece_not_filed_is_withdrawn_once(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(WITHDRAW, by=AS_MARIE)
    scenario.then(EvidenceWithdrawn(candidacy=MARIE_FI))
    scenario.when(WITHDRAW, by=AS_MARIE)
    scenario.then_refused(EvidenceAlreadyWithdrawn)


def test_filed_piece_cannot_be_withdrawn(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), filed(MARIE_FI, CV))
    scenario.when(WITHDRAW, by=AS_MARIE)
    scenario.then_refused(DossierFrozen)


def test_piece_of_another_candidacy_is_not_found_when_withdrawing(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), applied(SAMIR_VAE), put_in(SAMIR_VAE, CV))
    scenario.when(WITHDRAW, by=AS_MARIE)
    scenario.then_refused(NotFound)


def test_dossier_of_another_person_is_not_found_when_withdrawing(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(WITHDRAW, by=AS_SAMIR)
    scenario.then_refused(NotFound)
