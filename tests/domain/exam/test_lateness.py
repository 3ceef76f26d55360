"""How late is a candidate let into an épreuve, and who is called to one?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.enrolment import RulebookNotAccepted
from domain.candidacy.facts import RulebookAccepted
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.sign_attendance import SignAttendance
from domain.exam.facts import AttendanceSigned, CandidateExpected, Movement
from domain.replay.judge import replay
from domain.rulebook.enrolment_rules import Acceptance, ArrivedTooLate, EnrolmentRules, Lateness
from domain.rulebook.facts import RulebookPublished
from tests.given.domain.epreuves import (
    AS_OLIVE,
    BASILE_FI,
    CALLED,
    CASES,
    DAY,
    EPREUVES,
    EVE,
    OPENED,
    PLAN,
    SITTING,
    identified,
)
from tests.given.domain.people import AS_RENEE
from tests.given.domain.scenario import At, Scenario

COME = SignAttendance(sitting=SITTING, candidacy=BASILE_FI, movement=Movement.IN, late=30)


def under(scenario: Scenario, rules: EnrolmentRules) -> None:
    """What stands for an épreuve, its rulebook saying this of enrolment."""
    for at in EPREUVES:
        published = tuple(
            RulebookPublished(rules=replace(fact.rules, enrolment=rules))
            if at.stream == CASES and isinstance(fact, RulebookPublished)
            else fact
            for fact in at.facts
        )
        scenario.given(At(at.stream, published))


@pytest.mark.parametrize(
    ("allowed", "late", "refused"),
    [(30, 30, False), (30, 31, True), (0, 1, True), (0, 0, False), (None, 90, False), (None, -1, True)],
)
def test_a_candidate_is_let_in_as_late_as_the_rulebook_says_and_loses_no_minute(
    scenario: Scenario, *, allowed: int | None, late: int, refused: bool
) -> None:
    lateness = None if allowed is None else Lateness(minutes=allowed, source="règlement, art. 9")
    under(scenario, EnrolmentRules(lateness=lateness))
    scenario.given(CALLED, OPENED, At(SITTING, (identified(BASILE_FI),)))
    scenario.when(replace(COME, late=late), by=AS_OLIVE, on=DAY)
    if refused:
        scenario.then_refused(ArrivedTooLate, late)
        return
    (fact,) = scenario.then_recorded(AttendanceSigned)
    assert isinstance(fact, AttendanceSigned)
    assert (fact.late, fact.minutes) == (late, 120)
    assert [found for found in replay(scenario.store.told) if found.position == len(scenario.store.told)] == []


def test_nobody_is_called_to_an_epreuve_before_they_accepted_the_rulebook_that_asks_for_it(
    scenario: Scenario,
) -> None:
    under(scenario, EnrolmentRules(acceptance=Acceptance(source="règlement, art. 1")))
    scenario.given(At(SITTING, (PLAN,)))
    call = CallToSitting(sitting=SITTING, candidacy=BASILE_FI)
    scenario.when(call, by=AS_RENEE, on=EVE)
    scenario.then_refused(RulebookNotAccepted)
    scenario.given(At(BASILE_FI, (RulebookAccepted(rulebook=CASES, accepted_on=EVE),)))
    scenario.when(call, by=AS_RENEE, on=EVE)
    assert not isinstance(scenario.outcome, Exception)
    assert CandidateExpected in {type(told.fact) for told in scenario.store.told}
