"""The store on PostgreSQL keeps what `execute` builds on: the port's own tests, and what only a real one can show."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest

from adapters.clock import FixedClock
from adapters.database.pool import Database
from adapters.log.store import PostgresStore
from domain.commands.open_candidacy import OpenCandidacy
from domain.execute import execute
from domain.framework import Framework, Route
from domain.ports import OPERATOR, Actor, FrameworkId, PersonId, Request, Role
from domain.refusal import Busy, IdempotencyKeyReused
from tests.domain.test_store_port import *  # noqa: F403  (every test of the port runs here again)
from tests.domain.test_store_port import Grant, register, request, roles_of
from webapi.demonstration.story import Story
from webapi.wiring import House, furnish


@pytest.fixture
def store(house: House) -> PostgresStore:
    return house.store


def test_ten_people_who_grant_a_role_at_once_to_one_person_are_all_served(house: House) -> None:
    """From the second attempt on a contended stream is held: nobody starves within the patience."""
    alix = register(house.store)
    roles = [role for role in Role if role is not Role.OPERATOR] * 2

    def grant(role: Role) -> str:
        try:
            execute(Grant(person=alix, role=role), house.store, request(), patience=20)
        except Exception as refusal:  # noqa: BLE001  (its name is the answer)
            return type(refusal).__name__
        return "granted"

    with ThreadPoolExecutor(4) as together:
        answers = list(together.map(grant, roles))
    assert answers.count("granted") == len(set(roles))
    assert answers.count("RoleAlreadyGranted") == len(set(roles))
    assert roles_of(house.store, alix) == set(roles)


def test_a_stream_held_by_somebody_else_for_two_seconds_is_busy(house: House, database_url: str) -> None:
    """REFUSALS 79: a slow transaction that holds a stream's lock costs two seconds at most, then 503 `busy`."""
    alix = register(house.store)
    slow = Database(database_url)
    with slow.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(4711, hashtext(%s::text))", (str(alix),))
        with pytest.raises(Busy):
            execute(Grant(person=alix), house.store, request())
        cursor.execute("select pg_advisory_unlock_all()")
    slow.close()
    assert roles_of(house.store, alix) == frozenset()


def test_the_same_key_with_another_body_is_refused_even_when_both_were_under_way(house: House) -> None:
    """REFUSALS 74: the second found nothing recorded yet when it began, and must not be given the first's answer."""
    alix, key = register(house.store), uuid4()

    def sent(digest: str) -> Request:
        return Request(actor=OPERATOR, append_id=key, today=date(2021, 6, 15), digest=digest)

    with house.store.attempt(sent("one body"), frozenset()) as slow:
        Grant(person=alix).execute(slow)
        execute(Grant(person=alix), house.store, sent("another body"))
        with pytest.raises(IdempotencyKeyReused):
            slow.commit()


def test_a_framework_kept_from_an_earlier_request_is_never_decided_on_once_it_moved(house: House) -> None:
    assert isinstance(house.clock, FixedClock)
    story = Story(house, house.clock)
    story.publish_certification()
    other = furnish(  # a second process, so to speak
        house.settings, house.server, house.clock
    )
    framework = FrameworkId(Framework.id_of("RNCP31936", 1))

    def opened(at: House) -> list[Route]:
        with at.store.attempt(at.request_of(OPERATOR), frozenset()) as attempt:
            return [opening.route for opening in attempt.load(Framework, framework).opened]

    assert opened(other) == []
    story.open_routes()
    assert opened(other) == []  # kept, and old: a decision on it, recorded or refused, is made again
    candidate = register(house.store, Role.CANDIDATE)
    _apply_by_vae(other, candidate, framework, story)
    assert opened(other) == [Route.VAE, Route.CL]
    other.close()


def _apply_by_vae(at: House, candidate: UUID, framework: FrameworkId, story: Story) -> None:
    command = OpenCandidacy(
        candidate=PersonId(candidate), framework=framework, rulebook=story.rulebook, route=Route.VAE
    )
    at.do(command, Actor(person=PersonId(candidate), role=Role.CANDIDATE))
