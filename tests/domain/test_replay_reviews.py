"""Replay of reviews, court rulings and annulments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4, uuid5

import pytest

from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentConfirmed, ComplaintGround, CourtRuled, ReviewAnswered, ReviewRequested
from domain.appeal.review import Review
from domain.candidacy.facts import CandidateSummoned
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.request_review import RequestReview
from domain.fact import Fact, Personal
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateListed, DecisionAnnulled, DeliberationOpened, ResultsReleased, TitleFell
from domain.people.facts import DuplicateLinked, RoleGranted
from domain.ports import OPERATOR, Actor, Role
from domain.register.facts import RegisterEntered, TitleWithdrawn
from domain.register.register import Register
from domain.replay.judge import replay
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    CLOSED,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PANEL,
    RENEE,
    RENEWED_SEATS,
    SAMIR,
    SAMIR_VAE,
    SIGNED,
    actor,
    annulled,
    before_the_jury,
    ended,
    granted,
    heard,
    planned,
    pronounced,
    vae_filed,
    won,
)
from tests.given.domain.replayed import SENT, verdict
from tests.given.domain.scenario import COLLEAGUE, NOON, At, Scenario

REVIEWED, DECIDED, REGISTER = (
    Review.id_of(JUNE, MARIE_VAE),
    Deliberation.id_of(JUNE, MARIE_VAE),
    Register.id_of(FRAMEWORK),
)
ASKED = ReviewRequested(
    session=JUNE,
    candidacy=MARIE_VAE,
    ground=ComplaintGround.PROCEDURAL,
    asked_on=JURY_DAY,
    statement=Personal("x", MARIE),
)
ANSWERED = ReviewAnswered(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason=Personal("x", MARIE))
RULED = CourtRuled(
    session=JUNE, candidacy=MARIE_VAE, court="x", ruled_on=JURY_DAY, annuls=True, reference=Personal("x", MARIE)
)
CONFIRMED = AnnulmentConfirmed(candidacy=MARIE_VAE, cause=Cause.REVIEW, session=JUNE, proposed_by=COLLEAGUE)
FELL = DecisionAnnulled(session=JUNE, candidacy=MARIE_VAE, cause=Cause.REVIEW, annulled_on=JURY_DAY)
ENTERED = RegisterEntered(number=1, candidacy=MARIE_VAE, candidate=MARIE, framework=FRAMEWORK, obtained_on=JURY_DAY)
WITHDRAWN = TitleWithdrawn(number=1, candidacy=MARIE_VAE, reason=Personal("x", MARIE))


def made(name: str) -> UUID:
    """Return the id of the stream that this append begins."""
    return uuid5(SENT, name)


def proposed(scenario: Scenario) -> None:
    """Request a review, and let a colleague propose to accept it."""
    scenario.given(At(REVIEWED, (ASKED,)))
    scenario.second_registrar()
    accepted = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x")
    scenario.when(accepted, by=actor(COLLEAGUE, Role.REGISTRAR))


def confirms(scenario: Scenario, *also: At) -> str | None:
    """Return the rule by which the replay refuses a second registrar's confirmation with these facts, or None."""
    with_it = [At(REVIEWED, (ANSWERED,)), *also]
    return verdict(scenario, Annulments.id_of(MARIE_VAE), CONFIRMED, AS_RENEE, also=with_it)


def test_replay_finds_the_facts_of_review_commands_lawful(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), At(REGISTER, (ENTERED,)))
    scenario.second_registrar()
    start = len(scenario.store.told)
    asked = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="x")
    rejected = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=False, reason="x")
    ruled = NoteCourtRuling(
        session=JUNE, candidacy=MARIE_VAE, court="x", ruled_on=JURY_DAY, reference="x", annuls=True
    )
    for command, who in ((asked, AS_MARIE), (rejected, AS_RENEE), (ruled, AS_RENEE)):
        scenario.when_annulled(command, by=who)
    assert len(scenario.store.told) == start + 7
    assert [each for each in replay(scenario.store.told) if each.position > start] == []


