"""Requests for review: who may make them, on which ground, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.appeal.facts import ComplaintGround, ReviewAnswered, ReviewRequested
from domain.appeal.review import JuryIsSovereign, LetterMisdated, Review, ReviewOutOfTime, ReviewUnderWay, Unreasoned
from domain.calendar import Calendar
from domain.commands.appeal.request_review import RequestReview
from domain.fact import Fact, Personal
from domain.jury.annulled_decision import AlreadyAnnulled, DecisionNotReleased
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateNotHeard
from domain.ports import Actor, CandidacyId, RulebookId, SessionId
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Remedy, RemedyKind
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    BLOG,
    CLOSED,
    CV,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    REVIEW,
    RULES,
    SIGNED,
    annulled,
    before_the_jury,
    ended,
    heard,
    not_granted,
    plan,
    planned,
    put_in,
    ruled,
    summoned,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

QUESTIONED = Review.id_of(JUNE, MARIE_VAE)
REFUSED = (
    *vae_filed(MARIE_VAE),
    *before_the_jury(MARIE_VAE),
    heard(MARIE_VAE),
    ruled(MARIE_VAE, (), range(1, 10)),
    not_granted(MARIE_VAE, 1),
)

MOVED = replace(REVIEW, next_working_day=True)


def ask(
    ground: ComplaintGround = ComplaintGround.PROCEDURAL,
    statement: str = "Un juré m'a formée.",
    session: SessionId = JUNE,
    candidacy: CandidacyId = MARIE_VAE,
) -> RequestReview:
    return RequestReview(session=session, candidacy=candidacy, ground=ground, statement=statement)


def asked(on: date = JURY_DAY) -> ReviewRequested:
    return ReviewRequested(
        session=JUNE,
        candidacy=MARIE_VAE,
        ground=ComplaintGround.PROCEDURAL,
        asked_on=on,
        statement=Personal("Un juré m'a formée.", MARIE),
    )


@pytest.mark.parametrize("on", [JURY_DAY, date(2021, 8, 15)], ids=["at once", "on the last day"])
def test_candidate_requests_a_review_until_the_last_day(scenario: Scenario, on: date) -> None:
    scenario.given(*REFUSED, ended())
    scenario.when(ask(), by=AS_MARIE, on=on)
    scenario.then(asked(on))


def test_review_requested_after_the_last_day_is_refused_with_that_day(scenario: Scenario) -> None:
    """The rulebook's time; Code des relations entre le public et l'administration L411-2, not read."""
    scenario.given(*REFUSED, ended())
    scenario.when(ask(), by=AS_MARIE, on=date(2021, 8, 16))
    refused = scenario.then_refused(ReviewOutOfTime)
    (limit,) = refused.violations
    assert (limit.en, limit.fr) == (
        "The time limit ended on 2021-08-15.",
        "Le délai a pris fin le 2021-08-15.",
    )
    assert limit.source == REVIEW.source


@pytest.mark.parametrize("on", [JURY_DAY, date(2021, 8, 16)], ids=["in time", "out of time"])
def test_review_of_the_merits_is_refused_because_the_jury_is_sovereign(scenario: Scenario, on: date) -> None:
    """This holds whether the request is in time or not."""
    scenario.given(*REFUSED, ended())
    scenario.when(ask(ComplaintGround.MERITS), by=AS_MARIE, on=on)
    refused = scenario.then_refused(JuryIsSovereign)
    assert "The jury is sovereign" in refused.sentence("en")
    assert "Le jury est souverain" in refused.sentence("fr")


def test_review_can_be_requested_for_a_material_error(scenario: Scenario) -> None:
    scenario.given(*REFUSED, ended())
    scenario.when(ask(ComplaintGround.MATERIAL), by=AS_MARIE)
    (fact,) = scenario.then_recorded(ReviewRequested)
    assert isinstance(fact, ReviewRequested)
    assert fact.ground is ComplaintGround.MATERIAL


def test_review_request_needs_a_statement(scenario: Scenario) -> None:
    scenario.given(*REFUSED, ended())
    scenario.when(ask(statement=" \n"), by=AS_MARIE)
    scenario.then_refused(Unreasoned)


def test_second_review_can_be_requested_only_once_the_first_is_answered(scenario: Scenario) -> None:
    scenario.given(*REFUSED, ended(), At(QUESTIONED, (asked(),)))
    scenario.when(ask(ComplaintGround.MATERIAL), by=AS_MARIE)
    scenario.then_refused(ReviewUnderWay)
    rejected = ReviewAnswered(session=JUNE, candidacy=MARIE_VAE, accepted=False, reason=Personal("x", MARIE))
    scenario.given(At(QUESTIONED, (rejected,)))
    scenario.when(ask(ComplaintGround.MATERIAL), by=AS_MARIE)
    scenario.then_recorded(ReviewRequested)


@pytest.mark.parametrize("stage", [(), (CLOSED,), (CLOSED, SIGNED)], ids=["open", "closed", "signed"])
def test_review_cannot_be_requested_before_the_release(scenario: Scenario, stage: tuple[Fact, ...]) -> None:
    scenario.given(*REFUSED, At(JUNE, stage))
    scenario.when(ask(), by=AS_MARIE)
    scenario.then_refused(DecisionNotReleased)


def test_review_cannot_be_requested_when_no_jury_decided(scenario: Scenario) -> None:
    """So many members had stepped out that the candidate could not be taken up."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), ended())
    scenario.when(ask(), by=AS_MARIE)
    scenario.then_refused(DecisionNotReleased)


