"""How does the domain's `Store` port stand on PostgreSQL?

An attempt reads all the streams that its command names in one statement, decides in memory, and appends in one
statement that refuses if any stream it loaded has moved, whatever its kind. What was loaded is kept between requests,
with its version, and no answer rests on it alone: a command's first attempt decides on it as it was, and the append,
the refusal or the answer compares all those versions first, in one round trip; every other attempt, and whoever only
looks, asks for the facts that came after it. What a request names in its address, and what the same person's last
command loaded with it, is brought up to date as it comes in, with the question who comes (`Ahead`): several processes
write to one dossier in turns, and each would else decide first on what the others have moved.
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
from psycopg2.extensions import connection as Connection  # noqa: N812  (a class under a function's name)

from adapters import metrics
from adapters.database.pool import DURABLE, Database
from adapters.log import statistics
from adapters.log.application import Acquis, FactMapper, Written
from adapters.log.codec import Envelope, Keys, Opens, SealedField, decode, envelope, held, opened, repeated, sealed
from adapters.log.doubt import LogDoubted
from adapters.log.recorder import (
    AppendedOtherwise,
    AppendTooLarge,
    InDoubt,
    LogRecorder,
    StreamBusy,
    StreamsCrossed,
    names,
)
from adapters.vault import Place
from domain.fact import Fact, Personal
from domain.ports import Actor, Command, Moved, Recorded, Request, Stream
from domain.refusal import Busy, IdempotencyKeyReused, NotFound, Refused

S = TypeVar("S", bound=Stream)
MOST_KEPT = 1_000  # aggregates kept between requests: some 5 kB each
MOST_BESIDE = 30  # streams that are asked for again with one of them; a whole session's are read when they are needed

SINCE = """
 select asked.stream::text, now.version, since.facts
   from unnest({streams}, {versions}) asked(stream, version)
  cross join lateral (select max(e.version) as version from log.fact e where e.stream = asked.stream) now
  cross join lateral (select string_agg(e.type || ' ' || e.body, e'\\x1e' order by e.version) as facts
                        from log.fact e where e.stream = asked.stream and e.version > asked.version) since
  where now.version is not null
"""
"""Each stream in one row, with its facts after a version. A body is JSON, in which U+001E is always escaped."""
PREPARED = f"prepare acquis_streams(uuid[], bigint[]) as {SINCE.format(streams='$1', versions='$2')}"
"""To be prepared on each connection."""
STREAMS = "execute acquis_streams(%s, %s)"
UNKNOWN = -1  # the version of a stream of which nothing is kept: all of its facts come after it
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
"""How many streams the log locks together; an attempt that collided on more takes its chance again, a few times."""


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
    """A stream as committed: its version, what is kept of it, and the type and body of each fact that came after."""

    version: int = 0
    kept: Stream | None = None
    facts: tuple[tuple[str, str], ...] = ()

    def aggregate(self, new: Stream | None = None) -> Stream:
        """What is kept, else the `new` one, with the facts that came after."""
        aggregate: Any = self.kept or new
        if not self.facts:
            return cast("Stream", aggregate)
        for type_name, body in self.facts:
            aggregate = aggregate.evolve(decode(type_name, body))
        return cast("Stream", replace(aggregate, version=self.version))


NOTHING = Committed()
Row = tuple[str, int, str | None]
"""A stream's name, its version, and its facts after the version asked for, as `SINCE` gives them."""


Found = Mapping[UUID, Stream]
"""Streams as committed a moment ago, by their ids."""


class Ahead:
    """Streams that a request is likely to need, asked for together with who comes: nobody waits twice for them.

    Those only of which something is kept, so that little is read for who may turn out to have no right to it.
    `streams` and `versions` are what `SINCE` is asked, as array literals.
    """

    def __init__(self, store: PostgresStore, streams: frozenset[UUID]) -> None:
        """Ask for what came after that which the store keeps of each."""
        self._store = store
        self._known = {stream: kept for stream in streams if (kept := store.kept(stream)) is not None}
        self.streams = _plain(self._known)
        self.versions = _plain(kept.version for kept in self._known.values())

    def answered(self, rows: Iterable[tuple[Any, ...]]) -> Found:
        """Bring what is kept up to date; each row ends as those of `SINCE`, with nulls where no stream was asked."""
        told = [(name, version, facts) for *_, name, version, facts in rows if name is not None]
        found = {}
        for stream, committed in self._store.committed(self._known, told).items():
            found[stream] = committed.aggregate()
            self._store.keep(found[stream])
        return found


