"""Filing of the validation file."""

from __future__ import annotations

from domain.candidacy.candidacy import DossierFrozen, EmptyDossier, NotAdmissible, TooManyPieces
from domain.candidacy.candidacy_life import BeingDecided
from domain.candidacy.facts import ValidationFileSubmitted
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.evidence.facts import EvidenceWithdrawn
from domain.ports import CandidacyId, EvidenceId
from domain.refusal import NotFound
from tests.given.domain.people import (
    AS_MARIE,
    AS_SAMIR,
    BLOG,
    CV,
    JURY_DAY,
    MARIE_FI,
    MARIE_VAE,
    SAMIR_VAE,
    admissible,
    applied,
    before_the_jury,
    ended,
    filed,
    granted,
    heard,
    known,
    put_in,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At, Meanwhile, Scenario


def files(candidacy: CandidacyId, *evidence: EvidenceId) -> SubmitValidationFile:
    return SubmitValidationFile(candidacy=candidacy, evidence=evidence)


def test_admissible_vae_candidate_files_the_evidence_submitted(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE), put_in(MARIE_VAE, CV))
    scenario.when(files(MARIE_VAE, CV, CV), by=AS_MARIE)
    scenario.then(ValidationFileSubmitted(evidence=(CV,), filed_on=JURY_DAY))


def test_vae_candidate_cannot_file_before_being_admissible(scenario: Scenario) -> None:
    """Code du travail R335_7-2."""
    scenario.given(applied(MARIE_VAE), put_in(MARIE_VAE, CV))
    scenario.when(files(MARIE_VAE, CV), by=AS_MARIE)
    scenario.then_refused(NotAdmissible)


def test_file_must_list_at_least_one_piece_and_only_pieces_of_its_candidacy(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), applied(SAMIR_VAE), put_in(SAMIR_VAE, BLOG))
    for listed in ((), (BLOG,), (CV, BLOG)):
        scenario.when(files(MARIE_FI, *listed), by=AS_MARIE)
        scenario.then_refused(EmptyDossier)


def test_file_cannot_list_a_withdrawn_piece(scenario: Scenario) -> None:
    withdrawn = At(CV, (EvidenceWithdrawn(candidacy=MARIE_FI),))
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), withdrawn)
    scenario.when(files(MARIE_FI, CV), by=AS_MARIE)
    scenario.then_refused(EmptyDossier)


def test_file_cannot_list_a_piece_withdrawn_at_the_same_moment(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    withdrawn = At(CV, (EvidenceWithdrawn(candidacy=MARIE_FI),))
    scenario.when(Meanwhile(files(MARIE_FI, CV), lambda: scenario.given(withdrawn)), by=AS_MARIE)
    assert isinstance(scenario.outcome, EmptyDossier)


def test_file_is_refused_without_a_new_piece_and_accepted_with_one(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), put_in(MARIE_FI, BLOG), filed(MARIE_FI, CV))
    scenario.when(files(MARIE_FI, CV), by=AS_MARIE)
    scenario.then_refused(DossierFrozen)
    scenario.when(files(MARIE_FI, CV, BLOG), by=AS_MARIE)
    scenario.then_recorded(ValidationFileSubmitted)


def test_file_cannot_be_submitted_by_another_candidate(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(files(MARIE_FI, CV), by=AS_SAMIR)
    scenario.then_refused(NotFound)


def test_file_lists_ninety_pieces_at_most(scenario: Scenario) -> None:
    """Filing depends on the stream of each piece, and one append depends on a limited number of streams."""
    pieces = [EvidenceId(known(f"piece {number}")) for number in range(91)]
    scenario.given(applied(MARIE_FI), *(put_in(MARIE_FI, piece) for piece in pieces))
    scenario.when(files(MARIE_FI, *pieces), by=AS_MARIE)
    scenario.then_refused(TooManyPieces)
    scenario.when(files(MARIE_FI, *pieces[:90]), by=AS_MARIE)
    scenario.then_recorded(ValidationFileSubmitted)


def test_file_cannot_be_submitted_while_a_jury_deliberates_on_the_candidate(scenario: Scenario) -> None:
    """A jury judges the file that it has seen."""
    scenario.given(*vae_filed(MARIE_VAE), put_in(MARIE_VAE, CV), *before_the_jury(MARIE_VAE))
    scenario.when(files(MARIE_VAE, CV), by=AS_MARIE)
    scenario.then_recorded(ValidationFileSubmitted)
    assert scenario.wrong() == []
    scenario.given(put_in(MARIE_VAE, BLOG), heard(MARIE_VAE))
    scenario.when(files(MARIE_VAE, BLOG), by=AS_MARIE)
    scenario.then_refused(BeingDecided)
    late = ValidationFileSubmitted(evidence=(BLOG,), filed_on=JURY_DAY)
    assert scenario.forged(MARIE_VAE, late, by=AS_MARIE) == ["being-decided"]
    scenario.given(ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.when(files(MARIE_VAE, BLOG), by=AS_MARIE)
    scenario.then_recorded(ValidationFileSubmitted)
