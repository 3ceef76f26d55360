"""Annulments by two people: one proposes, another confirms the consequences, or rejects them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.appeal.annulment import AnnulmentOutdated, Annulments, AnnulmentWaits
from domain.appeal.facts import (
    AnnulmentConfirmed,
    AnnulmentProposed,
    AnnulmentRejected,
    ComplaintGround,
    Consequence,
    CourtRuled,
    Effect,
    ReviewAnswered,
)
from domain.appeal.rectification import Minuted
from domain.candidacy.candidacy import OwnWork
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.reject_annulment import RejectAnnulment
from domain.commands.appeal.request_review import RequestReview
from domain.commands.people.declare_sole_registrar import DeclareSoleRegistrar
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.register.enter_register import EnterRegister
from domain.fact import Personal, Retention
from domain.jury.annulled_decision import AlreadyAnnulled, Cause, DecisionNotReleased
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionAnnulled
from domain.people.facts import ErasureGround
from domain.people.staffing import NotDeclaredSole
from domain.people.two_people import ConfirmedAlone, NothingWaits, RejectionUnreasoned
from domain.ports import OPERATOR, Actor, Role
from domain.privacy.erasure import RetentionReason, circumstances
from domain.refusal import Forbidden
from domain.register.facts import TitleWithdrawn
from domain.standing.disclosure import disclosed
from tests.given.domain.people import (
    AS_ADA,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARIE,
    MARIE_VAE,
    RENEE,
    actor,
    as_reader,
    before_the_jury,
    heard,
    person,
    registered,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

RENE = person("rene")
AS_RENE, AUDITOR = actor(RENE, Role.REGISTRAR), actor(person("anne"), Role.AUDITOR)
ASK = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="x")
ACCEPT = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="C'est exact.")
COURT = NoteCourtRuling(
    session=JUNE, candidacy=MARIE_VAE, court="TA de Paris", ruled_on=JURY_DAY, reference="21", annuls=True
)
CONFIRM = ConfirmAnnulment(candidacy=MARIE_VAE, about=JUNE)
REJECT = RejectAnnulment(candidacy=MARIE_VAE, about=JUNE, reason="Le jury était régulier.")


@pytest.fixture
def titled(scenario: Scenario) -> Scenario:
    """Marie won a title entered in the register and asked for a review; there are two registrars."""
    scenario.given(*won(MARIE_VAE), registered(RENE, Role.REGISTRAR))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.when(ASK, by=AS_MARIE)
    return scenario


def stands(scenario: Scenario) -> bool:
    return scenario.log.find(Deliberation, Deliberation.id_of(JUNE, MARIE_VAE)).title


def test_accepted_review_is_proposed_with_its_consequences_and_nothing_falls_yet(titled: Scenario) -> None:
    version = titled.log.find(Deliberation, Deliberation.id_of(JUNE, MARIE_VAE)).version
    titled.when(ACCEPT, by=AS_RENEE)
    falls = Consequence(
        effect=Effect.DECISION_FALLS, candidacy=MARIE_VAE, session=JUNE, numbers=(1, 2, 3, 4), version=version
    )
    withdrawn = Consequence(effect=Effect.NUMBER_WITHDRAWN, candidacy=MARIE_VAE, number=1)
    titled.then(
        AnnulmentProposed(
            candidacy=MARIE_VAE,
            session=JUNE,
            cause=Cause.REVIEW,
            proposed_by=RENEE,
            consequences=(falls, withdrawn),
            reason=Personal("C'est exact.", MARIE),
        )
    )
    assert stands(titled)


def test_annulment_is_confirmed_by_a_second_registrar_and_not_by_the_proposer(titled: Scenario) -> None:
    titled.when(ACCEPT, by=AS_RENEE)
    titled.when(CONFIRM, by=AS_RENEE)
    titled.then_refused(ConfirmedAlone)
    titled.when(CONFIRM, by=AS_RENE)
    confirmed, answered, _, withdrawn = titled.then_recorded(
        AnnulmentConfirmed, ReviewAnswered, DecisionAnnulled, TitleWithdrawn
    )
    assert confirmed == AnnulmentConfirmed(candidacy=MARIE_VAE, cause=Cause.REVIEW, session=JUNE, proposed_by=RENEE)
    said = Personal("C'est exact.", MARIE)
    assert answered == ReviewAnswered(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason=said)
    assert getattr(withdrawn, "reason", None) == said
    assert not stands(titled)
    titled.when(CONFIRM, by=AS_RENE)
    titled.then_refused(NothingWaits)


def test_annulment_cannot_be_confirmed_by_the_proposer_under_another_file_or_by_another_role(
    titled: Scenario,
) -> None:
    twin = person("renee again")
    titled.given(registered(twin, Role.REGISTRAR))
    titled.when_both(LinkDuplicate(person=RENEE, other=twin, reason="x"), by=AS_RENE)
    titled.when(COURT, by=AS_RENEE)
    titled.when(CONFIRM, by=actor(twin, Role.REGISTRAR))
    titled.then_refused(ConfirmedAlone)
    for other in (AS_ADA, AS_PAUL, AS_MARIE, OPERATOR):
        titled.when(CONFIRM, by=other)
        titled.then_refused(Forbidden)


def test_registrar_cannot_confirm_or_reject_the_annulment_of_their_own_decision(titled: Scenario) -> None:
    titled.when(ACCEPT, by=AS_RENEE)
    titled.when_both(LinkDuplicate(person=RENE, other=MARIE, reason="x"), by=AS_RENEE)
    for command in (CONFIRM, REJECT):
        titled.when(command, by=AS_RENE)
        titled.then_refused(OwnWork)


@pytest.mark.parametrize("command", [ACCEPT, COURT], ids=["review", "court"])
def test_declared_sole_registrar_confirms_an_annulment_with_the_password(
    titled: Scenario, command: AnswerReview | NoteCourtRuling
) -> None:
    titled.when(command, by=AS_RENEE)
    proved = replace(AS_RENEE, proved=True)
    titled.when(CONFIRM, by=proved)
    titled.then_refused(NotDeclaredSole)
    titled.when(DeclareSoleRegistrar(reason="Une seule personne travaille ici.", registrar=RENEE), by=AS_ADA)
    titled.when(CONFIRM, by=AS_RENEE)
    titled.then_refused(ConfirmedAlone)
    titled.when(CONFIRM, by=proved)
    confirmed = titled.store.told[titled.head].fact
    cause = Cause.REVIEW if command is ACCEPT else Cause.COURT
    assert confirmed == AnnulmentConfirmed(
        candidacy=MARIE_VAE, cause=cause, session=JUNE, proposed_by=RENEE, alone=True
    )
    assert not stands(titled)


def test_court_ruling_that_annuls_is_proposed_by_a_registrar_and_annuls_at_once_by_the_operator(
    titled: Scenario,
) -> None:
    titled.when(COURT, by=AS_RENEE)
    (proposed,) = titled.then_recorded(AnnulmentProposed)
    assert isinstance(proposed, AnnulmentProposed)
    assert (proposed.cause, proposed.court, proposed.ruled_on) == (Cause.COURT, "TA de Paris", JURY_DAY)
    assert stands(titled)
    titled.when(CONFIRM, by=AS_RENE)
    _, ruled, *_ = titled.then_recorded(AnnulmentConfirmed, CourtRuled, DecisionAnnulled, TitleWithdrawn)
    reference = Personal("21", MARIE)
    assert ruled == CourtRuled(
        session=JUNE, candidacy=MARIE_VAE, court="TA de Paris", ruled_on=JURY_DAY, annuls=True, reference=reference
    )
    titled.take_back()
    titled.when(REJECT, by=AS_RENE)
    titled.when(COURT, by=OPERATOR)
    titled.then_recorded(CourtRuled, DecisionAnnulled, TitleWithdrawn)


def test_answer_or_ruling_that_annuls_nothing_needs_one_person(titled: Scenario) -> None:
    titled.when(replace(COURT, annuls=False), by=AS_RENEE)
    titled.then_recorded(CourtRuled)
    titled.when(replace(ACCEPT, accepted=False), by=AS_RENEE)
    titled.then_recorded(ReviewAnswered)


def test_decision_cannot_be_questioned_otherwise_while_an_annulment_is_pending(titled: Scenario) -> None:
    titled.when(ACCEPT, by=AS_RENEE)
    for command in (ACCEPT, replace(ACCEPT, accepted=False), COURT):
        titled.when(command, by=AS_RENE)
        titled.then_refused(AnnulmentWaits, JUNE)
    titled.when(COURT, by=OPERATOR)
    titled.then_refused(AnnulmentWaits)


def test_annulment_is_rejected_with_a_reason_and_can_be_proposed_again(titled: Scenario) -> None:
    titled.when(REJECT, by=AS_RENE)
    titled.then_refused(NothingWaits)
    titled.when(ACCEPT, by=AS_RENEE)
    titled.when(replace(REJECT, reason=" "), by=AS_RENE)
    titled.then_refused(RejectionUnreasoned)
    titled.when(REJECT, by=AS_RENE)
    titled.then(
        AnnulmentRejected(
            candidacy=MARIE_VAE, cause=Cause.REVIEW, session=JUNE, reason=Personal(REJECT.reason, MARIE)
        )
    )
    assert stands(titled)
    titled.when(ACCEPT, by=AS_RENE)
    titled.when(REJECT, by=AS_RENE)
    titled.then_recorded(AnnulmentRejected)
    titled.when(replace(ACCEPT, accepted=False), by=AS_RENEE)
    titled.then_recorded(ReviewAnswered)


def test_annulment_cannot_be_confirmed_once_its_consequences_have_changed(scenario: Scenario) -> None:
    """Only what the first person proposed is confirmed."""
    scenario.given(*won(MARIE_VAE), registered(RENE, Role.REGISTRAR))
    scenario.when(COURT, by=AS_RENEE)
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.when(CONFIRM, by=AS_RENE)
    scenario.then_refused(AnnulmentOutdated, JUNE)
    scenario.when(REJECT, by=AS_RENE)
    scenario.when(COURT, by=AS_RENEE)
    scenario.when(CONFIRM, by=AS_RENE)
    scenario.then_recorded(AnnulmentConfirmed, CourtRuled, DecisionAnnulled, TitleWithdrawn)


def test_annulment_cannot_be_confirmed_once_the_decision_was_rectified(titled: Scenario) -> None:
    titled.when(ACCEPT, by=AS_RENEE)
    minuted = Minuted(rulings={3: True})
    titled.when(ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=minuted, reason="x"), by=AS_RENEE)
    titled.when(ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x"), by=AS_PAUL)
    titled.when(CONFIRM, by=AS_RENE)
    titled.then_refused(AnnulmentOutdated, JUNE)


def test_annulment_cannot_be_confirmed_once_the_decision_fell_otherwise(titled: Scenario) -> None:
    titled.when(ACCEPT, by=AS_RENEE)
    fell = DecisionAnnulled(session=JUNE, candidacy=MARIE_VAE, cause=Cause.FRAUD, annulled_on=JURY_DAY)
    assert titled.forged(Deliberation.id_of(JUNE, MARIE_VAE), fell, by=AS_RENEE) == ["decided-otherwise"]
    titled.given(At(Deliberation.id_of(JUNE, MARIE_VAE), (fell,)))
    titled.when(CONFIRM, by=AS_RENE)
    titled.then_refused(AlreadyAnnulled)


def test_decision_not_released_cannot_be_reviewed_or_annulled(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.when(ASK, by=AS_MARIE)
    scenario.then_refused(DecisionNotReleased)
    scenario.when(COURT, by=AS_RENEE)
    scenario.then_refused(DecisionNotReleased)


def test_replay_finds_an_annulment_confirmed_by_one_person(titled: Scenario) -> None:
    titled.when(ACCEPT, by=AS_RENEE)
    stream = Annulments.id_of(MARIE_VAE)
    confirmed = AnnulmentConfirmed(candidacy=MARIE_VAE, cause=Cause.REVIEW, session=JUNE, proposed_by=RENEE)
    assert titled.forged(stream, confirmed, by=AS_RENEE) == ["confirmed-alone"]
    assert titled.forged(stream, replace(confirmed, alone=True), by=AS_RENEE) == ["not-declared-sole"]
    assert titled.forged(stream, replace(confirmed, proposed_by=RENE), by=AS_RENE) == ["decided-otherwise"]
    titled.when(CONFIRM, by=AS_RENE)
    assert titled.wrong() == []


def test_person_is_not_erased_while_an_annulment_about_them_is_pending(titled: Scenario) -> None:
    titled.when(replace(ACCEPT, accepted=False), by=AS_RENEE)

    def why() -> RetentionReason | None:
        found = circumstances(titled.log, MARIE, [MARIE_VAE], [])
        return found.fate(Retention.PAPERS, ErasureGround.PERIOD_OVER, date(2090, 1, 1)).why

    assert why() is not RetentionReason.QUESTIONED
    titled.when(COURT, by=AS_RENEE)
    assert why() is RetentionReason.QUESTIONED
    titled.when(CONFIRM, by=AS_RENE, on=LATER_DAY)
    assert why() is not RetentionReason.QUESTIONED


def test_proposed_annulment_is_shown_only_to_registrars_and_auditors(titled: Scenario) -> None:
    titled.when(ACCEPT, by=AS_RENEE)
    titled.when(CONFIRM, by=AS_RENE)

    def shown(who: Actor) -> set[str]:
        return {type(told.fact).__name__ for told in disclosed(as_reader(who), titled.store.told)}

    two = {"AnnulmentProposed", "AnnulmentConfirmed"}
    for who in (AS_RENE, AS_RENEE, AUDITOR):
        assert two <= shown(who)
    for who in (AS_MARIE, AS_PAUL):
        assert two.isdisjoint(shown(who))
    assert {"ReviewAnswered", "DecisionAnnulled"} <= shown(AS_MARIE)
