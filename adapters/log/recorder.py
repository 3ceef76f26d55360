"""psycopg2 recorder of the log for the `eventsourcing` library: exactly-once appends, reading of sealed facts."""

from __future__ import annotations

import os
import select
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

import eventsourcing.persistence as library
import psycopg2
from eventsourcing.persistence import (
    ApplicationRecorder,
    DataError,
    IntegrityError,
    Notification,
    OperationalError,
    StoredEvent,
    Subscription,
)

from adapters.database.pool import DURABLE
from adapters.log.clock import FAR, ClockGuard, wall_seconds
from domain.organisation.facts import ClockAccepted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, lower-case in psycopg2)

    from adapters.database.pool import Database

CHANNEL = "acquis_log"
QUIET = 0.010  # seconds since the last append after which one sends a hint: a notify locks and so ends group commit
SOON = 0.025  # seconds after news in which readers look again: what follows at once needs no hint
POLL = 1.0  # seconds after which readers look without a hint: a hint may be lost
HINTED = 0.25  # seconds after a hint in which an append that follows closely sends none
PATIENCE = 5.0  # seconds to find out the outcome of an append whose answer was lost

# sent as text, not prepared: equally fast when measured, and a pooler or a restart that changes the session loses
# nothing
IN_TIME = " where abs(extract(epoch from clock_timestamp()) - %s) < %s"
"""Condition that the clocks of the database and of this machine agree; otherwise nothing is recorded."""
APPEND = "select log.append(%s, %s, %s, %s, %s, %s, %s)" + IN_TIME
APPEND_ONE = "select array[log.append_one(%s, %s, %s, %s, %s, %s, %s)]" + IN_TIME
APPENDED = "select position from log.fact where append_id = %s and (n = 0 or n > 0) order by n"
# its own transaction writes nothing: a crash may lose the hint, so nobody waits for a flush
HINT = "select set_config('synchronous_commit', 'off', true), pg_notify(%s, '')"
SEAL = "select log.seal()"
LAST_TOLD = "select max(position) from log.leaf"
SEALED = """
select position, stream, version, type, body, append_id, n, recorded_at from log.fact
 where position > %s and position <= (select sealed from log.head) order by position limit %s
"""


class VersionConflict(IntegrityError):  # noqa: N818  (named like a refusal)
    """Another append has written to the same stream since it was loaded."""


class ReliedOnMoved(IntegrityError):  # noqa: N818  (named like a refusal)
    """A stream that the decision relies on has moved since it was loaded."""


class AppendedOtherwise(IntegrityError):  # noqa: N818  (named like a refusal)
    """This append_id has already recorded another number of facts: its request was decided differently before."""


class StreamBusy(OperationalError):  # noqa: N818  (named like a refusal)
    """Another append has held one of the streams for two seconds."""


class StreamsCrossed(OperationalError):  # noqa: N818  (named like a refusal)
    """Two sessions each waited for a stream that the other held; this one recorded nothing, and may retry."""


class AppendTooLarge(OperationalError):  # noqa: N818  (named like a refusal)
    """One append has more facts, or relies on more streams, than the log takes together."""


class InDoubt(OperationalError):  # noqa: N818  (named like a refusal)
    """A doubt about the log is open: the database records only acceptances."""


class ClockOff(OperationalError):  # noqa: N818  (named like a refusal)
    """The clock of this machine or of the database is off by half an hour or more: nothing was recorded."""


class OutcomeUnknown(OperationalError):  # noqa: N818  (named like a refusal)
    """The answer was lost and the server could not be queried again: the facts may be recorded.

    A repetition of the append with the same `append_id` shows the outcome.
    """


class _AnswerLost(Exception):  # noqa: N818  (never leaves this module)
    """The connection broke after the append had been sent."""


class SealedFact(NamedTuple):
    """A sealed fact, as `read_sealed` returns it."""

    position: int
    stream: UUID
    version: int
    type: str
    body: str
    append_id: UUID
    n: int
    recorded_at: datetime


class _Append(NamedTuple):
    """One statement and its arguments; lists are array literals, since PostgreSQL parses ARRAY[...] item by item."""

    statement: str
    append_id: str
    rest: tuple[object, ...]
    most_apart: float
    """Seconds by which the two clocks may differ."""


