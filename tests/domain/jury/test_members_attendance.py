"""Attendance of a jury's members (signed in, absent, left, returned) and its effect on quorum, vote and chair."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.connect_juror import ConnectJuror
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.note_member_absent import NoteMemberAbsent
from domain.commands.jury.note_member_left import NoteMemberLeft
from domain.commands.jury.note_member_returned import NoteMemberReturned
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.fact import Personal
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    DecisionVoted,
    DeliberationOpened,
    MemberLeft,
    MemberLeftDeliberation,
    MemberNotedAbsent,
    MemberReturned,
    MemberSignedIn,
    SessionOpened,
    SubstituteSeated,
)
from domain.jury.hours import HourToCome
from domain.jury.lawful_panel import QuorumNotMet
from domain.jury.session import (
    AttendanceAlreadyNoted,
    JuryComposition,
    MovementImpossible,
    NotOnThePanel,
    NotTheChair,
    SessionNotDue,
    SessionNotOpen,
)
from domain.jury.vote import VoteOutcome
from domain.people.facts import DuplicateLinked
from domain.people.identity import IdentityDocument
from domain.ports import PersonId, Role
from domain.refusal import NotFound
from tests.given.domain.people import (
    AS_ELSA,
    AS_MARC,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ELSA,
    EMMA,
    ENOUGH,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    MARC,
    MARIE_VAE,
    NADIA,
    PANEL,
    PAUL,
    SAMIR_VAE,
    actor,
    arrived,
    before_the_jury,
    heard,
    known,
    planned,
    registered,
    ruled,
    signed_in,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

SIGN = SignMemberIn(session=JUNE, juror=NADIA)
LEAVE = NoteMemberLeft(session=JUNE, juror=NADIA)
BACK = NoteMemberReturned(session=JUNE, juror=NADIA)
ABSENT = NoteMemberAbsent(session=JUNE, juror=EMMA)
OPEN = OpenSession(session=JUNE)
GRANT = RecordDecision(
    session=JUNE,
    candidacy=MARIE_VAE,
    outcome=VoteOutcome.UNANIMOUS,
    decisions=(BlockDecision(block=3, granted=True),),
)


def deliberating(scenario: Scenario) -> None:
    """Open the deliberation on Marie with all five members, all rulings given; Samir is not taken up yet."""
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), *before_the_jury(MARIE_VAE, SAMIR_VAE))
    scenario.given(heard(MARIE_VAE, sought=(1, 2, 3, 4)), ruled(MARIE_VAE, ENOUGH))


def panel_of(scenario: Scenario) -> frozenset[PersonId] | None:
    return scenario.log.find(Deliberation, Deliberation.id_of(JUNE, MARIE_VAE)).panel


def test_member_signs_in_themselves_or_is_noted_as_having_signed_on_paper(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(SIGN, by=AS_NADIA)
    scenario.then(MemberSignedIn(juror=NADIA, signed_on=JURY_DAY, on_paper=False, at=NOON))
    for by, juror in ((AS_RENEE, LUC), (AS_PAUL, EMMA)):
        scenario.when(replace(SIGN, juror=juror, at=time(8, 55)), by=by)
        scenario.then(MemberSignedIn(juror=juror, signed_on=JURY_DAY, on_paper=True, at=time(8, 55)))
    assert scenario.refused_again() == []


def test_member_signs_in_once_and_under_only_one_of_their_files(scenario: Scenario) -> None:
    other = PersonId(known("nadia again"))
    scenario.given(planned(JUNE), registered(other, Role.JUROR), signed_in(JUNE, (NADIA,)))
    scenario.when(SIGN, by=AS_NADIA)
    scenario.then_refused(AttendanceAlreadyNoted)
    scenario.given(
        *(
            At(one, (DuplicateLinked(other=two, reason=Personal("x", one)),))
            for one, two in ((LUC, NADIA), (NADIA, LUC))
        )
    )
    scenario.when(replace(SIGN, juror=LUC), by=AS_RENEE)
    scenario.then_refused(AttendanceAlreadyNoted)
    scenario.when(replace(SIGN, juror=other), by=actor(other, Role.JUROR))
    scenario.then_refused(NotFound)


def test_member_can_sign_in_only_on_the_day_with_a_seat_and_not_at_an_hour_to_come(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(SIGN, by=AS_NADIA, on=JURY_DAY - timedelta(days=1))
    scenario.then_refused(SessionNotDue)
    scenario.when(replace(SIGN, at=time(12, 1)), by=AS_NADIA)
    scenario.then_refused(HourToCome)
    scenario.when(replace(SIGN, juror=ELSA), by=AS_ELSA)
    scenario.then_refused(NotOnThePanel)


def test_session_opens_with_exactly_the_members_who_signed_in(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(OPEN, by=AS_RENEE)
    scenario.then_refused(JuryComposition)
    scenario.given(signed_in(JUNE))
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))
    assert scenario.refused_again() == []


@pytest.mark.parametrize(
    "command",
    [
        OPEN,
        CloseSession(session=JUNE),
        SeatSubstitute(session=JUNE, substitute=ELSA, replaced=EMMA),
        ABSENT,
        replace(SIGN, juror=LUC),
        replace(LEAVE, juror=LUC),
        replace(BACK, juror=LUC),
        NoteAbsence(session=JUNE, candidacy=MARIE_VAE),
        ConnectJuror(session=JUNE, juror=LUC, document=IdentityDocument.PASSPORT),
    ],
    ids=lambda each: type(each).__name__,
)
def test_session_cannot_be_conducted_by_an_ordinary_member_or_a_juror_without_a_seat(
    scenario: Scenario, command
) -> None:
    scenario.given(registered(MARC, Role.JUROR), *vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE, came=False))
    scenario.when(command, by=AS_NADIA)
    scenario.then_refused(NotTheChair)
    scenario.when(command, by=AS_MARC)
    scenario.then_refused(NotFound)


def test_chair_notes_a_members_absence_and_seats_a_substitute(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(replace(ABSENT, excused=True), by=AS_PAUL)
    scenario.then(MemberNotedAbsent(juror=EMMA, excused=True, at=NOON))
    scenario.when(replace(ABSENT, excused=True), by=AS_PAUL)
    scenario.then_refused(AttendanceAlreadyNoted)
    scenario.when(SeatSubstitute(session=JUNE, substitute=ELSA, replaced=EMMA), by=AS_PAUL)
    scenario.then_recorded(SubstituteSeated)
    assert scenario.refused_again() == []


def test_member_who_signed_in_is_replaced_only_once_noted_absent(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), signed_in(JUNE, (EMMA,)))
    seats = SeatSubstitute(session=JUNE, substitute=ELSA, replaced=EMMA)
    scenario.when(seats, by=AS_RENEE)
    scenario.then_refused(AttendanceAlreadyNoted)
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.when(seats, by=AS_RENEE)
    scenario.then_recorded(SubstituteSeated)


def test_departure_during_a_vote_voids_it_and_the_quorum_counts_the_members_left(scenario: Scenario) -> None:
    deliberating(scenario)
    vote = DecisionVoted(session=JUNE, candidacy=MARIE_VAE, casting_vote=False, unanimous=True)
    scenario.given(At(Deliberation.id_of(JUNE, MARIE_VAE), (vote,)))
    scenario.when(LEAVE, by=AS_NADIA)
    scenario.then(
        MemberLeft(juror=NADIA, at=NOON),
        MemberLeftDeliberation(session=JUNE, candidacy=MARIE_VAE, juror=NADIA, at=NOON),
    )
    assert panel_of(scenario) == frozenset(PANEL) - {NADIA}
    assert not scenario.log.find(Deliberation, Deliberation.id_of(JUNE, MARIE_VAE)).voted
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then_recorded(DecisionVoted, BlockGranted)
    scenario.when(replace(LEAVE, juror=LUC), by=AS_RENEE)
    scenario.when(replace(GRANT, decisions=(BlockDecision(block=1, granted=True),)), by=AS_PAUL)
    scenario.then_refused(QuorumNotMet)
    assert 3 in scenario.log.find(Deliberation, Deliberation.id_of(JUNE, MARIE_VAE)).granted, "it stays decided"
    assert scenario.refused_again() == []


def test_returned_member_deliberates_only_on_candidates_taken_up_since(scenario: Scenario) -> None:
    deliberating(scenario)
    scenario.when(BACK, by=AS_NADIA)
    scenario.then_refused(MovementImpossible)
    for command in (LEAVE, BACK):
        scenario.when(command, by=AS_NADIA)
    scenario.then(MemberReturned(juror=NADIA, at=NOON))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=SAMIR_VAE), by=AS_PAUL)
    (opened,) = scenario.then_recorded(DeliberationOpened)
    assert isinstance(opened, DeliberationOpened)
    assert NADIA in opened.panel
    assert NADIA not in (panel_of(scenario) or ())
    scenario.when(replace(LEAVE, juror=KARIM), by=AS_PAUL)
    scenario.when(replace(LEAVE, juror=KARIM), by=AS_PAUL)
    scenario.then_refused(MovementImpossible)
    assert scenario.refused_again() == []


def test_member_who_left_is_on_no_panel_and_cannot_note_a_candidate_present(scenario: Scenario) -> None:
    scenario.given(*vae_filed(SAMIR_VAE), *before_the_jury(SAMIR_VAE, came=False))
    scenario.when(LEAVE, by=AS_NADIA)
    scenario.when(NoteCandidatePresent(session=JUNE, candidacy=SAMIR_VAE), by=AS_NADIA)
    scenario.then_refused(NotOnThePanel)
    scenario.given(arrived(SAMIR_VAE))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=SAMIR_VAE), by=AS_PAUL)
    (opened,) = scenario.then_recorded(DeliberationOpened)
    assert isinstance(opened, DeliberationOpened)
    assert set(opened.panel) == set(PANEL) - {NADIA}


def test_next_appointed_member_records_and_conducts_once_the_chair_has_left(scenario: Scenario) -> None:
    deliberating(scenario)
    scenario.when(replace(LEAVE, juror=PAUL), by=AS_PAUL)
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then_refused(NotOnThePanel)
    scenario.when(GRANT, by=AS_NADIA)
    scenario.then_recorded(DecisionVoted, BlockGranted)
    scenario.when(replace(LEAVE, juror=KARIM), by=AS_PAUL)
    scenario.then_refused(NotTheChair)
    scenario.when(replace(LEAVE, juror=KARIM), by=AS_NADIA)
    scenario.then_recorded(MemberLeft, MemberLeftDeliberation)
    assert scenario.refused_again() == []


def test_late_member_deliberates_only_on_candidates_taken_up_afterwards(scenario: Scenario) -> None:
    deliberating(scenario)
    other = Scenario(today=JURY_DAY, store=scenario.store.copy())
    late = At(JUNE, (SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY),))
    other.given(late)
    other.when(replace(SIGN, juror=ELSA), by=AS_ELSA)
    other.then_recorded(MemberSignedIn)
    other.when(OpenDeliberation(session=JUNE, candidacy=SAMIR_VAE), by=AS_PAUL)
    (opened,) = other.then_recorded(DeliberationOpened)
    assert isinstance(opened, DeliberationOpened)
    assert ELSA in opened.panel
    assert ELSA not in (panel_of(other) or ())


def test_member_cannot_be_noted_as_having_left_before_the_opening(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), signed_in(JUNE))
    scenario.when(LEAVE, by=AS_NADIA)
    scenario.then_refused(SessionNotOpen)
