"""Received on 5 January 2026, found incomplete on the 26th, completed on 16 February: silence admits after 16 April.

Code du travail R6412-4, al. 2 (LEGIARTI000048699561): two months that follow the receipt of the *complete* file.
Counted from the first receipt, less the days of the missing pieces, they would have ended on 26 March: twenty-one
days too soon.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import AdmissibilityImplied
from domain.candidacy.feasibility import SilenceAdmits, SilenceNotOver
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.imply_admissibility import ImplyAdmissibility
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.deadlines.deadline import Duty
from domain.ports import SYSTEM, CandidacyId
from tests.given.domain.people import AS_MARIE, AS_RENEE
from tests.given.stories.acts import Stage
from tests.given.stories.portal import due, on_the_portal, signs_up

RECEIVED, INCOMPLETE, COMPLETE = date(2026, 1, 5), date(2026, 1, 26), date(2026, 2, 16)
LAST = date(2026, 4, 16)
PARIS = ZoneInfo("Europe/Paris")
GAPS = "Aucune activité déclarée ne relève du bloc 4."


def completed() -> tuple[Stage, CandidacyId]:
    """File as Marie; her contract comes six weeks later."""
    stage = on_the_portal(RECEIVED, 40001)
    candidacy = signs_up(stage, RECEIVED, 40001)
    stage.on(RECEIVED, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    stage.on(INCOMPLETE, FindFileIncomplete(candidacy=candidacy, missing="Le contrat de travail."))
    assert due(stage, candidacy, Duty.ADMISSIBILITY) is None, "no time runs while a piece is missing"
    stage.on(COMPLETE, CompleteFeasibilityFile(candidacy=candidacy), AS_MARIE)
    return stage, candidacy


def refusal(candidacy: CandidacyId) -> DecideAdmissibility:
    return DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=RECEIVED, gaps=GAPS)


def silent(candidacy: CandidacyId, day: date) -> ImplyAdmissibility:
    """Return the job's command on a morning, which admits if the certifier kept silent to the end."""
    return ImplyAdmissibility(candidacy=candidacy, at=datetime(day.year, day.month, day.day, 6, 15, tzinfo=PARIS))


def test_deadline_of_admissibility_runs_from_the_complete_file() -> None:
    stage, candidacy = completed()
    found = due(stage, candidacy, Duty.ADMISSIBILITY)
    assert found is not None
    assert (found.ends_on, found.rule_set) == (LAST, "CT-R6412-4-2024")


def test_admissibility_is_implied_only_after_the_last_day() -> None:
    stage, candidacy = completed()
    for early in (date(2026, 3, 27), LAST):
        stage.scene.when(silent(candidacy, early), by=SYSTEM, on=early)
        stage.scene.then_refused(SilenceNotOver, LAST.isoformat())
    stage.on(date(2026, 4, 17), silent(candidacy, date(2026, 4, 17)), SYSTEM)
    assert stage.facts[-1].fact == AdmissibilityImplied(
        ended_on=LAST, found_on=date(2026, 4, 17), rule_set="CT-R6412-4-2024"
    )
    assert stage.unlawful == []


def test_refusal_of_admissibility_before_the_last_day_is_in_time_and_states_the_gaps() -> None:
    stage, candidacy = completed()
    stage.on(date(2026, 4, 10), refusal(candidacy))
    assert stage.scene.log.find(Candidacy, candidacy).admissible is False
    assert stage.unlawful == []


def test_refusal_of_admissibility_is_in_time_on_the_last_day_and_not_on_the_next() -> None:
    stage, candidacy = completed()
    stage.scene.when(refusal(candidacy), by=AS_RENEE, on=date(2026, 4, 17))
    stage.scene.then_refused(SilenceAdmits, LAST.isoformat())
    stage.on(LAST, refusal(candidacy))
    assert stage.unlawful == []
