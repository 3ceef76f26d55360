"""Tests of the store port, shared by all its implementations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from domain.execute import execute
from domain.fact import Personal
from domain.jury.session import JurySession
from domain.people.facts import Registered, RoleGranted
from domain.people.person import Person, PersonAlreadyRegistered
from domain.ports import OPERATOR, Log, PersonId, Request, Role, Store, StreamChanged
from domain.refusal import IdempotencyKeyReused, NotFound, Refused
from tests.given.domain.scenario import NOON

NOBODY: frozenset[UUID] = frozenset()


def request(append_id: UUID | None = None, digest: str | None = "body") -> Request:
    return Request(actor=OPERATOR, append_id=append_id or uuid4(), today=date(2021, 6, 15), hour=NOON, digest=digest)


def register(store: Store, *roles: Role) -> PersonId:
    """Register a person in the store, by the port only."""
    with store.attempt(request(), NOBODY) as attempt:
        person = attempt.find(Person, PersonId(attempt.new_id("person")))
        attempt.record(person, person.register("Alix Essai", None), *(person.grant(role) for role in roles))
        attempt.commit()
    return person.id


def roles_of(store: Store, person: PersonId) -> frozenset[Role]:
    with store.attempt(request(), NOBODY) as attempt:
        return attempt.load(Person, person).roles


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Command that gives a role, and relies on another person or none."""

    roles: ClassVar[frozenset[Role]] = frozenset({Role.OPERATOR})
    person: PersonId
    role: Role = Role.JUROR
    relying_on: PersonId | None = None

    def execute(self, log: Log) -> None:
        if self.relying_on:
            log.load(Person, self.relying_on)
        person = log.load(Person, self.person)
        log.record(person, person.grant(self.role))


def test_recorded_stream_is_loaded_at_the_version_of_its_last_fact(store: Store) -> None:
    alix = register(store, Role.JUROR, Role.ASSESSOR)
    with store.attempt(request(), NOBODY) as attempt:
        person = attempt.load(Person, alix)
        assert (person.id, person.version, person.roles) == (alix, 3, frozenset({Role.JUROR, Role.ASSESSOR}))
        assert attempt.version_of(alix) == 3


def test_a_stream_to_which_nothing_happened_is_not_found_when_loaded_and_empty_when_found(store: Store) -> None:
    nobody = PersonId(uuid4())
    with store.attempt(request(), NOBODY) as attempt:
        with pytest.raises(NotFound):
            attempt.load(Person, nobody)
        assert attempt.find(Person, nobody) == Person(id=nobody)
        assert attempt.version_of(nobody) == 0


def test_the_id_of_something_else_is_not_found(store: Store) -> None:
    alix = register(store)
    with store.attempt(request(), NOBODY) as attempt:
        with pytest.raises(NotFound):
            attempt.load(JurySession, alix)
        with pytest.raises(NotFound):
            attempt.find(JurySession, alix)
    with store.attempt(request(), NOBODY) as attempt:
        attempt.load(Person, alix)
        with pytest.raises(NotFound):
            attempt.find(JurySession, alix)


def test_several_are_found_together_as_each_would_be_alone_and_relied_upon(store: Store) -> None:
    alix, zoe, nobody = register(store, Role.JUROR), register(store), PersonId(uuid4())
    with store.attempt(request(), NOBODY) as attempt:
        known = attempt.find(Person, zoe)
        found = attempt.find_all(Person, iter((nobody, zoe, alix, zoe)))
        assert [(each.id, each.version) for each in found] == [(nobody, 0), (zoe, 1), (alix, 2), (zoe, 1)]
        with pytest.raises(NotFound):
            attempt.find_all(JurySession, [alix])
        execute(Grant(person=alix, role=Role.ASSESSOR), store, request())
        attempt.record(known, known.grant(Role.ASSESSOR))
        with pytest.raises(StreamChanged):
            attempt.commit()


def test_an_attempt_knows_who_acts_and_which_day_it_is(store: Store) -> None:
    with store.attempt(request(), NOBODY) as attempt:
        assert (attempt.actor, attempt.today) == (OPERATOR, date(2021, 6, 15))


def test_the_same_request_gives_the_same_new_ids_and_another_gives_others(store: Store) -> None:
    once = request()
    ids = []
    for asked in (once, once, request()):
        with store.attempt(asked, NOBODY) as attempt:
            assert attempt.new_id("person") != attempt.new_id("session")
            ids.append(attempt.new_id("person"))
    assert ids[0] == ids[1] != ids[2]


def test_a_command_s_facts_come_back_in_order_with_rising_positions_and_each_stream_s_version(store: Store) -> None:
    alix = register(store)
    with store.attempt(request(), NOBODY) as attempt:
        person = attempt.load(Person, alix)
        attempt.record(person, RoleGranted(role=Role.JUROR))
        other = attempt.find(Person, PersonId(attempt.new_id("other")))
        attempt.record(other, Registered(name=Personal("x", other.id)), RoleGranted(role=Role.ASSESSOR))
        recorded = attempt.commit()
    assert [type(fact) for fact in recorded.facts] == [RoleGranted, Registered, RoleGranted]
    assert list(recorded.positions) == sorted(set(recorded.positions))
    assert len(recorded.positions) == 3
    assert recorded.position == recorded.positions[-1]
    assert recorded.versions == {alix: 2, other.id: 2}


def test_a_command_that_records_nothing_writes_nothing(store: Store) -> None:
    alix = register(store)
    with store.attempt(request(), NOBODY) as attempt:
        attempt.load(Person, alix)
        assert attempt.commit().positions == ()


def test_uncommitted_facts_are_not_loaded(store: Store) -> None:
    alix = register(store)
    with store.attempt(request(), NOBODY) as attempt:
        attempt.record(attempt.load(Person, alix), RoleGranted(role=Role.JUROR))
    assert roles_of(store, alix) == frozenset()


