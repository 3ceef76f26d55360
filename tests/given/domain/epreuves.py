"""Sittings of an épreuve of two hours in the tests: invigilator, candidates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidacyOpened
from domain.exam.accommodation import Accommodation
from domain.exam.facts import (
    AccommodationGranted,
    AccommodationRequested,
    AttendanceSigned,
    CandidateExpected,
    IdentityChecked,
    Movement,
    SittingOpened,
    SittingPlanned,
)
from domain.exam.measures import ExactFraction, Measures
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.facts import FrameworkPublished, RouteOpened
from domain.framework.framework import Framework
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, FrameworkId, PersonId, Role, RulebookId, SittingId
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.centres import HABILITATED, SHEETS
from tests.given.domain.people import RNCP31936, RULES, VAE_OPENED, actor, known, modality, person, registered
from tests.given.domain.scenario import At

OLIVE, DINA = person("olive"), person("dina")  # an invigilator, the disability officer
INES, BASILE = person("ines"), person("basile")  # an individual candidate; her neighbour, from initial training
AS_OLIVE, AS_DINA = actor(OLIVE, Role.INVIGILATOR), actor(DINA, Role.DISABILITY_OFFICER)
AS_INES = actor(INES, Role.CANDIDATE)

DAY, EVE = date(2021, 6, 15), date(2021, 6, 14)
TABLE = replace(modality("B1-M1", Route.FI, Route.FC, Route.CQ), competences=(1, 2, 3), duration=120)
INDIVIDUAL = replace(TABLE, id="CL-M1", routes=(Route.CL,))
FILE = modality("B1-M2", Route.FI, Route.FC, Route.CQ)
ORAL = replace(modality("VAE", Route.VAE), duration=60)
SHEET = replace(RNCP31936, version=3, certification_places=(SHEETS,), modalities=(TABLE, FILE))
OF_EPREUVES = FrameworkId(Framework.id_of("RNCP31936", 3))
SHARED = replace(TABLE, id="COMMON", routes=(Route.FI, Route.CL))
CL_OPENED = RouteOpened(
    route=Route.CL, opened_on=date(2019, 1, 7), ground="décision", modalities=(INDIVIDUAL, SHARED)
)
CASES = RulebookId(Rulebook.id_of("IMCI", 4))
"""The rulebook under which the case is handed over a fortnight before the épreuve."""
CASES_RULES = replace(RULES, version=4, case_days_before=14)

INES_CL = Candidacy.id_of(INES, OF_EPREUVES, Route.CL)
BASILE_FI = Candidacy.id_of(BASILE, OF_EPREUVES, Route.FI)
SITTING = SittingId(known("sitting"))
PLAN = SittingPlanned(
    framework=OF_EPREUVES,
    rulebook=CASES,
    modality="COMMON",
    subject="2021-A",
    held_on=DAY,
    starts_at=time(14),
    minutes=120,
    place=SHEETS,
    centre=None,
    remote=False,
    places=10,
    invigilator=OLIVE,
)
A_THIRD = Measures(extra_time=ExactFraction(numerator=1, denominator=3))


def applied(candidacy: CandidacyId, who: PersonId, route: Route, framework: FrameworkId = OF_EPREUVES) -> At:
    opening = CandidacyOpened(
        candidate=who, framework=framework, rulebook=CASES, route=route, opened_on=date(2021, 1, 4)
    )
    return At(candidacy, (opening,))


SET_UP = (
    At(OF_EPREUVES, (FrameworkPublished(definition=SHEET), replace(VAE_OPENED, modalities=(ORAL,)), CL_OPENED)),
    At(CASES, (RulebookPublished(rules=CASES_RULES),)),
    registered(OLIVE, Role.INVIGILATOR),
    registered(DINA, Role.DISABILITY_OFFICER),
    registered(INES, Role.CANDIDATE),
    registered(BASILE, Role.CANDIDATE),
)
EPREUVES = (*SET_UP, *HABILITATED, applied(INES_CL, INES, Route.CL), applied(BASILE_FI, BASILE, Route.FI))
CALLED = At(
    SITTING,
    (
        PLAN,
        CandidateExpected(candidacy=INES_CL, candidate=INES),
        CandidateExpected(candidacy=BASILE_FI, candidate=BASILE),
    ),
)
OPENED = At(SITTING, (SittingOpened(opened_on=DAY),))


def identified(candidacy: CandidacyId, *, matches: bool = True) -> IdentityChecked:
    return IdentityChecked(candidacy=candidacy, document=IdentityDocument.PASSPORT, matches=matches)


def signed(candidacy: CandidacyId, movement: Movement = Movement.IN, minutes: int = 120) -> AttendanceSigned:
    return AttendanceSigned(
        candidacy=candidacy, movement=movement, minutes=minutes if movement is Movement.IN else None
    )


def present(*candidacies: CandidacyId) -> At:
    """Return the facts of a candidate who is identified and signed in."""
    return At(SITTING, tuple(fact for each in candidacies for fact in (identified(each), signed(each))))


def asked(candidacy: CandidacyId, who: PersonId) -> At:
    fact = AccommodationRequested(candidacy=candidacy, reason=Personal("x", who))
    return At(Accommodation.id_of(candidacy), (fact,))


def granted(candidacy: CandidacyId, measures: Measures = A_THIRD) -> At:
    return At(Accommodation.id_of(candidacy), (AccommodationGranted(candidacy=candidacy, measures=measures),))