@pytest.mark.parametrize(
    ("fact", "by", "on", "rule"),
    [
        (ASKED, AS_MARIE, JURY_DAY, None),
        (ASKED, AS_SAMIR, JURY_DAY, "not-found"),
        (ASKED, AS_RENEE, JURY_DAY, "letter-misdated"),
        (replace(ASKED, received_on=JURY_DAY), AS_RENEE, JURY_DAY, None),
        (replace(ASKED, received_on=JURY_DAY), AS_MARIE, JURY_DAY, "letter-misdated"),
        (ASKED, AS_MARIE, date(2021, 6, 16), "decided-otherwise"),
        (replace(ASKED, asked_on=date(2021, 8, 16)), AS_MARIE, date(2021, 8, 16), "review-out-of-time"),
        (replace(ASKED, ground=ComplaintGround.MERITS), AS_MARIE, JURY_DAY, "jury-is-sovereign"),
        (replace(ASKED, session=MARCH), AS_MARIE, JURY_DAY, "not-found"),
        (ANSWERED, AS_RENEE, JURY_DAY, "no-review-under-way"),
        (ANSWERED, AS_MARIE, JURY_DAY, "role-may-not"),
        (replace(RULED, annuls=False), AS_RENEE, JURY_DAY, None),
        (replace(RULED, ruled_on=date(2021, 6, 16)), AS_RENEE, JURY_DAY, "court-ruling-misdated"),
    ],
)
def test_replay_judges_who_requested_a_review_when_and_on_which_ground(
    scenario: Scenario, fact: Fact, by: Actor, on: date, rule: str | None
) -> None:
    scenario.given(*won(MARIE_VAE))
    assert verdict(scenario, REVIEWED, fact, by, on) == rule


def test_replay_refuses_a_review_in_a_wrong_stream(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    assert verdict(scenario, uuid4(), ASKED, AS_MARIE) == "decided-otherwise"


def test_replay_refuses_an_annulment_without_an_accepted_review_or_a_court_ruling(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    assert verdict(scenario, DECIDED, FELL, AS_RENEE) == "decided-otherwise"
    scenario.given(At(REVIEWED, (ASKED,)))
    assert verdict(scenario, DECIDED, FELL, AS_RENEE) == "decided-otherwise"


def test_replay_requires_the_annulment_of_an_accepted_review_on_that_day_and_by_two_people(
    scenario: Scenario,
) -> None:
    scenario.given(*won(MARIE_VAE))
    proposed(scenario)
    fell = At(DECIDED, (FELL,))
    assert confirms(scenario, fell) is None
    assert verdict(scenario, REVIEWED, ANSWERED, AS_RENEE, also=[fell]) == "decided-otherwise", "by one person"
    for also in (
        [],
        [At(uuid4(), (FELL,))],
        [At(DECIDED, (replace(FELL, cause=Cause.COURT),))],
        [At(DECIDED, (replace(FELL, annulled_on=date(2021, 6, 14)),))],
    ):
        assert confirms(scenario, *also) == "decided-otherwise"
    scenario.given(fell)
    assert confirms(scenario, fell) == "already-annulled"


def test_replay_refuses_an_annulment_after_a_rejected_review(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), At(REVIEWED, (ASKED, replace(ANSWERED, accepted=False))))
    assert verdict(scenario, DECIDED, FELL, AS_RENEE) == "decided-otherwise"


def test_replay_refuses_an_annulment_after_a_court_confirmed_the_decision(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), At(REVIEWED, (replace(RULED, annuls=False),)))
    assert verdict(scenario, DECIDED, replace(FELL, cause=Cause.COURT), AS_RENEE) == "decided-otherwise"


def test_replay_requires_an_annulment_by_a_court_on_the_day_of_its_ruling(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    for day, rule in ((RULED.ruled_on, None), (date(2021, 7, 1), "decided-otherwise")):
        fell = replace(FELL, cause=Cause.COURT, annulled_on=day)
        also = [At(DECIDED, (fell,))]
        assert verdict(scenario, REVIEWED, RULED, OPERATOR, date(2021, 7, 1), also=also) == rule


def test_replay_refuses_an_accepted_review_of_a_decision_annulled_by_a_court(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), At(REVIEWED, (ASKED, RULED)), annulled(MARIE_VAE))
    assert verdict(scenario, REVIEWED, ANSWERED, AS_RENEE) == "already-annulled"
    assert verdict(scenario, REVIEWED, replace(ANSWERED, accepted=False), AS_RENEE) is None


def test_replay_refuses_an_annulment_recorded_by_the_candidate(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), At(REVIEWED, (ASKED, ANSWERED)), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    assert verdict(scenario, DECIDED, FELL, actor(MARIE, Role.REGISTRAR)) == "decided-otherwise"


