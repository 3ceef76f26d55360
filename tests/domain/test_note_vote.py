"""Was there a majority, and whose vote may settle a tie? (the stories: tests/stories/test_casting_vote.py)"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.commands.note_vote import NoteVote
from domain.deliberation import Deliberation
from domain.jury import CONDUCT, NotOnThePanel, SessionNotOpen, SessionOpened
from domain.ports import RulebookId
from domain.rulebook import Rulebook, RulebookPublished
from domain.vote import DecisionVoted, NoMajority, NoTie, Outcome
from tests.domain.harness import At, Scenario, rebuilt
from tests.domain.people import (
    AS_ELSA,
    AS_PAUL,
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


@pytest.mark.parametrize("outcome", [Outcome.NONE, Outcome.CASTING_VOTE])
def test_no_majority_and_no_casting_vote_decide_nothing(voting: Scenario, outcome: Outcome) -> None:
    """REFUSALS 66: no law is published here, and the rulebook gives the chair none."""
    voting.when(replace(VOTE, outcome=outcome), by=AS_PAUL)
    voting.then_refused(NoMajority)


def test_a_closed_session_votes_no_more(voting: Scenario) -> None:
    voting.given(ended())
    voting.when(VOTE, by=AS_PAUL)
    voting.then_refused(SessionNotOpen)


def test_without_a_law_of_juries_the_rulebook_gives_the_casting_vote(scenario: Scenario) -> None:
    rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
    scenario.given(At(rulebook, (RulebookPublished(rules=replace(RULES, version=3, casting_vote=True)),)))
    scenario.given(vae_filed(SAMIR_VAE, rulebook))
    scenario.given(before_the_jury(SAMIR_VAE, plan=plan(rulebook=rulebook)), heard(SAMIR_VAE))
    scenario.when(replace(VOTE, outcome=Outcome.CASTING_VOTE), by=AS_PAUL)
    scenario.then(DecisionVoted(session=JUNE, candidacy=SAMIR_VAE, casting_vote=True))


@pytest.mark.parametrize(("abstentions", "tie"), [(0, False), (1, True), (2, False), (3, True), (5, False)])
def test_the_chair_settles_a_tie_of_the_votes_expressed_and_nothing_else(
    scenario: Scenario, abstentions: int, tie: bool
) -> None:
    rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
    scenario.given(At(rulebook, (RulebookPublished(rules=replace(RULES, version=3, casting_vote=True)),)))
    scenario.given(vae_filed(SAMIR_VAE, rulebook), planned(JUNE, plan(rulebook=rulebook)), summoned(JUNE, SAMIR_VAE))
    opened = SessionOpened(present=PANEL, opened_on=JURY_DAY, conduct=CONDUCT)
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
