"""Conduct of a session: deferred decisions, decisions that rested on a recused juror, and the chair (ADR 30)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.appeal.facts import RectificationRejected
from domain.appeal.rectification import Minuted, NoRectificationUnderWay
from domain.candidacy.candidacy import OwnWork
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.replace_chair import ReplaceChair
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.sitting_again import SIGNED_ANEW
from domain.commands.people.declare_tie import DeclareTie
from domain.fact import Personal
from domain.fraud.facts import FraudReported, SanctionPronounced
from domain.fraud.fraud import Fraud
from domain.jury.deliberation import CommissionProposes, Deliberation, NotAllDecided
from domain.jury.facts import (
    BlockGranted,
    ChairReplaced,
    DecisionDeferred,
    DeliberationReopened,
    JurorRecused,
    SessionOpened,
    SessionReopened,
)
from domain.jury.minutes import ChairNotReplaced
from domain.jury.ruling import MarksVoid, NotReady, ReasonRequired, Ruling
from domain.jury.session import SessionNotClosed, SessionNotOpen
from domain.jury.tainted_decision import NothingToReopen, RestsOnWhoLeft
from domain.jury.vote import NothingToDefer, VoteOutcome
from domain.people.facts import RoleGranted, Tie
from domain.ports import Actor, Command, Role
from domain.replay.judge import replay
from domain.rulebook.fraud_rules import SanctionKind
from tests.given.domain.people import (
    AS_PAUL,
    AS_RENEE,
    BLOCKS,
    ELSA,
    JUNE,
    JURY_DAY,
    KARIM,
    MARCH,
    MARIE_VAE,
    NADIA,
    OWNERS,
    PANEL,
    PAUL,
    RENEE,
    SAMIR_VAE,
    actor,
    arrived,
    plan,
    planned,
    recused,
    summoned,
    tied,
    unanimous,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

OPENED = At(JUNE, (SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY),))
TAKE_UP = OpenDeliberation(session=JUNE, candidacy=SAMIR_VAE)
RULE = RuleCompetences(
    session=JUNE, candidacy=SAMIR_VAE, rulings=tuple(Ruling(competence=n, acquired=True) for n in range(1, 31))
)
GRANT = RecordDecision(
    outcome=VoteOutcome.UNANIMOUS,
    session=JUNE,
    candidacy=SAMIR_VAE,
    decisions=tuple(BlockDecision(block=block.number, granted=True) for block in BLOCKS),
)
TITLE = RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=JUNE, candidacy=SAMIR_VAE)
DEFER = DeferDecisions(session=JUNE, candidacy=SAMIR_VAE, reason="La nuit est tombée.")
CLOSE = CloseSession(session=JUNE)
REOPEN = ReopenDeliberation(session=JUNE, candidacy=SAMIR_VAE, reason="Un lien a été découvert.")
MARIE_ABSENT = NoteAbsence(session=JUNE, candidacy=MARIE_VAE)


@pytest.fixture
def in_session(scenario: Scenario) -> Scenario:
    """Samir and Marie are called; the deliberation on Samir is open."""
    scenario.given(vae_filed(SAMIR_VAE), vae_filed(MARIE_VAE), planned(JUNE))
    scenario.given(summoned(JUNE, SAMIR_VAE, MARIE_VAE), arrived(SAMIR_VAE), OPENED)
    scenario.head = len(scenario.store.told)
    did(scenario, (TAKE_UP, AS_PAUL))
    return scenario


def did(scenario: Scenario, *steps: tuple[Command, Actor]) -> None:
    for command, by in steps:
        scenario.when(command, by=by)
        assert not isinstance(scenario.outcome, Exception), f"{command}: {scenario.outcome!r}"


def lawful(scenario: Scenario) -> bool:
    start = next(told.stamp.position for told in scenario.store.told if isinstance(told.fact, SessionOpened))
    return not [found for found in replay(scenario.store.told) if found.position > start]


# Deferred decisions


def test_undecided_blocks_are_deferred_with_a_reason_before_the_session_closes(in_session: Scenario) -> None:
    did(
        in_session,
        (RULE, AS_PAUL),
        (replace(GRANT, decisions=GRANT.decisions[:1]), AS_PAUL),
        (MARIE_ABSENT, AS_RENEE),
    )
    in_session.when(CLOSE, by=AS_RENEE)
    in_session.then_refused(NotAllDecided, SAMIR_VAE)
    in_session.when(replace(DEFER, reason=" "), by=AS_PAUL)
    in_session.then_refused(ReasonRequired)
    in_session.when(DEFER, by=AS_PAUL)
    (fact,) = in_session.then_recorded(DecisionDeferred)
    assert isinstance(fact, DecisionDeferred)
    assert (fact.blocks, fact.title) == ((2, 3, 4), False)
    did(in_session, (CLOSE, AS_RENEE))
    assert lawful(in_session)
    hanging = [told for told in in_session.store.told if not isinstance(told.fact, DecisionDeferred)]
    assert hanging[-1].stamp.position in {found.position for found in replay(hanging)}


def test_title_won_is_pronounced_or_deferred_before_the_session_closes(in_session: Scenario) -> None:
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (MARIE_ABSENT, AS_RENEE))
    in_session.when(CLOSE, by=AS_RENEE)
    in_session.then_refused(NotAllDecided, SAMIR_VAE)
    in_session.when(DEFER, by=AS_PAUL)
    (fact,) = in_session.then_recorded(DecisionDeferred)
    assert isinstance(fact, DecisionDeferred)
    assert (fact.blocks, fact.title) == ((), True)
    in_session.when(DEFER, by=AS_PAUL)
    in_session.then_refused(NothingToDefer)
    did(in_session, (TITLE, AS_PAUL), (CLOSE, AS_RENEE))  # the jury may think better of it
    assert lawful(in_session)


def test_deferred_decision_can_still_be_taken_and_then_cannot_be_deferred(in_session: Scenario) -> None:
    did(in_session, (DEFER, AS_PAUL), (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL))
    in_session.when(DEFER, by=AS_PAUL)
    in_session.then_refused(NothingToDefer)


def test_decisions_cannot_be_deferred_for_a_candidate_not_taken_up(in_session: Scenario) -> None:
    in_session.when(replace(DEFER, candidacy=MARIE_VAE), by=AS_PAUL)
    in_session.then_refused(NotReady)


def test_commission_cannot_defer_decisions(scenario: Scenario) -> None:
    """A commission grants nothing: the jury rules on what it leaves out."""
    commission = replace(plan(), reports_to=MARCH)
    scenario.given(
        vae_filed(SAMIR_VAE), planned(JUNE, commission), summoned(JUNE, SAMIR_VAE), OPENED, arrived(SAMIR_VAE)
    )
    did(scenario, (TAKE_UP, AS_PAUL))
    scenario.when(DEFER, by=AS_PAUL)
    scenario.then_refused(CommissionProposes)


# Decisions that rested on a member who may not decide


def test_session_does_not_close_on_a_decision_that_rested_on_a_member_who_left(in_session: Scenario) -> None:
    """In this log a member left, and the decisions they had taken part in were not undone."""
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (MARIE_ABSENT, AS_RENEE))
    in_session.given(recused(SAMIR_VAE, KARIM))
    in_session.when(CLOSE, by=AS_RENEE)
    in_session.then_refused(RestsOnWhoLeft, SAMIR_VAE, KARIM)
    did(in_session, (REOPEN, AS_RENEE))
    in_session.when(CLOSE, by=AS_RENEE)
    in_session.then_refused(NotAllDecided, SAMIR_VAE)


def test_deliberation_cannot_be_reopened_when_no_member_of_its_panel_is_tied(in_session: Scenario) -> None:
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL))
    in_session.when(REOPEN, by=AS_RENEE)
    in_session.then_refused(NothingToReopen)
    in_session.given(tied(ELSA, OWNERS[SAMIR_VAE][0]))  # Elsa was not on the panel
    in_session.when(REOPEN, by=AS_RENEE)
    in_session.then_refused(NothingToReopen)


def test_reopened_session_decides_only_on_the_candidate_it_was_reopened_for(in_session: Scenario) -> None:
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL))
    came = NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE)
    marie = (came, replace(TAKE_UP, candidacy=MARIE_VAE), replace(DEFER, candidacy=MARIE_VAE))
    did(in_session, *((each, AS_PAUL) for each in marie), (CLOSE, AS_RENEE))
    tie = DeclareTie(person=NADIA, candidate=OWNERS[SAMIR_VAE][0], tie=Tie.FAMILY)
    did(in_session, (tie, AS_RENEE), (REOPEN, AS_RENEE))
    in_session.when(replace(RULE, candidacy=MARIE_VAE), by=AS_PAUL)
    in_session.then_refused(SessionNotOpen)
    in_session.when(RecuseJuror(session=JUNE, candidacy=MARIE_VAE, juror=NADIA, reason="x"), by=AS_RENEE)
    in_session.then_refused(SessionNotOpen)
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (CLOSE, AS_RENEE))
    assert lawful(in_session)


def test_recusal_before_any_decision_reopens_no_deliberation(in_session: Scenario) -> None:
    did(in_session, (RULE, AS_PAUL))
    did(in_session, (RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=KARIM, reason="x"), AS_RENEE))
    assert not [told for told in in_session.store.told if isinstance(told.fact, DeliberationReopened)]
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (MARIE_ABSENT, AS_RENEE), (CLOSE, AS_RENEE))
    assert lawful(in_session)


def test_rectification_under_way_is_rejected_when_the_minutes_are_to_be_signed_again(in_session: Scenario) -> None:
    """Approved, the rectification read in the first minutes would take from Samir what the second ones give him."""
    did(in_session, (MARIE_ABSENT, AS_RENEE), (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (CLOSE, AS_RENEE))
    sign, minuted = SignMinutes(session=JUNE), Minuted(rulings={21: False})
    read = ProposeRectification(session=JUNE, candidacy=SAMIR_VAE, minuted=minuted, reason="x")
    tie = DeclareTie(person=NADIA, candidate=OWNERS[SAMIR_VAE][0], tie=Tie.FAMILY)
    did(in_session, (sign, AS_PAUL), (read, AS_RENEE), (tie, AS_RENEE))
    in_session.when(REOPEN, by=AS_RENEE)
    rejected, *_ = in_session.then_recorded(
        RectificationRejected, SessionReopened, JurorRecused, DeliberationReopened
    )
    assert isinstance(rejected, RectificationRejected)
    assert rejected.reason == Personal(SIGNED_ANEW, OWNERS[SAMIR_VAE][0])
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (CLOSE, AS_RENEE), (sign, AS_PAUL))
    in_session.when(ApproveRectification(session=JUNE, candidacy=SAMIR_VAE, reason="x"), by=AS_PAUL)
    in_session.then_refused(NoRectificationUnderWay)
    assert lawful(in_session)


def test_reopening_removes_the_rulings_of_a_tied_juror_when_nothing_was_decided_yet(in_session: Scenario) -> None:
    did(in_session, (RULE, AS_PAUL))
    tie = DeclareTie(person=NADIA, candidate=OWNERS[SAMIR_VAE][0], tie=Tie.FAMILY)
    did(in_session, (tie, AS_RENEE), (REOPEN, AS_RENEE))
    in_session.then_recorded(JurorRecused)
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (MARIE_ABSENT, AS_RENEE), (CLOSE, AS_RENEE))
    assert lawful(in_session)


def test_block_cannot_be_decided_on_a_ruling_whose_marks_a_sanction_voided(in_session: Scenario) -> None:
    """This holds in VAE too: the sanction binds the juries called by then. A block without those marks can be
    decided."""
    did(in_session, (RULE, AS_PAUL))
    in_session.given(voided(21))
    three, four = (replace(GRANT, decisions=(BlockDecision(block=block, granted=True),)) for block in (3, 4))
    in_session.when(three, by=AS_PAUL)
    in_session.then_refused(MarksVoid, 21)
    won = BlockGranted(session=JUNE, candidacy=SAMIR_VAE, block=3)
    forged = At(Deliberation.id_of(JUNE, SAMIR_VAE), (unanimous(SAMIR_VAE), won))
    assert in_session.forged_together(forged, by=AS_PAUL) == ["marks-void"]
    in_session.when(replace(three, decisions=(BlockDecision(block=3, granted=False, reason="x"),)), by=AS_PAUL)
    in_session.then_refused(MarksVoid, 21)
    again = replace(RULE, rulings=(Ruling(competence=21, acquired=False, reason="x"),))
    lost = replace(three, decisions=(BlockDecision(block=3, granted=False, reason="x"),))
    did(in_session, (four, AS_PAUL), (again, AS_PAUL), (lost, AS_PAUL))


def voided(competence: int) -> At:
    """Void the marks of a competence by a sanction that binds the jury of June."""
    samir = OWNERS[SAMIR_VAE][0]
    said = FraudReported(
        case=UUID(int=1),
        candidacy=SAMIR_VAE,
        reported_by=NADIA,
        session=JUNE,
        sitting=None,
        evidence=(),
        competences=(competence,),
        statement=Personal("x", samir),
    )
    void = SanctionPronounced(
        case=said.case,
        candidacy=SAMIR_VAE,
        sanction="N",
        kind=SanctionKind.MARKS_VOID,
        competences=(competence,),
        until=None,
        reason=Personal("x", samir),
        juries=(JUNE,),
        pronounced_by=RENEE,
    )
    return At(Fraud.id_of(samir), (said, void))


# Who records a recusal


def test_registrar_who_sits_on_the_jury_may_recuse_another_member(in_session: Scenario) -> None:
    """They may key no decision of their own jury, but a recusal is no decision."""
    in_session.given(At(PAUL, (RoleGranted(role=Role.REGISTRAR),)))
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL))
    leaves = RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=KARIM, reason="x")
    in_session.when(leaves, by=actor(PAUL, Role.REGISTRAR))
    in_session.then_recorded(JurorRecused, DeliberationReopened)
    assert in_session.wrong() == []


def test_registrar_called_before_a_session_cannot_recuse_its_members(in_session: Scenario) -> None:
    in_session.given(At(OWNERS[MARIE_VAE][0], (RoleGranted(role=Role.REGISTRAR),)))
    leaves = RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=KARIM, reason="x")
    in_session.when(leaves, by=actor(OWNERS[MARIE_VAE][0], Role.REGISTRAR))
    in_session.then_refused(OwnWork, JUNE)


# The chair


def test_member_present_signs_the_minutes_in_place_of_a_chair_who_cannot(in_session: Scenario) -> None:
    stead = ReplaceChair(session=JUNE, juror=NADIA, reason="Décédé le 16 juin.")
    did(in_session, (DEFER, AS_PAUL), (MARIE_ABSENT, AS_RENEE))
    in_session.when(stead, by=AS_RENEE)
    in_session.then_refused(SessionNotClosed)
    did(in_session, (CLOSE, AS_RENEE))
    for nobody in (ELSA, PAUL):
        in_session.when(replace(stead, juror=nobody), by=AS_RENEE)
        in_session.then_refused(ChairNotReplaced)
    stead = replace(stead, juror=KARIM)  # the rulebook is silent: whichever member the certifier names
    in_session.when(stead, by=AS_RENEE)
    in_session.then_recorded(ChairReplaced)
    in_session.when(stead, by=AS_RENEE)
    in_session.then_refused(ChairNotReplaced)
