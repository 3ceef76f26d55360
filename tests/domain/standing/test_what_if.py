"""What-if: the standing of a candidacy under supposed rulings and grants."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidacy.candidacy import AlreadyDecided, UnknownCompetence
from domain.framework.block_rule import Choice, Gap, all_of, any_of
from domain.framework.definition import Definition
from domain.jury.facts import CompetenceRuled, ReleaseWithheld, SessionOpened
from domain.jury.granting import BlockRuleNotMet, UnknownBlock
from domain.jury.ruling import RuledTwice
from domain.refusal import NotFound
from domain.rulebook.facts import RuleSetPublished
from domain.standing.comparison import Under
from domain.standing.what_if import NoSuchFact, NothingSupposed, Supposed, WhatIf, what_if
from domain.standing.why import why
from tests.given.domain.known_facts import SESSIONS, told
from tests.given.domain.law import R335, R335_7, since
from tests.given.domain.people import (
    ENOUGH,
    JUNE,
    MARCH,
    MARIE_FI,
    MARIE_VAE,
    RELEASED,
    RNCP31936,
    RULES,
    applied,
    ended,
    granted,
    not_granted,
    pronounced,
    ruled,
)
from tests.given.domain.scenario import At
from tests.given.domain.what_if import START

NEARLY = (ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8]), not_granted(MARIE_FI, 1))
OPTIONS = replace(RNCP31936, title_rule=all_of(1, any_of(all_of(2, 3), all_of(3, 4))), required_blocks=(1, 3))


def supposing(
    *steps: At | Iterable[At],
    acquired: Iterable[int] = (),
    not_acquired: Iterable[int] = (),
    blocks: Iterable[int] = (),
    provisional: bool = True,
    framework: Definition = RNCP31936,
) -> WhatIf:
    supposed = Supposed(acquired=frozenset(acquired), not_acquired=frozenset(not_acquired), granted=frozenset(blocks))
    return what_if(framework, RULES, told(*START, *steps), supposed, provisional=provisional)


def test_supposed_mandatory_competence_meets_the_rule_of_block_one_but_does_not_grant_it() -> None:
    """RNCP 31936, block 1: a jury grants a block; meeting its rule does not grant it."""
    answer = supposing(*NEARLY, acquired=[7])
    assert (answer.gained, answer.lost) == ((1,), ())
    block = answer.then.blocks[0]
    assert (block.state, block.met, block.missing) == ("not_granted", True, ())
    assert answer.now.blocks[0].missing == (Gap(numbers=(7,)),)


def test_supposed_rulings_join_those_of_the_jury_that_ruled_last_on_the_block() -> None:
    first = (*NEARLY, At(JUNE, (RELEASED,)))
    second = ruled(MARIE_FI, [4], session=MARCH)
    answer = supposing(*first, second, acquired=[7])
    assert answer.gained == ()
    assert answer.then.blocks[0].missing == (Gap(numbers=(9,), choices=(Choice(count=2, among=(1, 2, 3, 5, 6, 8)),)),)


def test_rulings_can_be_supposed_before_any_jury_has_ruled() -> None:
    assert supposing(acquired=[21, 22, 25]).gained == (3,)
    assert supposing(acquired=[21, 22, 25], provisional=False).gained == (3,)


def test_supposed_competence_not_acquired_loses_a_block_whose_rule_was_met() -> None:
    answer = supposing(ruled(MARIE_FI, ENOUGH), not_acquired=[25])
    assert (answer.gained, answer.lost) == ((), (3,))


def test_supposed_grant_is_granted_and_may_bring_the_title_within_reach() -> None:
    three = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3))
    answer = supposing(*three, blocks=[4])
    assert answer.then.blocks[3].state == "granted"
    assert (answer.now.title.met, answer.then.title.met) == (False, True)
    assert (answer.title_gained, answer.title_lost) == (False, False), "the rulings put it in reach already"
    fewer = supposing(ruled(MARIE_FI, ENOUGH[:14]), granted(MARIE_FI, 1, 2, 3), blocks=[4])
    assert (fewer.title_gained, fewer.title_lost) == (True, False)
    assert answer.then.outcome == "partial", "a jury pronounces the title"


def test_supposed_grant_needs_no_rulings_but_must_not_contradict_the_supposed_ones() -> None:
    assert supposing(blocks=[1]).then.blocks[0].state == "granted"
    assert supposing(blocks=[1], not_acquired=[1, 2, 3]).then.blocks[0].state == "granted"
    with pytest.raises(BlockRuleNotMet) as refused:
        supposing(blocks=[1], not_acquired=[7])
    assert refused.value.about == (1,)
    with pytest.raises(BlockRuleNotMet):
        supposing(blocks=[1], not_acquired=[1, 2, 3, 5, 6])


def test_supposed_branch_completes_a_title_with_options() -> None:
    two = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 3))
    for number in (2, 4):
        assert supposing(*two, blocks=[number], framework=OPTIONS).then.title.met


def test_supposed_facts_are_marked_among_the_facts_cited() -> None:
    answer = supposing(*NEARLY, acquired=[7], blocks=[3])
    cited = [source.fact for source in answer.then.sources if source.supposed]
    assert sorted(cited) == ["BlockGranted", "CompetenceRuled"]
    assert {source.on is None for source in answer.then.sources if source.supposed} == {True}, "no day is theirs"
    assert not any(source.supposed for source in answer.now.sources)


def test_decisions_not_released_stay_hidden_in_what_if() -> None:
    """Only the panel and the registrar see a ruling before its release, whatever is supposed."""
    secret = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4), pronounced(MARIE_FI), ended(released=False))
    for numbers, blocks in (([7], []), ([21, 22, 25], []), ([], [1])):
        hidden = supposing(*secret, acquired=numbers, blocks=blocks, provisional=False)
        assert hidden == supposing(acquired=numbers, blocks=blocks, provisional=False)


@pytest.mark.parametrize("provisional", [True, False])
def test_block_or_title_already_won_cannot_be_supposed(provisional: bool) -> None:
    won = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 3), At(JUNE, (RELEASED,)))
    each: tuple[dict[str, Any], ...] = ({"blocks": [3]}, {"acquired": [22]}, {"not_acquired": [21]})
    for supposed in each:
        with pytest.raises(AlreadyDecided):
            supposing(*won, provisional=provisional, **supposed)
    with pytest.raises(AlreadyDecided):
        supposing(*won, granted(MARIE_FI, 1, 2, 4), pronounced(MARIE_FI), provisional=provisional, blocks=[1])


def test_supposition_is_refused_after_the_title() -> None:
    full = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3), pronounced(MARIE_FI))
    with pytest.raises(AlreadyDecided):
        supposing(*full, blocks=[4], framework=OPTIONS)


def test_supposition_that_is_empty_unknown_or_contradictory_is_refused() -> None:
    with pytest.raises(NothingSupposed):
        supposing()
    with pytest.raises(UnknownCompetence) as stranger:
        supposing(acquired=[31])
    assert stranger.value.about == (31,)
    with pytest.raises(UnknownBlock):
        supposing(blocks=[5])
    with pytest.raises(RuledTwice) as twice:
        supposing(acquired=[7, 8], not_acquired=[8])
    assert twice.value.about == (8,)


def test_withheld_release_cannot_be_supposed_away_by_a_reader_who_does_not_see_it() -> None:
    """Any other fact can."""
    facts = told(*START, *NEARLY, At(JUNE, (ReleaseWithheld(candidacy=MARIE_FI),)))
    for kind, refused in ((ReleaseWithheld, True), (CompetenceRuled, False)):
        position = next(each.stamp.position for each in facts if isinstance(each.fact, kind))
        supposed = Supposed(without=frozenset({position}))
        with pytest.raises(NoSuchFact) if refused else nullcontext():
            what_if(RNCP31936, RULES, facts, supposed, provisional=False)
        what_if(RNCP31936, RULES, facts, supposed)


def test_supposition_on_a_candidacy_not_opened_is_not_found() -> None:
    with pytest.raises(NotFound):
        what_if(RNCP31936, RULES, [], Supposed(granted=frozenset({1})))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.integers(1, 30), st.booleans()), st.sets(st.integers(1, 30), min_size=1))
def test_supposing_more_acquired_competences_loses_nothing_and_changes_no_present_fact(
    said: dict[int, bool], more: set[int]
) -> None:
    yes, no = ([number for number, acquired in said.items() if acquired is which] for which in (True, False))
    facts = told(*START, ruled(MARIE_FI, yes, no))
    kept = list(facts)
    answer = what_if(RNCP31936, RULES, facts, Supposed(acquired=frozenset(more)))
    assert (answer.lost, answer.now, facts) == ((), why(RNCP31936, RULES, facts), kept)
    both = why(RNCP31936, RULES, told(*START, ruled(MARIE_FI, {*yes, *more}, set(no) - more)))
    assert [block.met for block in answer.then.blocks] == [block.met for block in both.blocks]


def test_present_and_supposed_standing_cite_their_texts_of_law() -> None:
    """A jury that had not sat is bound by no text; under another version the same texts apply."""
    law = since(0, *(RuleSetPublished(rule_set=rule_set) for rule_set in (R335, R335_7)))
    facts = told(applied(MARIE_VAE), *SESSIONS, ruled(MARIE_VAE, [1, 2, 3, 4, 9]))
    whole = why(RNCP31936, RULES, facts, law=law).law
    assert [(each.rule_set, each.session) for each in whole] == [(R335_7.id, None), (R335.id, JUNE), (R335.id, MARCH)]
    same = what_if(RNCP31936, RULES, facts, Supposed(acquired=frozenset({7})), law=law)
    assert (same.now.law, same.then.law) == (whole, whole)
    *_, sat = (each.stamp.position for each in facts if isinstance(each.fact, SessionOpened))
    without = what_if(RNCP31936, RULES, facts, Supposed(without=frozenset({sat})), law=law)
    assert (without.now.law, without.then.law) == (whole, whole[:2])
    under = Under(definition=replace(RNCP31936, version=2))
    assert what_if(RNCP31936, RULES, facts, Supposed(under=under), law=law).then.law == whole
    assert what_if(RNCP31936, RULES, facts, Supposed(under=under)).then.law == ()
