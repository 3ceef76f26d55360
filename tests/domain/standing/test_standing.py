"""The standing of a candidate: tables, properties over any facts, and any sequence of commands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidacy.facts import AssessorReleased
from domain.evidence.facts import EvidenceRedirected, EvidenceWithdrawn
from domain.fact import Fact, Personal, RecordedFact
from domain.framework.block_rule import BlockRule, all_of, any_of
from domain.framework.scale import AgreementRule, Marking
from domain.fraud.facts import FindingLifted, SanctionPronounced
from domain.fraud.fraud import Fraud
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    CompetenceRuled,
    DecisionRestored,
    JurorRecused,
    TitlePronounced,
)
from domain.ports import SessionId
from domain.rulebook.fraud_rules import SanctionKind
from domain.standing.standing import Standing, standing
from tests.given.domain.any_jury import AnyJury
from tests.given.domain.known_facts import SESSIONS, at_position, told
from tests.given.domain.marks import EXAM
from tests.given.domain.people import (
    ASTRID,
    BLOCKS,
    CV,
    ENOUGH,
    JUNE,
    JURY_DAY,
    KARIM,
    MARCH,
    MARIE,
    MARIE_FI,
    OSCAR,
    RELEASED,
    RENEE,
    RNCP31936,
    RULES,
    annulled,
    applied,
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

SUBJECT = Deliberation.id_of(JUNE, MARIE_FI)


def stands(*steps: At | Iterable[At], provisional: bool = True) -> Standing:
    return standing(RNCP31936, RULES, told(*steps), provisional=provisional)


REDIRECTED = At(CV, (EvidenceRedirected(candidacy=MARIE_FI, competences=(2,)),))
WITHDRAWN = At(CV, (EvidenceWithdrawn(candidacy=MARIE_FI),))


@pytest.mark.parametrize(
    ("steps", "number", "state", "acquired"),
    [
        ((), 1, "no_evidence", None),
        ((put_in(MARIE_FI, CV, 1),), 1, "evidenced", None),
        ((put_in(MARIE_FI, CV, 1), REDIRECTED), 1, "no_evidence", None),
        ((put_in(MARIE_FI, CV, 1), REDIRECTED), 2, "evidenced", None),
        ((put_in(MARIE_FI, CV, 1), WITHDRAWN), 1, "no_evidence", None),
        ((marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False),), 1, "no_evidence", None),
        ((marked(MARIE_FI, ASTRID, (1, "acquired")),), 1, "assessed", True),
        ((marked(MARIE_FI, ASTRID, (1, "partly")),), 1, "assessed", False),
        ((marked(MARIE_FI, ASTRID, (1, "partly")), ruled(MARIE_FI, [1])), 1, "ruled", True),
        ((ruled(MARIE_FI, [1]), ruled(MARIE_FI, [], [1])), 1, "ruled", False),
        ((ruled(MARIE_FI, [1]), recused(MARIE_FI, KARIM)), 1, "no_evidence", None),
        ((ruled(MARIE_FI, [21]), granted(MARIE_FI, 3), recused(MARIE_FI, KARIM)), 21, "ruled", True),
    ],
)
def test_state_of_a_competence_follows_its_last_facts(
    steps: tuple[At, ...], number: int, state: str, acquired: bool | None
) -> None:
    line = stands(applied(MARIE_FI), *SESSIONS, *steps).competences[number - 1]
    assert (line.number, line.state, line.acquired) == (number, state, acquired)


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ((), "in_progress"),
        ((ruled(MARIE_FI, ENOUGH),), "in_progress"),
        ((not_granted(MARIE_FI, 1),), "none"),
        ((not_granted(MARIE_FI, 1), granted(MARIE_FI, 2)), "partial"),
        ((granted(MARIE_FI, 1, 2, 3, 4),), "partial"),
        ((granted(MARIE_FI, 1, 2, 3, 4), pronounced(MARIE_FI)), "full"),
    ],
)
def test_outcome_follows_from_the_blocks_and_the_title(steps: tuple[At, ...], outcome: str) -> None:
    assert stands(applied(MARIE_FI), *SESSIONS, *steps).outcome == outcome


def test_line_of_a_competence_cites_every_fact_that_it_rests_on() -> None:
    """Its evidence, every mark that counts and the ruling are cited; a mark not filed is not."""
    facts = told(
        applied(MARIE_FI),
        put_in(MARIE_FI, CV, 1),
        marked(MARIE_FI, ASTRID, (1, "acquired")),
        marked(MARIE_FI, OSCAR, (1, "partly")),
        *SESSIONS,
        ruled(MARIE_FI, [1]),
    )
    kinds = {told.stamp.position: type(told.fact).__name__ for told in facts}
    line = standing(RNCP31936, RULES, facts).competences[0]
    made = [kinds[position] for position in line.positions]
    assert made == ["EvidenceSubmitted", "CompetenceAssessed", "CompetenceAssessed", "CompetenceRuled"]


def test_marks_of_a_competence_are_combined_as_the_rulebook_says() -> None:
    """For the first competence, the mean of the two assessors; for the others, each mark on its own."""
    mean = Marking(assessors=2, agreement=AgreementRule.MEAN, competences=(1,), source="x")
    rules = replace(EXAM, markings=(mean,))
    both = [(1, "9.5"), (2, "9.5")], [(1, "11"), (2, "11")]
    facts = told(applied(MARIE_FI), marked(MARIE_FI, ASTRID, *both[0]), marked(MARIE_FI, OSCAR, *both[1]))
    first, second, *_ = standing(RNCP31936, rules, facts).competences
    assert (first.acquired, second.acquired) == (True, False)


def test_block_with_five_of_nine_without_the_seventh_names_what_is_missing() -> None:
    """RNCP 31936, block 1."""
    rulings = ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8])
    line = stands(applied(MARIE_FI), *SESSIONS, rulings, not_granted(MARIE_FI, 1)).blocks[0]
    assert (line.state, line.acquired, line.required) == ("not_granted", 5, 5)
    assert (line.missing_mandatory, line.others_needed) == ((7,), 0)
    assert (line.session, line.decided_on) == (JUNE, JURY_DAY)


def test_block_with_a_tree_rule_counts_the_fewest_and_names_the_indispensable_competences() -> None:
    """21, and either 22 and 23 or all of 23 to 25."""
    rule = BlockRule.of_tree(all_of(21, any_of(all_of(22, 23), all_of(23, 24, 25))))
    blocks = tuple(replace(block, rule=rule) if block.number == 3 else block for block in BLOCKS)
    facts = told(applied(MARIE_FI), *SESSIONS, ruled(MARIE_FI, [24, 25]))
    line = standing(replace(RNCP31936, blocks=blocks), RULES, facts).blocks[2]
    assert (line.acquired, line.required) == (2, 3)
    assert (line.missing_mandatory, line.others_needed) == ((21, 23), 0)


def test_decisions_of_a_session_are_hidden_before_the_release() -> None:
    """Only the panel and the registrar see a ruling before then."""
    dossier = (applied(MARIE_FI), *SESSIONS, put_in(MARIE_FI, CV, 1), marked(MARIE_FI, ASTRID, (1, "acquired")))
    decided = (ruled(MARIE_FI, ENOUGH), granted(MARIE_FI, 1, 2, 3, 4), pronounced(MARIE_FI))
    hidden = stands(*dossier, *decided, ended(released=False), provisional=False)
    assert hidden == stands(applied(MARIE_FI), *SESSIONS, put_in(MARIE_FI, CV, 1), provisional=False)
    shown = stands(*dossier, *decided, ended(), provisional=False)
    assert (shown.outcome, shown.title_on) == ("full", JURY_DAY)


# --- any facts of one dossier

NUMBERS = st.integers(1, 30)
RULED = st.builds(
    lambda session, number, said: (
        Deliberation.id_of(session, MARIE_FI),
        CompetenceRuled(session=session, candidacy=MARIE_FI, competence=number, acquired=said),
    ),
    st.sampled_from((JUNE, MARCH)),
    NUMBERS,
    st.booleans(),
)
DECIDED = st.builds(
    lambda session, kind, number: (
        Deliberation.id_of(session, MARIE_FI),
        kind(session=session, candidacy=MARIE_FI, block=number),
    ),
    st.sampled_from((JUNE, MARCH)),
    st.sampled_from((BlockGranted, BlockNotGranted)),
    st.integers(1, 4),
)
OTHER = st.sampled_from(
    [
        *((at.stream, fact) for at in (put_in(MARIE_FI, CV, 1, 12), REDIRECTED, WITHDRAWN) for fact in at.facts),
        *((at.stream, fact) for at in (recused(MARIE_FI, KARIM), pronounced(MARIE_FI)) for fact in at.facts),
        (JUNE, RELEASED),
        (MARCH, RELEASED),
        *((at.stream, fact) for at in (marked(MARIE_FI, ASTRID, (3, "acquired")),) for fact in at.facts),
    ]
)
FACTS = st.lists(st.one_of(RULED, DECIDED, OTHER), max_size=40).map(
    lambda facts: told(applied(MARIE_FI), *SESSIONS, [At(stream, (fact,)) for stream, fact in facts])
)


def shown(facts: list[RecordedFact], *, provisional: bool = True) -> Standing:
    return standing(RNCP31936, RULES, facts, provisional=provisional)


@settings(max_examples=150, deadline=None)
@given(FACTS, st.booleans())
def test_same_facts_give_the_same_standing_which_cites_only_these_facts(
    facts: list[RecordedFact], provisional: bool
) -> None:
    once = shown(facts, provisional=provisional)
    assert once == shown(facts, provisional=provisional)
    assert repr(once) == repr(shown(facts, provisional=provisional))
    assert set(once.positions) <= {fact.stamp.position for fact in facts}
    cited = [line.positions for line in once.competences] + [line.positions for line in once.blocks]
    assert all(set(positions) <= set(once.positions) for positions in cited)


@settings(max_examples=150, deadline=None)
@given(FACTS, FACTS)
def test_granted_block_stays_granted_whatever_facts_follow(
    facts: list[RecordedFact], more: list[RecordedFact]
) -> None:
    shift = len(facts)
    later = [replace(each, stamp=replace(each.stamp, position=each.stamp.position + shift)) for each in more]
    for provisional in (True, False):
        before = shown(facts, provisional=provisional)
        after = shown([*facts, *later], provisional=provisional)
        for was, now in zip(before.blocks, after.blocks, strict=True):
            if was.state == "granted":
                assert (now.state, now.session, now.decided_on) == ("granted", was.session, was.decided_on)


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_outcome_is_full_if_and_only_if_a_title_is_pronounced_and_shown(facts: list[RecordedFact]) -> None:
    titled = any(isinstance(fact.fact, TitlePronounced) for fact in facts)
    released = any(fact.stamp.stream == JUNE and fact.fact == RELEASED for fact in facts)
    assert (shown(facts).outcome == "full") == titled
    assert (shown(facts, provisional=False).outcome == "full") == (titled and released)


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_facts_not_released_change_nothing_that_is_shown(facts: list[RecordedFact]) -> None:
    released = {fact.stamp.stream for fact in facts if fact.fact == RELEASED}
    secret = (CompetenceRuled, BlockGranted, BlockNotGranted, TitlePronounced, JurorRecused)
    public = [fact for fact in facts if not isinstance(fact.fact, secret) or fact.fact.session in released]
    assert shown(facts, provisional=False) == shown(public, provisional=False)


@settings(max_examples=150, deadline=None)
@given(FACTS, FACTS, st.sampled_from((JUNE, MARCH)))
def test_annulled_deliberation_gives_the_standing_of_a_history_without_it(
    facts: list[RecordedFact], more: list[RecordedFact], session: SessionId
) -> None:
    """Decisions of the other jury and facts of no jury are kept, whatever came before and after."""
    shift, stream = len(facts) + 1, Deliberation.id_of(session, MARIE_FI)
    others = [each for each in more if each.stamp.stream != stream]
    later = [replace(each, stamp=replace(each.stamp, position=each.stamp.position + shift)) for each in others]
    (falls,) = annulled(MARIE_FI, session).facts
    fell = at_position(stream, falls, shift)
    without = [each for each in facts if each.stamp.stream != stream]
    for provisional in (True, False):
        history = shown([*facts, fell, *later], provisional=provisional)
        assert history == shown([*without, *later], provisional=provisional)
        assert shown(facts, provisional=provisional) == shown(
            [each for each in [*facts, fell, *later] if each.stamp.position < shift], provisional=provisional
        ), "as of before the annulment it still shows what was"


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_counts_and_missing_competences_of_a_block_agree_with_its_rule(facts: list[RecordedFact]) -> None:
    now = shown(facts)
    for line, block in zip(now.blocks, BLOCKS, strict=True):
        acquired = {
            competence.number
            for competence in now.competences
            if competence.block == block.number and competence.state == "ruled" and competence.acquired
        }
        juries = {told.fact.session for told in facts if isinstance(told.fact, CompetenceRuled)}
        if len(juries) > 1:  # each jury grants on its own rulings: those of two juries do not add up
            assert line.acquired <= len(acquired)
            continue
        assert line.acquired == len(acquired)
        if line.state != "granted":
            near = acquired | set(line.missing_mandatory)
            free = [number for number in block.competences if number not in near]
            assert block.rule.met_by(frozenset(near | set(free[: line.others_needed])), block.competences)
            if line.others_needed:
                one_less = frozenset(near | set(free[: line.others_needed - 1]))
                assert not block.rule.met_by(one_less, block.competences)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NUMBERS, st.booleans(), min_size=2), st.randoms(use_true_random=False))
def test_order_of_rulings_on_different_competences_does_not_matter(rulings: dict[int, bool], random: Random) -> None:
    start = told(applied(MARIE_FI), *SESSIONS)
    facts = [
        at_position(
            SUBJECT,
            CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=number, acquired=said),
            len(start) + place,
        )
        for place, (number, said) in enumerate(rulings.items(), 1)
    ]
    mixed = list(facts)
    random.shuffle(mixed)
    assert shown([*start, *facts]) == shown([*start, *mixed])


# --- any sequence of commands


TestAnyJury = AnyJury.TestCase
TestAnyJury.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_title_from_two_sessions_is_dated_by_the_jury_that_pronounced_it() -> None:
    two = stands(
        applied(MARIE_FI),
        *SESSIONS,
        granted(MARIE_FI, 1, 3),
        At(JUNE, (RELEASED,)),
        heard(MARIE_FI, MARCH),
        granted(MARIE_FI, 2, 4, session=MARCH),
        pronounced(MARIE_FI, MARCH),
    )
    assert (two.outcome, two.title_on) == ("full", date(2022, 3, 1))
    assert [line.session for line in two.blocks] == [JUNE, MARCH, JUNE, MARCH]


def test_rulings_of_two_juries_do_not_add_up() -> None:
    """The second jury starts again on a block that the first did not grant: only granted blocks are kept."""
    first = (ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8]), not_granted(MARIE_FI, 1))
    second = ruled(MARIE_FI, [7], session=MARCH)
    line = stands(applied(MARIE_FI), *SESSIONS, *first, At(JUNE, (RELEASED,)), second).blocks[0]
    assert (line.acquired, line.missing_mandatory, line.others_needed) == (1, (4, 9), 2)


@pytest.mark.parametrize("provisional", [True, False])
def test_restored_grant_shows_the_rulings_it_rests_on_whatever_another_jury_ruled_since(
    provisional: bool,
) -> None:
    """Competence 4 is mandatory: the jury of June ruled it acquired and granted the block, restored since."""
    steps = told(
        applied(MARIE_FI),
        *SESSIONS,
        ruled(MARIE_FI, [1, 2, 4, 7, 9]),
        granted(MARIE_FI, 1),
        At(JUNE, (RELEASED,)),
        annulled(MARIE_FI),
        ruled(MARIE_FI, [1, 3, 7, 9], [2, 4, 5, 6, 8], session=MARCH),
        not_granted(MARIE_FI, 1, session=MARCH),
        At(MARCH, (RELEASED,)),
        At(SUBJECT, (DecisionRestored(session=JUNE, candidacy=MARIE_FI, restored_on=JURY_DAY),)),
    )
    now = standing(RNCP31936, RULES, steps, provisional=provisional)
    line, said = now.blocks[0], {each.number: each.acquired for each in now.competences if each.state == "ruled"}
    june = (CompetenceRuled, BlockGranted)
    assert (line.state, line.session, line.acquired) == ("granted", JUNE, 5)
    assert line.positions == tuple(
        each.stamp.position for each in steps if isinstance(each.fact, june) and each.fact.session == JUNE
    )
    assert {number for number, acquired in said.items() if acquired} == {1, 2, 3, 4, 7, 9}
    assert said.keys() == set(range(1, 10)), "of what June did not rule on, March's word is the last"


def test_marks_voided_by_two_sanctions_count_again_only_once_both_are_lifted() -> None:
    """The order does not matter; a mark given between the two was voided by the second alone."""
    first, second = UUID(int=1), UUID(int=2)

    def lifted(case: UUID) -> FindingLifted:
        return FindingLifted(
            case=case,
            candidacy=MARIE_FI,
            sanction="N",
            cause=Cause.COURT,
            lifted_on=JURY_DAY,
            restores=(),
            reason=Personal("x", MARIE),
        )

    def void(case: UUID) -> SanctionPronounced:
        return SanctionPronounced(
            case=case,
            candidacy=MARIE_FI,
            sanction="N",
            kind=SanctionKind.MARKS_VOID,
            competences=(21,),
            until=None,
            reason=Personal("x", MARIE),
            juries=(),
            pronounced_by=RENEE,
        )

    mark = marked(MARIE_FI, ASTRID, (21, "acquired"))

    def after(*facts: Fact | At) -> bool | None:
        steps = (each if isinstance(each, At) else At(Fraud.id_of(MARIE), (each,)) for each in facts)
        return next(each.acquired for each in stands(applied(MARIE_FI), *steps).competences if each.number == 21)

    assert after(mark, void(first)) is None
    assert after(mark, void(first), void(second), lifted(first)) is None
    assert after(mark, void(first), void(second), lifted(second)) is None
    for order in ((first, second), (second, first)):
        assert after(mark, void(first), void(second), *map(lifted, order)) is True
    assert after(void(first), mark, void(second), lifted(first)) is None
    assert after(void(first), mark, void(second), lifted(second)) is True
    gone = At(MARIE_FI, (AssessorReleased(assessor=ASTRID, reason=Personal("x", ASTRID)),))
    assert after(mark, void(first), gone, lifted(first)) is None, "the marks of who stepped down since are gone"
