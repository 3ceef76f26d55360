"""Order of the hours noted in a session: no event may precede, on the same day, one that it follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.note_member_absent import NoteMemberAbsent
from domain.commands.jury.note_member_left import NoteMemberLeft
from domain.commands.jury.note_member_returned import NoteMemberReturned
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.jury.facts import MemberLeft, MemberReturned, SessionClosed, SessionOpened
from domain.jury.hours import HourOutOfOrder
from domain.jury.session import SessionNotOpen
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, Command, Role
from tests.given.domain.people import (
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    EMMA,
    ENOUGH,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    MARIE_VAE,
    NADIA,
    PANEL,
    PAUL,
    actor,
    arrived,
    heard,
    opened,
    planned,
    ruled,
    signed_in,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

OPEN, CLOSE = OpenSession(session=JUNE), CloseSession(session=JUNE)
LEAVE, BACK = NoteMemberLeft(session=JUNE, juror=NADIA), NoteMemberReturned(session=JUNE, juror=NADIA)
WHOLE = RecordDecision(
    session=JUNE,
    candidacy=MARIE_VAE,
    outcome=VoteOutcome.UNANIMOUS,
    decisions=tuple(BlockDecision(block=block, granted=True) for block in (1, 2, 3, 4)),
    title=True,
)
LATER = JURY_DAY + timedelta(days=3)


@pytest.fixture
def opened_at_nine(scenario: Scenario) -> Scenario:
    """A session opened at nine, whose members signed in at half past eight; Marie is called before it."""
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    for juror in PANEL:
        did(scenario, SignMemberIn(session=JUNE, juror=juror, at=time(8, 30)), AS_RENEE)
    did(scenario, replace(OPEN, at=time(9)), AS_RENEE)
    return scenario


def did(scenario: Scenario, command: Command, by: Actor) -> None:
    scenario.when(command, by=by)
    assert not isinstance(scenario.outcome, Exception), f"{command}: {scenario.outcome!r}"


def test_session_cannot_open_before_the_hour_at_which_a_present_member_signed_in(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    for juror in PANEL:
        did(scenario, SignMemberIn(session=JUNE, juror=juror, at=time(11)), AS_RENEE)
    scenario.when(replace(OPEN, at=time(10)), by=AS_RENEE)
    scenario.then_refused(HourOutOfOrder, "10:00", "11:00")
    scenario.when(replace(OPEN, at=time(11)), by=AS_RENEE)
    scenario.then_recorded(SessionOpened)


def test_member_cannot_leave_before_the_opening_or_return_before_leaving(opened_at_nine: Scenario) -> None:
    opened_at_nine.when(replace(LEAVE, at=time(8)), by=AS_NADIA)
    opened_at_nine.then_refused(HourOutOfOrder, "08:00", "09:00")
    did(opened_at_nine, replace(LEAVE, at=time(10)), AS_NADIA)
    opened_at_nine.when(replace(BACK, at=time(9, 59)), by=AS_NADIA)
    opened_at_nine.then_refused(HourOutOfOrder, "09:59", "10:00")
    opened_at_nine.when(replace(BACK, at=time(11)), by=AS_NADIA)
    opened_at_nine.then(MemberReturned(juror=NADIA, at=time(11)))
    opened_at_nine.when(replace(LEAVE, at=time(10, 30)), by=AS_NADIA)
    opened_at_nine.then_refused(HourOutOfOrder)
    assert opened_at_nine.refused_again() == []


def test_late_member_cannot_sign_in_at_an_hour_before_the_opening(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), signed_in(JUNE, (PAUL, NADIA, LUC, EMMA)))
    scenario.given(At(JUNE, (SessionOpened(present=(PAUL, NADIA, LUC, EMMA), opened_on=JURY_DAY, at=time(9)),)))
    late = SignMemberIn(session=JUNE, juror=KARIM)
    scenario.when(replace(late, at=time(8, 50)), by=AS_RENEE)
    scenario.then_refused(HourOutOfOrder)


def test_deliberation_cannot_open_before_the_candidate_came(opened_at_nine: Scenario) -> None:
    here: dict[str, Any] = {"session": JUNE, "candidacy": MARIE_VAE}
    did(opened_at_nine, NoteCandidatePresent(**here, at=time(11, 30)), AS_PAUL)
    opened_at_nine.when(OpenDeliberation(**here, at=time(11)), by=AS_PAUL)
    opened_at_nine.then_refused(HourOutOfOrder, "11:00", "11:30")
    did(opened_at_nine, OpenDeliberation(**here), AS_PAUL)
    opened_at_nine.given(ruled(MARIE_VAE, ENOUGH))
    did(opened_at_nine, WHOLE, AS_PAUL)
    opened_at_nine.when(replace(CLOSE, at=time(11, 59)), by=AS_PAUL)
    opened_at_nine.then_refused(HourOutOfOrder, "11:59", "12:00")
    opened_at_nine.when(CLOSE, by=AS_PAUL)
    opened_at_nine.then(SessionClosed(at=NOON))
    assert opened_at_nine.refused_again() == []


def test_session_cannot_close_before_it_opened_or_before_a_member_left(opened_at_nine: Scenario) -> None:
    did(opened_at_nine, NoteAbsence(session=JUNE, candidacy=MARIE_VAE), AS_RENEE)
    opened_at_nine.when(replace(CLOSE, at=time(4)), by=AS_RENEE)
    opened_at_nine.then_refused(HourOutOfOrder, "04:00", "09:00")
    did(opened_at_nine, replace(LEAVE, at=time(10)), AS_NADIA)
    opened_at_nine.when(replace(CLOSE, at=time(9, 30)), by=AS_RENEE)
    opened_at_nine.then_refused(HourOutOfOrder, "09:30", "10:00")


def test_session_reopened_on_a_later_day_is_closed_on_that_day_by_the_members_who_had_signed_in(
    scenario: Scenario,
) -> None:
    four = (PAUL, NADIA, LUC, EMMA)
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.given(signed_in(JUNE, four), opened(JUNE, four), arrived(MARIE_VAE))
    scenario.given(heard(MARIE_VAE, panel=four, sought=(1, 2, 3, 4)), ruled(MARIE_VAE, ENOUGH))
    did(scenario, WHOLE, AS_PAUL)
    did(scenario, CLOSE, AS_PAUL)
    scenario.today, scenario.hour = LATER, time(9)
    did(scenario, TakeBackDecision(session=JUNE, candidacy=MARIE_VAE, reason="Erreur de saisie."), AS_PAUL)
    scenario.when(SignMemberIn(session=JUNE, juror=KARIM), by=actor(KARIM, Role.JUROR))
    scenario.then_refused(SessionNotOpen)
    scenario.when(NoteMemberAbsent(session=JUNE, juror=KARIM), by=AS_RENEE)
    scenario.then_refused(SessionNotOpen)
    did(scenario, WHOLE, AS_PAUL)
    scenario.when(LEAVE, by=AS_NADIA)
    scenario.then(MemberLeft(juror=NADIA, at=time(9), left_on=LATER))
    scenario.when(BACK, by=AS_NADIA)
    scenario.then(MemberReturned(juror=NADIA, at=time(9), returned_on=LATER))
    scenario.when(CLOSE, by=AS_PAUL)
    scenario.then(SessionClosed(at=time(9), closed_on=LATER))
    assert scenario.refused_again() == []
