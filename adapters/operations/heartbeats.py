"""Heartbeats of the programs that run until they are stopped: mail, worker, deadlines.

The projector needs none: it holds a lock of the database while it works (`projections.engine.pulse`).
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Literal, get_args

import psycopg2

from adapters.log.clock import LONGEST_SILENCE, SILENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.database.pool import Database

Program = Literal["mail", "worker", "deadlines"]
PROGRAMS: Final[tuple[Program, ...]] = get_args(Program)
PERIOD: Final = 20.0
"""Seconds between two heartbeats."""
LONGEST: Final = 90.0
"""Seconds without a heartbeat after which a program is reported as silent."""
STUCK: Final = 600.0
"""Seconds without progress of the program's loop after which no heartbeat is written."""
BEAT: Final = f"""
insert into desk.heartbeat (program, beat_at)
select %s, clock_timestamp() where not %s or coalesce(({SILENCE}) < %s, true)
    on conflict (program) do update set beat_at = excluded.beat_at
"""
"""Writes a heartbeat; in production not after a silence that makes the clock doubtful: it would hide the silence."""
STOPPED: Final = "delete from desk.heartbeat where program = %s"
SILENT: Final = """
select p.program, coalesce(h.beat_at not between clock_timestamp() - %(longest)s * interval '1 second'
                                             and clock_timestamp() + %(longest)s * interval '1 second',
                           p.program = any (%(required)s)
                             and (select recorded_at from log.fact order by position limit 1)
                                   < clock_timestamp() - %(longest)s * interval '1 second', false)
  from unnest(%(programs)s::text[]) p (program) left join desk.heartbeat h using (program)
"""
"""Finds the silent programs; a heartbeat written while the clock was ahead does not count."""


class Heart:
    """Writer of one running program's heartbeats, as long as the program's loop makes progress."""

    def __init__(self, database: Database, program: Program, *, doubts_clock: bool = False) -> None:
        """Write to schema `desk` for this program; with `doubts_clock`, write no heartbeat after a long silence."""
        self._database = database
        self._program = program
        self._doubts_clock = doubts_clock
        self._progress = time.monotonic()

    def progress(self) -> None:
        """Note that the program's loop has completed another iteration."""
        self._progress = time.monotonic()

    def beat(self) -> None:
        """Write a heartbeat, unless the loop is stuck."""
        if time.monotonic() - self._progress < STUCK:
            with self._database.connection() as connection, connection.cursor() as cursor:
                cursor.execute(BEAT, (self._program, self._doubts_clock, LONGEST_SILENCE.total_seconds()))

    def stop(self) -> None:
        """Remove the heartbeat of a program that was stopped on purpose."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(STOPPED, (self._program,))


@contextmanager
def beating(database: Database, program: Program, *, expected: bool) -> Iterator[Heart]:
    """Write a program's heartbeats from a separate thread until the block ends.

    `expected`: the program runs all the time, in production. Otherwise an orderly end removes its heartbeat.
    """
    heart, over = Heart(database, program, doubts_clock=expected), threading.Event()

    def keep_beating() -> None:
        while True:
            with suppress(psycopg2.Error):  # the next heartbeat may succeed
                heart.beat()
            if over.wait(PERIOD):
                return

    thread = threading.Thread(target=keep_beating, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield heart
    finally:
        over.set()
        thread.join(1)
    if not expected:
        with suppress(psycopg2.Error):
            heart.stop()


def silent(database: Database, required: tuple[Program, ...]) -> list[Program]:
    """Return the programs without a heartbeat for `LONGEST` seconds.

    A `required` program that never wrote a heartbeat is included once the log has a fact of that age.
    """
    values = {"longest": LONGEST, "required": list(required), "programs": list(PROGRAMS)}
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(SILENT, values)
        return [program for program, is_silent in cursor.fetchall() if is_silent]
