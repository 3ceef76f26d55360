"""PostgreSQL implementation of the domain's `Store` port.

An attempt reads all the streams that its command names in one statement, decides in memory, and appends in one
statement, which fails if any loaded stream has moved. Loaded aggregates are cached between requests with their
versions. No answer relies on the cache alone: a command's first attempt decides on the cached aggregates, and the
append, the refusal or the answer first compares all those versions in one round trip. Every other attempt, and every
read, queries the facts after the cached version. The streams named in a request's URL, and those that the same
person's last command loaded with them, are refreshed by the same query that authenticates the caller
(`PrefetchedStreams`): several processes write to one dossier in turns, and without this each would first decide on an
outdated state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import time
from functools import cache
from threading import Lock
from typing import Any, Self, TypeVar, cast, get_args, get_type_hints
from uuid import UUID, uuid5

import psycopg2
from eventsourcing.persistence import EventStore, IntegrityError, Notification, PersistenceError
from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import DURABLE, Database
from adapters.keys.vault import FieldPlace
from adapters.log import statistics
from adapters.log.application import Acquis, FactMapper, WrittenFact
from adapters.log.clock import ClockGuard, ClockWrong
from adapters.log.codec import Envelope, Keys, Opens, SealedField, decode, envelope, held, opened, repeated, sealed
from adapters.log.doubt import LogDoubted
from adapters.log.recorder import (
    AppendedOtherwise,
    AppendTooLarge,
    ClockOff,
    InDoubt,
    LogRecorder,
    StreamBusy,
    StreamsCrossed,
    names,
)
from adapters.process import metrics
from domain.fact import Fact, Personal
from domain.ports import Actor, Command, Recorded, Request, Stream, StreamChanged
from domain.refusal import Busy, IdempotencyKeyReused, NotFound, Refused

S = TypeVar("S", bound=Stream)
MOST_KEPT = 1_000  # aggregates cached between requests: some 5 kB each
MOST_BESIDE = 30  # streams refreshed together; those of a whole session are more, and are read when they are needed

SINCE = """
 select asked.stream::text, now.version, since.facts
   from unnest({streams}, {versions}) asked(stream, version)
  cross join lateral (select max(e.version) as version from log.fact e where e.stream = asked.stream) now
  cross join lateral (select string_agg(e.type || ' ' || e.body, e'\\x1e' order by e.version) as facts
                        from log.fact e where e.stream = asked.stream and e.version > asked.version) since
  where now.version is not null
"""
"""Returns a row per stream, with its facts after a version. Bodies are JSON, in which U+001E is always escaped."""
PREPARED = f"prepare acquis_streams(uuid[], bigint[]) as {SINCE.format(streams='$1', versions='$2')}"
"""The statement to prepare on each connection."""
STREAMS = "execute acquis_streams(%s, %s)"
UNKNOWN = -1  # the version of a stream that is not cached: all its facts are newer
BETWEEN = "\x1e"
CURRENT = "select stream, max(version) from log.fact where stream = any(%s) group by stream"
APPENDED = """
select position, stream, version, type, body from log.fact where append_id = %s and (n = 0 or n > 0) order by n
"""
STANDS = (
    "select stream, append_id, n, version, type, body from log.fact where stream = any(%s) and strpos(body, %s) > 0"
)
HOLD = "select log.hold(%s)"
LET_GO = "select pg_advisory_unlock_all()"


MOST_HELD = 100
"""The greatest number of streams locked together; after more collisions an attempt retries without locks."""


class TooMuchAtOnce(Refused):
    """A request is recorded whole: it rests on 400 dossiers and sessions at most, and records 1000 facts at most."""

    fr = (
        "Une demande est enregistrée d'un bloc : elle repose sur 400 dossiers et sessions au plus, "
        "et consigne 1000 faits au plus."
    )


class NoLongerRead(Refused):
    """What is to be said of somebody again can no longer be read: its key was erased, or is lost."""

    fr = "Ce qui est à redire d'une personne ne se lit plus : sa clé a été effacée, ou est perdue."


@dataclass(frozen=True)
class Committed:
    """A committed stream: its version, the cached aggregate, and the type and body of each later fact."""

    version: int = 0
    kept: Stream | None = None
    facts: tuple[tuple[str, str], ...] = ()

    def aggregate(self, new: Stream | None = None) -> Stream:
        """Return the cached aggregate, or `new` without one, with the later facts applied."""
        aggregate: Any = self.kept or new
        if not self.facts:
            return cast("Stream", aggregate)
        for type_name, body in self.facts:
            aggregate = aggregate.evolve(decode(type_name, body))
        return cast("Stream", replace(aggregate, version=self.version))


NOTHING = Committed()
Row = tuple[str, int, str | None]
"""A stream's name, its version, and its facts after the version asked for, as `SINCE` returns them."""


