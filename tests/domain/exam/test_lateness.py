"""Late arrival at an épreuve, and the acceptance of the rulebook before a call."""

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
    """Publish the épreuves with a rulebook that has these rules on enrolment."""
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
def test_late_candidate_is_let_in_within_the_rulebooks_limit_and_keeps_the_whole_time(
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


def test_candidate_cannot_be_called_to_an_epreuve_before_accepting_the_rulebook(
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
