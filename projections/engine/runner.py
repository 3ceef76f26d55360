"""The projector: brings sealed facts into the read models, each exactly once, even if processes are killed.

It loops: it seals, takes a batch of sealed facts, brings every table to the batch's end, and commits rows and
position together. One projector is active, a standby waits. A fact that this version does not know, or cannot apply,
stops it with an alarm: the position stays before that fact, so that the lag shows, and nothing is skipped.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psycopg2
from eventsourcing.persistence import PersistenceError
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import Database
from adapters.log.codec import UnknownFactType
from adapters.log.recorder import POLL, SOON, LogRecorder
from adapters.log.tracking import track
from projections.engine.advance import CaseCache, PoisonFact, advance, cause_of, unknown
from projections.engine.rebuild import RebuildRunning, rebuild
from projections.engine.rounds import Rounds
from projections.reporting.views import drop_views, make_views
from projections.tables import LIVE, NAME, PROJECTIONS, WRITING, into, make, note_shapes, outdated, tracked

BATCH = 20_000  # facts
RETRY = 0.5  # seconds before the database, or the active projector's lock, is tried again
ACTING = "select pg_try_advisory_lock(4714, 0)"
LOOK = "select log.seal(), coalesce((select position from projection.tracking where name = %s), 0)"
"""Seals the log; returns the sealed position and that of the tables: they are equal if nothing is left to apply."""
UPTO = """
select max(position) from (select position from log.fact
                            where position > %s and position <= (select sealed from log.head)
                            order by position limit %s) batch
"""

RELEASED = """
select exists (select from log.fact where position > %s and position <= %s
                and type in ('ResultsReleased', 'PersonErased'))
"""
NEXT = "select position, type from log.fact where position > %s order by position limit 1"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Applied:
    """Result of a batch: whether it held any fact, the unknown fact at which it stopped, and whether it is urgent."""

    any: bool
    stranger: tuple[int, str] | None
    released: bool


class Projector:
    """The process that keeps the read models up with the log, with role acquis_projector."""

    def __init__(
        self,
        database: Database,
        recorder: LogRecorder,
        *,
        batch: int = BATCH,
        rounds: Rounds | None = None,
        watch: Rounds | None = None,
    ) -> None:
        """Write through `database`, seal through `recorder`; apply up to `batch` facts at once.

        `rounds` makes checkpoints while this projector is active; `watch` runs the watch of the log.
        """
        self._database = database
        self._recorder = recorder
        self._rounds = rounds
        self._watch = watch
        self.batch = batch
        """The greatest number of facts applied at once."""
        self.kept = CaseCache()
        """The cases folded up to the tables' position."""
        self._kept_at = 0

    def position(self) -> int:
        """Return the live tables' position."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            return tracked(cursor)

    def prepare(self) -> None:
        """Make missing tables; rebuild those that another version of Acquis made."""
        with self._database.transaction() as sql:
            sql.execute(WRITING)
            stale = outdated(sql)
            if stale and not tracked(sql):
                drop_views(sql)
                make(sql, LIVE, PROJECTIONS)
                make_views(sql)
                note_shapes(sql, PROJECTIONS)
                return
        if stale:
            rebuild(self._database, names=stale)

    def catch_up(self) -> int:
        """Seal and apply all facts, and return the position reached.

        Raises UnknownFactType at a fact that stops the projector, after the facts before it were applied, or
        PoisonFact, with nothing applied of its batch.
        """
        self.prepare()
        while self.step():
            pass
        return self.position()

    def run(self, stop: threading.Event) -> None:
        """Keep up until `stop` is set, through restarts of the database; raises the error that stops it."""
        while not stop.is_set():
            try:
                with self._acting() as place:
                    if place:
                        with ExitStack() as beside:
                            for each in filter(None, (self._rounds, self._watch)):
                                beside.enter_context(each.going())
                            self._keep_up(stop, place)
            except (UnknownFactType, PoisonFact) as alarm:
                log.critical("the projector has stopped: %s", alarm)
                raise
            except (psycopg2.Error, PersistenceError, RebuildRunning) as error:
                log.warning("the projector tries again: %s", type(error).__name__)
            stop.wait(RETRY)

    def _keep_up(self, stop: threading.Event, place: Cursor) -> None:
        """Apply facts while the session with the lock answers; raises OperationalError when it is gone."""
        self.prepare()
        pause = SOON
        with self._recorder.hints() as hints:
            seen = None
            while not stop.is_set():
                place.execute(LOOK, (NAME,))
                ((sealed, reached),) = stands = place.fetchall()
                if stands != seen and sealed > reached and self._apply(self.batch):
                    pause = SOON
                else:
                    seen = stands
                    hints.wait(pause)
                    pause = min(pause * 2, POLL)

    def step(self) -> bool:
        """Seal, and apply one batch; return whether there was one."""
        self._recorder.seal()
        return self._apply(self.batch)

    def _apply(self, batch: int) -> bool:
        """Apply up to `batch` facts; after a data error retry with half as many, down to the single failing fact."""
        try:
            applied = self._commit(batch)
        except (psycopg2.DataError, psycopg2.IntegrityError) as error:
            self.kept.forget()
            if batch > 1:
                return self._apply(batch // 2)
            raise self._poison(error) from error
        except BaseException:
            self.kept.forget()
            raise
        if self._rounds and applied.released:
            self._rounds.now()
        if applied.stranger:
            raise UnknownFactType(f"{applied.stranger[1]} at position {applied.stranger[0]}")
        return applied.any

    def _commit(self, batch: int) -> Applied:
        """Bring rows and position to the end of the next batch, in one transaction."""
        with self._database.transaction() as sql:
            sql.execute(WRITING)
            into(sql, LIVE)
            after = tracked(sql)
            if after != self._kept_at:  # another projector was active
                self.kept.forget()
            upto, stranger = _next(sql, after, batch)
            released = False
            if upto > after:
                advance(sql, PROJECTIONS, after, upto, self.kept)
                track(sql, NAME, upto)
                released = self._rounds is not None and _released(sql, after, upto)
        self._kept_at = upto
        return Applied(any=upto > after, stranger=stranger, released=released)

    def _poison(self, error: psycopg2.Error) -> PoisonFact:
        """Return the error for the next fact, which could not be applied alone."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(NEXT, (tracked(cursor),))
            position, type_name = cursor.fetchall()[0]
        return PoisonFact(position, type_name, cause_of(error))

    @contextmanager
    def _acting(self) -> Iterator[Cursor | None]:
        """Try to take the active projector's lock, and yield its session's cursor; None if another has it.

        The batches' own lock separates writers in any case.
        """
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(ACTING)
            acting = cursor.fetchone() == (True,)
            try:
                yield cursor if acting else None
            finally:
                if acting:
                    with suppress(psycopg2.Error):  # the lock ends with its session anyway
                        cursor.execute("select pg_advisory_unlock(4714, 0)")


def _next(sql: Cursor, after: int, batch: int) -> tuple[int, tuple[int, str] | None]:
    """Return the end of the next batch, which is before the first unknown fact, and that fact."""
    sql.execute(UPTO, (after, batch))
    (upto,) = sql.fetchall()[0]
    if upto is None:
        return after, None
    stranger = unknown(sql, after, upto)
    return (stranger[0] - 1 if stranger else upto), stranger


def _released(sql: Cursor, after: int, upto: int) -> bool:
    """Return whether a span holds facts that need a checkpoint at once: a release of results, an erasure."""
    sql.execute(RELEASED, (after, upto))
    return sql.fetchall() == [(True,)]
