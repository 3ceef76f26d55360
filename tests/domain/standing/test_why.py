"""Why: the explanation of a standing, with the facts cited and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import combinations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidacy.facts import AdmissibilityDecided
from domain.evidence.facts import EvidenceRedirected
from domain.framework.block_rule import BlockRule, Choice, Gap, all_of, any_of, at_least, mean_of
from domain.framework.definition import Definition
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockGranted, CompetenceRuled, TitlePronounced
from domain.rulebook.facts import RuleSetPublished
from domain.standing.law_cited import LawOverTime
from domain.standing.standing import standing
from domain.standing.why import Branch, RuleLeaf, StandingExplanation, why
from tests.given.domain.known_facts import SESSIONS, told
from tests.given.domain.law import ALWAYS, D6412, R335, R335_7, since
from tests.given.domain.people import (
    BLOCKS,
    BLOG,
    CV,
    ENOUGH,
    JUNE,
    JURY_DAY,
    KARIM,
    MARCH,
    MARIE_FI,
    MARIE_VAE,
    RELEASED,
    RNCP31936,
    RULES,
    applied,
    ended,
    granted,
    heard,
    not_granted,
    pronounced,
    put_in,
    recused,
    ruled,
)
from tests.given.domain.scenario import At

START = (applied(MARIE_FI), *SESSIONS)
OPTIONS = replace(RNCP31936, title_rule=all_of(1, any_of(all_of(2, 3), all_of(3, 4))), required_blocks=(1, 3))


def explained(
    *steps: At | Iterable[At], provisional: bool = True, framework: Definition = RNCP31936
) -> StandingExplanation:
    return why(framework, RULES, told(*START, *steps), provisional=provisional)


def test_explanation_of_five_of_nine_without_the_seventh_names_it_and_cites_the_refusal() -> None:
    """RNCP 31936, block 1: "5 compétences sur 9 dont les compétences obligatoires: 4, 7 et 9"."""
    answer = explained(ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8]), not_granted(MARIE_FI, 1))
    block = answer.blocks[0]
    assert (block.state, block.met, block.missing) == ("not_granted", False, (Gap(numbers=(7,)),))
    assert (block.rule.required, block.rule.have, block.rule.met) == (5, 5, False)
    assert block.rule.numbers[6] == RuleLeaf(number=7, met=False, mandatory=True)
    assert [line.acquired for line in block.competences] == [*[True] * 4, *[False] * 4, True]
    (refusal,) = (source for source in answer.sources if source.position in block.positions)
    assert (refusal.fact, refusal.on, refusal.supposed) == ("BlockNotGranted", JURY_DAY, False)


def test_acquired_competences_and_grants_cite_their_facts() -> None:
    facts = told(*START, put_in(MARIE_FI, CV, 21), ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 3))
    answer = why(RNCP31936, RULES, facts)
    by_position = {source.position: source for source in answer.sources}
    assert [at for at in by_position if facts[at - 1].stamp.position != at] == []
    block = answer.blocks[2]
    assert [by_position[at].fact for at in block.positions] == ["BlockGranted"]
    assert [by_position[at].fact for at in block.competences[0].positions] == ["EvidenceSubmitted", "CompetenceRuled"]
    for line in (line for each in answer.blocks for line in each.competences if line.acquired):
        rulings = [facts[at - 1].fact for at in line.positions]
        assert any(isinstance(fact, CompetenceRuled) and fact.competence == line.number for fact in rulings)


def test_gap_is_the_smallest_set_with_mandatory_competences_first() -> None:
    assert explained(ruled(MARIE_FI, [4, 1])).blocks[0].missing == (
        Gap(numbers=(7, 9), choices=(Choice(count=1, among=(2, 3, 5, 6, 8)),)),
    )


def test_granted_block_misses_nothing_and_the_title_misses_its_other_blocks() -> None:
    answer = explained(ruled(MARIE_FI, [21, 22, 25]), granted(MARIE_FI, 3))
    assert (answer.blocks[2].missing, answer.blocks[2].met) == ((), True)
    title = answer.title
    assert (title.met, title.within_reach, title.pronounced) == (False, False, False)
    assert title.missing == (Gap(numbers=(1, 2, 4)),)
    assert title.competences_needed == 5 + 6 + 3
    assert [leaf.met for leaf in title.rule.numbers] == [False, False, True, False]


def test_blocks_that_await_their_jury_put_the_title_within_reach() -> None:
    answer = explained(ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 3))
    assert (answer.title.met, answer.title.within_reach) == (False, True)
    assert (answer.title.missing, answer.title.competences_needed) == ((Gap(numbers=(2, 4)),), 0)


def test_title_that_awaits_its_jury_misses_nothing() -> None:
    title = explained(ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4)).title
    assert (title.pronounced, title.met, title.missing, title.competences_needed) == (False, True, (), 0)


def test_rule_that_can_never_be_met_misses_everything_not_acquired() -> None:
    """The rule can never be met or has too many cases: no file gives one, but an audit bag from elsewhere may."""
    rule = BlockRule(required=3, tree=at_least(3, 21, 22))
    blocks = tuple(replace(block, rule=rule) if block.number == 3 else block for block in BLOCKS)
    never = replace(RNCP31936, blocks=blocks, title_rule=at_least(5, 1, 2, 3, 4))
    answer = explained(ruled(MARIE_FI, [21]), granted(MARIE_FI, 1), framework=never)
    assert (answer.blocks[2].met, answer.blocks[2].missing) == (False, (Gap(numbers=(22,)),))
    assert answer.title.missing == (Gap(numbers=(2, 3, 4)),)
    assert answer.title.competences_needed == 6 + 1 + 3


def test_title_cites_the_blocks_that_make_it_and_its_pronouncement() -> None:
    answer = explained(ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4), pronounced(MARIE_FI), ended())
    cited = [source.fact for source in answer.sources if source.position in answer.title.positions]
    assert cited == [*[BlockGranted.__name__] * 4, TitlePronounced.__name__]
    assert (answer.outcome, answer.title.pronounced_on, answer.title.missing) == ("full", JURY_DAY, ())
    partly = explained(ruled(MARIE_FI, [21, 22, 25], range(1, 10)), granted(MARIE_FI, 3), not_granted(MARIE_FI, 1))
    assert partly.title.positions == partly.blocks[2].positions, "a refusal makes no title"


def test_title_with_options_shows_the_branch_met_and_the_nearest_one_missing() -> None:
    """BTS SIO: BC01 and (BC02 and BC03, or BC04 and BC05)."""
    answer = explained(ruled(MARIE_FI, [10, *ENOUGH]), granted(MARIE_FI, 1, 3, 4), framework=OPTIONS)
    two, four = answer.title.rule.branches[0].branches
    assert (two.met, two.have, four.met, answer.title.met) == (False, 1, True, True)
    answer = explained(ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 3), framework=OPTIONS)
    assert answer.title.missing == (Gap(numbers=(2,)), Gap(numbers=(4,)))
    near = explained(ruled(MARIE_FI, [26, 27]), granted(MARIE_FI, 1, 3), framework=OPTIONS)
    assert near.title.missing == (Gap(numbers=(4,)),)
    assert near.title.competences_needed == 1


def test_branches_of_a_block_show_which_is_met() -> None:
    tree = any_of(all_of(21, 22), all_of(23, 24, 25))
    blocks = tuple(replace(b, rule=BlockRule.of_tree(tree, "x")) if b.number == 3 else b for b in BLOCKS)
    answer = explained(ruled(MARIE_FI, [23, 24], [21]), framework=replace(RNCP31936, blocks=blocks))
    block = answer.blocks[2]
    assert block.missing == (Gap(numbers=(25,)),)
    assert block.rule.branches[1] == Branch(
        required=3,
        have=2,
        met=False,
        numbers=tuple(RuleLeaf(number=number, met=number != 25, mandatory=False) for number in (23, 24, 25)),
        branches=(),
    )


def test_branch_with_a_mean_is_met_by_the_marks() -> None:
    tree = any_of(all_of(21, 22), mean_of(1000, 2000, {23: 1, 24: 1}))
    blocks = tuple(replace(b, rule=BlockRule.of_tree(tree, "x")) if b.number == 3 else b for b in BLOCKS)
    stream = Deliberation.id_of(JUNE, MARIE_FI)
    for worth, met in ((900, False), (1100, True)):
        facts = (
            CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=23, acquired=False, worth=900),
            CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=24, acquired=True, worth=worth),
        )
        block = explained(At(stream, facts), framework=replace(RNCP31936, blocks=blocks)).blocks[2]
        assert (block.rule.branches[1].met, block.rule.met) == (met, met)


def test_ruling_of_an_earlier_jury_does_not_count() -> None:
    first = (ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8]), not_granted(MARIE_FI, 1), At(JUNE, (RELEASED,)))
    block = explained(*first, ruled(MARIE_FI, [7], session=MARCH)).blocks[0]
    assert [line.acquired for line in block.competences if line.number in {1, 7}] == [None, True]
    assert block.missing == (Gap(numbers=(4, 9), choices=(Choice(count=2, among=(1, 2, 3, 5, 6, 8)),)),)


def test_granted_block_is_explained_by_the_rulings_of_the_jury_that_granted_it() -> None:
    """Of two sessions, the rulings of the later one do not explain what the first one granted."""
    both = (ruled(MARIE_FI, [21, 22, 25]), granted(MARIE_FI, 3), ruled(MARIE_FI, [], [21], session=MARCH))
    block = explained(*both).blocks[2]
    assert (block.state, block.met) == ("granted", True)
    assert [line.acquired for line in block.competences] == [True, True, None, None, True]


def test_rulings_voided_by_a_recusal_are_not_cited() -> None:
    answer = explained(heard(MARIE_FI), ruled(MARIE_FI, [21, 22, 25]), recused(MARIE_FI, KARIM))
    assert not answer.blocks[2].met
    assert answer.sources == ()


def test_session_not_released_explains_nothing() -> None:
    decided = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4), pronounced(MARIE_FI))
    hidden = explained(*decided, ended(released=False), provisional=False)
    assert hidden == explained(provisional=False)
    assert explained(*decided, ended(), provisional=False).outcome == "full"


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.integers(1, 30), st.booleans()), st.frozensets(st.integers(1, 4)))
def test_explanation_agrees_with_the_standing(said: dict[int, bool], blocks: frozenset[int]) -> None:
    """Outcome, states, missing competences and facts cited are those of the standing, whatever was ruled."""
    yes, no = ([number for number, acquired in said.items() if acquired is which] for which in (True, False))
    facts = told(*START, ruled(MARIE_FI, yes, no), granted(MARIE_FI, *blocks))
    now, answer = standing(RNCP31936, RULES, facts), why(RNCP31936, RULES, facts)
    assert answer.outcome == now.outcome
    for line, block in zip(now.blocks, answer.blocks, strict=True):
        assert (line.state, line.decided_on) == (block.state, block.decided_on)
        needed = block.missing[0].size if block.missing else 0
        if line.state != "granted":
            assert needed == len(line.missing_mandatory) + line.others_needed
            assert block.met is (needed == 0)
    assert {source.position for source in answer.sources} == set(now.positions)


@pytest.mark.parametrize("provisional", [True, False])
def test_same_facts_give_the_same_explanation(provisional: bool) -> None:
    steps = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1), ended())
    assert explained(*steps, provisional=provisional) == explained(*steps, provisional=provisional)


@settings(max_examples=200, deadline=None)
@given(st.frozensets(st.integers(1, 30)), st.frozensets(st.integers(1, 4)), st.sampled_from([RNCP31936, OPTIONS]))
def test_ways_to_the_title_are_all_the_cheapest_in_competences(
    acquired: frozenset[int], won: frozenset[int], framework: Definition
) -> None:
    """Compared by brute force over the blocks: every way given is one of the cheapest, and none is left out."""
    answer = explained(ruled(MARIE_FI, acquired), granted(MARIE_FI, *won), framework=framework)
    needs = {
        block.number: 0
        if block.number in won or block.rule.met_by(acquired, block.competences)
        else block.rule.rule(block.competences).nearest(acquired).size
        for block in framework.blocks
    }
    rest = sorted(needs.keys() - won)
    ways = [
        frozenset(some)
        for size in range(len(rest) + 1)
        for some in combinations(rest, size)
        if framework.whole.met_by(won | set(some))
    ]
    cheapest = min((sum(needs[block] for block in way), len(way)) for way in ways)
    best = {way for way in ways if (sum(needs[block] for block in way), len(way)) == cheapest}
    told_ = {frozenset(gap.first) for gap in answer.title.missing if not gap.choices}
    if framework.whole.met_by(won):
        assert (answer.title.missing, answer.title.competences_needed) == ((), 0)
    else:
        assert answer.title.competences_needed == cheapest[0]
        assert told_ <= best
        assert sum(comb(len(c.among), c.count) for g in answer.title.missing for c in g.choices) + len(told_) == len(
            best
        )


def test_mandatory_competences_are_given_before_those_to_choose_from() -> None:
    """RNCP 31936: with nothing acquired, each block needs its mandatory competences and so many of the rest."""
    for block, number in zip(explained().blocks, (2, 3, 1, 1), strict=True):
        (gap,) = block.missing
        rule = next(each for each in BLOCKS if each.number == block.number).rule
        assert gap.numbers == rule.mandatory
        assert [choice.count for choice in gap.choices] == [number]
        assert not set(gap.choices[0].among) & set(rule.mandatory)


def test_line_of_a_competence_leads_to_its_pieces_of_evidence() -> None:
    moved = At(CV, (EvidenceRedirected(candidacy=MARIE_FI, competences=(22,)),))
    answer = explained(put_in(MARIE_FI, CV, 21), put_in(MARIE_FI, BLOG, 23), moved)
    pieces = {source.fact: source.evidence for source in answer.sources}
    assert pieces == {"EvidenceSubmitted": BLOG, "EvidenceRedirected": CV}
    assert {source.evidence for source in explained(ruled(MARIE_FI, [21])).sources} == {None}


def test_explanation_cites_the_texts_of_law_that_bound_each_jury() -> None:
    """The law in force on the relevant day: R335-8 before a jury of 2021, D6412-6 for a parcours of 2024."""
    law = ALWAYS
    vae = told(applied(MARIE_VAE), *SESSIONS)
    assert [(each.rule_set, each.session) for each in why(RNCP31936, RULES, vae, law=law).law] == [
        (R335_7.id, None),
        (R335.id, JUNE),
        (R335.id, MARCH),
    ]
    opened = replace(vae[0].fact, opened_on=date(2024, 5, 2))  # type: ignore[call-arg]
    sits = replace(vae[2].fact, opened_on=date(2024, 9, 3))  # type: ignore[call-arg]
    later = [replace(vae[0], fact=opened), replace(vae[2], fact=sits)]
    assert [each.rule_set for each in why(RNCP31936, RULES, later, law=law).law] == [D6412.id]
    assert why(RNCP31936, RULES, told(*START), law=law).law == (), "no text binds initial training"
    assert explained().law == ()


CORRECTED = replace(R335, id="CE-R335-8-corrigé", source="Légifrance")


@pytest.mark.parametrize(
    ("steps", "cites"),
    [
        ((ruled(MARIE_VAE, [21, 22, 25]), granted(MARIE_VAE, 3), ended()), R335.id),
        ((ended(),), R335.id),
        ((), CORRECTED.id),
    ],
    ids=["decided", "closed", "still open"],
)
def test_law_cited_for_a_decision_is_the_one_published_then_and_not_its_correction(
    steps: tuple[At, ...], cites: str
) -> None:
    """A jury that is still open decides under what is published in the meantime."""
    facts = told(applied(MARIE_VAE), *SESSIONS[:2], heard(MARIE_VAE), *steps)
    law = LawOverTime((*ALWAYS.published, *since(len(facts) + 1, RuleSetPublished(rule_set=CORRECTED)).published))
    answer = why(RNCP31936, RULES, facts, law=law)
    assert [each.rule_set for each in answer.law if each.session] == [cites]


def test_law_cited_for_an_admissibility_is_the_one_published_when_it_was_decided() -> None:
    shorter = replace(R335_7, id="CE-R335-7-2019-bis")
    decided = AdmissibilityDecided(admissible=True, file_received_on=JURY_DAY, reason=None, decided_on=JURY_DAY)
    for steps, cites in (((At(MARIE_VAE, (decided,)),), R335_7.id), ((), shorter.id)):
        facts = told(applied(MARIE_VAE), *steps)
        law = LawOverTime((*ALWAYS.published, *since(len(facts) + 1, RuleSetPublished(rule_set=shorter)).published))
        assert [each.rule_set for each in why(RNCP31936, RULES, facts, law=law).law] == [cites]
