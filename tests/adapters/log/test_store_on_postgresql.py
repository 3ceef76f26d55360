"""The store on PostgreSQL: the tests of the port, and those that need a real database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from adapters.clock import FixedClock
from adapters.database.pool import Database
from adapters.keys.vault import FieldPlace
from adapters.log.codec import decode, opened, sealed
from adapters.log.store import NoLongerRead, PostgresStore, TooMuchAtOnce
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.retire_framework import RetireFramework
from domain.commands.people.register_person import RegisterPerson
from domain.commands.people.withdraw_role import WithdrawRole
from domain.execute import execute
from domain.fact import Retention
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.framework.succession import VersionRetired
from domain.people.person import Person
from domain.ports import NOBODY as NOT_GRANTED
from domain.ports import OPERATOR, Actor, CandidacyId, FrameworkId, Log, PersonId, Request, Role
from domain.refusal import Busy, Forbidden, IdempotencyKeyReused
from domain.register.certificates import Papers
from domain.register.facts import CertificateIssued
from tests.given.domain.scenario import NOON
from tests.given.domain.store_port import *  # noqa: F403  (every test of the port runs here again)
from tests.given.domain.store_port import Grant, register, request, roles_of
from webapi.app import create_app
from webapi.demonstration.story import Story
from webapi.wiring import App, assemble


@pytest.fixture
def store(acquis: App) -> PostgresStore:
    return acquis.store


def test_ten_people_who_grant_a_role_at_once_to_one_person_are_all_served(acquis: App) -> None:
    """From the second attempt on, the attempt locks the contended stream: no caller starves within the time limit."""
    alix = register(acquis.store)
    roles = [role for role in Role if role not in NOT_GRANTED] * 2

    def grant(role: Role) -> str:
        try:
            execute(Grant(person=alix, role=role), acquis.store, request(), patience=20)
        except Exception as refusal:  # noqa: BLE001  (its name is the answer)
            return type(refusal).__name__
        return "granted"

    with ThreadPoolExecutor(4) as together:
        answers = list(together.map(grant, roles))
    assert answers.count("granted") == len(set(roles))
    assert answers.count("RoleAlreadyGranted") == len(set(roles))
    assert roles_of(acquis.store, alix) == set(roles)


def test_a_stream_held_by_somebody_else_for_two_seconds_is_busy(acquis: App, database_url: str) -> None:
    """A slow transaction that holds a stream's lock costs two seconds at most, then 503 `busy`."""
    alix = register(acquis.store)
    slow = Database(database_url)
    with slow.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(4711, hashtext(%s::text))", (str(alix),))
        with pytest.raises(Busy):
            execute(Grant(person=alix), acquis.store, request())
        cursor.execute("select pg_advisory_unlock_all()")
    slow.close()
    assert roles_of(acquis.store, alix) == frozenset()


def test_copied_personal_field_has_its_own_seal_and_outlives_the_erased_original(acquis: App) -> None:
    """A certificate copies the name on file: no rule reads the copy, and it survives the erasure of the identity."""
    who, candidacy, day = register(acquis.store), CandidacyId(uuid4()), date(2021, 6, 15)
    stream = Papers.id_of(candidacy)

    def certify() -> Request:
        asked = request()
        with acquis.store.attempt(asked, frozenset()) as attempt:
            name = attempt.load(Person, who).name
            assert name is not None
            issued = CertificateIssued(
                candidacy=candidacy, number=1, obtained_on=day, issued_on=day, corrections=0, holder=name
            )
            attempt.record(attempt.find(Papers, stream), issued)
            attempt.commit()
        return asked

    place = FieldPlace(certify().append_id, 0, stream, "CertificateIssued", 1, "")
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select type, body from log.fact where stream = %s", (stream,))
        ((kind, body),) = cursor.fetchall()
    fact = decode(kind, body)
    assert sealed(fact)["holder"].kept is Retention.REGISTER
    acquis.vault.destroy(who, Retention.IDENTITY)
    assert opened(fact, place, acquis.vault.opening()) == {"holder": "Alix Essai"}
    with pytest.raises(NoLongerRead):
        certify()


