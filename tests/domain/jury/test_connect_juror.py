"""Jurors who sit remotely, and what cannot be decided while a connection is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.connect_juror import ConnectJuror
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.note_connection import NoteConnection
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.jury.connection import AlreadyConnected, MemberUnseen, NotConnected, RemoteNotAllowed
from domain.jury.deliberation import MemberCutOff
from domain.jury.facts import (
    CompetenceRuled,
    ConnectionLost,
    ConnectionRestored,
    DeliberationOpened,
    JurorConnected,
    SessionOpened,
)
from domain.jury.ruling import Ruling
from domain.jury.session import NotOnThePanel, SessionNotDue, SessionNotOpen, SessionNotPlanned
from domain.jury.vote import VoteOutcome
from domain.people.identity import IdentityDocument
from domain.ports import Command, Role, RulebookId
from domain.refusal import NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity
from tests.given.domain.people import (
    AS_ELSA,
    AS_MARC,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    ELSA,
    JUNE,
    JURY_DAY,
    LUC,
    MARC,
    MARIE_VAE,
    PANEL,
    RULES,
    actor,
    before_the_jury,
    heard,
    plan,
    planned,
    signed_in,
    summoned,
    vae_filed,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import NOON, At, Scenario

OURS = RulebookId(Rulebook.id_of("IMCI", 3))
JOIN = ConnectJuror(session=JUNE, juror=LUC, document=IdentityDocument.PASSPORT)
LOST = NoteConnection(session=JUNE, juror=LUC, lost=True)
BACK = replace(LOST, lost=False)
SIGN = tuple(SignMemberIn(session=JUNE, juror=each) for each in PANEL)
OPEN = OpenSession(session=JUNE)
CAME = NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE)
TAKE_UP = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)
RULE = RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=(Ruling(competence=1, acquired=True),))
DECISIONS = (
    RULE,
    RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=JUNE,
        candidacy=MARIE_VAE,
        decisions=(BlockDecision(block=1, granted=True),),
    ),
    RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=JUNE, candidacy=MARIE_VAE),
)


def called(scenario: Scenario, *remote: RemoteActivity, **where: Any) -> None:
    rules = replace(RULES, version=3, remote=remote)
    scenario.given(At(OURS, (RulebookPublished(rules=rules),)), *vae_filed(MARIE_VAE, OURS))
    scenario.given(planned(JUNE, replace(plan(rulebook=OURS), **where)), *summoned(JUNE, MARIE_VAE))


@pytest.fixture
def remote(scenario: Scenario) -> Scenario:
    """Luc, a member of the session, has joined remotely; the session is not open yet."""
    called(scenario, RemoteActivity.MEMBER)
    scenario.when(JOIN, by=AS_RENEE)
    document = IdentityDocument.PASSPORT
    scenario.then(JurorConnected(session=JUNE, juror=LUC, document=document, connected_on=JURY_DAY, at=NOON))
    return scenario


def did(scenario: Scenario, *commands: Command) -> None:
    for command in commands:
        scenario.when(command, by=AS_PAUL if isinstance(command, OpenDeliberation | RuleCompetences) else AS_RENEE)
        assert not isinstance(scenario.outcome, Exception), scenario.outcome


# Joining


def test_member_joins_remotely_once_and_on_the_day_when_the_rulebook_allows_it(scenario: Scenario) -> None:
    called(scenario, RemoteActivity.MEMBER)
    scenario.when(JOIN, by=AS_RENEE, on=JURY_DAY - timedelta(days=1))
    scenario.then_refused(SessionNotDue)
    scenario.when(JOIN, by=AS_RENEE)
    scenario.when(JOIN, by=AS_RENEE)
    scenario.then_refused(AlreadyConnected)


def test_member_cannot_join_remotely_when_the_rulebook_allows_only_a_remote_session(scenario: Scenario) -> None:
    called(scenario, RemoteActivity.SESSION)
    scenario.when(JOIN, by=AS_RENEE)
    scenario.then_refused(RemoteNotAllowed)


@pytest.mark.parametrize("stranger", [MARC, ELSA], ids=["no seat", "a substitute not seated"])
def test_person_without_a_seat_cannot_join_remotely(scenario: Scenario, stranger) -> None:
    called(scenario, RemoteActivity.MEMBER)
    scenario.when(replace(JOIN, juror=stranger), by=AS_RENEE)
    scenario.then_refused(NotOnThePanel)


def test_member_may_join_after_the_opening_but_not_after_the_closing(remote: Scenario) -> None:
    did(remote, *SIGN, OPEN)
    remote.when(replace(JOIN, juror=PANEL[1]), by=AS_RENEE)
    remote.then_recorded(JurorConnected)
    remote.given(At(JUNE, (CLOSED,)))
    remote.when(replace(JOIN, juror=PANEL[0]), by=AS_RENEE)
    remote.then_refused(SessionNotOpen)


# A session held remotely


@pytest.fixture
def afar(scenario: Scenario) -> Scenario:
    """A session held remotely, which every member but Luc has joined."""
    called(scenario, RemoteActivity.SESSION, place="à distance", remote=True)
    did(scenario, *(replace(JOIN, juror=juror) for juror in PANEL if juror != LUC))
    return scenario


def test_remote_session_does_not_open_with_a_member_whose_connection_was_not_recorded(afar: Scenario) -> None:
    did(afar, *SIGN)
    afar.when(OPEN, by=AS_RENEE)
    afar.then_refused(MemberUnseen, LUC)
    since = len(afar.store.told) - 1
    did(afar, JOIN, OPEN)
    assert not [found for found in replay(afar.store.told) if found.position > since]


def test_replay_refuses_an_opening_that_counts_a_member_not_connected_or_cut_off(afar: Scenario) -> None:
    did(afar, *SIGN)
    opened = SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON)
    assert verdict(afar, JUNE, opened, AS_RENEE) == "member-unseen"
    did(afar, JOIN)
    assert verdict(afar, JUNE, opened, AS_RENEE) is None
    did(afar, LOST)
    assert verdict(afar, JUNE, opened, AS_RENEE) == "member-cut-off"


def test_connection_of_the_former_day_does_not_count_when_the_session_is_postponed(afar: Scenario) -> None:
    later = JURY_DAY + timedelta(days=7)
    did(afar, JOIN, LOST, PostponeSession(session=JUNE, held_on=later, reason="Panne."))
    afar.given(signed_in(JUNE, PANEL, later))
    afar.when(OPEN, by=AS_RENEE, on=later)
    afar.then_refused(MemberCutOff, LUC)
    afar.when(JOIN, by=AS_RENEE, on=later)
    afar.then(
        JurorConnected(session=JUNE, juror=LUC, document=IdentityDocument.PASSPORT, connected_on=later, at=NOON),
    )
    afar.when(OPEN, by=AS_RENEE, on=later)
    afar.then_refused(MemberUnseen, *sorted(set(PANEL) - {LUC}))


# Interruptions


def test_session_does_not_open_while_a_member_is_cut_off(remote: Scenario) -> None:
    did(remote, *SIGN, LOST)
    remote.when(OPEN, by=AS_RENEE)
    remote.then_refused(MemberCutOff, LUC)
    did(remote, BACK)
    remote.when(OPEN, by=AS_RENEE)
    remote.then_recorded(SessionOpened)


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda each: type(each).__name__)
def test_candidate_cannot_be_decided_on_while_a_member_is_cut_off(remote: Scenario, decision: Command) -> None:
    did(remote, *SIGN, OPEN, CAME, TAKE_UP, LOST)
    remote.when(decision, by=AS_PAUL)
    remote.then_refused(MemberCutOff, LUC)


def test_candidate_can_be_ruled_on_once_the_member_cut_off_is_back(remote: Scenario) -> None:
    since = len(remote.store.told) - 1
    did(remote, *SIGN, OPEN, CAME, TAKE_UP, LOST, BACK)
    remote.when(RULE, by=AS_PAUL)
    remote.then_recorded(CompetenceRuled)
    assert not [found for found in replay(remote.store.told) if found.position > since]


def test_candidate_can_be_ruled_on_once_the_member_cut_off_has_stepped_out(remote: Scenario) -> None:
    did(remote, *SIGN, OPEN, CAME, TAKE_UP, LOST)
    remote.when(RecuseJuror(session=JUNE, candidacy=MARIE_VAE, juror=LUC, reason="Connexion perdue."), by=AS_RENEE)
    remote.when(RULE, by=AS_PAUL)
    remote.then_recorded(CompetenceRuled)


def test_member_cut_off_when_a_deliberation_opens_stays_out_of_it(remote: Scenario) -> None:
    did(remote, *SIGN, OPEN, CAME, LOST)
    remote.when(TAKE_UP, by=AS_PAUL)
    (fact,) = remote.then_recorded(DeliberationOpened)
    assert isinstance(fact, DeliberationOpened)
    assert fact.panel == tuple(sorted(set(PANEL) - {LUC}))
    did(remote, BACK)
    remote.when(RULE, by=actor(LUC, Role.JUROR))
    remote.then_refused(NotOnThePanel, LUC)


def test_member_cut_off_cannot_open_a_deliberation(remote: Scenario) -> None:
    did(remote, *SIGN, OPEN, LOST)
    remote.when(TAKE_UP, by=actor(LUC, Role.JUROR))
    remote.then_refused(NotOnThePanel, LUC)


def test_connection_is_lost_only_when_there_is_one_and_restored_only_when_it_was_lost(remote: Scenario) -> None:
    remote.when(replace(LOST, juror=PANEL[0]), by=AS_RENEE)
    remote.then_refused(NotConnected)
    remote.when(BACK, by=AS_RENEE)
    remote.then_refused(AlreadyConnected)
    remote.when(LOST, by=AS_RENEE)
    remote.then(ConnectionLost(session=JUNE, juror=LUC, at=NOON))
    remote.when(LOST, by=AS_RENEE)
    remote.then_refused(NotConnected)
    remote.when(BACK, by=AS_RENEE)
    remote.then(ConnectionRestored(session=JUNE, juror=LUC, at=NOON))


def test_connection_cannot_be_noted_once_the_session_is_closed(remote: Scenario) -> None:
    did(remote, *SIGN, OPEN)
    remote.given(At(JUNE, (CLOSED,)))
    remote.when(LOST, by=AS_RENEE)
    remote.then_refused(SessionNotOpen)


# Only members who signed in rule, and no member is added after the opening


def test_67_member_who_was_not_seated_cannot_rule(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.when(RULE, by=AS_ELSA)  # a substitute who was not seated
    scenario.then_refused(NotOnThePanel)
    scenario.when(RULE, by=AS_MARC)  # Marc has no seat on this jury and may not see it
    scenario.then_refused(NotFound)


def test_67_juror_cannot_be_appointed_after_the_opening(scenario: Scenario) -> None:
    scenario.given(*before_the_jury())
    scenario.when(AppointJuror(session=JUNE, juror=MARC), by=AS_RENEE)
    scenario.then_refused(SessionNotPlanned)
