"""Who may send a command, and what happens when what it relied on moves?"""

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
from domain.jury.vote import Outcome
from domain.people.facts import RoleGranted, RoleWithdrawn, Tie, TieDeclared
from domain.ports import NOBODY, OPERATOR, Actor, Moved, Recorded, Request, Role
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
    outcome=Outcome.UNANIMOUS, session=JUNE, candidacy=MARIE_VAE, decisions=(BlockDecision(block=3, granted=True),)
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


def test_a_role_that_the_command_is_not_open_to_is_forbidden(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.JUROR), by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_a_role_that_one_does_not_hold_is_forbidden(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.JUROR), by=Actor(person=MARIE, role=Role.ADMIN))
    scenario.then_refused(Forbidden)


def test_a_role_that_was_withdrawn_no_longer_opens_anything(scenario: Scenario) -> None:
    scenario.given(At(PAUL, (RoleWithdrawn(role=Role.JUROR),)), *READY)
    scenario.when(GRANT_THREE, by=AS_PAUL)
    scenario.then_refused(Forbidden)


def test_somebody_unknown_may_nothing(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.JUROR), by=Actor(person=person("x"), role=Role.ADMIN))
    scenario.then_refused(NotFound)


def test_the_operator_acts_without_being_a_person(scenario: Scenario) -> None:
    scenario.when(GrantRole(person=SAMIR, role=Role.ADMIN), by=OPERATOR)
    scenario.then(RoleGranted(role=Role.ADMIN))
    with pytest.raises(ValueError, match="nobody"):
        _ = OPERATOR.who


@pytest.mark.parametrize("role", sorted(NOBODY))
def test_no_person_s_word_makes_an_operator_or_the_system(scenario: Scenario, role: Role) -> None:
    """Only the machine's own door makes either; GrantRole refuses to give them."""
    scenario.when(GrantRole(person=SAMIR, role=role), by=AS_ADA)
    scenario.then_refused(Forbidden)


def test_a_role_withdrawn_while_its_holder_decides_comes_first(scenario: Scenario) -> None:
    """Forbidden, or ordered before the withdrawal; never after it."""
    scenario.given(*READY)
    during = Meanwhile(
        GRANT_THREE, lambda: execute(WithdrawRole(person=PAUL, role=Role.JUROR), scenario.store, ask(AS_ADA))
    )
    with pytest.raises(Forbidden):
        execute(during, scenario.store, ask(AS_PAUL))
    assert not any(isinstance(fact, BlockGranted) for fact in scenario.store.facts(SUBJECT))


def test_a_tie_declared_while_a_decision_is_taken_comes_first(scenario: Scenario) -> None:
    """The decision relies on every juror's ties; never both."""
    scenario.given(*READY)
    tie = DeclareTie(person=PAUL, candidate=MARIE, tie=Tie.COLLEAGUE)
    during = Meanwhile(GRANT_THREE, lambda: execute(tie, scenario.store, ask(AS_PAUL)))
    with pytest.raises(ConflictOfInterest):
        execute(during, scenario.store, ask(AS_PAUL))
    assert scenario.store.facts(PAUL)[-1] == TieDeclared(candidate=MARIE, tie=Tie.COLLEAGUE, declared_by=PAUL)
    assert not any(isinstance(fact, BlockGranted) for fact in scenario.store.facts(SUBJECT))


def test_a_decision_is_taken_again_when_something_harmless_moved(scenario: Scenario) -> None:
    scenario.given(*READY)
    tie = DeclareTie(person=PAUL, candidate=SAMIR, tie=Tie.COLLEAGUE)
    during = Meanwhile(GRANT_THREE, lambda: execute(tie, scenario.store, ask(AS_PAUL)))
    recorded = execute(during, scenario.store, ask(AS_PAUL))
    assert during.runs == 2
    assert recorded.facts[1:] == (BlockGranted(session=JUNE, candidacy=MARIE_VAE, block=3),)


def test_two_presidents_sign_together_and_one_signature_stands(scenario: Scenario) -> None:
    scenario.given(*READY, At(JUNE, (CLOSED,)))
    sign = SignMinutes(session=JUNE)
    during = Meanwhile(sign, lambda: execute(sign, scenario.store, ask(AS_PAUL)))
    with pytest.raises(MinutesAlreadySigned):
        execute(during, scenario.store, ask(AS_PAUL))
    assert sum(isinstance(fact, MinutesSigned) for fact in scenario.store.facts(JUNE)) == 1