class LogRecorder(ApplicationRecorder):
    """Recorder that appends facts, loads a stream's committed facts, and reads sealed ones.

    `sealing`: whether reading notifications seals first, as the projector's role may; a web process only reads facts
    that the projector has sealed.
    """

    def __init__(
        self,
        database: Database,
        *,
        sealing: bool = True,
        patience: float = PATIENCE,
        clock: ClockGuard | None = None,
    ) -> None:
        """Record with this database's role; wait `patience` seconds for a lost answer; `clock` checks each append."""
        self._clock = clock or ClockGuard()
        self._database = database
        self._sealing = sealing
        self._patience = patience
        self._appended = self._hinted = 0.0

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        append_id: UUID | None = None,
        relied_on: Mapping[UUID, int] | None = None,
        connection: Connection | None = None,
        **_: Any,
    ) -> Sequence[int]:
        """Append facts in one statement and return their positions; the same `append_id` returns the same positions.

        `relied_on`: the version at which each stream that the decision depends on was read, 0 for one without facts.
        `connection`: the session that holds the streams' locks (log.hold), if there is one; any by default. Raises
        `VersionConflict`, `ReliedOnMoved`, `AppendedOtherwise`, `StreamBusy`, `StreamsCrossed`, `AppendTooLarge`,
        `ClockOff`, `OutcomeUnknown`, and the library's errors for those of the driver.
        """
        if not stored_events:
            return []
        append = _arguments(append_id or uuid4(), stored_events, relied_on or {})
        if append.most_apart < inf and self._clock.wrong(self._database):
            raise ClockOff
        positions = self._append_once(append, connection)
        if len(positions) != len(stored_events):
            raise AppendedOtherwise(append.append_id)
        return positions

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Load all committed facts of a stream, sealed or not, as a decision needs them."""
        query = (
            "select stream, version, type, body from log.fact where stream = %(stream)s"  # noqa: S608  (constants)
            + (" and version > %(gt)s" if gt is not None else "")
            + (" and version <= %(lte)s" if lte is not None else "")
            + (" order by version desc" if desc else " order by version")
            + (" limit %(limit)s" if limit is not None else "")
        )
        given = {"stream": str(originator_id), "gt": gt, "lte": lte, "limit": limit}
        return [
            StoredEvent(_uuid(stream), version, kind, body.encode())
            for stream, version, kind, body in self._rows(query, given)
        ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return sealed facts in the order of positions; no later fact ever gets a position between them."""
        if self._sealing:
            self.seal()
        query = (
            "select stream, version, type, body, position from log.fact"  # noqa: S608  (constants)
            " where position <= (select sealed from log.head)"
            + (f" and position {'>=' if inclusive_of_start else '>'} %(start)s" if start is not None else "")
            + (" and position <= %(stop)s" if stop is not None else "")
            + (" and type = any(%(topics)s)" if topics else "")
            + " order by position limit %(limit)s"
        )
        given = {"start": start, "stop": stop, "topics": list(topics), "limit": limit}
        return [
            Notification(_uuid(stream), version, kind, body.encode(), position)
            for stream, version, kind, body, position in self._rows(query, given)
        ]

    def max_notification_id(self) -> int | None:
        """Return the position of the last sealed fact, or None. The head itself may be at a rolled-back position."""
        if self._sealing:
            self.seal()
        found: int | None = self._rows(LAST_TOLD)[0][0]
        return found

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Subscribe to the sealed facts above `gt`, including those sealed later, until stopped."""
        return LogSubscription(self, gt, topics)

    def read_sealed(self, after: int, limit: int) -> list[SealedFact]:
        """Return up to `limit` sealed facts above `after`, with all columns."""
        return [
            SealedFact(position, _uuid(stream), version, kind, body, _as_uuid(append_id), n, at)
            for position, stream, version, kind, body, append_id, n, at in self._rows(SEALED, (after, limit))
        ]

    def seal(self) -> int:
        """Seal the visible facts (up to 10,000 positions) and return the head; needs acquis_projector."""
        head: int = self._rows(SEAL)[0][0]
        return head

    @contextmanager
    def hints(self) -> Iterator[Hints]:
        """Listen for hints of new facts on a separate connection while the block lasts."""
        with closing(Hints(self._database)) as hints:
            yield hints

    def _append_once(self, append: _Append, connection: Connection | None) -> list[int]:
        try:
            if connection is not None:
                return self._send(connection, append)
            with self._database.connection() as borrowed:
                return self._send(borrowed, append)
        except _AnswerLost as lost:
            return self._ask_again(append, lost)
        except psycopg2.Error as error:
            raise named(error) from error

    def _ask_again(self, append: _Append, lost: _AnswerLost) -> list[int]:
        """Send the same append again until its outcome is known.

        If the first statement is still running, the repetition waits for the streams' locks. At most one of the two
        succeeds. Versions only grow, so that a conflict is permanent: a conflict without facts under this append_id
        is final.
        """
        deadline = time.monotonic() + self._patience
        pause = 0.005
        while time.monotonic() < deadline:
            with (
                suppress(_AnswerLost, OperationalError, library.InterfaceError),
                names(),
                self._database.connection() as connection,
            ):
                return self._send(connection, append)
            time.sleep(pause)
            pause = min(pause * 2, 0.5)
        raise OutcomeUnknown(f"no answer about append {append.append_id}") from lost

    def _send(self, connection: Connection, append: _Append) -> list[int]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(append.statement, (append.append_id, *append.rest, wall_seconds(), append.most_apart))
                found: list[tuple[list[int]]] = cursor.fetchall()
                if not found:
                    raise ClockOff
                positions = found[0][0]
                self._hint(cursor)
                return positions
        except psycopg2.Error as error:
            if connection.closed:
                raise _AnswerLost from error
            if known := _appended(connection, append):
                return known
            raise named(error) from error
        except ValueError as error:  # the driver raises this for U+0000
            raise DataError(str(error)) from error

    def _hint(self, cursor: Any) -> None:
        """Wake the listeners after the commit; without the hint they only wait until their next poll.

        An append that closely follows another sends no hint, since the listeners woken by the other query again soon.
        """
        now = time.monotonic()
        if now - self._appended >= QUIET or now - self._hinted >= HINTED:
            self._hinted = now
            with suppress(psycopg2.Error):
                cursor.execute(HINT, (CHANNEL,))
        self._appended = now

    def _rows(self, query: str, given: Any = None) -> list[tuple[Any, ...]]:
        with names(), self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(query, given)
            return cursor.fetchall()


class Hints:
    """Waiter for hints of new facts. Hints may be lost, so that callers must also query periodically."""

    def __init__(self, database: Database, channel: str = CHANNEL) -> None:
        """Listen to this channel (new facts by default), from the first wait on."""
        self._database = database
        self._channel = channel
        self._held = ExitStack()
        self._listening: Connection | None = None
        self._wakes, self._wake = os.pipe()
        self._open = True

    def wait(self, seconds: float) -> bool:
        """Wait for a hint, `wake` or `seconds`; return whether there was a hint, or one may have been missed."""
        try:
            connection = self._listen()
            ready = select.select([connection.fileno(), self._wakes], [], [], seconds)[0]
            if connection.fileno() in ready:
                connection.poll()
                connection.notifies.clear()
                return True
        except psycopg2.Error:  # the server is gone: wait for the timeout, and listen again next time
            self._forget()
            select.select([self._wakes], [], [], seconds)
        return False

    def wake(self) -> None:
        """End the current wait and all later ones at once; callable from any thread or signal handler."""
        if self._open:
            os.write(self._wake, b".")

    def close(self) -> None:
        """Return the connection to the pool."""
        if self._open:
            self._open = False
            self._forget()
            os.close(self._wakes)
            os.close(self._wake)

    def _listen(self) -> Connection:
        if self._listening is None:
            connection = self._held.enter_context(self._database.connection())
            with connection.cursor() as cursor:
                cursor.execute(f"listen {self._channel}")
            self._listening = connection
        return self._listening

    def _forget(self) -> None:
        if self._listening is not None:
            with suppress(psycopg2.Error), self._listening.cursor() as cursor:
                cursor.execute("unlisten *")
            self._listening.notifies.clear()
        self._listening = None
        self._held.close()


class LogSubscription(Subscription[LogRecorder]):
    """Endless iterator over sealed facts, which reads at each hint, and at least every second."""

    BATCH = 500

    def __init__(self, recorder: LogRecorder, gt: int | None, topics: Sequence[str]) -> None:
        """Begin above `gt`; nothing is read before the first fact is requested."""
        super().__init__(recorder, gt, topics)
        self._told: Iterator[Notification] = iter(())
        self._hints = Hints(recorder._database)  # noqa: SLF001  (the same module)
        self._pause = SOON

    def __next__(self) -> Notification:
        """Wait for the next sealed fact and return it; raise StopIteration once the subscription is stopped."""
        while not self._has_been_stopped:
            for notification in self._told:
                self._last_notification_id = notification.id
                return notification
            self._read()
        raise StopIteration

    def stop(self) -> None:
        """End the iteration, even while it waits; callable from any thread or signal handler."""
        super().stop()
        self._hints.wake()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Stop, and return the connection to the pool."""
        super().__exit__(*args, **kwargs)
        self._hints.close()

    def _read(self) -> None:
        found = self._recorder.select_notifications(
            self._last_notification_id, self.BATCH, topics=self._topics, inclusive_of_start=False
        )
        self._told = iter(found)
        if found:
            self._pause = SOON
        else:
            self._hints.wait(self._pause)
            self._pause = min(self._pause * 2, POLL)


