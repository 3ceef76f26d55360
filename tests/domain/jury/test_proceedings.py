"""Proceedings stated in the minutes: hours, attendance, votes and revised decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any, get_args

import pytest

from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.confirm_decision import ConfirmDecision
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.note_member_absent import NoteMemberAbsent
from domain.commands.jury.note_member_left import NoteMemberLeft
from domain.commands.jury.note_member_returned import NoteMemberReturned
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.jury.decision import Undoing
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    CandidateFreed,
    CandidateListed,
    CandidateTakenBack,
    ChairNamed,
    ChairRemoved,
    ChairReplaced,
    CommissionNamed,
    CompetenceProposed,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DeliberationFact,
    DeliberationReopened,
    JurorAppointed,
    JurorRecused,
    JurorRemoved,
    JurySessionFact,
    KeyedFromPaper,
    MemberLeft,
    MemberLeftDeliberation,
    MinutesSignatureRefused,
    MinutesSigned,
    MinutesTranscribed,
    PanelDerogationGranted,
    PanelOfOneSexExplained,
    ReleaseResumed,
    ReleaseWithheld,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    ResultsReleased,
    SessionCancelled,
    SessionPlanned,
    SessionPostponed,
    SubstituteSeated,
    SummonsFell,
    TitleFell,
    TitleRestored,
)
from domain.jury.minutes import canonical, minutes
from domain.jury.proceedings import CandidateProceeding, SessionProceeding
from domain.jury.session import JurySession, NotOnThePanel, NotTheChair
from domain.jury.vote import VoteOutcome
from domain.people.facts import Tie, TieDeclared
from domain.ports import Actor, Command, PersonId, Role
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.session_rules import ConfirmationRule, SessionRules
from tests.given.domain.people import (
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ELSA,
    EMMA,
    ENOUGH,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    MARIE,
    MARIE_VAE,
    NADIA,
    PAUL,
    RENEE,
    RULEBOOK,
    RULES,
    SAMIR_VAE,
    actor,
    planned,
    ruled,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

AS_KARIM = actor(KARIM, Role.JUROR)
HERE: dict[str, Any] = {"session": JUNE, "candidacy": MARIE_VAE}
SUBJECT = Deliberation.id_of(JUNE, MARIE_VAE)
BY_MAJORITY = RecordDecision(
    **HERE,
    outcome=VoteOutcome.MAJORITY,
    decisions=tuple(BlockDecision(block=block, granted=True) for block in (1, 2)),
)
ALL = RecordDecision(
    **HERE,
    outcome=VoteOutcome.UNANIMOUS,
    decisions=tuple(BlockDecision(block=block, granted=True) for block in (1, 2)),
)
BACK = TakeBackDecision(**HERE, reason="Erreur de saisie.")


def at(scenario: Scenario, hour: str, command: Command, by: Actor) -> None:
    """Send a command at that hour of the day and check that it is recorded."""
    scenario.hour = time.fromisoformat(hour)
    scenario.when(command, by=by)
    assert not isinstance(scenario.outcome, Exception), f"{command}: {scenario.outcome!r}"


def now(scenario: Scenario) -> Deliberation:
    return scenario.log.find(Deliberation, SUBJECT)


def said(scenario: Scenario) -> dict[str, Any]:
    """Return the minutes as they would be signed now."""
    session = scenario.log.load(JurySession, JUNE)
    decided = {
        each: scenario.log.find(Deliberation, Deliberation.id_of(JUNE, each)) for each in (MARIE_VAE, SAMIR_VAE)
    }
    return minutes(session, decided)


def of_marie(scenario: Scenario) -> list[dict[str, Any]]:
    (marie,) = (each for each in said(scenario)["candidates"] if each["candidacy"] == str(MARIE_VAE))
    found: list[dict[str, Any]] = marie["proceedings"]
    return found


@pytest.fixture
def sitting(scenario: Scenario) -> Scenario:
    """The jury of June opened at nine with Elsa in Emma's seat; Marie came, and all of her competences are ruled."""
    scenario.given(vae_filed(MARIE_VAE), vae_filed(SAMIR_VAE), planned(JUNE), summoned(JUNE, MARIE_VAE, SAMIR_VAE))
    at(scenario, "08:40", NoteMemberAbsent(session=JUNE, juror=EMMA, excused=True), AS_RENEE)
    at(scenario, "08:45", SeatSubstitute(session=JUNE, substitute=ELSA, replaced=EMMA), AS_RENEE)
    at(scenario, "08:50", SignMemberIn(session=JUNE, juror=NADIA), AS_NADIA)
    for juror in (PAUL, LUC, ELSA, KARIM):
        at(scenario, "08:55", SignMemberIn(session=JUNE, juror=juror), AS_RENEE)
    at(scenario, "09:00", OpenSession(session=JUNE), AS_RENEE)
    at(scenario, "09:10", NoteCandidatePresent(**HERE), AS_NADIA)
    at(scenario, "09:15", OpenDeliberation(**HERE), AS_PAUL)
    scenario.given(ruled(MARIE_VAE, ENOUGH))
    return scenario