class PostgresStore:
    """The log as `execute` needs it."""

    def __init__(self, events: EventStore[UUID], database: Database, keys: Opens | None = None) -> None:
        """Append through the library's event store; read through the same database.

        `keys` open what a fact says again of a person, to be sealed in its new place.
        """
        self._events = events
        self._database = database
        self._keys = keys
        self._kept: dict[UUID, Stream] = {}
        self._beside: dict[tuple[UUID | None, UUID], frozenset[UUID]] = {}
        self._keeping = Lock()

    @classmethod
    def of(cls, database: Database, keys: Keys) -> Self:
        """The log of a database, whose personal fields are sealed so."""
        return cls(Acquis(LogRecorder(database), FactMapper(keys)).events, database, keys)

    def repeated(self, request: Request) -> Recorded | None:
        """Give what this request already wrote, if it did, once that is durable."""
        found = self.recorded(request)
        if found is not None:
            with self._database.connection() as connection, connection.cursor() as cursor:
                cursor.execute(DURABLE)
        return found

    def recorded(self, request: Request) -> Recorded | None:
        """Give what stands under this request's id; raises IdempotencyKeyReused where it is another one's."""
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

    def about(self, command: Command, *beside: UUID) -> Aimed:
        """The same store, which reads ahead what this command names, and what else will be asked for."""
        return Aimed(self, command, beside)

    @contextmanager
    def attempt(
        self,
        request: Request,
        contended: frozenset[UUID],
        named: frozenset[UUID] = frozenset(),
        *,
        to_record: bool = False,
    ) -> Iterator[PostgresAttempt]:
        """Begin an attempt; streams that an earlier one collided on stay locked to its end, unless they are too many.

        `to_record`: it ends with `commit` or is refused, either of which compares what was kept with what is now;
        only then may it decide on what is kept without asking, and only the first time.
        """
        if not contended or len(contended) > MOST_HELD:
            attempt = PostgresAttempt(self, request, named, recalls=to_record and not contended)
            try:
                yield attempt
            except (Moved, psycopg2.Error, PersistenceError):
                raise
            except Exception as refusal:
                if self.moved(attempt.recalled):
                    raise _moved() from refusal  # it rests on something that is no more: decide on what is now
                raise
            return
        with self._database.connection() as connection:
            try:
                _hold(connection, contended)
                yield PostgresAttempt(self, request, named, connection)
            finally:
                _let_go(connection)

    def look(self, request: Request, found: Found | None = None) -> PostgresAttempt:
        """The log as committed, from which nothing is decided: each stream as it was when it was first asked for.

        `found`: those asked for already, as the request came in.
        """
        return PostgresAttempt(self, request, frozenset(), loaded=found)

    def ahead(self, person: UUID | None, streams: Iterable[UUID]) -> Ahead:
        """Ask for streams together with something else, and for what this person's last command loaded with each."""
        named = frozenset(streams)
        beside = (self._beside.get((person, stream), frozenset()) for stream in named)
        return Ahead(self, named.union(*beside, () if person is None else (person,)))

    def note_beside(self, person: UUID | None, named: Iterable[UUID], loaded: frozenset[UUID]) -> None:
        """Remember what a command that named these loaded: it is likely to be asked for again with them."""
        if len(loaded) > MOST_BESIDE:
            return
        with self._keeping:
            for stream in named:
                self._beside.pop((person, stream), None)
                self._beside[person, stream] = loaded
                if len(self._beside) > MOST_KEPT:
                    del self._beside[next(iter(self._beside))]

    def read(self, streams: frozenset[UUID], connection: Connection | None) -> dict[UUID, Committed]:
        """Read some streams as committed now in one statement: what came after that which is kept of each."""
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
        """What the database answered of some streams.

        Where the log was put back to an earlier state, what was kept never happened: it is let go, and left out.
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
        """Whether something recalled from an earlier request is no longer current; if so it is kept no longer."""
        if not recalled:
            return False
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(CURRENT, (list(recalled),))
            current = dict(cursor.fetchall())
        moved = [stream for stream, version in recalled.items() if current.get(stream) != version]
        self._let_go(moved)
        return bool(moved)

    def kept(self, stream: UUID) -> Stream | None:
        """Give an aggregate kept from an earlier request, if there is one."""
        return self._kept.get(stream)

    def keep(self, aggregate: Stream) -> None:
        """Keep an aggregate that was just loaded or recorded, unless a newer one is kept; the oldest gives way."""
        with self._keeping:
            kept = self._kept.pop(aggregate.id, aggregate)
            self._kept[aggregate.id] = aggregate if aggregate.version > kept.version else kept
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    def in_clear(self, fact: Fact, streams: Iterable[UUID], connection: Connection | None) -> Fact:
        """Return the same fact, to be sealed: what it says again of a person opened; raises NoLongerRead.

        What it says again stands in one of these `streams`, or in the person's own.
        """
        again = repeated(fact)
        if not again:
            return fact
        if connection is None:
            with self._database.connection() as borrowed:
                return self.in_clear(fact, streams, borrowed)
        return replace(fact, **{name: self._opened(each, streams, connection) for name, each in again.items()})

    def _opened(self, said: Personal[Any], streams: Iterable[UUID], connection: Connection) -> Personal[Any]:
        """Open what stands sealed in a fact of these streams, or of the person's own."""
        sought: SealedField = held(said)
        with connection.cursor() as cursor:
            cursor.execute(STANDS, (_plain({sought.of, *streams}), sought.text))
            found = cursor.fetchall()
        for stream, append_id, n, version, type_name, body in found:
            told = decode(type_name, body)
            for field, each in sealed(told).items():
                if each == sought and self._keys is not None:
                    place = Place(append_id, n, stream, type_name, version, field)
                    if (value := opened(told, place, self._keys)[field]) is not None:
                        return Personal(value, said.person)
        raise NoLongerRead(sought.of)

    def _let_go(self, streams: Iterable[UUID]) -> None:
        with self._keeping:
            for stream in streams:
                self._kept.pop(stream, None)

    def _note(self, written: list[Written], connection: Connection | None) -> None:
        """Note what of people reports count, before the facts that say it; mostly there is nothing."""
        found = statistics.told(written)
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
        written: list[Written],
        append_id: UUID,
        relied_on: Mapping[UUID, int],
        connection: Connection | None,
    ) -> list[Notification]:
        """Append in one statement, and give what is now stored; raises Moved when a stream has moved.

        Where streams are locked, the append must go through the session that holds the locks.
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
        """Read the streams that the command names, in one statement, but for what it `recalls` without asking."""
        self._store = store
        self._request = request
        self._connection = connection
        self._recalls = recalls
        self._named = named
        self._loaded: dict[UUID, Any] = dict(loaded or {})
        self.recalled: dict[UUID, int] = {}
        """What was loaded without asking, at which version: to be compared before anybody is answered."""
        self._rows = store.read(frozenset(stream for stream in named if not self._recall(stream)), connection)
        self._pending: list[tuple[UUID, Fact]] = []

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._request.actor

    @property
    def today(self) -> Any:
        """The day the server's clock gave for this request."""
        return self._request.today

    @property
    def hour(self) -> time:
        """The hour that it gave."""
        return self._request.hour

    def load(self, kind: type[S], stream: UUID) -> S:
        """Give the aggregate as committed; raises NotFound when nothing happened there."""
        aggregate = self.find(kind, stream)
        if not aggregate.version:
            raise NotFound(stream)
        return aggregate

    def find(self, kind: type[S], stream: UUID) -> S:
        """Give the aggregate even when nothing happened there yet."""
        if stream not in self._loaded and not self._recall(stream):
            self._loaded[stream] = self._rebuild(kind, stream)
            if self._loaded[stream].version:
                self._store.keep(self._loaded[stream])
        found = self._loaded[stream]
        if not isinstance(found, kind):
            raise NotFound(stream)
        return found

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """Give several, those that were not read yet in one statement."""
        wanted = tuple(streams)
        self.read_ahead(wanted)
        return [self.find(kind, stream) for stream in wanted]

    def read_ahead(self, streams: Iterable[UUID]) -> None:
        """Read together those of these streams, whatever they are, that were not read yet."""
        known = self._loaded.keys() | self._rows.keys()
        unread = frozenset(stream for stream in streams if stream not in known and not self._recall(stream))
        self._rows |= self._store.read(unread, self._connection)

    def _recall(self, stream: UUID) -> bool:
        """Load what is kept of an earlier request, where this attempt may; whether there is something."""
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
        """What is about to be appended."""
        return self._pending

    def new_id(self, name: str) -> UUID:
        """Give a new stream's id, the same when the request is executed again."""
        return uuid5(self._request.append_id, name)

    def version_of(self, stream: UUID) -> int:
        """Give the version at which this attempt loaded the stream; 0 when it did not."""
        loaded = self._loaded.get(stream)
        return loaded.version if loaded is not None else 0

    def commit(self) -> Recorded:
        """Append what was recorded, in the order of the streams' first facts."""
        if not self._pending:
            if self._store.moved(self.recalled):
                raise _moved()
            return Recorded(positions=(), facts=())
        streams = list(dict.fromkeys(stream for stream, _ in self._pending))
        versions = {stream: self.version_of(stream) for stream in streams}
        relied_on = {stream: seen.version for stream, seen in self._loaded.items() if stream not in versions}
        head = Envelope(by=self.actor.person, role=self.actor.role.value, on=self.today, request=self._request.digest)
        written: list[Written] = []
        for stream in streams:
            for fact in (fact for of, fact in self._pending if of == stream):
                versions[stream] += 1
                written.append(
                    Written(
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
            return first  # of two sent at once only one was recorded: its answer, or a refusal of the other's body
        self._keep_on(versions, stored)
        self._store.note_beside(self.actor.person, self._named, frozenset(self._loaded))
        facts = tuple(event.fact for event in written)
        return Recorded(positions=tuple(fact.id for fact in stored), facts=facts, versions=versions)

    def _keep_on(self, versions: Mapping[UUID, int], stored: list[Notification]) -> None:
        """Keep what was written as it would be read back: nothing personal in clear."""
        for stream, version in versions.items():
            aggregate = self._loaded[stream]
            for fact in stored:
                if fact.originator_id == stream:
                    aggregate = aggregate.evolve(decode(fact.topic, fact.state.decode()))
            self._store.keep(replace(aggregate, version=version))


@dataclass(frozen=True)
class Aimed:
    """A store that reads ahead the streams that one command names outright: its ids, its subject, its actor."""

    store: PostgresStore
    command: Command
    beside: tuple[UUID, ...] = ()

    def repeated(self, request: Request) -> Recorded | None:
        """Give what this request already wrote, if it did."""
        return self.store.repeated(request)

    def attempt(self, request: Request, contended: frozenset[UUID]) -> AbstractContextManager[PostgresAttempt]:
        """Begin an attempt with what the command names."""
        values = [getattr(self.command, field.name) for field in fields(cast("Any", self.command))]
        values += [getattr(self.command, "subject", None), request.actor.person, *self.beside]
        if also := getattr(self.command, "reads", None):
            values += also(request.actor)
        named = frozenset(value for value in values if isinstance(value, UUID))
        return self.store.attempt(request, contended, named, to_record=True)


@cache
def facts_of(kind: type[Any]) -> frozenset[str]:
    """The names of the facts that an aggregate's stream may hold, from the annotation of its `evolve`."""
    union = get_type_hints(kind.evolve)["fact"]
    return frozenset(cls.__name__ for cls in get_args(union) or (union,))


def _hold(connection: Connection, streams: frozenset[UUID]) -> None:
    """Lock streams for this session; raises Busy or Moved, and has some of them then."""
    try:
        with names(), connection.cursor() as cursor:
            cursor.execute(HOLD, (sorted(streams),))
    except StreamBusy as busy:
        raise Busy from busy
    except StreamsCrossed as crossed:
        raise _moved(*streams) from crossed


def _moved(*streams: UUID) -> Moved:
    """Have the attempt made again."""
    metrics.CONFLICTS.add()
    return Moved(*streams)


def _let_go(connection: Connection) -> None:
    """Give held streams back. A session that cannot is ended, and they with it: what it recorded stays recorded."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO)
    except psycopg2.Error:
        connection.close()


def _plain(items: Iterable[object]) -> str:
    """An array as PostgreSQL writes it: an ARRAY[...] is parsed item by item."""
    return f"{{{','.join(map(str, items))}}}"
