"""`acquis deadlines`: deadlines of candidacies, and what happens when they pass."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from datetime import date, datetime
from typing import Any

import click

from adapters.database import WORKER
from adapters.operations.heartbeats import beating
from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.rulebook.law import Law
from projections.organisation.habilitations import HabilitatedCentre, habilitations
from webapi.api.deadlines import item
from webapi.cli.terminal.output import answers, misused, opened_app, said, show
from webapi.edge.logs import start_logging
from webapi.privacy.partner_reports import to_report
from webapi.upkeep.deadline_run import keep_time, run_alone
from webapi.upkeep.deadlines import DeadlineCalculator, DueDeadline


@click.group("deadlines")
def deadlines() -> None:
    """Deadlines: admissibility, step, jury, notice, declaration, correction, lapse, registration, partners."""


@deadlines.command("due")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day; today by default.")
@answers
def due(as_of: datetime | None, as_json: bool) -> None:
    """List the deadlines known on a day, oldest first, with their source; then partners' changes to report."""
    with opened_app(WORKER) as acquis:
        as_of_day = as_of.date() if as_of else acquis.clock.today()
        reckoning = DeadlineCalculator(acquis)
        found = sorted(reckoning.due(as_of_day), key=lambda each: (each.ends_on, each.candidacy))
        changed = habilitations(acquis.database, unreported=True, limit=None)
        partners = [_partner(each, reckoning.law, as_of_day) for each in changed]
    partners = [each for each in partners if each["report_by"]]
    answer: dict[str, Any] = {"as_of": as_of_day, "items": [item(each) for each in found], "partners": partners}
    none = said("Rien n'est dû.", "Nothing is due.")
    lines = [*map(_line, found), *map(_partner_line, partners)]
    show(answer, as_json=as_json, lines=lambda: iter(lines or [none]))


@deadlines.command("run")
@click.option(
    "--every", type=click.IntRange(1, 86_400), help="Repeat after this many seconds, until stopped (SIGTERM)."
)
@click.option("--daily", is_flag=True, help="Repeat every morning, until stopped, as `acquis serve` does.")
@answers
def run_them(every: int | None, *, daily: bool, as_json: bool) -> None:
    """Give reminders, and record what the passing of time decides; repeated or parallel runs do so once."""
    if every and daily:
        raise misused("--every ou --daily, pas les deux.", "--every or --daily, not both.")
    stop = threading.Event()
    if every or daily:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    recorded: Counter[str] = Counter()
    elsewhere = False
    with opened_app(WORKER) as acquis:
        if daily:
            start_logging(acquis.settings, "deadlines")
            with beating(acquis.database, "deadlines", expected=False) as heart:
                keep_time(acquis, stop, heart.progress)
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


def _line(found: DueDeadline) -> str:
    what = said(*found.duty.said)
    return _told(found.ends_on, str(found.candidacy), what, found.rule_set, over=found.over)


def _partner(changed: HabilitatedCentre, law: Law, as_of: date) -> dict[str, Any]:
    return {"organisation": changed.organisation, "habilitation": changed.habilitation} | to_report(
        changed, law, as_of
    )


def _partner_line(found: dict[str, Any]) -> str:
    what = said(
        "informer France compétences d'une habilitation modifiée", "tell France compétences of a changed habilitation"
    )
    return _told(found["report_by"], str(found["habilitation"]), what, found["rule_set"], over=found["report_late"])


def _told(ends_on: date, stream_id: str, what: str, rule_set: str | None, *, over: bool) -> str:
    late = said("dépassée", "over") if over else ""
    return "  ".join(part for part in (day(ends_on, language()), stream_id, what, rule_set or "", late) if part)
