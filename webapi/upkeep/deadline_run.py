"""Daily run of the deadlines, in one process at a time, at its start and every morning.

A failed run stops nothing: it is logged, recorded for `/readyz` and `acquis doctor`, and tried again. After the
deadlines, the run removes the remains of unfinished uploads and compares the reports with the log.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta

import psycopg2
import structlog

from adapters.clock import PARIS, SystemClock
from adapters.operations.runs import DEADLINES, REPORTS, DeskRuns, alone
from projections.engine.pulse import keeps_up
from projections.reporting.tie_out import check
from webapi.upkeep.deadlines import run
from webapi.upkeep.scrubbing import reap
from webapi.wiring import App

MORNING = time(6, 15)
"""Time of the daily run, in Paris: before offices open, after midnight from Nouméa to the Antilles, and never at an
hour that a clock change skips or repeats."""
AGAIN = timedelta(minutes=10)
"""Delay before another try, after a failed run or one that another process had begun."""
AHEAD = timedelta(hours=1)
"""A run recorded further in the future was dated by a clock that was ahead; it does not count."""
FARTHEST = timedelta(hours=25)
"""The next morning is never further away; if it seems so, the clock has been set back since."""
LOOK = 30.0
"""Seconds between two readings of the clock, which may be set, or stop while the machine sleeps."""
CATCHING_UP = 60.0
"""Seconds that the first run waits for the projections to catch up; the next run handles what they still lacked."""

log = structlog.get_logger(__name__)


def run_alone(acquis: App) -> list[str] | None:
    """Run the deadlines; return the recorded facts, or None if another process is running them.

    The outcome is recorded. An error that stops the run is logged and raised.
    """
    with alone(acquis.server) as mine:
        if not mine:
            return None
        try:
            recorded = run(acquis)
        except Exception as error:
            log.error("deadlines failed", kind=type(error).__name__)  # noqa: TRY400  (its text may quote a person)
            with suppress(psycopg2.Error):  # the failed connection is an alarm of its own
                DeskRuns(acquis.database).note(DEADLINES, type(error).__name__)
            raise
        DeskRuns(acquis.database).note(DEADLINES, None)
        return recorded


def keep_time(acquis: App, stop: threading.Event, progress: Callable[[], None] = lambda: None) -> None:
    """Run the deadlines now and every morning until `stop` is set, whatever errors a run meets.

    `progress` is called every `LOOK` seconds, except during a run.
    """
    clock = SystemClock()
    _catch_up(acquis, stop)
    due = clock.now()
    while not stop.is_set():
        progress()
        now = clock.now()
        if is_due(now, due):
            due = _round(acquis, min(due, now), clock)
        stop.wait(LOOK)


def is_due(now: datetime, due: datetime) -> bool:
    """Return whether the run that is due at `due` must begin at `now`."""
    return not timedelta() < due - now <= FARTHEST


def next_morning(now: datetime) -> datetime:
    """Return the time of the next daily run."""
    local = now.astimezone(PARIS)
    due = datetime.combine(local.date(), MORNING, PARIS)
    return due if due > local else datetime.combine(local.date() + timedelta(days=1), MORNING, PARIS)


def _round(acquis: App, due: datetime, clock: SystemClock) -> datetime:
    """Run the deadlines unless another process has since `due`; return the time of the next run."""
    try:
        done = DeskRuns(acquis.database).last(DEADLINES).done_at
        if (done and due <= done <= clock.now() + AHEAD) or run_alone(acquis) is not None:
            tidy(acquis)
            check_reports(acquis)
            return next_morning(clock.now())
    except Exception as error:  # noqa: BLE001  (the next run happens whatever the error)
        log.warning("deadlines are tried again", kind=type(error).__name__)
    return clock.now() + AGAIN


def tidy(acquis: App) -> None:
    """Remove the remains of unfinished uploads; log a failure and leave them to the next day."""
    try:
        removed = reap(acquis)
    except Exception as error:  # noqa: BLE001  (a failing store must not stop the deadlines)
        log.error("what uploads left stays", kind=type(error).__name__)  # noqa: TRY400  (its text may name files)
    else:
        if any(vars(removed).values()):
            log.info("removed what uploads left", **vars(removed))


def check_reports(acquis: App) -> None:
    """Compare the reporting views with the log, and record the result, which `alarms` reports."""
    failed = None
    try:
        check(acquis.database)
    except Exception as error:  # noqa: BLE001  (failing reports must not stop the deadlines)
        failed = type(error).__name__
        log.error("reports do not add up to the log", kind=failed)  # noqa: TRY400  (acquis report check gives the figures)
    with suppress(psycopg2.Error):  # the failed connection is an alarm of its own
        DeskRuns(acquis.database).note(REPORTS, failed)


def _catch_up(acquis: App, stop: threading.Event) -> None:
    waited = 0.0
    while waited < CATCHING_UP and not stop.is_set():
        with suppress(psycopg2.Error):
            if keeps_up(acquis.database):
                return
        stop.wait(0.5)
        waited += 0.5
