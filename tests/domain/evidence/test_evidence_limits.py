"""Limits of the rulebook on evidence: size, number and types of pieces."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import EvidenceSubmitted
from domain.commands.evidence.note_scan import NoteScan
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.evidence.allowance import MOST_LOOKED_AT, allowance
from domain.evidence.evidence import ReceivedFile
from domain.evidence.facts import EvidenceCleared, EvidenceWithdrawn
from domain.fact import Personal
from domain.ports import SYSTEM, CandidacyId, EvidenceId, RulebookId
from domain.rulebook.evidence_rules import (
    EvidenceAllowance,
    EvidenceRules,
    PieceForm,
    QuotaExceeded,
    TooLarge,
    TypeNotAccepted,
)
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.people import AS_MARIE, AS_RENEE, MARIE, MARIE_FI, RULES, applied, filed, known
from tests.given.domain.scenario import At, Scenario, fact_of, sound

STRICT = replace(
    RULES,
    version=9,
    evidence=EvidenceRules(largest=60, pieces=3, size=100, types=("application/pdf",), source="art. 7"),
)
STRICT_RULEBOOK = RulebookId(Rulebook.id_of("IMCI", 9))
ONE, TWO, THREE, FOUR = (EvidenceId(known(f"piece {number}")) for number in range(1, 5))


def pdf(evidence: EvidenceId, size: int, replaces: EvidenceId | None = None) -> SubmitEvidence:
    file = ReceivedFile(media_type="application/pdf", size=size, digest="00", name="cv.pdf")
    return SubmitEvidence(candidacy=MARIE_FI, evidence=evidence, competences=(1,), file=file, replaces=replaces)


def there(*pieces: tuple[EvidenceId, int]) -> At:
    return At(
        MARIE_FI,
        tuple(
            EvidenceSubmitted(
                evidence=evidence,
                submitted_by=MARIE,
                competences=(1,),
                media_type="application/pdf",
                size=size,
                name=Personal("x", MARIE),
                digest=Personal("y", MARIE),
            )
            for evidence, size in pieces
        ),
    )


@pytest.fixture
def strict(scenario: Scenario) -> Scenario:
    """A candidacy under a rulebook that accepts three PDF of 60 bytes at most, and 100 bytes in all."""
    scenario.given(At(STRICT_RULEBOOK, (RulebookPublished(rules=STRICT),)), applied(MARIE_FI, STRICT_RULEBOOK))
    return scenario


def left(scenario: Scenario, size: int | None = None) -> EvidenceAllowance:
    log = scenario.log
    return allowance(log.find_all, log.find(Candidacy, MARIE_FI), STRICT.evidence, size)


def pieces_left(scenario: Scenario, of: int) -> int | None:
    log = scenario.log
    return allowance(log.find_all, log.find(Candidacy, MARIE_FI), replace(STRICT.evidence, pieces=of)).pieces


def test_piece_of_the_largest_size_is_accepted_and_one_byte_more_is_refused(strict: Scenario) -> None:
    strict.when(pdf(ONE, 60), by=AS_MARIE)
    strict.then_recorded(EvidenceSubmitted)
    strict.when(pdf(TWO, 61), by=AS_MARIE)
    strict.then_refused(TooLarge)


def test_28_pieces_together_cannot_exceed_the_total_size_of_the_rulebook(strict: Scenario) -> None:
    strict.given(there((ONE, 60)))
    strict.when(pdf(TWO, 41), by=AS_MARIE)
    refused = strict.then_refused(QuotaExceeded)
    assert [each.rule for each in refused.violations] == ["pieces-left", "bytes-left"]
    assert "40" in refused.violations[1].en
    strict.when(pdf(TWO, 40), by=AS_MARIE)
    strict.then_recorded(EvidenceSubmitted)


def test_28_pieces_cannot_exceed_the_number_of_the_rulebook(strict: Scenario) -> None:
    strict.given(there((ONE, 1), (TWO, 1), (THREE, 1)))
    strict.when(pdf(FOUR, 1), by=AS_MARIE)
    strict.then_refused(QuotaExceeded)


def test_piece_must_be_of_a_type_that_the_rulebook_accepts(strict: Scenario) -> None:
    picture = ReceivedFile(media_type="image/png", size=1, digest="00", name="a.png")
    strict.when(SubmitEvidence(candidacy=MARIE_FI, evidence=ONE, competences=(1,), file=picture), by=AS_MARIE)
    assert "application/pdf" in strict.then_refused(TypeNotAccepted).violations[0].fr


@pytest.mark.parametrize(
    ("types", "form", "named"),
    [
        ((), PieceForm.LINK, "text/uri-list"),
        ((), PieceForm.STATEMENT, "text/plain"),
        (("text/uri-list", "image/png"), PieceForm.FILE, "image/png"),
        (("application/pdf",), PieceForm.LINK, "application/pdf"),
    ],
    ids=["a link", "a statement", "a file", "no link at all"],
)
def test_refusal_names_the_types_accepted_for_the_form_and_their_source(
    types: tuple[str, ...], form: PieceForm, named: str
) -> None:
    """A rulebook that is silent is not cited as the source."""
    allowed = EvidenceAllowance(types=types, source="art. 7" if types else "")
    with pytest.raises(TypeNotAccepted) as refused:
        allowed.check_type(form, "video/mp4" if types else "application/pdf")
    (said,) = refused.value.violations
    assert (said.en, said.fr) == (f"Accepted: {named}.", f"Acceptés : {named}.")
    assert said.source == ("art. 7" if types else "the forms of evidence; the rulebook says nothing of types")
    sound(refused.value)


def test_piece_withdrawn_before_filing_frees_its_place(strict: Scenario) -> None:
    strict.given(there((ONE, 60), (TWO, 40)))
    strict.when(WithdrawEvidence(candidacy=MARIE_FI, evidence=ONE), by=AS_MARIE)
    strict.when(pdf(THREE, 60), by=AS_MARIE)
    strict.then_recorded(EvidenceSubmitted)


def test_piece_in_quarantine_frees_its_place_until_it_is_cleared(strict: Scenario) -> None:
    strict.given(there((ONE, 60), (TWO, 40)))
    found = NoteScan(candidacy=MARIE_FI, evidence=ONE, scanner="ClamAV", finding="Eicar")
    strict.when(found, by=SYSTEM)
    assert left(strict) == EvidenceAllowance(
        largest=60, pieces=2, size=60, types=("application/pdf",), source="art. 7"
    )
    strict.when(replace(found, finding=None), by=SYSTEM)
    assert left(strict) == EvidenceAllowance(
        largest=60, pieces=1, size=0, types=("application/pdf",), source="art. 7"
    )


def test_piece_cleared_above_the_limits_leaves_no_room(strict: Scenario) -> None:
    strict.given(there((ONE, 60), (TWO, 1), (THREE, 1)))
    found = NoteScan(candidacy=MARIE_FI, evidence=ONE, scanner="ClamAV", finding="Eicar")
    strict.when(found, by=SYSTEM)
    strict.when(pdf(FOUR, 60), by=AS_MARIE)
    strict.when(replace(found, finding=None), by=SYSTEM)
    strict.then_recorded(EvidenceCleared)
    assert (left(strict).pieces, left(strict).size) == (0, 0)


def test_filed_piece_keeps_its_place_in_quarantine(strict: Scenario) -> None:
    strict.given(there((ONE, 60), (TWO, 40)), filed(MARIE_FI, ONE))
    found = NoteScan(candidacy=MARIE_FI, evidence=ONE, scanner="ClamAV", finding="Eicar")
    strict.when(found, by=SYSTEM)
    strict.when(pdf(THREE, 1), by=AS_MARIE)
    strict.then_refused(QuotaExceeded)


def test_newer_version_takes_the_place_of_the_piece_that_it_replaces(strict: Scenario) -> None:
    strict.given(there((ONE, 60), (TWO, 40)))
    strict.when(pdf(THREE, 60, replaces=ONE), by=AS_MARIE)
    strict.then_recorded(EvidenceWithdrawn, EvidenceSubmitted)
    assert left(strict).size == 0


def test_newer_version_of_a_filed_piece_needs_a_place_of_its_own(strict: Scenario) -> None:
    strict.given(there((ONE, 60), (TWO, 40)), filed(MARIE_FI, ONE))
    strict.when(pdf(THREE, 60, replaces=ONE), by=AS_MARIE)
    strict.then_refused(QuotaExceeded)


def test_rulebook_without_limits_accepts_any_number_and_size(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), there(*((EvidenceId(known(f"p{n}")), 10**12) for n in range(9))))
    scenario.when(pdf(ONE, 10**12), by=AS_MARIE)
    scenario.then_recorded(EvidenceSubmitted)


def test_pieces_are_loaded_only_when_the_count_of_all_leaves_no_room(strict: Scenario) -> None:
    """A withdrawal is recorded in each piece's stream, and an append cannot depend on all pieces of a large
    dossier."""
    strict.given(there((ONE, 60), (TWO, 40)), At(ONE, (EvidenceWithdrawn(candidacy=CandidacyId(MARIE_FI)),)))
    assert left(strict, 0).size == 0  # enough room: pieces are not loaded
    assert left(strict, 1).size == 60


def test_unfiled_pieces_beyond_the_most_that_are_loaded_count_as_present(strict: Scenario) -> None:
    many = [EvidenceId(known(f"one of many {number}")) for number in range(MOST_LOOKED_AT + 2)]
    strict.given(there(*((piece, 1) for piece in many)))
    strict.given(*(At(piece, (EvidenceWithdrawn(candidacy=CandidacyId(MARIE_FI)),)) for piece in many))
    assert left(strict).pieces == 1


def test_replaced_pieces_are_loaded_first_and_then_the_newest(strict: Scenario) -> None:
    """The two oldest pieces without a replacement are not loaded and count as present."""
    many = [EvidenceId(known(f"one of many {number}")) for number in range(MOST_LOOKED_AT + 1)]
    strict.given(there(*((piece, 0) for piece in many)))
    newer = replace(fact_of(there((TWO, 0)), EvidenceSubmitted), replaces=many[0])
    gone = EvidenceWithdrawn(candidacy=CandidacyId(MARIE_FI))
    strict.given(At(many[0], (replace(gone, replaced_by=TWO),)), At(MARIE_FI, (newer,)))
    strict.given(*(At(piece, (gone,)) for piece in many[3:]))
    assert pieces_left(strict, of=5) == 2


def test_dossier_whose_last_piece_was_replaced_many_times_has_room(strict: Scenario) -> None:
    """There are a hundred pieces of 120, the newest of them in its 22nd version."""
    old = [EvidenceId(known(f"old {number}")) for number in range(99)]
    versions = [EvidenceId(known(f"version {number}")) for number in range(22)]
    strict.given(there(*((piece, 0) for piece in (*old, versions[0]))))
    fact = fact_of(there((ONE, 0)), EvidenceSubmitted)
    for older, newer in pairwise(versions):
        gone = EvidenceWithdrawn(candidacy=CandidacyId(MARIE_FI), replaced_by=newer)
        strict.given(At(older, (gone,)), At(MARIE_FI, (replace(fact, evidence=newer, replaces=older),)))
    assert pieces_left(strict, of=120) == 20


def test_piece_among_many_unfiled_ones_may_be_replaced_and_the_replay_agrees(strict: Scenario) -> None:
    many = [EvidenceId(known(f"one of many {number}")) for number in range(MOST_LOOKED_AT + 1)]
    strict.given(there(*((piece, 1) for piece in many)))
    strict.given(*(At(piece, (EvidenceWithdrawn(candidacy=CandidacyId(MARIE_FI)),)) for piece in many[:-1]))
    strict.given(there((ONE, 1)))
    strict.when(pdf(TWO, 1, replaces=ONE), by=AS_MARIE)
    strict.then_recorded(EvidenceWithdrawn, EvidenceSubmitted)
    assert strict.wrong() == []


def forged(scenario: Scenario, *facts: EvidenceSubmitted) -> list[str]:
    return scenario.forged(MARIE_FI, *facts, by=AS_MARIE)


def test_28_replay_finds_a_piece_forged_past_the_limits(strict: Scenario) -> None:
    strict.given(there((ONE, 60)))
    fact = fact_of(there((TWO, 40)), EvidenceSubmitted)
    assert forged(strict, fact) == []
    assert forged(strict, replace(fact, size=41)) == [QuotaExceeded.slug()]
    assert forged(strict, replace(fact, size=61)) == [TooLarge.slug()]
    assert forged(strict, replace(fact, media_type="image/png")) == [TypeNotAccepted.slug()]
    small = replace(fact, size=1)
    too_many = forged(strict, small, replace(small, evidence=THREE), replace(small, evidence=FOUR))
    assert too_many == [QuotaExceeded.slug()]


def test_limits_apply_to_a_registrar_who_submits_for_a_candidate(strict: Scenario) -> None:
    strict.given(there((ONE, 60)))
    strict.when(pdf(TWO, 60), by=AS_RENEE)
    strict.then_refused(QuotaExceeded)


def test_replay_finds_a_piece_whose_type_does_not_match_its_form(scenario: Scenario) -> None:
    """This holds where the rulebook names no type too; the server makes links and statements (ADR 41)."""
    scenario.given(applied(MARIE_FI))
    fact = fact_of(there((ONE, 1)), EvidenceSubmitted)
    refused = [TypeNotAccepted.slug()]
    said = {
        (media_type, form): forged(scenario, replace(fact, media_type=media_type, form=form))
        for media_type in ("application/pdf", "text/plain", "text/uri-list", "text/html")
        for form in PieceForm
    }
    lawful = {key for key, found in said.items() if found == []}
    assert lawful == {
        ("application/pdf", PieceForm.FILE),
        ("text/plain", PieceForm.FILE),
        ("text/plain", PieceForm.STATEMENT),
        ("text/uri-list", PieceForm.LINK),
    }
    assert all(found == refused for key, found in said.items() if key not in lawful)
