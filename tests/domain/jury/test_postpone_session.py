"""Postponement and cancellation of a session, and their effect on its list."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from domain.candidacy.candidacy import AlreadySummoned, OwnWork
from domain.candidacy.facts import CandidateSummoned
from domain.commands.jury.cancel_session import CancelSession
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.commands.jury.postponement import AlreadyHeld, NotLater
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.fact import Personal
from domain.jury.facts import CandidateListed, SessionCancelled, SessionOpened, SessionPostponed
from domain.jury.session import SessionInThePast, SessionNotDue, SessionNotPlanned
from domain.people.facts import RoleGranted
from domain.ports import Command, Role
from tests.given.domain.people import (
    AS_RENEE,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PANEL,
    RENEE,
    actor,
    before_the_jury,
    plan,
    planned,
    signed_in,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

PUT_OFF = PostponeSession(session=JUNE, held_on=LATER_DAY, reason="Salle indisponible.")
CALL_OFF = CancelSession(session=JUNE, reason="Jury incomplet.")


@pytest.fixture
def listed(scenario: Scenario) -> Scenario:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), planned(MARCH), *summoned(JUNE, MARIE_VAE))
    return scenario


def test_postponed_session_keeps_its_list_and_opens_on_its_new_day(listed: Scenario) -> None:
    listed.when(PUT_OFF, by=AS_RENEE)
    (fact,) = listed.then_recorded(SessionPostponed)
    assert isinstance(fact, SessionPostponed)
    assert fact.held_on == LATER_DAY
    listed.given(signed_in(JUNE, PANEL))
    listed.when(OpenSession(session=JUNE), by=AS_RENEE)
    listed.then_refused(SessionNotDue)
    listed.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE)
    listed.then_refused(AlreadySummoned)
    listed.given(signed_in(JUNE, PANEL, LATER_DAY))
    listed.when(OpenSession(session=JUNE), by=AS_RENEE, on=LATER_DAY)
    listed.then_recorded(SessionOpened)


def test_postponed_session_keeps_its_hour_unless_another_is_given(scenario: Scenario) -> None:
    at_nine = replace(plan(), starts_at=time(9))
    scenario.given(planned(JUNE, at_nine))
    latest = LATER_DAY + timedelta(days=1)
    for held_on, said in ((LATER_DAY, None), (latest, time(14))):
        scenario.when(replace(PUT_OFF, held_on=held_on, starts_at=said), by=AS_RENEE)
        (fact,) = scenario.then_recorded(SessionPostponed)
        assert isinstance(fact, SessionPostponed)
        assert fact.put_off(at_nine) == replace(at_nine, held_on=held_on, starts_at=said or time(9))


def test_session_cannot_be_postponed_to_an_earlier_day_or_into_the_past(listed: Scenario) -> None:
    for day in (JURY_DAY, JURY_DAY - timedelta(days=1)):
        listed.when(PostponeSession(session=JUNE, held_on=day, reason="x"), by=AS_RENEE)
        listed.then_refused(NotLater)
    late = PostponeSession(session=JUNE, held_on=JURY_DAY + timedelta(days=1), reason="x")
    listed.when(late, by=AS_RENEE, on=LATER_DAY)
    listed.then_refused(SessionInThePast)


def test_session_held_on_paper_can_be_cancelled_but_not_postponed(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, replace(plan(), on_paper=True)))
    scenario.when(PUT_OFF, by=AS_RENEE)
    scenario.then_refused(AlreadyHeld)
    put_off = SessionPostponed(
        held_on=LATER_DAY, reason=Personal("x", RENEE), instead_of=JURY_DAY, past_retakes=False
    )
    assert scenario.forged(JUNE, put_off, by=AS_RENEE) == ["already-held"]
    scenario.when(CALL_OFF, by=AS_RENEE)
    scenario.then_recorded(SessionCancelled)


def test_candidates_of_a_cancelled_session_can_be_called_before_another(listed: Scenario) -> None:
    listed.when(CALL_OFF, by=AS_RENEE)
    listed.then_recorded(SessionCancelled)
    listed.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE)
    listed.then_recorded(CandidateListed, CandidateSummoned)


@pytest.mark.parametrize("command", [PUT_OFF, CALL_OFF, OpenSession(session=JUNE)])
def test_cancelled_session_cannot_be_postponed_cancelled_or_opened(listed: Scenario, command: Command) -> None:
    listed.when(CALL_OFF, by=AS_RENEE)
    listed.when(command, by=AS_RENEE)
    listed.then_refused(SessionNotPlanned)


@pytest.mark.parametrize("command", [PUT_OFF, CALL_OFF])
def test_opened_session_cannot_be_postponed_or_cancelled(scenario: Scenario, command: Command) -> None:
    scenario.given(*before_the_jury())
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(SessionNotPlanned)


@pytest.mark.parametrize("command", [PUT_OFF, CALL_OFF])
def test_registrar_cannot_postpone_or_cancel_the_session_they_are_called_before(
    listed: Scenario, command: Command
) -> None:
    listed.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    listed.when(command, by=actor(MARIE, Role.REGISTRAR))
    listed.then_refused(OwnWork)
