"""Replacement of a piece of evidence by a newer version."""

from __future__ import annotations

from dataclasses import replace

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import EvidenceSubmitted
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.evidence.evidence import Evidence, EvidenceAlreadyReplaced, EvidenceAlreadyWithdrawn, ReceivedFile
from domain.evidence.facts import EvidenceRedirected, EvidenceWithdrawn
from domain.fact import Personal
from domain.ports import EvidenceId
from domain.refusal import NotFound
from domain.streams.read_back import SAID
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    BLOG,
    CV,
    MARIE,
    MARIE_FI,
    SAMIR_VAE,
    applied,
    filed,
    known,
    put_in,
)
from tests.given.domain.scenario import At, Scenario

NEWER, NEWEST = EvidenceId(known("newer cv")), EvidenceId(known("newest cv"))
FILE = ReceivedFile(media_type="application/pdf", size=9, digest="00", name="cv.pdf")


def version(of: EvidenceId, evidence: EvidenceId = NEWER) -> SubmitEvidence:
    return SubmitEvidence(candidacy=MARIE_FI, evidence=evidence, competences=(1,), file=FILE, replaces=of)


def test_older_version_is_withdrawn_and_names_the_newer_one(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(version(CV), by=AS_MARIE)
    gone, new = scenario.then_recorded(EvidenceWithdrawn, EvidenceSubmitted)
    assert gone == EvidenceWithdrawn(candidacy=MARIE_FI, replaced_by=NEWER)
    assert isinstance(new, EvidenceSubmitted)
    assert new.replaces == CV
    assert scenario.log.find(Evidence, CV).withdrawn
    assert scenario.wrong() == []


def test_filed_version_is_kept_when_a_newer_one_is_submitted(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), filed(MARIE_FI, CV))
    scenario.when(version(CV), by=AS_MARIE)
    scenario.then_recorded(EvidenceSubmitted)
    assert not scenario.log.find(Evidence, CV).withdrawn
    assert scenario.log.load(Candidacy, MARIE_FI).evidence[CV].replaced_by == NEWER
    assert scenario.wrong() == []
    scenario.when(SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV, NEWER)), by=AS_MARIE)
    assert scenario.wrong() == []


def test_piece_has_one_newer_version_which_can_be_replaced_itself(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(version(CV), by=AS_MARIE)
    scenario.when(version(CV, NEWEST), by=AS_MARIE)
    scenario.then_refused(EvidenceAlreadyReplaced)
    scenario.when(version(NEWER, NEWEST), by=AS_MARIE)
    scenario.then_recorded(EvidenceWithdrawn, EvidenceSubmitted)


def test_filed_piece_can_be_replaced_only_once(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), filed(MARIE_FI, CV))
    scenario.when(version(CV), by=AS_MARIE)
    scenario.when(version(CV, NEWEST), by=AS_MARIE)
    scenario.then_refused(EvidenceAlreadyReplaced)


def test_withdrawn_piece_cannot_be_replaced(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(WithdrawEvidence(candidacy=MARIE_FI, evidence=CV), by=AS_MARIE)
    scenario.when(version(CV), by=AS_MARIE)
    scenario.then_refused(EvidenceAlreadyWithdrawn)


def test_54_piece_of_another_dossier_or_the_piece_itself_cannot_be_replaced(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), applied(SAMIR_VAE), put_in(SAMIR_VAE, CV))
    scenario.when(version(CV), by=AS_MARIE)
    scenario.then_refused(NotFound)
    scenario.when(version(NEWER), by=AS_MARIE)
    scenario.then_refused(NotFound)


def test_registrar_replaces_a_piece_for_the_candidate(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.when(version(CV), by=AS_RENEE)
    scenario.then_recorded(EvidenceWithdrawn, EvidenceSubmitted)
    assert scenario.wrong() == []


def test_54_replay_finds_a_forged_version_of_a_piece_of_another_dossier(scenario: Scenario) -> None:
    given_way = EvidenceWithdrawn(candidacy=SAMIR_VAE, replaced_by=NEWER)
    scenario.given(applied(MARIE_FI), applied(SAMIR_VAE), put_in(SAMIR_VAE, BLOG), At(BLOG, (given_way,)))
    (new,) = put_in(MARIE_FI, NEWER).facts
    assert isinstance(new, EvidenceSubmitted)
    assert scenario.forged(MARIE_FI, new, by=AS_MARIE) == []
    assert scenario.forged(MARIE_FI, replace(new, replaces=BLOG), by=AS_MARIE) == ["not-found"]


def test_replay_finds_a_forged_version_whose_older_one_was_not_withdrawn(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), put_in(MARIE_FI, BLOG))
    (new,) = put_in(MARIE_FI, NEWER).facts
    assert isinstance(new, EvidenceSubmitted)
    assert scenario.forged(MARIE_FI, replace(new, replaces=CV), by=AS_MARIE) == ["decided-otherwise"]
    gone = EvidenceWithdrawn(candidacy=MARIE_FI, replaced_by=NEWER)
    scenario.when(WithdrawEvidence(candidacy=MARIE_FI, evidence=CV), by=AS_MARIE)
    assert scenario.forged(CV, gone, by=AS_MARIE) == [EvidenceAlreadyWithdrawn.slug()]
    said = replace(gone, reason=Personal(SAID, MARIE))
    assert scenario.forged(BLOG, said, by=AS_MARIE) == ["decided-otherwise"]
    redirected = EvidenceRedirected(candidacy=MARIE_FI, competences=(2,))
    assert scenario.forged(BLOG, gone, by=AS_MARIE) == ["decided-otherwise"], "without what it gives way to"
    scenario.given(At(BLOG, (gone,)))
    assert scenario.forged(BLOG, redirected, by=AS_MARIE) == [EvidenceAlreadyWithdrawn.slug()]
