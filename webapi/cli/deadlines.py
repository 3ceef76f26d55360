"""`acquis deadlines`: what is due about which candidacy, and what happens when it is?"""

from __future__ import annotations

import signal
import threading
from collections import Counter
from datetime import datetime
from typing import Any

import click

from adapters.verify.terminal import language
from adapters.wording import day
from webapi.api.deadlines import item
from webapi.cli.terminal.output import answers, misused, opened_app, said, show
from webapi.upkeep.deadline_run import keep_time, run_alone
from webapi.upkeep.deadlines import Due, Reckoning


@click.group("deadlines")
def deadlines() -> None:
    """Deadlines: admissibility, jury, notice, declaration, lapse, end of the registration."""


@deadlines.command("due")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day as of which; today by default.")
@answers
def due(as_of: datetime | None, as_json: bool) -> None:
    """List what is due by a day, the oldest first, with the text that says so."""
    with opened_app() as acquis:
        as_of_day = as_of.date() if as_of else acquis.clock.today()
        found = sorted(Reckoning(acquis).due(as_of_day), key=lambda each: (each.ends_on, each.candidacy))
    answer: dict[str, Any] = {"as_of": as_of_day, "items": [item(each) for each in found]}
    none = said("Rien n'est dû.", "Nothing is due.")
    show(answer, as_json=as_json, lines=lambda: iter([_line(each) for each in found] or [none]))


@deadlines.command("run")
@click.option("--every", type=click.IntRange(1, 86_400), help="Again every so many seconds, until stopped (SIGTERM).")
@click.option("--daily", is_flag=True, help="Again every morning, until stopped: what `acquis serve` does.")
@answers
def run_them(every: int | None, *, daily: bool, as_json: bool) -> None:
    """Give reminders, and record what time itself decides; run twice, or by two at once, it does so once."""
    if every and daily:
        raise misused("--every ou --daily, pas les deux.", "--every or --daily, not both.")
    stop = threading.Event()
    if every or daily:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    recorded: Counter[str] = Counter()
    elsewhere = False
    with opened_app() as acquis:
        if daily:
            keep_time(acquis, stop)
            return
        while True:
            ran = run_alone(acquis)
            elsewhere = ran is None
            recorded.update(ran or ())
            if not every or stop.wait(every):
                break
    answer = {"recorded": dict(sorted(recorded.items())), "elsewhere": elsewhere}
    none = said("Rien à faire.", "Nothing to do.")
    if elsewhere:
        none = said("Un autre processus est en train de le faire.", "Another process is at it.")
    show(answer, as_json=as_json, lines=lambda: iter([f"{n}  {name}" for name, n in recorded.items()] or [none]))


def _line(found: Due) -> str:
    what = said(*found.duty.said)
    late = said("dépassée", "over") if found.over else ""
    return "  ".join(
        part
        for part in (day(found.ends_on, language()), str(found.candidacy), what, found.rule_set or "", late)
        if part
    )