def named(error: psycopg2.Error) -> library.PersistenceError:
    """Return the library's error for a driver's error; conflicts have errors of Acquis's own."""
    told = str(error).strip()
    if error.pgcode == "40001":
        return ReliedOnMoved(told)
    if error.pgcode == "23505" and error.diag.constraint_name == "event_stream_version_key":
        return VersionConflict(told)
    if error.pgcode == "55P03":
        return StreamBusy(told)
    if error.pgcode == "40P01":
        return StreamsCrossed(told)
    if error.pgcode == "AQ001":
        return InDoubt(told)
    if error.pgcode == "54000":
        return AppendTooLarge(told)
    for cls in type(error).__mro__:  # the library uses the names of PEP 249 too
        if found := getattr(library, cls.__name__, None):
            return found(told)  # type: ignore[no-any-return]  # (an exception class by its name)
    return library.PersistenceError(told)


@contextmanager
def names() -> Iterator[None]:
    try:
        yield
    except psycopg2.Error as error:
        raise named(error) from error


def _appended(connection: Connection, append: _Append) -> list[int]:
    """Return the positions recorded under this append_id, once they are durable; empty without such facts."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(APPENDED, (append.append_id,))
            if positions := [position for (position,) in cursor]:
                cursor.execute(DURABLE)
            return positions
    except psycopg2.Error as error:
        raise _AnswerLost from error


def _arguments(append_id: UUID, facts: Sequence[StoredEvent], relied_on: Mapping[UUID, int]) -> _Append:
    try:
        bodies = [fact.state.decode() for fact in facts]
    except UnicodeDecodeError as error:
        raise DataError("a fact's body is UTF-8 text") from error
    relied = (_plain(relied_on), _plain(relied_on.values()))
    most_apart = inf if all(fact.topic == ClockAccepted.__name__ for fact in facts) else FAR
    if len(facts) == 1:
        (fact,) = facts
        one = (str(fact.originator_id), fact.originator_version, fact.topic, bodies[0])
        return _Append(APPEND_ONE, str(append_id), one + relied, most_apart)
    many = (
        _plain([fact.originator_id for fact in facts]),
        _plain([fact.originator_version for fact in facts]),
        _quoted([fact.topic for fact in facts]),
        _quoted(bodies),
    )
    return _Append(APPEND, str(append_id), many + relied, most_apart)


def _plain(items: Iterable[object]) -> str:
    return f"{{{','.join(map(str, items))}}}"


def _quoted(items: list[str]) -> str:
    escaped = '","'.join([item.replace("\\", "\\\\").replace('"', '\\"') for item in items])
    return f'{{"{escaped}"}}'


def _as_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


_uuid = lru_cache(maxsize=65536)(_as_uuid)  # each fact of a stream repeats the stream's id