Found = Mapping[UUID, Stream]
"""Recently committed streams, by their ids."""


class PrefetchedStreams:
    """Streams that a request is likely to need, refreshed by the query that authenticates the caller.

    Only cached streams are included, so that little is read for a caller who may have no right to see them.
    `streams` and `versions` are the parameters of `SINCE`, as array literals.
    """

    def __init__(self, store: PostgresStore, streams: frozenset[UUID]) -> None:
        """Prepare the query for the facts after the cached version of each stream."""
        self._store = store
        self._known = {stream: kept for stream in streams if (kept := store.kept(stream)) is not None}
        self.streams = _plain(self._known)
        self.versions = _plain(kept.version for kept in self._known.values())

    def answered(self, rows: Iterable[tuple[Any, ...]]) -> Found:
        """Update the cache, and return the streams.

        Each row ends with the columns of `SINCE`, which are null if the query named no stream.
        """
        told = [(name, version, facts) for *_, name, version, facts in rows if name is not None]
        found = {}
        for stream, committed in self._store.committed(self._known, told).items():
            found[stream] = committed.aggregate()
            self._store.keep(found[stream])
        return found


class PostgresStore:
    """Implementation of the domain's `Store` on the log."""

    def __init__(self, events: EventStore[UUID], database: Database, keys: Opens | None = None) -> None:
        """Append through the library's event store; read through the same database.

        `keys` open a personal value that a fact repeats, so that it is sealed again in its new place.
        """
        self._events = events
        self._database = database
        self._keys = keys
        self._kept: dict[UUID, Stream] = {}
        self._beside: dict[tuple[UUID | None, UUID], frozenset[UUID]] = {}
        self._keeping = Lock()

    @classmethod
    def of(cls, database: Database, keys: Keys, clock: ClockGuard | None = None) -> Self:
        """Return the store of a database, with `keys` to seal and open personal fields and `clock` for appends."""
        return cls(Acquis(LogRecorder(database, clock=clock), FactMapper(keys)).events, database, keys)

    def repeated(self, request: Request) -> Recorded | None:
        """Return the earlier record of this request, if any, once it is durable."""
        found = self.recorded(request)
        if found is not None:
            with self._database.connection() as connection, connection.cursor() as cursor:
                cursor.execute(DURABLE)
        return found

    def recorded(self, request: Request) -> Recorded | None:
        """Return the record under this request's id, if any; raises IdempotencyKeyReused for another request's."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(APPENDED, (request.append_id,))
            rows = cursor.fetchall()
        if not rows:
            return None
        if envelope(rows[0][4]).request != request.digest:
            raise IdempotencyKeyReused(request.append_id)
        return Recorded(
            positions=tuple(position for position, *_ in rows),
            facts=tuple(decode(type_name, body) for *_, type_name, body in rows),
            versions={stream: version for _, stream, version, *_ in rows},
        )

    def about(self, command: Command, *beside: UUID) -> PrefetchingStore:
        """Return this store with read-ahead of the streams that the command names, and of those in `beside`."""
        return PrefetchingStore(self, command, beside)

    @contextmanager
    def attempt(
        self,
        request: Request,
        contended: frozenset[UUID],
        named: frozenset[UUID] = frozenset(),
        *,
        to_record: bool = False,
    ) -> Iterator[PostgresAttempt]:
        """Begin an attempt; lock the streams of earlier collisions until its end, unless they are too many.

        `to_record`: the attempt ends with `commit` or a refusal, and both compare the cached versions with the
        current ones. Only such an attempt may decide on cached aggregates, and only the first one.
        """
        if not contended or len(contended) > MOST_HELD:
            attempt = PostgresAttempt(self, request, named, recalls=to_record and not contended)
            try:
                yield attempt
            except (StreamChanged, psycopg2.Error, PersistenceError):
                raise
            except Exception as refusal:
                if self.moved(attempt.recalled):
                    raise _moved() from refusal  # the refusal relies on outdated aggregates: decide again
                raise
            return
        with self._database.connection() as connection:
            try:
                _hold(connection, contended)
                yield PostgresAttempt(self, request, named, connection)
            finally:
                _let_go(connection)

    def look(self, request: Request, found: Found | None = None) -> PostgresAttempt:
        """Return a read-only attempt: each stream is read once, as committed at its first use.

        `found`: streams that were read when the request arrived.
        """
        return PostgresAttempt(self, request, frozenset(), loaded=found)

    def ahead(self, person: UUID | None, streams: Iterable[UUID]) -> PrefetchedStreams:
        """Return the streams to refresh: those given, and those that this person's last command loaded with each."""
        named = frozenset(streams)
        beside = (self._beside.get((person, stream), frozenset()) for stream in named)
        return PrefetchedStreams(self, named.union(*beside, () if person is None else (person,)))

    def note_beside(self, person: UUID | None, named: Iterable[UUID], loaded: frozenset[UUID]) -> None:
        """Note the streams that a command loaded with those it named: they are likely to be needed together again."""
        if len(loaded) > MOST_BESIDE:
            return
        with self._keeping:
            for stream in named:
                self._beside.pop((person, stream), None)
                self._beside[person, stream] = loaded
                if len(self._beside) > MOST_KEPT:
                    del self._beside[next(iter(self._beside))]

    def read(self, streams: frozenset[UUID], connection: Connection | None) -> dict[UUID, Committed]:
        """Read some streams as committed now, in one statement, which returns the facts after the cached versions."""
        if not streams:
            return {}
        if connection is None:
            with self._database.connection() as borrowed:
                return self._read(streams, borrowed)
        return self._read(streams, connection)

    def _read(self, streams: frozenset[UUID], connection: Connection) -> dict[UUID, Committed]:
        known = {stream: kept for stream in streams if (kept := self.kept(stream)) is not None}
        after = [known[stream].version if stream in known else UNKNOWN for stream in streams]
        with connection.cursor() as cursor:
            cursor.execute(STREAMS, (_plain(streams), _plain(after)))
            found = self.committed(known, cursor.fetchall())
        if gone := known.keys() - found.keys():
            found |= self._read(frozenset(gone), connection)
        return dict.fromkeys(streams, NOTHING) | found

    def committed(self, known: Mapping[UUID, Stream], rows: Iterable[Row]) -> dict[UUID, Committed]:
        """Return the committed streams from the database's rows.

        If the log was restored to an earlier state, a cached aggregate may hold facts that are gone: it is dropped,
        and its stream left out.
        """
        found: dict[UUID, Committed] = {}
        for name, version, texts in rows:
            stream = UUID(name)
            facts = (text.partition(" ") for text in texts.split(BETWEEN)) if texts else ()
            found[stream] = Committed(version, known.get(stream), tuple((kind, body) for kind, _, body in facts))
        gone = [stream for stream, kept in known.items() if found.get(stream, NOTHING).version < kept.version]
        self._let_go(gone)
        return {stream: each for stream, each in found.items() if stream not in gone}

    def moved(self, recalled: Mapping[UUID, int]) -> bool:
        """Return whether a used cached aggregate is no longer current; drop it from the cache if so."""
        if not recalled:
            return False
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(CURRENT, (list(recalled),))
            current = dict(cursor.fetchall())
        moved = [stream for stream, version in recalled.items() if current.get(stream) != version]
        self._let_go(moved)
        return bool(moved)

    def kept(self, stream: UUID) -> Stream | None:
        """Return the cached aggregate of a stream, or None."""
        return self._kept.get(stream)

    def keep(self, aggregate: Stream) -> None:
        """Cache an aggregate just loaded or recorded, unless a newer one is cached; the oldest is evicted."""
        with self._keeping:
            kept = self._kept.pop(aggregate.id, aggregate)
            self._kept[aggregate.id] = aggregate if aggregate.version > kept.version else kept
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    def in_clear(self, fact: Fact, streams: Iterable[UUID], connection: Connection | None) -> Fact:
        """Return the fact ready for sealing, with the personal values that it repeats opened; raises NoLongerRead.

        The repeated values are searched for in these `streams` and in the person's own.
        """
        again = repeated(fact)
        if not again:
            return fact
        if connection is None:
            with self._database.connection() as borrowed:
                return self.in_clear(fact, streams, borrowed)
        return replace(fact, **{name: self._opened(each, streams, connection) for name, each in again.items()})

    def _opened(self, said: Personal[Any], streams: Iterable[UUID], connection: Connection) -> Personal[Any]:
        """Decrypt a personal value that is sealed in a fact of these streams, or of the person's own stream."""
        sought: SealedField = held(said)
        with connection.cursor() as cursor:
            cursor.execute(STANDS, (_plain({sought.of, *streams}), sought.text))
            found = cursor.fetchall()
        for stream, append_id, n, version, type_name, body in found:
            told = decode(type_name, body)
            for field, each in sealed(told).items():
                if each == sought and self._keys is not None:
                    place = FieldPlace(append_id, n, stream, type_name, version, field)
                    if (value := opened(told, place, self._keys)[field]) is not None:
                        return Personal(value, said.person)
        raise NoLongerRead(sought.of)

    def _let_go(self, streams: Iterable[UUID]) -> None:
        with self._keeping:
            for stream in streams:
                self._kept.pop(stream, None)

    def _note(self, written: list[WrittenFact], connection: Connection | None) -> None:
        """Insert the statistics of these facts, if any, before the facts themselves."""
        found = statistics.stated_statistics(written)
        if not found:
            return
        if connection is None:
            with self._database.connection() as borrowed, borrowed.cursor() as cursor:
                statistics.note(cursor, found)
        else:
            with connection.cursor() as cursor:
                statistics.note(cursor, found)

    def append(
        self,
        written: list[WrittenFact],
        append_id: UUID,
        relied_on: Mapping[UUID, int],
        connection: Connection | None,
    ) -> list[Notification]:
        """Append in one statement, and return the stored facts; raises Moved if a stream has moved.

        If streams are locked, the append must go through the session that holds the locks.
        """
        self._note(written, connection)
        try:
            with metrics.APPENDS.timed():
                recordings = self._events.put(
                    written, append_id=append_id, relied_on=relied_on, connection=connection
                )
        except AppendedOtherwise as other:
            raise IdempotencyKeyReused(append_id) from other
        except StreamBusy as busy:
            raise Busy from busy
        except InDoubt as doubted:
            raise LogDoubted from doubted
        except ClockOff as off:
            raise ClockWrong from off
        except AppendTooLarge as large:
            raise TooMuchAtOnce from large
        except (IntegrityError, StreamsCrossed) as conflict:
            raise _moved(*{event.originator_id for event in written}) from conflict
        metrics.FACTS.add(by=len(recordings))
        return [recording.notification for recording in recordings]


