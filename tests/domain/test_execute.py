"""Execution of commands: roles, concurrent changes, stale versions, repeated requests and retries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.candidacy.ties import ConflictOfInterest
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.people.declare_tie import DeclareTie
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.withdraw_role import WithdrawRole
from domain.execute import execute
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockGranted, MinutesSigned
from domain.jury.ruling import Ruling
from domain.jury.session import MinutesAlreadySigned
from domain.jury.vote import VoteOutcome
from domain.people.facts import RoleGranted, RoleWithdrawn, Tie, TieDeclared
from domain.ports import NOBODY, OPERATOR, Actor, Recorded, Request, Role, StreamChanged
from domain.refusal import Busy, Forbidden, NotFound, Refused, StaleVersion
from tests.given.domain.people import (
    AS_ADA,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    ENOUGH,
    JUNE,
    MARIE,
    MARIE_VAE,
    PAUL,
    SAMIR,
    before_the_jury,
    heard,
    person,
    ruled,
    unanimous,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Meanwhile, MemoryAttempt, MemoryStore, Scenario
from tests.given.waiting import OwnTime

GRANT_THREE = RecordDecision(
    outcome=VoteOutcome.UNANIMOUS,
    session=JUNE,
    candidacy=MARIE_VAE,
    decisions=(BlockDecision(block=3, granted=True),),
)
READY = (
    *vae_filed(MARIE_VAE),
    *before_the_jury(MARIE_VAE),
    heard(MARIE_VAE),
    ruled(MARIE_VAE, ENOUGH),
)
SUBJECT = Deliberation.id_of(JUNE, MARIE_VAE)


def ask(actor: Actor, shown: int | None = None, digest: str | None = None, append_id: UUID | None = None) -> Request:
    return Request(
        actor=actor, append_id=append_id or uuid4(), today=date(2021, 6, 15), hour=NOON, shown=shown, digest=digest
    )


def test_command_is_forbidden_to_a_role_that_it_is_not_open_to(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.JUROR), by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_command_is_forbidden_in_a_role_that_the_person_does_not_hold(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.JUROR), by=Actor(person=MARIE, role=Role.ADMIN))
    scenario.then_refused(Forbidden)


def test_command_is_forbidden_in_a_withdrawn_role(scenario: Scenario) -> None:
    scenario.given(At(PAUL, (RoleWithdrawn(role=Role.JUROR),)), *READY)
    scenario.when(GRANT_THREE, by=AS_PAUL)
    scenario.then_refused(Forbidden)


def test_command_by_an_unknown_person_is_not_found(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.JUROR), by=Actor(person=person("x"), role=Role.ADMIN))
    scenario.then_refused(NotFound)


def test_operator_acts_without_being_a_person(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.ADMIN), by=OPERATOR)
    scenario.then(RoleGranted(role=Role.ADMIN))
    with pytest.raises(ValueError, match="nobody"):
        _ = OPERATOR.who


@pytest.mark.parametrize("role", sorted(NOBODY))
def test_role_of_operator_or_system_cannot_be_granted_to_a_person(scenario: Scenario, role: Role) -> None:
    """Only the machine itself acts in these roles."""
    scenario.when(GrantRole(person=SAMIR, role=role), by=AS_ADA)
    scenario.then_refused(Forbidden)


def test_decision_is_forbidden_when_the_role_is_withdrawn_at_the_same_moment(scenario: Scenario) -> None:
    """It is forbidden or ordered before the withdrawal, never after it."""
    scenario.given(*READY)
    during = Meanwhile(
        GRANT_THREE, lambda: execute(WithdrawRole(person=PAUL, role=Role.JUROR), scenario.store, ask(AS_ADA))
    )
    with pytest.raises(Forbidden):
        execute(during, scenario.store, ask(AS_PAUL))
    assert not any(isinstance(fact, BlockGranted) for fact in scenario.store.facts(SUBJECT))


def test_decision_is_refused_when_a_tie_is_declared_at_the_same_moment(scenario: Scenario) -> None:
    """The decision depends on every juror's ties; only one of the two is recorded."""
    scenario.given(*READY)
    tie = DeclareTie(person=PAUL, candidate=MARIE, tie=Tie.COLLEAGUE)
    during = Meanwhile(GRANT_THREE, lambda: execute(tie, scenario.store, ask(AS_PAUL)))
    with pytest.raises(ConflictOfInterest):
        execute(during, scenario.store, ask(AS_PAUL))
    assert scenario.store.facts(PAUL)[-1] == TieDeclared(candidate=MARIE, tie=Tie.COLLEAGUE, declared_by=PAUL)
    assert not any(isinstance(fact, BlockGranted) for fact in scenario.store.facts(SUBJECT))


