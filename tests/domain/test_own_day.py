"""Of which day does each fact speak, whenever it was recorded?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fact import Told
from domain.feasibility import AdmissibilityImplied
from domain.granting import BlockGranted
from domain.jury import ResultsReleased
from domain.own_day import OWN_DAY, After, Own, counted_on, own_day, true_on
from domain.ports import SessionId
from domain.replay import KINDS
from domain.standing import standing
from tests.domain.harness import At
from tests.domain.people import (
    ENOUGH,
    JUNE,
    JURY_DAY,
    MARIE_FI,
    MARIE_VAE,
    RNCP31936,
    RULES,
    annulled,
    applied,
    ended,
    granted,
    opened,
    planned,
    ruled,
)
from tests.domain.test_standing import told
from tests.naming import naming

RECORDED = date(2021, 9, 1)
EVENTS = told(
    applied(MARIE_FI),
    planned(JUNE),
    opened(JUNE),
    ruled(MARIE_FI, ENOUGH),
    granted(MARIE_FI, 1, 2),
    ended(),
    annulled(MARIE_FI),
)


def late(facts: Iterable[Told] = EVENTS) -> list[Told]:
    """All of it keyed in September, from paper."""
    return [replace(each, stamp=replace(each.stamp, on=RECORDED)) for each in facts]


def test_each_kind_of_fact_says_of_which_day_it_speaks() -> None:
    """A new fact is given a line in `domain.own_day`: the day of the act, the jury's, or a date of its own."""
    assert OWN_DAY.keys() == KINDS.keys()


def test_the_field_that_is_named_is_there_and_is_a_date() -> None:
    for kind in list(OWN_DAY):
        with naming(kind):
            says = OWN_DAY[kind]
            own = {field.name: str(field.type) for field in fields(kind)}
            if isinstance(says, str):
                assert own[says] in {"date", "date | None"}
            elif isinstance(says, After):
                assert own[says.field] == "date"
            elif says is Own.JURY:
                assert own["session"] == "SessionId"


def test_what_is_keyed_late_was_so_on_its_own_day() -> None:
    facts = late()[:-1]
    now = standing(RNCP31936, RULES, counted_on(JURY_DAY, facts))
    assert [line.state for line in now.blocks] == ["granted", "granted", "not_decided", "not_decided"]
    before = counted_on(date(2021, 6, 14), facts)
    assert not any(isinstance(each.fact, BlockGranted) for each in before)
    assert {type(each.fact).__name__ for each in true_on(JURY_DAY, facts)} >= {"CandidacyOpened", "BlockGranted"}


def test_a_date_that_older_facts_did_not_say_is_the_day_of_the_act() -> None:
    (fact,) = told(ended())[-1:]
    old = replace(fact, fact=ResultsReleased())
    assert own_day(fact, {}) == JURY_DAY
    assert own_day(replace(old, stamp=replace(old.stamp, on=RECORDED)), {}) == RECORDED
    grant = told(granted(MARIE_FI, 1))[0]
    assert own_day(replace(grant, stamp=replace(grant.stamp, on=RECORDED)), {}) == RECORDED, "no session known"
    assert own_day(grant, {SessionId(JUNE): date(2021, 1, 1)}) == date(2021, 1, 1)


def test_silence_admits_the_day_after_its_last_one_whenever_that_was_noticed() -> None:
    """Silence ended on 1 April: who asks about May in August is told admissible, though the job ran in June."""
    implied = AdmissibilityImplied(ended_on=date(2021, 4, 1), found_on=date(2021, 6, 15), rule_set="CT-L6412-2")
    (fact,) = told(At(MARIE_VAE, (implied,)))
    assert own_day(fact, {}) == date(2021, 4, 2)


@settings(deadline=None)  # the first example makes what the others share
@given(st.dates(date(2021, 1, 1), date(2021, 12, 31)), st.dates(date(2021, 1, 1), date(2021, 12, 31)))
def test_what_was_so_on_a_day_is_so_on_a_later_one_whenever_it_was_recorded(one: date, other: date) -> None:
    first, second = sorted((one, other))
    for facts in (EVENTS, late()):
        then = [each for each in true_on(second, facts) if each in true_on(first, facts)]
        assert then == true_on(first, facts)
        assert true_on(date(2022, 1, 1), facts) == facts
    acts = {kind.__name__ for kind, says in OWN_DAY.items() if says is Own.ACT}
    keyed, at_once = (
        {each.stamp.position for each in true_on(one, facts) if type(each.fact).__name__ not in acts}
        for facts in (late(), EVENTS)
    )
    assert keyed == at_once
