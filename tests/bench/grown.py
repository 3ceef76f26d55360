"""Cost of an append and a standing in a log of five million facts, compared with one of ten thousand.

Both logs hold the same dossiers. The larger one also holds copies of them with other streams and candidacies but the
same bodies, so every index and every table has its real size.
"""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final

from psycopg2.extensions import parse_dsn

from adapters.database.pool import Database
from projections.reading import Standings
from tests.bench.append import a_mark, recorder
from tests.bench.clients import Clients
from tests.bench.dossiers import generate
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.server import run
from tests.bench.sizes import sized

if TYPE_CHECKING:
    from tests.bench.dossiers import Dossiers
    from tests.bench.server import Server

CANDIDACIES: Final = sized(50, 10)
"""Candidacies of two hundred facts each."""
MANY, FEWER = 5_000_000, sized(250_000, 10_000)
AT_ONCE: Final = 500_000
"""Facts copied by one statement."""
TURN: Final = sized(2.0, 0.3)  # seconds
OTHER: Final = "md5({0}::text || {1}::text)::uuid"
COPIED: Final = {
    "position": "position + {many} * {copy}",
    "stream": OTHER.format("stream", "{copy}"),
    "append_id": OTHER.format("append_id", "{copy}"),
}
DOSSIERS: Final = f"""
insert into projection.dossier (candidacy, since, position)
select {OTHER.format("candidacy", "n")}, since + %(many)s * n, position + %(many)s * n
  from projection.dossier, generate_series(%(first)s::bigint, %(last)s::bigint) n;
"""  # noqa: S608  (constants)
UNTOUCHED: Final = "set session_replication_role = replica"
"""Disables triggers: the copies are of facts that have passed them."""
COLUMNS: Final = """
select column_name from information_schema.columns
 where table_schema = 'log' and table_name = 'event' order by ordinal_position
"""


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the appends a second of one and of eight clients, and the milliseconds of a standing, in both logs."""
    small = generate(server.database("small"), CANDIDACIES)
    great = _grown(server, small, MANY if pairs > SHORT else FEWER)
    body, found = a_mark(small.dsn), []
    for clients in (1, 8):
        with Clients(clients, {dsn: partial(recorder, dsn, body) for dsn in (great, small.dsn)}) as measured:
            ours, theirs = (partial(measured.rate, dsn, TURN) for dsn in (great, small.dsn))
            pair = in_turns(ours, theirs, pairs)
        name = f"append, {clients} client{'s' if clients > 1 else ''}, in the greater log"
        found.append(Figure(name, *pair, "/s", Goal(0.91)))
    with closing(Database(great, role="acquis_web")) as one, closing(Database(small.dsn, role="acquis_web")) as other:
        pair = in_turns(partial(_standings, one, small), partial(_standings, other, small), pairs)
    ((grown,),) = run(great, "select count(*) from log.event")
    note = f"{grown:,} facts at the end"
    return [*found, Figure("standing, in the greater log", *pair, "ms", Goal(1.1, at_least=False), [note])]


def _grown(server: Server, small: Dossiers, facts: int) -> str:
    """Return a copy of the database with copies of its facts added."""
    great = server.embedded.dsn("great")
    template = parse_dsn(small.dsn)["dbname"]
    run(server.embedded.dsn("postgres"), f'create database great template "{template}"')
    copies, at_once = facts // small.facts, max(1, AT_ONCE // small.facts)
    columns = [name for (name,) in run(great, COLUMNS)]
    chosen = ", ".join(COPIED.get(name, name).format(many=small.facts, copy="copy") for name in columns)
    events = (
        f"insert into log.event ({', '.join(columns)}) select {chosen} from log.event,"  # noqa: S608  (its columns)
        " generate_series(%(first)s::bigint, %(last)s::bigint) copy where position <= %(many)s order by 1"
    )
    for first in range(1, copies, at_once):
        given = {"many": small.facts, "first": first, "last": min(first + at_once, copies) - 1}
        run(great, f"{UNTOUCHED}; {events}", given)
    run(
        great,
        f"{UNTOUCHED}; {DOSSIERS}",
        {"many": small.facts, "first": 1, "last": copies - 1},
    )
    run(great, f"select setval('log.position', {copies * small.facts})")
    run(great, "vacuum analyze")
    return great


def _standings(database: Database, given: Dossiers) -> float:
    """Return the milliseconds of a standing, over all candidacies in turn."""
    standings = Standings(database)
    began = time.perf_counter()
    for candidacy in given.candidacies:
        standings.of(candidacy, provisional=False)
    return 1000 * (time.perf_counter() - began) / len(given.candidacies)