def test_minutes_state_the_hours_of_opening_closing_and_members_movements(
    sitting: Scenario,
) -> None:
    at(sitting, "09:40", ALL, AS_PAUL)
    at(sitting, "09:45", DeferDecisions(**HERE, reason="Faute de temps."), AS_PAUL)
    at(sitting, "10:00", NoteAbsence(session=JUNE, candidacy=SAMIR_VAE), AS_RENEE)
    at(sitting, "10:05", NoteMemberLeft(session=JUNE, juror=LUC), AS_PAUL)
    at(sitting, "10:20", NoteMemberReturned(session=JUNE, juror=LUC), AS_PAUL)
    at(sitting, "10:30", CloseSession(session=JUNE), AS_RENEE)
    happened = said(sitting)["proceedings"]
    assert [(each["fact"], each.get("at")) for each in happened] == [
        ("MemberNotedAbsent", "08:40"),
        ("MemberSignedIn", "08:50"),
        *[("MemberSignedIn", "08:55")] * 4,
        ("SessionOpened", "09:00"),
        ("MemberLeft", "10:05"),
        ("MemberReturned", "10:20"),
        ("SessionClosed", "10:30"),
    ]
    assert happened[0] == {"fact": "MemberNotedAbsent", "juror": str(EMMA), "excused": True, "at": "08:40"}
    assert [each["on_paper"] for each in happened[1:6]] == [False, True, True, True, True]
    assert happened[-3] == {"fact": "MemberLeft", "juror": str(LUC), "at": "10:05"}
    assert said(sitting)["substituted"] == {str(EMMA): str(ELSA)}
    assert sitting.refused_again() == []


def test_minutes_state_how_each_candidate_came_who_noted_it_and_the_outcome_of_each_vote(
    sitting: Scenario,
) -> None:
    at(sitting, "09:40", BY_MAJORITY, AS_PAUL)
    at(sitting, "09:45", DeferDecisions(**HERE, reason="Faute de temps."), AS_PAUL)
    at(sitting, "10:00", NoteAbsence(session=JUNE, candidacy=SAMIR_VAE), AS_RENEE)
    came, opened, voted, *blocks, deferred = of_marie(sitting)
    assert came == {
        "fact": "CandidateArrived",
        "remote": False,
        "arrived_on": str(JURY_DAY),
        "at": "09:10",
        "signed": False,
        "noted_by": str(NADIA),
    }
    assert (opened["fact"], opened["at"]) == ("DeliberationOpened", "09:15")
    assert voted == {
        "fact": "DecisionVoted",
        "casting_vote": False,
        "majority": True,
        "unanimous": False,
        "at": "09:40",
    }
    assert blocks == [{"fact": "BlockGranted", "block": 1}, {"fact": "BlockGranted", "block": 2}]
    assert deferred == {"fact": "DecisionDeferred", "blocks": [3, 4], "title": False, "at": "09:45"}
    (samir,) = (each for each in said(sitting)["candidates"] if each["candidacy"] == str(SAMIR_VAE))
    assert samir["proceedings"] == [
        {"fact": "CandidateNotHeard", "attendance": "absent", "at": "10:00", "noted_by": str(RENEE)}
    ]


def test_minutes_state_a_decision_taken_back_with_both_votes_but_without_its_reason(sitting: Scenario) -> None:
    at(sitting, "09:40", BY_MAJORITY, AS_PAUL)
    at(sitting, "11:00", replace(BACK, blocks=(2,)), AS_PAUL)
    again = replace(BY_MAJORITY, outcome=VoteOutcome.UNANIMOUS, decisions=BY_MAJORITY.decisions[1:])
    at(sitting, "11:10", again, AS_PAUL)
    happened = [(each["fact"], each.get("at")) for each in of_marie(sitting)]
    assert happened[2:] == [
        ("DecisionVoted", "09:40"),
        *[("BlockGranted", None)] * 2,
        ("DecisionTakenBack", "11:00"),
        ("DecisionVoted", "11:10"),
        ("BlockGranted", None),
    ]
    assert of_marie(sitting)[5] == {"fact": "DecisionTakenBack", "blocks": [2], "title": False, "at": "11:00"}
    assert b"Erreur de saisie" not in canonical(said(sitting))


