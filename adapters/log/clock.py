"""Checks of the clocks that date facts: the database server's, and this machine's.

A clock counts as wrong if the two clocks differ by half an hour or more, if this machine's clock has advanced that
much more than the time elapsed since the process started, or if nothing was recorded for longer than an installation
is ever silent. While a clock is wrong, only its acceptance (`ClockAccepted`) can be recorded.
"""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Lock
from typing import Final

from adapters.database.pool import Database
from adapters.log.codec import decode
from domain.organisation.facts import ClockAccepted
from domain.organisation.organisation import Organisation
from domain.refusal import Refused

FAR: Final = 1800.0
"""Seconds from which a clock counts as wrong rather than late."""
LONGEST_SILENCE: Final = timedelta(days=31)
"""The longest silence of an installation in production, whose programs write a heartbeat every 20 seconds."""
SILENCE: Final = """
select extract(epoch from clock_timestamp() - greatest((select at from log.head where isfinite(at)),
                                                       (select max(beat_at) from desk.heartbeat)))
"""
"""Seconds since the last sealed fact or heartbeat; null before the first."""
ACCEPTED_NOW: Final = """
select coalesce(max(recorded_at) > clock_timestamp() - %s * interval '1 second', false) from log.fact
 where stream = %s and type = 'ClockAccepted'
"""
ACCEPTED: Final = """
select type, body from log.fact where stream = %s and type = 'ClockAccepted' order by version desc limit 1
"""
DRIFT: Final = "select extract(epoch from log.clock_drift())"
DRIFT_AFTER: Final = """
select extract(epoch from max(recorded_at) - clock_timestamp())
  from (select recorded_at from log.fact where position > %s order by position desc limit 1000) newest
"""
NEWEST: Final = "select coalesce(max(position), 0) from log.fact"
APART: Final = "select extract(epoch from clock_timestamp()) - %s"


class ClockWrong(Refused):
    """The clock is off by half an hour or more: nothing is recorded until it is right or was declared right."""

    fr = (
        "L'horloge est décalée d'une demi-heure ou plus : rien n'est enregistré tant qu'elle n'est pas remise à "
        "l'heure, ou déclarée juste par l'exploitant (acquis clock accept)."
    )
    kind = "busy"


def wall_seconds() -> float:
    """Return the time of this machine, in seconds since 1970."""
    return time.time()


def elapsed_seconds() -> float:
    """Return the seconds since the machine started, including those in which it was suspended."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ClockGuard:
    """The check that a process makes before each append; it queries the database only if something seems wrong."""

    def __init__(self, longest_silence: timedelta | None = None) -> None:
        """Assume that this machine's clock is right now; `longest_silence` is for production only."""
        self._began = wall_seconds() - elapsed_seconds()
        self._longest_silence = longest_silence
        self._silence_known = longest_silence is None
        self._lock = Lock()

    def ahead(self) -> float:
        """Return by how many seconds this machine's clock has advanced more than the time elapsed."""
        return wall_seconds() - elapsed_seconds() - self._began

    def wrong(self, database: Database) -> bool:
        """Return whether the clock is far ahead, or the log was silent for too long, without an acceptance."""
        with self._lock:
            if self.ahead() <= FAR and self._silence_known:
                return False
            if self.ahead() > FAR:
                if not _accepted_now(database):
                    return True
                self._began = wall_seconds() - elapsed_seconds()
            if not self._silence_known:
                self._silence_known = not self._silent_for_too_long(database)
            return not self._silence_known

    def _silent_for_too_long(self, database: Database) -> bool:
        if self._longest_silence is None:
            return False
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(SILENCE)
            ((seconds,),) = cursor.fetchall()
        return float(seconds or 0) > self._longest_silence.total_seconds()


def _accepted_now(database: Database) -> bool:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ACCEPTED_NOW, (FAR, str(Organisation.keeper())))
        return bool(cursor.fetchall()[0][0])


def behind(database: Database) -> float:
    """Return how many seconds the database's clock is behind the newest fact that no acceptance covers."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(DRIFT)
        seconds = float(cursor.fetchall()[0][0] or 0)
        if seconds <= 0:
            return 0.0
        cursor.execute(ACCEPTED, (str(Organisation.keeper()),))
        for type_name, body in cursor.fetchall():
            fact = decode(type_name, body)
            if isinstance(fact, ClockAccepted):
                cursor.execute(DRIFT_AFTER, (fact.up_to,))
                seconds = float(cursor.fetchall()[0][0] or 0)
    return max(0.0, seconds)


def apart(database: Database) -> float:
    """Return how many seconds the database's clock is ahead of this machine's; negative if it is behind."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(APART, (wall_seconds(),))
        return float(cursor.fetchall()[0][0])


def newest_position(database: Database) -> int:
    """Return the position of the newest fact, 0 in an empty log."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(NEWEST)
        return int(cursor.fetchall()[0][0])
