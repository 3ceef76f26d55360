"""What-if under other rules, and without a recorded fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.appeal.facts import CourtRuled, RectificationApproved, RectificationProposed
from domain.appeal.rectification import Rectification
from domain.appeal.review import Review
from domain.candidacy.facts import CandidateSummoned
from domain.evidence.facts import EvidenceRedirected
from domain.fact import Personal, RecordedFact
from domain.framework.block_rule import BlockRule, all_of, any_of
from domain.framework.definition import Definition
from domain.framework.facts import CorrespondenceAdmitted
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateListed, DecisionRectified, TitleFell
from domain.jury.rectified_decision import Corrected
from domain.register.facts import RegisterEntered, TitleWithdrawn
from domain.register.register import Register
from domain.standing.comparison import Changed, Comparison, RuleNeverMet, Under, variant
from domain.standing.standing import fold
from domain.standing.what_if import NoSuchFact, NothingSupposed, Supposed, WhatIf, what_if
from projections.standing.what_if_everybody import DECISIONS
from tests.given.domain.known_facts import SESSIONS, told
from tests.given.domain.people import (
    ASTRID,
    BLOCKS,
    CV,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    KARIM,
    MARCH,
    MARIE,
    MARIE_FI,
    RELEASED,
    RNCP31936,
    RULES,
    annulled,
    applied,
    assigned,
    ended,
    granted,
    heard,
    marked,
    not_granted,
    pronounced,
    put_in,
    recused,
    ruled,
)
from tests.given.domain.scenario import At

START = (applied(MARIE_FI), *SESSIONS)
FULL = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4), pronounced(MARIE_FI), ended())
SIX = variant(RNCP31936, {1: 6}, {})
RENUMBERED = replace(
    RNCP31936,
    version=2,
    blocks=tuple(replace(block, number={1: 3, 3: 1}.get(block.number, block.number)) for block in BLOCKS),
)
OTHER_WORDS = replace(
    RENUMBERED, competences=tuple(replace(each, text=f"Autre {each.number}") for each in RNCP31936.competences)
)


def beside(definition: Definition, *leads: tuple[int, int]) -> Comparison:
    admitted = tuple(
        CorrespondenceAdmitted(earlier=FRAMEWORK, from_blocks=(one,), to_blocks=(other,), ground="x")
        for one, other in leads
    )
    return Comparison(
        framework=FRAMEWORK, now=RNCP31936, other=Under(definition=definition, correspondences=admitted)
    )


def changes(definition: Definition, *steps: At | Iterable[At], leads: tuple[tuple[int, int], ...] = ()) -> Changed:
    facts = told(*START, *steps)
    compared = beside(definition, *leads)
    return compared.changed(compared.worth(fold(RNCP31936, RULES, facts), provisional=True))


def supposing(*steps: At | Iterable[At], **supposed: object) -> WhatIf:
    return what_if(RNCP31936, RULES, told(*START, *steps), replace(Supposed(), **supposed))  # type: ignore[arg-type]


def at(facts: list[RecordedFact], kind: str, **fields: object) -> int:
    """Return the position of the first fact of this kind with these values."""
    return next(
        each.stamp.position
        for each in facts
        if type(each.fact).__name__ == kind
        and all(getattr(each.fact, name) == value for name, value in fields.items())
    )


def test_higher_threshold_loses_the_block_and_the_title() -> None:
    assert changes(SIX, *FULL) == Changed(gained=(), lost=(1,), title_gained=False, title_lost=True)
    assert not changes(SIX, ruled(MARIE_FI, [3, *ENOUGH]), granted(MARIE_FI, 1, 2, 3, 4))


def test_removed_mandatory_competence_gains_the_block_refused_for_it() -> None:
    refused = (ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8]), not_granted(MARIE_FI, 1))
    assert changes(variant(RNCP31936, {}, {1: ()}), *refused).gained == (1,)
    three = (*refused, ruled(MARIE_FI, ENOUGH[5:]), granted(MARIE_FI, 2, 3, 4))
    assert changes(variant(RNCP31936, {}, {1: (4, 9)}), *three) == Changed(
        gained=(1,), lost=(), title_gained=True, title_lost=False
    )


def test_version_that_only_renumbers_blocks_loses_nothing() -> None:
    assert not changes(RENUMBERED, *FULL)
    only = (ruled(MARIE_FI, [21, 22, 25]), granted(MARIE_FI, 3))
    assert not changes(RENUMBERED, *only), "block 3 is its block 1"


def test_rulings_do_not_count_under_other_words_without_a_correspondence() -> None:
    assert changes(OTHER_WORDS, *FULL) == Changed(gained=(), lost=(1, 2, 3, 4), title_gained=False, title_lost=True)
    led = changes(OTHER_WORDS, *FULL, leads=((1, 3), (2, 2)))
    assert (led.gained, led.lost) == ((), (3, 4))
    then = what_if(RNCP31936, RULES, told(*START, *FULL), Supposed(under=beside(OTHER_WORDS, (1, 3)).other)).then
    assert [(block.number, block.state) for block in then.blocks if block.state == "granted"] == [(3, "granted")]
    assert [(each.fact, each.supposed) for each in then.sources] == [("BlockCarriedOver", True)]


def test_rulings_of_two_juries_do_not_add_up_under_other_rules() -> None:
    first = (ruled(MARIE_FI, [4, 7], [1, 2, 3, 5, 6, 8, 9]), not_granted(MARIE_FI, 1), At(JUNE, (RELEASED,)))
    assert changes(variant(RNCP31936, {1: 3}, {1: ()}), *first, ruled(MARIE_FI, [9], session=MARCH)).gained == ()


def test_rulings_of_two_juries_do_not_add_up_in_a_version_that_joins_their_blocks() -> None:
    third, fourth = BLOCKS[2], BLOCKS[3]
    joined = replace(third, competences=(*third.competences, *fourth.competences), rule=BlockRule(required=4))
    other = replace(RNCP31936, version=2, blocks=(*BLOCKS[:2], joined), required_blocks=(1, 2, 3))
    two = (ruled(MARIE_FI, [21, 22]), At(JUNE, (RELEASED,)), ruled(MARIE_FI, [26, 27], session=MARCH))
    assert changes(other, *two).gained == ()
    assert changes(other, ruled(MARIE_FI, [21, 22, 26, 27])).gained == (3,)


def test_facts_on_a_competence_missing_in_the_other_version_are_ignored() -> None:
    last = replace(BLOCKS[3], competences=(26, 27, 28, 29))
    other = replace(RNCP31936, version=2, blocks=(*BLOCKS[:3], last), competences=RNCP31936.competences[:29])
    steps = (
        put_in(MARIE_FI, CV, 29, 30),
        assigned(MARIE_FI, ASTRID, (29, 30)),
        marked(MARIE_FI, ASTRID, (29, "acquired"), (30, "acquired")),
        ruled(MARIE_FI, [27, 28, 30]),
        granted(MARIE_FI, 4),
    )
    answer = supposing(*steps, under=Under(definition=other))
    assert (answer.lost, answer.then.blocks[3].missing[0].size) == ((4,), 1)
    assert answer.then.blocks[3].competences[-1].state == "assessed"


def test_supposition_of_another_version_is_explained_by_its_rules() -> None:
    answer = supposing(*FULL, under=Under(definition=SIX))
    one = answer.then.blocks[0]
    assert (answer.lost, answer.title_lost, one.state, one.met) == ((1,), True, "not_decided", False)
    assert (one.rule.required, one.rule.have) == (6, 5)
    assert (answer.now.title.pronounced, answer.then.title.within_reach) == (True, False)


@pytest.mark.parametrize(
    ("required", "mandatory"),
    [({1: 10}, {}), ({1: 2}, {}), ({5: 1}, {}), ({}, {1: (10,)}), ({1: 0}, {1: ()}), ({}, {9: ()})],
)
def test_variant_that_could_never_be_met_is_refused(
    required: dict[int, int], mandatory: dict[int, tuple[int, ...]]
) -> None:
    with pytest.raises(RuleNeverMet):
        variant(RNCP31936, required, mandatory)


def test_variant_of_a_rule_that_is_a_tree_is_refused() -> None:
    tree = BlockRule.of_tree(any_of(all_of(21, 22), 25))
    blocks = tuple(replace(block, rule=tree) if block.number == 3 else block for block in BLOCKS)
    with pytest.raises(RuleNeverMet):
        variant(replace(RNCP31936, blocks=blocks), {3: 2}, {})


# Without a recorded fact


def test_block_and_title_fall_without_a_ruling_that_they_rest_on() -> None:
    facts = told(*START, *FULL)
    answer = supposing(*FULL, without=frozenset({at(facts, "CompetenceRuled", competence=7)}))
    assert (answer.lost, answer.title_lost, answer.then.outcome) == ((1,), True, "partial")
    assert (answer.then.blocks[0].state, answer.then.blocks[0].missing[0].numbers) == ("not_decided", (7,))
    spare = supposing(
        *FULL, ruled(MARIE_FI, [], [3]), without=frozenset({at(facts, "CompetenceRuled", competence=1)})
    )
    assert spare.lost == (1,), "five of nine, and one of the five is gone"


def test_decision_is_valid_again_without_its_annulment() -> None:
    facts = told(*START, *FULL, annulled(MARIE_FI))
    answer = supposing(*FULL, annulled(MARIE_FI), without=frozenset({at(facts, "DecisionAnnulled")}))
    assert (answer.now.outcome, answer.then.outcome, answer.gained) == ("in_progress", "full", (1, 2, 3, 4))


def test_title_fallen_with_another_jurys_block_is_valid_again_without_the_annulment() -> None:
    fell = TitleFell(session=MARCH, candidacy=MARIE_FI)
    steps = (
        ruled(MARIE_FI, ENOUGH[:5]),
        granted(MARIE_FI, 1),
        ended(),
        ruled(MARIE_FI, ENOUGH[5:], session=MARCH),
        granted(MARIE_FI, 2, 3, 4, session=MARCH),
        pronounced(MARIE_FI, MARCH),
        ended(MARCH),
        annulled(MARIE_FI),
        At(Deliberation.id_of(MARCH, MARIE_FI), (fell,)),
    )
    facts = told(*START, *steps)
    answer = supposing(*steps, without=frozenset({at(facts, "DecisionAnnulled")}))
    assert (answer.now.outcome, answer.then.outcome, answer.gained) == ("partial", "full", (1,))
    other = supposing(*steps, without=frozenset({at(facts, "CompetenceRuled", competence=1)}))
    assert other.then.outcome == "partial", "what was annulled stays annulled"


def test_rulings_before_a_recusal_count_without_the_recusal() -> None:
    steps = (heard(MARIE_FI), ruled(MARIE_FI, [21, 22, 25]), recused(MARIE_FI, KARIM))
    answer = supposing(*steps, without=frozenset({at(told(*START, *steps), "JurorRecused")}))
    assert (answer.gained, answer.lost) == ((3,), ())


CALLED = (
    At(JUNE, (CandidateListed(candidacy=MARIE_FI, candidate=MARIE),)),
    At(MARIE_FI, (CandidateSummoned(session=JUNE),)),
    heard(MARIE_FI),
)
ENTERED = RegisterEntered(
    number=1, candidacy=MARIE_FI, candidate=MARIE, framework=FRAMEWORK, obtained_on=date(2021, 6, 15)
)
REGISTER = At(Register.id_of(FRAMEWORK), (ENTERED,))


@pytest.mark.parametrize("gone", ["SessionPlanned", "SessionOpened", "CandidateListed", "CandidateSummoned"])
def test_decisions_fall_without_the_opening_of_the_jury_or_the_summons(gone: str) -> None:
    steps = (*CALLED, *FULL, REGISTER)
    answer = supposing(*steps, without=frozenset({at(told(*START, *steps), gone)}))
    fell = {each.fact for each in answer.fell}
    assert (answer.now.outcome, answer.then.outcome, answer.lost) == ("full", "in_progress", (1, 2, 3, 4))
    assert fell >= {"DeliberationOpened", "CompetenceRuled", "BlockGranted", "TitlePronounced", "RegisterEntered"}
    assert not fell & {"CandidacyOpened", gone}


def test_decisions_of_another_jury_are_kept_without_the_opening_of_one() -> None:
    second = (ruled(MARIE_FI, ENOUGH[5:], session=MARCH), granted(MARIE_FI, 2, 3, 4, session=MARCH))
    steps = (*CALLED, ruled(MARIE_FI, ENOUGH[:5]), granted(MARIE_FI, 1), ended(), *second)
    answer = supposing(*steps, without=frozenset({at(told(*START, *steps), "SessionOpened")}))
    assert (answer.lost, answer.then.blocks[1].state) == ((1,), "granted")


def test_marks_and_redirections_fall_without_the_assessor_or_the_piece() -> None:
    redirected = At(CV, (EvidenceRedirected(candidacy=MARIE_FI, competences=(2,)),))
    steps = (
        put_in(MARIE_FI, CV, 1),
        redirected,
        assigned(MARIE_FI, ASTRID, (1,)),
        marked(MARIE_FI, ASTRID, (1, "acquired")),
    )
    facts = told(*START, *steps)
    for gone, fell in (
        ("EvidenceSubmitted", ["EvidenceRedirected"]),
        ("AssessorAssigned", ["CompetenceAssessed", "AssessmentFiled"]),
    ):
        answer = supposing(*steps, without=frozenset({at(facts, gone)}))
        assert [each.fact for each in answer.fell] == fell


def test_annulment_falls_without_the_court_ruling() -> None:
    court = CourtRuled(
        session=JUNE,
        candidacy=MARIE_FI,
        court="TA",
        ruled_on=date(2021, 9, 1),
        annuls=True,
        reference=Personal("x", MARIE),
    )
    steps = (*FULL, At(Review.id_of(JUNE, MARIE_FI), (court,)), annulled(MARIE_FI))
    answer = supposing(*steps, without=frozenset({at(told(*START, *steps), "CourtRuled")}))
    assert (answer.now.outcome, answer.then.outcome) == ("in_progress", "full")
    assert [each.fact for each in answer.fell] == ["DecisionAnnulled"]


def test_withdrawal_from_the_register_falls_without_the_annulment() -> None:
    withdrawn = At(
        Register.id_of(FRAMEWORK), (TitleWithdrawn(number=1, candidacy=MARIE_FI, reason=Personal("x", MARIE)),)
    )
    steps = (*FULL, REGISTER, annulled(MARIE_FI), withdrawn)
    answer = supposing(*steps, without=frozenset({at(told(*START, *steps), "DecisionAnnulled")}))
    assert (answer.now.outcome, answer.then.outcome) == ("in_progress", "full")
    assert [each.fact for each in answer.fell] == ["TitleWithdrawn"]


@pytest.mark.parametrize(("gone", "fell"), [("SessionClosed", ["MinutesSigned"]), ("MinutesSigned", [])])
def test_release_and_register_entry_fall_without_the_minutes(gone: str, fell: list[str]) -> None:
    steps = (*FULL, REGISTER)
    facts = told(*START, *steps)
    answer = what_if(RNCP31936, RULES, facts, Supposed(without=frozenset({at(facts, gone)})), provisional=False)
    assert [each.fact for each in answer.fell] == [*fell, "ResultsReleased", "RegisterEntered"]
    assert (answer.now.outcome, answer.then.outcome) == ("full", "in_progress")


def test_entry_of_a_title_already_fallen_is_not_reported_as_falling() -> None:
    """A fact that does not depend on the supposition is not reported."""
    steps = (put_in(MARIE_FI, CV, 1), *FULL, REGISTER, annulled(MARIE_FI))
    answer = supposing(*steps, without=frozenset({at(told(*START, *steps), "EvidenceSubmitted")}))
    assert answer.fell == ()


def test_rectification_falls_without_its_approval() -> None:
    proposed = RectificationProposed(
        session=JUNE, candidacy=MARIE_FI, rulings=(), blocks=(), title=True, proposed_by=ASTRID, reason=PERSONAL
    )
    approved = RectificationApproved(session=JUNE, candidacy=MARIE_FI)
    steps = (
        *(heard(MARIE_FI), ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4), ended()),
        At(Rectification.id_of(JUNE, MARIE_FI), (proposed, approved)),
        At(Deliberation.id_of(JUNE, MARIE_FI), (TITLED,)),
    )
    answer = supposing(*steps, without=frozenset({at(told(*START, *steps), "RectificationApproved")}))
    assert [each.fact for each in answer.fell] == ["DecisionRectified"]
    assert (answer.now.outcome, answer.then.outcome) == ("full", "partial")


PERSONAL = Personal("x", MARIE)


def test_variant_keeps_the_words_of_the_sheet() -> None:
    worded = replace(BLOCKS[0], rule=replace(BLOCKS[0].rule, text="cinq sur neuf"))
    sheet = replace(RNCP31936, blocks=(worded, *BLOCKS[1:]))
    assert variant(sheet, {1: 6}, {}).blocks[0].rule.text == "cinq sur neuf"


def test_rectified_ruling_counts_as_rectified_under_other_rules() -> None:
    """As keyed, competence 27 made block 4 fail; the grant that followed was under the present rules only."""
    put_right = replace(
        TITLED, title=None, rulings=(Corrected(competence=27, keyed=False, minuted=True),), granted=(4,)
    )
    but_one = [number for number in ENOUGH if number != 27]
    steps = (ruled(MARIE_FI, but_one, [27]), granted(MARIE_FI, 1, 2, 3), not_granted(MARIE_FI, 4), ended())
    for more, met in ((), False), ((At(Deliberation.id_of(JUNE, MARIE_FI), (put_right,)),), True):
        block = supposing(*steps, *more, under=Under(definition=SIX)).then.blocks[3]
        assert (block.met, block.state) == (met, "not_decided")


def test_title_given_by_a_rectification_falls_with_its_block() -> None:
    steps = (
        ruled(MARIE_FI, ENOUGH),
        granted(MARIE_FI, 1, 2, 3, 4),
        ended(),
        At(Deliberation.id_of(JUNE, MARIE_FI), (TITLED,)),
    )
    facts = told(*START, *steps)
    answer = supposing(*steps, without=frozenset({at(facts, "BlockGranted", block=1)}))
    assert (answer.now.outcome, answer.then.outcome) == ("full", "partial")


TITLED = DecisionRectified(
    session=JUNE,
    candidacy=MARIE_FI,
    rulings=(),
    granted=(),
    not_granted=(),
    title=True,
    proposed_by=ASTRID,
    reason=Personal("x", MARIE),
    rectified_on=date(2021, 6, 15),
    made_known=True,
)


def test_unknown_facts_and_the_opening_of_the_candidacy_cannot_be_supposed_away() -> None:
    for positions in ({1}, {999}, {999, 3}):
        with pytest.raises(NoSuchFact):
            supposing(*FULL, without=frozenset(positions))
    with pytest.raises(NothingSupposed):
        supposing(*FULL)
    assert supposing(put_in(MARIE_FI, CV, 21), without=frozenset({6})).lost == ()


# Property tests

RULED = st.sets(st.integers(1, 30))


@settings(max_examples=200, deadline=None)
@given(RULED, st.integers(3, 9), st.sets(st.integers(1, 9), max_size=3))
def test_other_thresholds_are_judged_as_if_they_had_been_published(
    acquired: set[int], required: int, mandatory: set[int]
) -> None:
    other = variant(RNCP31936, {1: required}, {1: mandatory})
    won = {block.number for block in BLOCKS if block.rule.met_by(acquired, block.competences)}
    lacking = [number for number in range(1, 31) if number not in acquired]
    steps = (ruled(MARIE_FI, acquired, lacking), granted(MARIE_FI, *won))
    would = {block.number for block in other.blocks if block.rule.met_by(acquired, block.competences)}
    found = changes(other, *steps)
    assert (set(found.gained), set(found.lost)) == (would - won, won - would)
    answer = supposing(*steps, under=Under(definition=other))
    assert (answer.gained, answer.lost) == (found.gained, found.lost)
    assert {block.number for block in answer.then.blocks if block.met} == would


@settings(max_examples=100, deadline=None)
@given(RULED, st.integers(6, 40))
def test_removing_a_fact_gains_no_block_when_there_are_only_rulings_and_grants(
    acquired: set[int], position: int
) -> None:
    won = {block.number for block in BLOCKS if block.rule.met_by(acquired, block.competences)}
    steps = (ruled(MARIE_FI, acquired), granted(MARIE_FI, *won))
    facts = told(*START, *steps)
    if any(each.stamp.position == position for each in facts):
        answer = supposing(*steps, without=frozenset({position}))
        assert answer.gained == ()
        left = {block.number for block in answer.then.blocks if block.state == "granted"}
        assert left <= {block.number for block in answer.then.blocks if block.met}


def test_decisions_alone_give_the_same_blocks_and_title_as_all_the_facts() -> None:
    """Evidence and marks decide nothing."""
    facts = told(*START, put_in(MARIE_FI, CV, 1), *FULL, annulled(MARIE_FI))
    read = [each for each in facts if isinstance(each.fact, DECISIONS)]
    assert len(read) < len(facts)
    compared = beside(SIX)
    for upto in range(len(facts)):
        whole, part = ([each for each in some if each.stamp.position <= upto + 1] for some in (facts, read))
        assert compared.worth(fold(RNCP31936, RULES, whole), provisional=False) == compared.worth(
            fold(RNCP31936, RULES, part), provisional=False
        )


@pytest.mark.parametrize("change", [{"gained": (1,)}, {"lost": (1,)}, {"title_gained": True}, {"title_lost": True}])
def test_change_is_true_only_when_something_changed(change: dict[str, Any]) -> None:
    assert not Changed.none()
    assert replace(Changed.none(), **change)