def test_minutes_state_the_hours_of_a_recusal_and_of_the_decision_that_it_undid(sitting: Scenario) -> None:
    at(sitting, "09:40", ALL, AS_PAUL)
    leaves = RecuseJuror(**HERE, juror=KARIM, reason="Ancien collègue.")
    at(sitting, "11:00", leaves, AS_KARIM)
    at(sitting, "11:05", leaves, AS_PAUL)
    declared, recused, reopened = of_marie(sitting)[-3:]
    assert declared == {"fact": "RecusalDeclared", "juror": str(KARIM), "at": "11:00"}
    assert recused == {"fact": "JurorRecused", "juror": str(KARIM), "at": "11:05"}
    assert reopened == {"fact": "DeliberationReopened", "without": [str(KARIM)], "at": "11:05"}
    (undone,) = now(sitting).undone
    assert (undone.undoing, undone.at) == (Undoing.REOPENED, time(11, 5))


def test_minutes_state_the_hour_of_a_deliberation_reopened_for_a_tie_found_late(
    sitting: Scenario,
) -> None:
    at(sitting, "09:40", ALL, AS_PAUL)
    sitting.given(At(KARIM, (TieDeclared(candidate=MARIE, tie=Tie.FAMILY, declared_by=KARIM),)))
    at(sitting, "11:20", ReopenDeliberation(**HERE, reason="Cousins."), AS_PAUL)
    sitting.then_recorded(JurorRecused, DeliberationReopened)
    assert {each["at"] for each in of_marie(sitting)[-2:]} == {"11:20"}
    assert now(sitting).undone[0].at == time(11, 20)


def test_minutes_state_who_confirmed_a_decision_when_the_rulebook_requires_it(sitting: Scenario) -> None:
    asks = replace(RULES, sessions=SessionRules(confirmed_by=ConfirmationRule.MAJORITY))
    sitting.given(At(RULEBOOK, (RulebookPublished(rules=asks),)))
    at(sitting, "09:40", ALL, AS_PAUL)
    at(sitting, "09:42", DeferDecisions(**HERE, reason="x"), AS_PAUL)
    at(sitting, "09:50", ConfirmDecision(**HERE), AS_NADIA)
    assert of_marie(sitting)[-1] == {"fact": "DecisionConfirmed", "juror": str(NADIA), "at": "09:50"}


def test_minutes_state_the_day_of_an_hour_that_is_not_on_the_day_of_the_opening(sitting: Scenario) -> None:
    at(sitting, "16:40", ALL, AS_PAUL)
    at(sitting, "16:45", DeferDecisions(**HERE, reason="Faute de temps."), AS_PAUL)
    at(sitting, "16:50", NoteAbsence(session=JUNE, candidacy=SAMIR_VAE), AS_RENEE)
    at(sitting, "17:00", CloseSession(session=JUNE), AS_RENEE)
    sitting.today = JURY_DAY + timedelta(days=1)
    at(sitting, "09:10", BACK, AS_PAUL)
    at(sitting, "09:20", ALL, AS_PAUL)
    reopened = said(sitting)["proceedings"][-1]
    next_day = {"at": "09:10", "day": str(sitting.today)}
    assert reopened == {"fact": "SessionReopened", "candidacy": str(MARIE_VAE)} | next_day
    back, voted = (each for each in of_marie(sitting)[-4:] if "at" in each)
    assert (back["fact"], back["at"], back["day"]) == ("DecisionTakenBack", "09:10", str(sitting.today))
    assert (voted["fact"], voted["at"], voted["day"]) == ("DecisionVoted", "09:20", str(sitting.today))
    assert sitting.refused_again() == []


