"""Every command relies on each stream that it loads: a stream moves between the load and the append, or before it.

The test writes the move as another process would: a row in the log that is unknown to this process's memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import psycopg2
import pytest
from eventsourcing.persistence import Notification
from psycopg2.extensions import connection as Connection  # noqa: N812  (a class that psycopg2 writes small)

from adapters.keys.vault import FieldPlace
from adapters.log.application import Acquis, FactMapper, WrittenFact
from adapters.log.codec import Envelope, encode, sealed
from adapters.log.recorder import LogRecorder
from adapters.log.store import PostgresStore
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.execute import execute
from domain.fact import Fact, RecordedFact
from domain.framework.framework import Framework
from domain.people.person import Person
from domain.ports import Recorded, Request, Stream, StreamChanged
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.any_command import every_command
from tests.given.domain.commands_sent import Sent, Watched, Watching, sent
from webapi.wiring import App

ROWS = """
insert into log.event select *, clock_timestamp()
  from unnest(%s::bigint[], %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::uuid[], %s::int[])
"""
ADDED = 1_000_000
"""The position of a fact added from elsewhere: earlier facts are below it, those of the commands above it."""


class NoSeals:
    """Seals that encrypt nothing, because a rule never reads a sealed field."""

    def seal(self, *_: object) -> str:
        return "AAAA"

    def open(self, *_: object) -> bytes:
        return b'"what was sealed"'


@dataclass
class Elsewhere:
    """The writes of another process into the log: the given facts, and one more in a stream."""

    admin: Connection
    bodies: dict[int, str]

    def begins_with(self, told: Iterable[RecordedFact]) -> None:
        """Replace the content of the log by these facts."""
        with self.admin.cursor() as cursor:
            cursor.execute("delete from log.event")
        self.tells(told)

    def tells(self, told: Iterable[RecordedFact]) -> None:
        rows = [self.row(each) for each in told]
        with self.admin.cursor() as cursor:
            if rows:
                cursor.execute(ROWS, [list(column) for column in zip(*rows, strict=True)])

    def row(self, told: RecordedFact) -> tuple[int, str, int, str, str, str, int]:
        stamp = told.stamp
        name, append_id = type(told.fact).__name__, str(uuid4())
        return stamp.position, str(stamp.stream), stamp.version, name, self.body(told), append_id, 0

    def body(self, told: RecordedFact) -> str:
        if id(told) not in self.bodies:
            stamp = told.stamp
            place = FieldPlace(UUID(int=0), 0, stamp.stream, type(told.fact).__name__, stamp.version, "")
            head = Envelope(by=stamp.by, role=stamp.role, on=stamp.on, request=None)
            self.bodies[id(told)] = encode(told.fact, head, place, NoSeals())
        return self.bodies[id(told)]

    def adds_to(self, stream: UUID) -> None:
        with self.admin.cursor() as cursor:
            cursor.execute(
                "insert into log.event select %s, %s, coalesce(max(version), 0) + 1, 'Anything', '{}', %s, 0,"
                " clock_timestamp() from log.event where stream = %s",
                (ADDED, str(stream), str(uuid4()), str(stream)),
            )

    def takes_back(self) -> None:
        with self.admin.cursor() as cursor:
            cursor.execute("delete from log.event where position = %s", (ADDED,))

    def undoes(self, request: Request) -> None:
        with self.admin.cursor() as cursor:
            cursor.execute("delete from log.event where append_id = %s", (str(request.append_id),))


@pytest.fixture
def elsewhere(database_url: str) -> Iterator[Elsewhere]:
    admin = psycopg2.connect(database_url)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("alter table log.event disable trigger never_rewritten")
        cursor.execute("select setval('log.position', %s)", (ADDED,))
    yield Elsewhere(admin, {})
    admin.close()


@pytest.fixture(scope="module")
def all_sent() -> list[Sent]:
    """Return every command that was sent, with all the streams that it loaded."""
    return sent()


def store_of(acquis: App, kind: type[PostgresStore] = PostgresStore) -> PostgresStore:
    """Return a store with an empty memory."""
    return kind(Acquis(LogRecorder(acquis.database), FactMapper(NoSeals())).events, acquis.database, NoSeals())


def world(each: Sent) -> list[RecordedFact]:
    """Return the facts of the streams that the command loads."""
    return [told for told in each.before if told.stamp.stream in each.loaded]


def public(recorded: Recorded) -> list[Fact]:
    """Return the recorded facts without their sealed fields, which differ with each encryption."""
    return [replace(fact, **dict.fromkeys(sealed(fact))) for fact in recorded.facts]


def appended_on_what_moved(store: PostgresStore, elsewhere: Elsewhere, each: Sent) -> set[type[Stream]]:
    """Return the kinds of streams that moved after the command loaded them, where it was recorded all the same."""
    elsewhere.begins_with(world(each))
    passed: set[type[Stream]] = set()

    def meanwhile(attempt: Watched) -> None:
        for stream, kind in attempt.loaded.items():
            elsewhere.adds_to(stream)
            try:
                attempt.attempt.commit()
            except StreamChanged:
                pass
            else:
                passed.add(kind)
                elsewhere.undoes(each.request)
            elsewhere.takes_back()

    watching = Watching(store.about(each.command), meanwhile)
    recorded = execute(each.command, watching, each.request)
    assert (watching.attempts, public(recorded)) == (1, public(each.recorded)), each.name
    return passed


def test_the_rules_tests_send_every_command(all_sent: list[Sent]) -> None:
    assert {type(each.command) for each in all_sent} == set(every_command())


def test_no_command_is_recorded_once_any_stream_that_it_loaded_has_moved(
    acquis: App, elsewhere: Elsewhere, all_sent: list[Sent]
) -> None:
    passed = {
        (each.name, kind.__name__)
        for each in all_sent
        for kind in appended_on_what_moved(store_of(acquis), elsewhere, each)
    }
    assert passed == set()


@pytest.mark.parametrize("exempt", [Framework, Rulebook, Person])
def test_check_of_moved_streams_finds_a_store_that_exempts_one_kind(
    acquis: App, elsewhere: Elsewhere, all_sent: list[Sent], exempt: type[Stream]
) -> None:
    class Exempting(PostgresStore):
        """A store that compares the versions of all streams but those of one kind."""

        def append(
            self,
            written: list[WrittenFact],
            append_id: UUID,
            relied_on: Mapping[UUID, int],
            connection: Connection | None,
        ) -> list[Notification]:
            compared = {of: at for of, at in relied_on.items() if not isinstance(self.kept(of), exempt)}
            return super().append(written, append_id, compared, connection)

    opening = [each for each in all_sent if isinstance(each.command, OpenCandidacy)]
    passed = [appended_on_what_moved(store_of(acquis, Exempting), elsewhere, each) for each in opening]
    assert set().union(*passed) == {exempt}


def test_server_with_outdated_memory_decides_as_a_server_without_memory(
    acquis: App, elsewhere: Elsewhere, all_sent: list[Sent]
) -> None:
    for each in all_sent:
        told = world(each)
        last = {told.stamp.stream: told.stamp.position for told in told}
        elsewhere.begins_with(fact for fact in told if fact.stamp.position not in last.values())
        deciding, looking = store_of(acquis), store_of(acquis)
        for store in (deciding, looking):
            look(store, each)
        elsewhere.tells(fact for fact in told if fact.stamp.position in last.values())
        assert look(looking, each) == look(store_of(acquis), each), each.name
        recorded = execute(each.command, deciding.about(each.command), each.request)
        assert public(recorded) == public(each.recorded), each.name


def look(store: PostgresStore, each: Sent) -> list[Stream]:
    """Return what a reader sees of the streams that the command loads."""
    with store.attempt(each.request, frozenset()) as attempt:
        return [attempt.find(kind, stream) for stream, kind in each.loaded.items()]


def test_store_forgets_streams_when_an_older_log_is_restored(
    acquis: App, elsewhere: Elsewhere, all_sent: list[Sent]
) -> None:
    """An older backup is restored under a running server: the facts after it never happened."""
    each = next(each for each in all_sent if isinstance(each.command, OpenCandidacy))
    told = world(each)
    before = [fact for fact in told if fact.stamp.version == 1]
    assert len(before) < len(told)
    store = store_of(acquis)
    elsewhere.begins_with(told)
    look(store, each)
    elsewhere.begins_with(before)
    assert look(store, each) == look(store_of(acquis), each)
