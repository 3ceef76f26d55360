"""Needs of a year of all certifiers together: calculated at full size, measured at one twentieth.

Calculated: 100,000 candidacies of two hundred facts each. The shares below are assumptions, not statistics: files
arrive in autumn and spring, juries sit in June and November; a fifth of a working day's facts falls into its busiest
hour, and the busiest minute of that hour has three times the average. Measured: 5,000 candidacies are written into a
working installation, every table is built from them, and the delivered workers record marks in addition.
"""

from __future__ import annotations

import secrets
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Final

from adapters.by_settings import vault_of
from adapters.clock import FixedClock
from adapters.database import DatabaseServer, beside
from adapters.database.pool import Database
from adapters.settings import Settings
from domain.fact import Personal
from domain.people.facts import Registered, RoleGranted
from domain.ports import Role
from projections.engine.rebuild import rebuild
from tests.bench.clients import Clients
from tests.bench.dossiers import Story, written
from tests.bench.http import TODAY, TURN, gunicorn, posting, prepare, processor
from tests.bench.pairs import SHORT, Figure, Goal
from tests.bench.server import run
from tests.bench.sizes import sized
from tests.given.servers.ports import free_port
from webapi.upkeep.startup import acquis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.dossiers import At
    from tests.bench.http import Prepared
    from tests.bench.server import Server

YEAR: Final = 100_000
"""Candidacies."""
HERE, FEW = YEAR // 20, sized(YEAR // 400, 20)
MONTHS: Final = (8, 8, 9, 8, 9, 12, 5, 2, 9, 10, 12, 8)
"""Of each hundred facts of a year, the number in each month from January on."""
DAYS: Final = 20
"""Working days in a month."""
BUSIEST_HOUR: Final = 0.2
BUSIEST_MINUTE: Final = 3.0
CLIENTS: Final = 8
EACH: Final = sized(16, 2)
ASKS: Final = 5
"""Read requests for each write request."""
GIGABYTE: Final = 1e9
SIZES: Final = """
select n.nspname, sum(pg_total_relation_size(c.oid))::bigint, sum(pg_indexes_size(c.oid))::bigint
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and n.nspname in ('log', 'projection', 'desk', 'vault') group by 1 order by 1
"""


class Behind(Story):
    """Candidates with names, in an installation that has published already."""

    def told(self) -> Iterator[At]:
        return islice(super().told(), 2, None)

    def _prepared(self, each: int) -> Iterator[At]:
        candidate = self.people[each]
        yield candidate, Registered(name=Personal(f"Personne fictive {each}", candidate))
        yield candidate, RoleGranted(role=Role.CANDIDATE)
        yield from super()._prepared(each)


@dataclass(frozen=True)
class Paper:
    """The year at full size: facts of a candidacy, and the results."""

    facts: float

    @property
    def peak(self) -> float:
        """Return the facts a second in the busiest minute of the busiest month's working days."""
        day = YEAR * self.facts * max(MONTHS) / 100 / DAYS
        return day * BUSIEST_HOUR / 3600 * BUSIEST_MINUTE

    def __str__(self) -> str:
        return (
            f"on paper: {YEAR:,} candidacies, {YEAR * self.facts / 1e6:.1f} million facts,"
            f" {self.peak:.0f} a second in the busiest minute"
        )


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the marks a second at that size, the hours to build every table, and a candidacy's size.

    The marks are compared with the busiest minute.
    """
    many = HERE if pairs > SHORT else FEW
    settings = Settings(
        data=server.folder / "year",
        database_url=server.database("year"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    dsn = str(settings.database_url)
    with acquis(settings, FixedClock(TODAY)) as opened:
        prepared = prepare(opened, candidacies=CLIENTS * EACH * (pairs + 1))
    ((before,),) = run(dsn, "select max(position) from log.event")
    with closing(vault_of(settings, DatabaseServer(dsn))) as vault:
        facts = written(dsn, Behind(many), vault, (), after=before).facts - before
    with closing(Database(dsn, role="acquis_projector", size=3)) as backstage:
        began = time.perf_counter()
        rebuild(backstage)
        rebuilt = time.perf_counter() - began
    run(dsn, "vacuum analyze")
    sizes = {schema: (whole, indexes) for schema, whole, indexes in (*run(dsn, SIZES), *run(beside(dsn), SIZES))}
    paper, disk = Paper(facts / many), sum(whole for whole, _ in sizes.values()) / many
    rates, work = _posted(server, settings, prepared, pairs)
    said = [
        str(paper),
        f"here: {many:,} candidacies, {facts:,} facts",
        *(
            f"{schema}: {whole / facts:.0f} bytes a fact, {indexes / facts:.0f} of them indexes,"
            f" {whole / many * YEAR / GIGABYTE:.1f} GB on paper"
            for schema, (whole, indexes) in sizes.items()
        ),
    ]
    cost = work * paper.facts * (1 + ASKS) / 1000
    worked = (
        f"{work:.1f} ms of processor a mark; as much for each of {ASKS} readings a fact: {cost:.0f} s a candidacy"
    )
    return [
        Figure("a year: marks a second, of the busiest minute", rates, [paper.peak] * pairs, "/s", Goal(3), said),
        Figure(
            "a year: hours to make every table", [rebuilt / many * YEAR / 3600], [], "h", Goal(12, at_least=False)
        ),
        Figure("a year: disk of a candidacy", [disk / 1000], [], "kB", None, [worked]),
    ]


def _posted(server: Server, settings: Settings, prepared: Prepared, pairs: int) -> tuple[list[float], float]:
    """Return the marks a second in each turn, and the milliseconds of processor for a mark."""
    port = free_port()
    with ExitStack() as started:
        loop = partial(posting, port, prepared, lambda number, turns: turns * CLIENTS + number, False)  # noqa: FBT003
        clients = started.enter_context(Clients(CLIENTS, {"marks": loop}))
        serving = started.enter_context(gunicorn("webapi.wsgi:application", port, settings))
        rates, used = [], []
        for _ in range(pairs + 1):
            before = processor(server, serving)
            rates.append(clients.rate("marks", TURN))
            used.append(1000 * (processor(server, serving) - before) / (rates[-1] * TURN))
    return rates[1:], median(used[1:])
