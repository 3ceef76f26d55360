"""Deadlines that run, when they end, and their reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.framework_file import read_law, shipped
from domain.calendar import Calendar
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import (
    AdmissibilityDecided,
    CandidacyWithdrawn,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    FilingChannel,
    ValidationFileSubmitted,
)
from domain.commands.deadlines.give_reminder import GiveReminder
from domain.deadlines.deadline import Deadline, Duty, RunningPeriod, passed
from domain.deadlines.due import deadlines
from domain.deadlines.facts import NotificationChannel as Told
from domain.deadlines.facts import ReminderGiven, ResultNotified
from domain.deadlines.notice import Notice
from domain.deadlines.reminder import AlreadyReminded, NothingDue
from domain.fact import Fact, Personal
from domain.framework.facts import RegistrationEnded
from domain.framework.registration import Registration
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateNotHeard, CandidateReferred, DeliberationFact, DeliberationOpened
from domain.ports import SYSTEM, RulebookId
from domain.refusal import Forbidden
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished, RuleSetPublished
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.law import R335_7, THE_LAW
from tests.given.domain.people import (
    AS_RENEE,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    PANEL,
    RULES,
    applied,
    before_the_jury,
    ended,
    granted,
    heard,
    ruled,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

PERIODS = replace(
    R335_7, id="R6412", admissibility=None, jury_within_months=3, notice_within_days=15, declaration_within_months=3
)
LAW = (THE_LAW, At(Law.the(), (RuleSetPublished(rule_set=PERIODS),)))
WEEK = RulebookId(Rulebook.id_of("IMCI", 3))
A_WEEK_BEFORE = replace(RULES, version=3, journeys=JourneyRules(remind_days=7, lapses_after_months=12))
PUBLISHED = At(WEEK, (RulebookPublished(rules=A_WEEK_BEFORE),))
RECEIVED = FeasibilityFileSubmitted(received_on=date(2021, 2, 1), channel=FilingChannel.PORTAL)
FILED = (
    *vae_filed(MARIE_VAE, WEEK)[:-1],
    At(MARIE_VAE, (ValidationFileSubmitted(evidence=(), filed_on=date(2021, 3, 10)),)),
)
WAITING = (applied(MARIE_VAE, WEEK), At(MARIE_VAE, (RECEIVED,)))
DECIDED = (
    *vae_filed(MARIE_VAE, WEEK),
    *before_the_jury(MARIE_VAE),
    heard(MARIE_VAE),
    ruled(MARIE_VAE, range(21, 26)),
    granted(MARIE_VAE, 3),
    ended(),
)


def remind(duty: Duty, *, of_jury: bool = False) -> GiveReminder:
    return GiveReminder(candidacy=MARIE_VAE, duty=duty, session=JUNE if of_jury else None)


CASES = [
    (
        Duty.ADMISSIBILITY,
        False,
        WAITING,
        date(2021, 4, 1),
        "CE-R335-7-2019",
    ),
    (Duty.JURY, False, FILED, date(2021, 6, 10), "R6412"),
    (Duty.NOTICE, True, DECIDED, date(2021, 6, 30), "R6412"),
    (Duty.DECLARATION, True, won(MARIE_VAE), date(2021, 9, 15), "R6412"),
    (Duty.LAPSE, False, (applied(MARIE_VAE, WEEK),), date(2022, 1, 4), None),
    (Duty.REGISTRATION, False, (applied(MARIE_VAE, WEEK),), date(2023, 12, 18), None),
]


def test_time_to_decide_does_not_run_while_pieces_are_awaited_or_once_decided(scenario: Scenario) -> None:
    lacks = FeasibilityFileFoundIncomplete(found_on=date(2021, 2, 8), missing=Personal("x", MARIE))
    scenario.given(*LAW, PUBLISHED, *WAITING, At(MARIE_VAE, (lacks,)))
    scenario.when(remind(Duty.ADMISSIBILITY), by=SYSTEM, on=date(2021, 4, 1))
    scenario.then_refused(NothingDue)
    came = FeasibilityFileCompleted(received_on=date(2021, 2, 15), channel=FilingChannel.PORTAL)
    decided = AdmissibilityDecided(admissible=True, file_received_on=date(2021, 2, 1), decided_on=date(2021, 2, 1))
    scenario.given(At(MARIE_VAE, (came, decided)))
    scenario.when(remind(Duty.ADMISSIBILITY), by=SYSTEM, on=date(2021, 4, 8))
    scenario.then_refused(NothingDue)


@pytest.mark.parametrize(("duty", "of_jury", "given", "ends_on", "text"), CASES, ids=[case[0] for case in CASES])
def test_reminder_of_a_deadline_is_given_once_in_time_and_names_its_text(  # noqa: PLR0917
    scenario: Scenario, duty: Duty, of_jury: bool, given: tuple[At, ...], ends_on: date, text: str | None
) -> None:
    scenario.given(*LAW, PUBLISHED, *given)
    days = 0 if duty is Duty.DECLARATION else 7  # that candidacy is under the first rulebook
    early, due = date.fromordinal(ends_on.toordinal() - days - 1), date.fromordinal(ends_on.toordinal() - days)
    scenario.when(remind(duty, of_jury=of_jury), by=SYSTEM, on=early)
    scenario.then_refused(NothingDue)
    scenario.when(remind(duty, of_jury=of_jury), by=SYSTEM, on=due)
    session = JUNE if of_jury else None
    scenario.then(ReminderGiven(candidacy=MARIE_VAE, duty=duty, session=session, ends_on=ends_on, rule_set=text))
    assert [each for each in replay(scenario.store.told) if each.position > scenario.head] == []
    scenario.when(remind(duty, of_jury=of_jury), by=SYSTEM, on=due)
    scenario.then_refused(AlreadyReminded)


@pytest.mark.parametrize("duty", list(Duty))
def test_reminder_can_be_given_only_by_the_system(scenario: Scenario, duty: Duty) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(remind(duty), by=AS_RENEE)
    scenario.then_refused(Forbidden)


TOLD = ResultNotified(session=JUNE, candidacy=MARIE_VAE, notified_on=JURY_DAY, channel=Told.POST, remedies=())


@pytest.mark.parametrize(
    ("duty", "of_jury", "given"),
    [
        (Duty.JURY, False, DECIDED),
        (Duty.NOTICE, True, (*DECIDED, At(Notice.id_of(JUNE, MARIE_VAE), (TOLD,)))),
        (Duty.DECLARATION, True, DECIDED),
        (Duty.LAPSE, False, won(MARIE_VAE)),
        (Duty.REGISTRATION, False, won(MARIE_VAE)),
        (Duty.ADMISSIBILITY, False, DECIDED),
        (Duty.REGISTRATION, False, (applied(MARIE_VAE), At(MARIE_VAE, (CandidacyWithdrawn(withdrawn_on=JURY_DAY),)))),
    ],
    ids=["a jury met", "told", "no title", "titled", "titled too", "decided", "withdrawn"],
)
def test_deadline_of_a_duty_already_done_does_not_run(
    scenario: Scenario, duty: Duty, of_jury: bool, given: tuple[At, ...]
) -> None:
    scenario.given(*LAW, PUBLISHED, *given)
    scenario.when(remind(duty, of_jury=of_jury), by=SYSTEM, on=date(2024, 1, 1))
    scenario.then_refused(NothingDue)


def test_deadline_of_the_law_does_not_run_when_no_law_is_published(scenario: Scenario) -> None:
    scenario.given(PUBLISHED, *DECIDED)
    scenario.when(remind(Duty.NOTICE, of_jury=True), by=SYSTEM, on=date(2021, 12, 1))
    scenario.then_refused(NothingDue)


def test_earlier_end_of_a_registration_is_a_new_deadline(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(remind(Duty.REGISTRATION), by=SYSTEM, on=date(2023, 12, 18))
    scenario.then_recorded(ReminderGiven)
    end = RegistrationEnded(framework=FRAMEWORK, ends_on=date(2023, 6, 1), ground="x")
    scenario.given(At(Registration.id_of(FRAMEWORK), (end,)))
    scenario.when(remind(Duty.REGISTRATION), by=SYSTEM, on=date(2023, 12, 18))
    (fact,) = scenario.then_recorded(ReminderGiven)
    assert isinstance(fact, ReminderGiven)
    assert fact.ends_on == date(2023, 6, 1)


@pytest.mark.parametrize(("day", "kept"), [(date(2023, 12, 18), True), (date(2023, 12, 19), False)])
def test_end_of_a_registration_is_no_deadline_for_a_candidate_who_keeps_its_benefit_by_l6113_9(
    scenario: Scenario, day: date, kept: bool
) -> None:
    """Code du travail L6113-9 al. 2: admissible in VAE by its last day."""
    decided = AdmissibilityDecided(admissible=True, file_received_on=date(2023, 11, 2), decided_on=day)
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (decided,)))
    scenario.when(remind(Duty.REGISTRATION), by=SYSTEM, on=day)
    scenario.then_recorded(ReminderGiven)
    texts = read_law(shipped("law-enregistrement.yaml"))
    scenario.given(At(Law.the(), tuple(RuleSetPublished(rule_set=each) for each in texts)))
    later = RegistrationEnded(framework=FRAMEWORK, ends_on=date(2023, 12, 18), ground="x")
    scenario.given(At(Registration.id_of(FRAMEWORK), (later,)))
    scenario.when(remind(Duty.REGISTRATION), by=SYSTEM, on=day)
    scenario.then_refused(NothingDue if kept else AlreadyReminded)


def test_notice_of_a_decision_is_still_due_after_a_withdrawal(scenario: Scenario) -> None:
    scenario.given(*LAW, PUBLISHED, *DECIDED, At(MARIE_VAE, (CandidacyWithdrawn(withdrawn_on=JURY_DAY),)))
    scenario.when(remind(Duty.NOTICE, of_jury=True), by=SYSTEM, on=date(2021, 6, 30))
    scenario.then_recorded(ReminderGiven)


def test_replay_finds_a_reminder_of_a_deadline_that_does_not_run(scenario: Scenario) -> None:
    scenario.given(*LAW, PUBLISHED, applied(MARIE_VAE, WEEK))
    scenario.when(remind(Duty.LAPSE), by=SYSTEM, on=date(2022, 1, 4))
    (told,) = scenario.store.told[scenario.head :]
    assert isinstance(told.fact, ReminderGiven)
    wrong: list[Fact] = [
        replace(told.fact, ends_on=date(2022, 1, 5)),
        replace(told.fact, duty=Duty.JURY),
        replace(told.fact, rule_set="x"),
    ]
    for fact in wrong:
        facts = [*scenario.store.told[: scenario.head], replace(told, fact=fact)]
        assert [each.position for each in replay(facts)][-1:] == [told.stamp.position]


@pytest.mark.parametrize(
    ("said", "runs"),
    [
        (CandidateNotHeard(session=JUNE, candidacy=MARIE_VAE, attendance=Attendance.EXCUSED), True),
        (CandidateNotHeard(session=JUNE, candidacy=MARIE_VAE, attendance=Attendance.ABSENT), False),
        (CandidateReferred(session=JUNE, candidacy=MARIE_VAE, rule="quorum-not-met"), True),
        (DeliberationOpened(session=JUNE, candidacy=MARIE_VAE, panel=PANEL), False),
    ],
    ids=["excused", "absent", "sent before another", "taken up"],
)
def test_deadline_of_the_jury_runs_until_a_jury_has_met_with_the_candidate(
    scenario: Scenario, said: DeliberationFact, runs: bool
) -> None:
    """A candidate excused, or referred to another jury, must still come before one in the time that the law
    states."""
    where = Deliberation.id_of(JUNE, MARIE_VAE)
    scenario.given(*LAW, PUBLISHED, *FILED, *before_the_jury(MARIE_VAE), At(where, (said,)), ended())
    log = scenario.log
    due = [each for each in deadlines(log.find(Candidacy, MARIE_VAE), log.find) if each.clock.duty is Duty.JURY]
    assert [each.ends_on for each in due] == ([date(2021, 6, 10)] if runs else [])


@pytest.mark.parametrize(
    ("zone", "duty", "over"),
    [
        ("Europe/Paris", Duty.LAPSE, True),
        ("America/Martinique", Duty.LAPSE, False),
        ("America/Martinique", Duty.REGISTRATION, True),
        ("Pacific/Noumea", Duty.LAPSE, True),
    ],
)
def test_deadline_is_over_at_midnight_in_the_time_zone_of_the_rulebook(zone: str, duty: Duty, over: bool) -> None:
    """On the day after the last one in Paris, the last day is not over yet in Fort-de-France."""
    rules = replace(RULES, journeys=JourneyRules(calendar=Calendar(zone=zone)))
    found = Deadline(clock=RunningPeriod(duty=duty, since=JURY_DAY), ends_on=date(2021, 12, 15))
    days = [date(2021, 12, day) for day in (15, 16, 17)]
    assert [passed(found, rules, day) for day in days] == [False, over, True]
