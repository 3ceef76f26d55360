"""Court rulings, and their effect on a jury's decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.appeal.facts import CourtRuled
from domain.appeal.review import CourtRulingMisdated, CourtUnnamed, NothingToQuash, Review
from domain.candidacy.candidacy import AlreadyDecided
from domain.candidacy.credit import JurySitting
from domain.candidacy.facts import CandidateSummoned
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.deadlines.notify_annulment import NotifyAnnulment
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.postponement import NotToBeFreed
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.deadlines.facts import NotificationChannel, ResultNotified
from domain.fact import Personal
from domain.jury.annulled_decision import AlreadyAnnulled, Cause, DecisionNotReleased
from domain.jury.deliberation import Deliberation, NotAllDecided
from domain.jury.facts import (
    CandidateFreed,
    CandidateListed,
    DecisionAnnulled,
    DecisionRestored,
    ResultsReleased,
    SessionClosed,
    TitleRestored,
)
from domain.ports import OPERATOR, Actor, SessionId
from domain.refusal import Forbidden, NotFound, Refused
from domain.register.facts import RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.register.register import Register
from domain.standing.dependencies import depending
from domain.standing.what_if import Supposed, what_if
from tests.given.domain.people import (
    AS_MARC,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    RULES,
    annulled,
    before_the_jury,
    ended,
    granted,
    heard,
    plan,
    planned,
    pronounced,
    ruled,
    signed_in,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

COURT, REFERENCE = "Tribunal administratif de Paris", "2104567"
RULED_ON, NOTED_ON = date(2022, 5, 3), date(2022, 5, 10)
FELL = DecisionAnnulled(session=JUNE, candidacy=MARIE_VAE, cause=Cause.COURT, annulled_on=RULED_ON)


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
def test_court_annuls_a_decision_without_an_earlier_request_for_review(scenario: Scenario, who: Actor) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when_annulled(note(annuls=True), by=who, on=NOTED_ON)
    scenario.then(noted(annuls=True), FELL)


def test_ruling_that_confirms_leaves_the_decision_and_a_later_ruling_may_annul_it(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=False), by=AS_RENEE, on=NOTED_ON)
    scenario.then(noted(annuls=False))
    scenario.when_annulled(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    scenario.then(noted(annuls=True), FELL)


def test_withdrawal_from_the_register_gives_the_court_ruling_as_its_reason(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.when_annulled(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    reason = Personal("Tribunal administratif de Paris, 2022-05-03, 2104567", MARIE)
    scenario.then(
        noted(annuls=True), FELL, TitleWithdrawn(number=1, candidacy=MARIE_VAE, reason=reason, declaration_due=True)
    )


@pytest.mark.parametrize("on", [date(2021, 6, 14), date(2022, 5, 11)], ids=["before the release", "tomorrow"])
def test_court_ruling_cannot_be_dated_before_the_release_or_in_the_future(scenario: Scenario, on: date) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=True, on=on), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(CourtRulingMisdated)


@pytest.mark.parametrize(("court", "reference"), [("", "21/1"), (" ", "21/1"), (COURT, ""), (COURT, "\u00a0")])
def test_court_ruling_needs_a_court_and_a_reference(scenario: Scenario, court: str, reference: str) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(replace(note(annuls=True), court=court, reference=reference), by=OPERATOR, on=NOTED_ON)
    scenario.then_refused(CourtUnnamed)


def test_court_cannot_annul_an_annulled_decision(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE))
    scenario.when(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(AlreadyAnnulled)


def test_court_ruling_is_refused_on_a_decision_not_released(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.when(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(DecisionNotReleased)


@pytest.mark.parametrize("who", [AS_MARIE, AS_PAUL], ids=["candidate", "juror"])
def test_court_ruling_cannot_be_noted_by_the_candidate_or_a_juror(scenario: Scenario, who: Actor) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=True), by=who, on=NOTED_ON)
    scenario.then_refused(Forbidden)


def test_court_ruling_on_a_session_that_never_heard_the_candidate_is_not_found(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(note(annuls=True, session=MARCH), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(NotFound)


# A higher court

HIGHER_ON = date(2022, 11, 8)
QUASHES = replace(note(annuls=False, on=HIGHER_ON), court="Conseil d'État", reference="465001", quashes=True)
QUASHED = CourtRuled(
    session=JUNE,
    candidacy=MARIE_VAE,
    court="Conseil d'État",
    ruled_on=HIGHER_ON,
    annuls=False,
    reference=Personal("465001", MARIE),
    quashes=True,
)
STANDS = DecisionRestored(session=JUNE, candidacy=MARIE_VAE, restored_on=HIGHER_ON)
TITLED = TitleRestored(session=JUNE, candidacy=MARIE_VAE)


def lost_in_court(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.when_annulled(note(annuls=True), by=AS_RENEE, on=NOTED_ON)


@pytest.mark.parametrize("who", [AS_RENEE, OPERATOR], ids=["registrar", "operator"])
def test_higher_court_that_quashes_an_annulment_restores_the_decision_and_its_register_number(
    scenario: Scenario, who: Actor
) -> None:
    lost_in_court(scenario)
    scenario.when(QUASHES, by=who, on=HIGHER_ON)
    again = TitleReinstated(
        number=1,
        candidacy=MARIE_VAE,
        reason=Personal("Conseil d'État, 2022-11-08, 465001", MARIE),
        declaration_due=True,
    )
    scenario.then(QUASHED, STANDS, TITLED, again)
    assert scenario.wrong() == []
    scenario.when_annulled(note(annuls=True, on=HIGHER_ON), by=AS_RENEE, on=HIGHER_ON)
    scenario.then_recorded(CourtRuled, DecisionAnnulled, TitleWithdrawn)
    assert scenario.wrong() == [], "and it may be lost again"


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(QUASHES, ruled_on=date(2022, 5, 2)), CourtRulingMisdated),
        (replace(QUASHES, ruled_on=date(2022, 11, 9)), CourtRulingMisdated),
        (replace(QUASHES, reference=" "), CourtUnnamed),
        (replace(QUASHES, annuls=True), AlreadyAnnulled),
    ],
    ids=["before the ruling it quashes", "tomorrow", "without a reference", "and annuls it itself"],
)
def test_quashing_ruling_needs_a_reference_and_a_day_not_before_the_ruling_that_it_quashes(
    scenario: Scenario, command: NoteCourtRuling, refusal: type[Refused]
) -> None:
    lost_in_court(scenario)
    scenario.when(command, by=AS_RENEE, on=HIGHER_ON)
    scenario.then_refused(refusal)


def test_decision_is_restored_from_the_day_of_the_quashing_ruling_whenever_it_is_noted(scenario: Scenario) -> None:
    lost_in_court(scenario)
    noted_on, stream = date(2022, 12, 1), Deliberation.id_of(JUNE, MARIE_VAE)
    scenario.when(QUASHES, by=AS_RENEE, on=noted_on)
    quashed, stands, *more = scenario.store.told[scenario.head :]
    scenario.take_back()
    assert stands.stamp.stream == stream
    for day, found in ((HIGHER_ON, []), (noted_on, ["decided-otherwise"])):
        again = replace(STANDS, restored_on=day)
        facts = (At(each.stamp.stream, (each.fact,)) for each in (quashed, replace(stands, fact=again), *more))
        assert scenario.forged_together(*facts, by=AS_RENEE, on=noted_on) == found


def test_court_ruling_cannot_be_quashed_twice(scenario: Scenario) -> None:
    lost_in_court(scenario)
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    scenario.then_refused(NothingToQuash)
    assert scenario.forged(Deliberation.id_of(JUNE, MARIE_VAE), STANDS, by=AS_RENEE, on=HIGHER_ON) == [
        "decided-otherwise"
    ]


@pytest.mark.parametrize("cause", [Cause.REVIEW, Cause.FRAUD])
def test_court_cannot_quash_an_annulment_by_the_certifier_or_for_fraud(scenario: Scenario, cause: Cause) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE, cause=cause))
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    scenario.then_refused(NothingToQuash)
    review = Review.id_of(JUNE, MARIE_VAE)
    assert scenario.forged(review, QUASHED, by=AS_RENEE, on=HIGHER_ON) == ["nothing-to-quash"]


def test_ruling_cannot_be_quashed_while_another_jury_sits_on_the_candidacy(scenario: Scenario) -> None:
    lost_in_court(scenario)
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH))
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    scenario.then_refused(JurySitting, MARCH)
    review = Review.id_of(JUNE, MARIE_VAE)
    assert scenario.forged(review, QUASHED, by=AS_RENEE, on=HIGHER_ON) == ["jury-sitting"]


def test_title_is_not_restored_when_a_renewed_jury_has_pronounced_it_since(scenario: Scenario) -> None:
    lost_in_court(scenario)
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 1, 2, 3, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    scenario.then(QUASHED, STANDS)
    assert scenario.wrong() == []


@pytest.mark.parametrize("entered", [True, False], ids=["entered", "not entered before it fell"])
def test_restored_title_has_its_own_number_even_when_a_later_jurys_was_entered_and_withdrawn(
    scenario: Scenario, entered: bool
) -> None:
    """A number belongs to the title of one jury, which gives it its day."""
    enter = EnterRegister(candidacy=MARIE_VAE)
    scenario.given(*won(MARIE_VAE))
    if entered:
        scenario.when(enter, by=AS_RENEE)
    scenario.when_annulled(note(annuls=True), by=AS_RENEE, on=NOTED_ON)
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH, RENEWED))
    scenario.given(ruled(MARIE_VAE, ENOUGH, session=MARCH), granted(MARIE_VAE, 1, 2, 3, 4, session=MARCH))
    scenario.given(pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(enter, by=AS_RENEE, on=NOTED_ON)
    scenario.when_annulled(note(annuls=True, session=MARCH, on=NOTED_ON), by=AS_RENEE, on=NOTED_ON)
    scenario.then_recorded(CourtRuled, DecisionAnnulled, TitleWithdrawn)
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    if entered:
        again = [told.fact for told in scenario.store.told if isinstance(told.fact, TitleReinstated)]
        assert [each.number for each in again] == [1]
        assert scenario.wrong() == []
    else:
        scenario.then(QUASHED, STANDS, TITLED)
        scenario.when(enter, by=AS_RENEE, on=HIGHER_ON)
    entries = [told.fact for told in scenario.store.told if isinstance(told.fact, RegisterEntered)]
    held = scenario.log.find(Register, Register.id_of(FRAMEWORK))
    stands = next(each for each in entries if each.number == held.number(MARIE_VAE))
    assert stands.obtained_on == JURY_DAY


SITS_ON = date(2022, 12, 6)


def test_renewed_jury_opened_on_a_candidate_whose_title_is_restored_frees_them_and_can_release(
    scenario: Scenario,
) -> None:
    lost_in_court(scenario)
    scenario.given(planned(MARCH, plan(SITS_ON), RENEWED_SEATS))
    deliberates = OpenDeliberation(session=MARCH, candidacy=MARIE_VAE)
    frees = FreeCandidate(session=MARCH, candidacy=MARIE_VAE, reason="Son titre vaut de nouveau.")
    freed = CandidateFreed(candidacy=MARIE_VAE, work_travels=False, reason=Personal(frees.reason, MARIE))
    scenario.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE, on=NOTED_ON)
    scenario.then_recorded(CandidateListed, CandidateSummoned)
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    scenario.given(signed_in(MARCH, RENEWED, SITS_ON))
    scenario.when(OpenSession(session=MARCH), by=AS_RENEE, on=SITS_ON)
    scenario.when(deliberates, by=AS_MARC, on=SITS_ON)
    scenario.then_refused(AlreadyDecided)
    scenario.when(CloseSession(session=MARCH), by=AS_RENEE, on=SITS_ON)
    scenario.then_refused(NotAllDecided, MARIE_VAE)
    scenario.when(frees, by=AS_RENEE, on=SITS_ON)
    scenario.then(freed)
    scenario.when(CloseSession(session=MARCH), by=AS_RENEE, on=SITS_ON)
    scenario.then_recorded(SessionClosed)
    scenario.when(SignMinutes(session=MARCH), by=AS_MARC, on=SITS_ON)
    scenario.when(ReleaseResults(session=MARCH), by=AS_RENEE, on=SITS_ON)
    scenario.then_recorded(ResultsReleased)
    assert scenario.wrong() == []


def test_renewed_jury_cannot_free_a_candidate_whose_decision_is_still_annulled(scenario: Scenario) -> None:
    lost_in_court(scenario)
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH))
    scenario.when(FreeCandidate(session=MARCH, candidacy=MARIE_VAE, reason="Une autre."), by=AS_RENEE, on=NOTED_ON)
    scenario.then_refused(NotToBeFreed, MARIE_VAE)


def test_restored_decision_is_notified_again_once_its_annulment_was_notified(scenario: Scenario) -> None:
    lost_in_court(scenario)
    told = NotifyAnnulment(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST)
    scenario.when(told, by=AS_RENEE, on=NOTED_ON)
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    scenario.when(
        NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST), by=AS_RENEE, on=HIGHER_ON
    )
    scenario.then_recorded(ResultNotified)


def test_restoration_is_dropped_by_supposition_without_the_quashing_ruling(scenario: Scenario) -> None:
    lost_in_court(scenario)
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    facts = scenario.store.told
    dropped = next(told for told in facts if told.fact == QUASHED)
    left = depending(facts, [told for told in facts if told is not dropped], RNCP31936)
    assert not [told for told in left if isinstance(told.fact, DecisionRestored)]


def test_restored_title_is_dropped_by_supposition_without_the_restoration_of_its_decision(scenario: Scenario) -> None:
    lost_in_court(scenario)
    scenario.when(QUASHES, by=AS_RENEE, on=HIGHER_ON)
    facts = scenario.store.told
    at = next(told.stamp.position for told in facts if told.fact == STANDS)
    answer = what_if(RNCP31936, RULES, facts, Supposed(without=frozenset({at})))
    assert [each.fact for each in answer.fell] == ["TitleRestored", "TitleReinstated"]
    assert (answer.title_lost, answer.then.outcome) == (True, "in_progress")
