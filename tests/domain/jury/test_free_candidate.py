"""May a jury let one candidate go before another?"""

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
    """Marie and Samir are called before the jury of June; there is another."""
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE), planned(MARCH, plan()))
    scenario.given(*summoned(JUNE, MARIE_VAE, SAMIR_VAE))
    return scenario


@pytest.mark.parametrize("who", [AS_RENEE, OPERATOR], ids=["registrar", "operator"])
def test_before_it_opens_one_alone_leaves_its_list_and_another_jury_calls_them(called: Scenario, who: Actor) -> None:
    summon = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)
    called.when(summon, by=AS_RENEE)
    called.then_refused(AlreadySummoned)
    called.when(FREE, by=who)
    called.then(FREED)
    assert called.wrong() == []
    assert called.log.load(JurySession, JUNE).listed == {SAMIR_VAE}
    called.when(summon, by=AS_RENEE)
    called.then_recorded(CandidateListed, CandidateSummoned)


def test_they_are_not_called_before_it_again_nor_let_go_twice(called: Scenario) -> None:
    called.when(FREE, by=AS_RENEE)
    called.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    called.then_refused(AlreadySummoned)
    called.when(FREE, by=AS_RENEE)
    called.then_refused(NotToBeFreed, MARIE_VAE)


def test_not_once_it_has_opened_nor_who_was_never_called(called: Scenario) -> None:
    called.when(replace(FREE, session=MARCH), by=AS_RENEE)
    called.then_refused(NotToBeFreed, MARIE_VAE)
    called.given(opened(JUNE))
    called.when(FREE, by=AS_RENEE)
    called.then_refused(NotToBeFreed, MARIE_VAE)
    assert called.forged(JUNE, FREED, by=AS_RENEE) == ["not-to-be-freed"]


def test_nor_from_one_that_was_called_off(called: Scenario) -> None:
    called.given(At(JUNE, (SessionCancelled(reason=Personal("x", RENEE)),)))
    called.when(FREE, by=AS_RENEE)
    called.then_refused(NotToBeFreed, MARIE_VAE)


@pytest.mark.parametrize("who", [AS_MARIE, AS_PAUL], ids=["candidate", "juror"])
def test_neither_the_candidate_nor_a_juror_does(called: Scenario, who: Actor) -> None:
    called.when(FREE, by=who)
    called.then_refused(Forbidden)


def test_nor_a_registrar_who_is_on_its_list(called: Scenario) -> None:
    called.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    called.when(FREE, by=actor(MARIE, Role.REGISTRAR))
    called.then_refused(OwnWork)
    assert called.forged(JUNE, FREED, by=actor(MARIE, Role.REGISTRAR)) == ["own-work"]


def test_nothing_is_awaited_of_it_any_more_and_its_members_read_the_dossier_no_more(called: Scenario) -> None:
    def reads() -> list[type]:
        hers = [told for told in called.store.told if told.stamp.stream in {MARIE_VAE, JUNE}]
        return [type(told.fact) for told in disclosed(as_reader(AS_PAUL), hers)]

    assert CandidateSummoned in reads()
    called.when(FREE, by=AS_RENEE)
    with pytest.raises(NotFound):
        reads()
    (jury,) = times_of_sessions(called.log.find(Candidacy, MARIE_VAE), called.log.find)
    assert jury.over
