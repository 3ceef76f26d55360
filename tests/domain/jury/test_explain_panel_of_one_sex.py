"""Explanation of a panel of one sex (D6412-6)."""

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
def test_registrar_or_chair_explains_a_panel_of_one_sex_before_or_during_the_session(
    scenario: Scenario, by: Actor, opened: bool
) -> None:
    scenario.given(planned(JUNE, seats=MEN), At(JUNE, (OPENED,) if opened else ()))
    scenario.when(WHY, by=by)
    scenario.then_recorded(PanelOfOneSexExplained)
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize(("by", "refusal"), [(AS_NADIA, NotTheChair), (AS_MARC, NotFound)])
def test_panel_of_one_sex_cannot_be_explained_by_another_member_or_an_outsider(
    scenario: Scenario, by: Actor, refusal: type[NotTheChair | NotFound]
) -> None:
    scenario.given(planned(JUNE, seats=MEN))
    scenario.when(WHY, by=by)
    scenario.then_refused(refusal)


@pytest.mark.parametrize("other", [Sex.F, Sex.UNSTATED])
def test_explanation_is_refused_when_the_panel_may_be_of_both_sexes(scenario: Scenario, other: Sex) -> None:
    scenario.given(planned(JUNE, seats=(MEN[0], replace(MEN[1], sex=other), *MEN[2:])))
    scenario.when(WHY, by=AS_RENEE)
    scenario.then_refused(PanelNotOfOneSex)


def test_explanation_depends_on_the_members_present_once_the_session_is_open(scenario: Scenario) -> None:
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
def test_explanation_of_a_panel_of_one_sex_needs_a_reason(scenario: Scenario, reason: str) -> None:
    scenario.given(planned(JUNE, seats=MEN))
    scenario.when(replace(WHY, reason=reason), by=AS_RENEE)
    scenario.then_refused(PanelNotOfOneSex)


def test_panel_of_one_sex_cannot_be_explained_once_the_session_is_closed(scenario: Scenario) -> None:
    scenario.given(planned(JUNE, seats=MEN), At(JUNE, (OPENED, SessionClosed(signatories=(PAUL,)))))
    scenario.when(WHY, by=AS_RENEE)
    scenario.then_refused(PanelNotOfOneSex)


def test_explanation_must_be_given_again_when_other_members_hold_the_seats_d6412_6() -> None:
    """An explanation given for the first member alone, or for the member who was replaced, does not count."""
    explained = PanelOfOneSexExplained(reason=Personal("x", RENEE))
    members, spare = [seat for seat in MEN if not seat.substitute], [seat for seat in MEN if seat.substitute]
    replaced = SubstituteSeated(substitute=spare[0].juror, replaced=members[-1].juror, seated_on=JURY_DAY)
    assert not session(members[:1], explained, *members[1:]).one_sex_explained
    assert session(members[:1], explained, *members[1:], explained).one_sex_explained
    assert session(members, explained, *spare, OPENED).one_sex_explained, "who waits to stand in holds no seat"
    assert not session(MEN, explained, replaced).one_sex_explained


def test_replay_finds_an_explanation_given_for_a_panel_of_both_sexes(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    forged = PanelOfOneSexExplained(reason=Personal("x", RENEE))
    assert scenario.forged(JUNE, forged, by=AS_RENEE) == [PanelNotOfOneSex.slug()]


def test_minutes_mention_the_explanation_only_for_a_panel_of_one_sex() -> None:
    explained = PanelOfOneSexExplained(reason=Personal("x", RENEE))
    men, both = (session(seats, explained, OPENED) for seats in (MEN, SEATS))
    assert minutes(men, {})["one_sex_explained"] is True
    assert "one_sex_explained" not in minutes(both, {})
    assert digest(men, {}) != digest(replace(men, one_sex_explained=False), {})


def session(seats, *facts) -> JurySession:
    return rebuilt(JurySession(id=JUNE), (*planned(JUNE, seats=seats).facts, *facts))
