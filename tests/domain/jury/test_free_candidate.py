"""Freeing of one candidate from a jury, so that another jury may call them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import AlreadySummoned, Candidacy, OwnWork
from domain.candidacy.facts import CandidateSummoned
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.postponement import NotToBeFreed
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.deadlines.due import times_of_sessions
from domain.fact import Personal
from domain.jury.facts import CandidateFreed, CandidateListed, SessionCancelled
from domain.jury.session import JurySession
from domain.people.facts import RoleGranted
from domain.ports import OPERATOR, Actor, Role
from domain.refusal import Forbidden, NotFound
from domain.standing.disclosure import disclosed
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    JUNE,
    MARCH,
    MARIE,
    MARIE_VAE,
    RENEE,
    SAMIR_VAE,
    actor,
    as_reader,
    opened,
    plan,
    planned,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

FREE = FreeCandidate(session=JUNE, candidacy=MARIE_VAE, reason="Une autre session a de la place plus tôt.")
FREED = CandidateFreed(candidacy=MARIE_VAE, work_travels=False, reason=Personal(FREE.reason, MARIE))


@pytest.fixture
def called(scenario: Scenario) -> Scenario:
    """Marie and Samir are called before the jury of June; a jury of March is planned too."""
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE), planned(MARCH, plan()))
    scenario.given(*summoned(JUNE, MARIE_VAE, SAMIR_VAE))
    return scenario


@pytest.mark.parametrize("who", [AS_RENEE, OPERATOR], ids=["registrar", "operator"])
def test_candidate_freed_before_the_opening_leaves_the_list_and_can_be_called_by_another_jury(
    called: Scenario, who: Actor
) -> None:
    summon = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)
    called.when(summon, by=AS_RENEE)
    called.then_refused(AlreadySummoned)
    called.when(FREE, by=who)
    called.then(FREED)
    assert called.wrong() == []
    assert called.log.load(JurySession, JUNE).listed == {SAMIR_VAE}
    called.when(summon, by=AS_RENEE)
    called.then_recorded(CandidateListed, CandidateSummoned)


def test_freed_candidate_cannot_be_called_before_the_same_jury_or_freed_again(called: Scenario) -> None:
    called.when(FREE, by=AS_RENEE)
    called.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    called.then_refused(AlreadySummoned)
    called.when(FREE, by=AS_RENEE)
    called.then_refused(NotToBeFreed, MARIE_VAE)


def test_candidate_cannot_be_freed_after_the_opening_or_when_never_called(called: Scenario) -> None:
    called.when(replace(FREE, session=MARCH), by=AS_RENEE)
    called.then_refused(NotToBeFreed, MARIE_VAE)
    called.given(opened(JUNE))
    called.when(FREE, by=AS_RENEE)
    called.then_refused(NotToBeFreed, MARIE_VAE)
    assert called.forged(JUNE, FREED, by=AS_RENEE) == ["not-to-be-freed"]


def test_candidate_cannot_be_freed_from_a_cancelled_session(called: Scenario) -> None:
    called.given(At(JUNE, (SessionCancelled(reason=Personal("x", RENEE)),)))
    called.when(FREE, by=AS_RENEE)
    called.then_refused(NotToBeFreed, MARIE_VAE)


@pytest.mark.parametrize("who", [AS_MARIE, AS_PAUL], ids=["candidate", "juror"])
def test_candidate_or_juror_cannot_free_a_candidate(called: Scenario, who: Actor) -> None:
    called.when(FREE, by=who)
    called.then_refused(Forbidden)


def test_registrar_on_the_list_of_a_session_cannot_free_its_candidates(called: Scenario) -> None:
    called.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    called.when(FREE, by=actor(MARIE, Role.REGISTRAR))
    called.then_refused(OwnWork)
    assert called.forged(JUNE, FREED, by=actor(MARIE, Role.REGISTRAR)) == ["own-work"]


def test_freed_candidates_session_is_over_and_its_members_can_no_longer_read_the_dossier(called: Scenario) -> None:
    def reads() -> list[type]:
        hers = [told for told in called.store.told if told.stamp.stream in {MARIE_VAE, JUNE}]
        return [type(told.fact) for told in disclosed(as_reader(AS_PAUL), hers)]

    assert CandidateSummoned in reads()
    called.when(FREE, by=AS_RENEE)
    with pytest.raises(NotFound):
        reads()
    (jury,) = times_of_sessions(called.log.find(Candidacy, MARIE_VAE), called.log.find)
    assert jury.over
