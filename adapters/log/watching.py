"""The watch: a continuous reading of the log, round after round in small steps, together with every note.

A round begins with the catalogue and ends at the last leaf. Its progress is stored in `log.watch`, so that a restart
continues there. Each finding becomes a doubt at once; people then judge it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import Database
from adapters.log import doubt
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable
from adapters.log.doubt import LogFinding, finding
from adapters.log.guards import guards
from adapters.log.judging import Judging
from adapters.log.merkle import Peaks
from adapters.log.note import VerifierKey
from adapters.log.watch import Passage, ghosts, newest_note, notes_between, read_on

EVERY: Final = 5.0
"""Seconds between two steps."""
DAILY: Final = 20 * 3600.0
"""Seconds in which a round should end: a day, less some hours for downtime."""
LEAST: Final = 1000
"""The least number of facts per step."""
MOST: Final = 25_000
"""The greatest number of facts per step."""
SHORTEST: Final = 60.0
"""The least number of seconds from the start of one round to the start of the next."""

STATE: Final = """
select size, position, nullif(at, '-infinity'), peaks, (select next_index from log.head) from log.watch
"""
GO_ON: Final = """
update log.watch set size = %s, position = %s, at = coalesce(%s, '-infinity'), peaks = %s, seen_at = clock_timestamp()
"""
ENDED: Final = """
update log.watch set round_at = clock_timestamp(), round_size = size, seen_at = clock_timestamp(),
                     round_s = extract(epoch from clock_timestamp() - began_at)
"""
BEGIN: Final = """
update log.watch set size = 0, position = 0, at = '-infinity', peaks = '', began_at = clock_timestamp(),
                     seen_at = clock_timestamp()
"""
PROGRESS: Final = """
select w.size, h.next_index, w.round_at, w.round_size, w.round_s,
       w.seen_at not between clock_timestamp() - interval '2 minutes' and clock_timestamp() + interval '2 minutes'
  from log.watch w, log.head h
"""
RAISE: Final = """
select pg_try_advisory_lock(4714, 3) where not exists (
 select from pg_locks where locktype = 'advisory' and classid = 4714 and objid = 3 and pid = pg_backend_pid())
"""
RAISED: Final = """
select exists (select from pg_locks where locktype = 'advisory' and classid = 4714 and objid = 3 and granted
                  and database = (select oid from pg_database where datname = current_database()))
"""

log = logging.getLogger(__name__)


def is_raised(database: Database) -> bool:
    """Return whether a running watch holds a finding."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(RAISED)
        return bool(cursor.fetchall()[0][0])


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The progress of the current round (facts read, of how many), and the result of the last complete one."""

    read: int
    facts: int
    round_at: datetime | None
    round_facts: int | None
    per_second: float | None
    """Facts read per second in the last complete round."""
    still: bool
    """True if no watch has run for two minutes."""


def progress(database: Database) -> Progress:
    """Return the progress of the watch."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(PROGRESS)
        ((read, facts, at, size, seconds, still),) = cursor.fetchall()
    rate = round(size / max(seconds, EVERY), 1) if at else None
    return Progress(read=read, facts=facts, round_at=at, round_facts=size, per_second=rate, still=still)


