"""Cost of rebuilding a read model, compared with reading the facts; and of one standing, compared with its rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import cache, partial
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2.extras import register_uuid

from adapters.database.pool import Database
from projections.engine import rebuild as rebuilding
from projections.reading import Standings
from projections.tables import NAMES
from tests.bench.dossiers import CANDIDACIES, TABLES, Dossiers, generate
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.server import Server, run
from tests.bench.sizes import sized

RAW = "select position, stream, version, type, body, append_id, n, recorded_at from log.event order by position"
FETCHED = 2_000  # rows fetched at once
ASKED = sized(40, 10)  # standings in a turn, of as many dossiers as one process caches
FEW = sized(200, 20)  # candidacies if few pairs are requested
WHOLE = """
select e.position, e.stream::text, e.type, e.body
  from projection.dossier d join log.event e on e.position = d.position
 where d.candidacy = %(candidacy)s order by e.position
"""


@cache
def dossiers(server: Server, candidacies: int) -> Dossiers:
    """Return the facts, generated once a run."""
    return generate(server.database("dossiers"), candidacies)


def of_this_run(server: Server, pairs: int) -> Dossiers:
    return dossiers(server, CANDIDACIES if pairs > SHORT else FEW)


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the facts a second of competence_status, with and without the index of dossiers, and of all tables.

    They are compared with reading the facts. The first and the last also run in two processes.
    """
    given = of_this_run(server, pairs)
    found = []
    with closing(Database(given.dsn, role="acquis_projector", size=3)) as backstage:
        status = partial(_rebuilt, backstage, given, ("competence_status",))
        both = partial(_rebuilt, backstage, given, TABLES)
        every = partial(_rebuilt, backstage, given, NAMES)
        status_in_two = partial(status, processes=2)
        every_in_two = partial(every, processes=2)
        plainly = partial(raw, given, psycopg2.extensions.connection)
        told = partial(raw, given, _Converting)
        for name, ours, theirs, goal in (
            (f"rebuild, {given.facts:,} facts", status, plainly, Goal(0.5)),
            ("rebuild, beside facts with UUIDs made", status, told, None),
            ("rebuild, with the index of dossiers", both, plainly, None),
            ("rebuild in two processes", status_in_two, plainly, Goal(0.9)),
            ("rebuild of all tables", every, plainly, Goal(0.12)),
            ("rebuild of all tables, in two processes", every_in_two, plainly, Goal(0.2)),
        ):
            found.append(Figure(name, *in_turns(ours, theirs, pairs if goal else SHORT), "facts/s", goal))
    rows = run(given.dsn, "select count(*) from projection.competence_status")
    if rows != [(30 * len(given.candidacies),)]:
        raise RuntimeError(f"the rebuilt table holds {rows} rows")
    return found


def _rebuilt(backstage: Database, given: Dossiers, names: Iterable[str], processes: int = 1) -> float:
    began = time.perf_counter()
    rebuilding.rebuild(backstage, names=names, processes=processes)
    return given.facts / (time.perf_counter() - began)


class _Converting(psycopg2.extensions.connection):
    """Gives UUIDs where the driver gives text, as the facts are read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        register_uuid(conn_or_curs=self)


def raw(given: Dossiers, kind: type[psycopg2.extensions.connection]) -> float:
    """Read every fact with all its columns, through a server-side cursor."""
    with (
        closing(psycopg2.connect(given.dsn, connection_factory=kind)) as connection,
        connection.cursor("raw") as cursor,
    ):
        cursor.itersize = FETCHED
        began = time.perf_counter()
        cursor.execute(RAW)
        facts = sum(1 for _ in cursor)
        took = time.perf_counter() - began
    if facts != given.facts:
        raise RuntimeError(f"{facts} facts read")
    return facts / took


def standing(server: Server, pairs: int) -> list[Figure]:
    """Return the milliseconds of a standing (later facts, fold), next to selecting the rows of its dossier."""
    given = of_this_run(server, pairs)
    with closing(Database(given.dsn, role="acquis_web", size=2)) as database:
        standings = Standings(database)
        asked = partial(_standing, standings, given)
        size = _rows(database, given, WHOLE)
        return [
            Figure(
                f"standing from {size} facts",
                *in_turns(asked, partial(_selected, database, given, WHOLE), pairs),
                "ms",
                Goal(1.5, at_least=False),
            ),
        ]


def _each(given: Dossiers, one: Callable[[Any], object]) -> float:
    began = time.perf_counter()
    for candidacy in given.candidacies[:ASKED]:
        one(candidacy)
    return 1000 * (time.perf_counter() - began) / min(ASKED, len(given.candidacies))


def _standing(standings: Standings, given: Dossiers) -> float:
    return _each(given, partial(standings.of, provisional=False))


def _selected(database: Database, given: Dossiers, query: str) -> float:
    def select(candidacy: object) -> None:
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(query, {"candidacy": candidacy})
            cursor.fetchall()

    return _each(given, select)


def _rows(database: Database, given: Dossiers, query: str) -> int:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(query, {"candidacy": given.candidacies[0]})
        return cursor.rowcount
