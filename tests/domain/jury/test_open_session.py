"""With whom, and when, does a jury session open?"""

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


def test_the_lawful_panel_opens_it_on_its_day(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    open_with(scenario, *PANEL)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))


def test_it_does_not_open_before_its_day(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    open_with(scenario, *PANEL, on=date(2021, 6, 14))
    scenario.then_refused(SessionNotDue)


def test_one_person_is_no_jury(scenario: Scenario) -> None:
    """RNCP 31936: "Nombre de personnes composant le jury : 5"."""
    scenario.given(planned(JUNE))
    open_with(scenario, PAUL)
    assert {"panel-size", "panel-externals", "panel-employers", "panel-employees"} <= broken(scenario)


def test_nor_does_one_named_twice_count_twice_where_no_number_of_members_is_stated() -> None:
    """A sheet without an exact number of members: two from outside are two persons."""
    rule = JuryRule(id="J1", size=None, externals=2, employers=0, employees=0, balances=(), text="la fiche")
    session = JurySession(id=JUNE, plan=plan(), seats={each.juror: each for each in SEATS})
    emma = Seat(juror=EMMA, external=True, side=None, sex=Sex.F)
    paul = Seat(juror=PAUL, external=False, side=None, sex=Sex.M)
    with pytest.raises(JuryComposition) as refused:
        session.open((PAUL, EMMA, EMMA), rule, JURY_DAY, (paul, emma, emma))
    assert [each.rule for each in refused.value.violations] == ["panel-distinct"]


def test_without_its_chair_it_does_not_open(scenario: Scenario) -> None:
    headless = tuple(replace(seat, chair=False) for seat in SEATS)
    scenario.given(planned(JUNE, seats=headless))
    open_with(scenario, *PANEL)
    assert broken(scenario) == {"panel-chair"}


def test_a_substitute_sits_only_where_seated(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    with_elsa = (PAUL, NADIA, LUC, ELSA, KARIM)
    open_with(scenario, *with_elsa)
    scenario.then_refused(NotOnThePanel)
    scenario.given(At(JUNE, (SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY),)))
    open_with(scenario, *PANEL)
    scenario.then_refused(NotOnThePanel)
    open_with(scenario, *with_elsa)
    scenario.then_recorded(SessionOpened)


def test_an_unbalanced_panel_needs_a_recorded_derogation(scenario: Scenario) -> None:
    """A balance shortfall only with a recorded derogation."""
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


def test_it_opens_once(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), opened(JUNE))
    open_with(scenario, *PANEL)
    scenario.then_refused(SessionNotPlanned)


LATE = date(2021, 6, 17)


def test_a_session_opens_on_no_other_day_than_the_one_of_which_those_called_were_told(scenario: Scenario) -> None:
    """Called for the 15th: on the 17th it opens once it was put off, and what it decides bears that day."""
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
def test_its_day_is_that_of_the_rulebook_s_calendar(scenario: Scenario, zone: str, day: date, *, opens: bool) -> None:
    """At two in the afternoon of the 15th in Papeete, it is two in the morning of the 16th in Paris."""
    overseas = replace(RULES, journeys=JourneyRules(calendar=Calendar(zone=zone)))
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=overseas),)), planned(JUNE))
    open_with(scenario, *PANEL, on=day)
    if opens:
        scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))
        assert scenario.wrong() == []
    else:
        scenario.then_refused(SessionNotDue)


def test_a_member_who_is_no_longer_a_juror_does_not_sit(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), At(LUC, (RoleWithdrawn(role=Role.JUROR),)))
    open_with(scenario, *PANEL)
    scenario.then_refused(RoleNotHeld)
