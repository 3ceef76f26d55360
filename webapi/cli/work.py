"""`acquis work`: checks of submitted files, and their reading copies."""

from __future__ import annotations

import signal
import threading

import click

from adapters.database import WORKER
from adapters.files.inspection import warm
from adapters.operations.heartbeats import beating
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.edge.logs import start_logging
from webapi.evidence.worker import keep_working, work_off


@click.command("work")
@click.option("--once", is_flag=True, help="Handle the waiting files, and exit.")
@answers
def work(as_json: bool, *, once: bool) -> None:
    """Check the submitted files and make their reading copies, until stopped (SIGTERM).

    Several processes may do so at once, on any host that reaches the store: each file is handled by one of them.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # before the database is opened, so that it is closed in order
        signal.signal(number, lambda *_: stop.set())
    with opened_app(WORKER) as acquis:
        warm()
        if not once:
            start_logging(acquis.settings, "worker")
            with beating(acquis.database, "worker", expected=acquis.settings.production) as heart:
                keep_working(acquis, stop, heart.progress)
            return
        acquis.jobs.find_lost()
        done = work_off(acquis)
        left = acquis.jobs.waiting()
    lines = [said(f"{done} faits, {left.count} en attente", f"{done} done, {left.count} waiting")]
    show({"done": done, "waiting": left.count, "late": left.late}, as_json=as_json, lines=lambda: iter(lines))
