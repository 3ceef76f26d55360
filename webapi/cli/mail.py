"""`acquis mail`: sending of queued letters."""

from __future__ import annotations

import signal
import threading

import click

from adapters.database import WORKER
from adapters.operations.heartbeats import beating
from adapters.operations.letters import waiting
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.edge.logs import start_logging
from webapi.notifications.from_log import queue_letters
from webapi.notifications.outcome import note_sent
from webapi.upkeep.letters import keep_sending, send_waiting, tidy
from webapi.upkeep.slow_checks import keep_looking

ENDING = 5.0
"""Seconds for a check in progress to finish after the order to stop."""


@click.group("mail")
def mail() -> None:
    """Send invitations, links and notices (by ACQUIS_SMTP_URL; otherwise into the data folder)."""


@mail.command("send")
@click.option(
    "--every", type=click.IntRange(1, 86_400), help="Repeat after this many seconds, until stopped (SIGTERM)."
)
@answers
def send(every: int | None, as_json: bool) -> None:
    """Send the letters that are due; several processes may do so at once, each letter is sent by one of them."""
    stop = threading.Event()
    if every:  # before the house is opened: who is told to end while it opens leaves the database as the others do
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    with opened_app(WORKER) as acquis:
        if every:
            start_logging(acquis.settings, "mail")
            looking = threading.Thread(target=keep_looking, args=(acquis, stop), name="close looks", daemon=True)
            looking.start()
            with beating(acquis.database, "mail", expected=acquis.settings.production) as heart:
                keep_sending(acquis, every, stop, heart.progress)
            looking.join(ENDING)
            return
        queue_letters(acquis)
        sent = send_waiting(acquis)
        note_sent(acquis)
        tidy(acquis)
        left, late = waiting(acquis.database)
    lines = [said(f"{sent} parties, {left} en attente", f"{sent} sent, {left} waiting")]
    show({"sent": sent, "waiting": left, "late": late}, as_json=as_json, lines=lambda: iter(lines))
