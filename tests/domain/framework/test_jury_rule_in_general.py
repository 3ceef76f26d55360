"""Jury rules of other sheets: no exact size, shares, experience, qualities; and rules that no panel can meet."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.commands.framework.publish_framework import PublishFramework
from domain.framework.framework import JuryNeverMet
from domain.framework.jury_rule import Balance, BalanceScope, JuryRule, PanelShare, Quality, Quota, Seat, Sex, Side
from tests.given.domain.people import AS_RENEE, J1, RNCP31936
from tests.given.domain.scenario import Scenario

OPEN = JuryRule(id="J", size=None, externals=0, employers=0, employees=0, balances=(), text="la fiche")
"""A jury of which the sheet says nothing: one member at least."""


def member(number: int, **qualities: object) -> Seat:
    given: dict[str, object] = {"external": False, "side": None, "sex": Sex.F} | qualities
    return Seat(juror=UUID(int=number), **given)  # type: ignore[arg-type]


def broken(rule: JuryRule, *panel: Seat) -> list[str]:
    return [violation.rule for violation in rule.violations(panel)]


def test_jury_without_a_size_has_at_least_one_member_or_the_minimum_stated() -> None:
    assert broken(OPEN) == ["panel-minimum"]
    assert broken(OPEN, member(1)) == []
    three = replace(OPEN, minimum=3)
    assert broken(three, member(1), member(2)) == ["panel-minimum"]
    assert broken(three, *(member(n) for n in range(7))) == []
    assert broken(three, member(1), member(1), member(1)) == ["panel-minimum"]


def test_quota_is_a_count_a_share_or_the_greater_of_both() -> None:
    half = replace(OPEN, quotas=(Quota(quality=Quality.EXTERNAL, share=PanelShare(parts=1, of=2)),))
    outside, inside = [member(n, external=True) for n in range(1, 4)], [member(n) for n in range(4, 9)]
    assert broken(half, *outside, *inside[:3]) == []
    assert broken(half, *outside, *inside[:4]) == ["panel-quota-external"]
    both = replace(OPEN, quotas=(Quota(quality=Quality.EXTERNAL, count=3, share=PanelShare(parts=1, of=4)),))
    assert broken(both, *outside, *inside) == []
    assert broken(both, *outside[:2], *inside[:1]) == ["panel-quota-external"]


@pytest.mark.parametrize("side", list(Side))
def test_quota_of_a_side_counts_only_external_members(side: Side) -> None:
    rule = replace(OPEN, quotas=(Quota(quality=Quality(side.value), count=1),))
    assert broken(rule, member(1, external=True, side=side)) == []
    assert broken(rule, member(1, external=False, side=side)) == [f"panel-quota-{side.value}"]
    other = next(each for each in Side if each is not side)
    assert broken(rule, member(1, external=True, side=other)) == [f"panel-quota-{side.value}"]


@pytest.mark.parametrize(("quality", "field"), [(Quality.PROFESSION, "profession"), (Quality.QUALIFIED, "qualified")])
def test_quota_counts_experience_in_full_years(quality: Quality, field: str) -> None:
    any_years = replace(OPEN, quotas=(Quota(quality=quality, count=1),))
    five_years = replace(OPEN, quotas=(Quota(quality=quality, count=1, years=5),))
    assert broken(any_years, member(1)) == [f"panel-quota-{quality.value}"]
    assert broken(any_years, member(1, **{field: 0})) == []
    assert broken(five_years, member(1, **{field: 4})) == [f"panel-quota-{quality.value}"]
    assert broken(five_years, member(1, **{field: 5})) == []
    other = "qualified" if field == "profession" else "profession"
    assert broken(any_years, member(1, **{other: 30})) == [f"panel-quota-{quality.value}"]


def test_violation_of_a_quota_says_how_many_are_needed_in_both_languages_with_its_source() -> None:
    rule = replace(OPEN, quotas=(Quota(quality=Quality.PROFESSION, share=PanelShare(parts=1, of=4), years=5),))
    (said,) = rule.violations(tuple(member(n) for n in range(5)))
    assert said.en == "At least 2 of 5 members practise the profession, for 5 years at least; 0 do."
    assert said.fr == "2 membres sur 5 au moins représentent la profession, depuis 5 ans au moins ; 0 le font."
    assert said.source == "la fiche"


def test_quorum_is_a_number_or_a_share_of_the_jury() -> None:
    assert [OPEN.least(size) for size in (1, 5)] == [0, 0]
    assert replace(OPEN, quorum=3).least(5) == 3
    assert [replace(OPEN, quorum=PanelShare(parts=1, of=2)).least(size) for size in (4, 5)] == [2, 3]


def test_rule_of_rncp31936_judges_as_before_the_general_forms() -> None:
    """RNCP 31936 asks for five members, two of them external; the general forms change nothing of it."""
    panel = (
        member(1, external=True, side=Side.EMPLOYERS),
        member(2, external=True, side=Side.EMPLOYEES, sex=Sex.M),
        *(member(n, sex=Sex.M) for n in (3, 4)),
        member(5),
    )
    assert broken(J1, *panel) == []
    assert broken(J1, *panel[:4]) == ["panel-size"]
    assert broken(J1, *panel[1:], member(6)) == ["panel-externals", "panel-employers"]


HALF = PanelShare(parts=1, of=2)
IMPOSSIBLE = {
    "more outsiders than members": replace(J1, size=1),
    "a quota beyond the size": replace(OPEN, size=3, quotas=(Quota(quality=Quality.PROFESSION, count=4),)),
    "sides that leave no room for each other": replace(
        OPEN,
        quotas=(
            Quota(quality=Quality.EMPLOYERS, share=PanelShare(parts=2, of=3)),
            Quota(quality=Quality.EMPLOYEES, share=PanelShare(parts=2, of=3)),
        ),
    ),
    "parity of an odd number": replace(OPEN, size=5, balances=(Balance(scope=BalanceScope.PANEL, difference=0),)),
    "a quorum above the jury": replace(OPEN, size=3, quorum=4),
    "more of each side than members": replace(OPEN, size=3, employers=2, employees=2),
    "more than a hundred members": replace(OPEN, size=101),
    "a minimum above the size": replace(OPEN, size=3, minimum=4),
}
POSSIBLE = {
    "RNCP 31936": J1,
    "a hundred members": replace(OPEN, size=100),
    "a hundred members at least": replace(OPEN, minimum=100),
    "nothing stated": OPEN,
    "half and half": replace(
        OPEN,
        quotas=(Quota(quality=Quality.EMPLOYERS, share=HALF), Quota(quality=Quality.EMPLOYEES, share=HALF)),
        balances=(Balance(scope=BalanceScope.PANEL, difference=0),),
    ),
    "a quota beyond the minimum": replace(OPEN, minimum=2, quotas=(Quota(quality=Quality.PROFESSION, count=4),)),
}


@pytest.mark.parametrize("rule", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_jury_rule_that_no_panel_can_meet_cannot_be_published(scenario: Scenario, rule: JuryRule) -> None:
    definition = replace(RNCP31936, version=2, juries=(J1, replace(rule, id="J2")))
    scenario.when(PublishFramework(definition=definition), by=AS_RENEE)
    scenario.then_refused(JuryNeverMet, "J2")
    assert (fault := rule.impossible())
    assert all(re.fullmatch(r"[A-Z0-9].+\.", sentence) for sentence in fault[1:]), "a sentence, in each language"


@pytest.mark.parametrize("rule", POSSIBLE.values(), ids=POSSIBLE)
def test_jury_rule_that_some_panel_can_meet_is_possible(rule: JuryRule) -> None:
    assert rule.impossible() is None


RULES = st.builds(
    JuryRule,
    id=st.just("J"),
    size=st.one_of(st.none(), st.integers(1, 6)),
    externals=st.integers(0, 3),
    employers=st.integers(0, 2),
    employees=st.integers(0, 2),
    balances=st.lists(
        st.builds(Balance, scope=st.sampled_from(BalanceScope), difference=st.integers(0, 2)), max_size=2
    ).map(tuple),
    text=st.just("x"),
    minimum=st.integers(1, 6),
    quotas=st.lists(
        st.builds(
            Quota,
            quality=st.sampled_from(Quality),
            count=st.integers(0, 2),
            share=st.one_of(st.none(), st.builds(PanelShare, parts=st.integers(1, 3), of=st.integers(3, 4))),
            years=st.integers(0, 2),
        ),
        max_size=3,
    ).map(tuple),
)


@settings(deadline=None)
@given(RULES)
def test_jury_rule_is_possible_exactly_when_one_of_the_fullest_panels_meets_it(rule: JuryRule) -> None:
    """In the fullest panels every member practises and is qualified, with as many external members as asked."""
    found = any(
        not rule.violations(panel) and not rule.imbalances(panel)
        for size in ([rule.size] if rule.size is not None else range(1, 13))
        for outside in range(size + 1)
        for employers in range(outside + 1)
        if (panel := _fullest(size, outside, employers))
    )
    assert found == (rule.impossible() is None)


def _fullest(size: int, outside: int, employers: int) -> tuple[Seat, ...]:
    return tuple(
        Seat(
            juror=UUID(int=n),
            external=n < outside,
            side=Side.EMPLOYERS if n < employers else Side.EMPLOYEES if n < outside else None,
            sex=Sex.F if n % 2 else Sex.M,
            profession=40,
            qualified=40,
        )
        for n in range(size)
    )


@pytest.mark.parametrize("least", [1, 2])
def test_violation_of_external_members_gives_the_number_needed_and_the_present_number(least: int) -> None:
    rule = replace(OPEN, externals=3, employers=least, employees=least)
    said = rule.violations((member(1, external=True, side=None), member(2)))
    assert [(each.en, each.fr) for each in said] == [
        (
            "Members from outside the certifier: 3 at least; 1 now.",
            "Membres extérieurs au certificateur : 3 au moins ; 1 à présent.",
        ),
        (
            f"Members from outside for employers: {least} at least; 0 now.",
            f"Membres extérieurs pour les employeurs : {least} au moins ; 0 à présent.",
        ),
        (
            f"Members from outside for employees: {least} at least; 0 now.",
            f"Membres extérieurs pour les salariés : {least} au moins ; 0 à présent.",
        ),
    ]
