"""How does one process talk to PostgreSQL? A small pool of psycopg2 connections that survives the server's death.

SQLAlchemy's `QueuePool` counts and hands out; the statements are ours. In the hot path a checkout costs no round
trip: a look at the socket tells whether the server has closed it, and only a connection that rested for more
than a second, or failed without an answer from the server, is asked once before it is handed out.
"""

from __future__ import annotations

import os
import re
import select
import time
import weakref
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, parse_dsn
from psycopg2.extras import register_uuid
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg2.extensions import connection as Connection  # noqa: N812  (a class that psycopg2 writes small)
    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (likewise)

RESTED = 1.0  # seconds without use after which a connection is asked before it is handed out
PATIENCE = 5.0  # seconds to wait for a connection: to be free, or to be made
SESSION = {
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "2s",
    "TimeZone": "UTC",
}


class PoolExhausted(psycopg2.OperationalError):
    """Every connection stayed in use for as long as one may wait."""


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
        settings = SESSION | ({"role": role} if role else {})
        given = parse_dsn(dsn).get("options", "")
        self._options = " ".join([given, *(f"-c {name}={value}" for name, value in settings.items())]).strip()
        self._pool = QueuePool(
            self._open,
            pool_size=size,
            max_overflow=0,
            timeout=PATIENCE,
            use_lifo=True,  # the fewest connections stay warm
            reset_on_return=None,  # each use leaves its connection idle, or the connection is dropped
        )
        _watch(self._pool)
        self._inherited: list[QueuePool] = []
        _ALIVE.add(self)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in autocommit, for as long as the block lasts.

        Raises `psycopg2.OperationalError` when the server cannot be reached or no connection is free.
        """
        try:
            lent = self._pool.connect()
        except NoneFree as error:
            raise PoolExhausted(f"no connection was free within {PATIENCE:.0f} s") from error
        connection: Connection = lent.dbapi_connection  # type: ignore[assignment]  # (SQLAlchemy types it for any driver)
        try:
            yield connection
        except psycopg2.Error as error:
            lent.info["doubtful"] = error.pgcode is None  # with a code the server has answered: it is there
            raise
        finally:
            if connection.closed or connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
                lent.invalidate()
            lent.close()

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
        self._pool.dispose()

    def _open(self) -> Any:
        connection = psycopg2.connect(
            self.dsn,
            options=self._options,
            client_encoding="UTF8",
            connect_timeout=int(PATIENCE),
            fallback_application_name=f"acquis {self.role or 'owner'}",
        )
        connection.autocommit = True
        if self._prepared:
            with connection.cursor() as cursor:
                cursor.execute(self._prepared)
        register_uuid(conn_or_curs=connection)  # type: ignore[no-untyped-call]  # (its stub has no types)
        return connection

    def _start_anew(self) -> None:
        """In a forked child: leave the parent's connections alone, and never close them in its stead."""
        self._inherited.append(self._pool)
        self._pool = self._pool.recreate()


_ALIVE: weakref.WeakSet[Database] = weakref.WeakSet()


def _after_fork() -> None:
    for database in list(_ALIVE):
        database._start_anew()  # noqa: SLF001  (the same module)


os.register_at_fork(after_in_child=_after_fork)


def _watch(pool: QueuePool) -> None:
    """Note when a connection came back, and look at it before it goes out again."""

    def came_back(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    def goes_out(connection: Any, record: Any, _lent: Any) -> None:
        since = record.info.get("rests_since")
        if since is None:
            return  # just made
        doubtful = record.info.pop("doubtful", False)
        if (doubtful or time.monotonic() - since > RESTED or _has_something(connection)) and not _lives(connection):
            raise InvalidatePoolError  # the server went away: every older connection is replaced

    event.listen(pool, "checkin", came_back)
    event.listen(pool, "checkout", goes_out)


def _has_something(connection: Connection) -> bool:
    """Whether the server has said something unasked, such as goodbye."""
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return bool(socket.poll(0))


def _lives(connection: Connection) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True