@dataclass(frozen=True)
class GrantAfterReading(Grant):
    """A command that relies on a given number of further streams."""

    others: int = 0

    def execute(self, log: Log) -> None:
        for _ in range(self.others):
            log.find(Person, uuid4())
        super().execute(log)


def test_request_that_relies_on_too_many_streams_is_refused(acquis: App) -> None:
    alix = register(acquis.store)
    with pytest.raises(TooMuchAtOnce):
        execute(GrantAfterReading(person=alix, others=450), acquis.store, request())
    assert roles_of(acquis.store, alix) == frozenset()
    execute(GrantAfterReading(person=alix, others=300), acquis.store, request())


def test_answer_stands_when_the_database_dies_after_the_commit_of_a_held_stream(
    acquis: App, database_url: str
) -> None:
    """Kills under load found this fault: the release of the lock failed, and recorded facts were reported as lost."""
    alix = register(acquis.store)
    with closing(Database(database_url)) as other, other.connection() as admin, admin.cursor() as cursor:
        with acquis.store.attempt(request(), frozenset({alix})) as attempt:
            Grant(person=alix).execute(attempt)
            recorded = attempt.commit()
            cursor.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                " where datname = current_database() and application_name = 'acquis acquis_web'"
            )
        assert recorded.positions
        assert roles_of(acquis.store, alix) == {Role.JUROR}
        cursor.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and database ="
            " (select oid from pg_database where datname = current_database())"
        )
        assert cursor.fetchall() == [(0,)]


def test_the_same_key_with_another_body_is_refused_even_when_both_were_under_way(acquis: App) -> None:
    """The slow request began before the other was recorded, and must not receive the other's answer."""
    alix, key = register(acquis.store), uuid4()

    def sent(digest: str) -> Request:
        return Request(actor=OPERATOR, append_id=key, today=date(2021, 6, 15), hour=NOON, digest=digest)

    with acquis.store.attempt(sent("one body"), frozenset()) as slow:
        Grant(person=alix).execute(slow)
        execute(Grant(person=alix), acquis.store, sent("another body"))
        with pytest.raises(IdempotencyKeyReused):
            slow.commit()


def test_attempt_with_more_contended_streams_than_can_be_locked_still_commits(acquis: App) -> None:
    """Without this, the closing of a jury of ninety that lost one race would report an unavailable database."""
    alix = register(acquis.store)
    with acquis.store.attempt(request(), frozenset({alix, *(uuid4() for _ in range(100))})) as attempt:
        Grant(person=alix).execute(attempt)
        assert attempt.commit().positions
    assert roles_of(acquis.store, alix) == {Role.JUROR}


@pytest.fixture
def other(acquis: App) -> Iterator[App]:
    """Return the application of a second process, whose memory lacks what the first records."""
    opened = assemble(acquis.settings, acquis.server, acquis.clock)
    yield opened
    opened.close()


def test_store_decides_on_the_current_person_and_not_on_an_outdated_cached_one(acquis: App, other: App) -> None:
    alix = register(other.store, Role.REGISTRAR)
    grant = Grant(person=alix, role=Role.AUDITOR)
    other.do(grant, OPERATOR)
    acquis.do(WithdrawRole(person=alix, role=Role.AUDITOR), OPERATOR)
    other.do(grant, OPERATOR)  # the cached person is already an auditor
    assert roles_of(acquis.store, alix) == {Role.REGISTRAR, Role.AUDITOR}
    acquis.do(WithdrawRole(person=alix, role=Role.REGISTRAR), OPERATOR)
    with pytest.raises(Forbidden):  # the cached person is still a registrar
        other.do(RegisterPerson(name="Personne fictive"), Actor(person=alix, role=Role.REGISTRAR))


def test_a_command_with_nothing_to_record_is_no_answer_from_memory(acquis: App, other: App) -> None:
    alix = register(other.store)
    seen: list[frozenset[Role]] = []
    other.do(Look(person=alix, seen=seen), OPERATOR)
    acquis.do(Grant(person=alix, role=Role.AUDITOR), OPERATOR)
    other.do(Look(person=alix, seen=seen), OPERATOR)
    assert seen[-1] == {Role.AUDITOR}


