"""Did the candidate come, in the room or remotely, and what when they did not?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import AlreadyDecided, AlreadySummoned, OwnWork
from domain.candidacy.facts import CandidateSummoned
from domain.commands.jury.answer_remote_hearing import AnswerRemoteHearing
from domain.commands.jury.correct_attendance import CorrectAttendance
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.offer_remote_hearing import OfferRemoteHearing
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.sign_candidate_in import SignCandidateIn
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.jury.attendance import RemoteHearingNotAccepted
from domain.jury.connection import RemoteNotAllowed
from domain.jury.deliberation import Deliberation, NotSummoned
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    CandidateListed,
    CandidateNotHeard,
    CandidateReferred,
    CandidateSignedIn,
    DeliberationOpened,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    SessionPlanned,
)
from domain.jury.presence import NoAttemptLeft, NothingNoted
from domain.jury.ruling import NotReady, ReasonRequired
from domain.jury.session import SessionNotOpen
from domain.people.facts import RoleGranted
from domain.people.identity import IdentityDocument
from domain.ports import Role, RulebookId
from domain.refusal import NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Held
from domain.rulebook.session_rules import SILENT, SessionRules
from tests.given.domain.people import (
    AS_ELSA,
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
    MARCH,
    MARIE,
    MARIE_VAE,
    RULES,
    SAMIR_VAE,
    actor,
    annulled,
    before_the_jury,
    ended,
    granted,
    heard,
    opened,
    plan,
    planned,
    recused,
    ruled,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

OURS = RulebookId(Rulebook.id_of("IMCI", 3))
CARD = SignCandidateIn(session=JUNE, candidacy=MARIE_VAE, document=IdentityDocument.IDENTITY_CARD)
REMOTELY = replace(CARD, remote=True)
OFFER = OfferRemoteHearing(session=JUNE, candidacy=MARIE_VAE)
ACCEPT = AnswerRemoteHearing(session=JUNE, candidacy=MARIE_VAE, accepted=True)
DECLINE = replace(ACCEPT, accepted=False)
ABSENT = NoteAbsence(session=JUNE, candidacy=MARIE_VAE)
EXCUSED = replace(ABSENT, excused=True, reason="Hospitalisation.")
CORRECT = CorrectAttendance(session=JUNE, candidacy=MARIE_VAE, reason="Arrivée en retard.")
TAKE_UP = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)
CALL_AGAIN = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)


def under(scenario: Scenario, sessions: SessionRules = SILENT, *remote: Held) -> SessionPlanned:
    """Marie has filed under a rulebook that says this of sessions; gives the plan of a session under it."""
    rules = replace(RULES, version=3, sessions=sessions, remote=remote)
    scenario.given(At(OURS, (RulebookPublished(rules=rules),)), *vae_filed(MARIE_VAE, OURS))
    return plan(rulebook=OURS)


def summoned_under(scenario: Scenario, sessions: SessionRules = SILENT, *remote: Held) -> None:
    scenario.given(*before_the_jury(MARIE_VAE, plan=under(scenario, sessions, *remote)))
    scenario.given(planned(MARCH, replace(plan(), rulebook=OURS)))


def lawful(scenario: Scenario, since: int) -> bool:
    return not [found for found in replay(scenario.store.told) if found.position > since]


# In the room


def test_a_candidate_signs_in_identity_checked_by_a_kind_of_document(scenario: Scenario) -> None:
    summoned_under(scenario, SessionRules(sign_in=True))
    since = len(scenario.store.told)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(NotReady)
    scenario.when(CARD, by=AS_RENEE)
    card = IdentityDocument.IDENTITY_CARD
    scenario.then(
        CandidateSignedIn(session=JUNE, candidacy=MARIE_VAE, document=card, remote=False, signed_on=JURY_DAY)
    )
    scenario.when(CARD, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert lawful(scenario, since)


def test_a_member_who_signed_in_checks_too_one_who_did_not_does_not(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.when(CARD, by=AS_ELSA)
    scenario.then_refused(NotFound)
    scenario.when(CARD, by=AS_PAUL)
    scenario.then_recorded(CandidateSignedIn)


def test_who_is_not_called_here_does_not_sign_in_nor_before_the_session_opens(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(CARD, by=AS_RENEE)
    scenario.then_refused(SessionNotOpen)
    scenario.given(opened(JUNE))
    scenario.when(replace(CARD, candidacy=SAMIR_VAE), by=AS_RENEE)
    scenario.then_refused(NotSummoned)


def test_nobody_signs_themselves_in(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    for command in (CARD, OFFER, CORRECT):
        scenario.when(command, by=actor(MARIE, Role.REGISTRAR))
        scenario.then_refused(OwnWork)


# Remotely


def test_one_is_heard_remotely_when_it_was_offered_and_accepted(scenario: Scenario) -> None:
    summoned_under(scenario, SILENT, Held.HEARING)
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
    scenario.then_recorded(CandidateSignedIn)
    assert lawful(scenario, since)


def test_who_declines_is_heard_in_the_room(scenario: Scenario) -> None:
    summoned_under(scenario, SILENT, Held.HEARING)
    scenario.when(OFFER, by=AS_RENEE)
    scenario.when(DECLINE, by=AS_MARIE)
    scenario.when(REMOTELY, by=AS_RENEE)
    scenario.then_refused(RemoteHearingNotAccepted)
    scenario.when(CARD, by=AS_RENEE)
    scenario.then_recorded(CandidateSignedIn)


def test_nobody_is_absent_from_a_remote_jury_that_they_declined(scenario: Scenario) -> None:
    remote = replace(under(scenario, SILENT, Held.SESSION, Held.HEARING), remote=True)
    scenario.given(*before_the_jury(MARIE_VAE, plan=remote))
    scenario.when(OFFER, by=AS_RENEE)
    scenario.when(DECLINE, by=AS_MARIE)
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.then_refused(RemoteHearingNotAccepted)
    scenario.when(EXCUSED, by=AS_RENEE)
    scenario.then_recorded(CandidateNotHeard)


def test_a_rulebook_that_says_nothing_of_remote_hearings_allows_none(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.when(OFFER, by=AS_RENEE)
    scenario.then_refused(RemoteNotAllowed)


def test_one_answers_for_oneself_and_about_a_jury_that_one_is_called_before(scenario: Scenario) -> None:
    summoned_under(scenario, SILENT, Held.HEARING)
    scenario.when(OFFER, by=AS_RENEE)
    scenario.when(ACCEPT, by=AS_SAMIR)
    scenario.then_refused(NotFound)
    scenario.when(replace(ACCEPT, session=MARCH), by=AS_MARIE)
    scenario.then_refused(NotFound)


# Not there


def test_an_excused_absence_says_why_where_the_rulebook_asks(scenario: Scenario) -> None:
    summoned_under(scenario, SessionRules(reason_for_excused=True))
    for reason in (None, "  "):
        scenario.when(replace(EXCUSED, reason=reason), by=AS_RENEE)
        scenario.then_refused(ReasonRequired)
    scenario.when(EXCUSED, by=AS_RENEE)
    (fact,) = scenario.then_recorded(CandidateNotHeard)
    assert isinstance(fact, CandidateNotHeard)
    assert fact.attendance is Attendance.EXCUSED
    assert fact.reason is not None


def test_what_was_noted_wrongly_is_taken_back_before_the_jury_takes_the_candidate_up(scenario: Scenario) -> None:
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
    scenario.then_recorded(DeliberationOpened)
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)
    assert lawful(scenario, since)


def test_nor_once_the_session_is_closed(scenario: Scenario) -> None:
    summoned_under(scenario)
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.given(At(JUNE, (CLOSED,)))
    scenario.when(CORRECT, by=AS_RENEE)
    scenario.then_refused(SessionNotOpen)


# Called again


@pytest.mark.parametrize("command", [EXCUSED, ABSENT])
def test_who_was_not_heard_is_called_again_once_that_session_is_closed(
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


def test_an_excused_absence_is_no_attempt(scenario: Scenario) -> None:
    summoned_under(scenario, ONCE)
    scenario.when(EXCUSED, by=AS_RENEE)
    scenario.given(ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_an_absence_is_one_where_the_rulebook_says_so(scenario: Scenario) -> None:
    summoned_under(scenario, ONCE)
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.given(ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_refused(NoAttemptLeft, 1)


def test_and_none_where_it_does_not(scenario: Scenario) -> None:
    summoned_under(scenario, SessionRules(attempts=1))
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.given(ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_a_hearing_is_one_unless_its_decision_was_annulled(scenario: Scenario) -> None:
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
def test_nor_is_one_after_which_too_few_were_left_to_decide(scenario: Scenario, said: bool) -> None:
    """Nothing was decided, for no fault of the candidate's: another jury is to hear them."""
    summoned_under(scenario, SessionRules(attempts=1))
    scenario.given(heard(MARIE_VAE), recused(MARIE_VAE, EMMA), recused(MARIE_VAE, KARIM))
    referred = CandidateReferred(session=JUNE, candidacy=MARIE_VAE, rule="quorum-not-met")
    scenario.given(*([At(Deliberation.id_of(JUNE, MARIE_VAE), (referred,))] if said else []), ended(JUNE))
    scenario.when(CALL_AGAIN, by=AS_RENEE)
    assert not isinstance(scenario.outcome, NoAttemptLeft)
