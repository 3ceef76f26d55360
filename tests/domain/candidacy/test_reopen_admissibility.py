"""Notice, correction and reconsideration of a decision on admissibility."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityNotified,
    AdmissibilityReconsidered,
    DecisionError,
    FileCounted,
    FileDiscounted,
    FilingsFact,
    NoticeChannel,
)
from domain.candidacy.feasibility import SilenceAdmits
from domain.candidacy.filings import YearlyFilesReached
from domain.candidacy.silence import silence
from domain.candidacy.verdict import (
    AdmissibilityAlreadyNotified,
    AdmissibilityNoticeMisdated,
    AnotherDecision,
    DecisionNotified,
    NoAdmissibilityDecision,
    ReconsiderationMisdated,
    RefusalNotNotified,
    ReopenedWithoutReason,
)
from domain.commands.candidacy.correct_admissibility import CorrectAdmissibility
from domain.commands.candidacy.correct_receipt_day import CorrectReceiptDay
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.imply_admissibility import ImplyAdmissibility
from domain.commands.candidacy.notify_admissibility import NotifyAdmissibility
from domain.commands.candidacy.reconsider_admissibility import ReconsiderAdmissibility
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.fact import Personal
from domain.ports import SYSTEM, CandidacyId, EvidenceId
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    SAMIR_VAE,
    admissible,
    applied,
    filed,
    known,
    put_in,
)
from tests.given.domain.scenario import At, Scenario
from tests.given.stories.acts import Stage
from tests.given.stories.files_of_a_year import counted, files, house
from tests.given.stories.portal import signs_up

REFUSED = AdmissibilityDecided(
    admissible=False, file_received_on=JURY_DAY, decided_on=JURY_DAY, reason=Personal("x", MARIE)
)
TOLD = AdmissibilityNotified(notified_on=JURY_DAY, channel=NoticeChannel.POST)
CORRECT = CorrectAdmissibility(candidacy=MARIE_VAE, error=DecisionError.VERDICT, reason="Elle est recevable.")
RECONSIDER = ReconsiderAdmissibility(candidacy=MARIE_VAE, reason="Deux contrats de plus.", asked_on=JURY_DAY)
NOTIFY = NotifyAdmissibility(candidacy=MARIE_VAE, channel=NoticeChannel.POST)
RECEIVED, REFUSED_ON, ASKED_ON = date(2026, 1, 12), date(2026, 2, 2), date(2026, 3, 2)
RECONSIDERED_ON = date(2026, 4, 20)


def refuse(stage: Stage, candidacy: CandidacyId, day: date = REFUSED_ON) -> None:
    said = DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=RECEIVED, reason="Trop court.")
    stage.on(day, said)


def last_day(stage: Stage, candidacy: CandidacyId) -> date | None:
    """Return the last day of the certifier's time on this candidacy."""
    found = stage.scene.log.load(Candidacy, candidacy)
    law = silence(stage.scene.log, found)
    assert law is not None
    return found.feasibility.last_day(law)


def test_refusal_is_notified_once_on_a_day_between_the_decision_and_today(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(NOTIFY, by=AS_RENEE)
    scenario.then_refused(NoAdmissibilityDecision)
    scenario.given(At(MARIE_VAE, (REFUSED,)))
    for day in (JURY_DAY - timedelta(days=1), JURY_DAY + timedelta(days=1)):
        scenario.when(replace(NOTIFY, notified_on=day), by=AS_RENEE)
        scenario.then_refused(AdmissibilityNoticeMisdated)
    scenario.when(NOTIFY, by=SYSTEM)  # the mail server accepted the letter
    scenario.then(TOLD)
    scenario.when(NOTIFY, by=AS_RENEE)
    scenario.then_refused(AdmissibilityAlreadyNotified)
    assert scenario.wrong() == []


def test_decision_not_notified_is_corrected_with_a_reason_and_decided_again(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (REFUSED,)))
    scenario.when(replace(CORRECT, reason=" "), by=AS_RENEE)
    scenario.then_refused(ReopenedWithoutReason)
    scenario.when(CORRECT, by=AS_RENEE)
    reason = Personal(CORRECT.reason, MARIE)
    scenario.then(AdmissibilityCorrected(error=DecisionError.VERDICT, corrected_on=JURY_DAY, reason=reason))
    scenario.when(DecideAdmissibility(candidacy=MARIE_VAE, admissible=True, file_received_on=JURY_DAY), by=AS_RENEE)
    scenario.then_recorded(AdmissibilityDecided)
    assert scenario.wrong() == []


