"""Changes to the panel and to the list of candidates before a session opens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.candidacy.candidacy import AlreadySummoned, Candidacy, OwnWork
from domain.candidacy.facts import CandidateSummoned
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.name_chair import NameChair
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.remove_chair import RemoveChair
from domain.commands.jury.remove_juror import RemoveJuror
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.take_candidate_back import TakeCandidateBack
from domain.deadlines.due import times_of_sessions
from domain.fact import Personal
from domain.framework.jury_rule import Sex
from domain.jury.changes_before_opening import (
    ChairNotTitular,
    ChangeUnexplained,
    NoChairToRemove,
    NotAMember,
    NotLetGo,
)
from domain.jury.facts import (
    CandidateTakenBack,
    ChairNamed,
    ChairRemoved,
    JurorAppointed,
    JurorRemoved,
    MemberNotedAbsent,
    SessionOpened,
    SubstituteSeated,
)
from domain.jury.session import JurySession, SessionFull, SessionNotPlanned
from domain.people.facts import RoleGranted, RoleWithdrawn
from domain.people.person import RoleNotHeld
from domain.ports import PersonId, Role
from domain.refusal import Forbidden, NotFound
from domain.standing.disclosure import disclosed, relation
from tests.given.domain.people import (
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ELSA,
    EMMA,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    NADIA,
    NINA,
    PANEL,
    SACHA,
    SAMIR_VAE,
    actor,
    as_reader,
    opened,
    plan,
    planned,
    seat,
    signed_in,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

REMOVE = RemoveJuror(session=JUNE, juror=NADIA, reason="Elle ne peut pas venir.")
REMOVED = JurorRemoved(juror=NADIA, reason=Personal(REMOVE.reason, NADIA))
NAME, VACATE = NameChair(session=JUNE, juror=NADIA), RemoveChair(session=JUNE)
BACK = TakeCandidateBack(session=JUNE, candidacy=MARIE_VAE, reason="Dessaisi par erreur : la candidate vient.")
TAKEN_BACK = CandidateTakenBack(candidacy=MARIE_VAE, reason=Personal(BACK.reason, MARIE))
FREE = FreeCandidate(session=JUNE, candidacy=MARIE_VAE, reason="Une autre session a de la place plus tôt.")


@pytest.fixture
def called(scenario: Scenario) -> Scenario:
    """Marie and Samir are called before the jury of June; a jury of March is planned too."""
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE), planned(MARCH, plan()))
    scenario.given(*summoned(JUNE, MARIE_VAE, SAMIR_VAE))
    return scenario


def jury(scenario: Scenario) -> JurySession:
    return scenario.log.load(JurySession, JUNE)


def test_member_is_removed_with_a_reason_and_can_be_appointed_again(called: Scenario) -> None:
    called.when(replace(REMOVE, reason=" "), by=AS_RENEE)
    called.then_refused(ChangeUnexplained)
    called.when(REMOVE, by=AS_RENEE)
    called.then(REMOVED)
    assert NADIA not in jury(called).seats
    called.when(REMOVE, by=AS_RENEE)
    called.then_refused(NotAMember, NADIA)
    assert called.forged(JUNE, REMOVED, by=AS_RENEE) == ["not-a-member"]
    called.when(AppointJuror(session=JUNE, juror=NADIA), by=AS_RENEE)
    called.then_recorded(JurorAppointed)
    assert called.wrong() == []


def test_removed_member_can_no_longer_read_the_dossier(called: Scenario) -> None:
    def read() -> list[type]:
        hers = [told for told in called.store.told if told.stamp.stream in {MARIE_VAE, JUNE}]
        return [type(told.fact) for told in disclosed(as_reader(AS_NADIA), hers)]

    assert CandidateSummoned in read()
    called.when(REMOVE, by=AS_RENEE)
    with pytest.raises(NotFound):
        read()


@pytest.mark.parametrize("gone", [NADIA, SACHA], ids=["the member replaced", "their substitute"])
def test_substitution_ends_when_either_of_its_members_is_removed(called: Scenario, gone: PersonId) -> None:
    called.given(At(JUNE, (SubstituteSeated(substitute=SACHA, replaced=NADIA, seated_on=JURY_DAY),)))
    called.when(replace(REMOVE, juror=gone), by=AS_RENEE)
    session = jury(called)
    assert session.replaced == {}
    assert set(session.titulars) == set(PANEL) - {gone}
    june = [told for told in called.store.told if told.stamp.stream in {MARIE_VAE, JUNE}]
    assert relation(june).panels[JUNE] == set(session.titulars)


def test_session_opens_after_a_member_who_had_signed_in_is_removed(called: Scenario) -> None:
    called.given(signed_in(JUNE))
    called.when(REMOVE, by=AS_RENEE)
    called.given(At(JUNE, (seat(NINA, Sex.F),)), signed_in(JUNE, (NINA,)))
    called.when(OpenSession(session=JUNE), by=AS_RENEE)
    (opening,) = called.then_recorded(SessionOpened)
    assert isinstance(opening, SessionOpened)
    assert set(opening.present) == {*PANEL, NINA} - {NADIA}
    assert called.refused_again() == []


def test_session_opens_after_a_substitute_who_had_signed_in_is_removed(called: Scenario) -> None:
    seated = SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY)
    called.given(At(JUNE, (MemberNotedAbsent(juror=EMMA, excused=False), seated)))
    called.given(signed_in(JUNE, tuple({*PANEL, ELSA} - {EMMA})))
    called.when(replace(REMOVE, juror=ELSA), by=AS_RENEE)
    assert called.log.load(JurySession, JUNE).absent.keys() == {EMMA}
    called.given(signed_in(JUNE, (EMMA,)))
    called.when(OpenSession(session=JUNE), by=AS_RENEE)
    (opening,) = called.then_recorded(SessionOpened)
    assert isinstance(opening, SessionOpened)
    assert set(opening.present) == set(PANEL)


def test_chair_is_named_changed_and_removed(called: Scenario) -> None:
    called.when(NAME, by=AS_RENEE)
    called.then(ChairNamed(juror=NADIA))
    assert jury(called).chair == NADIA
    assert called.wrong() == []
    called.when(NAME, by=AS_RENEE)
    called.then_refused(ChairNotTitular, NADIA)
    called.when(VACATE, by=AS_RENEE)
    called.then(ChairRemoved(juror=NADIA))
    assert jury(called).chair is None
    assert NADIA in jury(called).seats
    called.when(VACATE, by=AS_RENEE)
    called.then_refused(NoChairToRemove)
    assert called.forged(JUNE, ChairRemoved(juror=NADIA), by=AS_RENEE) == ["no-chair-to-remove"]


def test_chair_must_be_a_titular_member_with_the_juror_role(called: Scenario) -> None:
    for stranger in (ELSA, MARIE):
        called.when(replace(NAME, juror=stranger), by=AS_RENEE)
        called.then_refused(ChairNotTitular, stranger)
    called.given(At(NADIA, (RoleWithdrawn(role=Role.JUROR),)))
    called.when(NAME, by=AS_RENEE)
    called.then_refused(RoleNotHeld)


def test_candidate_freed_by_mistake_is_taken_back_with_a_reason(called: Scenario) -> None:
    called.when(BACK, by=AS_RENEE)
    called.then_refused(NotLetGo, MARIE_VAE)
    called.when(FREE, by=AS_RENEE)
    called.when(replace(BACK, reason=" "), by=AS_RENEE)
    called.then_refused(ChangeUnexplained)
    called.when(BACK, by=AS_RENEE)
    called.then(TAKEN_BACK)
    assert called.wrong() == []
    assert jury(called).listed == {MARIE_VAE, SAMIR_VAE}
    hers = [told for told in called.store.told if told.stamp.stream in {MARIE_VAE, JUNE}]
    assert disclosed(as_reader(AS_PAUL), hers), "its members read the dossier again"
    (time,) = times_of_sessions(called.log.find(Candidacy, MARIE_VAE), called.log.find)
    assert not time.over
    assert called.forged(JUNE, TAKEN_BACK, by=AS_RENEE) == ["not-let-go"]


def test_candidate_cannot_be_taken_back_once_called_before_another_session(called: Scenario) -> None:
    called.when(FREE, by=AS_RENEE)
    called.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE)
    called.when(BACK, by=AS_RENEE)
    called.then_refused(AlreadySummoned, MARIE_VAE)


def test_candidate_cannot_be_taken_back_into_a_full_session(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE, plan(places=1)))
    scenario.given(*summoned(JUNE, MARIE_VAE))
    scenario.when(FREE, by=AS_RENEE)
    scenario.when(SummonCandidate(session=JUNE, candidacy=SAMIR_VAE), by=AS_RENEE)
    scenario.when(BACK, by=AS_RENEE)
    scenario.then_refused(SessionFull)


CHANGES = (REMOVE, NAME, VACATE, BACK)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: type(change).__name__)
def test_panel_before_the_opening_can_be_changed_only_by_a_registrar_who_is_no_candidate(
    called: Scenario, change: Any
) -> None:
    called.when(change, by=AS_PAUL)
    called.then_refused(Forbidden)
    called.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    called.when(change, by=actor(MARIE, Role.REGISTRAR))
    called.then_refused(OwnWork)
    called.given(opened(JUNE))
    called.when(change, by=AS_RENEE)
    called.then_refused(SessionNotPlanned)
