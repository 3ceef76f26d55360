"""A small pool of psycopg2 connections for one process, which recovers after a failure of the server.

Every request makes several checkouts, so a checkout takes no round trip and little Python: polling the socket shows
whether the server has closed it. Only a connection that was idle for more than a second, or that failed without an
answer from the server, is tested by a query before it is handed out. (A library's pool took a fifth of the time of an
append: ADR 8.) A connection to a server that has become read-only, because another server took over, is closed; if
the address names several servers (`target_session_attrs=read-write`) the next connection finds the new one. A
connection idle for some seconds is closed, so that others may use its place. If the server accepts no more
connections, this is logged, and callers wait for a free one (ADR 49).
"""

from __future__ import annotations

import os
import re
import select
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import psycopg2
import structlog
from psycopg2.errors import ReadOnlySqlTransaction
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, parse_dsn
from psycopg2.extras import register_uuid

from adapters.process import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, lower-case in psycopg2)
    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (likewise)

RESTED = 1.0  # seconds of idleness after which a connection is tested before it is handed out
PATIENCE = 5.0  # seconds to wait for a connection: to be free, or to be made
IDLE = 10.0  # seconds of idleness after which a connection is closed
SPARE = 2.0  # the same if another is idle: well within PATIENCE, so that callers of a full server get its place
AGAIN = 0.05  # seconds until a full server is tried again; doubled each time, up to half a second
SAID_EVERY = 10.0  # seconds between two log lines about it
LIVES = "select 1"  # the query that tests a connection
ASK = float("-inf")  # the last use of a connection that must be tested
SESSION = {
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "2s",
    "TimeZone": "UTC",
    "row_security": "off",
}
"""Settings of each session. Row security off: a policy that somebody adds makes queries fail, not hide rows."""
PONDERS = {"acquis_projector": {"idle_in_transaction_session_timeout": "1min"}}
"""Longer limits by role: a projector computes between two statements of its batch, and blocks only projectors."""
PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan"}
"""The prepared queries are small index look-ups: planned again for each list of streams, they took twice as long."""
PATIENT = "set local idle_in_transaction_session_timeout = 0"
"""Removes that limit for a long reading, which may process one batch for a while before it fetches the next."""

DURABLE = "select log.durable()"
"""Waits until all that was visible is on disk, and on a synchronous standby: only then may it be shown."""


class PoolExhausted(psycopg2.OperationalError):
    """Every connection stayed in use during the longest wait allowed."""


class TooManyConnections(psycopg2.OperationalError):
    """The server accepted no more connections during the longest wait allowed."""


FULL = re.compile(
    r"too many (?:connections|clients)|remaining connection slots|trop de (?:connexions|clients)|"
    r"emplacements de connexions? restants?"
)
"""Matches the message of a full server, in English or French: the driver gives no error code for it."""
log = structlog.get_logger(__name__)


