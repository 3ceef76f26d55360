"""Results of the virus scanner on a piece of evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.candidacy.candidacy import EmptyDossier
from domain.candidacy.facts import CandidacyWithdrawn
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.note_scan import NoteScan
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.evidence.evidence import AlreadyScanned, Evidence, FindingUnnamed, Quarantined, ReceivedFile, UnderCheck
from domain.evidence.facts import EvidenceCleared, EvidenceQuarantined
from domain.ports import OPERATOR, SYSTEM, EvidenceId
from domain.refusal import Forbidden, NotFound
from domain.rulebook.evidence_rules import EvidenceCheck, PieceForm
from domain.standing.standing import CompetenceState, standing
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    BLOG,
    CV,
    MARIE_FI,
    MARIE_VAE,
    RNCP31936,
    RULES,
    SAMIR_VAE,
    applied,
    cleared,
    filed,
    known,
    put_in,
)
from tests.given.domain.scenario import At, Scenario

FOUND = NoteScan(candidacy=MARIE_FI, evidence=CV, scanner="ClamAV 1.4", finding="Eicar-Signature")
NOTHING = replace(FOUND, finding=None)
IN_QUARANTINE = EvidenceQuarantined(candidacy=MARIE_FI, finding="Eicar-Signature", scanner="ClamAV 1.4")


def of_first(scenario: Scenario) -> CompetenceState:
    """Return the state of the first competence."""
    return standing(RNCP31936, RULES, scenario.store.told, provisional=True).competences[0].state


@pytest.fixture
def with_cv(scenario: Scenario) -> Scenario:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), cleared(MARIE_FI, CV))
    return scenario


def test_piece_in_quarantine_does_not_count_and_cannot_be_filed_or_redirected(with_cv: Scenario) -> None:
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then(IN_QUARANTINE)
    assert of_first(with_cv) is CompetenceState.NO_EVIDENCE
    with_cv.when(SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV,)), by=AS_MARIE)
    with_cv.then_refused(Quarantined)
    with_cv.when(RedirectEvidence(candidacy=MARIE_FI, evidence=CV, competences=(2,)), by=AS_MARIE)
    with_cv.then_refused(Quarantined)
    with_cv.when(WithdrawEvidence(candidacy=MARIE_FI, evidence=CV), by=AS_MARIE)
    assert with_cv.wrong() == []
    with_cv.when(SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV,)), by=AS_MARIE)
    with_cv.then_refused(EmptyDossier)


def test_filed_piece_keeps_its_place_in_quarantine(with_cv: Scenario) -> None:
    """The jury had the list as it was filed, and the list loses no piece."""
    with_cv.given(filed(MARIE_FI, CV))
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then(replace(IN_QUARANTINE, replace_by=with_cv.today + timedelta(days=15)))
    assert of_first(with_cv) is CompetenceState.EVIDENCED


def test_cleared_piece_counts_again(with_cv: Scenario) -> None:
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.when(NOTHING, by=OPERATOR)
    with_cv.then(EvidenceCleared(candidacy=MARIE_FI, scanner="ClamAV 1.4"))
    assert of_first(with_cv) is CompetenceState.EVIDENCED
    with_cv.when(SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV,)), by=AS_MARIE)
    assert with_cv.wrong() == []


def test_piece_withdrawn_in_quarantine_does_not_count_again_when_cleared(with_cv: Scenario) -> None:
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.when(WithdrawEvidence(candidacy=MARIE_FI, evidence=CV), by=AS_MARIE)
    with_cv.when(NOTHING, by=OPERATOR)
    assert with_cv.wrong() == []
    assert of_first(with_cv) is CompetenceState.NO_EVIDENCE


def test_piece_in_quarantine_is_replaced_by_a_newer_version(with_cv: Scenario) -> None:
    with_cv.when(FOUND, by=OPERATOR)
    file = ReceivedFile(media_type="application/pdf", size=9, digest="00", name="cv.pdf")
    newer = SubmitEvidence(candidacy=MARIE_FI, evidence=BLOG, competences=(1,), file=file, replaces=CV)
    with_cv.when(newer, by=AS_MARIE)
    assert with_cv.wrong() == []
    with_cv.when(NOTHING, by=OPERATOR)
    assert of_first(with_cv) is CompetenceState.EVIDENCED


def test_same_scan_cannot_be_noted_twice(with_cv: Scenario) -> None:
    with_cv.when(NOTHING, by=OPERATOR)
    with_cv.when(NOTHING, by=OPERATOR)
    with_cv.then_refused(AlreadyScanned)
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then(IN_QUARANTINE)
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then_refused(AlreadyScanned)


def test_scan_alone_does_not_end_a_check(scenario: Scenario) -> None:
    """A piece is cleared by its check, which examines more than a scanner does."""
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(NOTHING, by=OPERATOR)
    scenario.then_refused(UnderCheck)
    scenario.when(FOUND, by=SYSTEM)
    scenario.when(NOTHING, by=OPERATOR)
    assert scenario.store.rebuilt(Evidence, CV).check(PieceForm.FILE) is EvidenceCheck.PENDING
    assert scenario.wrong() == []


def test_finding_of_a_scan_needs_a_name(with_cv: Scenario) -> None:
    with_cv.when(replace(FOUND, finding=" "), by=OPERATOR)
    with_cv.then_refused(FindingUnnamed)


def test_scan_of_a_piece_of_another_candidacy_is_not_found(with_cv: Scenario) -> None:
    with_cv.given(applied(MARIE_VAE))
    with_cv.when(replace(NOTHING, candidacy=MARIE_VAE), by=OPERATOR)
    with_cv.then_refused(NotFound)


def test_scan_cannot_be_noted_by_a_candidate_or_a_registrar(with_cv: Scenario) -> None:
    for actor in (AS_MARIE, AS_RENEE):
        with_cv.when(FOUND, by=actor)
        with_cv.then_refused(Forbidden)


def test_scan_is_noted_even_when_the_candidacy_is_over(with_cv: Scenario) -> None:
    with_cv.given(At(MARIE_FI, (CandidacyWithdrawn(withdrawn_on=with_cv.today),)))
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then(IN_QUARANTINE)
    assert with_cv.wrong() == []


def test_replay_finds_a_forged_scan(with_cv: Scenario) -> None:
    late = replace(IN_QUARANTINE, replace_by=with_cv.today)
    assert with_cv.forged(CV, late, by=OPERATOR) == ["decided-otherwise"]
    assert with_cv.forged(CV, IN_QUARANTINE, by=OPERATOR) == []
    assert with_cv.forged(CV, IN_QUARANTINE, by=AS_RENEE) != []
    cleared = EvidenceCleared(candidacy=MARIE_FI, scanner="x")
    assert with_cv.forged(CV, cleared, cleared, by=OPERATOR) == [AlreadyScanned.slug()]


def test_replay_finds_a_scan_recorded_for_another_candidacy(with_cv: Scenario) -> None:
    """A piece belongs to one dossier: a finding in it must not be recorded for another person's."""
    with_cv.given(applied(SAMIR_VAE), put_in(SAMIR_VAE, BLOG))
    elsewhere = replace(IN_QUARANTINE, candidacy=SAMIR_VAE)
    assert with_cv.forged(CV, elsewhere, by=OPERATOR) == [NotFound.slug()]
    never_put_in = EvidenceId(known("sent only"))
    assert with_cv.forged(never_put_in, elsewhere, by=SYSTEM) == [NotFound.slug()]
