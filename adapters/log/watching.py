"""How does the log watch itself? Round after round it is read again, little by little, and every note with it.

A round begins with the catalogue and ends at the last leaf. Where it is stands in `log.watch`: a restart goes on
there.
What is found is put into doubt at once: what it means is for people to say.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.database.pool import Database
from adapters.log import doubt
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable
from adapters.log.doubt import Finding, finding
from adapters.log.guards import guards
from adapters.log.merkle import Peaks
from adapters.log.note import VerifierKey
from adapters.log.watch import Passage, ghosts, newest_note, notes_between, read_on

EVERY: Final = 5.0
"""Seconds between two steps."""
DAILY: Final = 20 * 3600.0
"""Seconds in which a round is to be done: a day, less some hours for standing still."""
LEAST: Final = 1000
"""Facts a step, at least."""
MOST: Final = 25_000
"""Facts a step, at most."""
SHORTEST: Final = 60.0
"""Seconds from the beginning of one round to that of the next, at least."""

STATE: Final = """
select size, position, nullif(at, '-infinity'), peaks, extract(epoch from clock_timestamp() - began_at),
       (select next_index from log.head)
  from log.watch
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
select w.size, h.next_index, w.round_at, w.round_size, w.round_s, w.seen_at < clock_timestamp() - interval '2 minutes'
  from log.watch w, log.head h
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the present round has come (facts read, of how many), and how the last whole one went."""

    read: int
    facts: int
    round_at: datetime | None
    round_facts: int | None
    per_second: float | None
    """Facts read a second in the last whole round."""
    still: bool
    """Whether nobody has watched for two minutes."""


def progress(database: Database) -> Progress:
    """How far the watch is."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(PROGRESS)
        ((read, facts, at, size, seconds, still),) = cursor.fetchall()
    rate = round(size / max(seconds, EVERY), 1) if at else None
    return Progress(read=read, facts=facts, round_at=at, round_facts=size, per_second=rate, still=still)


class Watch:
    """Reads the log again, under role acquis_projector."""

    def __init__(self, database: Database, folder: CheckpointFolder, keys: Callable[[], list[VerifierKey]]) -> None:
        """Hold it against the notes of `folder`, which `keys` may have signed."""
        self._database = database
        self._folder = folder
        self._keys = keys
        self._found: list[Finding] = []
        self._ended = False
        """Whether this round has come to its end, and the next is waited for."""

    def step(self) -> list[Finding]:
        """Read a step's share; gives what is in doubt. What was found stays in doubt, whoever removes its row."""
        before = self._found
        self._found = doubt.add(self._database, [*before, *ghosts(self._database), *self._read()])
        for each in sorted({*self._found} - {*before}):
            log.critical("the log is in doubt: %s: %s", each.slug, each.sentence("en"))
        return doubt.settle(self._database)

    def whole_round(self) -> list[Finding]:
        """Read everything from the first leaf on; gives what is in doubt."""
        self._run(BEGIN)  # whatever was read of the present one
        self._ended = False
        while not self._ended:
            self.step()
        return doubt.settle(self._database)

    def _read(self) -> list[Finding]:
        passage, since, size = self._state()
        if self._ended:
            if since < SHORTEST:
                return []
            passage = Passage()
        found = []
        if not passage.size:
            self._run(BEGIN)
            found = guards(self._database)
        count = int(min(max(LEAST, size / DAILY * EVERY), MOST))
        after, more = read_on(self._database, passage, count)
        self._ended = after.size >= size
        found += more + self._notes(passage, after, last=self._ended)
        self._run(GO_ON, after.size, after.position, after.at, b"".join(after.peaks.hashes))
        if self._ended:
            self._run(ENDED)
        return found

    def _notes(self, before: Passage, after: Passage, *, last: bool) -> list[Finding]:
        if self._folder.is_empty():  # mostly a disk that is not mounted: nothing is signed, and `checkpoint-refused`
            return []
        try:
            found = notes_between(self._database, self._folder, self._keys(), before, after)
            return found + (newest_note(self._database, self._folder, self._keys()) if last else [])
        except CheckpointUnreadable as unreadable:
            return [finding("note-unreadable", str(unreadable))]

    def _state(self) -> tuple[Passage, float, int]:
        """Where the round is, how many seconds ago it began, and how many leaves there are."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(STATE)
            size, position, at, peaks, since, leaves = cursor.fetchall()[0]
        hashes = tuple(bytes(peaks)[n : n + 32] for n in range(0, len(peaks), 32))
        if len(hashes) != size.bit_count():
            return Passage(), float(since), leaves
        return Passage(Peaks(size, hashes), position, at), float(since), leaves

    def _run(self, statement: str, *values: object) -> None:
        with self._database.transaction() as cursor:
            cursor.execute("set local synchronous_commit = off")
            cursor.execute(statement, values)