NOT_STATED = {
    *(RemoteHearingOffered, RemoteHearingAnswered, KeyedFromPaper, CompetenceProposed, CompetenceRuled),
    *(DecisionAnnulled, DecisionRestored, DecisionRectified, TitleFell, TitleRestored),
    *(SessionPlanned, SessionPostponed, SessionCancelled, CommissionNamed, CandidateListed, CandidateFreed),
    *(CandidateTakenBack, JurorAppointed, JurorRemoved, ChairNamed, ChairRemoved, SubstituteSeated),
    *(PanelDerogationGranted, PanelOfOneSexExplained, MinutesTranscribed, MinutesSigned, MinutesSignatureRefused),
    *(ChairReplaced, ReleaseWithheld, ReleaseResumed, ResultsReleased),
}
"""What comes before the sitting or after it, and what the minutes state otherwise: rulings, seats, signatures."""


def test_every_fact_of_a_session_or_deliberation_is_stated_in_the_minutes_or_listed_as_not_stated() -> None:
    facts = {*get_args(DeliberationFact), *get_args(JurySessionFact)}
    assert facts - NOT_STATED == {*get_args(CandidateProceeding), *get_args(SessionProceeding)}
    assert SummonsFell not in NOT_STATED


# Who deliberates after a decision is taken back


def left(scenario: Scenario, juror: PersonId, leaves: str, returns: str | None = None) -> None:
    at(scenario, leaves, NoteMemberLeft(session=JUNE, juror=juror), AS_RENEE)
    if returns:
        at(scenario, returns, NoteMemberReturned(session=JUNE, juror=juror), AS_RENEE)


@pytest.fixture
def decided(sitting: Scenario) -> Scenario:
    """All five members granted two blocks and deferred the rest: this deliberation is over."""
    at(sitting, "09:40", ALL, AS_PAUL)
    at(sitting, "09:45", DeferDecisions(**HERE, reason="Faute de temps."), AS_PAUL)
    return sitting


def test_member_who_left_and_returned_deliberates_after_a_decision_is_taken_back(
    decided: Scenario,
) -> None:
    left(decided, LUC, "10:00", returns="10:30")
    at(decided, "11:00", BACK, AS_PAUL)
    decided.then_recorded(DecisionTakenBack)
    assert LUC in (now(decided).panel or ())


def test_member_away_when_a_decision_is_taken_back_is_off_the_panel_even_after_returning(
    decided: Scenario,
) -> None:
    left(decided, LUC, "10:00")
    at(decided, "11:00", BACK, AS_PAUL)
    decided.then_recorded(DecisionTakenBack, MemberLeftDeliberation)
    at(decided, "11:05", NoteMemberReturned(session=JUNE, juror=LUC), AS_RENEE)
    assert now(decided).panel == frozenset({PAUL, NADIA, ELSA, KARIM})
    at(decided, "11:10", ALL, AS_PAUL)
    assert decided.refused_again() == []


def test_member_away_when_a_recusal_undoes_a_decision_is_off_the_panel(
    decided: Scenario,
) -> None:
    left(decided, LUC, "10:00")
    leaves = RecuseJuror(**HERE, juror=KARIM, reason="Ancien collègue.")
    at(decided, "11:00", leaves, AS_KARIM)
    at(decided, "11:05", leaves, AS_PAUL)
    decided.then_recorded(JurorRecused, DeliberationReopened, MemberLeftDeliberation)
    assert now(decided).panel == frozenset({PAUL, NADIA, ELSA})
    assert decided.refused_again() == []


def test_next_appointed_member_takes_a_decision_back_while_the_chair_is_away(decided: Scenario) -> None:
    left(decided, PAUL, "10:00")
    decided.when(BACK, by=AS_PAUL)
    decided.then_refused(NotOnThePanel)
    decided.when(BACK, by=AS_KARIM)
    decided.then_refused(NotTheChair)
    at(decided, "11:00", BACK, AS_NADIA)
    decided.then_recorded(DecisionTakenBack, MemberLeftDeliberation)
    assert decided.refused_again() == []


def test_chair_who_left_before_the_closing_takes_a_decision_back_afterwards(decided: Scenario) -> None:
    at(decided, "09:50", NoteAbsence(session=JUNE, candidacy=SAMIR_VAE), AS_RENEE)
    left(decided, PAUL, "10:00")
    decided.then_recorded(MemberLeft)
    at(decided, "10:30", CloseSession(session=JUNE), AS_RENEE)
    at(decided, "11:00", BACK, AS_PAUL)
    assert decided.log.load(JurySession, JUNE).proceedings[-1].at == time(11, 0)
    at(decided, "11:02", NoteMemberReturned(session=JUNE, juror=PAUL), AS_PAUL)
    at(decided, "11:10", ALL, AS_PAUL)
    assert decided.refused_again() == []