class Database:
    """The connections of one process to one database, all with one role."""

    def __init__(self, dsn: str, role: str | None = None, size: int = 5, *, prepared: Sequence[str] = ()) -> None:
        """Prepare the pool without opening a connection; every connection acts as `role` from its first statement on.

        `prepared`: PREPARE statements that each connection begins with, for the queries of every request.
        """
        self._prepared = "; ".join(prepared)
        if role is not None and not re.fullmatch(r"[a-z_][a-z0-9_]*", role):
            raise ValueError(f"not the name of a role: {role!r}")
        self.dsn = dsn
        self.role = role
        settings = SESSION | ({"role": role} | PONDERS.get(role, {}) if role else {})
        if prepared:
            settings |= PLANNED_ONCE
        given = parse_dsn(dsn)
        self._connect_timeout = given.get("connect_timeout", int(PATIENCE))
        self._options = " ".join(
            [given.get("options", ""), *(f"-c {name}={value}" for name, value in settings.items())]
        ).strip()
        self._size = size
        self._pool = _Pool(size)
        self._inherited: list[_Pool] = []
        _ALIVE.add(self)

    def connection(self) -> Lent:
        """Return a context manager that lends a connection in autocommit.

        Entering it raises `psycopg2.OperationalError` when the server cannot be reached or no connection is free.
        """
        return Lent(self, self._pool)

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """Yield a cursor inside BEGIN .. COMMIT; ROLLBACK if the block raises."""
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
            except BaseException:
                with suppress(psycopg2.Error):  # lost: the server rolls back by itself
                    cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def close(self) -> None:
        """Close the idle connections; one still in use is closed when it comes back."""
        old, self._pool = self._pool, _Pool(self._size)
        old.close()

    def open(self) -> Connection:
        """Make a connection that the pool does not count; raises TooManyConnections."""
        try:
            connection = psycopg2.connect(
                self.dsn,
                options=self._options,
                client_encoding="UTF8",
                connect_timeout=self._connect_timeout,
                fallback_application_name=f"acquis {self.role or 'owner'}",
            )
        except psycopg2.OperationalError as error:
            if FULL.search(str(error)):
                raise TooManyConnections(str(error).strip().splitlines()[-1]) from error
            raise
        connection.autocommit = True
        if self._prepared:
            with connection.cursor() as cursor:
                cursor.execute(self._prepared)
        register_uuid(conn_or_curs=connection)  # type: ignore[no-untyped-call]  # (its stub has no types)
        return connection

    def _start_anew(self) -> None:
        """In a forked child: use a new pool, and never close the parent's connections."""
        self._inherited.append(self._pool)
        self._pool = _Pool(self._size)


class _Resting:
    """An idle connection."""

    __slots__ = ("_socket", "connection", "used_at")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.used_at = ASK
        self._socket = select.poll()
        self._socket.register(connection.fileno(), select.POLLIN)

    def is_fit(self) -> bool:
        """Return whether it may be lent: its socket is quiet and it was used just now, or it answers a query."""
        unasked = self._socket.poll(0)  # unexpected data, such as the server's goodbye
        return (not unasked and time.monotonic() - self.used_at <= RESTED) or _lives(self.connection)


class _Pool:
    """Places for a number of connections; the last used idle ones are on top, so that few stay in use."""

    __slots__ = ("closed", "places", "resting")

    def __init__(self, size: int) -> None:
        self.places: SimpleQueue[None] = SimpleQueue()
        for _ in range(size):
            self.places.put(None)
        self.resting: deque[_Resting] = deque()
        self.closed = False

    def give_back(self) -> None:
        """Close connections idle for long, the longest first; one taken meanwhile is kept."""
        with suppress(IndexError):
            while self.resting[0].used_at < (before := time.monotonic() - (SPARE if len(self.resting) > 1 else IDLE)):
                cold = self.resting.popleft()
                if cold.used_at >= before:  # another one, which came to its place
                    self.resting.appendleft(cold)
                    return
                cold.connection.close()

    def close(self) -> None:
        """Close the idle connections, and those that come back."""
        self.closed = True
        while self.resting:
            self.resting.pop().connection.close()


