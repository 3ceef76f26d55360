"""Cost of reports: Parquet of a million rows, compared with the server's COPY; and one more day in a lake.

Versions of rows are written directly into the tables of the views, as many as five million facts would leave: a
hundred thousand candidacies of fifty facts, each with four blocks and thirty competences, before and after a jury, in
the projector's order. On the last day the results of two hundred were released.
"""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from typing import Final

import psycopg2

from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.log.tracking import track
from projections.engine.runner import Projector
from projections.reporting.export import RowSelection, snapshot
from projections.reporting.lake import MANIFEST, LakeFile, Manifest, export_to
from projections.reporting.views import VIEWS
from projections.tables import NAME
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.server import Server, run
from tests.bench.sizes import sized

FACTS: Final = 50
"""Facts of one candidacy."""
ROWS, FEW_ROWS = 1_000_000, sized(200_000, 6_000)
EVERYBODY, SOME, TOLD = 100_000, sized(10_000, 2_000), 200
WRITE: Final = """
create temp table someone as
select gen_random_uuid() as id, n * {facts} as opened,
       case when n % ({many} / {told}) = 0 then {many} * {facts} - n % {told} else n * {facts} + 30 end as told
  from generate_series(0, {many} - 1) n;
create temp table reading as
select id, false as later, opened + 1 as valid_from, told as valid_to,
       date '2020-01-01' + opened / 5000 as from_day, date '2020-01-01' + told / 5000 as to_day
  from someone
union all
select id, true, told, null, date '2020-01-01' + told / 5000, null from someone;
insert into projection.certification_catalogue
values ('{framework}', 1, 'RNCP31936', 1, 'Bench', 'Bench', '2020-01-01', '2030-01-01', 4, 30, '{{}}', '{{}}');
insert into projection.reported_candidacies
select id, '{framework}', 'VAE', null, '2020-01-01', 4, null, true, true, 12, later::integer, null, null, null,
       case when later then 'full' else 'in_progress' end, 4 * later::integer, null, false,
       '{framework}', '{{}}', '{{}}', '{{}}', null, null, null, valid_from, valid_to, from_day, to_day
  from reading;
insert into projection.reported_blocks
select id, n, '{framework}', case when later then 'granted' else 'not_decided' end, 7 * later::integer, 5, null, null,
       valid_from, valid_to, from_day, to_day
  from reading, generate_series(1, 4) n order by id;
insert into projection.reported_competences
select id, n, 1 + n / 8, '{framework}', case when later then true end, valid_from, valid_to, from_day, to_day
  from reading, generate_series(1, 30) n order by id;
"""
FRAMEWORK: Final = "00000000-0000-4000-8000-000000000001"
COPY: Final = "copy (select * from reporting.v1_competences) to stdout"


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the seconds for Parquet of this many rows, next to COPY; and for one day's versions into a lake."""
    short = pairs <= SHORT
    rows, many = (FEW_ROWS, SOME) if short else (ROWS, EVERYBODY)
    return [_parquet(server, pairs, rows), _day(server, pairs, many)]


def _parquet(server: Server, pairs: int, rows: int) -> Figure:
    dsn, out = _filled(server, "parquet", rows // 60), server.folder / "rows"

    def ours() -> float:
        began = time.perf_counter()
        with (
            closing(Database(dsn, role="acquis_report")) as database,
            snapshot(database) as seen,
            out.open("wb") as to,
        ):
            seen.write(VIEWS["v1_competences"], "parquet", to, RowSelection(history=True))
        return time.perf_counter() - began

    def copied() -> float:
        began = time.perf_counter()
        with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor, out.open("wb") as to:
            cursor.copy_expert(COPY, to)
        return time.perf_counter() - began

    found = in_turns(ours, copied, pairs)
    return Figure(f"parquet, {rows // 60 * 60:,} rows", *found, "s", Goal(2, at_least=False))


def _day(server: Server, pairs: int, many: int) -> Figure:
    dsn, since = _filled(server, "lake", many), many * FACTS - TOLD
    taken = [_followed(dsn, server.folder / "lake", since, rows=TOLD * 2 * 35) for _ in range(pairs + 1)][1:]
    return Figure(f"a day into a lake, at {many * FACTS:,} facts", taken, [], "s", Goal(5, at_least=False))


def _followed(dsn: str, folder: Path, since: int, rows: int) -> float:
    """Update a lake from the day before, given by its manifest."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with closing(Database(dsn, role="acquis_report")) as database:
        with snapshot(database) as seen:
            known = {name: [LakeFile(path="-", since=0, up_to=since, rows=0, bytes=0, sha256="-")] for name in VIEWS}
            before = Manifest(log=str(seen.log), edition=str(seen.edition), position=since, views=known)
        (folder / MANIFEST).write_text(before.text())
        began = time.perf_counter()
        with snapshot(database) as seen:
            came = export_to(folder, seen)
        took = time.perf_counter() - began
    if came.whole or not rows <= sum(part.rows for part in came.parts) < 2 * rows:
        raise RuntimeError(f"{came} instead of {rows} rows")
    return took


def _filled(server: Server, name: str, many: int) -> str:
    """Return a database whose reporting tables hold this many candidacies."""
    dsn = server.database(f"reports_{name}")
    with closing(Database(dsn, role="acquis_projector", size=2)) as backstage:
        Projector(backstage, LogRecorder(backstage)).prepare()
        with backstage.transaction() as sql:
            track(sql, NAME, many * FACTS)
    run(dsn, WRITE.format(facts=FACTS, many=many, told=TOLD, framework=FRAMEWORK))
    run(dsn, "vacuum analyze")
    return dsn
