"""The chair's casting vote when the jury is split, by the law of the candidate's dates or else by the rulebook.

Former R335-8 gives none, whatever a rulebook says. D6412-6 gives one where the votes are really equal: as many for as
against among the votes expressed, so that five votes out of five are never split. No fact says who voted what.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.jury.facts import DecisionVoted, TitlePronounced
from domain.jury.granting import BlocksMissing
from domain.jury.session import NotOnThePanel, NotTheChair
from domain.jury.vote import NoMajority, NoTie, VoteOutcome
from domain.ports import CandidacyId, SessionId
from domain.replay.judge import replay
from domain.rulebook.rules import Rules
from tests.given.domain.people import AS_NADIA, AS_PAUL, BLOCKS, NADIA, PANEL, PAUL, RULES
from tests.given.domain.scenario import NOON
from tests.given.stories.juries import EVERYTHING, UNDER_D6412, UNDER_R335, Jury

GENEROUS = replace(RULES, casting_vote=True)
BETWEEN = (date(2024, 1, 15), date(2024, 9, 17))
"""A parcours begun when neither text is known to bind: the law says nothing of the jury's vote."""
GRANT = tuple(BlockDecision(block=block.number, granted=True) for block in BLOCKS)


def split(jury: Jury, began: date, held_on: date) -> tuple[SessionId, CandidacyId]:
    """Hear Marie and rule on everything, up to the vote of the jury."""
    marie = jury.marie(began)
    session = jury.called(began, held_on)
    jury.on(began, SummonCandidate(session=session, candidacy=marie))
    jury.opens_with(held_on, session, PANEL)
    jury.takes_up(held_on, session, marie, AS_PAUL)
    jury.on(held_on, RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING), AS_PAUL)
    return session, marie


def vote(
    session: SessionId,
    candidacy: CandidacyId,
    outcome: VoteOutcome = VoteOutcome.CASTING_VOTE,
    abstentions: int | None = None,
) -> RecordDecision:
    """Return a vote that grants everything, or finds no majority; one of five abstains where the others are split."""
    split_by = 1 if outcome is VoteOutcome.CASTING_VOTE and abstentions is None else abstentions
    return RecordDecision(
        session=session,
        candidacy=candidacy,
        outcome=outcome,
        abstentions=split_by,
        decisions=() if outcome is VoteOutcome.NONE else GRANT,
        title=outcome is not VoteOutcome.NONE,
    )


def test_66_vote_without_a_majority_decides_nothing() -> None:
    began, held_on = UNDER_R335
    jury = Jury(began, RULES)
    session, marie = split(jury, began, held_on)
    jury.on(held_on, vote(session, marie, VoteOutcome.NONE), AS_PAUL)
    granted = replace(vote(session, marie, VoteOutcome.MAJORITY), outcome=VoteOutcome.NONE)
    jury.refused(NoMajority, held_on, granted, AS_PAUL)
    jury.on(held_on, vote(session, marie, VoteOutcome.MAJORITY), AS_PAUL)
    voted = DecisionVoted(session=session, candidacy=marie, casting_vote=False, at=NOON)
    assert jury.says(DecisionVoted) == [replace(voted, majority=False), voted]
    assert jury.unlawful == []


@pytest.mark.parametrize("rules", [RULES, GENEROUS])
def test_casting_vote_is_refused_under_r335_8_whatever_the_rulebook_says(rules: Rules) -> None:
    began, held_on = UNDER_R335
    jury = Jury(began, rules)
    session, marie = split(jury, began, held_on)
    jury.refused(NoMajority, held_on, vote(session, marie), AS_PAUL)


@pytest.mark.parametrize("rules", [RULES, GENEROUS])
def test_casting_vote_is_recorded_by_the_chair_alone_under_d6412_6(rules: Rules) -> None:
    began, held_on = UNDER_D6412
    jury = Jury(began, rules)
    session, marie = split(jury, began, held_on)
    jury.refused(NotTheChair, held_on, vote(session, marie), AS_NADIA)
    jury.on(held_on, vote(session, marie), AS_PAUL)
    jury.ends(held_on, session)
    assert jury.says(DecisionVoted) == [
        DecisionVoted(session=session, candidacy=marie, casting_vote=True, abstentions=1, at=NOON)
    ]
    assert jury.says(TitlePronounced)
    assert jury.unlawful == []


