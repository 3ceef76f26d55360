"""How does one process talk to PostgreSQL? A small pool of psycopg2 connections that survives the server's death.

A checkout costs no round trip and little Python, as every request makes several: a look at the socket tells whether
the server has closed it, and only a connection that rested for more than a second, or failed without an answer from
the server, is asked once before it is handed out. (A library's pool in its stead took a fifth of an append: ADR 8.)
One whose server takes no writes any more, since another one has taken over, is closed; where the address names
several servers (`target_session_attrs=read-write`) the next finds that one.
One that nobody has used for some seconds is closed: others may want its place. Where the server lets no more in, that
is said in the log, and who asks waits their turn (ADR 49).
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

from adapters import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from psycopg2.extensions import connection as Connection  # noqa: N812  (a class that psycopg2 writes small)
    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (likewise)

RESTED = 1.0  # seconds without use after which a connection is asked before it is handed out
PATIENCE = 5.0  # seconds to wait for a connection: to be free, or to be made
IDLE = 10.0  # seconds without use after which a connection is given back to the server
SPARE = 2.0  # likewise one beside which another rests: well within PATIENCE, whoever finds the server full gets it
AGAIN = 0.05  # seconds until a server that lets no more in is asked again, then twice as many, up to half a second
SAID_EVERY = 10.0  # seconds between two lines that say so
LIVES = "select 1"  # what a connection in doubt is asked
ASK = float("-inf")  # when a connection in doubt was used last: so long ago that it is asked
SESSION = {
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "2s",
    "TimeZone": "UTC",
    "row_security": "off",
}
"""A policy that somebody puts on a table hides no row from us: its readers are refused instead."""
PONDERS = {"acquis_projector": {"idle_in_transaction_session_timeout": "1min"}}
"""A projector computes between two statements of its batch, in whose way nobody but a projector stands."""
PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan"}
"""What is prepared asks small things by index: planned anew for each list of streams, it took twice as long."""
PATIENT = "set local idle_in_transaction_session_timeout = 0"
"""For a long reading: what is done with one batch may take its time before the next is asked for."""

DURABLE = "select log.durable()"
"""Ends once all that was visible is on the disk, and on a synchronous standby: then it may be told."""


class PoolExhausted(psycopg2.OperationalError):
    """Every connection stayed in use for as long as one may wait."""


class TooManyConnections(psycopg2.OperationalError):
    """The server lets no more in, and did not for as long as one may wait."""


FULL = re.compile(
    r"too many (?:connections|clients)|remaining connection slots|trop de (?:connexions|clients)|"
    r"emplacements de connexions? restants?"
)
"""What a server says that lets no more in, in English or French: a refused connection has no code in this driver."""
log = structlog.get_logger(__name__)


class Database:
    """The connections of one process to one database, all under one role."""

    def __init__(self, dsn: str, role: str | None = None, size: int = 5, *, prepared: Sequence[str] = ()) -> None:
        """Open nothing yet. `role`: what every connection becomes from its first statement on.

        `prepared`: PREPARE statements that each connection begins with, for what is asked at every request.
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
        """A connection in autocommit, for as long as the block lasts.

        Raises `psycopg2.OperationalError` when the server cannot be reached or no connection is free.
        """
        return Lent(self, self._pool)

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A cursor inside BEGIN .. COMMIT; ROLLBACK if the block raises."""
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
        """Close the connections that rest; one still in use is closed when it comes back."""
        old, self._pool = self._pool, _Pool(self._size)
        old.close()

    def open(self) -> Connection:
        """Make a connection, outside the count of the pool's; raises TooManyConnections."""
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
        """In a forked child: leave the parent's connections alone, and never close them in its stead."""
        self._inherited.append(self._pool)
        self._pool = _Pool(self._size)


