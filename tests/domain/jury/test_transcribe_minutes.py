"""Transcription of a session held on paper: the registrar keys its signed minutes under the rules of a live
session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.evidence.evidence import ReceivedFile
from domain.fact import Personal
from domain.framework.definition import Route
from domain.jury.deliberation import KeyedByAnother
from domain.jury.facts import (
    CandidateNotHeard,
    DeliberationOpened,
    DeliberationReopened,
    JurorRecused,
    KeyedFromPaper,
    MinutesSigned,
    MinutesTranscribed,
    ResultsReleased,
    SessionOpened,
    SessionPlanned,
    SessionReopened,
)
from domain.jury.granting import BlockNotAssessed
from domain.jury.paper_minutes import CountersignedByKeyer, NotACandidateThen, NotOnPaper
from domain.jury.ruling import Ruling
from domain.jury.session import (
    JuryComposition,
    MinutesNotSigned,
    NotTheChair,
    PaperMinutesMissing,
    SessionInThePast,
    SittingNotHeld,
)
from domain.jury.vote import VoteOutcome
from domain.people.facts import DuplicateLinked, RoleGranted
from domain.ports import Command, EvidenceId, Recorded, Role
from domain.replay.judge import replay
from domain.standing.standing import standing
from tests.given.domain.people import (
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    NADIA,
    PANEL,
    PAUL,
    RENEE,
    RNCP31936,
    RULEBOOK,
    RULES,
    actor,
    known,
    person,
    plan,
    planned,
    registered,
    summoned,
    tied,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

ZELDA = person("zelda")
HELD_ON = JURY_DAY - timedelta(days=30)
FILE = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="pv.pdf")
SCAN = TranscribeMinutes(session=JUNE, scan=EvidenceId(known("scan")), file=FILE)
SIGN = tuple(SignMemberIn(session=JUNE, juror=each) for each in PANEL)
OPEN = OpenSession(session=JUNE)
TAKE_UP = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)
RULE = RuleCompetences(
    session=JUNE, candidacy=MARIE_VAE, rulings=tuple(Ruling(competence=n, acquired=True) for n in ENOUGH)
)
GRANT = RecordDecision(
    outcome=VoteOutcome.UNANIMOUS,
    session=JUNE,
    candidacy=MARIE_VAE,
    decisions=tuple(BlockDecision(block=block, granted=True) for block in (1, 2, 3, 4)),
)
TITLE = RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=JUNE, candidacy=MARIE_VAE)
CAME = NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE)
KEYED = (TAKE_UP, RULE, GRANT, TITLE)


def held(scenario: Scenario, *more: At) -> None:
    """Plan a session held on paper a month ago, with Marie on its list."""
    on_paper = replace(plan(HELD_ON), on_paper=True)
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE, on_paper), *summoned(JUNE, MARIE_VAE), *more)


def did(scenario: Scenario, *commands: Command) -> None:
    for command in commands:
        scenario.when(command, by=AS_RENEE)
        assert not isinstance(scenario.outcome, Exception), f"{command}: {scenario.outcome!r}"


def plan_of(held_on: date, **changes: Any) -> PlanSession:
    given: dict[str, Any] = {
        "framework": FRAMEWORK,
        "rulebook": RULEBOOK,
        "route": Route.VAE,
        "place": "Paris",
        "places": 5,
    }
    return PlanSession(**given | {"held_on": held_on, "on_paper": True} | changes)


def test_paper_session_is_planned_on_the_past_day_on_which_it_was_held(scenario: Scenario) -> None:
    scenario.when(plan_of(HELD_ON), by=AS_RENEE)
    (fact,) = scenario.then_recorded(SessionPlanned)
    assert isinstance(fact, SessionPlanned)
    assert (fact.held_on, fact.on_paper) == (HELD_ON, True)
    scenario.when(plan_of(JURY_DAY + timedelta(days=1)), by=AS_RENEE)
    scenario.then_refused(SittingNotHeld)
    scenario.when(plan_of(HELD_ON, on_paper=False), by=AS_RENEE)
    scenario.then_refused(SessionInThePast)


def test_paper_session_cannot_be_keyed_before_the_scan_of_its_minutes_is_recorded(scenario: Scenario) -> None:
    held(scenario)
    scenario.when(OPEN, by=AS_RENEE)
    scenario.then_refused(PaperMinutesMissing)
    scenario.when(SCAN, by=AS_RENEE)
    (fact,) = scenario.then_recorded(MinutesTranscribed)
    assert isinstance(fact, MinutesTranscribed)
    assert fact.transcribed_on == JURY_DAY
    assert (fact.scan, fact.name) == (SCAN.scan, Personal("pv.pdf", JUNE))
    assert fact.digest.person == JUNE  # about everybody on the list: no person's erasure erases it
    scenario.when(SCAN, by=AS_RENEE)
    scenario.then_refused(NotOnPaper)
    did(scenario, *SIGN)
    scenario.when(OPEN, by=AS_RENEE)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=HELD_ON))


def test_scan_of_minutes_is_refused_for_a_live_session(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(SCAN, by=AS_RENEE)
    scenario.then_refused(NotOnPaper)


def test_results_of_a_paper_session_are_released_once_keyed_and_countersigned_by_the_chair(
    scenario: Scenario,
) -> None:
    held(scenario)
    since = len(scenario.store.told)
    did(scenario, SCAN, *SIGN, OPEN, CAME, *KEYED, CloseSession(session=JUNE))
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    scenario.then_refused(MinutesNotSigned)
    scenario.when(SignMinutes(session=JUNE), by=AS_NADIA)
    scenario.then_refused(NotTheChair)
    scenario.when(SignMinutes(session=JUNE), by=AS_PAUL)
    scenario.then_recorded(MinutesSigned)
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    scenario.then(ResultsReleased(released_on=JURY_DAY))
    now = standing(RNCP31936, RULES, scenario.store.told, provisional=False)
    assert (now.outcome, now.title_on) == ("full", HELD_ON)
    assert not [found for found in replay(scenario.store.told) if found.position > since]


@pytest.mark.parametrize("command", KEYED, ids=lambda each: type(each).__name__)
def test_registrar_who_keys_a_part_of_a_paper_session_is_noted_once(scenario: Scenario, command: Command) -> None:
    held(scenario, registered(ZELDA, Role.REGISTRAR))
    did(scenario, SCAN, *SIGN, OPEN, CAME, *KEYED[: KEYED.index(command)])
    scenario.when(command, by=actor(ZELDA, Role.REGISTRAR))
    assert isinstance(scenario.outcome, Recorded)
    keyed = [fact for fact in scenario.outcome.facts if isinstance(fact, KeyedFromPaper)]
    assert keyed == [KeyedFromPaper(session=JUNE, candidacy=MARIE_VAE, keyed_by=ZELDA)]
    assert scenario.wrong() == []


@pytest.mark.parametrize("command", KEYED, ids=lambda each: type(each).__name__)
def test_paper_session_cannot_be_keyed_by_a_member(scenario: Scenario, command: Command) -> None:
    held(scenario)
    did(scenario, SCAN, *SIGN, OPEN, CAME)
    for keyed in KEYED[: KEYED.index(command)]:
        did(scenario, keyed)
    scenario.when(command, by=AS_PAUL)
    scenario.then_refused(KeyedByAnother)


@pytest.mark.parametrize("command", KEYED, ids=lambda each: type(each).__name__)
def test_live_session_cannot_be_keyed_by_a_registrar(scenario: Scenario, command: Command) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    did(scenario, *SIGN, OPEN, CAME)
    for keyed in KEYED[: KEYED.index(command)]:
        scenario.when(keyed, by=AS_PAUL)
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(KeyedByAnother)


def test_registrar_cannot_transcribe_the_minutes_of_their_own_candidacy(scenario: Scenario) -> None:
    held(scenario, At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(SCAN, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
    did(scenario, SCAN, *SIGN, OPEN, CAME)
    scenario.when(TAKE_UP, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


def test_registrar_cannot_transcribe_the_minutes_of_a_candidacy_under_a_duplicate_file_of_theirs(
    scenario: Scenario,
) -> None:
    held(scenario)
    did(scenario, SCAN, *SIGN, OPEN, CAME)
    scenario.given(At(RENEE, (DuplicateLinked(other=MARIE, reason=Personal("x", MARIE)),)))
    scenario.when(TAKE_UP, by=AS_RENEE)
    scenario.then_refused(OwnWork)


# The same rules as for a live session


def test_paper_session_cannot_be_opened_with_an_unlawful_panel(scenario: Scenario) -> None:
    held(scenario)
    did(scenario, SCAN)
    did(scenario, *SIGN[:4])
    scenario.when(OPEN, by=AS_RENEE)
    scenario.then_refused(JuryComposition)


def test_paper_session_cannot_be_keyed_with_a_member_tied_to_the_candidate(scenario: Scenario) -> None:
    held(scenario, tied(NADIA, MARIE))
    did(scenario, SCAN, *SIGN, OPEN, CAME)
    scenario.when(TAKE_UP, by=AS_RENEE)
    scenario.then_refused(ConflictOfInterest, NADIA)


def test_paper_session_cannot_grant_a_block_without_its_rulings(scenario: Scenario) -> None:
    held(scenario)
    did(scenario, SCAN, *SIGN, OPEN, CAME, TAKE_UP)
    scenario.then_recorded(KeyedFromPaper, DeliberationOpened)
    scenario.when(GRANT, by=AS_RENEE)
    scenario.then_refused(BlockNotAssessed)


def test_paper_session_cannot_be_countersigned_by_the_person_who_keyed_it(scenario: Scenario) -> None:
    """The chair keyed the absence of a candidate as a registrar; another person must sign."""
    held(scenario)
    did(scenario, SCAN, *SIGN, OPEN)
    scenario.given(At(PAUL, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(NoteAbsence(session=JUNE, candidacy=MARIE_VAE), by=actor(PAUL, Role.REGISTRAR))
    scenario.then_recorded(KeyedFromPaper, CandidateNotHeard)
    did(scenario, CloseSession(session=JUNE))
    scenario.when(SignMinutes(session=JUNE), by=AS_PAUL)
    scenario.then_refused(CountersignedByKeyer)


def test_registrar_who_reopens_a_paper_session_for_a_tied_member_is_noted_as_keying_it(scenario: Scenario) -> None:
    held(scenario, registered(ZELDA, Role.REGISTRAR))
    did(scenario, SCAN, *SIGN, OPEN, CAME, *KEYED, CloseSession(session=JUNE))
    scenario.given(tied(NADIA, MARIE))
    again = ReopenDeliberation(session=JUNE, candidacy=MARIE_VAE, reason="Un lien a été découvert.")
    scenario.when(again, by=actor(ZELDA, Role.REGISTRAR))
    _, keyed, *_ = scenario.then_recorded(SessionReopened, KeyedFromPaper, JurorRecused, DeliberationReopened)
    assert keyed == KeyedFromPaper(session=JUNE, candidacy=MARIE_VAE, keyed_by=ZELDA)
    assert scenario.wrong() == []
    unsaid = [told for told in scenario.store.told if told.fact != keyed]
    (found,) = (found for found in replay(unsaid) if found.position > scenario.head)
    assert found.position == scenario.head + 1, "as the first command says that may have recorded these facts"


def test_candidate_who_applied_after_the_day_of_a_paper_session_cannot_come_before_it(scenario: Scenario) -> None:
    before = date(2020, 12, 31)
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE, replace(plan(before), on_paper=True)))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(NotACandidateThen, MARIE_VAE)
    scenario.given(*summoned(JUNE, MARIE_VAE))
    did(scenario, SCAN, *SIGN, OPEN, CAME)
    scenario.when(TAKE_UP, by=AS_RENEE)
    scenario.then_refused(NotACandidateThen, MARIE_VAE)
