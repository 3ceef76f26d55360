"""`acquis report`: reporting views and published figures, as files or on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from adapters.by_settings import clock_of
from adapters.database import DatabaseServer, connect
from adapters.database.pool import Database
from adapters.database.replica import Reports
from adapters.disk import written_whole
from adapters.settings import Settings
from adapters.verify.terminal import language
from domain.framework.definition import Route
from domain.refusal import NotFound
from projections.framework.certification_catalogue import certifications
from projections.register.cohorts import cohorts
from projections.reporting.export import FORMATS, RowSelection, snapshot, view_of
from projections.reporting.figures import in_rows, note, reckoning
from projections.reporting.lake import export_to
from projections.reporting.tie_out import Tied, tie_out
from projections.reporting.views import VIEWS
from webapi.cli.terminal.output import answers, misused, opened_app, said, show
from webapi.edge.figure_files import FILES, written
from webapi.edge.tables import in_csv


@click.group("report")
def report() -> None:
    """Export the reporting views, and compare their counts with the log."""


@report.command("export")
@click.argument("view", type=click.Choice(list(VIEWS)))
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True, help="The format.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The state known at the end of this day; by default now."
)
@click.option("--as-position", type=click.IntRange(0), help="The state known at this position of the log.")
@click.option("--history", is_flag=True, help="All versions of each row, with their begin and end.")
@click.option("--since", type=click.IntRange(0), help="Versions of rows that began or ended after this position.")
@click.option("--edition", type=click.UUID, help="With --since: the edition of your copy; any other is refused.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; by default standard output.")
@answers
def export(
    *,
    view: str,
    form: str,
    as_of: datetime | None,
    as_position: int | None,
    history: bool,
    since: int | None,
    edition: UUID | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write a reporting VIEW to a file or standard output; released results only, read with the reporting role."""
    if sum((as_of is not None, as_position is not None, history, since is not None)) > 1:
        raise misused(
            "--as-of, --as-position, --history ou --since : un seul.",
            "--as-of, --as-position, --history or --since: one.",
        )
    if (since is None) != (edition is None):
        raise misused(
            "--since et --edition, ceux de votre copie : les deux, ou aucun.",
            "--since and --edition, those of your copy: both or neither.",
        )
    asked = RowSelection(
        as_of=as_of.date() if as_of else None,
        as_position=as_position,
        history=history,
        since=since,
        edition=edition,
    )
    settings = Settings.from_environment()
    with connect(settings) as server, _reporting(settings, server) as database, snapshot(database) as seen:
        seen.wants(asked, clock_of(settings).today())
        if out is None:
            seen.write(view_of(view), form, sys.stdout.buffer, asked, language=language())
            return
        with written_whole(out) as target:
            seen.write(view_of(view), form, target, asked, language=language())
    answer = {"view": view, "position": seen.position, "edition": str(seen.edition), "file": str(out)}
    at = f"{view}, position {seen.position}"
    told = f"{at}, édition {seen.edition} : {out}", f"{at}, edition {seen.edition}: {out}"
    show(answer, as_json=as_json, lines=lambda: iter([said(*told)]))


@report.command("lake")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@answers
def lake(folder: Path, as_json: bool) -> None:
    """Update a FOLDER of Parquet files to the reporting views' position, adding the changes since its last run."""
    settings = Settings.from_environment()
    with connect(settings) as server, _reporting(settings, server) as database, snapshot(database) as seen:
        came = export_to(folder, seen)
    rows = sum(part.rows for part in came.parts)
    how = (" (en entier)", " (whole)") if came.whole else ("", "")
    told = (
        f"Position {came.position} : {rows} lignes en {len(came.parts)} fichiers{how[0]}.",
        f"Position {came.position}: {rows} rows in {len(came.parts)} files{how[1]}.",
    )
    show(asdict(came), as_json=as_json, lines=lambda: iter([said(*told)]))


@contextmanager
def _reporting(settings: Settings, server: DatabaseServer) -> Iterator[Database]:
    """Yield the database of the views, opened with the reporting role."""
    server.admit("acquis_report")
    with (
        closing(Database(server.dsn, role="acquis_report", size=1)) as database,
        closing(Reports(database, settings.replica_url)) as reports,
    ):
        yield reports.database


@report.command("check")
@answers
def check_them(*, as_json: bool) -> None:
    """Compare counts of the reporting views with counts of the log; exit code 1 if they differ."""
    with opened_app() as acquis:
        position, found = tie_out(acquis.database)
    items = [
        {"name": each.counted.name, "log": each.log, "views": each.views, "agrees": each.agrees} for each in found
    ]
    sound = all(each.agrees for each in found)
    show({"position": position, "sound": sound, "items": items}, as_json=as_json, lines=lambda: map(_tied, found))
    if not sound:
        raise SystemExit(1)


def _tied(each: Tied) -> str:
    what = said(*each.counted.means)
    if each.agrees:
        return f"{what}  {each.views}"
    return said(f"{what}  vues : {each.views}, journal : {each.log}", f"{what}  views: {each.views}, log: {each.log}")


@report.command("figures")
@click.argument("certification", metavar="CODE")
@click.option("--year", type=click.IntRange(1900, 9999), help="The year of the juries; by default the last.")
@click.option("--route", metavar="CODE", type=click.Choice([each.value for each in Route]), help="One route only.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The state known at the end of this day; by default now.",
)
@click.option("--format", "form", type=click.Choice(FILES), default="csv", show_default=True, help="The format.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; by default standard output.")
@answers
def show_figures(
    *,
    certification: str,
    year: int | None,
    route: str | None,
    as_of: datetime | None,
    form: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Print the publishable figures of a certification's year, one a line, as the reporter's page does."""
    with opened_app() as acquis:
        today = acquis.clock.today()
        asked = RowSelection(as_of=as_of.date() if as_of else None)
        with reckoning(acquis.reports.database, certification, today, asked) as reckoned:
            found = reckoned.of(year, today)
    rows = in_rows(found.lines(route), certification, asked.as_of or today, found.position)
    least = found.base.least
    if form != "csv" or out is not None:
        whole = written(certification, form, rows, least)
        if out is None:
            sys.stdout.buffer.write(whole)
            return
        with written_whole(out) as target:
            target.write(whole)
        show({"file": str(out)}, as_json=as_json, lines=lambda: iter([str(out)]))
        return
    answer = {"year": found.year, "position": found.position, "items": rows, "note": note(least, language())}
    show(answer, as_json=as_json, lines=lambda: in_csv(rows))


@report.command("cohorts")
@click.argument("certification", metavar="CODE")
@answers
def show_cohorts(certification: str, as_json: bool) -> None:
    """Count the holders of a certification, by calendar year and route, with the facts of each title, as CSV."""
    with opened_app() as acquis:
        if certification not in {each.code for each in certifications(acquis.database, limit=None)}:
            raise NotFound(certification)
        found = cohorts(acquis.database, certification)
        with reckoning(acquis.reports.database, certification, acquis.clock.today()) as reckoned:
            gaps = list(reckoned.holders().gaps)
    flat = [
        {"certification": each.certification, "year": each.year, "holders": each.holders}
        | vars(title)
        | {"positions": " ".join(map(str, title.positions))}
        for each in found
        for title in each.titles
    ]
    show({"items": [asdict(each) for each in found], "gaps": gaps}, as_json=as_json, lines=lambda: in_csv(flat))