def test_read_without_a_command_sees_what_is_committed_now(acquis: App, other: App) -> None:
    alix = register(other.store)
    acquis.do(Grant(person=alix, role=Role.AUDITOR), OPERATOR)
    assert roles_of(other.store, alix) == {Role.AUDITOR}


def test_cached_aggregates_of_the_demonstration_equal_those_loaded_from_the_log(acquis: App, other: App) -> None:
    assert isinstance(acquis.clock, FixedClock)
    story = Story(acquis, acquis.clock)
    story.play()
    with other.store.attempt(other.request_of(OPERATOR), frozenset()) as fresh:
        streams = {stream for (stream,) in rows(acquis, "select distinct stream from log.event")}
        kept = [aggregate for stream in streams if (aggregate := acquis.store.kept(stream)) is not None]
        assert len(kept) == len(streams)
        for aggregate in kept:
            assert aggregate == fresh.load(type(aggregate), aggregate.id)


def rows(acquis: App, query: str) -> list[tuple[UUID, ...]]:
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_memory_holds_so_many_streams_and_no_more(acquis: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.log.store.MOST_KEPT", 3)
    people = [register(acquis.store) for _ in range(5)]
    for alix in people:
        acquis.do(Grant(person=alix, role=Role.AUDITOR), OPERATOR)
    assert [acquis.store.kept(alix) is not None for alix in people] == [False, False, True, True, True]


@dataclass(frozen=True, kw_only=True)
class Look:
    """A command that reads and records nothing."""

    roles: ClassVar[frozenset[Role]] = frozenset({Role.OPERATOR})
    person: UUID
    seen: list[frozenset[Role]]

    def execute(self, log: Log) -> None:
        self.seen.append(frozenset(log.load(Person, self.person).roles))


def test_a_server_that_has_admitted_under_a_version_admits_nobody_once_another_process_retired_it(
    acquis: App, other: App
) -> None:
    """A running server admitted 40 of 40 so, and `check-log` failed for good on facts that nobody can undo."""
    assert isinstance(acquis.clock, FixedClock)
    story = Story(acquis, acquis.clock)
    story.publish_certification()
    story.open_routes()
    framework = FrameworkId(Framework.id_of("RNCP31936", 1))
    _apply_by_vae(other, register(acquis.store, Role.CANDIDATE), framework, story)
    retiring = RetireFramework(
        framework=framework, retired_on=acquis.clock.today(), ground="décision du certificateur"
    )
    acquis.do(retiring, OPERATOR)
    for _ in range(3):
        with pytest.raises(VersionRetired):
            _apply_by_vae(other, register(acquis.store, Role.CANDIDATE), framework, story)


def test_a_framework_is_shown_with_the_version_that_it_has_now(acquis: App, other: App) -> None:
    """The ETag that a reader receives is the one with which their `If-Match` is compared."""
    assert isinstance(acquis.clock, FixedClock)
    story = Story(acquis, acquis.clock)
    story.publish_certification()
    auditor = Actor(person=register(acquis.store, Role.AUDITOR), role=Role.AUDITOR)
    token = acquis.tokens.make(auditor, "a reader", datetime.now(UTC) + timedelta(days=1), issued_by=None).secret
    reader = create_app(other).test_client()

    def shown() -> str:
        path = f"/api/v1/certifications/{Framework.id_of('RNCP31936', 1)}"
        return reader.get(path, headers={"Authorization": f"Bearer {token}"}).headers["ETag"]

    assert shown() == '"1"'
    story.open_routes()
    assert shown() == '"3"'


def _apply_by_vae(at: App, candidate: UUID, framework: FrameworkId, story: Story) -> None:
    command = OpenCandidacy(
        candidate=PersonId(candidate), framework=framework, rulebook=story.rulebook, route=Route.VAE
    )
    at.do(command, Actor(person=PersonId(candidate), role=Role.CANDIDATE))