class Lent:
    """One use of a connection: `with database.connection() as connection`."""

    __slots__ = ("_database", "_held", "_pool")

    def __init__(self, database: Database, pool: _Pool) -> None:
        """Prepare; no connection is taken yet."""
        self._database = database
        self._pool = pool

    def __enter__(self) -> Connection:
        pool, deadline = self._pool, time.monotonic() + PATIENCE
        try:
            _take(pool.places)
        except Empty as error:
            metrics.POOL_REFUSALS.add("exhausted")
            raise PoolExhausted(f"no connection was free within {PATIENCE:.0f} s") from error
        try:
            self._held = self._resting() or self._made(deadline)
        except BaseException:
            pool.places.put(None)
            raise
        return self._held.connection

    def _resting(self) -> _Resting | None:
        """Return the last used idle connection that is fit."""
        with suppress(IndexError):  # none is left
            while True:
                held = self._pool.resting.pop()
                if held.is_fit():
                    return held
                held.connection.close()
        return None

    def _made(self, deadline: float) -> _Resting:
        """Return a new connection; while the server is full, whichever is free first. Raises TooManyConnections."""
        waited = _waiting(deadline)
        while True:
            try:
                return _Resting(self._database.open())
            except TooManyConnections as full:
                _say_full(full)
                if not next(waited, False):
                    metrics.POOL_REFUSALS.add("full")
                    raise
            if held := self._resting():
                return held

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _where: TracebackType | None
    ) -> None:
        held, pool = self._held, self._pool
        connection = held.connection
        # an error with a code is an answer of the server: it lives
        in_doubt = isinstance(error, psycopg2.Error) and error.pgcode is None
        held.used_at = ASK if in_doubt else time.monotonic()
        try:
            rests = connection.get_transaction_status() == TRANSACTION_STATUS_IDLE and not connection.closed
            if rests and not _takes_no_writes(error):
                pool.resting.append(held)
                _keep_giving_back()
            else:
                connection.close()
            if pool.closed:
                pool.close()
        finally:
            pool.places.put(None)


def patiently(connect: Callable[[], Connection]) -> Connection:
    """Return a connection outside any pool; while the server is full, retry for PATIENCE seconds."""
    waited = _waiting(time.monotonic() + PATIENCE)
    while True:
        try:
            return connect()
        except psycopg2.OperationalError as error:
            if not FULL.search(str(error)) or not next(waited, False):
                raise


def _waiting(deadline: float) -> Iterator[bool]:
    """Wait at each step, each time longer; stop when the next wait would end after the deadline."""
    pause = AGAIN
    while time.monotonic() + pause <= deadline:
        time.sleep(pause)
        yield True
        pause = min(pause * 2, 0.5)


def _take(places: SimpleQueue[None]) -> None:
    """Take a place; raises Empty when none becomes free in time."""
    try:
        places.get_nowait()
    except Empty:
        with metrics.POOL_WAITS.timed():
            places.get(timeout=PATIENCE)


_ALIVE: weakref.WeakSet[Database] = weakref.WeakSet()
_giving_back: list[threading.Thread] = []
"""The thread that closes connections idle for long, while there are idle ones."""
_said_full = [float("-inf")]


def _keep_giving_back() -> None:
    if not _giving_back:
        thread = threading.Thread(target=_give_back, name="idle connections", daemon=True)
        _giving_back.append(thread)
        thread.start()


def _give_back() -> None:
    while any(pool.resting for pool in _pools()):
        time.sleep(min(SPARE, IDLE) / 4)
        for pool in _pools():
            pool.give_back()
    _giving_back.clear()
    if any(pool.resting for pool in _pools()):  # became idle at this very moment
        _keep_giving_back()


def _pools() -> list[_Pool]:
    while True:
        with suppress(RuntimeError):  # another thread has just made one
            return [database._pool for database in list(_ALIVE)]  # noqa: SLF001  (the same module)


def _say_full(error: TooManyConnections) -> None:
    """Log the server's message, which names the limited role, database or server, every ten seconds at most."""
    if time.monotonic() - _said_full[0] >= SAID_EVERY:
        _said_full[0] = time.monotonic()
        log.error("too many connections: requests wait; see ACQUIS_POOL_SIZE, ACQUIS_WORKERS", server=str(error))


def _after_fork() -> None:
    _giving_back.clear()
    for database in list(_ALIVE):
        database._start_anew()  # noqa: SLF001  (the same module)


os.register_at_fork(after_in_child=_after_fork)


def _takes_no_writes(error: BaseException | None) -> bool:
    """Return whether an error, or one that it wraps, says that the server is read-only."""
    while error is not None:
        if isinstance(error, ReadOnlySqlTransaction):
            return True
        error = error.__cause__
    return False


def _lives(connection: Connection) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute(LIVES)
    except psycopg2.Error:
        return False
    return True
