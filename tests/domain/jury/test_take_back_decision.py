"""Decisions taken back before the release, and recusals declared after a decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.appeal.facts import ComplaintGround
from domain.commands.appeal.request_review import RequestReview
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.confirm_decision import ConfirmDecision
from domain.commands.jury.note_member_left import NoteMemberLeft
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.fact import Personal
from domain.jury.annulled_decision import DecisionNotReleased
from domain.jury.deciding import before
from domain.jury.decision import Undoing
from domain.jury.deliberation import Deliberation, NotConfirmed, NothingTakenBack, NothingToConfirm, RecusalPending
from domain.jury.facts import (
    BlockNotGranted,
    DecisionConfirmed,
    DecisionTakenBack,
    DecisionVoted,
    DeliberationOpened,
    DeliberationReopened,
    JurorRecused,
    RecusalDeclared,
    SessionOpened,
    SessionReopened,
)
from domain.jury.minutes import minutes
from domain.jury.ruling import ReasonRequired, Ruling
from domain.jury.session import AlreadyReleased, JurySession, NotOnThePanel, NotTheChair, SessionStage
from domain.jury.tainted_decision import NothingToReopen, consequences_of_recusal
from domain.jury.vote import VoteOutcome
from domain.people.facts import Tie, TieDeclared
from domain.ports import Actor, Command, Request, Role
from domain.refusal import NotFound, Refused, StaleVersion
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.session_rules import ConfirmationRule, SessionRules
from tests.given.domain.people import (
    AS_ELSA,
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    NADIA,
    PANEL,
    PAUL,
    RULEBOOK,
    RULES,
    actor,
    planned,
    ruled,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, MemoryAttempt, Scenario

SUBJECT = Deliberation.id_of(JUNE, MARIE_VAE)
HERE: dict[str, Any] = {"session": JUNE, "candidacy": MARIE_VAE}
BACK = TakeBackDecision(**HERE, reason="Erreur de saisie.")
WHOLE = RecordDecision(
    **HERE,
    outcome=VoteOutcome.UNANIMOUS,
    decisions=tuple(BlockDecision(block=block, granted=True) for block in (1, 2, 3, 4)),
    title=True,
)
CLOSE, SIGN, RELEASE = CloseSession(session=JUNE), SignMinutes(session=JUNE), ReleaseResults(session=JUNE)
LEAVES = RecuseJuror(**HERE, juror=NADIA, reason="Ancienne collègue.")
TAKEN_BACK = DecisionTakenBack(**HERE, blocks=(), title=True, reason=Personal("Erreur de saisie.", MARIE), at=NOON)


@pytest.fixture
def decided(scenario: Scenario) -> Scenario:
    """The jury of June granted Marie all blocks and pronounced the title."""
    taken_up = DeliberationOpened(**HERE, panel=PANEL, sought=(1, 2, 3, 4))
    opened = SessionOpened(present=PANEL, opened_on=JURY_DAY)
    scenario.given(vae_filed(MARIE_VAE), planned(JUNE), summoned(JUNE, MARIE_VAE), At(JUNE, (opened,)))
    scenario.given(At(SUBJECT, (taken_up,)), ruled(MARIE_VAE, ENOUGH))
    did(scenario, (WHOLE, AS_PAUL))
    return scenario


def did(scenario: Scenario, *steps: tuple[Command, Actor]) -> None:
    for command, by in steps:
        scenario.when(command, by=by)
        assert not isinstance(scenario.outcome, Exception), f"{command}: {scenario.outcome!r}"


def now(scenario: Scenario) -> Deliberation:
    return scenario.log.find(Deliberation, SUBJECT)


# Taking back


def test_chair_takes_back_the_whole_decision_and_the_rulings_stay(decided: Scenario) -> None:
    decided.when(BACK, by=AS_PAUL)
    decided.then(TAKEN_BACK)
    said = now(decided)
    assert (said.granted, said.refused, said.title, said.vote_outcome) == (frozenset(), frozenset(), False, None)
    assert said.rulings.keys() == set(ENOUGH)
    did(decided, (WHOLE, AS_PAUL))
    assert decided.refused_again() == []


def test_taking_back_a_block_takes_back_the_title_but_no_other_block(decided: Scenario) -> None:
    decided.when(replace(BACK, blocks=(2,)), by=AS_PAUL)
    decided.then(replace(TAKEN_BACK, blocks=(2,)))
    assert now(decided).granted == {1, 3, 4}
    assert now(decided).open_blocks == {2}
    lacking = tuple(Ruling(competence=number, acquired=False, reason="x") for number in range(10, 21))
    did(decided, (RuleCompetences(**HERE, rulings=lacking), AS_NADIA))
    refuse = (BlockDecision(block=2, granted=False, reason="x"),)
    decided.when(RecordDecision(**HERE, outcome=VoteOutcome.MAJORITY, decisions=refuse), by=AS_PAUL)
    decided.then_recorded(DecisionVoted, BlockNotGranted)
    assert decided.refused_again() == []


@pytest.mark.parametrize(("by", "refusal"), [(AS_NADIA, NotTheChair), (AS_ELSA, NotOnThePanel)])
def test_decision_cannot_be_taken_back_by_a_member_other_than_the_chair(
    decided: Scenario, by: Actor, refusal: type[Refused]
) -> None:
    decided.when(BACK, by=by)
    decided.then_refused(refusal)


def test_taking_back_needs_a_reason_and_a_decision(decided: Scenario) -> None:
    decided.when(replace(BACK, reason=" "), by=AS_PAUL)
    decided.then_refused(ReasonRequired)
    decided.when(replace(BACK, blocks=(2, 9)), by=AS_PAUL)
    decided.then_refused(NothingTakenBack, 9, MARIE_VAE)


def test_second_of_two_tabs_cannot_take_back_a_decision(decided: Scenario) -> None:
    shown = now(decided).version
    decided.when(replace(BACK, blocks=(1,)), by=AS_PAUL, shown=shown)
    decided.then_recorded(DecisionTakenBack)
    decided.when(replace(BACK, blocks=(3,)), by=AS_PAUL, shown=shown)
    decided.then_refused(StaleVersion)
    decided.when(replace(BACK, blocks=(1,)), by=AS_PAUL)
    decided.then_refused(NothingTakenBack)


def test_taking_back_a_decision_after_signatures_voids_them_and_reopens_the_session(decided: Scenario) -> None:
    did(decided, (CLOSE, AS_RENEE), (SIGN, AS_PAUL))
    decided.when(BACK, by=AS_PAUL)
    decided.then(SessionReopened(candidacy=MARIE_VAE, at=NOON), TAKEN_BACK)
    session = decided.log.load(JurySession, JUNE)
    assert (session.stage, session.signed) == (SessionStage.OPEN, frozenset())
    did(decided, (WHOLE, AS_PAUL), (CLOSE, AS_RENEE), (SIGN, AS_PAUL), (RELEASE, AS_RENEE))
    decided.when(BACK, by=AS_PAUL)
    decided.then_refused(AlreadyReleased)
    assert decided.refused_again() == []


def test_minutes_keep_the_decision_taken_back_with_its_hour(decided: Scenario) -> None:
    did(decided, (replace(BACK, blocks=(2,)), AS_PAUL))
    (candidate,) = minutes(decided.log.load(JurySession, JUNE), {MARIE_VAE: now(decided)})["candidates"]
    assert candidate["undone"] == [
        {"how": "taken_back", "at": "12:00", "vote": "unanimous", "granted": [1, 2, 3, 4], "title": True}
    ]
    assert candidate["granted"] == [1, 3, 4]


def test_review_of_a_decision_taken_back_cannot_be_requested(decided: Scenario) -> None:
    did(decided, (BACK, AS_PAUL))
    review = RequestReview(**HERE, ground=ComplaintGround.PROCEDURAL, statement="x")
    decided.when(review, by=AS_MARIE)
    decided.then_refused(DecisionNotReleased)


def test_replay_refuses_a_decision_taken_back_by_another_member_or_never_taken(decided: Scenario) -> None:
    assert decided.forged(SUBJECT, TAKEN_BACK, by=AS_PAUL) == []
    assert decided.forged(SUBJECT, TAKEN_BACK, by=AS_NADIA) == ["not-the-chair"]
    assert decided.forged(SUBJECT, replace(TAKEN_BACK, title=False), by=AS_PAUL) == ["decided-otherwise"]
    assert decided.forged(SUBJECT, TAKEN_BACK, TAKEN_BACK, by=AS_PAUL) == ["nothing-taken-back"]


def test_decision_needs_no_confirmation_unless_the_rulebook_asks_for_it(decided: Scenario) -> None:
    confirm = ConfirmDecision(**HERE)
    decided.when(confirm, by=AS_NADIA)
    decided.then_refused(NothingToConfirm, MARIE_VAE)
    did(decided, (CLOSE, AS_RENEE))  # no confirmation is needed


def test_decision_cannot_be_confirmed_while_a_recusal_is_pending(decided: Scenario) -> None:
    asks = replace(RULES, sessions=SessionRules(confirmed_by=ConfirmationRule.MAJORITY))
    decided.given(At(RULEBOOK, (RulebookPublished(rules=asks),)))
    did(decided, (ConfirmDecision(**HERE), AS_PAUL), (LEAVES, AS_NADIA))
    decided.when(ConfirmDecision(**HERE), by=actor(PANEL[-1], Role.JUROR))
    decided.then_refused(RecusalPending, MARIE_VAE, NADIA)


def test_session_does_not_close_before_a_majority_confirmed_when_the_rulebook_asks_for_it(decided: Scenario) -> None:
    """See tests/stories/test_decision_confirmed_by_a_majority.py for the story."""
    asks = replace(RULES, sessions=SessionRules(confirmed_by=ConfirmationRule.MAJORITY))
    decided.given(At(RULEBOOK, (RulebookPublished(rules=asks),)))
    decided.when(CLOSE, by=AS_RENEE)
    decided.then_refused(NotConfirmed, MARIE_VAE)
    decided.when(ConfirmDecision(**HERE), by=AS_NADIA)
    decided.then(DecisionConfirmed(**HERE, juror=NADIA, at=NOON))


def test_majority_of_confirmations_counts_only_the_members_still_sitting(decided: Scenario) -> None:
    asks = replace(RULES, sessions=SessionRules(confirmed_by=ConfirmationRule.MAJORITY))
    decided.given(At(RULEBOOK, (RulebookPublished(rules=asks),)))
    did(decided, (ConfirmDecision(**HERE), AS_PAUL), (ConfirmDecision(**HERE), AS_NADIA))
    decided.when(CLOSE, by=AS_RENEE)
    decided.then_refused(NotConfirmed, MARIE_VAE)
    for juror in PANEL[2:]:
        did(decided, (NoteMemberLeft(session=JUNE, juror=juror), AS_RENEE))
    did(decided, (CLOSE, AS_RENEE))


# A recusal declared after a decision


def test_recusal_declared_after_a_decision_undoes_it_only_once_the_chair_confirms(
    decided: Scenario,
) -> None:
    decided.when(LEAVES, by=AS_NADIA)
    decided.then(RecusalDeclared(**HERE, juror=NADIA, reason=Personal("Ancienne collègue.", NADIA), at=NOON))
    assert now(decided).granted == {1, 2, 3, 4}
    decided.when(LEAVES, by=AS_NADIA)
    decided.then_refused(RecusalPending)
    decided.when(CLOSE, by=AS_RENEE)
    decided.then_refused(RecusalPending, MARIE_VAE, NADIA)
    decided.when(LEAVES, by=actor(PANEL[-1], Role.JUROR))
    decided.then_refused(NotTheChair)
    decided.when(LEAVES, by=AS_PAUL)
    decided.then_recorded(JurorRecused, DeliberationReopened)
    assert (now(decided).granted, now(decided).declared) == (frozenset(), frozenset())
    (undone,) = now(decided).undone
    assert (undone.undoing, sorted(undone.granted), undone.vote) == (
        Undoing.REOPENED,
        [1, 2, 3, 4],
        VoteOutcome.UNANIMOUS,
    )
    assert decided.refused_again() == []


def test_recusal_declared_after_the_signature_is_confirmed_by_the_registrar_and_reopens_the_session(
    decided: Scenario,
) -> None:
    did(decided, (CLOSE, AS_RENEE), (SIGN, AS_PAUL), (LEAVES, AS_NADIA))
    decided.when(RELEASE, by=AS_RENEE)
    decided.then_refused(RecusalPending)
    decided.when(LEAVES, by=AS_RENEE)
    decided.then_recorded(SessionReopened, JurorRecused, DeliberationReopened)
    assert decided.refused_again() == []


def test_minutes_cannot_be_signed_while_a_recusal_is_pending(decided: Scenario) -> None:
    did(decided, (CLOSE, AS_RENEE), (LEAVES, AS_NADIA))
    decided.when(SIGN, by=AS_PAUL)
    decided.then_refused(RecusalPending, MARIE_VAE)


def test_recusal_of_the_chair_is_confirmed_only_by_the_registrar(decided: Scenario) -> None:
    leaves = replace(LEAVES, juror=PAUL)
    did(decided, (leaves, AS_PAUL))
    for by, refusal in ((AS_PAUL, RecusalPending), (AS_NADIA, NotTheChair)):
        decided.when(leaves, by=by)
        decided.then_refused(refusal)
    decided.when(leaves, by=AS_RENEE)
    decided.then_recorded(JurorRecused, DeliberationReopened)


def test_recusal_that_was_not_declared_cannot_be_confirmed_by_the_chair(decided: Scenario) -> None:
    decided.when(LEAVES, by=AS_PAUL)
    decided.then_refused(NotFound, NADIA)


def test_decision_is_reopened_by_the_chair_for_a_tie_found_late_unless_it_is_their_own(decided: Scenario) -> None:
    undo = ReopenDeliberation(**HERE, reason="Lien découvert.")
    decided.when(undo, by=AS_PAUL)
    decided.then_refused(NothingToReopen)
    decided.given(At(NADIA, (TieDeclared(candidate=MARIE, tie=Tie.FAMILY, declared_by=NADIA),)))
    start = len(decided.store.told)
    decided.when(undo, by=AS_PAUL)
    decided.then_recorded(JurorRecused, DeliberationReopened)
    decided.take_back(start)
    decided.given(At(PAUL, (TieDeclared(candidate=MARIE, tie=Tie.FAMILY, declared_by=PAUL),)))
    decided.when(undo, by=AS_PAUL)
    decided.then_refused(NotTheChair)
    decided.when(undo, by=AS_RENEE)
    decided.then_recorded(JurorRecused, JurorRecused, DeliberationReopened)


def test_recusal_needs_no_confirmation_when_nothing_is_decided(decided: Scenario) -> None:
    did(decided, (BACK, AS_PAUL))
    decided.when(LEAVES, by=AS_NADIA)
    decided.then_recorded(JurorRecused)


def test_consequences_of_a_recusal_are_known_before_it_is_confirmed(decided: Scenario) -> None:
    did(decided, (CLOSE, AS_RENEE), (SIGN, AS_PAUL))
    looks = MemoryAttempt(decided.store, Request(actor=AS_PAUL, append_id=uuid4(), today=JURY_DAY, hour=NOON))
    falls = consequences_of_recusal(now(decided), before(looks, JUNE, MARIE_VAE), {NADIA})
    assert (falls.granted, falls.title, falls.vote) == ((1, 2, 3, 4), True, VoteOutcome.UNANIMOUS)
    assert (falls.rulings, falls.signatures, falls.sits_again) == (tuple(sorted(ENOUGH)), (PAUL,), True)
    assert (falls.left, falls.enough) == (tuple(sorted(set(PANEL) - {NADIA})), True)


def test_decision_cannot_be_recorded_again_while_a_recusal_is_pending(decided: Scenario) -> None:
    did(decided, (LEAVES, AS_NADIA), (BACK, AS_PAUL))
    decided.when(WHOLE, by=AS_PAUL)
    decided.then_refused(RecusalPending, MARIE_VAE, NADIA)
    did(decided, (LEAVES, AS_NADIA))
    assert now(decided).recused == {NADIA}
