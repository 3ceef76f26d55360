"""Duplicate files of one person: they are linked, act as one where it matters, and are never merged."""

from __future__ import annotations

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.fact import Personal
from domain.jury.facts import DeliberationOpened, JurorAppointed
from domain.people.facts import DuplicateLinked, DuplicateUnlinked, RoleGranted, Tie
from domain.people.person import LinkUnreasoned, NotADuplicate, Person
from domain.ports import Command, PersonId, Role
from domain.refusal import Forbidden, NotFound, Refused
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    ASTRID,
    JUNE,
    KARIM,
    LUC,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    RENEE,
    SAMIR,
    actor,
    applied,
    before_the_jury,
    known,
    planned,
    summoned,
    tied,
    vae_filed,
)
from tests.given.domain.scenario import COLLEAGUE, At, Scenario, newest_unlawful, rebuilt

GROUND = "Même date et même lieu de naissance."


def link(one: PersonId, two: PersonId) -> tuple[At, At]:
    return (
        At(one, (DuplicateLinked(other=two, reason=Personal("x", one)),)),
        At(two, (DuplicateLinked(other=one, reason=Personal("x", two)),)),
    )


def test_registrar_links_two_files_and_both_record_it(scenario: Scenario) -> None:
    scenario.when_both(LinkDuplicate(person=MARIE, other=SAMIR, reason=GROUND), by=AS_RENEE)
    scenario.then(
        DuplicateLinked(other=SAMIR, reason=Personal(GROUND, MARIE), proposed_by=COLLEAGUE),
        DuplicateLinked(other=MARIE, reason=Personal(GROUND, SAMIR), proposed_by=COLLEAGUE),
    )
    assert newest_unlawful(scenario) == set()


def test_unlinking_restores_both_files(scenario: Scenario) -> None:
    def now(who: PersonId) -> Person:
        return rebuilt(Person(id=who), scenario.store.facts(who))

    before = now(MARIE), now(SAMIR)
    scenario.when_both(LinkDuplicate(person=MARIE, other=SAMIR, reason=GROUND), by=AS_RENEE)
    assert now(MARIE).same_as == {SAMIR}
    assert now(SAMIR).same_as == {MARIE}
    scenario.when(UnlinkDuplicate(person=SAMIR, other=MARIE, reason="Deux sœurs."), by=AS_RENEE)
    scenario.then_recorded(DuplicateUnlinked, DuplicateUnlinked)
    assert newest_unlawful(scenario) == set()
    assert (now(MARIE), now(SAMIR)) == before


def test_file_cannot_be_linked_to_itself_linked_twice_or_unlinked_without_a_link(scenario: Scenario) -> None:
    scenario.when(LinkDuplicate(person=MARIE, other=MARIE, reason="x"), by=AS_RENEE)
    scenario.then_refused(NotADuplicate)
    scenario.when(UnlinkDuplicate(person=MARIE, other=SAMIR, reason="x"), by=AS_RENEE)
    scenario.then_refused(NotADuplicate)
    scenario.given(*link(MARIE, SAMIR))
    scenario.when(LinkDuplicate(person=SAMIR, other=MARIE, reason="x"), by=AS_RENEE)
    scenario.then_refused(NotADuplicate)


def test_files_cannot_be_linked_without_a_reason(scenario: Scenario) -> None:
    scenario.when(LinkDuplicate(person=MARIE, other=SAMIR, reason=" \n"), by=AS_RENEE)
    scenario.then_refused(LinkUnreasoned)


@pytest.mark.parametrize("kind", [LinkDuplicate, UnlinkDuplicate])
def test_files_are_linked_and_unlinked_only_by_a_registrar_and_never_their_own(
    scenario: Scenario, kind: type[LinkDuplicate]
) -> None:
    scenario.when(kind(person=MARIE, other=SAMIR, reason="x"), by=AS_MARIE)
    scenario.then_refused(Forbidden)
    scenario.when(kind(person=MARIE, other=RENEE, reason="x"), by=AS_RENEE)
    scenario.then_refused(OwnWork)
    scenario.when(kind(person=MARIE, other=PersonId(known("nobody")), reason="x"), by=AS_RENEE)
    scenario.then_refused(NotFound)


# A juror who is the candidate under another file


def test_juror_who_is_the_candidate_under_another_file_cannot_deliberate(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *link(MARIE, KARIM))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, KARIM)


def test_tie_with_one_file_is_a_tie_with_its_duplicate(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *link(MARIE, SAMIR))
    scenario.given(tied(LUC, SAMIR, Tie.FAMILY))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, LUC)


def test_juror_deliberates_again_once_their_file_is_unlinked_from_the_candidates(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *link(MARIE, LUC))
    scenario.when(UnlinkDuplicate(person=MARIE, other=LUC, reason="x"), by=AS_RENEE)
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert newest_unlawful(scenario) == set()


def test_candidate_cannot_be_summoned_before_a_jury_with_a_duplicate_file_of_theirs(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *link(MARIE, LUC))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_juror_whose_duplicate_file_is_a_candidate_of_the_session_cannot_be_appointed(scenario: Scenario) -> None:
    other = PersonId(known("marie again"))
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE, seats=()), *summoned(JUNE, MARIE_VAE))
    scenario.given(At(other, (RoleGranted(role=Role.JUROR),)), *link(MARIE, other))
    scenario.when(AppointJuror(session=JUNE, juror=other), by=AS_RENEE)
    scenario.then_refused(OwnWork)
    scenario.when(UnlinkDuplicate(person=MARIE, other=other, reason="x"), by=AS_RENEE)
    scenario.when(AppointJuror(session=JUNE, juror=other), by=AS_RENEE)
    scenario.then_recorded(JurorAppointed)


@pytest.mark.parametrize(
    "command",
    [
        AssignAssessor(candidacy=MARIE_FI, assessor=ASTRID, competences=(1,)),
        NoteAbsence(session=JUNE, candidacy=MARIE_VAE),
        OpenSession(session=JUNE),
    ],
    ids=lambda command: type(command).__name__,
)
def test_registrar_cannot_act_on_a_candidacy_under_a_duplicate_file_of_theirs(
    scenario: Scenario, command: Command
) -> None:
    scenario.given(applied(MARIE_FI), *vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *link(MARIE, RENEE))
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_assessor_cannot_be_assigned_to_a_candidacy_under_a_duplicate_file_of_theirs(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), *link(MARIE, ASTRID))
    scenario.when(AssignAssessor(candidacy=MARIE_FI, assessor=ASTRID, competences=(1,)), by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_linked_files_keep_separate_candidacies_and_roles(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), *link(MARIE, SAMIR))
    scenario.when(NoteAbsence(session=JUNE, candidacy=MARIE_VAE), by=actor(SAMIR, Role.CANDIDATE))
    assert isinstance(scenario.outcome, Refused)
    assert {told.stamp.stream for told in scenario.store.told if isinstance(told.fact, DuplicateLinked)} == {
        MARIE,
        SAMIR,
    }