class PostgresAttempt:
    """One run of a command against the log."""

    def __init__(
        self,
        store: PostgresStore,
        request: Request,
        named: frozenset[UUID],
        connection: Connection | None = None,
        *,
        recalls: bool = False,
        loaded: Found | None = None,
    ) -> None:
        """Read the streams that the command names in one statement, except those that it `recalls` from the cache."""
        self._store = store
        self._request = request
        self._connection = connection
        self._recalls = recalls
        self._named = named
        self._loaded: dict[UUID, Any] = dict(loaded or {})
        self.recalled: dict[UUID, int] = {}
        """The version of each stream taken from the cache, to be compared before the answer."""
        self._rows = store.read(frozenset(stream for stream in named if not self._recall(stream)), connection)
        self._pending: list[tuple[UUID, Fact]] = []

    @property
    def actor(self) -> Actor:
        """The person who acts, with their role."""
        return self._request.actor

    @property
    def today(self) -> Any:
        """The day of this request, by the server's clock."""
        return self._request.today

    @property
    def hour(self) -> time:
        """The hour of this request, by the server's clock."""
        return self._request.hour

    def load(self, kind: type[S], stream: UUID) -> S:
        """Return the aggregate as committed; raises NotFound if its stream has no fact."""
        aggregate = self.find(kind, stream)
        if not aggregate.version:
            raise NotFound(stream)
        return aggregate

    def find(self, kind: type[S], stream: UUID) -> S:
        """Return the aggregate, also for a stream without facts."""
        if stream not in self._loaded and not self._recall(stream):
            self._loaded[stream] = self._rebuild(kind, stream)
            if self._loaded[stream].version:
                self._store.keep(self._loaded[stream])
        found = self._loaded[stream]
        if not isinstance(found, kind):
            raise NotFound(stream)
        return found

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """Return several aggregates; those not read yet are read in one statement."""
        wanted = tuple(streams)
        self.read_ahead(wanted)
        return [self.find(kind, stream) for stream in wanted]

    def read_ahead(self, streams: Iterable[UUID]) -> None:
        """Read those of these streams, of any kind, that were not read yet, in one statement."""
        known = self._loaded.keys() | self._rows.keys()
        unread = frozenset(stream for stream in streams if stream not in known and not self._recall(stream))
        self._rows |= self._store.read(unread, self._connection)

    def _recall(self, stream: UUID) -> bool:
        """Take the aggregate from the cache, if this attempt may; return whether there was one."""
        kept = self._store.kept(stream) if self._recalls else None
        if kept is None:
            return False
        self.recalled[stream] = kept.version
        self._loaded[stream] = kept
        return True

    def _rebuild(self, kind: type[S], stream: UUID) -> S:
        if stream not in self._rows:
            self._rows |= self._store.read(frozenset({stream}), self._connection)
        committed = self._rows[stream]
        if committed.kept is None and committed.facts and committed.facts[0][0] not in facts_of(kind):
            raise NotFound(stream)
        return cast("S", committed.aggregate(kind(id=stream)))

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        """Add facts to the aggregate's stream."""
        self._loaded.setdefault(aggregate.id, aggregate)
        self._pending.extend((aggregate.id, fact) for fact in facts)

    @property
    def recording(self) -> list[tuple[UUID, Fact]]:
        """The facts about to be appended, each with its stream."""
        return self._pending

    def new_id(self, name: str) -> UUID:
        """Return an id for a new stream, the same when the request is executed again."""
        return uuid5(self._request.append_id, name)

    def version_of(self, stream: UUID) -> int:
        """Return the version at which this attempt loaded the stream; 0 if it did not."""
        loaded = self._loaded.get(stream)
        return loaded.version if loaded is not None else 0

    def commit(self) -> Recorded:
        """Append the recorded facts, in the order of the streams' first facts."""
        if not self._pending:
            if self._store.moved(self.recalled):
                raise _moved()
            return Recorded(positions=(), facts=())
        streams = list(dict.fromkeys(stream for stream, _ in self._pending))
        versions = {stream: self.version_of(stream) for stream in streams}
        relied_on = {stream: seen.version for stream, seen in self._loaded.items() if stream not in versions}
        head = Envelope(by=self.actor.person, role=self.actor.role.value, on=self.today, request=self._request.digest)
        written: list[WrittenFact] = []
        for stream in streams:
            for fact in (fact for of, fact in self._pending if of == stream):
                versions[stream] += 1
                written.append(
                    WrittenFact(
                        originator_id=stream,
                        originator_version=versions[stream],
                        fact=self._store.in_clear(fact, self._loaded, self._connection),
                        append_id=self._request.append_id,
                        n=len(written),
                        head=head,
                    )
                )
        stored = self._store.append(written, self._request.append_id, relied_on, self._connection)
        if self._request.digest is not None and (first := self._store.recorded(self._request)):
            return first  # two equal requests at once: return the recorded answer, or refuse a different body
        self._keep_on(versions, stored)
        self._store.note_beside(self.actor.person, self._named, frozenset(self._loaded))
        facts = tuple(event.fact for event in written)
        return Recorded(positions=tuple(fact.id for fact in stored), facts=facts, versions=versions)

    def _keep_on(self, versions: Mapping[UUID, int], stored: list[Notification]) -> None:
        """Cache the written aggregates as they would be read back, without personal data in clear."""
        for stream, version in versions.items():
            aggregate = self._loaded[stream]
            for fact in stored:
                if fact.originator_id == stream:
                    aggregate = aggregate.evolve(decode(fact.topic, fact.state.decode()))
            self._store.keep(replace(aggregate, version=version))