def test_decision_is_retried_when_an_unrelated_fact_moved_its_streams(scenario: Scenario) -> None:
    scenario.given(*READY)
    tie = DeclareTie(person=PAUL, candidate=SAMIR, tie=Tie.COLLEAGUE)
    during = Meanwhile(GRANT_THREE, lambda: execute(tie, scenario.store, ask(AS_PAUL)))
    recorded = execute(during, scenario.store, ask(AS_PAUL))
    assert during.runs == 2
    assert recorded.facts[1:] == (BlockGranted(session=JUNE, candidacy=MARIE_VAE, block=3),)


def test_minutes_signed_twice_at_the_same_moment_have_one_signature(scenario: Scenario) -> None:
    scenario.given(*READY, At(JUNE, (CLOSED,)))
    sign = SignMinutes(session=JUNE)
    during = Meanwhile(sign, lambda: execute(sign, scenario.store, ask(AS_PAUL)))
    with pytest.raises(MinutesAlreadySigned):
        execute(during, scenario.store, ask(AS_PAUL))
    assert sum(isinstance(fact, MinutesSigned) for fact in scenario.store.facts(JUNE)) == 1


def test_decision_is_refused_as_stale_when_shown_an_earlier_version(scenario: Scenario) -> None:
    scenario.given(*READY)
    shown = len(scenario.store.facts(SUBJECT))
    scenario.when(GRANT_THREE, by=AS_PAUL, shown=shown - 1)
    scenario.then_refused(StaleVersion)
    scenario.when(GRANT_THREE, by=AS_PAUL, shown=shown)
    scenario.then(unanimous(MARIE_VAE, JUNE), BlockGranted(session=JUNE, candidacy=MARIE_VAE, block=3))


def test_decision_on_a_shown_version_is_not_retried_when_that_version_moved(scenario: Scenario) -> None:
    scenario.given(*READY)
    rule = RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=(Ruling(competence=23, acquired=True),))
    during = Meanwhile(GRANT_THREE, lambda: execute(rule, scenario.store, ask(AS_NADIA)))
    with pytest.raises(StaleVersion):
        execute(during, scenario.store, ask(AS_PAUL, shown=len(scenario.store.facts(SUBJECT))))
    assert not any(isinstance(fact, BlockGranted) for fact in scenario.store.facts(SUBJECT))


def test_decision_on_a_shown_version_is_retried_when_only_another_stream_moved(scenario: Scenario) -> None:
    scenario.given(*READY)
    tie = DeclareTie(person=PAUL, candidate=SAMIR, tie=Tie.COLLEAGUE)
    during = Meanwhile(GRANT_THREE, lambda: execute(tie, scenario.store, ask(AS_PAUL)))
    assert execute(during, scenario.store, ask(AS_PAUL, shown=len(scenario.store.facts(SUBJECT)))).facts


def test_repeated_request_is_answered_as_the_first_even_while_that_one_is_running(scenario: Scenario) -> None:
    """Otherwise the second would be refused because all is already decided."""
    scenario.given(*READY)
    again = ask(AS_PAUL, digest="same", append_id=uuid4())
    answers: list[Recorded] = []
    during = Meanwhile(GRANT_THREE, lambda: answers.append(execute(GRANT_THREE, scenario.store, again)))
    assert execute(during, scenario.store, again) == answers[0]
    scenario.given(At(JUNE, (CLOSED,)))
    signing = ask(AS_PAUL, digest="sign", append_id=uuid4())
    late = LateTwin(store=scenario.store, first=lambda: execute(SIGN, scenario.store, signing))
    answer = execute(SIGN, late, signing)
    (signed,) = answer.facts
    assert isinstance(signed, MinutesSigned)
    assert signed.signed_by == PAUL
    assert scenario.store.facts(JUNE)[-1:] == list(answer.facts)


