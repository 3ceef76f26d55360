"""When is it kept why a panel is of one sex (D6412-6), and by whom?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.commands.jury.explain_panel_of_one_sex import ExplainPanelOfOneSex
from domain.fact import Personal
from domain.framework.jury_rule import Sex
from domain.jury.facts import PanelOfOneSexExplained, SessionClosed, SessionOpened, SubstituteSeated
from domain.jury.minutes import digest, minutes
from domain.jury.session import JurySession, NotTheChair, PanelNotOfOneSex
from domain.ports import Actor
from domain.refusal import NotFound
from tests.given.domain.people import (
    AS_MARC,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    JUNE,
    JURY_DAY,
    NADIA,
    PANEL,
    PAUL,
    RENEE,
    SEATS,
    planned,
)
from tests.given.domain.scenario import At, Scenario, newest_unlawful, rebuilt

MEN = tuple(replace(seat, sex=Sex.M) for seat in SEATS)
OPENED = SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY)
WHY = ExplainPanelOfOneSex(session=JUNE, reason="Aucune des douze jurées appelées n'était libre.")


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("by", [AS_RENEE, AS_PAUL], ids=["the registrar", "the chair"])
def test_the_registrar_or_the_chair_says_why_before_the_session_or_while_it_sits(
    scenario: Scenario, by: Actor, opened: bool
) -> None:
    scenario.given(planned(JUNE, seats=MEN), At(JUNE, (OPENED,) if opened else ()))
    scenario.when(WHY, by=by)
    scenario.then_recorded(PanelOfOneSexExplained)
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize(("by", "refusal"), [(AS_NADIA, NotTheChair), (AS_MARC, NotFound)])
def test_no_other_member_does_and_to_who_has_no_seat_it_is_not_there(
    scenario: Scenario, by: Actor, refusal: type[NotTheChair | NotFound]
) -> None:
    scenario.given(planned(JUNE, seats=MEN))
    scenario.when(WHY, by=by)
    scenario.then_refused(refusal)


@pytest.mark.parametrize("other", [Sex.F, Sex.UNSTATED])
def test_a_panel_of_both_sexes_has_nothing_to_say_nor_one_that_may_be_of_both(scenario: Scenario, other: Sex) -> None:
    scenario.given(planned(JUNE, seats=(MEN[0], replace(MEN[1], sex=other), *MEN[2:])))
    scenario.when(WHY, by=AS_RENEE)
    scenario.then_refused(PanelNotOfOneSex)


def test_it_is_the_members_present_that_count_once_they_are_known(scenario: Scenario) -> None:
    """The only woman did not come."""
    one_woman = tuple(replace(seat, sex=Sex.F if seat.juror == NADIA else Sex.M) for seat in SEATS)
    men = tuple(sorted(set(PANEL) - {NADIA}))
    scenario.given(planned(JUNE, seats=one_woman))
    scenario.when(WHY, by=AS_RENEE)
    scenario.then_refused(PanelNotOfOneSex)
    scenario.given(At(JUNE, (replace(OPENED, present=men),)))
    scenario.when(WHY, by=AS_RENEE)
    scenario.then_recorded(PanelOfOneSexExplained)


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_is_said_in_words(scenario: Scenario, reason: str) -> None:
    scenario.given(planned(JUNE, seats=MEN))
    scenario.when(replace(WHY, reason=reason), by=AS_RENEE)
    scenario.then_refused(PanelNotOfOneSex)


def test_once_the_session_is_closed_its_minutes_say_no_more_than_they_did(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=MEN), At(JUNE, (OPENED, SessionClosed(signatories=(PAUL,)))))
    scenario.when(WHY, by=AS_RENEE)
    scenario.then_refused(PanelNotOfOneSex)


def test_it_is_said_anew_once_others_hold_the_seats_d6412_6() -> None:
    """Said of the first member alone, or of who did not come, it says nothing of the panel that sits."""
    explained = PanelOfOneSexExplained(reason=Personal("x", RENEE))
    members, spare = [seat for seat in MEN if not seat.substitute], [seat for seat in MEN if seat.substitute]
    replaced = SubstituteSeated(substitute=spare[0].juror, replaced=members[-1].juror, seated_on=JURY_DAY)
    assert not session(members[:1], explained, *members[1:]).one_sex_explained
    assert session(members[:1], explained, *members[1:], explained).one_sex_explained
    assert session(members, explained, *spare, OPENED).one_sex_explained, "who waits to stand in holds no seat"
    assert not session(MEN, explained, replaced).one_sex_explained


def test_the_replay_finds_one_said_of_a_panel_of_both(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    forged = PanelOfOneSexExplained(reason=Personal("x", RENEE))
    assert scenario.forged(JUNE, forged, by=AS_RENEE) == [PanelNotOfOneSex.slug()]


def test_the_minutes_say_it_of_a_panel_that_is_of_one_sex_only() -> None:
    explained = PanelOfOneSexExplained(reason=Personal("x", RENEE))
    men, both = (session(seats, explained, OPENED) for seats in (MEN, SEATS))
    assert minutes(men, {})["one_sex_explained"] is True
    assert "one_sex_explained" not in minutes(both, {})
    assert digest(men, {}) != digest(replace(men, one_sex_explained=False), {})


def session(seats, *facts) -> JurySession:
    return rebuilt(JurySession(id=JUNE), (*planned(JUNE, seats=seats).facts, *facts))
