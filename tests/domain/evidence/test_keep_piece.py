"""Pieces that a person keeps in their portfolio, and submits to a candidacy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.facts import EvidenceSubmitted
from domain.commands.evidence.clear_piece import ClearPiece
from domain.commands.evidence.describe_piece import DescribePiece
from domain.commands.evidence.discard_piece import DiscardPiece
from domain.commands.evidence.keep_piece import KeepPiece
from domain.commands.evidence.note_piece_scan import NotePieceScan
from domain.commands.evidence.reject_piece import RejectPiece
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.evidence.evidence import (
    AlreadyChecked,
    AlreadyScanned,
    FindingUnnamed,
    Quarantined,
    ReceivedFile,
    RefusedAtCheck,
    UnderCheck,
)
from domain.evidence.facts import (
    PieceCleared,
    PieceDescribed,
    PieceDiscarded,
    PieceKept,
    PieceQuarantined,
    PieceRejected,
    Serves,
)
from domain.evidence.portfolio import (
    MOST_BYTES,
    MOST_PIECES,
    Description,
    PieceAlreadyKept,
    PortfolioFull,
    check_room,
)
from domain.fact import Personal
from domain.ports import OPERATOR, SYSTEM, PieceId, Role
from domain.refusal import Forbidden, NotFound
from domain.rulebook.evidence_rules import PieceForm, Stock, TypeNotAccepted
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    AS_SAMIR,
    CV,
    MARIE,
    MARIE_FI,
    RENEE,
    SAMIR,
    SAMIR_VAE,
    applied,
    known,
    registered,
)
from tests.given.domain.scenario import At, Scenario

PLAN = PieceId(known("plan"))
FILE = ReceivedFile(media_type="application/pdf", size=9, digest="00", name="plan.pdf")
SAID = Description(
    title="Plan",
    dated=date(2019, 5, 4),
    employer="Ville",
    reflection="Non.",
    serves=(
        Serves(certification="RNCP31936", competences=(7, 4, 7)),
        Serves(certification="RNCP1", competences=(1,)),
    ),
)
KEEP = KeepPiece(piece=PLAN, file=FILE, said=SAID)
CLEAR = ClearPiece(piece=PLAN, scanner="ClamAV 1.4", media_type="application/pdf", pages=2)
SCAN = NotePieceScan(piece=PLAN, scanner="ClamAV 1.4", finding="Eicar")
PUT_IN = SubmitEvidence(candidacy=MARIE_FI, evidence=CV, competences=(1,), file=FILE, from_piece=PLAN)
KEPT = PieceKept(
    person=MARIE,
    media_type="application/pdf",
    size=9,
    name=Personal("plan.pdf", MARIE),
    digest=Personal("00", MARIE),
    title=Personal("Plan", MARIE),
)


@pytest.fixture
def with_plan(scenario: Scenario) -> Scenario:
    """Marie has applied, and keeps a plan."""
    scenario.given(applied(MARIE_FI), At(PLAN, (KEPT,)))
    return scenario


def test_piece_is_kept_once_by_its_person_with_its_description(scenario: Scenario) -> None:
    scenario.given(registered(MARIE, Role.CANDIDATE))
    scenario.when(KEEP, by=AS_MARIE)
    (fact,) = scenario.then_recorded(PieceKept)
    assert isinstance(fact, PieceKept)
    assert (fact.person, fact.dated, fact.mission) == (MARIE, SAID.dated, None)
    assert fact.title == Personal("Plan", MARIE)
    assert fact.serves == (
        Serves(certification="RNCP1", competences=(1,)),
        Serves(certification="RNCP31936", competences=(4, 7)),
    )
    scenario.when(KEEP, by=AS_MARIE)
    scenario.then_refused(PieceAlreadyKept)


def test_piece_can_be_kept_only_by_a_candidate(scenario: Scenario) -> None:
    scenario.given(registered(RENEE, Role.REGISTRAR))
    scenario.when(KEEP, by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_piece_is_described_and_discarded_only_by_its_person(with_plan: Scenario) -> None:
    anew = DescribePiece(piece=PLAN, said=Description(title="Le plan"))
    with_plan.given(registered(SAMIR, Role.CANDIDATE))
    for command in (anew, DiscardPiece(piece=PLAN)):
        with_plan.when(command, by=AS_SAMIR)
        with_plan.then_refused(NotFound)
    with_plan.when(anew, by=AS_MARIE)
    with_plan.then(PieceDescribed(title=Personal("Le plan", MARIE)))
    with_plan.when(DiscardPiece(piece=PLAN), by=AS_MARIE)
    with_plan.then(PieceDiscarded())
    for command in (anew, DiscardPiece(piece=PLAN)):
        with_plan.when(command, by=AS_MARIE)
        with_plan.then_refused(NotFound)
    with_plan.when(PUT_IN, by=AS_MARIE)
    with_plan.then_refused(NotFound)
    with_plan.when(SCAN, by=SYSTEM)
    with_plan.then_refused(NotFound)


def test_evidence_copied_from_a_piece_names_that_piece(with_plan: Scenario) -> None:
    with_plan.when(PUT_IN, by=AS_MARIE)
    (fact,) = with_plan.then_recorded(EvidenceSubmitted)
    assert isinstance(fact, EvidenceSubmitted)
    assert (fact.evidence, fact.from_piece) == (CV, PLAN)


def test_piece_kept_by_another_person_cannot_be_submitted_even_by_a_registrar(with_plan: Scenario) -> None:
    with_plan.given(applied(SAMIR_VAE))
    with_plan.when(replace(PUT_IN, candidacy=SAMIR_VAE), by=AS_SAMIR)
    with_plan.then_refused(NotFound)
    with_plan.when(PUT_IN, by=AS_RENEE)
    with_plan.then_refused(NotFound)


def test_unfit_piece_cannot_be_submitted(with_plan: Scenario) -> None:
    with_plan.when(SCAN, by=SYSTEM)
    with_plan.then(PieceQuarantined(finding="Eicar", scanner="ClamAV 1.4"))
    with_plan.when(PUT_IN, by=AS_MARIE)
    with_plan.then_refused(Quarantined)
    with_plan.when(SCAN, by=SYSTEM)
    with_plan.then_refused(AlreadyScanned)
    with_plan.when(replace(SCAN, finding=None), by=OPERATOR)
    with_plan.then(PieceCleared(scanner="ClamAV 1.4"))
    with_plan.when(RejectPiece(piece=PLAN, reason="unscannable"), by=SYSTEM)
    with_plan.then(PieceRejected(reason="unscannable"))
    with_plan.when(PUT_IN, by=AS_MARIE)
    with_plan.then_refused(RefusedAtCheck)


def test_check_of_a_piece_is_noted_once_with_a_name(with_plan: Scenario) -> None:
    with_plan.when(replace(SCAN, finding=None), by=OPERATOR)
    with_plan.then_refused(UnderCheck)
    for unnamed in (RejectPiece(piece=PLAN, reason=" "), replace(SCAN, finding=" ")):
        with_plan.when(unnamed, by=SYSTEM)
        with_plan.then_refused(FindingUnnamed)
    with_plan.when(replace(CLEAR, media_type="application/x-msdownload"), by=SYSTEM)
    with_plan.then_refused(TypeNotAccepted)
    with_plan.when(CLEAR, by=SYSTEM)
    with_plan.then(PieceCleared(scanner="ClamAV 1.4", media_type="application/pdf", pages=2))
    with_plan.when(CLEAR, by=SYSTEM)
    with_plan.then_refused(AlreadyChecked)
    with_plan.when(replace(SCAN, finding=None), by=OPERATOR)
    with_plan.then_refused(AlreadyScanned)


def test_link_made_by_the_server_needs_no_check(scenario: Scenario) -> None:
    scenario.given(At(PLAN, (replace(KEPT, form=PieceForm.LINK, media_type="text/uri-list"),)))
    scenario.when(CLEAR, by=SYSTEM)
    scenario.then_refused(AlreadyChecked)


def test_portfolio_has_a_limit_of_pieces_and_bytes() -> None:
    for there, size in (
        (Stock(pieces=MOST_PIECES - 1, size=0), MOST_BYTES),
        (Stock(pieces=0, size=1), MOST_BYTES - 1),
    ):
        check_room(there, size)
    for there, size in ((Stock(pieces=MOST_PIECES, size=0), 1), (Stock(pieces=0, size=1), MOST_BYTES)):
        with pytest.raises(PortfolioFull):
            check_room(there, size)
