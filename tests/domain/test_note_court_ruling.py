"""What does a court's ruling do to a jury's decision?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.commands.enter_register import EnterRegister
from domain.commands.note_court_ruling import NoteCourtRuling
from domain.deliberation import AlreadyAnnulled, Cause, DecisionAnnulled, DecisionNotReleased
from domain.fact import Personal
from domain.ports import OPERATOR, Actor, SessionId
from domain.refusal import Forbidden, NotFound
from domain.register import TitleWithdrawn
from domain.review import CourtRuled, CourtRulingMisdated, CourtUnnamed
from tests.domain.harness import At, Scenario
from tests.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    JUNE,
    MARCH,
    MARIE,
    MARIE_VAE,
    RELEASED,
    annulled,
    before_the_jury,
    ended,
    heard,
    vae_filed,
    won,
)

COURT, REFERENCE = "Tribunal administratif de Paris", "2104567"
RULED_ON, NOTED_ON = date(2022, 5, 3), date(2022, 5, 10)
FELL = DecisionAnnulled(session=JUNE, candidacy=MARIE_VAE, cause=Cause.COURT)


def note(*, annuls: bool, on: date = RULED_ON, session: SessionId = JUNE) -> NoteCourtRuling:
    return NoteCourtRuling(
        session=session, candidacy=MARIE_VAE, court=COURT, ruled_on=on, reference=REFERENCE, annuls=annuls
    )


def noted(*, annuls: bool) -> CourtRuled:
    return CourtRuled(
        session=JUNE,
        candidacy=MARIE_VAE,
        court=COURT,
        ruled_on=RULED_ON,
        annuls=annuls,
        reference=Personal(REFERENCE, MARIE),
    )


@pytest.mark.parametrize("who", [AS_RENEE, OPERATOR], ids=["registrar", "operator"])
def test_a_court_that_annuls_needs_no_request_for_review_before(scenario: Scenario, who: Actor) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=True), by=who, on=NOTED_ON)
    scenario.then(noted(annuls=True), FELL)


def test_one_that_confirms_leaves_the_decision_and_another_may_still_annul_it(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=False), by=AS_RENEE, on=NOTED_ON)
    scenario.then(noted(annuls=False))
    scenario.when(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    scenario.then(noted(annuls=True), FELL)


def test_the_ruling_is_the_reason_for_which_a_title_leaves_the_register(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.when(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    reason = Personal("Tribunal administratif de Paris, 2022-05-03, 2104567", MARIE)
    scenario.then(
        noted(annuls=True), FELL, TitleWithdrawn(number=1, candidacy=MARIE_VAE, reason=reason, declaration_due=True)
    )


@pytest.mark.parametrize("on", [date(2021, 6, 14), date(2022, 5, 11)], ids=["before the release", "tomorrow"])
def test_no_court_rules_before_the_release_nor_on_a_day_to_come(scenario: Scenario, on: date) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=True, on=on), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(CourtRulingMisdated)


def test_where_the_release_says_no_day_any_day_since_the_jury_s_may_be_a_court_s(scenario: Scenario) -> None:
    """The first releases do not say theirs."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), ended(released=False))
    scenario.given(At(JUNE, (RELEASED,)))
    scenario.when(note(annuls=True, on=date(2021, 6, 14)), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(CourtRulingMisdated)
    scenario.when(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    scenario.then(noted(annuls=True), FELL)
    assert RELEASED.released_on is None


@pytest.mark.parametrize(("court", "reference"), [("", "21/1"), (" ", "21/1"), (COURT, ""), (COURT, "\u00a0")])
def test_a_ruling_that_nobody_could_find_again_annuls_nothing(scenario: Scenario, court: str, reference: str) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(replace(note(annuls=True), court=court, reference=reference), by=OPERATOR, on=NOTED_ON)
    scenario.then_refused(CourtUnnamed)


def test_nothing_is_annulled_twice(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE))
    scenario.when(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(AlreadyAnnulled)


def test_nor_what_is_not_released(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.when(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(DecisionNotReleased)


@pytest.mark.parametrize("who", [AS_MARIE, AS_PAUL], ids=["candidate", "juror"])
def test_neither_the_candidate_nor_a_juror_notes_it(scenario: Scenario, who: Actor) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=True), by=who, on=NOTED_ON)
    scenario.then_refused(Forbidden)


def test_a_session_that_never_heard_the_candidate_is_not_found(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=True, session=MARCH), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(NotFound)
