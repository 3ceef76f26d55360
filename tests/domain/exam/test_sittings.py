"""Sittings of épreuves: planning, calls, identity, attendance and collection of papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidacy.candidacy import AlreadySummoned, OwnWork
from domain.candidacy.candidacy_life import CandidacyEnded
from domain.candidacy.credit import Credit
from domain.candidacy.facts import (
    BlockCarriedOver,
    BlocksSought,
    CalledToSitting,
    CandidacyWithdrawn,
    CandidateSummoned,
)
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.cancel_sitting import CancelSitting
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.eligible_blocks import NothingToExamine
from domain.commands.exam.hand_over_case import HandOverCase
from domain.commands.exam.plan_sitting import PlanSitting
from domain.commands.exam.report_incident import ReportIncident
from domain.commands.exam.sign_attendance import SignAttendance
from domain.exam.facts import (
    CandidateExpected,
    CaseHandedOver,
    IdentityChecked,
    IncidentReported,
    Movement,
    PaperCollected,
    SittingCancelled,
    SittingClosed,
    SittingOpened,
    SittingPlanned,
)
from domain.exam.sitting import (
    CaseNotHandedOver,
    IdentityNotChecked,
    NoPaperWithoutSigningIn,
    NotASitting,
    NotExpected,
    NotTheInvigilator,
    NotToday,
    NumberTaken,
    SignedAlready,
    Sitter,
    Sitting,
    SittingFull,
    SittingInThePast,
    SittingNotOpen,
    SittingNotPlanned,
    StillSitting,
    WrongModality,
)
from domain.fact import Fact, Personal
from domain.fraud.facts import FraudReported, SanctionPronounced
from domain.fraud.fraud import Excluded, Fraud
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockGranted, DeliberationOpened, SessionOpened
from domain.organisation.facts import HabilitationEnded
from domain.organisation.venue import SiteNotAuthorised
from domain.people.facts import DuplicateLinked, RoleGranted
from domain.people.identity import IdentityDocument
from domain.people.person import RoleNotHeld
from domain.ports import Actor, Command, Role, SittingId
from domain.refusal import Forbidden, NotFound
from domain.rulebook.fraud_rules import SanctionKind
from tests.domain.test_replay_reviews import made
from tests.given.domain.centres import GRANTED, LYON, SHEETS, SITE
from tests.given.domain.epreuves import (
    A_THIRD,
    AS_INES,
    AS_OLIVE,
    BASILE,
    BASILE_FI,
    CALLED,
    CASES,
    DAY,
    EPREUVES,
    EVE,
    INES,
    INES_CL,
    OF_EPREUVES,
    OLIVE,
    OPENED,
    PLAN,
    SITTING,
    granted,
    identified,
    present,
    signed,
)
from tests.given.domain.people import (
    AS_RENEE,
    FRAMEWORK,
    JUNE,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    PANEL,
    RENEE,
    RULEBOOK,
    actor,
    applied,
    known,
    person,
    plan,
    registered,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario
from tests.given.domain.sitting_acts import CHECK, CLOSE, COLLECT, COME, LEAVE, OPEN, lawful


@pytest.fixture
def epreuves(scenario: Scenario) -> Scenario:
    scenario.given(*EPREUVES)
    return scenario


@pytest.fixture
def called(epreuves: Scenario) -> Scenario:
    """Both candidates are called; she received the case a fortnight ago."""
    epreuves.given(CALLED, At(SITTING, (CaseHandedOver(candidacy=INES_CL, handed_on=date(2021, 6, 1)),)))
    return epreuves


@pytest.fixture
def running(called: Scenario) -> Scenario:
    called.given(OPENED)
    return called


# --- planning

SET = PlanSitting(
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


def test_sitting_is_planned_with_the_duration_that_the_framework_states(epreuves: Scenario) -> None:
    epreuves.when(SET, by=AS_RENEE)
    epreuves.then(PLAN)
    lawful(epreuves)


@pytest.mark.parametrize("name", ["B1-M2", "VAE", "unknown"])
def test_sitting_cannot_be_planned_for_a_modality_without_an_epreuve(epreuves: Scenario, name: str) -> None:
    """A08: VAE has no épreuve; B1-M2 is a file handed in, whose duration the sheet does not state."""
    epreuves.when(replace(SET, modality=name), by=AS_RENEE)
    epreuves.then_refused(NotASitting)


@pytest.mark.parametrize("change", [replace(SET, held_on=EVE), replace(SET, places=0), replace(SET, places=91)])
def test_sitting_cannot_be_planned_in_the_past_or_outside_one_to_ninety_places(
    epreuves: Scenario, change: PlanSitting
) -> None:
    epreuves.when(change, by=AS_RENEE)
    epreuves.then_refused(SittingInThePast, change.held_on.isoformat(), change.places)


def test_sitting_must_be_held_at_an_authorised_site(epreuves: Scenario) -> None:
    epreuves.when(replace(SET, place=SITE, centre=LYON), by=AS_RENEE)
    epreuves.then_recorded(SittingPlanned)
    epreuves.when(replace(SET, place="Paris"), by=AS_RENEE)
    epreuves.then_refused(SiteNotAuthorised)
    epreuves.when(replace(SET, remote=True), by=AS_RENEE)
    epreuves.then_refused(SiteNotAuthorised)


def test_sitting_cannot_be_planned_with_a_person_who_is_no_invigilator(epreuves: Scenario) -> None:
    epreuves.when(replace(SET, invigilator=MARIE), by=AS_RENEE)
    epreuves.then_refused(RoleNotHeld)


# --- the list

CALL = CallToSitting(sitting=SITTING, candidacy=INES_CL)


def test_call_to_a_sitting_is_recorded_on_the_sitting_and_on_the_candidacy(epreuves: Scenario) -> None:
    epreuves.given(At(SITTING, (PLAN,)))
    epreuves.when(CALL, by=AS_RENEE)
    expected = CandidateExpected(candidacy=INES_CL, candidate=INES, blocks=(1,))
    epreuves.then(expected, CalledToSitting(sitting=SITTING))
    lawful(epreuves, 2)


HELD = BlockCarriedOver(
    candidacy=INES_CL,
    block=1,
    earlier=BASILE_FI,
    framework=PLAN.framework,
    blocks=(1,),
    sessions=(),
    granted_on=date(2020, 6, 15),
)
HAS = At(Credit.id_of(INES_CL), (HELD,))
SAT = date(2021, 5, 3)
TOOK_UP = DeliberationOpened(session=JUNE, candidacy=INES_CL, panel=PANEL)
GRANTS = BlockGranted(session=JUNE, candidacy=INES_CL, block=1)
WON = [
    At(JUNE, (plan(SAT), SessionOpened(present=PANEL, opened_on=SAT))),
    At(INES_CL, (CandidateSummoned(session=JUNE),)),
    At(Deliberation.id_of(JUNE, INES_CL), (TOOK_UP, GRANTS)),
]


@pytest.mark.parametrize(
    "facts",
    [[At(INES_CL, (BlocksSought(blocks=(2,), sought_on=date(2021, 6, 15)),))], [HAS], WON],
    ids=["another block sought", "the block held from elsewhere", "the block granted by a jury"],
)
def test_candidate_who_does_not_seek_or_already_holds_the_blocks_cannot_be_called(
    epreuves: Scenario, facts: list[At]
) -> None:
    epreuves.given(At(SITTING, (PLAN,)), *facts)
    epreuves.when(CALL, by=AS_RENEE)
    epreuves.then_refused(NothingToExamine, INES_CL)
    expected = CandidateExpected(candidacy=INES_CL, candidate=INES, blocks=(1,))
    assert epreuves.forged(SITTING, expected, by=AS_RENEE) == ["nothing-to-examine"]


def test_excluded_candidate_cannot_be_called_to_a_sitting(epreuves: Scenario) -> None:
    sanction = SanctionPronounced(
        case=known("case"),
        candidacy=INES_CL,
        sanction="E",
        kind=SanctionKind.EXCLUSION,
        competences=(),
        until=date(2023, 1, 1),
        reason=Personal("x", INES),
        juries=(),
        pronounced_by=RENEE,
    )
    reported = FraudReported(
        case=known("case"),
        candidacy=INES_CL,
        reported_by=RENEE,
        session=None,
        sitting=None,
        evidence=(),
        competences=(1,),
        statement=Personal("x", INES),
    )
    epreuves.given(At(SITTING, (PLAN,)), At(Fraud.id_of(INES), (reported, sanction)))
    epreuves.when(CALL, by=AS_RENEE)
    epreuves.then_refused(Excluded)


def test_candidate_cannot_be_called_twice_or_to_two_open_sittings_of_the_same_epreuve(epreuves: Scenario) -> None:
    other = SittingId(known("another sitting"))
    epreuves.given(At(SITTING, (PLAN,)), At(other, (replace(PLAN, subject="2021-B"),)))
    epreuves.when(CALL, by=AS_RENEE)
    epreuves.when(CALL, by=AS_RENEE)
    epreuves.then_refused(AlreadySummoned)
    again = CallToSitting(sitting=other, candidacy=INES_CL)
    epreuves.when(again, by=AS_RENEE)
    epreuves.then_refused(AlreadySummoned)
    epreuves.given(OPENED, At(SITTING, (SittingClosed(),)))
    epreuves.when(again, by=AS_RENEE)
    epreuves.then_recorded(CandidateExpected, CalledToSitting)


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, modality="B1-M1"),
        replace(PLAN, framework=FRAMEWORK),
        replace(PLAN, rulebook=RULEBOOK),
    ],
)
def test_candidate_cannot_be_called_to_an_epreuve_of_another_route_framework_or_rulebook(
    epreuves: Scenario, plan: SittingPlanned
) -> None:
    epreuves.given(At(SITTING, (plan,)))
    epreuves.when(CALL, by=AS_RENEE)
    epreuves.then_refused(WrongModality)


def test_vae_candidate_cannot_be_called_even_when_the_modality_has_a_duration(epreuves: Scenario) -> None:
    epreuves.given(applied(MARIE_VAE))
    plan = replace(PLAN, framework=FRAMEWORK, rulebook=RULEBOOK, modality="VAE")
    epreuves.given(At(SITTING, (plan,)))
    epreuves.when(CallToSitting(sitting=SITTING, candidacy=MARIE_VAE), by=AS_RENEE)
    epreuves.then_refused(WrongModality)


def test_candidate_cannot_be_called_to_a_full_sitting(epreuves: Scenario) -> None:
    epreuves.given(At(SITTING, (replace(PLAN, places=1), CandidateExpected(candidacy=BASILE_FI, candidate=BASILE))))
    epreuves.when(CALL, by=AS_RENEE)
    epreuves.then_refused(SittingFull)


def test_candidate_cannot_be_called_to_a_sitting_that_they_invigilate_or_run(epreuves: Scenario) -> None:
    epreuves.given(At(SITTING, (replace(PLAN, invigilator=INES),)), At(INES, (RoleGranted(role=Role.REGISTRAR),)))
    epreuves.when(CALL, by=AS_RENEE)
    epreuves.then_refused(OwnWork)
    epreuves.when(CALL, by=actor(INES, Role.REGISTRAR))
    epreuves.then_refused(OwnWork)
    other = SittingId(known("another sitting"))
    epreuves.given(At(other, (PLAN, CandidateExpected(candidacy=INES_CL, candidate=INES))))
    epreuves.when(CallToSitting(sitting=other, candidacy=BASILE_FI), by=actor(INES, Role.REGISTRAR))
    epreuves.then_refused(OwnWork)


def test_sitting_cannot_be_run_by_a_duplicate_file_of_one_of_its_candidates(epreuves: Scenario) -> None:
    epreuves.given(CALLED, At(RENEE, (DuplicateLinked(other=INES, reason=Personal("x", INES)),)))
    epreuves.when(CancelSitting(sitting=SITTING, reason="x"), by=AS_RENEE)
    epreuves.then_refused(OwnWork)
    cancelled = SittingCancelled(reason=Personal("x", RENEE))
    assert verdict(epreuves, SITTING, cancelled, AS_RENEE) is not None
    other = SittingId(known("another sitting"))
    epreuves.given(At(other, (PLAN,)), At(BASILE, (DuplicateLinked(other=OLIVE, reason=Personal("x", OLIVE)),)))
    epreuves.when(CallToSitting(sitting=other, candidacy=BASILE_FI), by=AS_RENEE)
    epreuves.then_refused(OwnWork)


def test_candidate_cannot_be_called_once_the_sitting_has_begun(running: Scenario) -> None:
    running.when(CALL, by=AS_RENEE)
    running.then_refused(SittingNotPlanned)


# --- the case of an individual candidate (A08)

HAND = HandOverCase(sitting=SITTING, candidacy=INES_CL)


def test_individual_candidate_receives_the_case_once_on_the_day_that_the_rulebook_sets(epreuves: Scenario) -> None:
    epreuves.given(CALLED)
    epreuves.when(HAND, by=AS_RENEE, on=date(2021, 6, 1))
    epreuves.then(CaseHandedOver(candidacy=INES_CL, handed_on=date(2021, 6, 1)))
    lawful(epreuves)
    epreuves.when(HAND, by=AS_RENEE, on=date(2021, 6, 1))
    epreuves.then_refused(CaseNotHandedOver)


@pytest.mark.parametrize("on", [date(2021, 5, 31), date(2021, 6, 2), DAY])
def test_case_cannot_be_handed_over_on_another_day(epreuves: Scenario, on: date) -> None:
    epreuves.given(CALLED)
    epreuves.when(HAND, by=AS_RENEE, on=on)
    epreuves.then_refused(CaseNotHandedOver, INES_CL, "2021-06-01")


def test_case_is_not_handed_over_to_a_candidate_of_another_route(epreuves: Scenario) -> None:
    epreuves.given(CALLED)
    epreuves.when(replace(HAND, candidacy=BASILE_FI), by=AS_RENEE, on=date(2021, 6, 1))
    epreuves.then_refused(CaseNotHandedOver)


def test_case_cannot_be_handed_over_once_the_sitting_has_begun(running: Scenario) -> None:
    running.when(replace(HAND, candidacy=BASILE_FI), by=AS_RENEE)
    running.then_refused(SittingNotPlanned)


def test_working_time_of_a_candidate_is_known_once_they_sign_in() -> None:
    sitter = Sitter(candidate=INES).takes(identified(INES_CL))
    assert sitter.minutes is None
    sitter = sitter.takes(signed(INES_CL, minutes=160))
    assert sitter.minutes == 160
    assert sitter.takes(signed(INES_CL, Movement.OUT)).minutes == 160


def test_individual_candidate_without_the_case_cannot_sign_in(epreuves: Scenario) -> None:
    epreuves.given(CALLED, OPENED, At(SITTING, (identified(INES_CL), identified(BASILE_FI))))
    epreuves.when(SignAttendance(sitting=SITTING, candidacy=INES_CL, movement=Movement.IN), by=AS_OLIVE)
    epreuves.then_refused(CaseNotHandedOver)
    epreuves.when(SignAttendance(sitting=SITTING, candidacy=BASILE_FI, movement=Movement.IN), by=AS_OLIVE)
    epreuves.then(signed(BASILE_FI))


# --- the day


def test_sitting_is_opened_once_by_its_invigilator_on_its_day(called: Scenario) -> None:
    called.when(OPEN, by=AS_OLIVE)
    called.then(SittingOpened(opened_on=DAY))
    lawful(called)
    called.when(OPEN, by=AS_OLIVE)
    called.then_refused(SittingNotPlanned)


@pytest.mark.parametrize("on", [EVE, date(2021, 6, 16)])
def test_sitting_cannot_be_opened_on_another_day(called: Scenario, on: date) -> None:
    called.when(OPEN, by=AS_OLIVE, on=on)
    called.then_refused(NotToday)


def test_sitting_cannot_be_opened_by_another_invigilator_or_the_registrar(called: Scenario) -> None:
    otto = person("otto")
    called.given(registered(otto, Role.INVIGILATOR))
    called.when(OPEN, by=actor(otto, Role.INVIGILATOR))
    called.then_refused(NotFound)  # as when they read it: not found
    with pytest.raises(NotTheInvigilator):
        called.log.load(Sitting, SITTING).open(otto, called.today)
    called.when(OPEN, by=AS_RENEE)
    called.then_refused(Forbidden)


def test_sitting_cannot_be_opened_once_its_site_is_no_longer_authorised(epreuves: Scenario) -> None:
    epreuves.given(At(SITTING, (replace(PLAN, place=SITE, centre=LYON),)))
    epreuves.given(At(LYON, (HabilitationEnded(habilitation=GRANTED.habilitation, last_day=EVE, ground="x"),)))
    epreuves.when(OPEN, by=AS_OLIVE)
    epreuves.then_refused(SiteNotAuthorised, "2021-06-15")
    assert verdict(epreuves, SITTING, SittingOpened(opened_on=DAY), AS_OLIVE) == "site-not-authorised"


REPORT = ReportIncident(sitting=SITTING, candidacy=BASILE_FI, account="Un téléphone sous la table.")


def test_sitting_records_identity_attendance_paper_and_closing(running: Scenario) -> None:
    expected: tuple[tuple[Command, Fact], ...] = (
        (CHECK, IdentityChecked(candidacy=BASILE_FI, document=IdentityDocument.PASSPORT, matches=True)),
        (COME, signed(BASILE_FI)),
        (COLLECT, PaperCollected(candidacy=BASILE_FI, number=4711, under_reserve=False)),
        (LEAVE, signed(BASILE_FI, Movement.OUT)),
        (CLOSE, SittingClosed()),
    )
    for command, fact in expected:
        running.when(command, by=AS_OLIVE)
        running.then(fact)
    lawful(running, len(expected))


@pytest.mark.parametrize("command", [CHECK, COME, LEAVE, REPORT, COLLECT, CLOSE], ids=lambda c: type(c).__name__)
def test_commands_of_the_day_need_an_open_sitting_and_its_invigilator(called: Scenario, command: Command) -> None:
    called.when(command, by=AS_OLIVE)
    called.then_refused(SittingNotOpen)
    called.given(OPENED)
    called.given(At(MARIE, (RoleGranted(role=Role.INVIGILATOR),)))
    called.when(command, by=actor(MARIE, Role.INVIGILATOR))
    called.then_refused(NotFound)
    called.when(command, by=AS_INES)
    called.then_refused(Forbidden)


@pytest.mark.parametrize("command", [CHECK, COME, LEAVE, REPORT, COLLECT], ids=lambda c: type(c).__name__)
def test_candidate_who_was_not_called_is_not_expected_at_the_sitting(running: Scenario, command: Command) -> None:
    running.given(applied(MARIE_FI))
    running.when(replace(command, candidacy=MARIE_FI), by=AS_OLIVE)  # type: ignore[type-var]
    running.then_refused(NotExpected)


def test_candidate_cannot_sign_in_without_a_document_that_matches(running: Scenario) -> None:
    running.when(COME, by=AS_OLIVE)
    running.then_refused(IdentityNotChecked)
    running.when(replace(CHECK, matches=False), by=AS_OLIVE)
    running.when(COME, by=AS_OLIVE)
    running.then_refused(IdentityNotChecked)
    running.when(CHECK, by=AS_OLIVE)
    running.when(COME, by=AS_OLIVE)
    running.then(signed(BASILE_FI))


def test_candidate_signs_in_once_and_then_out_once(running: Scenario) -> None:
    running.when(LEAVE, by=AS_OLIVE)
    running.then_refused(SignedAlready)
    running.given(present(BASILE_FI))
    running.when(COME, by=AS_OLIVE)
    running.then_refused(SignedAlready)
    running.when(CHECK, by=AS_OLIVE)
    running.then_refused(SignedAlready)
    running.when(LEAVE, by=AS_OLIVE)
    running.when(LEAVE, by=AS_OLIVE)
    running.then_refused(SignedAlready)


def test_paper_is_collected_once_and_only_from_a_candidate_who_signed_in(running: Scenario) -> None:
    running.when(COLLECT, by=AS_OLIVE)
    running.then_refused(NoPaperWithoutSigningIn)
    running.when(REPORT, by=AS_OLIVE)
    running.then_refused(NotExpected)
    running.given(present(BASILE_FI))
    running.when(COLLECT, by=AS_OLIVE)
    running.when(replace(COLLECT, number=4712), by=AS_OLIVE)
    running.then_refused(NoPaperWithoutSigningIn)


@pytest.mark.parametrize("number", [4711, 0, -1, 1_000_000])
def test_paper_number_cannot_be_used_twice_or_out_of_range(running: Scenario, number: int) -> None:
    running.given(present(BASILE_FI, INES_CL))
    running.when(COLLECT, by=AS_OLIVE)
    running.when(replace(COLLECT, candidacy=INES_CL, number=number), by=AS_OLIVE)
    running.then_refused(NumberTaken, number)


def test_paper_number_is_drawn_when_none_is_given(running: Scenario) -> None:
    running.given(present(BASILE_FI, INES_CL))
    numbers = []
    for candidacy in (BASILE_FI, INES_CL):
        running.when(CollectPaper(sitting=SITTING, candidacy=candidacy), by=AS_OLIVE)
        (fact,) = running.then_recorded(PaperCollected)
        assert isinstance(fact, PaperCollected)
        numbers.append(fact.number)
    assert len(set(numbers)) == 2


@given(st.sets(st.integers(1, 60), max_size=40), st.integers(0, 80))
def test_drawn_paper_number_is_always_free(taken: set[int], lot: int) -> None:
    sitting = Sitting(id=SITTING)
    for number in taken:
        candidacy = known(str(number))
        sitting = sitting.evolve(CandidateExpected(candidacy=candidacy, candidate=INES))  # type: ignore[arg-type]
        sitting = sitting.evolve(PaperCollected(candidacy=candidacy, number=number, under_reserve=False))  # type: ignore[arg-type]
    drawn = sitting.draw(UUID(int=lot))
    assert drawn not in taken
    assert 1 <= drawn <= 999_999


def test_paper_collected_after_an_incident_of_its_author_is_under_reserve(running: Scenario) -> None:
    running.given(present(BASILE_FI, INES_CL))
    running.when(REPORT, by=AS_OLIVE)
    running.then(IncidentReported(candidacy=BASILE_FI, account=Personal(REPORT.account, BASILE)))
    running.when(COLLECT, by=AS_OLIVE)
    running.then(PaperCollected(candidacy=BASILE_FI, number=4711, under_reserve=True))
    running.when(replace(COLLECT, candidacy=INES_CL, number=4712), by=AS_OLIVE)
    running.then(PaperCollected(candidacy=INES_CL, number=4712, under_reserve=False))
    lawful(running, 3)


def test_sitting_cannot_close_before_every_candidate_has_left(running: Scenario) -> None:
    running.given(present(BASILE_FI))
    running.when(CLOSE, by=AS_OLIVE)
    running.then_refused(StillSitting, BASILE_FI)


def test_working_time_follows_from_the_accommodation_granted(running: Scenario) -> None:
    running.given(granted(INES_CL), At(SITTING, (identified(INES_CL),)))
    running.when(replace(COME, candidacy=INES_CL), by=AS_OLIVE)
    running.then(signed(INES_CL, minutes=160))
    lawful(running)
    assert A_THIRD.minutes(PLAN.minutes) == 160


@pytest.mark.parametrize(
    ("fact", "by", "rule"),
    [
        (signed(BASILE_FI), AS_OLIVE, None),
        (signed(BASILE_FI, minutes=160), AS_OLIVE, "decided-otherwise"),
        (signed(BASILE_FI), AS_RENEE, "role-may-not"),
        (signed(INES_CL), AS_OLIVE, "identity-not-checked"),
        (PaperCollected(candidacy=BASILE_FI, number=1, under_reserve=False), AS_OLIVE, "no-paper-without-signing-in"),
        (SittingClosed(), AS_OLIVE, None),
        (CandidateExpected(candidacy=INES_CL, candidate=INES), AS_RENEE, "sitting-not-planned"),
    ],
)
def test_replay_judges_the_facts_of_a_sitting(running: Scenario, fact: Fact, by: Actor, rule: str | None) -> None:
    running.given(At(SITTING, (identified(BASILE_FI),)))
    assert verdict(running, SITTING, fact, by) == rule


def test_replay_judges_the_plan_of_a_sitting_and_both_facts_of_a_call(epreuves: Scenario) -> None:
    new = made("sitting")
    assert verdict(epreuves, new, PLAN, AS_RENEE) is None
    assert verdict(epreuves, known("new"), PLAN, AS_RENEE) == "decided-otherwise"
    assert verdict(epreuves, new, replace(PLAN, minutes=180), AS_RENEE) == "decided-otherwise"
    assert verdict(epreuves, new, replace(PLAN, invigilator=MARIE), AS_RENEE) == "role-not-held"
    assert verdict(epreuves, new, replace(PLAN, modality="B1-M2"), AS_RENEE) == "not-a-sitting"
    called = CalledToSitting(sitting=SITTING)
    assert verdict(epreuves, INES_CL, called, AS_RENEE) == "not-found"
    epreuves.given(At(SITTING, (PLAN,)))
    assert verdict(epreuves, SITTING, PLAN, AS_RENEE) == "decided-otherwise"
    expected = CandidateExpected(candidacy=INES_CL, candidate=INES, blocks=(1,))
    both = [At(INES_CL, (called,))]
    assert verdict(epreuves, SITTING, expected, AS_RENEE, also=both) is None
    assert verdict(epreuves, SITTING, expected, AS_RENEE) == "decided-otherwise"
    assert verdict(epreuves, INES_CL, called, AS_RENEE) == "decided-otherwise"
    wrong = replace(expected, candidate=BASILE)
    assert verdict(epreuves, SITTING, wrong, AS_RENEE, also=both) == "decided-otherwise"


def test_candidate_who_withdraws_during_the_sitting_signs_out_and_the_sitting_closes(running: Scenario) -> None:
    running.given(present(BASILE_FI), At(BASILE_FI, (CandidacyWithdrawn(withdrawn_on=DAY),)))
    running.when(COLLECT, by=AS_OLIVE)
    running.then_refused(CandidacyEnded)
    for command in (REPORT, LEAVE, CLOSE):
        running.when(command, by=AS_OLIVE)
    running.then(SittingClosed())
    lawful(running, 3)


def test_candidate_who_withdrew_before_the_sitting_cannot_sign_in(running: Scenario) -> None:
    running.given(At(SITTING, (identified(BASILE_FI),)), At(BASILE_FI, (CandidacyWithdrawn(withdrawn_on=DAY),)))
    running.when(COME, by=AS_OLIVE)
    running.then_refused(CandidacyEnded)


CANCEL = CancelSitting(sitting=SITTING, reason="Salle fermée.")


def test_cancelled_sitting_cannot_open_and_its_candidates_can_be_called_to_another(called: Scenario) -> None:
    other = SittingId(known("another sitting"))
    called.given(At(other, (PLAN,)))
    called.when(CANCEL, by=AS_RENEE)
    called.then_recorded(SittingCancelled)
    lawful(called)
    called.when(OPEN, by=AS_OLIVE)
    called.then_refused(SittingNotPlanned)
    called.when(CallToSitting(sitting=other, candidacy=BASILE_FI), by=AS_RENEE)
    called.then_recorded(CandidateExpected, CalledToSitting)


def test_sitting_that_has_begun_cannot_be_cancelled(running: Scenario) -> None:
    running.when(CANCEL, by=AS_RENEE)
    running.then_refused(SittingNotPlanned)
