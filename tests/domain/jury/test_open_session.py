"""Opening of a jury session: its day and its panel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.calendar import Calendar
from domain.commands.jury.postpone_session import PostponeSession
from domain.fact import Personal
from domain.framework.jury_rule import JuryRule, Seat, Sex
from domain.jury.facts import PanelDerogationGranted, SessionOpened, SubstituteSeated
from domain.jury.session import JuryComposition, JurySession, NotOnThePanel, SessionNotDue, SessionNotPlanned
from domain.people.facts import RoleWithdrawn
from domain.people.person import RoleNotHeld
from domain.ports import Role
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.journey_rules import JourneyRules
from tests.given.domain.openings import open_with
from tests.given.domain.people import (
    AS_RENEE,
    ELSA,
    EMMA,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    NADIA,
    PANEL,
    PAUL,
    RENEE,
    RULEBOOK,
    RULES,
    SEATS,
    opened,
    plan,
    planned,
)
from tests.given.domain.scenario import NOON, At, Scenario


def broken(scenario: Scenario) -> set[str]:
    return {violation.rule for violation in scenario.then_refused(JuryComposition).violations}


def test_session_opens_on_its_day_with_a_lawful_panel(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    open_with(scenario, *PANEL)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))


def test_session_cannot_open_before_its_day(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    open_with(scenario, *PANEL, on=date(2021, 6, 14))
    scenario.then_refused(SessionNotDue)


def test_session_cannot_open_with_one_member(scenario: Scenario) -> None:
    """RNCP 31936: "Nombre de personnes composant le jury : 5"."""
    scenario.given(planned(JUNE))
    open_with(scenario, PAUL)
    assert {"panel-size", "panel-externals", "panel-employers", "panel-employees"} <= broken(scenario)


def test_member_named_twice_counts_once_when_the_sheet_states_no_number_of_members() -> None:
    """The sheet states no exact number of members: two external members are two persons."""
    rule = JuryRule(id="J1", size=None, externals=2, employers=0, employees=0, balances=(), text="la fiche")
    session = JurySession(id=JUNE, plan=plan(), seats={each.juror: each for each in SEATS})
    emma = Seat(juror=EMMA, external=True, side=None, sex=Sex.F)
    paul = Seat(juror=PAUL, external=False, side=None, sex=Sex.M)
    with pytest.raises(JuryComposition) as refused:
        session.open((PAUL, EMMA, EMMA), rule, JURY_DAY, (paul, emma, emma))
    assert [each.rule for each in refused.value.violations] == ["panel-distinct"]


def test_session_cannot_open_without_a_chair(scenario: Scenario) -> None:
    headless = tuple(replace(seat, chair=False) for seat in SEATS)
    scenario.given(planned(JUNE, seats=headless))
    open_with(scenario, *PANEL)
    assert broken(scenario) == {"panel-chair"}


def test_substitute_sits_only_once_seated_and_instead_of_the_member_replaced(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    with_elsa = (PAUL, NADIA, LUC, ELSA, KARIM)
    open_with(scenario, *with_elsa)
    scenario.then_refused(NotOnThePanel)
    scenario.given(At(JUNE, (SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY),)))
    open_with(scenario, *PANEL)
    scenario.then_refused(NotOnThePanel)
    open_with(scenario, *with_elsa)
    scenario.then_recorded(SessionOpened)


def test_unbalanced_panel_opens_only_with_a_recorded_derogation(scenario: Scenario) -> None:
    men = tuple(replace(seat, sex=Sex.M) for seat in SEATS)
    scenario.given(planned(JUNE, seats=men))
    open_with(scenario, *PANEL)
    rules = broken(scenario)
    assert rules == {"panel-balance-externals", "panel-balance-panel"}
    words = Personal("x", RENEE)
    scenario.given(
        At(JUNE, tuple(PanelDerogationGranted(rule=rule, reason=words, proof=words) for rule in sorted(rules)))
    )
    open_with(scenario, *PANEL)
    scenario.then_recorded(SessionOpened)


def test_session_cannot_open_twice(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), opened(JUNE))
    open_with(scenario, *PANEL)
    scenario.then_refused(SessionNotPlanned)


LATE = date(2021, 6, 17)


def test_session_cannot_open_after_its_day_unless_it_was_postponed(scenario: Scenario) -> None:
    """The candidates were called for the 15th: the session opens on the 17th once postponed, and its decisions
    bear that day."""
    scenario.given(planned(JUNE))
    open_with(scenario, *PANEL, on=LATE)
    scenario.then_refused(SessionNotDue)
    scenario.when(PostponeSession(session=JUNE, held_on=LATE, reason="Grève."), by=AS_RENEE, on=LATE)
    open_with(scenario, *PANEL, on=LATE)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=LATE, at=NOON))


@pytest.mark.parametrize(
    ("zone", "day", "opens"),
    [
        ("Pacific/Tahiti", date(2021, 6, 16), True),
        ("Pacific/Tahiti", date(2021, 6, 17), False),
        ("Europe/Paris", date(2021, 6, 16), False),
        ("Indian/Reunion", date(2021, 6, 16), False),
    ],
)
def test_day_of_a_session_is_that_of_the_rulebooks_calendar(
    scenario: Scenario, zone: str, day: date, *, opens: bool
) -> None:
    """At two in the afternoon of the 15th in Papeete, it is two in the morning of the 16th in Paris."""
    overseas = replace(RULES, journeys=JourneyRules(calendar=Calendar(zone=zone)))
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=overseas),)), planned(JUNE))
    open_with(scenario, *PANEL, on=day)
    if opens:
        scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))
        assert scenario.wrong() == []
    else:
        scenario.then_refused(SessionNotDue)


def test_session_cannot_open_with_a_member_who_lost_the_juror_role(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), At(LUC, (RoleWithdrawn(role=Role.JUROR),)))
    open_with(scenario, *PANEL)
    scenario.then_refused(RoleNotHeld)