def test_file_of_another_person_is_removed_and_silence_does_not_admit() -> None:
    stage = house()
    candidacy = files(stage, RECEIVED, 40001)
    refuse(stage, candidacy)
    stage.on(REFUSED_ON, replace(CORRECT, candidacy=candidacy, error=DecisionError.FILE))
    late = date(2026, 5, 4)
    stage.scene.when(
        ImplyAdmissibility(candidacy=candidacy, at=datetime(2026, 5, 4, 12, tzinfo=UTC)), by=SYSTEM, on=late
    )
    assert isinstance(stage.scene.outcome, Exception)
    stage.on(late, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    counts = [told.fact for told in stage.facts if isinstance(told.fact, FilingsFact)]
    assert [(type(each), each.received_on) for each in counts] == [
        (FileCounted, RECEIVED),
        (FileDiscounted, RECEIVED),
        (FileCounted, late),
    ]
    assert stage.unlawful == []


def test_file_of_another_person_does_not_count_among_the_candidates_yearly_files() -> None:
    """Code du travail R6412-3: three files a year for different certifications."""
    stage = house()
    candidacy = files(stage, RECEIVED, 40001)
    refuse(stage, candidacy)
    stage.on(REFUSED_ON, replace(CORRECT, candidacy=candidacy, error=DecisionError.FILE))
    for code in (40002, 40003, 40004):
        files(stage, date(2026, 5, 4), code)
    stage.scene.when(SubmitFeasibilityFile(candidacy=candidacy), by=AS_MARIE, on=date(2026, 5, 5))
    stage.scene.then_refused(YearlyFilesReached)
    assert stage.unlawful == []


def test_admissibility_that_was_not_notified_does_not_lapse(scenario: Scenario) -> None:
    """Code du travail R6412-4, al. 4: the six months run from the notification."""
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE))
    assert scenario.log.load(Candidacy, MARIE_VAE).lapses_from is None
    scenario.when(NOTIFY, by=AS_RENEE)
    assert scenario.log.load(Candidacy, MARIE_VAE).lapses_from == JURY_DAY


def test_letter_of_another_decision_does_not_notify_the_present_one(scenario: Scenario) -> None:
    """The letter of a refusal was sent; the refusal is corrected before the letter is noted."""
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE))
    scenario.when(replace(NOTIFY, channel=NoticeChannel.EMAIL, admissible=False), by=SYSTEM)
    scenario.then_refused(AnotherDecision)
    scenario.when(replace(NOTIFY, channel=NoticeChannel.EMAIL, admissible=True), by=SYSTEM)
    scenario.then_recorded(AdmissibilityNotified)


def test_notified_decision_cannot_be_corrected(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_refused(NoAdmissibilityDecision)
    scenario.given(At(MARIE_VAE, (REFUSED, TOLD)))
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_refused(DecisionNotified)
    forged = AdmissibilityCorrected(error=DecisionError.DAY, corrected_on=JURY_DAY, reason=Personal("x", MARIE))
    assert scenario.forged(MARIE_VAE, forged, by=AS_RENEE) == ["decision-notified"]


def test_favourable_decision_can_be_corrected_until_the_candidate_took_a_step(scenario: Scenario) -> None:
    piece = EvidenceId(known("a step"))
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE))
    scenario.when(replace(CORRECT, error=DecisionError.VERDICT), by=AS_RENEE)
    scenario.then_recorded(AdmissibilityCorrected)
    scenario.take_back()
    scenario.given(put_in(MARIE_VAE, piece), filed(MARIE_VAE, piece))
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_refused(DecisionNotified)


def test_admissibility_by_silence_cannot_be_corrected(scenario: Scenario) -> None:
    silent = AdmissibilityImplied(ended_on=date(2021, 4, 14), found_on=date(2021, 4, 15), rule_set="CT")
    scenario.given(applied(SAMIR_VAE), At(SAMIR_VAE, (silent,)))
    scenario.when(replace(CORRECT, candidacy=SAMIR_VAE), by=AS_RENEE)
    scenario.then_refused(NoAdmissibilityDecision)