def test_candidate_wrongly_noted_absent_can_request_a_review(scenario: Scenario) -> None:
    absent = CandidateNotHeard(session=JUNE, candidacy=MARIE_VAE, attendance=Attendance.ABSENT)
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    scenario.given(At(Deliberation.id_of(JUNE, MARIE_VAE), (absent,)), ended())
    scenario.when(ask(ComplaintGround.MATERIAL, "J'étais là."), by=AS_MARIE)
    scenario.then_recorded(ReviewRequested)


def test_review_of_an_annulled_decision_cannot_be_requested(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE))
    scenario.when(ask(), by=AS_MARIE)
    scenario.then_refused(AlreadyAnnulled)


def test_decision_of_another_person_is_not_found_when_requesting_a_review(scenario: Scenario) -> None:
    scenario.given(*REFUSED, ended())
    scenario.when(ask(), by=AS_SAMIR)
    scenario.then_refused(NotFound)


def test_session_that_never_called_the_candidate_is_not_found_when_requesting_a_review(scenario: Scenario) -> None:
    scenario.given(*REFUSED, ended(), planned(MARCH))
    scenario.when(ask(session=MARCH), by=AS_MARIE)
    scenario.then_refused(NotFound)


def test_juror_cannot_request_a_review(scenario: Scenario) -> None:
    scenario.given(*REFUSED, ended())
    scenario.when(ask(), by=AS_PAUL)
    scenario.then_refused(Forbidden)


# A letter


def test_letter_received_in_time_is_keyed_by_the_registrar_at_any_later_time(scenario: Scenario) -> None:
    scenario.given(*REFUSED, put_in(MARIE_VAE, CV, 1), ended())
    letter = replace(ask(), received_on=date(2021, 8, 14), letter=CV)
    scenario.when(letter, by=AS_RENEE, on=date(2021, 9, 20))
    (asked,) = scenario.then_recorded(ReviewRequested)
    assert isinstance(asked, ReviewRequested)
    assert (asked.asked_on, asked.received_on, asked.letter) == (date(2021, 8, 14), date(2021, 8, 14), CV)
    last = scenario.store.told[-1]
    assert last.stamp.position not in {each.position for each in replay(scenario.store.told)}
    for changed, rule in (
        ({"received_on": date(2021, 8, 18)}, "review-out-of-time"),
        ({"received_on": date(2021, 9, 21)}, "letter-misdated"),
        ({"received_on": None}, "letter-misdated"),
        ({"letter": BLOG}, "letter-misdated"),
    ):
        fact: Any = last.fact
        forged = replace(last, fact=replace(fact, **changed))
        found = {each.rule for each in replay([*scenario.store.told[:-1], forged])}
        assert rule in found, changed


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ({}, AS_RENEE),
        ({"received_on": date(2021, 6, 14)}, AS_RENEE),
        ({"received_on": date(2021, 6, 16)}, AS_RENEE),
        ({"received_on": JURY_DAY, "letter": BLOG}, AS_RENEE),
        ({"received_on": JURY_DAY}, AS_MARIE),
        ({"letter": CV}, AS_MARIE),
    ],
)
def test_letter_needs_a_possible_day_of_receipt_and_a_scan_of_this_dossier(
    scenario: Scenario, asked: dict[str, Any], by: Actor
) -> None:
    scenario.given(*REFUSED, put_in(MARIE_VAE, CV, 1), ended())
    scenario.when(replace(ask(), **asked), by=by)
    scenario.then_refused(LetterMisdated)