def test_a_stream_written_meanwhile_makes_the_attempt_decide_again(store: Store) -> None:
    alix = register(store)
    with store.attempt(request(), NOBODY) as slow:
        slow.record(slow.load(Person, alix), RoleGranted(role=Role.JUROR))
        execute(Grant(person=alix, role=Role.ASSESSOR), store, request())
        with pytest.raises(StreamChanged):
            slow.commit()
    assert roles_of(store, alix) == {Role.ASSESSOR}


def test_a_stream_only_relied_upon_that_moved_meanwhile_makes_the_attempt_decide_again(store: Store) -> None:
    alix, bo = register(store), register(store)
    with store.attempt(request(), NOBODY) as slow:
        slow.load(Person, bo)
        slow.record(slow.load(Person, alix), RoleGranted(role=Role.JUROR))
        execute(Grant(person=bo), store, request())
        with pytest.raises(StreamChanged):
            slow.commit()
    assert roles_of(store, alix) == frozenset()


def test_a_stream_found_empty_that_began_meanwhile_makes_the_attempt_decide_again(store: Store) -> None:
    alix = register(store)
    nobody = PersonId(uuid4())
    with store.attempt(request(), NOBODY) as slow:
        slow.find(Person, nobody)
        slow.record(slow.load(Person, alix), RoleGranted(role=Role.JUROR))
        with store.attempt(request(), NOBODY) as quick:
            quick.record(quick.find(Person, nobody), Registered(name=Personal("x", nobody)))
            quick.commit()
        with pytest.raises(StreamChanged):
            slow.commit()


def test_facts_of_one_command_on_two_streams_are_all_recorded_or_none(store: Store) -> None:
    alix, bo = register(store), register(store)
    with store.attempt(request(), NOBODY) as slow:
        slow.record(slow.load(Person, alix), RoleGranted(role=Role.JUROR))
        slow.record(slow.load(Person, bo), RoleGranted(role=Role.JUROR))
        execute(Grant(person=bo, role=Role.ASSESSOR), store, request())
        with pytest.raises(StreamChanged):
            slow.commit()
    assert not roles_of(store, alix)
    assert roles_of(store, bo) == {Role.ASSESSOR}


def test_two_attempts_that_each_rely_on_what_the_other_writes_are_never_both_recorded(store: Store) -> None:
    alix, bo = register(store), register(store)
    with store.attempt(request(), NOBODY) as one, store.attempt(request(), NOBODY) as other:
        for attempt, written, relied in ((one, alix, bo), (other, bo, alix)):
            attempt.load(Person, relied)
            attempt.record(attempt.load(Person, written), RoleGranted(role=Role.JUROR))
        one.commit()
        with pytest.raises(StreamChanged):
            other.commit()


def test_a_new_attempt_sees_what_moved_also_when_it_is_given_what_it_collided_on(store: Store) -> None:
    alix = register(store)
    with store.attempt(request(), frozenset({alix})) as attempt:
        attempt.record(attempt.load(Person, alix), RoleGranted(role=Role.JUROR))
        attempt.commit()
    assert roles_of(store, alix) == {Role.JUROR}


def test_a_request_repeated_is_answered_as_the_first_and_recorded_once(store: Store) -> None:
    alix = register(store)
    once = request()
    assert store.repeated(once) is None
    first = execute(Grant(person=alix), store, once)
    assert execute(Grant(person=alix), store, once) == first
    assert store.repeated(once) == first
    with store.attempt(request(), NOBODY) as attempt:
        assert attempt.load(Person, alix).version == 2


def test_a_request_repeated_while_its_first_is_under_way_is_recorded_once(store: Store) -> None:
    """Both requests have read before either is recorded."""
    alix = register(store)
    once = request()
    with store.attempt(once, NOBODY) as one, store.attempt(once, NOBODY) as two:
        for attempt in (one, two):
            attempt.record(attempt.load(Person, alix), RoleGranted(role=Role.JUROR))
        first = one.commit()
        assert two.commit() == first
    with store.attempt(request(), NOBODY) as attempt:
        assert attempt.load(Person, alix).version == 2


def test_a_key_used_again_with_another_body_is_refused_and_stores_nothing(store: Store) -> None:
    alix = register(store)
    once = request()
    execute(Grant(person=alix), store, once)
    with pytest.raises(IdempotencyKeyReused):
        execute(Grant(person=alix, role=Role.ASSESSOR), store, request(once.append_id, "another body"))
    assert roles_of(store, alix) == {Role.JUROR}


def test_command_that_cannot_be_repeated_is_decided_each_time(store: Store) -> None:
    """Without a digest a request is never a repetition; the rules still hold."""
    append_id = uuid4()

    @dataclass(frozen=True)
    class Enrol:
        roles: ClassVar[frozenset[Role]] = frozenset({Role.OPERATOR})

        def execute(self, log: Log) -> None:
            person = log.find(Person, PersonId(log.new_id("person")))
            log.record(person, person.register("Alix Essai", None))

    execute(Enrol(), store, request(append_id, None))
    with pytest.raises(PersonAlreadyRegistered):
        execute(Enrol(), store, request(append_id, None))


def test_a_refused_command_stores_nothing(store: Store) -> None:
    alix = register(store)

    @dataclass(frozen=True)
    class Half:
        roles: ClassVar[frozenset[Role]] = frozenset({Role.OPERATOR})

        def execute(self, log: Log) -> None:
            person: Any = log.load(Person, alix)
            log.record(person, person.grant(Role.JUROR))
            raise Refused

    with pytest.raises(Refused):
        execute(Half(), store, request())
    assert roles_of(store, alix) == frozenset()