SIGN = SignMinutes(session=JUNE)


@dataclass
class LateTwin:
    """A store in which the same request is recorded just after it was asked whether it had been."""

    store: MemoryStore
    first: Any
    asked: int = 0

    def repeated(self, request: Request) -> Recorded | None:
        self.asked += 1
        answer = self.store.repeated(request)
        if self.asked == 1:
            self.first()
        return answer

    def attempt(self, request: Request, contended: frozenset[UUID]) -> Any:
        return self.store.attempt(request, contended)


class Crowded(MemoryAttempt):
    def __init__(self, store: MemoryStore, request: Request, moved: UUID) -> None:
        super().__init__(store, request)
        self._moved = moved

    def commit(self) -> Recorded:
        raise StreamChanged(self._moved)


@dataclass
class Crowd:
    """A store in which another writer is always faster."""

    store: MemoryStore
    contended: list[frozenset[UUID]] = field(default_factory=list)
    moved: tuple[UUID, ...] = (SUBJECT,)

    def repeated(self, request: Request) -> Recorded | None:
        return self.store.repeated(request)

    @contextmanager
    def attempt(self, request: Request, contended: frozenset[UUID]) -> Iterator[Crowded]:
        self.contended.append(contended)
        yield Crowded(self.store, request, self.moved[(len(self.contended) - 1) % len(self.moved)])


@pytest.fixture
def own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the clock by one that advances only by sleeping, however busy the machine is."""
    own = OwnTime()
    monkeypatch.setattr("domain.execute.monotonic", own.monotonic)
    monkeypatch.setattr("domain.execute.sleep", own.sleep)


@pytest.mark.usefixtures("own_time")
def test_command_that_always_collides_is_answered_busy_and_records_nothing(scenario: Scenario) -> None:
    """From the second attempt on, the command queues for the stream on which it collided."""
    scenario.given(*READY)
    head, crowd = len(scenario.store.told), Crowd(scenario.store)
    with pytest.raises(Busy):
        execute(GRANT_THREE, crowd, ask(AS_PAUL), patience=0.2)
    assert crowd.contended[0] == frozenset()
    assert set(crowd.contended[1:]) == {frozenset({SUBJECT})}
    assert len(scenario.store.told) == head


def test_command_is_tried_a_second_time_however_short_its_patience(scenario: Scenario) -> None:
    scenario.given(*READY)
    crowd = Crowd(scenario.store)
    with pytest.raises(Busy):
        execute(GRANT_THREE, crowd, ask(AS_PAUL), patience=-1)
    assert crowd.contended == [frozenset(), frozenset({SUBJECT})]


@pytest.mark.usefixtures("own_time")
def test_command_queues_for_every_stream_on_which_it_has_collided(scenario: Scenario) -> None:
    scenario.given(*READY)
    crowd = Crowd(scenario.store, moved=(SUBJECT, JUNE))
    with pytest.raises(Busy):
        execute(GRANT_THREE, crowd, ask(AS_PAUL), patience=0.05)
    assert crowd.contended[:2] == [frozenset(), frozenset({SUBJECT})]
    assert set(crowd.contended[2:]) == {frozenset({SUBJECT, JUNE})}


def test_stale_decision_is_refused_without_a_retry(scenario: Scenario) -> None:
    scenario.given(*READY)
    crowd = Crowd(scenario.store)
    with pytest.raises(StaleVersion):
        execute(GRANT_THREE, crowd, ask(AS_PAUL, shown=1), patience=5)
    assert len(crowd.contended) == 1


def test_refused_command_is_not_retried(scenario: Scenario) -> None:
    crowd = Crowd(scenario.store)
    with pytest.raises(Refused):
        execute(WithdrawRole(person=SAMIR, role=Role.JUROR), crowd, ask(AS_ADA), patience=5)
    assert len(crowd.contended) == 1
