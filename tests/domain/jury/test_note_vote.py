"""Was there a majority, and whose vote may settle a tie? (the stories: tests/stories/test_casting_vote.py)"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import AlreadyDecided
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.decide_blocks import BlockDecision, DecideBlocks
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.note_vote import NoteVote
from domain.commands.jury.pronounce_title import PronounceTitle
from domain.jury.deliberation import Deliberation, NotAllDecided
from domain.jury.facts import BlockGranted, DecisionDeferred, DecisionVoted, DeliberationOpened, SessionOpened
from domain.jury.session import NotOnThePanel, SessionNotOpen
from domain.jury.vote import NoMajority, NoTie, Outcome
from domain.ports import RulebookId
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.people import (
    AS_ELSA,
    AS_PAUL,
    AS_RENEE,
    JUNE,
    JURY_DAY,
    KARIM,
    PANEL,
    RULES,
    SAMIR_VAE,
    before_the_jury,
    ended,
    heard,
    plan,
    planned,
    recused,
    ruled,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario, rebuilt

VOTE = NoteVote(session=JUNE, candidacy=SAMIR_VAE, outcome=Outcome.MAJORITY)


@pytest.fixture
def voting(scenario: Scenario) -> Scenario:
    scenario.given(vae_filed(SAMIR_VAE), before_the_jury(SAMIR_VAE), heard(SAMIR_VAE))
    return scenario


def test_a_majority_is_noted_by_a_member_of_the_panel(voting: Scenario) -> None:
    voting.when(VOTE, by=AS_PAUL)
    voting.then(DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=False))
    voting.when(VOTE, by=AS_ELSA)
    voting.then_refused(NotOnThePanel)


def test_where_nobody_gives_one_the_chair_has_no_casting_vote(voting: Scenario) -> None:
    """No law is published here, and the rulebook gives the chair none."""
    voting.when(replace(VOTE, outcome=Outcome.CASTING_VOTE), by=AS_PAUL)
    voting.then_refused(NoMajority)


GRANT = DecideBlocks(session=JUNE, candidacy=SAMIR_VAE, decisions=(BlockDecision(block=3, granted=True),))


def test_a_vote_without_a_majority_is_noted_and_nothing_is_decided_before_another(voting: Scenario) -> None:
    """Under a rulebook that does not ask for votes to be noted."""
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    voting.when(replace(VOTE, outcome=Outcome.NONE), by=AS_PAUL)
    voting.then(DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=False, majority=False))
    refused = BlockDecision(block=3, granted=False, reason="x")
    for decide in (GRANT, replace(GRANT, decisions=(refused,)), PronounceTitle(session=JUNE, candidacy=SAMIR_VAE)):
        voting.when(decide, by=AS_PAUL)
        voting.then_refused(NoMajority)
    voting.given(ruled(SAMIR_VAE, (21,)))
    voting.when(GRANT, by=AS_PAUL)
    voting.then_refused(NoMajority)
    voting.when(CloseSession(session=JUNE), by=AS_RENEE)
    voting.then_refused(NotAllDecided, SAMIR_VAE)
    voting.when(VOTE, by=AS_PAUL)
    voting.when(GRANT, by=AS_PAUL)
    voting.then(BlockGranted(session=JUNE, candidacy=SAMIR_VAE, block=3))


def test_who_steps_out_takes_with_them_the_vote_that_found_no_majority(voting: Scenario) -> None:
    tied = DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=False, majority=False)
    voting.given(At(Deliberation.id_of(JUNE, SAMIR_VAE), (tied,)), recused(SAMIR_VAE, KARIM))
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    voting.when(GRANT, by=AS_PAUL)
    voting.then(BlockGranted(session=JUNE, candidacy=SAMIR_VAE, block=3))


def test_or_the_jury_puts_off_what_it_could_not_agree_on(scenario: Scenario) -> None:
    taken_up = DeliberationOpened(session=JUNE, candidacy=SAMIR_VAE, panel=PANEL, sought=(3,))
    scenario.given(vae_filed(SAMIR_VAE), before_the_jury(SAMIR_VAE))
    scenario.given(At(Deliberation.id_of(JUNE, SAMIR_VAE), (taken_up,)), ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    scenario.when(replace(VOTE, outcome=Outcome.NONE), by=AS_PAUL)
    scenario.when(DeferDecisions(session=JUNE, candidacy=SAMIR_VAE, reason="Partage des voix."), by=AS_PAUL)
    scenario.then_recorded(DecisionDeferred)


def test_no_vote_fails_once_all_is_decided(scenario: Scenario) -> None:
    """Else the minutes would say of one candidate that a block was granted, and that no majority was found."""
    taken_up = DeliberationOpened(session=JUNE, candidacy=SAMIR_VAE, panel=PANEL, sought=(3, 4))
    opened = SessionOpened(present=PANEL, opened_on=JURY_DAY)
    scenario.given(vae_filed(SAMIR_VAE), planned(JUNE), summoned(JUNE, SAMIR_VAE), At(JUNE, (opened,)))
    scenario.given(At(Deliberation.id_of(JUNE, SAMIR_VAE), (taken_up,)), ruled(SAMIR_VAE, (21, 22, 25, 26, 27, 28)))
    tied = DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=False, majority=False)
    scenario.when(GRANT, by=AS_PAUL)
    assert scenario.forged(Deliberation.id_of(JUNE, SAMIR_VAE), tied, by=AS_PAUL) == []
    scenario.when(replace(GRANT, decisions=(BlockDecision(block=4, granted=True),)), by=AS_PAUL)
    scenario.when(replace(VOTE, outcome=Outcome.NONE), by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)
    assert scenario.forged(Deliberation.id_of(JUNE, SAMIR_VAE), tied, by=AS_PAUL) == ["already-decided"]


def test_the_replay_refuses_a_block_granted_on_a_vote_without_a_majority(voting: Scenario) -> None:
    voting.given(ruled(SAMIR_VAE, (21, 22, 23, 24, 25)))
    granting = BlockGranted(session=JUNE, candidacy=SAMIR_VAE, block=3)
    stream = Deliberation.id_of(JUNE, SAMIR_VAE)
    assert voting.forged(stream, granting, by=AS_PAUL) == []
    tied = DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=False, majority=False)
    assert voting.forged(stream, tied, granting, by=AS_PAUL) == ["no-majority"]
    assert voting.forged(stream, tied, replace(tied, majority=True), granting, by=AS_PAUL) == []


def test_a_closed_session_votes_no_more(voting: Scenario) -> None:
    voting.given(ended())
    voting.when(VOTE, by=AS_PAUL)
    voting.then_refused(SessionNotOpen)


def test_without_a_law_of_juries_the_rulebook_gives_the_casting_vote(scenario: Scenario) -> None:
    rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
    scenario.given(At(rulebook, (RulebookPublished(rules=replace(RULES, version=3, casting_vote=True)),)))
    scenario.given(vae_filed(SAMIR_VAE, rulebook))
    scenario.given(before_the_jury(SAMIR_VAE, plan=plan(rulebook=rulebook)), heard(SAMIR_VAE))
    scenario.when(replace(VOTE, outcome=Outcome.CASTING_VOTE, abstentions=1), by=AS_PAUL)
    scenario.then(DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=True, abstentions=1))


@pytest.mark.parametrize(("abstentions", "tie"), [(0, False), (1, True), (2, False), (3, True), (5, False)])
def test_the_chair_settles_a_tie_of_the_votes_expressed_and_nothing_else(
    scenario: Scenario, abstentions: int, tie: bool
) -> None:
    rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
    scenario.given(At(rulebook, (RulebookPublished(rules=replace(RULES, version=3, casting_vote=True)),)))
    scenario.given(vae_filed(SAMIR_VAE, rulebook), planned(JUNE, plan(rulebook=rulebook)), summoned(JUNE, SAMIR_VAE))
    opened = SessionOpened(present=PANEL, opened_on=JURY_DAY)
    scenario.given(At(JUNE, (opened,)), heard(SAMIR_VAE))
    scenario.when(replace(VOTE, outcome=Outcome.CASTING_VOTE, abstentions=abstentions), by=AS_PAUL)
    if tie:
        said = DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=True, abstentions=abstentions)
        scenario.then(said)
    else:
        scenario.then_refused(NoTie, 5 - abstentions)


@pytest.mark.parametrize("then", [recused(SAMIR_VAE, KARIM), ruled(SAMIR_VAE, (21,))], ids=["a recusal", "a ruling"])
def test_what_opens_the_vote_again_undoes_the_casting_vote(then: At) -> None:
    """The minutes do not say that the chair's vote settled what was then decided otherwise."""
    voted = DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=True)
    said = rebuilt(Deliberation(id=Deliberation.id_of(JUNE, SAMIR_VAE)), [voted, *then.facts])
    assert (said.voted, said.casting_vote) == (False, False)
