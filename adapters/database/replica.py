"""The database that reports are read from: a replica, if one is configured and answers."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg2
import structlog

from adapters.database.pool import Database

if TYPE_CHECKING:
    from uuid import UUID

AWAY: Final = 10.0
"""Seconds during which an unreachable replica is not tried again: each request would wait for it."""
SIZE: Final = 2
"""Connections of one process: few reports are read at once."""
LOG: Final = "select log from reporting.v1_position"
SEALED: Final = "select next_index from log.head"
LACKING: Final = """
select h.next_index - %(seen)s, coalesce(extract(epoch from clock_timestamp() - e.recorded_at), 0)::float
  from log.head h left join log.leaf l on l.index = %(seen)s left join log.fact e on e.position = l.position
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Lag:
    """The number of sealed facts that a replica lacks, and the age in seconds of the first of them."""

    facts: int
    seconds: float


class Reports:
    """The database that reports are read from: the replica while it answers and is of this log, else the main one."""

    def __init__(self, database: Database, replica_url: str | None) -> None:
        """Prepare; nothing is connected yet."""
        self._database = database
        self._replica = Database(replica_url, database.role, SIZE) if replica_url else None
        self._away_until = float("-inf")
        self._log: UUID | None = None

    @property
    def database(self) -> Database:
        """The database to read now."""
        return self._replica if self._replica is not None and self.answers() else self._database

    def answers(self) -> bool:
        """Return whether there is a replica of this log that answers."""
        if self._replica is None or time.monotonic() < self._away_until:
            return False
        with suppress(psycopg2.Error):
            if _one(self._replica, LOG) == self._of():
                return True
        self._away_until = time.monotonic() + AWAY
        log.warning("reports are read without the replica")
        return False

    def lag(self) -> Lag | None:
        """Return the replica's lag, for a role that reads the log; None if reports are not read from a replica."""
        if self._replica is None or not self.answers():
            return None
        seen = _one(self._replica, SEALED)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(LACKING, {"seen": seen})
            facts, seconds = cursor.fetchall()[0]
        return Lag(facts=max(facts, 0), seconds=seconds)

    def close(self) -> None:
        """Close the replica's connections."""
        if self._replica is not None:
            self._replica.close()

    def _of(self) -> UUID | None:
        if self._log is None:
            self._log = _one(self._database, LOG)
        return self._log


def _one(database: Database, query: str) -> Any:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()[0][0]
