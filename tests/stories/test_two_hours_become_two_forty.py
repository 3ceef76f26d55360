"""The individual candidate whose two hours become 2 h 40, and her neighbour's telephone.

Ines sits an épreuve on her own account. The rulebook gives her the case a fortnight before; the disability officer
gives her a third more time, and only the officer knows why. Her neighbour is seen with a telephone: this concerns him
alone, and her dossier does not mention it. The jury reads the measure, never the reason.

Code du travail D5211-6: an institution that delivers titles adapts its own rules, which is the role of the rulebook
here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

import pytest

from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.close_sitting import CloseSitting
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.grant_accommodation import GrantAccommodation
from domain.commands.exam.hand_over_case import HandOverCase
from domain.commands.exam.open_sitting import OpenSitting
from domain.commands.exam.plan_sitting import PlanSitting
from domain.commands.exam.report_incident import ReportIncident
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.commands.exam.sign_attendance import SignAttendance
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.exam.facts import (
    AccommodationGranted,
    AccommodationRefused,
    AccommodationRequested,
    AttendanceSigned,
    IncidentReported,
    Movement,
    PaperCollected,
)
from domain.exam.measures import ExactFraction, Measures
from domain.exam.sitting import CaseNotHandedOver
from domain.fact import RecordedFact
from domain.framework.definition import Route
from domain.people.identity import IdentityDocument
from domain.ports import Actor, CandidacyId, Command, Role, SessionId, SittingId
from domain.standing.disclosure import disclosed
from tests.given.domain.centres import SHEETS
from tests.given.domain.epreuves import (
    AS_DINA,
    AS_INES,
    AS_OLIVE,
    BASILE,
    BASILE_FI,
    CASES,
    INES,
    INES_CL,
    OF_EPREUVES,
    OLIVE,
    SET_UP,
)
from tests.given.domain.people import AS_PAUL, AS_RENEE, LUC, PANEL, SEATS, actor, as_reader
from tests.given.stories.acts import Stage, appointing

JANUARY, FEBRUARY, MAY = date(2021, 1, 11), date(2021, 2, 1), date(2021, 5, 3)
FORTNIGHT_BEFORE, DAY, JURY_DAY = date(2021, 6, 1), date(2021, 6, 15), date(2021, 6, 30)
AS_BASILE, AS_SACHA = actor(BASILE, Role.CANDIDATE), actor(LUC, Role.AUDITOR)
WHY = "Dyslexie sévère, bilan orthophonique du 3 janvier."


class Afternoon(Stage):
    """Ines and Basile apply; the épreuve is planned for both."""

    def __init__(self) -> None:
        super().__init__(JANUARY)
        self.scene.given(*SET_UP)
        self._start = len(self.facts)
        for who, by, route in ((INES, AS_INES, Route.CL), (BASILE, AS_BASILE, Route.FI)):
            apply = OpenCandidacy(candidate=who, framework=OF_EPREUVES, rulebook=CASES, route=route)
            self.on(JANUARY, apply, by)

    def is_granted_a_third(self) -> None:
        """Request an accommodation as Ines, with a reason for the officer alone, and grant a third more time."""
        self.on(FEBRUARY, RequestAccommodation(candidacy=INES_CL, reason=WHY), AS_INES)
        third = Measures(extra_time=ExactFraction(numerator=1, denominator=3))
        self.on(FEBRUARY, GrantAccommodation(candidacy=INES_CL, measures=third), AS_DINA)

    def is_set(self) -> SittingId:
        """Plan an épreuve of two hours, on 15 June at two o'clock, in the place of the sheet; call both."""
        plan = PlanSitting(
            framework=OF_EPREUVES,
            rulebook=CASES,
            modality="COMMON",
            subject="2021-A",
            held_on=DAY,
            starts_at=time(14),
            place=SHEETS,
            places=10,
            invigilator=OLIVE,
        )
        self.on(MAY, plan)
        sitting = SittingId(self.facts[-1].stamp.stream)
        for candidacy in (INES_CL, BASILE_FI):
            self.on(MAY, CallToSitting(sitting=sitting, candidacy=candidacy))
        return sitting

    def invigilated(self, *commands: Command) -> None:
        for command in commands:
            self.on(DAY, command, AS_OLIVE)

    def both_come_in(self, sitting: SittingId) -> None:
        for candidacy in (INES_CL, BASILE_FI):
            self.invigilated(
                CheckIdentity(
                    sitting=sitting, candidacy=candidacy, document=IdentityDocument.IDENTITY_CARD, matches=True
                ),
                SignAttendance(sitting=sitting, candidacy=candidacy, movement=Movement.IN),
            )

    def goes_before_the_jury(self) -> SessionId:
        plan = PlanSession(
            framework=OF_EPREUVES, rulebook=CASES, route=Route.CL, held_on=JURY_DAY, place=SHEETS, places=10
        )
        self.on(MAY, plan)
        session = SessionId(self.facts[-1].stamp.stream)
        for seat in SEATS:
            self.on(MAY, appointing(session, seat))
        self.on(MAY, SummonCandidate(session=session, candidacy=INES_CL))
        self.opens_with(JURY_DAY, session, PANEL)
        return session

    def told(self, reader: Actor, candidacy: CandidacyId, *sessions: SessionId) -> list[RecordedFact]:
        """Return the facts of a dossier that this reader is shown."""
        return disclosed(as_reader(reader), self.dossier(candidacy, *sessions))


