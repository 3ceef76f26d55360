"""Redirection of a piece of evidence to other competences."""

from __future__ import annotations

from domain.candidacy.candidacy import DossierFrozen, UnknownCompetence
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.evidence.facts import EvidenceRedirected
from domain.refusal import NotFound
from tests.given.domain.people import AS_MARIE, AS_SAMIR, CV, MARIE_FI, applied, filed, put_in
from tests.given.domain.scenario import Meanwhile, Scenario


def redirect(*competences: int) -> RedirectEvidence:
    return RedirectEvidence(candidacy=MARIE_FI, evidence=CV, competences=competences)


def test_piece_not_filed_is_redirected_to_other_competences(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(redirect(9), by=AS_MARIE)
    scenario.then(EvidenceRedirected(candidacy=MARIE_FI, competences=(9,)))


def test_filed_piece_cannot_be_redirected(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), filed(MARIE_FI, CV))
    scenario.when(redirect(9), by=AS_MARIE)
    scenario.then_refused(DossierFrozen)


def test_piece_filed_at_the_same_moment_cannot_be_redirected(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(Meanwhile(redirect(9), lambda: scenario.given(filed(MARIE_FI, CV))), by=AS_MARIE)
    assert isinstance(scenario.outcome, DossierFrozen)


def test_piece_can_be_redirected_only_to_competences_of_the_framework(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(redirect(31), by=AS_MARIE)
    scenario.then_refused(UnknownCompetence)


def test_piece_of_another_person_is_not_found_when_redirecting(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(redirect(9), by=AS_SAMIR)
    scenario.then_refused(NotFound)
