"""Submission of evidence."""

from __future__ import annotations

import pytest

from domain.candidacy.candidacy import UnknownCompetence
from domain.candidacy.facts import EvidenceSubmitted
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.evidence.evidence import EvidenceAlreadySubmitted, ReceivedFile
from domain.evidence.facts import EvidenceWithdrawn
from domain.ports import EvidenceId
from domain.refusal import NotFound
from tests.given.domain.people import AS_MARIE, AS_SAMIR, CV, JUNE, MARIE, MARIE_FI, applied, filed, planned, put_in
from tests.given.domain.scenario import At, Scenario

FILE = ReceivedFile(media_type="application/pdf", size=9, digest="00", name="cv.pdf")


def piece(*competences: int, evidence: EvidenceId = CV) -> SubmitEvidence:
    return SubmitEvidence(candidacy=MARIE_FI, evidence=evidence, competences=competences, file=FILE)


def test_piece_serves_several_competences_each_recorded_once(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(piece(7, 4, 7), by=AS_MARIE)
    (fact,) = scenario.then_recorded(EvidenceSubmitted)
    assert isinstance(fact, EvidenceSubmitted)
    assert (fact.competences, fact.submitted_by) == ((4, 7), MARIE)


@pytest.mark.parametrize("competences", [(31,), (1, 0), ()])
def test_piece_can_serve_only_competences_of_the_candidacys_framework(
    scenario: Scenario, competences: tuple[int, ...]
) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(piece(*competences), by=AS_MARIE)
    scenario.then_refused(UnknownCompetence)


def test_evidence_cannot_be_submitted_to_another_persons_dossier(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(piece(1), by=AS_SAMIR)
    scenario.then_refused(NotFound)


def test_filed_piece_cannot_be_submitted_again(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), filed(MARIE_FI, CV))
    scenario.when(piece(2), by=AS_MARIE)
    scenario.then_refused(EvidenceAlreadySubmitted)


def test_withdrawn_piece_cannot_be_submitted_again_under_its_id(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), At(CV, (EvidenceWithdrawn(candidacy=MARIE_FI),)))
    scenario.when(piece(2), by=AS_MARIE)
    scenario.then_refused(EvidenceAlreadySubmitted)


def test_id_of_another_stream_is_not_found_as_a_piece(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), planned(JUNE))
    scenario.replayed = False  # no store appends to a stream of another kind
    scenario.when(piece(2, evidence=EvidenceId(JUNE)), by=AS_MARIE)
    scenario.then_refused(NotFound)
