"""Who runs the deadlines, and when? One process at a time, at its start and every morning, and a failure is said.

A run that fails stops nothing: it is logged, noted on the desk for `/readyz` and `acquis doctor`, and tried again.
With the deadlines goes what uploads that came to nothing have left, each day; and whether reports add up to the log.
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
"""When deadlines are run, in Paris: before offices open, after midnight from Nouméa to the Antilles; never at an hour
that a change of time leaves out or repeats."""
AGAIN = timedelta(minutes=10)
"""How long after a run that failed, or that another process had begun."""
AHEAD = timedelta(hours=1)
"""A run noted farther from now than that was by a clock that was ahead, and is none."""
FARTHEST = timedelta(hours=25)
"""No morning is farther off; one that is was reckoned by a clock that has since been set back."""
LOOK = 30.0
"""Seconds between two looks at the clock, which may be set, or stand still while the machine sleeps."""
CATCHING_UP = 60.0
"""Seconds given to the read side to keep up before the first run; what it lacks is found in the next one."""

log = structlog.get_logger(__name__)


def run_alone(acquis: App) -> list[str] | None:
    """Run the deadlines unless another process does; gives the facts recorded, None where another is at it.

    How it ended is noted; what ended it early is logged and raised.
    """
    with alone(acquis.server) as mine:
        if not mine:
            return None
        try:
            recorded = run(acquis)
        except Exception as error:
            log.error("deadlines failed", kind=type(error).__name__)  # noqa: TRY400  (its words may quote a person)
            with suppress(psycopg2.Error):  # else whoever looks is told by the database itself
                DeskRuns(acquis.database).note(DEADLINES, type(error).__name__)
            raise
        DeskRuns(acquis.database).note(DEADLINES, None)
        return recorded


def keep_time(acquis: App, stop: threading.Event, progress: Callable[[], None] = lambda: None) -> None:
    """Run the deadlines now and every morning until `stop` is set, whatever a run meets.

    `progress` is called each `LOOK` seconds, but for those that a run takes.
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
    """Whether the deadlines are to be run, that were found due at an instant."""
    return not timedelta() < due - now <= FARTHEST


def next_morning(now: datetime) -> datetime:
    """The next instant at which deadlines are to be run."""
    local = now.astimezone(PARIS)
    due = datetime.combine(local.date(), MORNING, PARIS)
    return due if due > local else datetime.combine(local.date() + timedelta(days=1), MORNING, PARIS)


def _round(acquis: App, due: datetime, clock: SystemClock) -> datetime:
    """Run them unless somebody has since they were due; gives when they are due again."""
    try:
        done = DeskRuns(acquis.database).last(DEADLINES).done_at
        if (done and due <= done <= clock.now() + AHEAD) or run_alone(acquis) is not None:
            tidy(acquis)
            check_reports(acquis)
            return next_morning(clock.now())
    except Exception as error:  # noqa: BLE001  (whatever it is, the next run is to come)
        log.warning("deadlines are tried again", kind=type(error).__name__)
    return clock.now() + AGAIN


def tidy(acquis: App) -> None:
    """Remove what uploads that came to nothing have left; where that fails it is logged, and waits for a day."""
    try:
        gone = reap(acquis)
    except Exception as error:  # noqa: BLE001  (deadlines go on whatever the store of evidence meets)
        log.error("what uploads left stays", kind=type(error).__name__)  # noqa: TRY400  (its words may name files)
    else:
        if any(vars(gone).values()):
            log.info("removed what uploads left", **vars(gone))


def check_reports(acquis: App) -> None:
    """Note whether the reporting views add up to the log: an alarm where they do not."""
    failed = None
    try:
        check(acquis.database)
    except Exception as error:  # noqa: BLE001  (deadlines go on whatever reports say)
        failed = type(error).__name__
        log.error("reports do not add up to the log", kind=failed)  # noqa: TRY400  (its figures are told by acquis report check)
    with suppress(psycopg2.Error):  # else whoever looks is told by the database itself
        DeskRuns(acquis.database).note(REPORTS, failed)


def _catch_up(acquis: App, stop: threading.Event) -> None:
    waited = 0.0
    while waited < CATCHING_UP and not stop.is_set():
        with suppress(psycopg2.Error):
            if keeps_up(acquis.database):
                return
        stop.wait(0.5)
        waited += 0.5
