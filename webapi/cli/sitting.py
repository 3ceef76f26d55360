"""`acquis sitting`: planned épreuves and their state."""

from __future__ import annotations

from dataclasses import asdict

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.exam.sitting import SittingStage
from projections.exam.sittings import PlannedSitting, sittings
from webapi.cli.terminal.output import answers, opened_app, said, show

AT_ONCE = 1_000
STAGES = {
    SittingStage.PLANNED: ("fixée", "planned"),
    SittingStage.OPEN: ("en cours", "open"),
    SittingStage.CLOSED: ("close", "closed"),
    SittingStage.CANCELLED: ("annulée", "called off"),
}


@click.group("sitting")
def sitting() -> None:
    """Sittings of épreuves (épreuves)."""


@sitting.command("list")
@answers
def list_all(as_json: bool) -> None:
    """List the sittings of épreuves, without candidates and paper numbers."""
    with opened_app() as acquis:
        found, after = list[PlannedSitting](), 0
        while page := sittings(acquis.database, after=after, limit=AT_ONCE):
            found += page
            after = page[-1].planned_at
    none = said("Aucune épreuve.", "No sitting.")
    answer = {"items": [asdict(each) for each in found]}
    show(answer, as_json=as_json, lines=lambda: iter([_line(each) for each in found] or [none]))


def _line(found: PlannedSitting) -> str:
    stage = said(*STAGES[SittingStage(found.stage)])
    when = f"{day(found.held_on, language())} {found.starts_at}"
    return "  ".join((str(found.sitting), found.modality, when, found.place, stage))