def test_notified_refusal_is_reconsidered_and_can_be_decided_again(scenario: Scenario) -> None:
    """Recours gracieux."""
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (REFUSED,)))
    scenario.when(RECONSIDER, by=AS_RENEE)
    scenario.then_refused(RefusalNotNotified)
    scenario.given(At(MARIE_VAE, (TOLD,)))
    scenario.when(replace(RECONSIDER, reason=""), by=AS_RENEE)
    scenario.then_refused(ReopenedWithoutReason)
    for day in (JURY_DAY - timedelta(days=1), JURY_DAY + timedelta(days=1)):
        scenario.when(replace(RECONSIDER, asked_on=day), by=AS_RENEE)
        scenario.then_refused(ReconsiderationMisdated)
    scenario.when(RECONSIDER, by=AS_RENEE)
    scenario.then_recorded(AdmissibilityReconsidered)
    assert scenario.log.load(Candidacy, MARIE_VAE).admissible is None
    assert scenario.wrong() == []


def test_favourable_decision_cannot_be_reconsidered(scenario: Scenario) -> None:
    """It gave the candidate a right."""
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE), At(MARIE_VAE, (TOLD,)))
    scenario.when(RECONSIDER, by=AS_RENEE)
    scenario.then_refused(RefusalNotNotified)


def test_correction_gives_the_certifier_no_more_time() -> None:
    """Code du travail R6412-4, al. 2 and 3: two months from the complete file, then silence admits."""
    stage = house()
    candidacy = files(stage, RECEIVED, 40001)
    ends = last_day(stage, candidacy)
    refuse(stage, candidacy)
    over = date(2026, 3, 16)
    stage.on(over, replace(CORRECT, candidacy=candidacy))
    assert ends == last_day(stage, candidacy) == date(2026, 3, 12)
    refusing = DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=RECEIVED, reason="x")
    stage.scene.when(refusing, by=AS_RENEE, on=over)
    stage.scene.then_refused(SilenceAdmits)
    stage.on(over, replace(refusing, admissible=True))
    assert stage.unlawful == []


def test_reconsideration_gives_the_certifier_two_more_months() -> None:
    """Code du travail R6412-4, al. 2: two months from the complete file, which the certifier holds on that day."""
    stage = house()
    candidacy = files(stage, RECEIVED, 40001)
    refuse(stage, candidacy)
    stage.on(REFUSED_ON, replace(NOTIFY, candidacy=candidacy))
    stage.on(RECONSIDERED_ON, replace(RECONSIDER, candidacy=candidacy, asked_on=ASKED_ON))
    assert last_day(stage, candidacy) == date(2026, 6, 20)
    refuse(stage, candidacy, date(2026, 6, 19))
    assert stage.unlawful == []


def test_reopened_file_counts_once_in_the_year() -> None:
    """Code du travail R6412-3: one file a certification in a year."""
    stage = house()
    candidacy = signs_up(stage, RECEIVED, 40001)
    refuse(stage, candidacy)  # the file is keyed with the decision
    stage.on(REFUSED_ON, replace(CORRECT, candidacy=candidacy, error=DecisionError.DAY))
    mended = date(2026, 1, 14)
    stage.on(REFUSED_ON, CorrectReceiptDay(candidacy=candidacy, received_on=mended, reason="Le cachet."))
    again = DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=mended, reason="x")
    stage.on(REFUSED_ON, again)
    stage.on(REFUSED_ON, replace(NOTIFY, candidacy=candidacy))
    stage.on(ASKED_ON, replace(RECONSIDER, candidacy=candidacy, asked_on=ASKED_ON))
    stage.on(ASKED_ON, replace(again, admissible=True))
    facts = [told.fact for told in stage.facts]
    assert [each.instead_of for each in facts if isinstance(each, FileCounted)] == [None, RECEIVED]
    assert {each for each, _ in counted(stage)} == {candidacy}
    assert stage.unlawful == []


def test_time_for_a_first_step_runs_from_the_notice(scenario: Scenario) -> None:
    """Code du travail R6412-4, al. 4: six months from the notification."""
    decided = AdmissibilityDecided(admissible=True, file_received_on=JURY_DAY, decided_on=JURY_DAY)
    later = JURY_DAY + timedelta(days=9)
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (decided,)))
    scenario.when(replace(NOTIFY, notified_on=later), by=AS_RENEE, on=later)
    scenario.then_recorded(AdmissibilityNotified)
    assert scenario.log.load(Candidacy, MARIE_VAE).unused_since == later
