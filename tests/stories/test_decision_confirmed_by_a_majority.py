"""A rulebook requires that a majority of the deliberating jurors confirm each decision on their own screens.

The chair's record counts, and the session can close, once three of the five have confirmed. A decision that was taken
back or recorded again must be confirmed again.
"""

from __future__ import annotations

from dataclasses import replace

from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.confirm_decision import ConfirmDecision
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.jury.deliberation import NotConfirmed, NothingToConfirm
from domain.jury.facts import DecisionConfirmed
from domain.jury.session import NotOnThePanel
from domain.ports import CandidacyId, Role, SessionId
from domain.rulebook.rules import Rules
from domain.rulebook.session_rules import ConfirmationRule, SessionRules
from tests.given.domain.people import AS_ELSA, AS_NADIA, AS_PAUL, EMMA, LUC, NADIA, PANEL, PAUL, RULES, actor
from tests.given.stories.juries import UNDER_D6412, Jury

CONFIRMED = replace(RULES, sessions=SessionRules(confirmed_by=ConfirmationRule.MAJORITY))
BEGAN, HELD_ON = UNDER_D6412
AS_LUC, AS_EMMA = actor(LUC, Role.JUROR), actor(EMMA, Role.JUROR)


def heard(rules: Rules) -> tuple[Jury, SessionId, CandidacyId]:
    jury = Jury(BEGAN, rules)
    marie = jury.marie(BEGAN)
    session = jury.called(BEGAN, HELD_ON)
    jury.on(BEGAN, SummonCandidate(session=session, candidacy=marie))
    jury.opens_with(HELD_ON, session, PANEL)
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    return jury, session, marie


def test_session_closes_once_three_of_five_confirmed_the_decision() -> None:
    jury, session, marie = heard(CONFIRMED)
    close, confirm = CloseSession(session=session), ConfirmDecision(session=session, candidacy=marie)
    jury.refused(NothingToConfirm, HELD_ON, confirm, AS_NADIA)
    jury.grants_everything(HELD_ON, session, marie)
    jury.refused(NotConfirmed, HELD_ON, close)
    jury.refused(NotOnThePanel, HELD_ON, confirm, AS_ELSA)
    for member in (AS_PAUL, AS_NADIA):
        jury.on(HELD_ON, confirm, member)
    jury.refused(NothingToConfirm, HELD_ON, confirm, AS_NADIA)
    jury.refused(NotConfirmed, HELD_ON, close)
    jury.on(HELD_ON, confirm, AS_LUC)
    jury.ends(HELD_ON, session)
    assert [fact.juror for fact in jury.says(DecisionConfirmed)] == [PAUL, NADIA, LUC]
    assert jury.unlawful == []


def test_a_second_decision_needs_new_confirmations() -> None:
    jury, session, marie = heard(CONFIRMED)
    confirm = ConfirmDecision(session=session, candidacy=marie)
    jury.grants_everything(HELD_ON, session, marie)
    for member in (AS_NADIA, AS_LUC, AS_EMMA):
        jury.on(HELD_ON, confirm, member)
    jury.on(HELD_ON, TakeBackDecision(session=session, candidacy=marie, reason="x"), AS_PAUL)
    jury.refused(NothingToConfirm, HELD_ON, confirm, AS_NADIA)
    jury.grants_everything(HELD_ON, session, marie)
    jury.refused(NotConfirmed, HELD_ON, CloseSession(session=session))
    for member in (AS_NADIA, AS_LUC, AS_EMMA):
        jury.on(HELD_ON, confirm, member)
    jury.ends(HELD_ON, session)
    assert jury.unlawful == []


def test_confirmation_is_refused_when_the_rulebook_requires_none() -> None:
    jury, session, marie = heard(RULES)
    jury.grants_everything(HELD_ON, session, marie)
    jury.refused(NothingToConfirm, HELD_ON, ConfirmDecision(session=session, candidacy=marie), AS_NADIA)
    jury.ends(HELD_ON, session)
