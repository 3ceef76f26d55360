"""The jury rule of RNCP 31936: composition, and balance that is kept, broken or unverifiable."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.framework_file import read, shipped
from domain.framework.definition import Route
from domain.framework.jury_rule import Balance, BalanceScope, JuryRule, Seat, Sex, Side

TEXT = "Nombre de personnes composant le jury : 5"
RULE = JuryRule(
    id="J1",
    size=5,
    externals=2,
    employers=1,
    employees=1,
    balances=(
        Balance(scope=BalanceScope.EXTERNALS, difference=0),
        Balance(scope=BalanceScope.PANEL, difference=1),
    ),
    text=TEXT,
)


def seat(number: int, sex: Sex, side: Side | None = None) -> Seat:
    """Return a member, who is external if they represent a side."""
    return Seat(juror=UUID(int=number), external=side is not None, side=side, sex=sex)


EMPLOYERS = seat(1, Sex.F, Side.EMPLOYERS)
EMPLOYEES = seat(2, Sex.M, Side.EMPLOYEES)
INSIDERS = (seat(3, Sex.F), seat(4, Sex.M), seat(5, Sex.F))
LAWFUL = (EMPLOYERS, EMPLOYEES, *INSIDERS)

seats = st.builds(
    Seat,
    juror=st.integers(1, 6).map(lambda number: UUID(int=number)),
    external=st.booleans(),
    side=st.sampled_from([None, *Side]),
    sex=st.sampled_from(Sex),
)
panels = st.lists(seats, max_size=7).map(tuple)
lawful_panels = (
    st.lists(seats, min_size=5, max_size=5, unique_by=lambda member: member.juror)
    .map(tuple)
    .filter(lambda panel: not RULE.violations(panel))
)


def broken(panel: tuple[Seat, ...]) -> list[str]:
    return [violation.rule for violation in RULE.violations(panel)]


def unbalanced(panel: tuple[Seat, ...]) -> list[str]:
    return [violation.rule for violation in RULE.imbalances(panel)]


def test_rule_tested_here_is_the_one_that_the_shipped_sheet_states() -> None:
    stated = read(shipped("rncp31936.yaml")).jury_for(Route.VAE)
    assert stated is not None
    assert replace(stated, text=TEXT) == RULE


def test_jury_of_five_with_one_external_member_for_each_side_is_lawful() -> None:
    assert broken(LAWFUL) == []
    assert unbalanced(LAWFUL) == []


def test_jury_of_four_or_six_members_is_unlawful() -> None:
    assert broken(LAWFUL[:4]) == ["panel-size"]
    assert broken((*LAWFUL, seat(6, Sex.M))) == ["panel-size"]


def test_person_cannot_hold_two_seats() -> None:
    twice = (EMPLOYERS, replace(EMPLOYEES, juror=EMPLOYERS.juror), *INSIDERS)
    assert "panel-size" in broken(twice)
    assert broken((*LAWFUL, INSIDERS[0])) == ["panel-size"]


def test_external_member_cannot_represent_both_sides() -> None:
    two_hats = (EMPLOYERS, replace(INSIDERS[0], external=True), *INSIDERS[1:], seat(6, Sex.M))
    assert broken(two_hats) == ["panel-employees"]
    assert broken((replace(EMPLOYERS, side=Side.EMPLOYEES), EMPLOYEES, *INSIDERS)) == ["panel-employers"]


def test_jury_with_one_external_member_is_unlawful() -> None:
    assert broken((EMPLOYERS, replace(EMPLOYEES, external=False), *INSIDERS)) == [
        "panel-externals",
        "panel-employees",
    ]


def test_representative_from_inside_the_certifier_does_not_count_for_a_side() -> None:
    inside = replace(EMPLOYERS, external=False)
    outsider = replace(INSIDERS[0], external=True)
    assert broken((inside, EMPLOYEES, outsider, *INSIDERS[1:])) == ["panel-employers"]


def test_jury_with_more_than_two_external_members_is_lawful() -> None:
    assert broken((EMPLOYERS, EMPLOYEES, replace(INSIDERS[0], external=True), *INSIDERS[1:])) == []


def test_two_external_men_break_the_balance_but_not_the_composition() -> None:
    panel = (replace(EMPLOYERS, sex=Sex.M), EMPLOYEES, *INSIDERS)
    assert broken(panel) == []
    assert unbalanced(panel) == ["panel-balance-externals"]


def test_four_women_of_five_break_the_balance_of_the_panel() -> None:
    panel = (EMPLOYERS, EMPLOYEES, *(replace(member, sex=Sex.F) for member in INSIDERS))
    assert unbalanced(panel) == ["panel-balance-panel"]


def test_unstated_sex_makes_a_balance_unverifiable_but_not_broken() -> None:
    panel = (replace(EMPLOYERS, sex=Sex.UNSTATED), EMPLOYEES, *INSIDERS)
    assert unbalanced(panel) == []
    assert unbalanced(tuple(replace(member, sex=Sex.UNSTATED) for member in LAWFUL)) == []


def test_unstated_sex_does_not_excuse_an_imbalance_that_it_could_not_correct() -> None:
    panel = (
        replace(EMPLOYERS, sex=Sex.UNSTATED),
        replace(EMPLOYEES, sex=Sex.F),
        *(replace(member, sex=Sex.F) for member in INSIDERS),
    )
    assert unbalanced(panel) == ["panel-balance-panel"]


def test_violation_gives_its_rule_in_both_languages_with_the_words_of_the_sheet() -> None:
    for violation in (*RULE.violations(()), *RULE.imbalances((EMPLOYERS,))):
        assert violation.en
        assert violation.fr != violation.en
        assert violation.source == TEXT


@given(panels, st.randoms(use_true_random=False))
def test_order_of_the_seats_changes_nothing(panel: tuple[Seat, ...], random: object) -> None:
    shuffled = list(panel)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's own Random
    assert broken(tuple(shuffled)) == broken(panel)
    assert unbalanced(tuple(shuffled)) == unbalanced(panel)


@pytest.mark.parametrize("gone", [EMPLOYERS, EMPLOYEES])
def test_jury_without_either_of_its_two_external_members_is_unlawful(gone: Seat) -> None:
    stand_in = replace(gone, juror=UUID(int=6), external=False, side=None)
    panel = tuple(stand_in if member == gone else member for member in LAWFUL)
    assert "panel-externals" in broken(panel)


@given(lawful_panels)
def test_removing_any_member_makes_a_lawful_jury_unlawful(panel: tuple[Seat, ...]) -> None:
    for gone in panel:
        assert "panel-size" in broken(tuple(member for member in panel if member != gone))


@given(panels, st.data())
def test_leaving_a_sex_unstated_never_breaks_a_balance_that_was_kept(
    panel: tuple[Seat, ...], data: st.DataObject
) -> None:
    hidden = data.draw(st.sets(st.sampled_from(range(len(panel) or 1))))
    less = tuple(replace(member, sex=Sex.UNSTATED) if n in hidden else member for n, member in enumerate(panel))
    assert set(unbalanced(less)) <= set(unbalanced(panel))


@given(lawful_panels)
def test_lawful_jury_has_a_distinct_person_for_each_side(panel: tuple[Seat, ...]) -> None:
    sides = {side: {m.juror for m in panel if m.external and m.side is side} for side in Side}
    assert sides[Side.EMPLOYERS]
    assert sides[Side.EMPLOYEES]
    assert not sides[Side.EMPLOYERS] & sides[Side.EMPLOYEES]
    assert len({member.juror for member in panel}) == 5


@given(lawful_panels)
def test_lawful_jury_without_external_members_is_unlawful(panel: tuple[Seat, ...]) -> None:
    inside = tuple(replace(member, external=False) for member in panel)
    assert broken(inside) == ["panel-externals", "panel-employers", "panel-employees"]
