"""What comes next for a candidate, as far as an advisor's list knows?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.deadlines.deadline import Duty
from domain.framework.definition import Route
from domain.standing.standing import Outcome
from projections.candidacy.candidacy_overview import Overview
from webapi.pages.centre.accompanied import COMES_NEXT, next_stage
from webapi.pages.reader.course import ProgressStage

TODAY = date(2022, 10, 11)
BEGUN = Overview(
    candidacy=UUID(int=1),
    opened_at=1,
    candidate=UUID(int=2),
    framework=UUID(int=3),
    rulebook=UUID(int=4),
    route=Route.VAE,
    opened_on=TODAY,
    blocks=(),
    option=None,
    ended=None,
    advisor=UUID(int=5),
    centre=None,
    admissible=None,
    filed=False,
    evidence=0,
    sessions=(),
    attendance=None,
    outcome=Outcome.IN_PROGRESS,
    granted=(),
    title_on=None,
    released_outcome=Outcome.IN_PROGRESS,
    released_granted=(),
    released_title_on=None,
    registered=None,
    positions=(1,),
)
ADMISSIBLE = replace(BEGUN, admissible=True)
PARTIAL = replace(ADMISSIBLE, filed=True, released_outcome=Outcome.PARTIAL, released_granted=(1, 2))
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("overview", "running", "jury", "stage"),
    [
        (BEGUN, set(), None, ProgressStage.APPLY),
        (BEGUN, {Duty.ADMISSIBILITY}, None, ProgressStage.ADMISSIBILITY),
        (replace(BEGUN, admissible=False), set(), None, ProgressStage.INADMISSIBLE),
        (replace(BEGUN, route=Route.FC), set(), None, ProgressStage.EVIDENCE),
        (ADMISSIBLE, {Duty.STEP}, None, ProgressStage.EVIDENCE),
        (replace(ADMISSIBLE, filed=True), {Duty.JURY}, None, ProgressStage.SUMMONS),
        (replace(ADMISSIBLE, filed=True), set(), TODAY, ProgressStage.HEARING),
        (replace(ADMISSIBLE, filed=True), set(), YESTERDAY, ProgressStage.RESULT),
        (
            replace(ADMISSIBLE, filed=True, title_on=YESTERDAY, outcome=Outcome.FULL),
            set(),
            YESTERDAY,
            ProgressStage.RESULT,
        ),
        (PARTIAL, set(), YESTERDAY, ProgressStage.AGAIN),
        (replace(PARTIAL, blocks=(1,)), set(), YESTERDAY, ProgressStage.HELD),
        (replace(PARTIAL, released_title_on=YESTERDAY), set(), YESTERDAY, ProgressStage.TITLED),
        (replace(ADMISSIBLE, ended="withdrawn"), set(), None, ProgressStage.ENDED),
    ],
)
def test_an_advisor_is_told_what_comes_next_and_no_result_before_it_is_released(overview, running, jury, stage):
    assert next_stage(overview, running, jury, TODAY) is stage
    assert stage in COMES_NEXT
