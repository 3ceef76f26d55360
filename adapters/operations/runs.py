"""The last run of each scheduled job of the machine, and how it ended."""

from __future__ import annotations

from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.database import DatabaseServer
    from adapters.database.pool import Database

DEADLINES: Final = "deadlines"
REPORTS: Final = "reports"
"""The check that the reporting views agree with the log, run with the deadlines."""
BACKUP: Final = "backup"
RESTORE: Final = "restore"
"""The trial restore of a backup, with its verification."""
MOST_HOURS: Final = 26
"""Hours after which a daily job is late: a day, and the longest time between two tries."""
MOST_HOURS_OF: Final = {RESTORE: 8 * 24}
"""The same for jobs that are not daily."""
NOTE_COPY: Final = "select desk.note_copy(%s, %s)"
TRIED: Final = """
insert into desk.run as r (job, tried_at, done_at, failed) values
       (%(job)s, now(), case when %(failed)s::text is null then now() end, %(failed)s)
    on conflict (job) do update
   set tried_at = excluded.tried_at, done_at = coalesce(excluded.done_at, r.done_at), failed = excluded.failed
"""
LAST: Final = """
select r.tried_at, r.done_at, r.failed,
       coalesce(coalesce(r.done_at, began.recorded_at) < now() - make_interval(hours => %s), false)
         or coalesce(r.done_at > now() + interval '1 hour', false) -- by a clock that was ahead
  from (select) one
  left join desk.run r on r.job = %s
  left join (select recorded_at from log.fact order by position limit 1) began on true
"""
ALONE: Final = "select desk.run_alone()"


@dataclass(frozen=True, kw_only=True)
class LastRun:
    """The newest try of a job; `failed` names the error that ended it early.

    `late`: it has not succeeded for a day, counted from the log's first fact if it never succeeded.
    """

    tried_at: datetime | None
    done_at: datetime | None
    failed: str | None
    late: bool

    @property
    def word(self) -> str:
        """The state in one word: ok, late or failed."""
        return "failed" if self.failed else "late" if self.late else "ok"


class DeskRuns:
    """The runs of the machine's own jobs."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`, in the log's database."""
        self._database = database

    def note(self, job: str, failed: str | None) -> None:
        """Note that a job has just been run, and the kind of error that ended it early, if any."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(TRIED, {"job": job, "failed": failed})

    def last(self, job: str) -> LastRun:
        """Return the last run of a job."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(LAST, (MOST_HOURS_OF.get(job, MOST_HOURS), job))
            tried_at, done_at, failed, late = cursor.fetchall()[0]
        return LastRun(tried_at=tried_at, done_at=done_at, failed=failed, late=late)


@contextmanager
def copying(dsn: str, job: str) -> Iterator[None]:
    """Note, at the end of the block, that a backup or a trial restore succeeded, or the error that ended it."""
    try:
        yield
    except BaseException as error:
        with suppress(psycopg2.Error):  # the first error is the one to report
            _note_copy(dsn, job, type(error).__name__)
        raise
    _note_copy(dsn, job, None)


def _note_copy(dsn: str, job: str, failed: str | None) -> None:
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("set transaction read write")  # this login's transactions are read-only by default
        cursor.execute(NOTE_COPY, (job, failed))


@contextmanager
def alone(server: DatabaseServer) -> Iterator[bool]:
    """Yield whether no other process on any host runs the job; hold a lock on a separate connection."""
    with closing(server.open(server.role, 1)) as own, own.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ALONE)
        mine = cursor.fetchone() == (True,)
        try:
            yield mine
        finally:
            if mine:
                with suppress(psycopg2.Error):  # the lock ends with its session anyway
                    cursor.execute("select pg_advisory_unlock(4714, 3)")
