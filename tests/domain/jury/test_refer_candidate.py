"""When does a jury send a candidate before another? (the stories: tests/stories/test_tied_juror_found_late.py)"""

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


def test_while_it_may_decide_it_decides(in_session: Scenario) -> None:
    in_session.when(REFER, by=AS_PAUL)
    in_session.then_refused(MayDecide)


def test_too_few_members_or_a_tie_stand_in_the_way(in_session: Scenario) -> None:
    in_session.given(tied(KARIM, SAMIR))
    in_session.when(REFER, by=AS_ELSA)
    in_session.then_refused(NotOnThePanel)
    in_session.when(REFER, by=AS_PAUL)
    in_session.then(CandidateReferred(session=JUNE, candidacy=SAMIR_VAE, rule="conflict-of-interest", at=NOON))


def test_nothing_more_is_decided_there_and_the_session_closes(in_session: Scenario) -> None:
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


def test_a_candidate_not_yet_taken_up_is_not_noted_absent_after_it(in_session: Scenario) -> None:
    in_session.given(*GONE)
    in_session.when(REFER, by=AS_PAUL)
    in_session.then_recorded(CandidateReferred)
    in_session.when(NoteAbsence(session=JUNE, candidacy=SAMIR_VAE), by=AS_RENEE)
    in_session.then_refused(AlreadyDecided)


def test_what_is_decided_in_part_is_not_sent_elsewhere(in_session: Scenario) -> None:
    in_session.given(heard(SAMIR_VAE), ruled(SAMIR_VAE, range(21, 26)), granted(SAMIR_VAE, 3), *GONE)
    in_session.when(REFER, by=AS_PAUL)
    in_session.then_refused(AlreadyDecided)


def test_nor_is_who_won_the_title_before_another_jury_meanwhile(in_session: Scenario) -> None:
    in_session.given(*GONE, before_the_jury(SAMIR_VAE, session=MARCH), heard(SAMIR_VAE, MARCH))
    in_session.given(granted(SAMIR_VAE, 1, 2, 3, 4, session=MARCH), pronounced(SAMIR_VAE, MARCH))
    in_session.when(REFER, by=AS_PAUL)
    in_session.then_refused(AlreadyDecided)


def test_nor_by_a_session_that_is_not_open(scenario: Scenario) -> None:
    scenario.given(vae_filed(SAMIR_VAE), before_the_jury(SAMIR_VAE), At(JUNE, (SessionClosed(),)))
    scenario.when(REFER, by=AS_PAUL)
    scenario.then_refused(SessionNotOpen)
