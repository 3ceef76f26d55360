"""A jury sits for two days, and Marie comes on the second: fifteen days run from her own hearing.

Code du travail R6412-7, al. 3 (LEGIARTI000048699565): the result is notified in the fifteen days that follow the
candidate's hearing by the jury. It binds a parcours begun from 1 January 2024 on: no earlier one is late by it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.candidacy import Candidacy
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.deadlines.deadline import Duty
from domain.deadlines.due import deadlines
from domain.deadlines.facts import NotificationChannel, ResultNotified
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, SessionId
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import Law
from tests.given.domain.law import L6412
from tests.given.domain.people import AS_PAUL, PANEL
from tests.given.domain.scenario import At
from tests.given.stories.acts import Stage

APPLIES, FIRST, SECOND, THIRD = date(2021, 1, 4), date(2021, 3, 15), date(2021, 3, 16), date(2021, 3, 17)
FIFTEEN = replace(L6412, id="CT-R6412-7", admissibility=None, notice_within_days=15, first=APPLIES)


def heard(first: date = APPLIES, *, signs_in: date | None = None) -> tuple[Stage, CandidacyId, SessionId]:
    """Open the jury on the first day and hear Marie on the second, or on the third once she has signed in."""
    stage = Stage(APPLIES)
    stage.scene.given(At(Law.the(), (RuleSetPublished(rule_set=replace(FIFTEEN, first=first)),)))
    candidacy, session = stage.applies(APPLIES), stage.jury(APPLIES, FIRST)
    stage.on(APPLIES, SummonCandidate(session=session, candidacy=candidacy))
    stage.opens_with(FIRST, session, PANEL)
    if signs_in:
        document = IdentityDocument.IDENTITY_CARD
        stage.on(signs_in, NoteCandidatePresent(session=session, candidacy=candidacy, document=document))
    taken_up = THIRD if signs_in else SECOND
    stage.takes_up(taken_up, session, candidacy, AS_PAUL)
    stage.puts_off(taken_up, session, candidacy)
    stage.on(taken_up, CloseSession(session=session))
    stage.on(taken_up, SignMinutes(session=session), AS_PAUL)
    stage.on(taken_up, ReleaseResults(session=session))
    return stage, candidacy, session


def due(stage: Stage, candidacy: CandidacyId) -> list[date]:
    """Return the last day for notifying Marie, where one is set."""
    log = stage.scene.log
    found = deadlines(log.find(Candidacy, candidacy), log.find)
    return [each.ends_on for each in found if each.clock.duty is Duty.NOTICE]


@pytest.mark.parametrize("signs_in", [None, SECOND])
def test_notice_is_in_time_on_the_fifteenth_day_after_the_hearing(signs_in: date | None) -> None:
    stage, candidacy, session = heard(signs_in=signs_in)
    assert due(stage, candidacy) == [date(2021, 3, 31)]
    stage.on(date(2021, 3, 31), NotifyResult(session=session, candidacy=candidacy, channel=NotificationChannel.POST))
    (told,) = [told.fact for told in stage.facts if isinstance(told.fact, ResultNotified)]
    assert (told.notified_on, told.due_on, told.rule_set) == (date(2021, 3, 31), date(2021, 3, 31), "CT-R6412-7")
    assert stage.unlawful == []


def test_notice_has_no_last_day_when_the_parcours_began_before_the_text() -> None:
    stage, candidacy, session = heard(date(2024, 1, 1))
    assert due(stage, candidacy) == []
    stage.on(date(2021, 12, 1), NotifyResult(session=session, candidacy=candidacy, channel=NotificationChannel.POST))
    (told,) = [told.fact for told in stage.facts if isinstance(told.fact, ResultNotified)]
    assert told.due_on is None
    assert stage.unlawful == []
