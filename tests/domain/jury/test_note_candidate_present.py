"""Presence of a candidate at a jury session, in the room or remotely, and absences."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from domain.candidacy.candidacy import AlreadyDecided, AlreadySummoned, OwnWork
from domain.candidacy.facts import CandidateSummoned
from domain.commands.jury.answer_remote_hearing import AnswerRemoteHearing
from domain.commands.jury.correct_attendance import CorrectAttendance
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.offer_remote_hearing import OfferRemoteHearing
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.jury.attendance import CandidateNotPresent, NotSignedIn, RemoteHearingNotAccepted
from domain.jury.connection import RemoteNotAllowed
from domain.jury.deliberation import Deliberation, NotSummoned
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    CandidateArrived,
    CandidateListed,
    CandidateNotHeard,
    CandidateReferred,
    DeliberationOpened,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    SessionPlanned,
)
from domain.jury.hours import HourToCome
from domain.jury.presence import NoAttemptLeft, NothingNoted
from domain.jury.ruling import ReasonRequired
from domain.jury.session import NotOnThePanel, SessionNotOpen
from domain.people.facts import RoleGranted
from domain.people.identity import IdentityDocument
from domain.ports import Role, RulebookId
from domain.refusal import NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity
from domain.rulebook.session_rules import SILENT, SessionRules
from tests.given.domain.people import (
    AS_ELSA,
    AS_MARC,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    CLOSED,
    EMMA,
    HOUSE,
    JUNE,
    JURY_DAY,
    KARIM,
    MARC,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    RENEE,
    RULEBOOK,
    RULES,
    SAMIR_VAE,
    actor,
    annulled,
    applied,
    before_the_jury,
    ended,
    granted,
    heard,
    opened,
    plan,
    planned,
    recused,
    registered,
    ruled,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

OURS = RulebookId(Rulebook.id_of("IMCI", 3))
CAME = NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE)
CARD = replace(CAME, document=IdentityDocument.IDENTITY_CARD, signed=True)
REMOTELY = replace(CAME, remote=True)
OFFER = OfferRemoteHearing(session=JUNE, candidacy=MARIE_VAE)
ACCEPT = AnswerRemoteHearing(session=JUNE, candidacy=MARIE_VAE, accepted=True)
DECLINE = replace(ACCEPT, accepted=False)
ABSENT = NoteAbsence(session=JUNE, candidacy=MARIE_VAE)
EXCUSED = replace(ABSENT, excused=True, reason="Hospitalisation.")
CORRECT = CorrectAttendance(session=JUNE, candidacy=MARIE_VAE, reason="Arrivée en retard.")
TAKE_UP = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)
CALL_AGAIN = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)


def under(scenario: Scenario, sessions: SessionRules = SILENT, *remote: RemoteActivity) -> SessionPlanned:
    """Let Marie file under a rulebook with these rules on sessions; return the plan of a session under it."""
    rules = replace(RULES, version=3, sessions=sessions, remote=remote)
    scenario.given(At(OURS, (RulebookPublished(rules=rules),)), *vae_filed(MARIE_VAE, OURS))
    return plan(rulebook=OURS)


def summoned_under(scenario: Scenario, sessions: SessionRules = SILENT, *remote: RemoteActivity) -> None:
    scenario.given(*before_the_jury(MARIE_VAE, plan=under(scenario, sessions, *remote), came=False))
    scenario.given(planned(MARCH, replace(plan(), rulebook=OURS)))


def lawful(scenario: Scenario, since: int) -> bool:
    return not [found for found in replay(scenario.store.told) if found.position > since]


# In the room


ARRIVED = CandidateArrived(
    session=JUNE, candidacy=MARIE_VAE, remote=False, arrived_on=JURY_DAY, at=NOON, noted_by=RENEE
)


def test_vae_candidate_must_be_noted_present_before_a_deliberation_opens(scenario: Scenario) -> None:
    summoned_under(scenario)
    since = len(scenario.store.told)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(CandidateNotPresent)
    scenario.when(CAME, by=AS_RENEE)
    scenario.then(ARRIVED)
    scenario.when(CAME, by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert lawful(scenario, since)
    unseen = [told for told in scenario.store.told if not isinstance(told.fact, CandidateArrived)]
    assert [found.rule for found in replay(unseen)][-1:] == [CandidateNotPresent.slug()]


def test_trained_candidate_must_be_noted_present_only_when_the_rulebook_has_hearings(
    scenario: Scenario,
) -> None:
    jury = before_the_jury(MARIE_FI, came=False)
    scenario.given(applied(MARIE_FI), *jury)
    take_up = OpenDeliberation(session=JUNE, candidacy=MARIE_FI)
    scenario.when(take_up, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    scenario.take_back()
    rules = replace(RULES, sessions=SessionRules(hearing=True))
    other = Scenario(today=scenario.today)
    other.given(HOUSE, At(RULEBOOK, (RulebookPublished(rules=rules),)), applied(MARIE_FI), *jury)
    other.when(take_up, by=AS_PAUL)
    other.then_refused(CandidateNotPresent)
    other.when(NoteCandidatePresent(session=JUNE, candidacy=MARIE_FI), by=AS_PAUL)
    other.when(take_up, by=AS_PAUL)
    other.then_recorded(DeliberationOpened)


def test_candidate_signs_and_shows_an_identity_document_when_the_rulebook_requires_it(scenario: Scenario) -> None:
    summoned_under(scenario, SessionRules(sign_in=True))
    since = len(scenario.store.told)
    for lacking in (CAME, replace(CARD, signed=False), replace(CAME, signed=True)):
        scenario.when(lacking, by=AS_RENEE)
        scenario.then_refused(NotSignedIn)
    scenario.when(CARD, by=AS_RENEE)
    scenario.then(replace(ARRIVED, document=IdentityDocument.IDENTITY_CARD, signed=True))
    assert lawful(scenario, since)


def test_arrival_is_noted_at_its_hour_but_not_at_an_hour_to_come(scenario: Scenario) -> None:
    summoned_under(scenario)
    since = len(scenario.store.told)
    scenario.when(replace(CAME, at=time(12, 1)), by=AS_RENEE)
    scenario.then_refused(HourToCome)
    scenario.when(replace(CAME, at=time(9, 5)), by=AS_RENEE)
    scenario.then(replace(ARRIVED, at=time(9, 5)))
    assert lawful(scenario, since)


def test_arrival_is_noted_by_a_member_present_and_not_by_a_substitute_or_an_outsider(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.when(CAME, by=AS_ELSA)
    scenario.then_refused(NotOnThePanel)
    scenario.given(registered(MARC, Role.JUROR))
    scenario.when(CAME, by=AS_MARC)
    scenario.then_refused(NotFound)
    scenario.when(CAME, by=AS_PAUL)
    scenario.then_recorded(CandidateArrived)


def test_registrar_called_before_a_session_cannot_note_another_candidate_present(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE))
    scenario.given(*before_the_jury(MARIE_VAE, SAMIR_VAE, came=False))
    scenario.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(replace(CAME, candidacy=SAMIR_VAE), by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


def test_candidate_cannot_be_noted_present_after_the_deliberation_or_an_absence(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.given(heard(MARIE_VAE))
    scenario.when(CAME, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)
    other = Scenario(today=scenario.today)
    other.given(HOUSE)
    summoned_under(other)
    other.when(ABSENT, by=AS_RENEE)
    other.when(CAME, by=AS_RENEE)
    other.then_refused(AlreadyDecided)


def test_candidate_cannot_be_noted_present_before_the_opening_or_when_not_summoned(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(CARD, by=AS_RENEE)
    scenario.then_refused(SessionNotOpen)
    scenario.given(opened(JUNE))
    scenario.when(replace(CARD, candidacy=SAMIR_VAE), by=AS_RENEE)
    scenario.then_refused(NotSummoned)


def test_candidate_who_is_a_registrar_cannot_note_their_own_attendance(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    for command in (CARD, OFFER, CORRECT):
        scenario.when(command, by=actor(MARIE, Role.REGISTRAR))
        scenario.then_refused(OwnWork)


# Remotely


def test_candidate_is_heard_remotely_once_it_was_offered_and_accepted(scenario: Scenario) -> None:
    summoned_under(scenario, SILENT, RemoteActivity.HEARING)
    since = len(scenario.store.told)
    scenario.when(ACCEPT, by=AS_MARIE)
    scenario.then_refused(RemoteHearingNotAccepted)
    scenario.when(OFFER, by=AS_RENEE)
    scenario.then(RemoteHearingOffered(session=JUNE, candidacy=MARIE_VAE))
    scenario.when(OFFER, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)
    scenario.when(REMOTELY, by=AS_RENEE)
    scenario.then_refused(RemoteHearingNotAccepted)
    scenario.when(ACCEPT, by=AS_MARIE)
    scenario.then(RemoteHearingAnswered(session=JUNE, candidacy=MARIE_VAE, accepted=True))
    scenario.when(REMOTELY, by=AS_RENEE)
    scenario.then_recorded(CandidateArrived)
    assert lawful(scenario, since)


def test_candidate_who_declines_a_remote_hearing_is_heard_in_the_room(scenario: Scenario) -> None:
    summoned_under(scenario, SILENT, RemoteActivity.HEARING)
    scenario.when(OFFER, by=AS_RENEE)
    scenario.when(DECLINE, by=AS_MARIE)
    scenario.when(REMOTELY, by=AS_RENEE)
    scenario.then_refused(RemoteHearingNotAccepted)
    scenario.when(CARD, by=AS_RENEE)
    scenario.then_recorded(CandidateArrived)


def test_candidate_who_declined_a_remote_hearing_is_excused_and_not_absent(scenario: Scenario) -> None:
    remote = replace(under(scenario, SILENT, RemoteActivity.SESSION, RemoteActivity.HEARING), remote=True)
    scenario.given(*before_the_jury(MARIE_VAE, plan=remote, came=False))
    scenario.when(OFFER, by=AS_RENEE)
    scenario.when(DECLINE, by=AS_MARIE)
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.then_refused(RemoteHearingNotAccepted)
    scenario.when(EXCUSED, by=AS_RENEE)
    scenario.then_recorded(CandidateNotHeard)


def test_remote_hearing_cannot_be_offered_when_the_rulebook_says_nothing_of_it(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.when(OFFER, by=AS_RENEE)
    scenario.then_refused(RemoteNotAllowed)


def test_remote_hearing_is_answered_only_by_the_candidate_about_their_own_jury(scenario: Scenario) -> None:
    summoned_under(scenario, SILENT, RemoteActivity.HEARING)
    scenario.when(OFFER, by=AS_RENEE)
    scenario.when(ACCEPT, by=AS_SAMIR)
    scenario.then_refused(NotFound)
    scenario.when(replace(ACCEPT, session=MARCH), by=AS_MARIE)
    scenario.then_refused(NotFound)


# Absences


def test_excused_absence_needs_a_reason_when_the_rulebook_requires_it(scenario: Scenario) -> None:
    summoned_under(scenario, SessionRules(reason_for_excused=True))
    for reason in (None, "  "):
        scenario.when(replace(EXCUSED, reason=reason), by=AS_RENEE)
        scenario.then_refused(ReasonRequired)
    scenario.when(EXCUSED, by=AS_RENEE)
    (fact,) = scenario.then_recorded(CandidateNotHeard)
    assert isinstance(fact, CandidateNotHeard)
    assert fact.attendance is Attendance.EXCUSED
    assert fact.reason is not None


def test_attendance_noted_wrongly_is_corrected_before_the_deliberation(scenario: Scenario) -> None:
    summoned_under(scenario)
    since = len(scenario.store.told)
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_refused(NothingNoted)
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_recorded(AttendanceCorrected)
    scenario.when(CARD, by=AS_RENEE)
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_recorded(AttendanceCorrected)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(CandidateNotPresent)
    scenario.when(CARD, by=AS_RENEE)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)
    assert lawful(scenario, since)


def test_attendance_cannot_be_corrected_once_the_session_is_closed(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.given(At(JUNE, (CLOSED,)))
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_refused(SessionNotOpen)


# Called again


@pytest.mark.parametrize("command", [EXCUSED, ABSENT])
def test_candidate_not_heard_can_be_summoned_again_once_the_session_is_closed(
    scenario: Scenario, command: NoteAbsence
) -> None:
    summoned_under(scenario)
    since = len(scenario.store.told)
    scenario.when(command, by=AS_RENEE)
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_refused(AlreadySummoned)
    scenario.given(At(JUNE, (CLOSED,)))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert lawful(scenario, since + 2)


ONCE = SessionRules(attempts=1, absence_counts=True)


def test_excused_absence_does_not_count_as_an_attempt(scenario: Scenario) -> None:
    summoned_under(scenario, ONCE)
    scenario.when(EXCUSED, by=AS_RENEE)
    scenario.given(ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_absence_counts_as_an_attempt_when_the_rulebook_says_so(scenario: Scenario) -> None:
    summoned_under(scenario, ONCE)
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.given(ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_refused(NoAttemptLeft, 1)


def test_absence_does_not_count_as_an_attempt_when_the_rulebook_does_not_count_it(scenario: Scenario) -> None:
    summoned_under(scenario, SessionRules(attempts=1))
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.given(ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_hearing_counts_as_an_attempt_unless_its_decision_was_annulled(scenario: Scenario) -> None:
    summoned_under(scenario, SessionRules(attempts=1))
    scenario.given(heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_refused(NoAttemptLeft, 1)
    other = Scenario(today=scenario.today)
    other.given(HOUSE)
    summoned_under(other, SessionRules(attempts=2))
    other.given(heard(MARIE_VAE), ended(JUNE), annulled(MARIE_VAE))
    other.when(CALL_AGAIN, by=AS_RENEE)
    assert not isinstance(other.outcome, NoAttemptLeft)


@pytest.mark.parametrize("said", [True, False], ids=["sent before another", "closed without a word"])
def test_hearing_left_with_too_few_members_does_not_count_as_an_attempt(scenario: Scenario, said: bool) -> None:
    """Nothing was decided, and this was not the candidate's fault: another jury will hear them."""
    summoned_under(scenario, SessionRules(attempts=1))
    scenario.given(heard(MARIE_VAE), recused(MARIE_VAE, EMMA), recused(MARIE_VAE, KARIM))
    referred = CandidateReferred(session=JUNE, candidacy=MARIE_VAE, rule="quorum-not-met")
    scenario.given(*([At(Deliberation.id_of(JUNE, MARIE_VAE), (referred,))] if said else []), ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    assert not isinstance(scenario.outcome, NoAttemptLeft)
