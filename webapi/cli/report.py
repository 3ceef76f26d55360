"""`acquis report`: what may leave for reporting?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from adapters.database import connect
from adapters.database.pool import Database
from adapters.settings import Settings
from projections.standing.reporting import VIEWS, report_csv
from webapi.cli.terminal.output import answers


@click.group("report")
def report() -> None:
    """Export the reporting views."""


@report.command("export")
@click.argument("view", type=click.Choice(VIEWS))
@click.option("--csv", "as_csv", is_flag=True, required=True, help="As CSV, UTF-8, with a header line.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output otherwise.")
@answers
def export(view: str, as_csv: bool, out: Path | None, as_json: bool) -> None:
    """Stream a reporting VIEW; released results only, read under the reporting role."""
    del as_csv, as_json
    with connect(Settings.from_environment()) as server:
        server.admit("acquis_report")
        database = Database(server.dsn, role="acquis_report", size=1)
        try:
            if out is None:
                report_csv(database, view, sys.stdout.buffer)
            else:
                with out.open("wb") as target:
                    report_csv(database, view, target)
        finally:
            database.close()
