"""Check of a piece of evidence: cleared or rejected, before or after its filing, and its replacement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import BeingDecided, JuryProgress
from domain.candidacy.facts import EvidenceSubmitted, ValidationFileSubmitted
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.clear_evidence import ClearEvidence
from domain.commands.evidence.note_scan import NoteScan
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.commands.evidence.reject_evidence import RejectEvidence
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.evidence.evidence import (
    AlreadyChecked,
    Evidence,
    EvidenceAlreadyReplaced,
    FindingUnnamed,
    ReceivedFile,
    RefusedAtCheck,
    ReplacedTooLate,
)
from domain.evidence.facts import EvidenceCleared, EvidenceQuarantined, EvidenceRejected
from domain.ports import OPERATOR, SYSTEM, EvidenceId
from domain.refusal import Forbidden, NotFound
from domain.rulebook.evidence_rules import REPLACEMENT_DAYS, EvidenceCheck, EvidenceRules, PieceForm, TypeNotAccepted
from domain.standing.standing import CompetenceState, standing
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    BLOG,
    CV,
    MARIE_FI,
    RNCP31936,
    RULES,
    applied,
    cleared,
    filed,
    known,
    put_in,
)
from tests.given.domain.scenario import Scenario

PDF = ReceivedFile(media_type="application/pdf", size=9, digest="00", name="cv.pdf")
CLEAR = ClearEvidence(candidacy=MARIE_FI, evidence=CV, scanner=None, media_type="application/pdf", pages=2)
REJECT = RejectEvidence(candidacy=MARIE_FI, evidence=CV, reason="unscannable")
NEWER = SubmitEvidence(candidacy=MARIE_FI, evidence=BLOG, competences=(1,), file=PDF, replaces=CV)
NEWEST = replace(NEWER, evidence=EvidenceId(known("newest")), replaces=BLOG)


@pytest.fixture
def put(scenario: Scenario) -> Scenario:
    """Marie submitted a piece, which is under check."""
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    return scenario


@pytest.fixture
def filed_then_refused(put: Scenario) -> Scenario:
    """Marie filed the piece while it was under check, and the check rejected it."""
    put.given(filed(MARIE_FI, CV))
    put.when(REJECT, by=SYSTEM)
    return put


def shows(scenario: Scenario) -> tuple[CompetenceState, int]:
    """Return the state of the first competence and the number of its pieces."""
    first = standing(RNCP31936, RULES, scenario.store.told, provisional=True).competences[0]
    return first.state, len(first.positions)


def check_of(scenario: Scenario, piece: EvidenceId = CV) -> EvidenceCheck:
    return scenario.store.rebuilt(Evidence, piece).check(PieceForm.FILE)


def test_piece_is_under_check_until_cleared_and_is_checked_once(put: Scenario) -> None:
    assert check_of(put) is EvidenceCheck.PENDING
    put.when(CLEAR, by=SYSTEM)
    put.then(EvidenceCleared(candidacy=MARIE_FI, scanner=None, media_type="application/pdf", pages=2))
    assert check_of(put) is EvidenceCheck.CLEARED
    for again in (CLEAR, REJECT):
        put.when(again, by=SYSTEM)
        put.then_refused(AlreadyChecked)
    assert put.wrong() == []


def test_link_or_statement_made_by_the_server_needs_no_check(scenario: Scenario) -> None:
    assert (
        Evidence(id=CV).check(PieceForm.LINK) is Evidence(id=CV).check(PieceForm.STATEMENT) is EvidenceCheck.CLEARED
    )
    text = ReceivedFile(media_type="text/plain", size=1, digest="00", name="x", form=PieceForm.STATEMENT)
    scenario.given(applied(MARIE_FI))
    scenario.when(SubmitEvidence(candidacy=MARIE_FI, evidence=CV, competences=(1,), file=text), by=AS_MARIE)
    scenario.when(replace(CLEAR, media_type="text/plain"), by=SYSTEM)
    scenario.then_refused(AlreadyChecked)


def test_rejected_piece_does_not_count_and_cannot_be_filed_or_redirected(put: Scenario) -> None:
    assert shows(put) == (CompetenceState.EVIDENCED, 1)
    put.when(REJECT, by=SYSTEM)
    put.then(EvidenceRejected(candidacy=MARIE_FI, reason="unscannable"))
    assert shows(put) == (CompetenceState.NO_EVIDENCE, 0)
    put.when(SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV,)), by=AS_MARIE)
    put.then_refused(RefusedAtCheck)
    put.when(RedirectEvidence(candidacy=MARIE_FI, evidence=CV, competences=(2,)), by=AS_MARIE)
    put.then_refused(RefusedAtCheck)
    put.when(NEWER, by=AS_MARIE)
    assert shows(put) == (CompetenceState.EVIDENCED, 1)
    assert put.wrong() == []


def test_piece_under_check_can_be_filed_and_counts_from_that_day(put: Scenario) -> None:
    put.when(SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV,)), by=AS_MARIE)
    put.then(ValidationFileSubmitted(evidence=(CV,), filed_on=put.today))
    put.when(CLEAR, by=SYSTEM, on=put.today + timedelta(days=1))
    assert put.wrong() == []


def test_piece_rejected_after_filing_keeps_its_place_and_may_be_replaced(filed_then_refused: Scenario) -> None:
    last = filed_then_refused.today + timedelta(days=REPLACEMENT_DAYS)
    filed_then_refused.then(EvidenceRejected(candidacy=MARIE_FI, reason="unscannable", replace_by=last))
    assert shows(filed_then_refused) == (CompetenceState.EVIDENCED, 1)
    filed_then_refused.when(NEWER, by=AS_MARIE, on=last)
    (newer,) = filed_then_refused.then_recorded(EvidenceSubmitted)
    assert isinstance(newer, EvidenceSubmitted)
    assert newer.filed
    assert filed_then_refused.store.rebuilt(Candidacy, MARIE_FI).frozen == {CV, BLOG}
    assert shows(filed_then_refused) == (CompetenceState.EVIDENCED, 1)  # by the newer one alone
    assert filed_then_refused.wrong() == []


def test_piece_rejected_after_filing_cannot_be_replaced_after_the_last_day(filed_then_refused: Scenario) -> None:
    late = filed_then_refused.today + timedelta(days=REPLACEMENT_DAYS + 1)
    filed_then_refused.when(NEWER, by=AS_MARIE, on=late)
    filed_then_refused.then_refused(ReplacedTooLate)


def test_replacement_of_a_rejected_piece_may_be_rejected_and_replaced_itself(filed_then_refused: Scenario) -> None:
    filed_then_refused.when(NEWER, by=AS_MARIE)
    filed_then_refused.when(replace(REJECT, evidence=BLOG), by=SYSTEM)
    filed_then_refused.when(NEWEST, by=AS_MARIE)
    (newest,) = filed_then_refused.then_recorded(EvidenceSubmitted)
    assert isinstance(newest, EvidenceSubmitted)
    assert newest.filed
    filed_then_refused.when(replace(NEWEST, evidence=EvidenceId(known("one more")), replaces=CV), by=AS_MARIE)
    filed_then_refused.then_refused(EvidenceAlreadyReplaced)
    assert filed_then_refused.wrong() == []


def test_rejected_piece_may_be_replaced_even_when_a_newer_version_was_submitted_before(put: Scenario) -> None:
    put.given(filed(MARIE_FI, CV))
    put.when(NEWER, by=AS_MARIE)
    put.when(REJECT, by=SYSTEM)
    put.when(replace(NEWEST, replaces=CV), by=AS_MARIE)
    (newest,) = put.then_recorded(EvidenceSubmitted)
    assert isinstance(newest, EvidenceSubmitted)
    assert newest.filed
    assert put.wrong() == []


def test_filed_piece_in_quarantine_may_be_replaced_in_the_same_time(put: Scenario) -> None:
    put.given(filed(MARIE_FI, CV))
    put.when(NoteScan(candidacy=MARIE_FI, evidence=CV, scanner="ClamAV", finding="Eicar"), by=SYSTEM)
    last = put.today + timedelta(days=REPLACEMENT_DAYS)
    put.then(EvidenceQuarantined(candidacy=MARIE_FI, finding="Eicar", scanner="ClamAV", replace_by=last))
    put.when(NEWER, by=AS_MARIE)
    put.then_recorded(EvidenceSubmitted)
    assert put.wrong() == []


def test_filed_piece_cannot_be_replaced_once_a_jury_has_taken_the_file_up(filed_then_refused: Scenario) -> None:
    store = filed_then_refused.store
    piece, candidacy = store.rebuilt(Evidence, CV), store.rebuilt(Candidacy, MARIE_FI)
    with pytest.raises(BeingDecided):
        piece.gives_its_place(candidacy, lambda: JuryProgress(taken_up=True), filed_then_refused.today)


def test_days_for_a_replacement_are_those_of_the_rulebook() -> None:
    assert EvidenceRules(replacement_days=3).replace_by(date(2021, 6, 15)) == date(2021, 6, 18)


def test_piece_of_a_type_that_is_not_accepted_cannot_be_cleared(put: Scenario) -> None:
    put.when(replace(CLEAR, media_type="text/uri-list"), by=SYSTEM)
    put.then_refused(TypeNotAccepted)


def test_check_is_noted_only_by_the_system_with_a_reason_and_for_a_piece_of_that_dossier(put: Scenario) -> None:
    for actor in (AS_MARIE, AS_RENEE, OPERATOR):
        for command in (CLEAR, REJECT):
            put.when(command, by=actor)
            put.then_refused(Forbidden)
    put.when(replace(REJECT, reason=" "), by=SYSTEM)
    put.then_refused(FindingUnnamed)
    for command in (CLEAR, REJECT):
        put.when(replace(command, evidence=BLOG), by=SYSTEM)
        put.then_refused(NotFound)


def test_replay_finds_a_forged_check(put: Scenario) -> None:
    wrong = "decided-otherwise"
    fact = EvidenceRejected(candidacy=MARIE_FI, reason="unscannable")
    assert put.forged(CV, fact, by=SYSTEM) == []
    assert put.forged(CV, replace(fact, replace_by=put.today), by=SYSTEM) == [wrong]
    assert put.forged(CV, fact, by=AS_RENEE) != []
    nothing = EvidenceCleared(candidacy=MARIE_FI, scanner=None, media_type="application/pdf", pages=2)
    assert put.forged(CV, nothing, by=SYSTEM) == []
    assert put.forged(CV, nothing, fact, by=SYSTEM) == [AlreadyChecked.slug()]
    (submitted,) = put_in(MARIE_FI, BLOG).facts
    assert isinstance(submitted, EvidenceSubmitted)
    assert put.forged(MARIE_FI, replace(submitted, filed=True), by=AS_MARIE) == [wrong]


def test_cleared_piece_may_prove_a_block(put: Scenario) -> None:
    put.given(cleared(MARIE_FI, CV))
    assert put.store.rebuilt(Evidence, CV).proves(put.store.rebuilt(Candidacy, MARIE_FI))