def test_replay_refuses_review_facts_recorded_under_a_duplicate_file_of_the_candidate(scenario: Scenario) -> None:
    linked = At(RENEE, (DuplicateLinked(other=MARIE, reason=Personal("x", MARIE)),))
    scenario.given(*won(MARIE_VAE), linked)
    assert verdict(scenario, REGISTER, ENTERED, AS_RENEE) == "own-work"
    assert verdict(scenario, REVIEWED, RULED, AS_RENEE) == "own-work"
    scenario.given(At(REVIEWED, (ASKED,)), At(REGISTER, (ENTERED,)))
    assert verdict(scenario, REVIEWED, ANSWERED, AS_RENEE) == "own-work"


def test_replay_refuses_a_withdrawal_from_the_register_without_an_annulment(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), At(REGISTER, (ENTERED,)))
    assert verdict(scenario, REGISTER, WITHDRAWN, AS_RENEE) == "decided-otherwise"
    proposed(scenario)
    with_it = At(DECIDED, (FELL,))
    assert confirms(scenario, with_it, At(REGISTER, (WITHDRAWN,))) is None
    for also in ([], [At(REGISTER, (replace(WITHDRAWN, number=2),))], [At(uuid4(), (WITHDRAWN,))]):
        assert confirms(scenario, with_it, *also) == "decided-otherwise"


def test_replay_refuses_a_withdrawn_register_number_given_again(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), At(REGISTER, (ENTERED,)), annulled(MARIE_VAE), At(REGISTER, (WITHDRAWN,)))
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 1, 2, 3, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    again = replace(ENTERED, obtained_on=LATER_DAY)
    assert verdict(scenario, REGISTER, again, AS_RENEE) == "decided-otherwise"
    assert verdict(scenario, REGISTER, replace(again, number=2), AS_RENEE) is None


def test_replay_refuses_a_fallen_title_without_the_fall_of_a_block_it_rested_on(scenario: Scenario) -> None:
    title = TitleFell(session=MARCH, candidacy=MARIE_VAE)
    march = Deliberation.id_of(MARCH, MARIE_VAE)
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), granted(MARIE_VAE, 1, 3))
    scenario.given(ended(), *before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 2, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    assert verdict(scenario, march, title, AS_RENEE) == "decided-otherwise"
    proposed(scenario)
    for stream, rule in ((march, None), (DECIDED, "decided-otherwise")):
        assert confirms(scenario, At(DECIDED, (FELL,)), At(stream, (title,))) == rule


def test_replay_refuses_a_listing_that_omits_the_jurors_barred_or_the_summons(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE), planned(MARCH, seats=RENEWED_SEATS))
    silent = CandidateListed(candidacy=MARIE_VAE, candidate=MARIE)
    assert verdict(scenario, MARCH, silent, AS_RENEE) == "decided-otherwise"
    scenario.given(*vae_filed(SAMIR_VAE))
    others = CandidateListed(candidacy=SAMIR_VAE, candidate=SAMIR)
    called = At(SAMIR_VAE, (CandidateSummoned(session=MARCH),))
    assert verdict(scenario, MARCH, others, AS_RENEE, also=[called]) is None
    assert verdict(scenario, MARCH, others, AS_RENEE) == "decided-otherwise"


def test_replay_refuses_a_deliberation_by_members_of_an_annulled_jury(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH))
    (taken_up,) = heard(MARIE_VAE, MARCH, tuple(sorted(PANEL)), (1, 2, 3, 4)).facts
    assert isinstance(taken_up, DeliberationOpened)
    opened, march = (
        replace(taken_up, heard_on=LATER_DAY, at=NOON),
        Deliberation.id_of(MARCH, MARIE_VAE),
    )
    assert verdict(scenario, march, opened, AS_PAUL, LATER_DAY) is None
    scenario.given(annulled(MARIE_VAE))
    assert verdict(scenario, march, opened, AS_PAUL, LATER_DAY) == "panel-not-renewed"


@pytest.mark.parametrize(("said", "rule"), [(JURY_DAY, None), (date(2021, 6, 1), "decided-otherwise")])
def test_replay_refuses_a_release_dated_on_another_day(scenario: Scenario, said: date, rule: str | None) -> None:
    scenario.given(*before_the_jury(), At(JUNE, (CLOSED, SIGNED)))
    assert verdict(scenario, JUNE, ResultsReleased(released_on=said), AS_RENEE) == rule