def test_letter_received_after_the_last_day_is_out_of_time(scenario: Scenario) -> None:
    scenario.given(*REFUSED, ended())
    scenario.when(replace(ask(), received_on=date(2021, 8, 18)), by=AS_RENEE, on=date(2021, 9, 20))
    scenario.then_refused(ReviewOutOfTime)


# The time limit is the rulebook's


def under(scenario: Scenario, **changes: Any) -> None:
    """Let a candidate be refused, with released results, under a rulebook of their own."""
    rules = replace(RULES, version=3, **changes)
    third = RulebookId(Rulebook.id_of("IMCI", 3))
    scenario.given(At(third, (RulebookPublished(rules=rules),)), *vae_filed(MARIE_VAE, third))
    scenario.given(*before_the_jury(MARIE_VAE, plan=plan(rulebook=third)), heard(MARIE_VAE), ended())


@pytest.mark.parametrize(("on", "kept"), [(date(2021, 6, 25), True), (date(2021, 6, 26), False)])
def test_time_limit_in_days_is_that_of_the_candidacys_own_rulebook(scenario: Scenario, on: date, kept: bool) -> None:
    under(scenario, remedies=(replace(REVIEW, months=None, days=10),))
    scenario.when(ask(), by=AS_MARIE, on=on)
    if kept:
        scenario.then(asked(on))
    else:
        scenario.then_refused(ReviewOutOfTime)


@pytest.mark.parametrize(
    ("calendar", "remedy", "on", "kept"),
    [
        (Calendar(), REVIEW, date(2021, 8, 15), True),
        (Calendar(), REVIEW, date(2021, 8, 16), False),
        (Calendar(), MOVED, date(2021, 8, 16), True),
        (Calendar(), MOVED, date(2021, 8, 17), False),
        (Calendar(next_working_day=True), REVIEW, date(2021, 8, 16), True),
        (Calendar(zone="America/Martinique"), MOVED, date(2021, 8, 17), True),
        (Calendar(zone="America/Martinique"), MOVED, date(2021, 8, 18), False),
        (Calendar(zone="Indian/Reunion"), MOVED, date(2021, 8, 17), False),
    ],
)
def test_last_day_on_a_day_off_moves_when_the_text_says_so_and_ends_at_local_midnight(
    scenario: Scenario, calendar: Calendar, remedy: Remedy, on: date, *, kept: bool
) -> None:
    """Two months from 15 June end on Sunday 15 August: a day off (Code de procédure civile, 642, not read)."""
    under(scenario, remedies=(remedy,), journeys=JourneyRules(calendar=calendar))
    scenario.when(ask(), by=AS_MARIE, on=on)
    if kept:
        scenario.then_recorded(ReviewRequested)
    else:
        scenario.then_refused(ReviewOutOfTime)


def test_time_limit_of_a_court_does_not_extend_the_review(scenario: Scenario) -> None:
    under(scenario, remedies=(replace(REVIEW, way=RemedyKind.COURT, months=6), REVIEW))
    scenario.when(ask(), by=AS_MARIE, on=date(2021, 8, 16))
    scenario.then_refused(ReviewOutOfTime)


def test_later_rulebook_does_not_change_the_time_limit_of_a_candidacy(scenario: Scenario) -> None:
    later = replace(RULES, version=3, remedies=(replace(REVIEW, months=None, days=1),))
    scenario.given(*REFUSED, ended(), At(Rulebook.id_of("IMCI", 3), (RulebookPublished(rules=later),)))
    scenario.when(ask(), by=AS_MARIE, on=date(2021, 8, 15))
    scenario.then_recorded(ReviewRequested)


def test_review_has_no_time_limit_when_the_rulebook_states_none(scenario: Scenario) -> None:
    under(scenario, remedies=())
    scenario.when(ask(), by=AS_MARIE, on=date(2031, 1, 1))
    scenario.then_recorded(ReviewRequested)


def test_decision_of_each_jury_is_reviewed_separately(scenario: Scenario) -> None:
    scenario.given(*REFUSED, ended(), At(QUESTIONED, (asked(),)))
    scenario.given(planned(MARCH), *summoned(MARCH, MARIE_VAE), ended(MARCH), heard(MARIE_VAE, MARCH))
    scenario.when(ask(session=MARCH), by=AS_MARIE, on=date(2022, 3, 2))
    scenario.then_recorded(ReviewRequested)
