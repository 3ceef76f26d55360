"""Referral of a candidate to another jury (the stories: tests/stories/test_tied_juror_found_late.py)."""

from __future__ import annotations

import pytest

from domain.candidacy.candidacy import AlreadyDecided
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.jury.facts import CandidateReferred, SessionClosed
from domain.jury.ruling import Ruling
from domain.jury.session import NotOnThePanel, SessionNotOpen
from domain.jury.vote import MayDecide
from tests.given.domain.people import (
    AS_ELSA,
    AS_PAUL,
    AS_RENEE,
    EMMA,
    JUNE,
    KARIM,
    MARCH,
    RENEWED_SEATS,
    SAMIR,
    SAMIR_VAE,
    before_the_jury,
    granted,
    heard,
    planned,
    pronounced,
    recused,
    ruled,
    tied,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

REFER = ReferCandidate(session=JUNE, candidacy=SAMIR_VAE)
GONE = (recused(SAMIR_VAE, EMMA), recused(SAMIR_VAE, KARIM))


@pytest.fixture
def in_session(scenario: Scenario) -> Scenario:
    scenario.given(vae_filed(SAMIR_VAE), before_the_jury(SAMIR_VAE))
    return scenario


def test_candidate_cannot_be_referred_while_the_jury_may_decide(in_session: Scenario) -> None:
    in_session.when(REFER, by=AS_PAUL)
    in_session.then_refused(MayDecide)


def test_candidate_is_referred_when_a_tie_prevents_the_panel_from_deciding(in_session: Scenario) -> None:
    in_session.given(tied(KARIM, SAMIR))
    in_session.when(REFER, by=AS_ELSA)
    in_session.then_refused(NotOnThePanel)
    in_session.when(REFER, by=AS_PAUL)
    in_session.then(CandidateReferred(session=JUNE, candidacy=SAMIR_VAE, rule="conflict-of-interest", at=NOON))


def test_referred_candidate_is_not_decided_there_and_the_session_closes(in_session: Scenario) -> None:
    in_session.given(heard(SAMIR_VAE), *GONE)
    in_session.when(REFER, by=AS_PAUL)
    in_session.then(CandidateReferred(session=JUNE, candidacy=SAMIR_VAE, rule="quorum-not-met", at=NOON))
    rule = RuleCompetences(session=JUNE, candidacy=SAMIR_VAE, rulings=(Ruling(competence=1, acquired=True),))
    for again in (REFER, rule, OpenDeliberation(session=JUNE, candidacy=SAMIR_VAE)):
        in_session.when(again, by=AS_PAUL)
        in_session.then_refused(AlreadyDecided)
    in_session.when(NoteAbsence(session=JUNE, candidacy=SAMIR_VAE), by=AS_RENEE)
    in_session.then_refused(AlreadyDecided)
    in_session.when(CloseSession(session=JUNE), by=AS_RENEE)
    in_session.then(SessionClosed(at=NOON))
    in_session.given(planned(MARCH, seats=RENEWED_SEATS))
    in_session.when(SummonCandidate(session=MARCH, candidacy=SAMIR_VAE), by=AS_RENEE)
    assert not isinstance(in_session.outcome, Exception), "another jury may call them at once"


def test_candidate_referred_before_being_taken_up_cannot_be_noted_absent(in_session: Scenario) -> None:
    in_session.given(*GONE)
    in_session.when(REFER, by=AS_PAUL)
    in_session.then_recorded(CandidateReferred)
    in_session.when(NoteAbsence(session=JUNE, candidacy=SAMIR_VAE), by=AS_RENEE)
    in_session.then_refused(AlreadyDecided)


def test_candidate_decided_in_part_cannot_be_referred(in_session: Scenario) -> None:
    in_session.given(heard(SAMIR_VAE), ruled(SAMIR_VAE, range(21, 26)), granted(SAMIR_VAE, 3), *GONE)
    in_session.when(REFER, by=AS_PAUL)
    in_session.then_refused(AlreadyDecided)


def test_candidate_who_won_the_title_before_another_jury_cannot_be_referred(in_session: Scenario) -> None:
    in_session.given(*GONE, before_the_jury(SAMIR_VAE, session=MARCH), heard(SAMIR_VAE, MARCH))
    in_session.given(granted(SAMIR_VAE, 1, 2, 3, 4, session=MARCH), pronounced(SAMIR_VAE, MARCH))
    in_session.when(REFER, by=AS_PAUL)
    in_session.then_refused(AlreadyDecided)


def test_candidate_cannot_be_referred_by_a_session_that_is_closed(scenario: Scenario) -> None:
    scenario.given(vae_filed(SAMIR_VAE), before_the_jury(SAMIR_VAE), At(JUNE, (SessionClosed(),)))
    scenario.when(REFER, by=AS_PAUL)
    scenario.then_refused(SessionNotOpen)
