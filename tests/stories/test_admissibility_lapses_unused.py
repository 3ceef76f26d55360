"""Admissible on 17 April 2026, Marie does nothing: at the end of October her admissibility lapses; she files again.

Code du travail R6412-4, al. 4 (LEGIARTI000048699561): it lapses at the end of the sixth month that follows the
notification, except for a legitimate reason. The limits of R6412-3 do not then apply to her new file for the same
framework. The rule binds a parcours begun on the national portal; outside it nothing lapses by law.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.candidacy.admissibility_lapse import AdmissibilityStands
from domain.candidacy.candidacy import Candidacy, NotAdmissible
from domain.candidacy.facts import (
    AdmissibilityKept,
    AdmissibilityLapsed,
    FileCounted,
    KeptFor,
    NoticeChannel,
)
from domain.candidacy.feasibility import ReceivedTooEarly
from domain.candidacy.filings import YearlyFilesReached
from domain.commands.candidacy.correct_beginning import CorrectBeginning
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.lapse_admissibility import LapseAdmissibility
from domain.commands.candidacy.notify_admissibility import NotifyAdmissibility
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.framework.enter_portal import EnterPortal
from domain.deadlines.deadline import Duty
from domain.fact import Personal
from domain.ports import SYSTEM
from tests.given.domain.people import AS_MARIE, AS_RENEE, MARIE
from tests.given.stories.portal import ENTERED, due, framework
from tests.given.stories.unused_admissibility import ADMITTED, AFTER, ILL, LAST, RECEIVED, admitted, kept, lapsed


def test_admissibility_lapses_at_the_end_of_the_sixth_month() -> None:
    stage, candidacy = admitted()
    found = due(stage, candidacy, Duty.STEP)
    assert found is not None
    assert (found.ends_on, found.rule_set) == (LAST, "CT-R6412-4-2024")
    for by in (SYSTEM, AS_RENEE):
        stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=by, on=LAST)
        stage.scene.then_refused(AdmissibilityStands, LAST.isoformat())
    stage.on(AFTER, LapseAdmissibility(candidacy=candidacy), SYSTEM)
    fact = AdmissibilityLapsed(since=ADMITTED, last_day=LAST, rule_set="CT-R6412-4-2024")
    assert stage.facts[-1].fact == fact
    assert due(stage, candidacy, Duty.STEP) is None
    stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=AS_RENEE, on=AFTER)
    stage.scene.then_refused(AdmissibilityStands)
    assert stage.unlawful == []


def test_new_file_after_a_lapse_is_accepted_in_spite_of_the_yearly_limit() -> None:
    stage, candidacy = lapsed()
    piece = stage.puts_in(AFTER, candidacy)
    stage.scene.when(SubmitValidationFile(candidacy=candidacy, evidence=(piece,)), by=AS_MARIE, on=AFTER)
    stage.scene.then_refused(NotAdmissible)
    of_before = SubmitFeasibilityFile(candidacy=candidacy, received_on=LAST)
    stage.scene.when(of_before, by=AS_RENEE, on=AFTER)
    stage.scene.then_refused(ReceivedTooEarly)
    stage.on(AFTER, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    counted = [told.fact.received_on for told in stage.facts if isinstance(told.fact, FileCounted)]
    assert counted == [RECEIVED, AFTER], "both of 2026"
    stage.on(AFTER, DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=AFTER))
    assert due(stage, candidacy, Duty.STEP) is None, "the time runs from the notification"
    stage.on(AFTER, NotifyAdmissibility(candidacy=candidacy, channel=NoticeChannel.POST))
    found = due(stage, candidacy, Duty.STEP)
    assert found is not None
    assert found.ends_on == date(2027, 5, 31)
    assert stage.unlawful == []


def test_months_run_from_the_day_on_which_the_portal_entry_was_recorded() -> None:
    """R6412-4, al. 4, and R6412-1: the certification's entry on the portal was recorded once the months were over."""
    stage, candidacy = admitted(portal=False)
    known_on, last = date(2026, 12, 7), date(2027, 6, 30)
    entry = EnterPortal(framework=framework(40001), entered_on=ENTERED, ground="arrêté du calendrier d'intégration")
    stage.on(known_on, entry)
    correct = CorrectBeginning(candidacy=candidacy, began_on=RECEIVED, reason="Inscrite sur le portail.")
    stage.on(known_on, correct)
    for day in (known_on, last):
        stage.scene.when(LapseAdmissibility(candidacy=candidacy), by=SYSTEM, on=day)
        stage.scene.then_refused(AdmissibilityStands, last.isoformat())
    stage.on(date(2027, 1, 4), replace(correct, began_on=date(2026, 3, 1)))
    found = due(stage, candidacy, Duty.STEP)
    assert found is not None
    assert found.ends_on == last, "another day by the same law sets no other term"
    stage.on(date(2027, 7, 1), LapseAdmissibility(candidacy=candidacy), SYSTEM)
    assert stage.unlawful == []


def test_second_file_after_a_lapse_is_refused_by_the_yearly_limit() -> None:
    """The lapse lifts the limit once, for the first file that follows it."""
    stage, candidacy = lapsed()
    stage.on(AFTER, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    refusal = DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=AFTER, gaps="Bloc 4.")
    stage.on(AFTER, refusal)
    stage.on(AFTER, WithdrawCandidacy(candidacy=candidacy), AS_MARIE)
    stage.on(AFTER, ResumeCandidacy(candidacy=candidacy), AS_MARIE)
    stage.scene.when(SubmitFeasibilityFile(candidacy=candidacy), by=AS_MARIE, on=AFTER)
    stage.scene.then_refused(YearlyFilesReached, 2026)


def test_lapsed_admissibility_is_restored_when_a_reason_is_accepted() -> None:
    stage, candidacy = lapsed()
    stage.on(AFTER, kept(candidacy))
    said = AdmissibilityKept(ground=KeptFor.REASON, kept_on=AFTER, reason=Personal(ILL, MARIE))
    assert stage.facts[-1].fact == said
    stands = stage.scene.log.find(Candidacy, candidacy)
    assert (stands.admissible, stands.feasibility.received_on) == (True, RECEIVED)
    piece = stage.puts_in(AFTER, candidacy)
    stage.on(AFTER, SubmitValidationFile(candidacy=candidacy, evidence=(piece,)), AS_MARIE)
    assert stage.unlawful == []
