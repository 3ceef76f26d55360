"""Outcome of the vote recorded with a decision (the stories: tests/stories/test_casting_vote.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import AlreadyDecided
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.jury.deliberation import Deliberation, NotAllDecided
from domain.jury.facts import BlockGranted, DecisionDeferred, DecisionVoted, DeliberationOpened, SessionOpened
from domain.jury.session import NotOnThePanel, NotTheChair, SessionNotOpen
from domain.jury.vote import NoMajority, NoTie, VoteOutcome
from domain.people.facts import RoleWithdrawn
from domain.ports import Actor, Role, RulebookId
from domain.refusal import Forbidden, Refused, StaleVersion
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.people import (
    AS_ELSA,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    JUNE,
    JURY_DAY,
    KARIM,
    PANEL,
    PAUL,
    RULES,
    SAMIR_VAE,
    actor,
    before_the_jury,
    ended,
    heard,
    plan,
    planned,
    recused,
    ruled,
    summoned,
    unanimous,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario, rebuilt

GRANT = RecordDecision(
    outcome=VoteOutcome.UNANIMOUS,
    session=JUNE,
    candidacy=SAMIR_VAE,
    decisions=(BlockDecision(block=3, granted=True),),
)
NO_MAJORITY = RecordDecision(session=JUNE, candidacy=SAMIR_VAE, outcome=VoteOutcome.NONE)
CASTING = replace(GRANT, outcome=VoteOutcome.CASTING_VOTE)
WON = BlockGranted(session=JUNE, candidacy=SAMIR_VAE, block=3)
SPLIT = DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=False, majority=False, at=NOON)


@pytest.fixture
def voting(scenario: Scenario) -> Scenario:
    scenario.given(vae_filed(SAMIR_VAE), before_the_jury(SAMIR_VAE), heard(SAMIR_VAE))
    return scenario


def test_chair_records_the_vote_with_what_it_decided(voting: Scenario) -> None:
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    for outcome, is_unanimous in ((VoteOutcome.MAJORITY, False), (VoteOutcome.UNANIMOUS, True)):
        voting.when(replace(GRANT, outcome=outcome), by=AS_PAUL)
        voting.then(replace(unanimous(SAMIR_VAE), unanimous=is_unanimous), WON)
        voting.take_back()


@pytest.mark.parametrize(("by", "refusal"), [(AS_ELSA, NotOnThePanel), (AS_NADIA, NotTheChair)])
def test_member_who_does_not_preside_cannot_record_a_decision(
    voting: Scenario, by: Actor, refusal: type[Refused]
) -> None:
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    for command in (GRANT, NO_MAJORITY, DeferDecisions(session=JUNE, candidacy=SAMIR_VAE, reason="x")):
        voting.when(command, by=by)
        voting.then_refused(refusal)


def test_first_appointed_member_records_for_a_chair_who_stepped_out(
    voting: Scenario,
) -> None:
    """The chair does not deliberate on this candidate; the panel meets the quorum without them."""
    voting.given(recused(SAMIR_VAE, PAUL), ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    for by, refusal in ((AS_PAUL, NotOnThePanel), (actor(KARIM, Role.JUROR), NotTheChair)):
        voting.when(GRANT, by=by)
        voting.then_refused(refusal)
    voting.when(GRANT, by=AS_NADIA)
    voting.then(unanimous(SAMIR_VAE), WON)


def test_chair_who_lost_the_role_must_be_recused_before_another_member_records(
    voting: Scenario,
) -> None:
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)), At(PAUL, (RoleWithdrawn(role=Role.JUROR),)))
    voting.when(GRANT, by=AS_PAUL)
    voting.then_refused(Forbidden)
    voting.when(GRANT, by=AS_NADIA)  # she presides, but a panel that includes him cannot decide
    voting.then_refused(NotOnThePanel, PAUL)
    voting.when(RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=PAUL, reason="x"), by=AS_RENEE)
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    voting.when(GRANT, by=AS_NADIA)
    voting.then(unanimous(SAMIR_VAE), WON)


def test_second_of_two_tabs_is_refused_as_stale(voting: Scenario) -> None:
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25, 26, 27, 28)))
    shown = voting.log.find(Deliberation, Deliberation.id_of(JUNE, SAMIR_VAE)).version
    voting.when(GRANT, by=AS_PAUL, shown=shown)
    voting.then(unanimous(SAMIR_VAE), WON)
    voting.when(replace(GRANT, decisions=(BlockDecision(block=4, granted=True),)), by=AS_PAUL, shown=shown)
    voting.then_refused(StaleVersion)


def test_casting_vote_is_refused_when_neither_law_nor_rulebook_gives_it(voting: Scenario) -> None:
    """No law is published here, and the rulebook gives the chair no casting vote."""
    voting.when(CASTING, by=AS_PAUL)
    voting.then_refused(NoMajority)


def test_vote_without_a_majority_is_noted_and_decides_nothing_until_another_vote(voting: Scenario) -> None:
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    refused = BlockDecision(block=3, granted=False, reason="x")
    for decide in (GRANT, replace(GRANT, decisions=(refused,)), replace(GRANT, decisions=(), title=True)):
        voting.when(replace(decide, outcome=VoteOutcome.NONE), by=AS_PAUL)
        voting.then_refused(NoMajority)
    voting.when(NO_MAJORITY, by=AS_PAUL)
    voting.then(SPLIT)
    voting.when(CloseSession(session=JUNE), by=AS_RENEE)
    voting.then_refused(NotAllDecided, SAMIR_VAE)
    voting.when(GRANT, by=AS_PAUL)
    voting.then(unanimous(SAMIR_VAE, JUNE), BlockGranted(session=JUNE, candidacy=SAMIR_VAE, block=3))


def test_vote_without_a_majority_is_void_after_a_member_steps_out(voting: Scenario) -> None:
    voting.given(At(Deliberation.id_of(JUNE, SAMIR_VAE), (SPLIT,)), recused(SAMIR_VAE, KARIM))
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    voting.when(GRANT, by=AS_PAUL)
    voting.then(unanimous(SAMIR_VAE, JUNE), BlockGranted(session=JUNE, candidacy=SAMIR_VAE, block=3))


def test_jury_defers_a_decision_after_a_vote_without_a_majority(scenario: Scenario) -> None:
    taken_up = DeliberationOpened(session=JUNE, candidacy=SAMIR_VAE, panel=PANEL, sought=(3,))
    scenario.given(vae_filed(SAMIR_VAE), before_the_jury(SAMIR_VAE))
    scenario.given(At(Deliberation.id_of(JUNE, SAMIR_VAE), (taken_up,)), ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    scenario.when(NO_MAJORITY, by=AS_PAUL)
    scenario.when(DeferDecisions(session=JUNE, candidacy=SAMIR_VAE, reason="Partage des voix."), by=AS_PAUL)
    scenario.then_recorded(DecisionDeferred)


def test_vote_without_a_majority_cannot_be_recorded_once_all_is_decided(scenario: Scenario) -> None:
    """Otherwise the minutes would say both that a block was granted and that there was no majority."""
    taken_up = DeliberationOpened(session=JUNE, candidacy=SAMIR_VAE, panel=PANEL, sought=(3, 4))
    opened = SessionOpened(present=PANEL, opened_on=JURY_DAY)
    scenario.given(vae_filed(SAMIR_VAE), planned(JUNE), summoned(JUNE, SAMIR_VAE), At(JUNE, (opened,)))
    scenario.given(At(Deliberation.id_of(JUNE, SAMIR_VAE), (taken_up,)), ruled(SAMIR_VAE, (21, 22, 25, 26, 27, 28)))
    scenario.when(GRANT, by=AS_PAUL)
    assert scenario.forged(Deliberation.id_of(JUNE, SAMIR_VAE), SPLIT, by=AS_PAUL) == []
    scenario.when(replace(GRANT, decisions=(BlockDecision(block=4, granted=True),)), by=AS_PAUL)
    scenario.when(NO_MAJORITY, by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)
    assert scenario.forged(Deliberation.id_of(JUNE, SAMIR_VAE), SPLIT, by=AS_PAUL) == ["already-decided"]


def test_replay_refuses_a_block_granted_without_a_vote_or_without_a_majority(voting: Scenario) -> None:
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    stream = Deliberation.id_of(JUNE, SAMIR_VAE)
    for facts, found in (
        ((unanimous(SAMIR_VAE), WON), []),
        ((SPLIT, WON), ["no-majority"]),
        ((WON,), ["decided-otherwise"]),
        ((unanimous(SAMIR_VAE),), ["vote-without-decision"]),
    ):
        assert voting.forged_together(At(stream, facts), by=AS_PAUL) == found
    assert voting.forged_together(At(stream, (unanimous(SAMIR_VAE), WON)), by=AS_NADIA) == ["not-the-chair"]


def test_vote_cannot_be_recorded_once_the_session_is_closed(voting: Scenario) -> None:
    voting.given(ended())
    voting.when(GRANT, by=AS_PAUL)
    voting.then_refused(SessionNotOpen)


def test_rulebook_gives_the_casting_vote_when_no_law_of_juries_applies(scenario: Scenario) -> None:
    rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
    scenario.given(At(rulebook, (RulebookPublished(rules=replace(RULES, version=3, casting_vote=True)),)))
    scenario.given(vae_filed(SAMIR_VAE, rulebook))
    scenario.given(before_the_jury(SAMIR_VAE, plan=plan(rulebook=rulebook)), heard(SAMIR_VAE))
    scenario.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    scenario.when(replace(CASTING, abstentions=1), by=AS_PAUL)
    scenario.then(DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=True, abstentions=1, at=NOON), WON)


@pytest.mark.parametrize(("abstentions", "tie"), [(0, False), (1, True), (2, False), (3, True), (5, False)])
def test_casting_vote_settles_only_a_tie_of_the_votes_expressed(
    scenario: Scenario, abstentions: int, tie: bool
) -> None:
    rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
    scenario.given(At(rulebook, (RulebookPublished(rules=replace(RULES, version=3, casting_vote=True)),)))
    scenario.given(vae_filed(SAMIR_VAE, rulebook), planned(JUNE, plan(rulebook=rulebook)), summoned(JUNE, SAMIR_VAE))
    opened = SessionOpened(present=PANEL, opened_on=JURY_DAY)
    scenario.given(At(JUNE, (opened,)), heard(SAMIR_VAE))
    scenario.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    scenario.when(replace(CASTING, abstentions=abstentions), by=AS_PAUL)
    if tie:
        said = DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=True, abstentions=abstentions, at=NOON)
        scenario.then(said, WON)
    else:
        scenario.then_refused(NoTie, 5 - abstentions)


def test_recusal_undoes_the_casting_vote() -> None:
    """The minutes must not say that the chair's vote settled a decision taken again afterwards."""
    voted = DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=True)
    facts = [voted, *recused(SAMIR_VAE, KARIM).facts]
    assert rebuilt(Deliberation(id=Deliberation.id_of(JUNE, SAMIR_VAE)), facts).vote_outcome is None