class _Resting:
    """A connection that waits for its next use."""

    __slots__ = ("_socket", "connection", "used_at")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.used_at = ASK
        self._socket = select.poll()
        self._socket.register(connection.fileno(), select.POLLIN)

    def is_fit(self) -> bool:
        """Whether it may be handed out: nothing speaks against it, or the server has just answered on it."""
        unasked = self._socket.poll(0)  # something said unasked, such as goodbye
        return (not unasked and time.monotonic() - self.used_at <= RESTED) or _lives(self.connection)


class _Pool:
    """Places for so many connections; those that rest, the warmest on top, so that the fewest stay warm."""

    __slots__ = ("closed", "places", "resting")

    def __init__(self, size: int) -> None:
        self.places: SimpleQueue[None] = SimpleQueue()
        for _ in range(size):
            self.places.put(None)
        self.resting: deque[_Resting] = deque()
        self.closed = False

    def give_back(self) -> None:
        """Close what has rested for long, the coldest first; whoever takes one meanwhile keeps it."""
        with suppress(IndexError):
            while self.resting[0].used_at < (before := time.monotonic() - (SPARE if len(self.resting) > 1 else IDLE)):
                cold = self.resting.popleft()
                if cold.used_at >= before:  # another, which came to stand there
                    self.resting.appendleft(cold)
                    return
                cold.connection.close()

    def close(self) -> None:
        """Let what rests go, and whatever comes back."""
        self.closed = True
        while self.resting:
            self.resting.pop().connection.close()


class Lent:
    """One use of a connection: `with database.connection() as connection`."""

    __slots__ = ("_database", "_held", "_pool")

    def __init__(self, database: Database, pool: _Pool) -> None:
        """Take nothing yet."""
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
        """The warmest that rests and is fit."""
        with suppress(IndexError):  # none is left
            while True:
                held = self._pool.resting.pop()
                if held.is_fit():
                    return held
                held.connection.close()
        return None

    def _made(self, deadline: float) -> _Resting:
        """A new one; while the server lets no more in, whichever is free first. Raises TooManyConnections."""
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
        # with a code the server has answered: it is there
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
    """A connection beside any pool; while the server lets no more in it is asked again, as long as one may wait."""
    waited = _waiting(time.monotonic() + PATIENCE)
    while True:
        try:
            return connect()
        except psycopg2.OperationalError as error:
            if not FULL.search(str(error)) or not next(waited, False):
                raise


def _waiting(deadline: float) -> Iterator[bool]:
    """Wait at each step, each time longer; ends where the next would take too long."""
    pause = AGAIN
    while time.monotonic() + pause <= deadline:
        time.sleep(pause)
        yield True
        pause = min(pause * 2, 0.5)


def _take(places: SimpleQueue[None]) -> None:
    """Take a place; raises Empty when none is free for as long as one may wait."""
    try:
        places.get_nowait()
    except Empty:
        with metrics.POOL_WAITS.timed():
            places.get(timeout=PATIENCE)


_ALIVE: weakref.WeakSet[Database] = weakref.WeakSet()
_giving_back: list[threading.Thread] = []
"""The thread that gives back what rests for long, while anything rests."""
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
    if any(pool.resting for pool in _pools()):  # come to rest at this very moment
        _keep_giving_back()


def _pools() -> list[_Pool]:
    while True:
        with suppress(RuntimeError):  # another thread has just made one
            return [database._pool for database in list(_ALIVE)]  # noqa: SLF001  (the same module)


def _say_full(error: TooManyConnections) -> None:
    """In the words of the server, which name the role, database or server whose limit it is; not at every try."""
    if time.monotonic() - _said_full[0] >= SAID_EVERY:
        _said_full[0] = time.monotonic()
        log.error("too many connections: requests wait; see ACQUIS_POOL_SIZE, ACQUIS_WORKERS", server=str(error))


def _after_fork() -> None:
    _giving_back.clear()
    for database in list(_ALIVE):
        database._start_anew()  # noqa: SLF001  (the same module)


os.register_at_fork(after_in_child=_after_fork)


def _takes_no_writes(error: BaseException | None) -> bool:
    """Whether a server said so, under whatever name the error has since been given."""
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
