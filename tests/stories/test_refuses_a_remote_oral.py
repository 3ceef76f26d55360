"""Excused, absent, refusing a remote oral: none of the three is a mark, and each is different.

The rulebook allows a remote hearing, where it was offered and accepted. Marie declines, and is heard in the room. A
candidate who did not accept a jury that meets remotely, because they declined or were never asked, cannot be noted
absent from it, and a candidate who was not heard there cannot be judged: they are heard remotely as they accepted, or
in the room where they signed in. Excused or absent, she comes before a later jury: nothing was decided on her either
way. If the rulebook does not mention remote hearings, none can be planned, and one can be offered only by an
accommodation.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.commands.exam.grant_accommodation import GrantAccommodation
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.commands.jury.answer_remote_hearing import AnswerRemoteHearing
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.connect_juror import ConnectJuror
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.offer_remote_hearing import OfferRemoteHearing
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.exam.measures import Measures
from domain.framework.definition import Route
from domain.jury.attendance import CandidateNotPresent, RemoteHearingNotAccepted
from domain.jury.connection import RemoteNotAllowed
from domain.jury.facts import Attendance, CandidateArrived, CandidateNotHeard
from domain.organisation.venue import SiteNotAuthorised
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, Role, RulebookId, SessionId
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity, Rules
from domain.standing.standing import Outcome, standing
from tests.given.domain.epreuves import AS_DINA, DINA
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    FRAMEWORK,
    MARIE_VAE,
    PANEL,
    RNCP31936,
    RULES,
    SEATS,
    registered,
    vae_filed,
)
from tests.given.domain.scenario import At
from tests.given.stories.acts import Stage, appointing

MAY, JUNE, LATER = date(2021, 5, 3), date(2021, 6, 15), date(2021, 9, 15)
REMOTELY = replace(RULES, version=3, remote=(RemoteActivity.SESSION, RemoteActivity.HEARING))
IN_ROOMS = replace(RULES, version=3)
RULEBOOK = RulebookId(Rulebook.id_of("IMCI", 3))


class Oral(Stage):
    """Marie's VAE candidacy, filed, under a rulebook of its own."""

    def __init__(self, rules: Rules = REMOTELY) -> None:
        super().__init__(MAY)
        self.scene.given(At(RULEBOOK, (RulebookPublished(rules=rules),)), *vae_filed(MARIE_VAE, RULEBOOK))
        self._start = len(self.facts)

    def planned(self, held_on: date = JUNE, *, remote: bool = False) -> PlanSession:
        return PlanSession(
            framework=FRAMEWORK,
            rulebook=RULEBOOK,
            route=Route.VAE,
            held_on=held_on,
            place="à distance" if remote else "Paris",
            places=10,
            remote=remote,
        )

    def called(self, held_on: date = JUNE, *, remote: bool = False) -> SessionId:
        self.on(MAY, self.planned(held_on, remote=remote))
        session = SessionId(self.facts[-1].stamp.stream)
        for seat in SEATS:
            self.on(MAY, appointing(session, seat))
        self.on(MAY, SummonCandidate(session=session, candidacy=MARIE_VAE))
        return session

    def joined(self, session: SessionId) -> None:
        for juror in PANEL:
            self.on(JUNE, ConnectJuror(session=session, juror=juror, document=IdentityDocument.PASSPORT))

    def declines(self, session: SessionId) -> None:
        self.on(MAY, OfferRemoteHearing(session=session, candidacy=MARIE_VAE))
        answer = AnswerRemoteHearing(session=session, candidacy=MARIE_VAE, accepted=False)
        self.on(MAY, answer, AS_MARIE)

    def ends(self, session: SessionId, day: date = JUNE) -> None:
        self.on(day, CloseSession(session=session))
        self.on(day, SignMinutes(session=session), AS_PAUL)
        self.on(day, ReleaseResults(session=session))

    def outcome(self, candidacy: CandidacyId = MARIE_VAE) -> Outcome:
        return standing(RNCP31936, REMOTELY, self.dossier(candidacy)).outcome


def coming(session: SessionId, *, remote: bool) -> NoteCandidatePresent:
    return NoteCandidatePresent(session=session, candidacy=MARIE_VAE, remote=remote)


def test_candidate_who_declines_a_remote_hearing_is_heard_in_the_room() -> None:
    story = Oral()
    session = story.called()
    story.declines(session)
    story.opens_with(JUNE, session, PANEL)
    story.scene.when(coming(session, remote=True), by=AS_RENEE, on=JUNE)
    story.scene.then_refused(RemoteHearingNotAccepted)
    story.on(JUNE, coming(session, remote=False))
    story.takes_up(JUNE, session, MARIE_VAE, AS_PAUL)
    assert story.unlawful == []


def test_candidate_who_declines_a_remote_jury_is_excused_and_not_absent() -> None:
    story = Oral()
    session = story.called(remote=True)
    story.declines(session)
    story.joined(session)
    story.opens_with(JUNE, session, PANEL)
    story.scene.when(NoteAbsence(session=session, candidacy=MARIE_VAE), by=AS_RENEE, on=JUNE)
    story.scene.then_refused(RemoteHearingNotAccepted)
    excused = NoteAbsence(
        session=session, candidacy=MARIE_VAE, excused=True, reason="N'a pas accepté d'être entendue à distance."
    )
    story.on(JUNE, excused)
    story.ends(session)
    assert story.outcome() is Outcome.IN_PROGRESS
    later = story.called(LATER)
    story.opens_with(LATER, later, PANEL)
    story.takes_up(LATER, later, MARIE_VAE, AS_PAUL)
    assert story.unlawful == []