@dataclass(frozen=True)
class PrefetchingStore:
    """A store that reads ahead the streams that one command names: its ids, its subject, its actor."""

    store: PostgresStore
    command: Command
    beside: tuple[UUID, ...] = ()

    def repeated(self, request: Request) -> Recorded | None:
        """Return the earlier record of this request, if any."""
        return self.store.repeated(request)

    def attempt(self, request: Request, contended: frozenset[UUID]) -> AbstractContextManager[PostgresAttempt]:
        """Begin an attempt that reads the streams that the command names."""
        values = [getattr(self.command, field.name) for field in fields(cast("Any", self.command))]
        values += [getattr(self.command, "subject", None), request.actor.person, *self.beside]
        if also := getattr(self.command, "reads", None):
            values += also(request.actor)
        named = frozenset(value for value in values if isinstance(value, UUID))
        return self.store.attempt(request, contended, named, to_record=True)


@cache
def facts_of(kind: type[Any]) -> frozenset[str]:
    """Return the names of the facts that an aggregate's stream may hold, from the annotation of its `evolve`."""
    union = get_type_hints(kind.evolve)["fact"]
    return frozenset(cls.__name__ for cls in get_args(union) or (union,))


def _hold(connection: Connection, streams: frozenset[UUID]) -> None:
    """Lock streams for this session; raises Busy or Moved, with some of them possibly locked."""
    try:
        with names(), connection.cursor() as cursor:
            cursor.execute(HOLD, (sorted(streams),))
    except StreamBusy as busy:
        raise Busy from busy
    except StreamsCrossed as crossed:
        raise _moved(*streams) from crossed


def _moved(*streams: UUID) -> StreamChanged:
    """Count a conflict, and return the exception that makes `execute` try again."""
    metrics.CONFLICTS.add()
    return StreamChanged(*streams)


def _let_go(connection: Connection) -> None:
    """Unlock the held streams; if that fails, close the session, which unlocks them and loses no append."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO)
    except psycopg2.Error:
        connection.close()


def _plain(items: Iterable[object]) -> str:
    """Format an array literal: PostgreSQL parses an ARRAY[...] item by item."""
    return f"{{{','.join(map(str, items))}}}"