@pytest.mark.parametrize(("rules", "given"), [(RULES, False), (GENEROUS, True)])
def test_casting_vote_follows_the_rulebook_when_the_law_is_silent(rules: Rules, given: bool) -> None:
    began, held_on = BETWEEN
    jury = Jury(began, rules)
    session, marie = split(jury, began, held_on)
    if given:
        jury.on(held_on, vote(session, marie), AS_PAUL)
    else:
        jury.refused(NoMajority, held_on, vote(session, marie), AS_PAUL)


def test_casting_vote_is_refused_when_the_chair_has_stepped_out() -> None:
    began, held_on = UNDER_D6412
    jury = Jury(began, RULES)
    session, marie = split(jury, began, held_on)
    leaves = RecuseJuror(session=session, candidacy=marie, juror=PAUL, reason="x")
    jury.on(held_on, leaves, AS_PAUL)
    jury.refused(NotOnThePanel, held_on, vote(session, marie), AS_PAUL)


def test_blocks_must_be_voted_again_when_a_member_leaves_before_the_title() -> None:
    began, held_on = UNDER_R335
    jury = Jury(began, RULES)
    session, marie = split(jury, began, held_on)
    blocks = replace(vote(session, marie, VoteOutcome.MAJORITY), title=False)
    jury.on(held_on, blocks, AS_PAUL)
    jury.on(held_on, RecuseJuror(session=session, candidacy=marie, juror=NADIA, reason="x"))
    title = replace(blocks, decisions=(), title=True)
    jury.refused(BlocksMissing, held_on, title, AS_PAUL)
    jury.on(held_on, RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING), AS_PAUL)
    jury.on(held_on, vote(session, marie, VoteOutcome.MAJORITY), AS_PAUL)
    assert jury.unlawful == []


@pytest.mark.parametrize("abstentions", [0, 2, 4, 5, -1])
def test_casting_vote_is_refused_when_the_number_of_votes_is_odd_or_zero(abstentions: int) -> None:
    began, held_on = UNDER_D6412
    jury = Jury(began, RULES)
    session, marie = split(jury, began, held_on)
    jury.refused(NoTie, held_on, vote(session, marie, abstentions=abstentions), AS_PAUL)


def test_casting_vote_is_accepted_of_four_members_when_one_has_stepped_out() -> None:
    """No known text of law applies, so that a panel with a member who steps out can still decide."""
    began, held_on = BETWEEN
    jury = Jury(began, GENEROUS)
    session, marie = split(jury, began, held_on)
    jury.on(held_on, RecuseJuror(session=session, candidacy=marie, juror=NADIA, reason="x"))
    jury.on(held_on, RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING), AS_PAUL)
    jury.refused(NoTie, held_on, vote(session, marie, abstentions=1), AS_PAUL)
    jury.on(held_on, vote(session, marie, abstentions=0), AS_PAUL)
    assert jury.unlawful == []


def test_replay_detects_a_casting_vote_without_equal_votes() -> None:
    began, held_on = UNDER_D6412
    jury = Jury(began, RULES)
    session, marie = split(jury, began, held_on)
    jury.on(held_on, vote(session, marie), AS_PAUL)
    voted = next(told for told in jury.facts if isinstance(told.fact, DecisionVoted))
    at = jury.facts.index(voted)
    for abstentions in (None, 0, 2):
        fact = DecisionVoted(session=session, candidacy=marie, casting_vote=True, abstentions=abstentions, at=NOON)
        forged = [*jury.facts[:at], replace(voted, fact=fact), *jury.facts[at + 1 :]]
        assert [found.position for found in replay(forged)][-1] == voted.stamp.position


def test_recorded_vote_has_no_field_for_voters_or_for_the_count() -> None:
    said = {each.name for each in fields(DecisionVoted)}
    assert said == {"session", "candidacy", "casting_vote", "abstentions", "majority", "unanimous", "at", "day"}