def of(kind: type, facts: Iterable[RecordedFact]) -> list[RecordedFact]:
    return [told for told in facts if isinstance(told.fact, kind)]


def test_extra_time_and_an_incident_are_recorded_for_their_own_candidate_alone() -> None:
    story = Afternoon()
    story.is_granted_a_third()
    sitting = story.is_set()
    story.on(FORTNIGHT_BEFORE, HandOverCase(sitting=sitting, candidacy=INES_CL), AS_RENEE)
    story.invigilated(OpenSitting(sitting=sitting))
    story.both_come_in(sitting)
    minutes = {told.fact.candidacy: told.fact.minutes for told in of(AttendanceSigned, story.facts)}  # type: ignore[attr-defined]
    assert minutes == {INES_CL: 160, BASILE_FI: 120}

    telephone = ReportIncident(sitting=sitting, candidacy=BASILE_FI, account="Un téléphone sous la table.")
    story.invigilated(telephone)
    for candidacy in (BASILE_FI, INES_CL):
        story.invigilated(
            CollectPaper(sitting=sitting, candidacy=candidacy),
            SignAttendance(sitting=sitting, candidacy=candidacy, movement=Movement.OUT),
        )
    story.invigilated(CloseSitting(sitting=sitting))
    reserve = {told.fact.candidacy: told.fact.under_reserve for told in of(PaperCollected, story.facts)}  # type: ignore[attr-defined]
    assert reserve == {BASILE_FI: True, INES_CL: False}

    session = story.goes_before_the_jury()
    for reader in (AS_PAUL, AS_RENEE, AS_SACHA):
        shown = story.told(reader, INES_CL, session)
        (granted,) = of(AccommodationGranted, shown)
        assert granted.fact.measures.minutes(120) == 160  # type: ignore[attr-defined]
        assert not of(AccommodationRequested, shown), "neither why nor that she asked"
        assert not of(IncidentReported, shown), "her neighbour's telephone is in no dossier but his"
    assert of(AccommodationRequested, story.told(AS_INES, INES_CL))
    assert not of(PaperCollected, story.told(AS_PAUL, INES_CL, session)), (
        "the jury does not read whose paper is which"
    )
    assert of(IncidentReported, story.told(AS_BASILE, BASILE_FI))
    assert story.unlawful == []


@pytest.mark.parametrize("day", [date(2021, 5, 31), date(2021, 6, 2)])
def test_case_handed_over_on_another_day_is_refused_and_its_candidate_cannot_sit(day: date) -> None:
    story = Afternoon()
    sitting = story.is_set()
    story.scene.when(HandOverCase(sitting=sitting, candidacy=INES_CL), by=AS_RENEE, on=day)
    story.scene.then_refused(CaseNotHandedOver, INES_CL, "2021-06-01")
    story.invigilated(
        OpenSitting(sitting=sitting),
        CheckIdentity(sitting=sitting, candidacy=INES_CL, document=IdentityDocument.PASSPORT, matches=True),
    )
    coming = SignAttendance(sitting=sitting, candidacy=INES_CL, movement=Movement.IN)
    story.scene.when(coming, by=AS_OLIVE, on=DAY)
    story.scene.then_refused(CaseNotHandedOver)
    assert story.unlawful == []


def test_measure_granted_after_the_attendance_does_not_change_it() -> None:
    story = Afternoon()
    sitting = story.is_set()
    story.on(FORTNIGHT_BEFORE, HandOverCase(sitting=sitting, candidacy=INES_CL), AS_RENEE)
    story.invigilated(OpenSitting(sitting=sitting))
    story.both_come_in(sitting)
    story.is_granted_a_third()
    (hers, _) = of(AttendanceSigned, story.facts)
    assert hers.fact.minutes == 120  # type: ignore[attr-defined]
    assert not of(AccommodationRefused, story.facts)
    assert story.unlawful == []
