"""`acquis report`: what may leave for reporting?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from adapters.database import connect
from adapters.database.pool import Database
from adapters.settings import Settings
from domain.refusal import NotFound
from projections.framework.certification_catalogue import certifications
from projections.register.cohorts import cohorts
from projections.reporting.views import VIEWS, Asked, report_csv
from webapi.cli.terminal.output import answers, misused, opened_app, show
from webapi.edge.tables import in_csv


@click.group("report")
def report() -> None:
    """Export the reporting views."""


@report.command("export")
@click.argument("view", type=click.Choice(list(VIEWS)))
@click.option("--csv", "as_csv", is_flag=True, required=True, help="As CSV, UTF-8, with a header line.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As known at the end of a day; now by default.")
@click.option("--as-position", type=click.IntRange(0), help="As known at a position of the log.")
@click.option("--history", is_flag=True, help="Each reading of each row, from when until when.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output otherwise.")
@answers
def export(
    *,
    view: str,
    as_csv: bool,
    as_of: datetime | None,
    as_position: int | None,
    history: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Stream a reporting VIEW; released results only, read under the reporting role."""
    del as_csv, as_json
    if sum((as_of is not None, as_position is not None, history)) > 1:
        raise misused("--as-of, --as-position ou --history : un seul.", "--as-of, --as-position or --history: one.")
    asked = Asked(as_of=as_of.date() if as_of else None, as_position=as_position, history=history)
    with connect(Settings.from_environment()) as server:
        server.admit("acquis_report")
        database = Database(server.dsn, role="acquis_report", size=1)
        try:
            if out is None:
                report_csv(database, view, sys.stdout.buffer, asked)
            else:
                with out.open("wb") as target:
                    report_csv(database, view, target, asked)
        finally:
            database.close()


@report.command("cohorts")
@click.argument("certification", metavar="CODE")
@answers
def show_cohorts(certification: str, as_json: bool) -> None:
    """Count who obtained a certification, by calendar year and route, with each title's facts, as CSV."""
    with opened_app() as acquis:
        if certification not in {each.code for each in certifications(acquis.database, limit=None)}:
            raise NotFound(certification)
        found = cohorts(acquis.database, certification)
    flat = [
        {"certification": each.certification, "year": each.year, "holders": each.holders}
        | vars(title)
        | {"positions": " ".join(map(str, title.positions))}
        for each in found
        for title in each.titles
    ]
    show({"items": [asdict(each) for each in found]}, as_json=as_json, lines=lambda: in_csv(flat))
