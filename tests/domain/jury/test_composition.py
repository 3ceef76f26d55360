"""Is a panel judged rule by rule as commands judge it, and is whom it is suggested to add lawful?"""

from __future__ import annotations

from itertools import combinations, product
from uuid import UUID

from domain.framework.jury_rule import Balance, BalanceScope, JuryRule, Quality, Quota, Seat, Sex, Share, Side
from domain.jury.composition import Asked, Candidate, suggest
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
QUALIFIED = Quota(quality=Quality.QUALIFIED, share=Share(parts=1, of=4), count=2)
LAW = JuryLaw(minimum=2, quotas=(QUALIFIED,))


def seat(number: int, sex: Sex, side: Side | None = None, qualified: int | None = 3) -> Seat:
    return Seat(juror=UUID(int=number), external=side is not None, side=side, sex=sex, qualified=qualified)


JULES, KATIA, XENIA = seat(1, Sex.M), seat(2, Sex.F), seat(3, Sex.F)
YANIS, ZOE = seat(4, Sex.M, Side.EMPLOYERS), seat(5, Sex.F, Side.EMPLOYEES)
MAUD, NOE, OMAR = seat(6, Sex.F, Side.EMPLOYEES), seat(7, Sex.M, Side.EMPLOYEES), seat(8, Sex.M)
FOUR = (JULES, KATIA, XENIA, YANIS)
ALL = (*FOUR, ZOE, MAUD, NOE, OMAR)


def pool(*seats: Seat, tied: tuple[Seat, ...] = ()) -> list[Candidate]:
    return [Candidate(seat=each, tied=int(each in tied)) for each in seats]


def test_each_rule_is_kept_or_not_as_the_commands_judge_it() -> None:
    """Of every panel of some eight: what a session's opening and a decision find broken is what is shown so."""
    asked = Asked(sheet=SHEET, laws=((LAW, "R335-8"),))
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


def test_what_is_measured_stands_beside_the_rule() -> None:
    said = {each.rule: (each.kept, each.measured[1]) for each in Asked(sheet=SHEET).judge(FOUR)}
    assert said == {
        "panel-size": (False, "4 / 5"),
        "panel-externals": (False, "1 / 2"),
        "panel-employers": (True, "1 / 1"),
        "panel-employees": (False, "0 / 1"),
        "panel-balance-externals": (False, "0 F, 1 H"),
        "panel-balance-panel": (True, "2 F, 2 H"),
    }


def test_who_makes_the_jury_lawful_is_told_from_who_cannot() -> None:
    """Zoé and Maud represent employees; Noé does too, and the members from outside would be two men."""
    found = suggest(Asked(sheet=SHEET), FOUR, pool(ZOE, MAUD, NOE, tied=(MAUD,)))
    zoe, maud, noe = found.each
    assert {each.rule for each in zoe.keeps} >= {"panel-size", "panel-employees", "panel-balance-externals"}
    assert (zoe.left, zoe.leads, maud.leads, noe.leads) == ((), True, True, False)
    assert {each.rule for each in noe.left} == {"panel-balance-externals"}
    assert found.together == (ZOE.juror,), "of two who would do, the one who is tied to nobody"


def test_a_jury_of_which_nobody_sits_yet_is_made_whole() -> None:
    found = suggest(Asked(sheet=SHEET), (), pool(*ALL))
    chosen = tuple(each for each in ALL if each.juror in found.together)
    assert len(chosen) == 5
    assert Asked(sheet=SHEET).lawful(chosen)


def test_nobody_is_suggested_where_no_jury_can_be_made() -> None:
    found = suggest(Asked(sheet=SHEET), FOUR, pool(OMAR))
    assert found.together == ()
    assert [each.leads for each in found.each] == [False]


def test_a_balance_that_is_derogated_to_keeps_nobody_away() -> None:
    asked = Asked(sheet=SHEET, derogated=frozenset({"panel-balance-externals", "panel-balance-panel"}))
    assert suggest(asked, FOUR, pool(NOE)).together == (NOE.juror,)


def test_the_law_of_those_called_is_counted_with_the_sheet() -> None:
    """A quarter at least, and two, are qualified: who is not makes no lawful jury where nobody else is."""
    panel = tuple(seat(n, sex, side, None) for n, (sex, side) in enumerate(product(Sex, (None,)), 1))[:2]
    asked = Asked(
        sheet=JuryRule(id="J", size=3, externals=0, employers=0, employees=0, balances=(), text="x"),
        laws=((LAW, "R335-8"),),
    )
    assert suggest(asked, panel, pool(seat(9, Sex.F, None, None), seat(10, Sex.F))).together == ()
    only_size = JuryLaw(minimum=2, quotas=(Quota(quality=Quality.QUALIFIED, count=1),))
    assert suggest(
        Asked(sheet=asked.sheet, laws=((only_size, "x"),)), panel, pool(seat(9, Sex.F, None, None), seat(10, Sex.F))
    ).together == (UUID(int=10),)
