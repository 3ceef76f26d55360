"""Property tests of an épreuve: invariants of any sequence of commands, right or wrong."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.assessment.assessment import Assessment, Opinion
from domain.candidacy.facts import AssessorAssigned
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.assess_paper import AssessPaper
from domain.commands.assessment.file_paper import FilePaper
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.name_marker import NameMarker
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.cancel_sitting import CancelSitting
from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.close_sitting import CloseSitting
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.grant_accommodation import GrantAccommodation
from domain.commands.exam.hand_over_case import HandOverCase
from domain.commands.exam.open_sitting import OpenSitting
from domain.commands.exam.replace_invigilator import ReplaceInvigilator
from domain.commands.exam.report_incident import ReportIncident
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.commands.exam.sign_attendance import SignAttendance
from domain.exam.facts import (
    AccommodationGranted,
    AttendanceSigned,
    IdentityChecked,
    IncidentReported,
    MarkerNamed,
    Movement,
    PaperCollected,
    SittingClosed,
    SittingFact,
    SittingOpened,
)
from domain.exam.measures import ExactFraction, Measures
from domain.fact import RecordedFact
from domain.people.identity import IdentityDocument
from domain.ports import Actor, CandidacyId, Command, Role
from domain.replay.judge import replay
from domain.standing.disclosure import relation
from tests.given.domain.epreuves import (
    AS_DINA,
    AS_INES,
    AS_OLIVE,
    BASILE_FI,
    DAY,
    EPREUVES,
    INES_CL,
    OLIVE,
    PLAN,
    SITTING,
)
from tests.given.domain.people import AS_ASTRID, AS_RENEE, ASTRID, HOUSE, person, registered
from tests.given.domain.scenario import At, Scenario

CANDIDACIES = (INES_CL, BASILE_FI)
CASE_DAY = date(2021, 6, 1)
A_QUARTER = Measures(extra_time=ExactFraction(numerator=1, denominator=4))
Step = tuple[Command, Actor, date]


def before(candidacy: CandidacyId) -> tuple[Step, ...]:
    return (
        (CallToSitting(sitting=SITTING, candidacy=candidacy), AS_RENEE, date(2021, 5, 3)),
        (HandOverCase(sitting=SITTING, candidacy=candidacy), AS_RENEE, CASE_DAY),
        (RequestAccommodation(candidacy=candidacy, reason="x"), AS_INES, CASE_DAY),
        (GrantAccommodation(candidacy=candidacy, measures=A_QUARTER), AS_DINA, CASE_DAY),
    )


def during(candidacy: CandidacyId) -> tuple[Step, ...]:
    sitting, paper = SITTING, 1 if candidacy == INES_CL else 2
    return (
        (
            CheckIdentity(sitting=sitting, candidacy=candidacy, document=IdentityDocument.OTHER, matches=True),
            AS_OLIVE,
            DAY,
        ),
        (SignAttendance(sitting=sitting, candidacy=candidacy, movement=Movement.IN), AS_OLIVE, DAY),
        (ReportIncident(sitting=sitting, candidacy=candidacy, account="x"), AS_OLIVE, DAY),
        (CollectPaper(sitting=sitting, candidacy=candidacy, number=paper), AS_OLIVE, DAY),
        (SignAttendance(sitting=sitting, candidacy=candidacy, movement=Movement.OUT), AS_OLIVE, DAY),
    )


def after(candidacy: CandidacyId) -> tuple[Step, ...]:
    paper = 1 if candidacy == INES_CL else 2
    return (
        (AssignAssessor(candidacy=candidacy, assessor=ASTRID, competences=(1,)), AS_RENEE, DAY),
        (AssessCompetence(candidacy=candidacy, competence=1, mark="acquired"), AS_ASTRID, DAY),
        (AssessPaper(sitting=SITTING, number=paper, marks=(Opinion(competence=1, mark="acquired"),)), AS_ASTRID, DAY),
        (FilePaper(sitting=SITTING, number=paper, assessment=Assessment.id_of(candidacy, ASTRID)), AS_ASTRID, DAY),
    )


OTTO = person("otto")
COURSE: tuple[Step, ...] = (
    *before(INES_CL),
    *before(BASILE_FI),
    (OpenSitting(sitting=SITTING), AS_OLIVE, DAY),
    *during(INES_CL),
    *during(BASILE_FI),
    (CloseSitting(sitting=SITTING), AS_OLIVE, DAY),
    (ReplaceInvigilator(sitting=SITTING, replaced=OLIVE, invigilator=OTTO, reason="x"), AS_RENEE, DAY),
    (NameMarker(sitting=SITTING, assessor=ASTRID), AS_RENEE, DAY),
    *after(INES_CL),
    *after(BASILE_FI),
    (CancelSitting(sitting=SITTING, reason="x"), AS_RENEE, DAY),
)
ORDER = st.lists(st.integers(0, len(COURSE) - 1), max_size=12)
"""What comes out of its turn."""


def played(strays: list[int], skipped: set[int]) -> list[RecordedFact]:
    """Play the course with the steps of `skipped` left out and stray steps added; return its facts."""
    scene = Scenario(today=DAY)
    scene.given(*HOUSE, *EPREUVES, registered(OTTO, Role.INVIGILATOR), At(SITTING, (PLAN,)))
    start = len(scene.store.told)
    for turn, (command, by, on) in enumerate(COURSE):
        if turn not in skipped:
            scene.when(command, by=by, on=on)
        for stray in strays[turn::7]:
            other, who, day = COURSE[stray]
            scene.when(other, by=who, on=day)
    facts = scene.store.told[start:]
    assert [found for found in replay(scene.store.told) if found.position > start] == []
    return facts


def of_sitting(facts: list[RecordedFact]) -> list[SittingFact]:
    return [told.fact for told in facts if told.stamp.stream == SITTING]  # type: ignore[misc]


@settings(max_examples=80, deadline=None)
@given(ORDER, st.sets(st.integers(0, len(COURSE) - 1), max_size=6))
def test_sitting_keeps_its_invariants_under_any_sequence_of_commands(strays: list[int], skipped: set[int]) -> None:
    facts = played(strays, skipped)
    told = of_sitting(facts)
    began = next((n for n, fact in enumerate(told) if isinstance(fact, SittingOpened)), len(told))
    signed: dict[CandidacyId, set[Movement]] = {}
    known: set[CandidacyId] = set()
    reported: set[CandidacyId] = set()
    numbers: set[int] = set()
    for n, fact in enumerate(told):
        match fact:
            case IdentityChecked(candidacy=candidacy):
                known.add(candidacy)
            case AttendanceSigned(candidacy=candidacy, movement=movement):
                assert n > began
                assert candidacy in known
                assert (Movement.IN in signed.get(candidacy, set())) == (movement is Movement.OUT)
                signed.setdefault(candidacy, set()).add(movement)
            case IncidentReported(candidacy=candidacy):
                reported.add(candidacy)
            case PaperCollected(candidacy=candidacy, number=number, under_reserve=reserve):
                assert Movement.IN in signed[candidacy]
                assert number not in numbers
                assert reserve == (candidacy in reported)
                numbers.add(number)
            case SittingClosed():
                assert all(Movement.OUT in moves for moves in signed.values())
            case MarkerNamed(numbers=given):
                assert set(given) <= numbers
            case _:
                pass


@settings(max_examples=80, deadline=None)
@given(ORDER, st.sets(st.integers(0, len(COURSE) - 1), max_size=6))
def test_minutes_follow_from_the_accommodation_and_no_assessor_marks_both_by_name_and_by_number(
    strays: list[int], skipped: set[int]
) -> None:
    facts = played(strays, skipped)
    granted: set[CandidacyId] = set()
    named: dict[CandidacyId, set[bool]] = {}
    for told in facts:
        match told.fact:
            case AccommodationGranted(candidacy=candidacy):
                granted.add(candidacy)
            case AttendanceSigned(candidacy=candidacy, movement=Movement.IN, minutes=minutes):
                assert minutes == (150 if candidacy in granted else 120)
            case AssessorAssigned(sitting=sitting):
                named.setdefault(CandidacyId(told.stamp.stream), set()).add(sitting is None)
            case _:
                pass
    for candidacy, ways in named.items():
        assert len(ways) == 1
        dossier = [told for told in facts if told.stamp.stream == candidacy]
        assert (ASTRID in relation(dossier).assessors) == (True in ways)
