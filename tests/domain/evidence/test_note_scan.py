"""What becomes of a piece in which a virus scanner finds something, or nothing?"""

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
from domain.evidence.evidence import AlreadyScanned, Evidence, FindingUnnamed, Quarantined, Received, UnderCheck
from domain.evidence.facts import EvidenceCleared, EvidenceQuarantined
from domain.ports import OPERATOR, SYSTEM, EvidenceId
from domain.refusal import Forbidden, NotFound
from domain.rulebook.evidence_rules import Check, Form
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
    """How the first competence stands."""
    return standing(RNCP31936, RULES, scenario.store.told, provisional=True).competences[0].state


@pytest.fixture
def with_cv(scenario: Scenario) -> Scenario:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), cleared(MARIE_FI, CV))
    return scenario


def test_a_piece_in_quarantine_is_neither_filed_nor_redirected_and_shows_nothing(with_cv: Scenario) -> None:
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


def test_what_was_filed_keeps_its_place_in_quarantine(with_cv: Scenario) -> None:
    """The list that was filed is what the jury had: it says so, and loses nothing."""
    with_cv.given(filed(MARIE_FI, CV))
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then(replace(IN_QUARANTINE, replace_by=with_cv.today + timedelta(days=15)))
    assert of_first(with_cv) is CompetenceState.EVIDENCED


def test_a_piece_that_is_cleared_counts_again(with_cv: Scenario) -> None:
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.when(NOTHING, by=OPERATOR)
    with_cv.then(EvidenceCleared(candidacy=MARIE_FI, scanner="ClamAV 1.4"))
    assert of_first(with_cv) is CompetenceState.EVIDENCED
    with_cv.when(SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV,)), by=AS_MARIE)
    assert with_cv.wrong() == []


def test_a_piece_withdrawn_in_quarantine_does_not_come_back_when_it_is_cleared(with_cv: Scenario) -> None:
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.when(WithdrawEvidence(candidacy=MARIE_FI, evidence=CV), by=AS_MARIE)
    with_cv.when(NOTHING, by=OPERATOR)
    assert with_cv.wrong() == []
    assert of_first(with_cv) is CompetenceState.NO_EVIDENCE


def test_a_piece_in_quarantine_gives_way_to_a_newer_version(with_cv: Scenario) -> None:
    with_cv.when(FOUND, by=OPERATOR)
    file = Received(media_type="application/pdf", size=9, digest="00", name="cv.pdf")
    newer = SubmitEvidence(candidacy=MARIE_FI, evidence=BLOG, competences=(1,), file=file, replaces=CV)
    with_cv.when(newer, by=AS_MARIE)
    assert with_cv.wrong() == []
    with_cv.when(NOTHING, by=OPERATOR)
    assert of_first(with_cv) is CompetenceState.EVIDENCED


def test_the_same_is_noted_once(with_cv: Scenario) -> None:
    with_cv.when(NOTHING, by=OPERATOR)
    with_cv.when(NOTHING, by=OPERATOR)
    with_cv.then_refused(AlreadyScanned)
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then(IN_QUARANTINE)
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then_refused(AlreadyScanned)


def test_a_scan_alone_ends_no_check(scenario: Scenario) -> None:
    """A piece is cleared by its check, in which more is looked at than a scanner does."""
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(NOTHING, by=OPERATOR)
    scenario.then_refused(UnderCheck)
    scenario.when(FOUND, by=SYSTEM)
    scenario.when(NOTHING, by=OPERATOR)
    assert scenario.store.rebuilt(Evidence, CV).check(Form.FILE) is Check.PENDING
    assert scenario.wrong() == []


def test_a_finding_has_a_name(with_cv: Scenario) -> None:
    with_cv.when(replace(FOUND, finding=" "), by=OPERATOR)
    with_cv.then_refused(FindingUnnamed)


def test_nothing_is_cleared_that_is_no_piece_of_this_candidacy(with_cv: Scenario) -> None:
    with_cv.given(applied(MARIE_VAE))
    with_cv.when(replace(NOTHING, candidacy=MARIE_VAE), by=OPERATOR)
    with_cv.then_refused(NotFound)


def test_nobody_says_it_but_the_machine_and_who_runs_it(with_cv: Scenario) -> None:
    for actor in (AS_MARIE, AS_RENEE):
        with_cv.when(FOUND, by=actor)
        with_cv.then_refused(Forbidden)


def test_a_file_is_looked_at_also_when_its_candidacy_is_over(with_cv: Scenario) -> None:
    with_cv.given(At(MARIE_FI, (CandidacyWithdrawn(withdrawn_on=with_cv.today),)))
    with_cv.when(FOUND, by=OPERATOR)
    with_cv.then(IN_QUARANTINE)
    assert with_cv.wrong() == []


def test_what_is_forged_of_a_scan_is_found_out(with_cv: Scenario) -> None:
    late = replace(IN_QUARANTINE, replace_by=with_cv.today)
    assert with_cv.forged(CV, late, by=OPERATOR) == ["decided-otherwise"]
    assert with_cv.forged(CV, IN_QUARANTINE, by=OPERATOR) == []
    assert with_cv.forged(CV, IN_QUARANTINE, by=AS_RENEE) != []
    cleared = EvidenceCleared(candidacy=MARIE_FI, scanner="x")
    assert with_cv.forged(CV, cleared, cleared, by=OPERATOR) == [AlreadyScanned.slug()]


def test_what_is_forged_of_a_scan_in_the_name_of_another_candidacy_is_found_out(with_cv: Scenario) -> None:
    """A piece is of one dossier: what was found in it is not told of somebody else's."""
    with_cv.given(applied(SAMIR_VAE), put_in(SAMIR_VAE, BLOG))
    elsewhere = replace(IN_QUARANTINE, candidacy=SAMIR_VAE)
    assert with_cv.forged(CV, elsewhere, by=OPERATOR) == [NotFound.slug()]
    never_put_in = EvidenceId(known("sent only"))
    assert with_cv.forged(never_put_in, elsewhere, by=SYSTEM) == [NotFound.slug()]