def test_who_decides_on_what_they_were_not_shown_is_asked_to_read_it_again(scenario: Scenario) -> None:
    scenario.given(*READY)
    shown = len(scenario.store.facts(SUBJECT))
    scenario.when(GRANT_THREE, by=AS_PAUL, shown=shown - 1)
    scenario.then_refused(StaleVersion)
    scenario.when(GRANT_THREE, by=AS_PAUL, shown=shown)
    scenario.then(unanimous(MARIE_VAE, JUNE), BlockGranted(session=JUNE, candidacy=MARIE_VAE, block=3))


def test_a_decision_on_what_was_shown_is_never_taken_again_on_something_else(scenario: Scenario) -> None:
    scenario.given(*READY)
    rule = RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=(Ruling(competence=23, acquired=True),))
    during = Meanwhile(GRANT_THREE, lambda: execute(rule, scenario.store, ask(AS_NADIA)))
    with pytest.raises(StaleVersion):
        execute(during, scenario.store, ask(AS_PAUL, shown=len(scenario.store.facts(SUBJECT))))
    assert not any(isinstance(fact, BlockGranted) for fact in scenario.store.facts(SUBJECT))


def test_a_decision_on_what_was_shown_is_taken_again_when_only_something_else_moved(scenario: Scenario) -> None:
    scenario.given(*READY)
    tie = DeclareTie(person=PAUL, candidate=SAMIR, tie=Tie.COLLEAGUE)
    during = Meanwhile(GRANT_THREE, lambda: execute(tie, scenario.store, ask(AS_PAUL)))
    assert execute(during, scenario.store, ask(AS_PAUL, shown=len(scenario.store.facts(SUBJECT)))).facts


def test_a_request_repeated_whose_first_was_under_way_is_answered_as_the_first(scenario: Scenario) -> None:
    """The second would otherwise be told that all is already decided."""
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
    """A store whose request's twin is recorded just after it was asked whether there is one."""

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
        raise Moved(self._moved)


@dataclass
class Crowd:
    """A store in which somebody else is always quicker."""

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
    """However busy the machine is, it is later only by what is slept."""
    own = OwnTime()
    monkeypatch.setattr("domain.execute.monotonic", own.monotonic)
    monkeypatch.setattr("domain.execute.sleep", own.sleep)


@pytest.mark.usefixtures("own_time")
def test_when_others_are_always_quicker_the_answer_is_busy_and_nothing_is_stored(scenario: Scenario) -> None:
    """From the second time on, the command waits its turn for the stream it collided on."""
    scenario.given(*READY)
    head, crowd = len(scenario.store.told), Crowd(scenario.store)
    with pytest.raises(Busy):
        execute(GRANT_THREE, crowd, ask(AS_PAUL), patience=0.2)
    assert crowd.contended[0] == frozenset()
    assert set(crowd.contended[1:]) == {frozenset({SUBJECT})}
    assert len(scenario.store.told) == head


def test_however_little_patience_there_is_it_is_tried_a_second_time_when_it_has_its_turn(scenario: Scenario) -> None:
    scenario.given(*READY)
    crowd = Crowd(scenario.store)
    with pytest.raises(Busy):
        execute(GRANT_THREE, crowd, ask(AS_PAUL), patience=-1)
    assert crowd.contended == [frozenset(), frozenset({SUBJECT})]


@pytest.mark.usefixtures("own_time")
def test_it_waits_its_turn_for_each_stream_it_has_collided_on(scenario: Scenario) -> None:
    scenario.given(*READY)
    crowd = Crowd(scenario.store, moved=(SUBJECT, JUNE))
    with pytest.raises(Busy):
        execute(GRANT_THREE, crowd, ask(AS_PAUL), patience=0.05)
    assert crowd.contended[:2] == [frozenset(), frozenset({SUBJECT})]
    assert set(crowd.contended[2:]) == {frozenset({SUBJECT, JUNE})}


def test_a_stale_decision_is_refused_at_once_however_crowded(scenario: Scenario) -> None:
    scenario.given(*READY)
    crowd = Crowd(scenario.store)
    with pytest.raises(StaleVersion):
        execute(GRANT_THREE, crowd, ask(AS_PAUL, shown=1), patience=5)
    assert len(crowd.contended) == 1


def test_a_refusal_is_not_tried_again(scenario: Scenario) -> None:
    crowd = Crowd(scenario.store)
    with pytest.raises(Refused):
        execute(WithdrawRole(person=SAMIR, role=Role.JUROR), crowd, ask(AS_ADA), patience=5)
    assert len(crowd.contended) == 1
