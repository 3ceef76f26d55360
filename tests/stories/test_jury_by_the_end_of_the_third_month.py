"""Filed on 10 January, the validation file must come before a jury by 30 April; the reminder is due on 10 April.

Code du travail R6412-5, al. 2 (LEGIARTI000048699563): before the end of the third month that follows the filing. It
binds a parcours begun from 1 January 2024 on the portal; for others the former text sets no time, and none is shown
late.
"""

from __future__ import annotations

from datetime import date

import pytest

from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.deadlines.give_reminder import GiveReminder
from domain.deadlines.deadline import Duty, passed
from domain.deadlines.facts import ReminderGiven
from domain.deadlines.reminder import NothingDue
from domain.ports import SYSTEM, CandidacyId
from tests.given.domain.people import AS_MARIE, RULES
from tests.given.stories.acts import Stage
from tests.given.stories.portal import due, on_the_portal, signs_up

FILED, SAME_DAY, LAST = date(2026, 1, 10), date(2026, 4, 10), date(2026, 4, 30)


def filed(began_on: date = date(2026, 1, 5), filed_on: date = FILED) -> tuple[Stage, CandidacyId]:
    stage = on_the_portal(began_on, 40001)
    candidacy = signs_up(stage, began_on, 40001)
    admits = DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=began_on)
    stage.on(began_on, admits)
    piece = stage.puts_in(filed_on, candidacy)
    stage.on(filed_on, SubmitValidationFile(candidacy=candidacy, evidence=(piece,)), AS_MARIE)
    return stage, candidacy


def test_deadline_of_the_jury_passes_after_the_end_of_the_third_month() -> None:
    stage, candidacy = filed()
    found = due(stage, candidacy, Duty.JURY)
    assert found is not None
    assert (found.ends_on, found.aims_at, found.rule_set) == (LAST, SAME_DAY, "CT-R6412-5-2024")
    assert not passed(found, RULES, LAST)
    assert passed(found, RULES, date(2026, 5, 1))


def test_reminder_of_the_jury_is_given_on_the_same_day_of_the_third_month() -> None:
    stage, candidacy = filed()
    remind = GiveReminder(candidacy=candidacy, duty=Duty.JURY)
    stage.scene.when(remind, by=SYSTEM, on=date(2026, 4, 9))
    stage.scene.then_refused(NothingDue)
    stage.on(SAME_DAY, remind, SYSTEM)
    told = stage.facts[-1].fact
    assert isinstance(told, ReminderGiven)
    assert told.ends_on == LAST
    assert stage.unlawful == []


@pytest.mark.parametrize("began_on", [date(2023, 12, 18), date(2024, 3, 4)], ids=["before 2024", "off the portal"])
def test_deadline_of_the_jury_does_not_run_when_the_parcours_began_under_the_former_law(began_on: date) -> None:
    stage, candidacy = filed(began_on, date(2024, 6, 3))
    assert due(stage, candidacy, Duty.JURY) is None


def test_deadline_of_the_jury_ends_with_the_month_when_it_lacks_the_day_of_filing() -> None:
    stage, candidacy = filed(filed_on=date(2026, 11, 30))
    found = due(stage, candidacy, Duty.JURY)
    assert found is not None
    assert (found.ends_on, found.aims_at) == (date(2027, 2, 28), date(2027, 2, 28))
