"""Agreement of several assessors' marks into one, whatever their order."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment.agreement import AgreedMark, FiledMark, MarksState, agree
from domain.framework.definition import Modality, Route
from domain.framework.scale import AgreementRule, Marking, hundredths, written
from domain.ports import PersonId
from domain.rulebook.rules import Rules, UnknownMark
from tests.given.domain.marks import EXAM, OUT_OF_20, TWO_READERS, agreeing
from tests.given.domain.people import RNCP31936, RULES, modality, person

READERS = tuple(person(f"reader {n}") for n in range(5))
values = st.integers(0, 40).map(lambda halves: halves * 50)


def marks(*codes: str, third: str | None = None, rules: Rules = EXAM) -> list[FiledMark]:
    first = [FiledMark(assessor=who, mark=rules.read(code)) for who, code in zip(READERS, codes, strict=False)]
    return [*first, *([FiledMark(assessor=READERS[4], mark=rules.read(third), third=True)] if third else [])]


def said(
    given_: list[FiledMark], agreement: AgreementRule, assessors: int = 2, most_apart: int | None = None
) -> AgreedMark:
    rules = agreeing(agreement, assessors, most_apart)
    return agree(given_, rules.markings[0], rules)


def code(agreed: AgreedMark) -> str | None:
    return agreed.mark.code if agreed.mark else None


def test_mark_is_awaited_while_fewer_assessors_have_marked_than_the_rulebook_asks() -> None:
    assert said(marks("12"), AgreementRule.MEAN) == AgreedMark(state=MarksState.AWAITED)
    assert said(marks(third="12"), AgreementRule.THIRD_READER) == AgreedMark(state=MarksState.AWAITED)


def test_agreement_of_all_takes_the_lowest_mark() -> None:
    assert code(said(marks("acquired", "partly"), AgreementRule.ALL)) == "partly"
    assert code(said(marks("partly", "not_acquired"), AgreementRule.ALL)) == "not_acquired"
    assert code(said(marks("12", "14.5"), AgreementRule.ALL)) == "12"


def test_agreement_by_majority_needs_more_than_half_of_the_assessors() -> None:
    three = marks("acquired", "acquired", "not_acquired")
    assert code(said(three, AgreementRule.MAJORITY, 3)) == "acquired"
    assert code(said(marks("acquired", "partly", "partly"), AgreementRule.MAJORITY, 3)) == "partly"
    assert code(said(marks("acquired", "partly", "not_acquired"), AgreementRule.MAJORITY, 3)) == "not_acquired"


def test_half_of_the_assessors_is_no_majority_for_acquired() -> None:
    agreed = said(marks("acquired", "partly"), AgreementRule.MAJORITY)
    assert agreed.mark == RULES.marks["partly"]


def test_mean_is_rounded_to_the_hundredth_with_half_upwards() -> None:
    assert code(said(marks("9.5", "10"), AgreementRule.MEAN)) == "9.75"
    assert code(said(marks("9.5", "10", "10"), AgreementRule.MEAN)) == "9.83"
    assert code(said(marks("10", "10", "9.5", "10"), AgreementRule.MEAN)) == "9.88"  # 9.875


def test_mean_is_acquired_from_the_rulebooks_threshold() -> None:
    for one, other, acquired in (("9.5", "10.5", True), ("9.5", "10", False)):
        agreed = said(marks(one, other), AgreementRule.MEAN)
        assert agreed.mark
        assert agreed.mark.acquired is acquired


def test_third_reader_decides_when_two_marks_are_further_apart_than_allowed() -> None:
    near, far = marks("9", "12"), marks("9", "12.5")
    assert agree(near, TWO_READERS, EXAM).mark == OUT_OF_20.mark("10.5")
    assert agree(far, TWO_READERS, EXAM) == AgreedMark(state=MarksState.DISPUTED)
    decided = agree(marks("9", "12.5", third="11"), TWO_READERS, EXAM)
    assert (code(decided), decided.counted) == ("11", (READERS[4],))


def test_third_readers_mark_does_not_count_when_the_two_agree() -> None:
    agreed = agree(marks("9", "12", third="4"), TWO_READERS, EXAM)
    assert (code(agreed), set(agreed.counted)) == ("10.5", set(READERS[:2]))


def test_marks_without_points_are_disputed_when_only_one_of_two_is_acquired() -> None:
    marking = replace(TWO_READERS, most_apart=None)
    assert agree(marks("acquired", "partly"), marking, EXAM).state is MarksState.DISPUTED
    assert code(agree(marks("partly", "not_acquired"), marking, EXAM)) == "not_acquired"


CODES = st.sampled_from(["acquired", "partly", "not_acquired"]) | values.map(written)


@given(
    st.lists(CODES, min_size=1, max_size=4),
    st.none() | CODES,
    st.sampled_from(AgreementRule),
    st.integers(1, 3),
    st.none() | values,
)
def test_order_of_filing_does_not_change_the_agreed_mark(
    codes: list[str], third: str | None, agreement: AgreementRule, assessors: int, most_apart: int | None
) -> None:
    given_ = marks(*codes, third=third)
    every = [said(list(order), agreement, assessors, most_apart) for order in permutations(given_)]
    assert all(each == every[0] for each in every)


@given(
    st.lists(CODES, min_size=1, max_size=4),
    st.none() | CODES,
    st.sampled_from(AgreementRule),
    st.integers(1, 3),
    st.none() | values,
)
def test_every_mark_counts_is_awaited_or_is_overridden_by_the_third_reader(
    codes: list[str], third: str | None, agreement: AgreementRule, assessors: int, most_apart: int | None
) -> None:
    given_ = marks(*codes, third=third)
    agreed = said(given_, agreement, assessors, most_apart)
    first, readers = {each.assessor for each in given_ if not each.third}, {READERS[4]} if third else set[PersonId]()
    if agreed.state is MarksState.AGREED:
        assert agreed.mark
        assert set(agreed.counted) in (first, readers)
        assert agreed.counted
    else:
        assert (agreed.mark, agreed.counted) == (None, ())
        assert len(first) < assessors if agreed.state is MarksState.AWAITED else not third


@given(st.lists(values, min_size=2, max_size=4))
def test_mean_is_the_nearest_hundredth(given_: list[int]) -> None:
    agreed = said(marks(*map(written, given_)), AgreementRule.MEAN)
    assert agreed.mark
    assert agreed.mark.value is not None
    assert -Fraction(1, 2) < agreed.mark.value - Fraction(sum(given_), len(given_)) <= Fraction(1, 2)


@given(st.integers(0, 999_999))
def test_points_have_one_written_form_and_are_read_back(value: int) -> None:
    assert hundredths(written(value)) == value


@pytest.mark.parametrize(
    "outside", ["20.5", "12.25", "12.50", "12,5", "012", "-1", "1e1", "", "12.", ".5", "excellent", "٣"]
)
def test_mark_out_of_bounds_between_steps_or_in_another_form_is_unknown(outside: str) -> None:
    with pytest.raises(UnknownMark):
        EXAM.read(outside)


def test_marks_of_the_scale_and_in_points_are_both_read() -> None:
    assert EXAM.read("partly") == RULES.marks["partly"]
    ten = EXAM.read("10")
    assert (ten.value, ten.acquired, ten.label_fr, ten.label_en) == (1000, True, "10 / 20", "10 / 20")
    assert (EXAM.read("9.5").acquired, EXAM.read("9.5").label_fr) == (False, "9,5 / 20")


def test_first_marking_rule_that_covers_a_competence_applies() -> None:
    some: Modality = replace(modality("CASE", Route.FI), competences=(1, 2, 3))
    framework = replace(RNCP31936, modalities=(some,))
    case = Marking(assessors=2, agreement=AgreementRule.MEAN, modality="CASE")
    five = Marking(assessors=3, agreement=AgreementRule.MAJORITY, competences=(5,))
    other = Marking(assessors=2, agreement=AgreementRule.MEAN, framework="RNCP99999")
    rest = Marking(assessors=1, agreement=AgreementRule.ALL)
    rules = replace(EXAM, markings=(other, case, five, rest))
    assert [rules.marking(number, framework) for number in (1, 4, 5)] == [case, rest, five]
    assert replace(EXAM, markings=(other, case)).marking(4, framework) is None
