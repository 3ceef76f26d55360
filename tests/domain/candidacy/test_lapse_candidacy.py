"""Lapse of a candidacy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.appeal.facts import RectificationApproved
from domain.appeal.rectification import Minuted
from domain.calendar import Calendar
from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.candidacy_life import CandidacyEnded, NotLapsed
from domain.candidacy.facts import (
    BlocksSought,
    CandidacyLapsed,
    CandidacyOpened,
    CandidateSummoned,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    FilingChannel,
    RouteChanged,
    ValidationFileSubmitted,
)
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.candidacy.lapse_candidacy import LapseCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.jury.release_results import ReleaseResults
from domain.deadlines.deadline import Deadline, Duty
from domain.deadlines.due import deadlines
from domain.deadlines.facts import NotificationChannel as By
from domain.deadlines.last_step import course_of
from domain.deadlines.notice import NoticeMisdated, taken_from
from domain.fact import Personal
from domain.framework.definition import Route
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    CandidateFreed,
    CandidateListed,
    CandidateNotHeard,
    CandidateReferred,
    DecisionRectified,
    SessionOpened,
)
from domain.people.facts import RoleGranted
from domain.ports import SYSTEM, Actor, Role, RulebookId
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    ENOUGH,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    PANEL,
    RELEASED,
    RENEWED_SEATS,
    RULES,
    SIGNED,
    actor,
    admissible,
    annulled,
    applied,
    before_the_jury,
    ended,
    granted,
    heard,
    opened,
    plan,
    planned,
    pronounced,
    ruled,
    session_of,
    summoned,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario, fact_of, rebuilt

SIX = replace(RULES, version=3, journeys=JourneyRules(lapses_after_months=6))
SIX_MONTHS = RulebookId(Rulebook.id_of("IMCI", 3))
PUBLISHED = At(SIX_MONTHS, (RulebookPublished(rules=SIX),))
LAPSE = LapseCandidacy(candidacy=MARIE_VAE)


@pytest.mark.parametrize("by", [SYSTEM, AS_RENEE], ids=["the system", "the registrar"])
def test_candidacy_lapses_on_the_day_after_its_period(scenario: Scenario, by: Actor) -> None:
    scenario.given(PUBLISHED, applied(MARIE_VAE, SIX_MONTHS))
    scenario.when(LAPSE, by=by, on=date(2021, 7, 4))
    scenario.then_refused(NotLapsed)
    scenario.when(LAPSE, by=by, on=date(2021, 7, 5))
    scenario.then(CandidacyLapsed(since=date(2021, 1, 4), last_day=date(2021, 7, 4)))
    assert [each for each in replay(scenario.store.told) if each.position > scenario.head] == []


def test_candidacy_does_not_lapse_when_the_rulebook_states_no_period(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 7, 5))
    scenario.then_refused(NotLapsed)


def test_candidacy_does_not_lapse_while_the_candidate_is_called_before_a_jury(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(LAPSE, by=SYSTEM, on=date(2022, 7, 5))
    scenario.then_refused(NotLapsed)


def test_hearing_by_a_commission_does_not_count_as_a_meeting_of_the_jury() -> None:
    """A jury has still to rule on what the commission proposed: the time to return does not run from it."""
    commission = session_of([replace(plan(), reports_to=MARCH), SessionOpened(present=PANEL, opened_on=JURY_DAY)])
    jury = session_of([plan(), SessionOpened(present=PANEL, opened_on=JURY_DAY)])
    stream = Deliberation.id_of(JUNE, MARIE_VAE)
    said = rebuilt(Deliberation(id=stream), heard(MARIE_VAE).facts)
    assert course_of(MARIE_VAE, [(commission, said)]).met_on is None
    assert course_of(MARIE_VAE, [(jury, said)]).met_on == JURY_DAY


def called_before_a_commission(scenario: Scenario) -> list[Deadline]:
    """Call a candidate of a training route before a commission; return the lapse deadlines that run."""
    commission = replace(plan(rulebook=SIX_MONTHS), reports_to=MARCH)
    scenario.given(PUBLISHED, applied(MARIE_FI, SIX_MONTHS), planned(JUNE, commission), *summoned(JUNE, MARIE_FI))
    return running_lapse(scenario)


def running_lapse(scenario: Scenario) -> list[Deadline]:
    log = scenario.log
    return [each for each in deadlines(log.find(Candidacy, MARIE_FI), log.find) if each.clock.duty is Duty.LAPSE]


def test_lapse_is_not_announced_while_the_candidate_waits_for_a_commission(scenario: Scenario) -> None:
    """A reminder would name a day on which the command refuses to end the candidacy."""
    assert called_before_a_commission(scenario) == []
    scenario.given(opened(JUNE), heard(MARIE_FI), ended(released=False))
    assert running_lapse(scenario) == []


def test_candidacy_freed_from_a_commission_lapses_one_period_after_it_sat(scenario: Scenario) -> None:
    called_before_a_commission(scenario)
    free = CandidateFreed(candidacy=MARIE_FI, work_travels=True, reason=Personal("x", MARIE))
    scenario.given(opened(JUNE), heard(MARIE_FI), ended(released=False), At(JUNE, (free,)))
    assert [each.ends_on for each in running_lapse(scenario)] == [date(2021, 12, 15)]
    scenario.when(replace(LAPSE, candidacy=MARIE_FI), by=SYSTEM, on=date(2021, 12, 15))
    scenario.then_refused(NotLapsed)
    scenario.when(replace(LAPSE, candidacy=MARIE_FI), by=SYSTEM, on=date(2021, 12, 16))
    scenario.then(CandidacyLapsed(since=JURY_DAY, last_day=date(2021, 12, 15)))


def test_candidacy_with_its_title_does_not_lapse(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 7, 5))
    scenario.then_refused(NotLapsed)


def test_period_before_a_lapse_runs_from_the_last_step_including_a_jurys_session(scenario: Scenario) -> None:
    partly = (heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), *partly)
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 12, 15))
    scenario.then_refused(NotLapsed)
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 12, 16))
    scenario.then(CandidacyLapsed(since=date(2021, 6, 15), last_day=date(2021, 12, 15)))


@pytest.mark.parametrize(("cause", "lapses"), [(Cause.COURT, False), (Cause.REVIEW, False), (Cause.FRAUD, True)])
def test_candidacy_whose_decision_was_annulled_without_fault_does_not_lapse_before_another_jury(
    scenario: Scenario, cause: Cause, lapses: bool
) -> None:
    """Otherwise an annulment two years later would end the candidacy on the next day, for a fault of the jury."""
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE), ended())
    scenario.given(annulled(MARIE_VAE, cause=cause))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 1, 5))
    if lapses:
        scenario.then_recorded(CandidacyLapsed)
    else:
        scenario.then_refused(NotLapsed)


def test_jury_that_decided_before_an_annulment_is_not_the_jury_owed(scenario: Scenario) -> None:
    partly = (heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), *partly)
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 1, session=MARCH), ended(MARCH), annulled(MARIE_VAE, MARCH))
    found = deadlines(scenario.log.find(Candidacy, MARIE_VAE), scenario.log.find)
    assert Duty.LAPSE not in {each.clock.duty for each in found}


def test_candidacy_lapses_once_the_jury_owed_after_an_annulment_has_met(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended(), annulled(MARIE_VAE))
    scenario.given(planned(MARCH, seats=RENEWED_SEATS))
    listed = CandidateListed(candidacy=MARIE_VAE, candidate=MARIE, barred=PANEL, renews=(JUNE,))
    scenario.given(At(MARCH, (listed,)), At(MARIE_VAE, (CandidateSummoned(session=MARCH),)))
    scenario.given(opened(MARCH), At(MARCH, (CLOSED, SIGNED, RELEASED)))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 1, 5))
    scenario.then_recorded(CandidacyLapsed)


def test_candidacy_cannot_lapse_twice(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, applied(MARIE_VAE, SIX_MONTHS), admissible(MARIE_VAE))
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 7, 5))
    scenario.then_recorded(CandidacyLapsed)
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 7, 6))
    scenario.then_refused(CandidacyEnded)


def test_registrar_cannot_let_their_own_candidacy_lapse(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(LAPSE, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


# No lapse while the certifier must act


def file_of(day: date) -> At:
    return At(MARIE_VAE, (ValidationFileSubmitted(evidence=(), filed_on=day),))


LATE = date(2023, 1, 5)


def lapses(scenario: Scenario) -> bool:
    """Return whether the candidacy lapses two years later; command, replay and deadlines must agree."""
    log = scenario.log
    found = [each for each in deadlines(log.find(Candidacy, MARIE_VAE), log.find) if each.clock.duty is Duty.LAPSE]
    if not found:
        scenario.when(LAPSE, by=SYSTEM, on=LATE)
        scenario.then_refused(NotLapsed)
        last = log.find(Candidacy, MARIE_VAE).step_on
        forged = CandidacyLapsed(since=last, last_day=SIX.journeys.lapses(last) or last)
        assert scenario.forged(MARIE_VAE, forged, by=SYSTEM, on=LATE) == ["not-lapsed"]
        return False
    lapsed = CandidacyLapsed(since=found[0].clock.since, last_day=found[0].ends_on)
    assert scenario.forged(MARIE_VAE, lapsed, by=SYSTEM, on=LATE) == []
    scenario.when(LAPSE, by=SYSTEM, on=LATE)
    scenario.then(lapsed)
    return True


def test_candidacy_does_not_lapse_while_the_certifier_has_the_complete_feasibility_file(scenario: Scenario) -> None:
    """Code du travail R335_7-2: the certifier's time runs then; a missing piece lets the candidate's run again."""
    received = FeasibilityFileSubmitted(received_on=date(2021, 2, 1), channel=FilingChannel.PORTAL)
    scenario.given(PUBLISHED, applied(MARIE_VAE, SIX_MONTHS), At(MARIE_VAE, (received,)))
    assert not lapses(scenario)
    scenario.given(At(MARIE_VAE, (FeasibilityFileFoundIncomplete(found_on=JURY_DAY, missing=Personal("x", MARIE)),)))
    assert lapses(scenario)


def test_candidacy_does_not_lapse_between_the_validation_file_and_the_jury(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS)[:-1], file_of(date(2021, 2, 1)))
    assert not lapses(scenario)
    scenario.given(*before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)))
    scenario.given(granted(MARIE_VAE, 3), ended())
    assert lapses(scenario)


def test_candidacy_does_not_lapse_once_the_file_is_submitted_again_after_a_jury(scenario: Scenario) -> None:
    partly = (heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), *partly)
    scenario.given(file_of(date(2021, 9, 1)))
    assert not lapses(scenario)


@pytest.mark.parametrize(("attendance", "due"), [(Attendance.EXCUSED, True), (Attendance.ABSENT, False)])
def test_candidacy_of_an_excused_candidate_does_not_lapse_but_that_of_an_absent_one_does(
    scenario: Scenario, attendance: Attendance, due: bool
) -> None:
    away = CandidateNotHeard(session=JUNE, candidacy=MARIE_VAE, attendance=attendance)
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS)[:-1], file_of(date(2021, 2, 1)))
    scenario.given(*before_the_jury(MARIE_VAE), At(Deliberation.id_of(JUNE, MARIE_VAE), (away,)), ended())
    assert lapses(scenario) is not due


def test_candidacy_referred_to_another_jury_does_not_lapse_until_that_jury_has_met(scenario: Scenario) -> None:
    """This holds by any route: the candidate waits for the certifier to call another jury."""
    referred = CandidateReferred(session=JUNE, candidacy=MARIE_VAE, rule="quorum-not-met")
    partly = (RouteChanged(route=Route.FC, changed_on=date(2021, 1, 5)),)
    scenario.given(PUBLISHED, applied(MARIE_VAE, SIX_MONTHS), At(MARIE_VAE, partly), *before_the_jury(MARIE_VAE))
    scenario.given(At(Deliberation.id_of(JUNE, MARIE_VAE), (referred,)), ended())
    assert not lapses(scenario)
    scenario.given(planned(MARCH, plan(LATER_DAY), RENEWED_SEATS), *summoned(MARCH, MARIE_VAE), opened(MARCH))
    scenario.given(heard(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(LAPSE, by=SYSTEM, on=date(2022, 9, 2))
    scenario.then_recorded(CandidacyLapsed)


def test_candidacy_does_not_lapse_once_every_block_sought_is_held(scenario: Scenario) -> None:
    """The candidate had nothing left to do; seeking more blocks is a step, from which the period runs again."""
    sought = replace(fact_of(applied(MARIE_VAE, SIX_MONTHS), CandidacyOpened), blocks=(3,))
    won_it = (heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(PUBLISHED, At(MARIE_VAE, (sought,)), *vae_filed(MARIE_VAE)[1:], *before_the_jury(MARIE_VAE))
    scenario.given(*won_it)
    assert not lapses(scenario)
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=(3, 4)), by=AS_MARIE, on=date(2022, 7, 1))
    scenario.then(BlocksSought(blocks=(3, 4), sought_on=date(2022, 7, 1)))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 1, 1))
    scenario.then_refused(NotLapsed)
    assert lapses(scenario)


def test_candidacy_lapses_at_midnight_in_the_time_zone_of_the_rulebook(scenario: Scenario) -> None:
    """Midnight in Fort-de-France comes hours after midnight in Paris."""
    martinique = JourneyRules(lapses_after_months=6, calendar=Calendar(zone="America/Martinique"))
    rules = RulebookPublished(rules=replace(SIX, journeys=martinique))
    scenario.given(At(SIX_MONTHS, (rules,)), applied(MARIE_VAE, SIX_MONTHS))
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 7, 5))
    scenario.then_refused(NotLapsed)
    lapsed = CandidacyLapsed(since=date(2021, 1, 4), last_day=date(2021, 7, 4))
    assert scenario.forged(MARIE_VAE, lapsed, by=SYSTEM, on=date(2021, 7, 5)) == ["not-lapsed"]
    scenario.when(LAPSE, by=SYSTEM, on=date(2021, 7, 6))
    scenario.then(lapsed)
    assert scenario.wrong() == []


# Title taken by a rectification


RECTIFIED_ON, TOLD_ON = date(2023, 1, 5), date(2023, 1, 20)
NOTICE = NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=By.POST)
PROPOSE = ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=Minuted(rulings={27: False}), reason="x")
APPROVE = ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x")


def keyed_as_won(scenario: Scenario) -> None:
    """Take from Marie by a rectification, in 2023, block 4 and the title keyed for her by mistake in 2021."""
    keyed_four_blocks(scenario, released=True)
    scenario.when(NOTICE, by=AS_RENEE, on=date(2021, 7, 1))
    scenario.when(PROPOSE, by=AS_RENEE, on=RECTIFIED_ON)
    scenario.when(APPROVE, by=AS_PAUL, on=RECTIFIED_ON)
    scenario.then_recorded(RectificationApproved, DecisionRectified)


def keyed_four_blocks(scenario: Scenario, *, released: bool) -> None:
    scenario.given(PUBLISHED, *vae_filed(MARIE_VAE, SIX_MONTHS), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    lacking = (number for number in range(1, 31) if number not in ENOUGH)
    scenario.given(ruled(MARIE_VAE, ENOUGH, lacking), granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE))
    scenario.given(ended(released=released))


def test_candidate_who_loses_a_title_to_a_rectification_has_the_whole_period_from_its_notice(
    scenario: Scenario,
) -> None:
    """Otherwise the candidacy would end on the day on which the candidate learns that they never had the title."""
    keyed_as_won(scenario)
    assert not lapses(scenario)
    scenario.when(replace(NOTICE, notified_on=date(2023, 1, 4)), by=AS_RENEE, on=TOLD_ON)
    scenario.then_refused(NoticeMisdated)
    scenario.when(NOTICE, by=AS_RENEE, on=TOLD_ON)
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 7, 20))
    scenario.then_refused(NotLapsed)
    (found,) = (each for each in deadlines(scenario.log.find(Candidacy, MARIE_VAE), scenario.log.find) if lapse(each))
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 7, 21))
    scenario.then(CandidacyLapsed(since=TOLD_ON, last_day=date(2023, 7, 20)))
    assert (found.clock.since, found.ends_on) == (TOLD_ON, date(2023, 7, 20))
    assert scenario.wrong() == []


def test_later_rectification_that_takes_nothing_does_not_change_the_day_of_the_notice(scenario: Scenario) -> None:
    """Otherwise the candidacy would not lapse before a notice of a harmless change, and then have its period
    again."""
    keyed_as_won(scenario)
    scenario.when(NOTICE, by=AS_RENEE, on=TOLD_ON)
    harmless, late = replace(PROPOSE, minuted=Minuted(rulings={5: True})), date(2023, 7, 1)
    scenario.when(harmless, by=AS_RENEE, on=late)
    scenario.when(APPROVE, by=AS_PAUL, on=late)
    scenario.then_recorded(RectificationApproved, DecisionRectified)
    for told in (False, True):
        if told:
            scenario.when(NOTICE, by=AS_RENEE, on=late)
        (taken,) = taken_from(scenario.log.find, scenario.log.find(Candidacy, MARIE_VAE))
        assert taken.told_on == TOLD_ON
    scenario.when(LAPSE, by=SYSTEM, on=date(2023, 7, 21))
    scenario.then(CandidacyLapsed(since=TOLD_ON, last_day=date(2023, 7, 20)))
    assert scenario.wrong() == []


def test_rectification_before_the_release_takes_nothing_and_the_period_runs_without_a_notice(
    scenario: Scenario,
) -> None:
    """Otherwise the candidacy would never lapse when the certifier records no notice."""
    keyed_four_blocks(scenario, released=False)
    on = JURY_DAY
    scenario.when(PROPOSE, by=AS_RENEE, on=on)
    scenario.when(APPROVE, by=AS_PAUL, on=on)
    (_, found) = scenario.then_recorded(RectificationApproved, DecisionRectified)
    assert isinstance(found, DecisionRectified)
    assert (found.not_granted, found.title, found.made_known) == ((4,), False, False)
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE, on=on)
    assert taken_from(scenario.log.find, scenario.log.find(Candidacy, MARIE_VAE)) == ()
    assert lapses(scenario)
    assert scenario.wrong() == []
    deliberation = Deliberation.id_of(JUNE, MARIE_VAE)
    assert scenario.forged(deliberation, replace(found, made_known=True), by=AS_PAUL, on=on)


def test_rectification_that_gives_back_what_another_took_leaves_nothing_taken(scenario: Scenario) -> None:
    keyed_as_won(scenario)
    scenario.when(replace(PROPOSE, minuted=Minuted(rulings={27: True}, title=True)), by=AS_RENEE, on=RECTIFIED_ON)
    scenario.when(APPROVE, by=AS_PAUL, on=RECTIFIED_ON)
    assert taken_from(scenario.log.find, scenario.log.find(Candidacy, MARIE_VAE)) == ()


def lapse(found: Deadline) -> bool:
    return found.clock.duty is Duty.LAPSE
