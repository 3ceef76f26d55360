"""Notices of decisions to candidates, with their remedies, and the time limits that run from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.appeal.facts import ComplaintGround, ReviewRequested
from domain.appeal.rectification import Minuted
from domain.appeal.review import ReviewOutOfTime
from domain.calendar import Calendar
from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.facts import AdvisorNamed, AdvisorReleased, CandidacyOpened, RouteChanged
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.deadlines.notify_annulment import NotifyAnnulment
from domain.commands.deadlines.notify_result import NotifyResult
from domain.deadlines.deadline import Duty
from domain.deadlines.due import deadlines
from domain.deadlines.facts import AnnulmentNotified, NotificationChannel, ResultNotified
from domain.deadlines.notice import AlreadyNotified, NothingAnnulled, Notice, NoticeMisdated, NotSentByServer
from domain.framework.definition import Route
from domain.jury.annulled_decision import AlreadyAnnulled, Cause, DecisionNotReleased
from domain.jury.facts import DecisionAnnulled, ResultsReleased, SessionOpened
from domain.people.facts import RoleGranted
from domain.ports import SYSTEM, PersonId, Role, RulebookId
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished, RuleSetPublished
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.law import Law
from domain.rulebook.rule_set import HowKnown, RuleSet, RuleSetDate
from domain.rulebook.rulebook import Rulebook
from domain.standing.disclosure import disclosed
from tests.given.domain.people import (
    ADELE,
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    GENTLE,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PANEL,
    REVIEW,
    RULEBOOK,
    RULES,
    SIGNED,
    actor,
    annulled,
    as_reader,
    before_the_jury,
    ended,
    granted,
    heard,
    not_granted,
    person,
    planned,
    summoned,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario, fact_of

NOTIFY = NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST)
ANNULLED = NotifyAnnulment(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST)
ASK = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="x")
JULY = date(2021, 7, 1)
FIFTEEN_DAYS = RuleSet(
    id="vae-notice",
    reference="R6412-x",
    routes=(Route.VAE,),
    chosen_by=RuleSetDate.SESSION,
    first=date(2020, 1, 1),
    last=None,
    known=HowKnown.NOT_READ,
    source="known without having been read",
    rule_fr="Notification dans les quinze jours.",
    rule_en="Notice within fifteen days.",
    notice_within_days=15,
)


def told(scenario: Scenario) -> ResultNotified:
    (fact,) = scenario.then_recorded(ResultNotified)
    assert isinstance(fact, ResultNotified)
    return fact


def lawful(scenario: Scenario) -> bool:
    ours = {each.stamp.position for each in scenario.store.told if isinstance(each.fact, ResultNotified)}
    return not [each for each in replay(scenario.store.told) if each.position in ours]


def test_notice_states_its_day_its_channel_and_the_remedies(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(replace(NOTIFY, notified_on=JULY), by=AS_RENEE, on=date(2021, 7, 3))
    scenario.then(
        ResultNotified(
            session=JUNE,
            candidacy=MARIE_VAE,
            notified_on=JULY,
            channel=NotificationChannel.POST,
            remedies=(REVIEW,),
            annulment=0,
        )
    )
    assert lawful(scenario)


def test_notice_by_email_cannot_be_recorded_by_a_registrar(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(replace(NOTIFY, channel=NotificationChannel.EMAIL), by=AS_RENEE, on=JULY)
    scenario.then_refused(NotSentByServer)
    scenario.when(replace(NOTIFY, channel=NotificationChannel.EMAIL), by=SYSTEM, on=JULY)
    scenario.then_recorded(ResultNotified)
    assert lawful(scenario)


def test_time_limit_of_a_review_runs_from_the_notice_or_else_from_the_release(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))  # released on 15 June, two months
    scenario.when(ASK, by=AS_MARIE, on=date(2021, 8, 16))
    scenario.then_refused(ReviewOutOfTime)
    scenario.when(NOTIFY, by=AS_RENEE, on=JULY)
    scenario.when(ASK, by=AS_MARIE, on=date(2021, 9, 2))
    scenario.then_refused(ReviewOutOfTime)
    scenario.when(ASK, by=AS_MARIE, on=date(2021, 9, 1))
    scenario.then_recorded(ReviewRequested)


def test_time_limit_of_a_review_does_not_run_from_a_notice_without_remedies(scenario: Scenario) -> None:
    """Code de justice administrative R421-5 (known without having been read)."""
    silent = RulebookId(Rulebook.id_of("IMCI", 1))
    scenario.given(At(silent, (RulebookPublished(rules=replace(GENTLE, remedies=())),)))
    opened, *rest = won(MARIE_VAE)
    opening = fact_of(opened, CandidacyOpened)
    scenario.given(At(opened.stream, (replace(opening, rulebook=silent),)), *rest)
    scenario.when(NOTIFY, by=AS_RENEE)
    assert told(scenario).remedies == ()
    scenario.when(ASK, by=AS_MARIE, on=date(2031, 1, 1))
    scenario.then_recorded(ReviewRequested)


def test_remedies_of_the_notice_count_and_not_those_of_the_rulebook(scenario: Scenario) -> None:
    told_of_none = ResultNotified(
        session=JUNE, candidacy=MARIE_VAE, notified_on=JURY_DAY, channel=NotificationChannel.POST, remedies=()
    )
    scenario.given(*won(MARIE_VAE), At(Notice.id_of(JUNE, MARIE_VAE), (told_of_none,)))
    scenario.when(ASK, by=AS_MARIE, on=date(2031, 1, 1))
    scenario.then_recorded(ReviewRequested)


@pytest.mark.parametrize(("day", "late"), [(date(2021, 6, 30), False), (date(2021, 7, 1), True)])
def test_late_notice_is_recorded_with_the_last_day_of_the_law(scenario: Scenario, day: date, late: bool) -> None:
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=FIFTEEN_DAYS),)), *won(MARIE_VAE))
    scenario.when(NOTIFY, by=AS_RENEE, on=day)
    fact = told(scenario)
    assert (fact.due_on, fact.rule_set) == (date(2021, 6, 30), "vae-notice")
    assert (fact.notified_on > date(2021, 6, 30)) is late
    assert lawful(scenario)


def test_last_day_of_a_notice_follows_the_law_of_the_route_in_which_the_jury_decided(scenario: Scenario) -> None:
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=FIFTEEN_DAYS),)), *won(MARIE_VAE))
    scenario.given(At(MARIE_VAE, (RouteChanged(route=Route.CL, changed_on=date(2021, 6, 20)),)))
    scenario.when(NOTIFY, by=AS_RENEE, on=JULY)
    assert (told(scenario).due_on, told(scenario).rule_set) == (date(2021, 6, 30), "vae-notice")
    assert lawful(scenario)


def test_last_day_of_a_notice_moves_to_a_working_day_when_the_rulebook_says_so(scenario: Scenario) -> None:
    """26 June 2021 is a Saturday."""
    working = RulebookId(Rulebook.id_of("IMCI", 1))
    rules = replace(GENTLE, journeys=JourneyRules(calendar=Calendar(next_working_day=True)))
    scenario.given(At(working, (RulebookPublished(rules=rules),)))
    eleven = replace(FIFTEEN_DAYS, notice_within_days=11)
    opened, *rest = won(MARIE_VAE)
    opening = fact_of(opened, CandidacyOpened)
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=eleven),)))
    scenario.given(At(opened.stream, (replace(opening, rulebook=working),)), *rest)
    scenario.when(NOTIFY, by=AS_RENEE, on=date(2021, 6, 28))
    assert told(scenario).due_on == date(2021, 6, 28)
    assert lawful(scenario)


def test_last_day_of_a_notice_runs_from_the_day_on_which_the_jury_met(scenario: Scenario) -> None:
    met_on = date(2021, 6, 17)
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=FIFTEEN_DAYS),)), *vae_filed(MARIE_VAE), planned(JUNE))
    scenario.given(*summoned(JUNE, MARIE_VAE), At(JUNE, (SessionOpened(present=PANEL, opened_on=met_on),)))
    scenario.given(heard(MARIE_VAE), not_granted(MARIE_VAE, 1, 2, 3, 4))
    scenario.given(At(JUNE, (CLOSED, SIGNED, ResultsReleased(released_on=met_on))))
    scenario.when(NOTIFY, by=AS_RENEE, on=met_on)
    assert told(scenario).due_on == date(2021, 7, 2)


def test_decision_is_notified_once_and_again_after_a_rectification(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(NOTIFY, by=AS_RENEE)
    scenario.when(NOTIFY, by=AS_RENEE)
    scenario.then_refused(AlreadyNotified)
    says = Minuted(rulings={3: True})
    scenario.when(ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=says, reason="x"), by=AS_RENEE)
    scenario.when(ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x"), by=AS_PAUL)
    late = date(2022, 6, 1)
    scenario.when(NOTIFY, by=AS_RENEE, on=late)
    assert told(scenario).rectification == 1
    scenario.when(ASK, by=AS_MARIE, on=date(2022, 8, 2))
    scenario.then_refused(ReviewOutOfTime)
    scenario.when(ASK, by=AS_MARIE, on=date(2022, 8, 1))
    scenario.then_recorded(ReviewRequested)
    assert lawful(scenario)


def test_time_limit_does_not_run_before_the_notice_of_a_rectification(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    says = Minuted(rulings={3: True})
    scenario.when(ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=says, reason="x"), by=AS_RENEE)
    scenario.when(ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x"), by=AS_PAUL)
    scenario.when(ASK, by=AS_MARIE, on=date(2023, 1, 1))
    scenario.then_recorded(ReviewRequested)


@pytest.mark.parametrize("day", [date(2021, 6, 14), date(2021, 6, 16)], ids=["before the release", "tomorrow"])
def test_notice_cannot_be_dated_before_the_release_or_in_the_future(scenario: Scenario, day: date) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(replace(NOTIFY, notified_on=day), by=AS_RENEE)
    scenario.then_refused(NoticeMisdated)


def test_decision_that_is_not_released_or_of_another_jury_cannot_be_notified(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(not_granted(MARIE_VAE, 1, 2, 3, 4), ended(released=False))
    scenario.when(NOTIFY, by=AS_RENEE)
    scenario.then_refused(DecisionNotReleased)
    scenario.when(replace(NOTIFY, session=MARCH), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_annulled_decision_cannot_be_notified(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE))
    scenario.when(NOTIFY, by=AS_RENEE)
    scenario.then_refused(AlreadyAnnulled)


def test_annulment_is_notified_once_with_its_cause_and_remedies(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(ANNULLED, by=AS_RENEE)
    scenario.then_refused(NothingAnnulled)
    scenario.given(annulled(MARIE_VAE))
    for day in (JURY_DAY - timedelta(days=1), JULY + timedelta(days=1)):
        scenario.when(replace(ANNULLED, notified_on=day), by=AS_RENEE, on=JULY)
        scenario.then_refused(NoticeMisdated)
    scenario.when(replace(ANNULLED, notified_on=JURY_DAY), by=AS_RENEE, on=JURY_DAY)
    scenario.then_recorded(AnnulmentNotified)
    scenario.take_back()
    scenario.when(ANNULLED, by=AS_RENEE, on=JULY)
    scenario.then(
        AnnulmentNotified(
            session=JUNE,
            candidacy=MARIE_VAE,
            notified_on=JULY,
            channel=NotificationChannel.POST,
            cause=Cause.COURT,
            remedies=RULES.remedies,
            annulment=1,
        )
    )
    last = scenario.store.told[-1]
    assert last.stamp.position not in {each.position for each in replay(scenario.store.told)}
    told_to_her = {type(each.fact) for each in disclosed(as_reader(AS_MARIE), scenario.store.told)}
    assert AnnulmentNotified in told_to_her
    scenario.when(ANNULLED, by=AS_RENEE, on=JULY)
    scenario.then_refused(NothingAnnulled)
    scenario.when(replace(ANNULLED, session=MARCH), by=AS_RENEE)
    scenario.then_refused(NotFound)
    before = [each for each in scenario.store.told if not isinstance(each.fact, DecisionAnnulled)]
    assert "nothing-annulled" in {each.rule for each in replay(before)}, "of a decision that stands"


def test_notice_of_an_annulled_decision_is_not_due(scenario: Scenario) -> None:
    def due() -> list[date]:
        found = deadlines(scenario.log.find(Candidacy, MARIE_VAE), scenario.log.find)
        return [each.ends_on for each in found if each.clock.duty is Duty.NOTICE]

    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=FIFTEEN_DAYS),)), *won(MARIE_VAE))
    assert due() == [date(2021, 6, 30)]
    scenario.given(annulled(MARIE_VAE))
    assert due() == []


TO_ADVISOR = replace(FIFTEEN_DAYS, notice_to_advisor=True)
ACCOMPANIED = At(MARIE_VAE, (AdvisorNamed(advisor=ADELE, named_on=date(2021, 2, 1)),))
ZOE = person("zoe")
AS_ADELE = actor(ADELE, Role.ADVISOR)
PARTLY = (
    *vae_filed(MARIE_VAE),
    *before_the_jury(MARIE_VAE),
    heard(MARIE_VAE),
    granted(MARIE_VAE, 3),
    not_granted(MARIE_VAE, 1, 2, 4),
    ended(),
)


def test_advisor_is_notified_with_the_blocks_acquired_when_a_text_says_so_r6412_7(scenario: Scenario) -> None:
    """Code du travail R6412-7 al. 3 and 4: who is informed, and that a partial validation names its blocks."""
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=TO_ADVISOR),)), *PARTLY, ACCOMPANIED)
    scenario.when(NOTIFY, by=AS_RENEE)
    fact = told(scenario)
    assert (fact.advisor, fact.granted, fact.title) == (ADELE, (3,), False)
    assert lawful(scenario)
    for reader, sees in ((AS_ADELE, True), (AS_MARIE, True), (AS_NADIA, False)):
        seen = disclosed(as_reader(reader), scenario.store.told)
        assert any(isinstance(each.fact, ResultNotified) for each in seen) is sees


@pytest.mark.parametrize(
    ("text", "accompanied"),
    [(FIFTEEN_DAYS, (ACCOMPANIED,)), (replace(TO_ADVISOR, first=date(2021, 6, 16)), (ACCOMPANIED,))],
    ids=["of a text that says nothing of it", "of a jury before it binds"],
)
def test_advisor_is_not_notified_when_no_text_says_so_r6412_7(
    scenario: Scenario, text: RuleSet, accompanied: tuple[At, ...]
) -> None:
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=text),)), *PARTLY, *accompanied)
    scenario.when(NOTIFY, by=AS_RENEE)
    fact = told(scenario)
    assert (fact.advisor, fact.granted) == (None, ())
    seen = disclosed(as_reader(AS_ADELE), scenario.store.told)
    assert not any(isinstance(each.fact, ResultNotified) for each in seen)


@pytest.mark.parametrize(
    ("released_on", "another", "advisor"),
    [
        (JURY_DAY - timedelta(days=1), False, None),
        (JURY_DAY - timedelta(days=1), True, ZOE),
        (JURY_DAY, True, ADELE),
        (JURY_DAY + timedelta(days=1), False, ADELE),
        (JURY_DAY + timedelta(days=1), True, ADELE),
    ],
)
def test_advisor_on_the_day_of_the_hearing_is_notified_even_when_released_since_r6412_7(
    scenario: Scenario, released_on: date, another: bool, advisor: PersonId | None
) -> None:
    left = (AdvisorReleased(advisor=ADELE, released_on=released_on),)
    named = (AdvisorNamed(advisor=ZOE, named_on=released_on),) if another else ()
    changed = At(MARIE_VAE, (*left, *named))
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=TO_ADVISOR),)), *PARTLY, ACCOMPANIED, changed)
    scenario.when(NOTIFY, by=AS_RENEE)
    assert (told(scenario).advisor, told(scenario).granted) == (advisor, (3,))


def test_result_cannot_be_notified_by_the_candidate_themselves(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(NOTIFY, by=AS_MARIE)
    scenario.then_refused(Forbidden)
    scenario.when(NOTIFY, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


def test_notice_is_shown_to_the_candidate_but_not_to_jurors(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(NOTIFY, by=AS_RENEE)
    assert any(isinstance(each.fact, ResultNotified) for each in disclosed(as_reader(AS_MARIE), scenario.store.told))
    assert not any(
        isinstance(each.fact, ResultNotified) for each in disclosed(as_reader(AS_NADIA), scenario.store.told)
    )


def test_replay_finds_a_forged_notice(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(NOTIFY, by=AS_RENEE)
    *before, last = scenario.store.told

    def verdict(**changes: object) -> list[str]:
        changed = replace(last, fact=replace(last.fact, **changes))
        return [each.rule for each in replay([*before, changed]) if each.position == last.stamp.position]

    assert verdict() == []
    assert verdict(remedies=()) == ["decided-otherwise"]
    assert verdict(due_on=JULY) == ["decided-otherwise"]
    assert verdict(notified_on=JURY_DAY.replace(year=2020)) == ["notice-misdated"]
    assert RULEBOOK
