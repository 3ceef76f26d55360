"""Rule-by-rule judgement of a panel, and the jurors suggested to make it lawful."""

from __future__ import annotations

from itertools import combinations, product
from uuid import UUID

from domain.framework.jury_rule import Balance, BalanceScope, JuryRule, PanelShare, Quality, Quota, Seat, Sex, Side
from domain.jury.composition import JuryRequirements, SeatCandidate, suggest
from domain.rulebook.rule_set import JuryLaw

SHEET = JuryRule(
    id="J1",
    size=5,
    externals=2,
    employers=1,
    employees=1,
    balances=(Balance(scope=BalanceScope.EXTERNALS, difference=0), Balance(scope=BalanceScope.PANEL, difference=1)),
    text="fiche RNCP 31936, composition des jurys",
)
"""RNCP 31936: five members, two of them from outside, one a side, women and men balanced."""
QUALIFIED = Quota(quality=Quality.QUALIFIED, share=PanelShare(parts=1, of=4), count=2)
LAW = JuryLaw(minimum=2, quotas=(QUALIFIED,))


def seat(number: int, sex: Sex, side: Side | None = None, qualified: int | None = 3) -> Seat:
    return Seat(juror=UUID(int=number), external=side is not None, side=side, sex=sex, qualified=qualified)


JULES, KATIA, XENIA = seat(1, Sex.M), seat(2, Sex.F), seat(3, Sex.F)
YANIS, ZOE = seat(4, Sex.M, Side.EMPLOYERS), seat(5, Sex.F, Side.EMPLOYEES)
MAUD, NOE, OMAR = seat(6, Sex.F, Side.EMPLOYEES), seat(7, Sex.M, Side.EMPLOYEES), seat(8, Sex.M)
FOUR = (JULES, KATIA, XENIA, YANIS)
ALL = (*FOUR, ZOE, MAUD, NOE, OMAR)


def pool(*seats: Seat, tied: tuple[Seat, ...] = ()) -> list[SeatCandidate]:
    return [SeatCandidate(seat=each, tied=int(each in tied)) for each in seats]


def test_judgement_of_each_rule_agrees_with_the_commands() -> None:
    """For every panel of up to six of eight jurors, the rules shown as broken are those that the commands find
    broken."""
    asked = JuryRequirements(sheet=SHEET, laws=((LAW, "R335-8"),))
    panels = [panel for size in range(1, 7) for panel in combinations(ALL, size)]
    assert any(asked.lawful(panel) for panel in panels)
    for panel in panels:
        shown = {each.rule for each in asked.judge(panel) if not each.kept}
        found = SHEET.violations(panel) + SHEET.imbalances(panel)
        decided = {each.rule for each in found}
        counted = sum(each.counts_for(QUALIFIED) for each in panel)
        decided |= {"law-quota-qualified"} if counted < QUALIFIED.least(len(panel)) else set()
        decided |= {"law-minimum"} if len(panel) < LAW.minimum else set()
        assert shown == decided, panel
        assert asked.lawful(panel) is (not decided)


def test_judgement_gives_the_measured_value_next_to_each_rule() -> None:
    said = {each.rule: (each.kept, each.measured[1]) for each in JuryRequirements(sheet=SHEET).judge(FOUR)}
    assert said == {
        "panel-size": (False, "4 / 5"),
        "panel-externals": (False, "1 / 2"),
        "panel-employers": (True, "1 / 1"),
        "panel-employees": (False, "0 / 1"),
        "panel-balance-externals": (False, "0 F, 1 H"),
        "panel-balance-panel": (True, "2 F, 2 H"),
    }


def test_suggestion_tells_jurors_who_can_make_the_jury_lawful_from_those_who_cannot() -> None:
    """Zoé and Maud represent employees; so does Noé, but with him both external members would be men."""
    found = suggest(JuryRequirements(sheet=SHEET), FOUR, pool(ZOE, MAUD, NOE, tied=(MAUD,)))
    zoe, maud, noe = found.each
    assert {each.rule for each in zoe.keeps} >= {"panel-size", "panel-employees", "panel-balance-externals"}
    assert (zoe.left, zoe.leads, maud.leads, noe.leads) == ((), True, True, False)
    assert {each.rule for each in noe.left} == {"panel-balance-externals"}
    assert found.together == (ZOE.juror,), "of two who would do, the one who is tied to nobody"


def test_whole_jury_is_suggested_when_no_seat_is_taken() -> None:
    found = suggest(JuryRequirements(sheet=SHEET), (), pool(*ALL))
    chosen = tuple(each for each in ALL if each.juror in found.together)
    assert len(chosen) == 5
    assert JuryRequirements(sheet=SHEET).lawful(chosen)


def test_no_juror_is_suggested_when_no_lawful_jury_is_possible() -> None:
    found = suggest(JuryRequirements(sheet=SHEET), FOUR, pool(OMAR))
    assert found.together == ()
    assert [each.leads for each in found.each] == [False]


def test_derogation_from_a_balance_lets_a_juror_be_suggested_in_spite_of_it() -> None:
    asked = JuryRequirements(sheet=SHEET, derogated=frozenset({"panel-balance-externals", "panel-balance-panel"}))
    assert suggest(asked, FOUR, pool(NOE)).together == (NOE.juror,)


def test_suggestion_applies_the_law_of_the_candidates_as_well_as_the_sheet() -> None:
    """At least a quarter and at least two must be qualified: an unqualified juror cannot alone make the jury
    lawful."""
    panel = tuple(seat(n, sex, side, None) for n, (sex, side) in enumerate(product(Sex, (None,)), 1))[:2]
    asked = JuryRequirements(
        sheet=JuryRule(id="J", size=3, externals=0, employers=0, employees=0, balances=(), text="x"),
        laws=((LAW, "R335-8"),),
    )
    assert suggest(asked, panel, pool(seat(9, Sex.F, None, None), seat(10, Sex.F))).together == ()
    only_size = JuryLaw(minimum=2, quotas=(Quota(quality=Quality.QUALIFIED, count=1),))
    assert suggest(
        JuryRequirements(sheet=asked.sheet, laws=((only_size, "x"),)),
        panel,
        pool(seat(9, Sex.F, None, None), seat(10, Sex.F)),
    ).together == (UUID(int=10),)
