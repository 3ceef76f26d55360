"""What does a session leave hanging, or resting on somebody who may not decide? (second edition, ADR 30)"""

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
from domain.jury.vote import NothingToDefer, Outcome
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
    outcome=Outcome.UNANIMOUS,
    session=JUNE,
    candidacy=SAMIR_VAE,
    decisions=tuple(BlockDecision(block=block.number, granted=True) for block in BLOCKS),
)
TITLE = RecordDecision(outcome=Outcome.UNANIMOUS, title=True, session=JUNE, candidacy=SAMIR_VAE)
DEFER = DeferDecisions(session=JUNE, candidacy=SAMIR_VAE, reason="La nuit est tombée.")
CLOSE = CloseSession(session=JUNE)
REOPEN = ReopenDeliberation(session=JUNE, candidacy=SAMIR_VAE, reason="Un lien a été découvert.")
MARIE_ABSENT = NoteAbsence(session=JUNE, candidacy=MARIE_VAE)


@pytest.fixture
def in_session(scenario: Scenario) -> Scenario:
    """Samir and Marie are called; Samir is taken up."""
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


# Nothing is left hanging


def test_what_is_not_decided_is_put_off_in_words(in_session: Scenario) -> None:
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


def test_a_title_that_is_won_is_pronounced_or_put_off(in_session: Scenario) -> None:
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


def test_what_was_put_off_may_be_decided_after_all_and_then_nothing_is_left_to_put_off(in_session: Scenario) -> None:
    did(in_session, (DEFER, AS_PAUL), (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL))
    in_session.when(DEFER, by=AS_PAUL)
    in_session.then_refused(NothingToDefer)


def test_who_was_not_taken_up_is_not_put_off(in_session: Scenario) -> None:
    in_session.when(replace(DEFER, candidacy=MARIE_VAE), by=AS_PAUL)
    in_session.then_refused(NotReady)


def test_a_commission_puts_nothing_off(scenario: Scenario) -> None:
    """It grants nothing: what it does not rule on the jury does."""
    commission = replace(plan(), reports_to=MARCH)
    scenario.given(
        vae_filed(SAMIR_VAE), planned(JUNE, commission), summoned(JUNE, SAMIR_VAE), OPENED, arrived(SAMIR_VAE)
    )
    did(scenario, (TAKE_UP, AS_PAUL))
    scenario.when(DEFER, by=AS_PAUL)
    scenario.then_refused(CommissionProposes)


# Nothing rests on who may not decide


def test_a_decision_rests_on_nobody_who_has_left(in_session: Scenario) -> None:
    """A log in which a member left, and what they had decided was not undone."""
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (MARIE_ABSENT, AS_RENEE))
    in_session.given(recused(SAMIR_VAE, KARIM))
    in_session.when(CLOSE, by=AS_RENEE)
    in_session.then_refused(RestsOnWhoLeft, SAMIR_VAE, KARIM)
    did(in_session, (REOPEN, AS_RENEE))
    in_session.when(CLOSE, by=AS_RENEE)
    in_session.then_refused(NotAllDecided, SAMIR_VAE)


def test_what_rests_on_nobody_tied_is_not_undone(in_session: Scenario) -> None:
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL))
    in_session.when(REOPEN, by=AS_RENEE)
    in_session.then_refused(NothingToReopen)
    in_session.given(tied(ELSA, OWNERS[SAMIR_VAE][0]))  # who was not there
    in_session.when(REOPEN, by=AS_RENEE)
    in_session.then_refused(NothingToReopen)


def test_a_session_that_sits_again_does_so_on_this_candidate_alone(in_session: Scenario) -> None:
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


def test_a_member_who_steps_out_before_anything_is_decided_undoes_no_decision(in_session: Scenario) -> None:
    did(in_session, (RULE, AS_PAUL))
    did(in_session, (RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=KARIM, reason="x"), AS_RENEE))
    assert not [told for told in in_session.store.told if isinstance(told.fact, DeliberationReopened)]
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (MARIE_ABSENT, AS_RENEE), (CLOSE, AS_RENEE))
    assert lawful(in_session)


def test_what_was_to_be_rectified_by_minutes_that_are_signed_anew_is_rejected_with_them(in_session: Scenario) -> None:
    """Read in the first minutes, it would have taken from Samir what the second ones, which stand, give him."""
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


def test_rulings_alone_fall_with_who_was_found_tied_and_nothing_is_left_to_reopen(in_session: Scenario) -> None:
    did(in_session, (RULE, AS_PAUL))
    tie = DeclareTie(person=NADIA, candidate=OWNERS[SAMIR_VAE][0], tie=Tie.FAMILY)
    did(in_session, (tie, AS_RENEE), (REOPEN, AS_RENEE))
    in_session.then_recorded(JurorRecused)
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL), (TITLE, AS_PAUL), (MARIE_ABSENT, AS_RENEE), (CLOSE, AS_RENEE))
    assert lawful(in_session)


def test_nothing_is_decided_on_a_ruling_whose_marks_a_sanction_took_since(in_session: Scenario) -> None:
    """In VAE too: the sanction binds the juries called by then. A block without them is decided all the same."""
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
    """A sanction that takes away the marks of a competence, and binds the jury of June."""
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


# Who says it


def test_a_member_who_is_a_registrar_too_lets_another_step_out(in_session: Scenario) -> None:
    """They key no decision of their own jury; that somebody leaves is none."""
    in_session.given(At(PAUL, (RoleGranted(role=Role.REGISTRAR),)))
    did(in_session, (RULE, AS_PAUL), (GRANT, AS_PAUL))
    leaves = RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=KARIM, reason="x")
    in_session.when(leaves, by=actor(PAUL, Role.REGISTRAR))
    in_session.then_recorded(JurorRecused, DeliberationReopened)
    assert in_session.wrong() == []


def test_no_registrar_lets_a_member_step_out_of_the_session_before_which_they_come(in_session: Scenario) -> None:
    in_session.given(At(OWNERS[MARIE_VAE][0], (RoleGranted(role=Role.REGISTRAR),)))
    leaves = RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=KARIM, reason="x")
    in_session.when(leaves, by=actor(OWNERS[MARIE_VAE][0], Role.REGISTRAR))
    in_session.then_refused(OwnWork, JUNE)


# The chair


def test_a_member_present_signs_in_the_stead_of_a_chair_who_cannot(in_session: Scenario) -> None:
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