class Watch:
    """Continuous reading of the log, as acquis_projector.

    Its progress and its findings are also in memory: somebody who writes to `log.watch` or deletes from `log.doubt`
    can neither stop it nor remove its findings.
    """

    def __init__(
        self,
        database: Database,
        folder: CheckpointFolder,
        keys: Callable[[], list[VerifierKey]],
        models: Callable[[], bool] = lambda: False,
    ) -> None:
        """Compare the log with the notes of `folder`, which `keys` may have signed.

        `models`: whether the read models are those of this version, and are compared with the catalogue too.
        """
        self._database = database
        self._folder = folder
        self._keys = keys
        self._models = models
        self._judging = Judging(database)
        self._raised = Raised(database)
        self._found: list[LogFinding] = []
        self.shortest = SHORTEST
        """The least number of seconds from the start of one round to the start of the next."""
        self._passage: Passage | None = None
        """The progress of the round; None until the progress of an earlier process was read."""
        self._began = float("-inf")
        self._ended = False
        """True if this round has ended, and the next is not yet due."""

    def held(self) -> list[LogFinding]:
        """Return the findings of this process that nobody accepted, even if they were deleted from the database."""
        return self._found

    def step(self) -> list[LogFinding]:
        """Read one step, and return the open doubts, even those whose rows somebody deleted."""
        try:
            self._hold(ghosts(self._database))
            self._hold(self._read())
            self._hold(self._judged())
        except psycopg2.Error:  # a policy, or a missing right: the catalogue shows it even where no fact is readable
            self._hold(guards(self._database, models=self._models()))
            raise
        finally:
            self._raised.say(bool(self._found))
        return doubt.settle(self._database) or self._found

    def whole_round(self) -> list[LogFinding]:
        """Read everything from the first leaf on, and return the open doubts."""
        self._begin()  # restarts a round that is under way
        while not self._ended or (self._judging.behind and not self._found):
            found = self.step()
        return found

    def _hold(self, found: list[LogFinding]) -> None:
        """Keep new findings in memory before anything is written, and then insert them as doubts."""
        before = self._found
        self._found = list(dict.fromkeys([*before, *found]))
        self._found = doubt.unaccepted(self._database, self._found)
        for each in sorted({*self._found} - {*before}):
            log.critical("the log is in doubt: %s: %s", each.slug, each.sentence("en"))
        doubt.add(self._database, self._found)

    def _read(self) -> list[LogFinding]:
        started = self._passage is None
        passage, size = self._state()
        if self._ended:
            if monotonic() - self._began < self.shortest:
                return []
            passage = Passage()
        if not passage.size:
            self._begin()
        if started or not passage.size:
            self._hold(guards(self._database, models=self._models()))
        count = int(min(max(LEAST, size / DAILY * EVERY), MOST))
        after, more = read_on(self._database, passage, count)
        self._ended = after.size >= size
        found = more + self._notes(passage, after, last=self._ended)
        self._passage = after
        self._run(GO_ON, after.size, after.position, after.at, b"".join(after.peaks.hashes))
        if self._ended:
            self._run(ENDED)
        return found

    def _judged(self) -> list[LogFinding]:
        """Return the unlawful facts; none while there are findings, since decisions may depend on changed facts."""
        return [] if self._found else self._judging.step()

    def _begin(self) -> None:
        self._passage, self._began, self._ended = Passage(), monotonic(), False
        self._run(BEGIN)

    def _notes(self, before: Passage, after: Passage, *, last: bool) -> list[LogFinding]:
        if self._folder.is_empty():  # mostly an unmounted disk: nothing is signed, and `checkpoint-refused`
            return []
        try:
            found = notes_between(self._database, self._folder, self._keys(), before, after)
            return found + (newest_note(self._database, self._folder, self._keys()) if last else [])
        except CheckpointUnreadable as unreadable:
            return [finding("note-unreadable", str(unreadable))]

    def _state(self) -> tuple[Passage, int]:
        """Return the progress of the round, and the number of leaves."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(STATE)
            size, position, at, peaks, leaves = cursor.fetchall()[0]
        if self._passage is None:
            hashes = tuple(bytes(peaks)[n : n + 32] for n in range(0, len(peaks), 32))
            kept = size < leaves and len(hashes) == size.bit_count()
            self._passage = Passage(Peaks(size, hashes), position, at) if kept else Passage()
            self._began = monotonic()
        return self._passage, leaves

    def _run(self, statement: str, *values: object) -> None:
        """Write the progress. An error is only logged: an alarm reports that the watch has stopped."""
        try:
            with self._database.transaction() as cursor:
                cursor.execute("set local synchronous_commit = off")
                cursor.execute(statement, values)
        except (psycopg2.ProgrammingError, psycopg2.IntegrityError) as error:
            log.error("how far the watch is cannot be written: %s", error)  # noqa: TRY400  (a sentence)


class Raised:
    """Signal to other processes that a finding exists: a lock, which no table, rule or policy can hide."""

    def __init__(self, database: Database) -> None:
        """Prepare; no lock is taken yet."""
        self._database = database
        self._holding: Connection | None = None

    def say(self, found: bool) -> None:
        """Take the lock and keep it, or release it."""
        if not found:
            self._let_go()
            return
        try:
            if self._holding is None:
                self._holding = self._database.open()
            with self._holding.cursor() as cursor:
                cursor.execute(RAISE)
        except psycopg2.Error:  # the session and its lock have ended; the next step takes the lock again
            self._let_go()

    def _let_go(self) -> None:
        if self._holding is not None:
            self._holding.close()
            self._holding = None