def test_remote_jury_cannot_deliberate_on_a_candidate_who_declined_and_did_not_come() -> None:
    """She declines, then comes to the room: once noted present there, she is heard there."""
    story = Oral()
    session = story.called(remote=True)
    story.declines(session)
    story.joined(session)
    story.opens_with(JUNE, session, PANEL)
    take_up = OpenDeliberation(session=session, candidacy=MARIE_VAE)
    story.scene.when(take_up, by=AS_PAUL, on=JUNE)
    story.scene.then_refused(CandidateNotPresent)
    story.on(JUNE, coming(session, remote=False))
    story.on(JUNE, take_up, AS_PAUL)
    assert story.unlawful == []
    unsigned = [told for told in story.facts if not isinstance(told.fact, CandidateArrived)]
    assert [found.rule for found in replay(unsigned)][-1:] == [CandidateNotPresent.slug()]


def test_candidate_without_an_offer_cannot_be_noted_absent_from_a_remote_jury() -> None:
    story = Oral()
    session = story.called(remote=True)
    story.joined(session)
    story.opens_with(JUNE, session, PANEL)
    absent = NoteAbsence(session=session, candidacy=MARIE_VAE)
    story.scene.when(absent, by=AS_RENEE, on=JUNE)
    story.scene.then_refused(RemoteHearingNotAccepted)
    story.on(JUNE, replace(absent, excused=True, reason="Ne s'est pas vu proposer l'audition à distance."))
    assert story.unlawful == []
    *before, noted = story.facts
    assert isinstance(noted.fact, CandidateNotHeard)
    forged = replace(noted, fact=replace(noted.fact, attendance=Attendance.ABSENT))
    assert [found.rule for found in replay([*before, forged])][-1:] == [RemoteHearingNotAccepted.slug()]


def test_candidate_who_accepted_a_remote_jury_and_does_not_come_is_absent() -> None:
    story = Oral()
    session = story.called(remote=True)
    story.on(MAY, OfferRemoteHearing(session=session, candidacy=MARIE_VAE))
    story.on(MAY, AnswerRemoteHearing(session=session, candidacy=MARIE_VAE, accepted=True), AS_MARIE)
    story.joined(session)
    story.opens_with(JUNE, session, PANEL)
    story.on(JUNE, NoteAbsence(session=session, candidacy=MARIE_VAE))
    assert story.unlawful == []


@pytest.mark.parametrize(
    ("excused", "attendance"), [(True, Attendance.EXCUSED), (False, Attendance.ABSENT)], ids=["excused", "absent"]
)
def test_absent_or_excused_candidate_has_no_result_and_can_be_summoned_again(
    excused: bool, attendance: Attendance
) -> None:
    story = Oral()
    session = story.called()
    story.opens_with(JUNE, session, PANEL)
    story.on(
        JUNE, NoteAbsence(session=session, candidacy=MARIE_VAE, excused=excused, reason="x" if excused else None)
    )
    noted = story.facts[-1].fact
    assert isinstance(noted, CandidateNotHeard)
    assert noted.attendance is attendance
    story.ends(session)
    assert story.outcome() is Outcome.IN_PROGRESS, "an absence is no mark"
    story.called(LATER)
    assert story.unlawful == []


def test_remote_session_and_hearing_are_refused_when_the_rulebook_is_silent() -> None:
    """A26: remote is a place that the rulebook allows or forbids."""
    story = Oral(IN_ROOMS)
    story.scene.when(story.planned(remote=True), by=AS_RENEE, on=MAY)
    refusal = story.scene.then_refused(SiteNotAuthorised)
    assert [each.rule for each in refusal.violations] == ["remote-not-allowed"]
    session = story.called()
    story.scene.when(OfferRemoteHearing(session=session, candidacy=MARIE_VAE), by=AS_RENEE, on=MAY)
    story.scene.then_refused(RemoteNotAllowed)


def test_remote_hearing_can_be_offered_when_the_disability_officer_granted_it() -> None:
    story = Oral(IN_ROOMS)
    story.scene.given(registered(DINA, Role.DISABILITY_OFFICER))
    session = story.called()
    story.on(MAY, RequestAccommodation(candidacy=MARIE_VAE, reason="Ne peut se déplacer."), AS_MARIE)
    story.on(MAY, GrantAccommodation(candidacy=MARIE_VAE, measures=Measures(remote=True)), AS_DINA)
    story.on(MAY, OfferRemoteHearing(session=session, candidacy=MARIE_VAE))
    story.on(MAY, AnswerRemoteHearing(session=session, candidacy=MARIE_VAE, accepted=True), AS_MARIE)
    story.opens_with(JUNE, session, PANEL)
    story.on(JUNE, coming(session, remote=True))
    assert story.unlawful == []
